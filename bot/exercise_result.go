package bot

import (
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// The result of an exercise: where the sides agree and where not, beside what the decisions say. It tells sums, never who said what.

// result replaces the invitation.
func (x Exercise) result(p *text.Printer) ([]slack.Block, string) {
	r := *x.Result
	title := p.T("exercise.result.title", "At", p.Date(x.Closed.In(x.Zone)))
	said := []string{title, x.answered(p)}
	lines := []slack.RichTextElement{paragraph(bold(title)), paragraph(words(x.answered(p)))}
	if len(x.Answers) == 0 {
		lines = append(lines, paragraph(words(p.T("exercise.result.nobody"))))
		return []slack.Block{richText(lines...)}, fallback(strings.Join(append(said, p.T("exercise.result.nobody")), "\n"))
	}
	blocks := []slack.Block{}
	var rows [][]span
	for _, j := range r.Leads {
		i := slices.Index(x.Leads, j.Lead)
		if i < 0 {
			continue // erased
		}
		row := judgedRow(p, j, letter(len(rows)), maskedText(p, x.Masked[i]))
		rows = append(rows, row)
		said = append(said, strings.ReplaceAll(spoken(p, row...), "\n", ": "))
	}
	if rows != nil {
		lines = append(lines, paragraph(bold(p.T("exercise.result.leads"))), bullets(rows...))
	}
	blocks = append(blocks, richText(lines...), richText(paragraph(bold(p.T("exercise.result.marks")))))
	table := weighedTable(p, r)
	blocks = append(blocks, table.block(DigestOptions{}), note(p.T("exercise.result.note", "Of", ofText(p, r.Accepted), "Days", p.Int(int(handoff.Lookback.Hours()/24)))))
	for _, line := range table.said() {
		said = append(said, escape(line))
	}
	next, more := x.next(p)
	return append(blocks, next...), fallback(strings.Join(append(said, more), "\n"))
}

// judgedRow is one lead: what it shows, what each side says of it, whether they agree, and what was decided.
func judgedRow(p *text.Printer, j handoff.Judged, name, facts string) []span {
	votes := func(side handoff.Side, v handoff.Votes) string {
		return p.T("exercise.votes."+string(side), "Best", p.Int(v.Best), "Worst", p.Int(v.Worst))
	}
	verdict := p.T("exercise.verdict." + string(j.Verdict))
	if j.Verdict == "" {
		verdict = p.T("exercise.verdict.none")
	}
	said := joined(" · ", votes(handoff.SideSales, j.Sales), votes(handoff.SideMarketing, j.Marketing), p.T("exercise.accord."+accordKey(j.Accord())))
	if j.Sales == (handoff.Votes{}) && j.Marketing == (handoff.Votes{}) {
		said = p.T("exercise.votes.nobody")
	}
	return []span{bold(name), words("  " + facts + "\n"), words(said + " · " + verdict)}
}

func accordKey(a handoff.Accord) string {
	return map[handoff.Accord]string{handoff.Agree: "agree", handoff.Differ: "differ", handoff.Undecided: "none"}[a]
}

// weighedTable says of each characteristic how much it matters to each side, and how many leads were accepted with it and without it.
func weighedTable(p *text.Printer, r handoff.Result) grid {
	g := grid{head: []string{
		p.T("exercise.col.mark"), p.T("side.sales"), p.T("side.marketing"), p.T("exercise.col.shows"), p.T("exercise.col.lacks"),
	}}
	for _, w := range r.Marks {
		name := askedText(p, w.Characteristic)
		if w.Accord() == handoff.Differ {
			name = p.T("exercise.differs") + " " + name // a long name is cut at its end
		}
		g.rows = append(g.rows, gridRow{cells: []string{oneLine(name), weightText(p, w.Sales), weightText(p, w.Marketing), shareText(p, w.Shows), shareText(p, w.Lacks)}})
	}
	return g
}

func weightText(p *text.Printer, w handoff.Weights) string {
	if w.Count == 0 {
		return ""
	}
	return average(p, math.Round(w.Mean()*10)/10) + " (" + strconv.Itoa(w.Count) + ")"
}

// next is the profile that follows from the answers, and the button that makes it a proposal, once; there is nothing to propose when it is in force.
func (x Exercise) next(p *text.Printer) (_ []slack.Block, said string) {
	next := x.Result.Next
	switch {
	case x.Proposal != nil:
		var what any = p.T("agreement.proposal.link")
		if x.ProposalURL != "" {
			what = link(x.ProposalURL, p.T("agreement.proposal.link"))
		}
		line := fill(p, "exercise.proposed", "What", what, "By", person(p, x.Proposal.By))
		return []slack.Block{richText(paragraph(line...))}, spoken(p, line...)
	case len(next.Characteristics) == 0:
		return []slack.Block{note(p.T("exercise.next.none"))}, p.T("exercise.next.none")
	}
	says := profileText(p, next)
	if x.Stays() {
		stays := p.T("exercise.next.stays")
		return []slack.Block{richText(paragraph(bold(stays)), quote(cut(says, maxShownDefinition)))}, stays + "\n" + escape(says)
	}
	return []slack.Block{
		richText(paragraph(bold(p.T("exercise.next"))), quote(cut(says, maxShownDefinition))),
		slack.NewActionBlock("", button(actProposeExercise, strconv.FormatInt(x.ID, 10), p.T("exercise.propose"), "")),
	}, p.T("exercise.next") + "\n" + escape(says)
}
