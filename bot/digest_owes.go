package bot

import (
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// maxEffects is how many answers a digest tells the effect of.
const maxEffects = 10

// changedSheet is what became of the reasons that marketing answered: you said, we changed.
func changedSheet(p *text.Printer, f handoff.Figures) sheet {
	s := sheet{title: p.T("changed.title")}
	for _, e := range f.Effects {
		head := p.T("changed.everywhere", "Reason", reasonName(p, f.Reasons, e.Reason, time.Time{}))
		if e.Campaign != "" {
			head = p.T("changed.campaign", "Reason", reasonName(p, f.Reasons, e.Reason, time.Time{}), "Campaign", cut(oneLine(e.Campaign), maxCell))
		}
		s.items = append(s.items, voice{campaign: head, quotes: []quoted{{
			text: quotable(e.What), from: p.T("changed.since", "Since", p.Date(e.Since.In(f.Week.Zone))),
		}}}, prose(effectText(p, e)))
	}
	if len(s.items) > 0 {
		s.items = append(s.items, remark(p.N("changed.note", handoff.AnswerWeeks)))
	}
	return s
}

// effectText says where a reason went since it was answered, and that it is too early to tell when it is.
func effectText(p *text.Printer, e handoff.Effect) string {
	key := "changed." + direction(e.Change)
	switch {
	case e.After.Small():
		key = "changed.early"
	case e.Before.Small():
		key = "changed.few"
	}
	count := func(x handoff.Proportion) string {
		if x.Small() {
			return ofText(p, x)
		}
		return ofText(p, x) + " (" + p.Percent(x.Share()) + ")"
	}
	return p.T(key, "After", count(e.After), "Before", count(e.Before))
}

// owesSheet is what each side owes the other, side by side; without items when neither owes anything.
func owesSheet(p *text.Printer, f handoff.Figures, opts DigestOptions) sheet {
	s := sheet{title: p.T("owes.title")}
	if len(f.Owed)+len(f.Late) == 0 {
		return s
	}
	s.items = append(s.items, heading(p.T("owes.marketing")))
	var owed entries
	for _, u := range f.Owed {
		said := owedWords(p, f, u)
		owed = append(owed, entry{spans: []span{words(said)}, plain: said})
	}
	if len(owed) > 0 {
		s.items = append(s.items, owed, press{actAnswerReason, f.Owed[0].Reason, p.T("digest.answer")})
	} else {
		s.items = append(s.items, prose(p.T("owes.nothing")))
	}
	s.items = append(s.items, heading(p.T("owes.sales")))
	if len(f.Late) == 0 {
		s.items = append(s.items, prose(p.T("owes.nothing")))
		return s
	}
	s.items = append(s.items, lateEntries(p, f, opts))
	if more := f.LateAll - len(f.Late); more > 0 {
		s.items = append(s.items, remark(p.N("digest.late.more", more)))
	}
	return s
}

// owedWords is one reason that waits for marketing's answer.
func owedWords(p *text.Printer, f handoff.Figures, u handoff.Unanswered) string {
	return p.N("owes.reason", u.Count, "Reason", reasonName(p, f.Reasons, u.Reason, time.Time{}), "Since", p.Date(u.Since.In(f.Week.Zone)))
}

// lateEntries is what should have been decided by now, oldest first.
func lateEntries(p *text.Printer, f handoff.Figures, opts DigestOptions) entries {
	var list entries
	for _, l := range f.Late {
		number := fmt.Sprintf("#%d", l.Number)
		who := cut(oneLine(joined(" · ", leadName(p, l), unless(l.Company, l.Title()))), 2*maxCell)
		due := l.Due.In(f.Week.Zone)
		at := bold(number)
		if url := opts.CardURLs[l.ID]; url != "" {
			at = link(url, number)
		}
		spans := append([]span{at, words(" " + who + ", ")}, fill(p, "digest.late.since", "Due", moment(p, due))...)
		list = append(list, entry{spans: spans, plain: number + " " + who + ", " + p.T("digest.late.since", "Due", p.Moment(due))})
	}
	return list
}

// heading stands above one of several lists in a part.
type heading string

func (s heading) block(DigestOptions) slack.Block { return richText(paragraph(bold(string(s)))) }
func (s heading) said() []string                  { return []string{string(s)} }
func (s heading) typed() []string                 { return wrapped(string(s), "", "") }

// press is a button; a screen reader finds it by itself, and a terminal has none.
type press struct{ action, value, label string }

func (b press) block(DigestOptions) slack.Block {
	return slack.NewActionBlock("", button(b.action, b.value, b.label, ""))
}
func (b press) said() []string  { return nil }
func (b press) typed() []string { return nil }
