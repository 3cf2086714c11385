package bot

import (
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// What the reminders say. None but lists say whom a lead is about: the others stand in the threads of cards.

// halfBlocks reminds a lead's owner, in its card's thread.
func halfBlocks(p *text.Printer, l handoff.Lead, zone *time.Location) ([]slack.Block, string) {
	if l.Owner == "" { // it was posted, and nobody is left to name
		said := p.T("nudge.decided")
		return []slack.Block{note(said)}, said
	}
	line := fill(p, "nudge.half", "Owner", person(p, l.Owner), "Number", l.Number, "Due", moment(p, l.Due.In(zone)))
	return []slack.Block{richText(paragraph(line...))}, spoken(p, line...)
}

// NudgeList is a list of leads that wait too long: a channel's, a manager's, or an owner's.
type NudgeList struct {
	Kind     store.Kind
	Leads    []store.Listed    // the one due first first
	CardURLs map[int64]string  // where a lead's card stands, by the lead's id
	Names    map[string]string // of owners, by their Slack user ids; empty when Slack does not say
	Zone     *time.Location
}

// Render returns the list's blocks, and the text that says the same. Leads that were decided since are struck out. The owners
// of those that are new on such a list are mentioned, the others only named.
func (n NudgeList) Render(p *text.Printer) ([]slack.Block, string) {
	waiting := 0
	for _, l := range n.Leads {
		if l.Waits() {
			waiting++
		}
	}
	heading := p.T("nudge.decided")
	if waiting > 0 {
		heading = p.N(map[store.Kind]string{store.KindHalf: "nudge.halves", store.KindOverdue: "nudge.overdue", store.KindLate: "nudge.late"}[n.Kind], waiting)
	}
	said := heading
	var rows [][]span
	for _, l := range n.shown() {
		row := n.row(p, l)
		rows = append(rows, row)
		said += "\n" + spoken(p, row...)
	}
	lines := []slack.RichTextElement{paragraph(bold(heading)), bullets(rows...)}
	if rest := len(n.Leads) - len(rows); rest > 0 {
		more := p.N("list.more", rest)
		lines = append(lines, paragraph(italic(more)))
		said += "\n" + more
	}
	return []slack.Block{richText(lines...)}, fallback(said)
}

// shown returns the leads that there is room for: those that are new on the list, then others that wait, then those that were
// decided; in the list's order.
func (n NudgeList) shown() (all []store.Listed) {
	rank := func(l store.Listed) int {
		switch {
		case l.Waits() && l.Fresh:
			return 0
		case l.Waits():
			return 1
		}
		return 2
	}
	taken := map[int]bool{}
	for r := range 3 {
		for i, l := range n.Leads {
			if rank(l) == r && len(taken) < store.MaxListed {
				taken[i] = true
			}
		}
	}
	for i, l := range n.Leads {
		if taken[i] {
			all = append(all, l)
		}
	}
	return all
}

func (n NudgeList) row(p *text.Printer, l store.Listed) []span {
	number, name := fmt.Sprintf("#%d", l.Number), cut(joined(" · ", leadName(p, l.Lead), unless(l.Company, l.Title())), 120)
	row := []span{bold(number)}
	if url := n.CardURLs[l.ID]; url != "" {
		row = []span{link(url, number)}
	}
	if !l.Waits() {
		row = append(row, words("  "), styled(name, &slack.RichTextSectionTextStyle{Strike: true}), words(" · "))
		return append(row, outcomeWords(p, l, n.Zone)...)
	}
	key := "row.overdue"
	if n.Kind == store.KindHalf {
		key = "row.open"
	}
	row = append(row, words("  "+name+" · "))
	row = append(row, fill(p, key, "Due", moment(p, l.Due.In(n.Zone)))...)
	if n.Kind == store.KindHalf {
		return row // all are the reader's own
	}
	return append(append(row, words(" · ")), n.owner(p, l)...)
}

// owner says whose a lead is. Nobody reads a direct message but whoever it is for, so a mention there calls nobody.
func (n NudgeList) owner(p *text.Printer, l store.Listed) []span {
	switch {
	case l.Owner == "":
		return []span{words(p.T("nudge.no_owner"))}
	case l.Fresh || n.Kind != store.KindOverdue || !userID.MatchString(l.Owner):
		return fill(p, "nudge.owner", "Owner", person(p, l.Owner))
	case n.Names[l.Owner] == "":
		return []span{words(p.T("nudge.owned"))}
	default:
		return fill(p, "nudge.owner", "Owner", n.Names[l.Owner])
	}
}

// outcomeWords says what became of a lead that was on a list.
func outcomeWords(p *text.Printer, l store.Listed, zone *time.Location) []span {
	switch {
	case l.State == handoff.Erased:
		return []span{italic(p.T("row.erased"))}
	case l.Verdict == handoff.NotNow && l.Round == l.About:
		return fill(p, "row.nurturing", "Back", day(p, l.Back.In(zone)))
	case l.Verdict == handoff.NotNow: // it came back since, and waits on another card
		return []span{italic(p.T("nudge.nurturing"))}
	case l.Verdict != "":
		return []span{italic(p.T("row." + string(l.Verdict.State())))}
	default: // open again, or due at another time by now
		return fill(p, "row.open", "Due", moment(p, l.Due.In(zone)))
	}
}
