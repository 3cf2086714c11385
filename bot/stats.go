package bot

import (
	"context"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// StatsBy is what the figures of a span are told apart by.
type StatsBy string

// What they can be told apart by.
const (
	StatsBySource   StatsBy = "source"
	StatsByCampaign StatsBy = "campaign"
	StatsByReason   StatsBy = "reason"
	StatsByRep      StatsBy = "rep"
)

// maxStats is how many rows stats have; the rest is summed up in one more.
const maxStats = 25

// Stats are the figures of a span.
type Stats struct {
	By      StatsBy
	Span    handoff.Span
	Total   handoff.Record
	Reasons handoff.Reasons
	Rows    []handoff.Record    // by source, campaign or rep
	Lanes   []handoff.LaneCount // by reason
}

// ShowStats shows the figures of a span to whoever asks. It fails with handoff.ErrNotManager when somebody asks for those of
// single people who is neither manager nor admin.
func (a *App) ShowStats(ctx context.Context, c Call, by StatsBy, span handoff.Span) (Answer, error) {
	st, err := a.stats(ctx, c, by, span)
	if err != nil {
		return Answer{}, err
	}
	blocks, said := st.Render(c.P)
	return Answer{Text: said, Blocks: blocks}, nil
}

func (a *App) stats(ctx context.Context, c Call, by StatsBy, span handoff.Span) (Stats, error) {
	rules := c.Workspace.Rules()
	st := Stats{By: by, Span: span, Reasons: rules.Reasons}
	if by == StatsByRep {
		if err := rules.MaySeeReps(c.Actor); err != nil {
			return st, err
		}
		tallies, err := a.Store.RepTally(ctx, c.Workspace.ID, span.From, span.To)
		st.Total, st.Rows = handoff.RepTotal(tallies, rules.Reasons), handoff.RepRecords(tallies, rules.Reasons, maxStats)
		return st, err
	}
	tallies, err := a.Store.Tally(ctx, c.Workspace.ID, span.From, span.To)
	st.Total = handoff.Total(tallies, rules.Reasons)
	switch by {
	case StatsBySource:
		st.Rows = handoff.Records(handoff.BySource, tallies, rules.Reasons, maxStats)
	case StatsByCampaign:
		st.Rows = handoff.Records(handoff.ByCampaign, tallies, rules.Reasons, maxStats)
	case StatsByReason:
		st.Lanes = handoff.LanesOf(tallies, rules.Reasons)
	}
	return st, err
}

// Render writes the figures, and the text that says the same.
func (st Stats) Render(p *text.Printer) ([]slack.Block, string) {
	days := spanDays(p, st.Span)
	title := p.T("stats.title."+string(st.By), "Days", days)
	if st.Total.Received+st.Total.Decided() == 0 {
		nothing := p.T("stats.none", "Days", days)
		return []slack.Block{richText(paragraph(words(nothing)))}, escape(nothing)
	}
	g, notes := st.table(p)
	blocks := []slack.Block{richText(paragraph(bold(title))), richText(paragraph(words(st.sum(p))))}
	said := []string{escape(title), escape(st.sum(p))}
	if len(g.rows) > 0 {
		blocks = append(blocks, g.block(DigestOptions{}))
		for i, line := range g.said() {
			line = escape(line)
			if user := g.rows[i].user; user != "" {
				line = "<@" + user + ">" + strings.TrimPrefix(line, escape(g.rows[i].cells[0]))
			}
			said = append(said, line)
		}
	}
	blocks = append(blocks, note(strings.Join(notes, " ")))
	return blocks, fallback(strings.Join(append(said, notes...), "\n"))
}

// sum is the whole span in a sentence.
func (st Stats) sum(p *text.Printer) string {
	t := st.Total
	var said []string
	if st.By != StatsByRep {
		said = append(said, p.N("stats.received", t.Received))
	}
	said = append(said, p.N("stats.decided", t.Decided()))
	if t.Accepted.Of > 0 {
		said = append(said, p.T("stats.accepted", "Of", shareText(p, t.Accepted)))
	}
	if t.Aside > 0 {
		said = append(said, p.N("stats.aside", t.Aside))
	}
	return strings.Join(said, "; ") + "."
}

// table is the rows, and what one has to know to read them.
func (st Stats) table(p *text.Printer) (grid, []string) {
	switch st.By {
	case StatsByReason:
		g := grid{head: []string{p.T("digest.col.reason"), p.T("stats.col.times"), p.T("stats.col.share")}}
		for _, lane := range st.Lanes {
			if lane.Lane != "" {
				g.rows = append(g.rows, gridRow{cells: []string{p.T("lane." + string(lane.Lane)), p.Int(lane.Count), ""}, sum: true})
			}
			for _, r := range lane.Reasons {
				g.rows = append(g.rows, gridRow{cells: []string{reasonName(p, st.Reasons, r.Reason, time.Time{}), p.Int(r.Week.Count), shareText(p, r.Week)}})
			}
		}
		return g, []string{p.T("stats.reasons.note")}
	case StatsByRep:
		g := grid{head: []string{p.T("stats.col.rep"), p.T("digest.col.accepted"), p.T("stats.col.aside"), p.T("stats.col.pace")}}
		for _, s := range st.Rows {
			r := gridRow{cells: []string{oneLine(s.Name), shareText(p, s.Accepted), p.Int(s.Aside), ""}}
			switch {
			case s.Others > 0:
				r.cells[0] = p.N("stats.others", s.Others)
			case userID.MatchString(s.Name):
				r.user = s.Name
			case r.cells[0] == "":
				r.cells[0] = p.T("card.nobody")
			}
			if pace := s.Pace(); pace.Timed >= handoff.SmallBase {
				r.cells[3] = worked(p, pace.Median)
			}
			g.rows = append(g.rows, r)
		}
		return g, []string{p.T("digest.shares.note"), p.T("stats.reps.note")}
	default:
		g := grid{head: []string{p.T("digest.col." + string(st.By)), p.T("digest.col.accepted"), p.T("stats.col.aside"), p.T("digest.col.received")}}
		for _, s := range st.Rows {
			name := oneLine(s.Name)
			switch {
			case s.Others > 0:
				name = p.N("digest.others", s.Others)
			case name == "":
				name = p.T("digest.no_" + string(st.By))
			}
			g.rows = append(g.rows, gridRow{cells: []string{name, shareText(p, s.Accepted), p.Int(s.Aside), p.Int(s.Received)}})
		}
		return g, []string{p.T("digest.shares.note"), p.T("stats.aside.note")}
	}
}

// shareText writes a share with its counts and interval; small ones are marked, and nothing stands for none.
func shareText(p *text.Printer, x handoff.Proportion) string {
	switch {
	case x.Of == 0:
		return ""
	case x.Small():
		return ofText(p, x) + " · " + p.T("digest.few")
	default:
		return ofText(p, x) + " · " + intervalText(p, x)
	}
}

// spanDays writes the days of a span: "7 Sep – 24 Nov 2026".
func spanDays(p *text.Printer, s handoff.Span) string { return days(p, s.From, s.To.Add(-time.Hour)) }
