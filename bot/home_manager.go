package bot

import (
	"context"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// salesBlocks are how sales is doing, for its managers: what is past due, how long decisions take, and who has how much to
// decide.
func (a *App) salesBlocks(ctx context.Context, s scene) ([]slack.Block, error) {
	now := a.Now()
	since := now.AddDate(0, 0, -7*handoff.LoadWeeks)
	late, err := a.lateBlocks(ctx, s, now)
	if err != nil {
		return nil, err
	}
	pace, err := a.Store.Pace(ctx, s.Workspace.ID, since, now)
	if err != nil {
		return nil, err
	}
	wall, err := a.Store.WallPace(ctx, s.Workspace.ID, since, now)
	if err != nil {
		return nil, err
	}
	loads, err := a.Store.Loads(ctx, s.Workspace.ID, since, now)
	if err != nil {
		return nil, err
	}
	groups, _, err := a.people.groups(ctx, s.Workspace)
	if err != nil {
		return nil, err
	}
	loads = handoff.Loads(loads, s.Workspace.Settings.Team.Members(handoff.RoleSales, groups))
	blocks := append([]slack.Block{header(s.P.T("home.sales"))}, late...)
	blocks = append(blocks, richText(paceLines(s.P, pace, wall)...), richText(loadLines(s.P, loads, s.Workspace.Settings.ReasonList())...))
	return append(blocks, note(s.P.T("home.sales.note"))), nil
}

// lateBlocks are the leads past due, the oldest first, and whose they are.
func (a *App) lateBlocks(ctx context.Context, s scene, now time.Time) ([]slack.Block, error) {
	leads, total, err := a.Store.Leads(ctx, s.Workspace.ID, store.Filter{OverdueAt: now}, maxOverdue)
	if err != nil {
		return nil, err
	}
	if total == 0 {
		return []slack.Block{richText(paragraph(bold(s.P.T("lead.overdue.none"))))}, nil
	}
	urls, err := a.whereCards(ctx, s.Workspace, leads)
	if err != nil {
		return nil, err
	}
	var rows [][]span
	for _, l := range leads {
		row := append(leadRow(s.P, l, urls[l.ID], now, s.Workspace.Location()), words(" · "))
		rows = append(rows, append(row, ownerSpan(s.P, l.Owner)))
	}
	lines := []slack.RichTextElement{paragraph(bold(s.P.N("lead.overdue", total))), bullets(rows...)}
	if rest := total - len(rows); rest > 0 {
		lines = append(lines, paragraph(italic(s.P.N("list.more", rest))))
	}
	return []slack.Block{richText(lines...)}, nil
}

func ownerSpan(p *text.Printer, owner string) span {
	if owner == "" {
		return italic(p.T("home.nobodys"))
	}
	return person(p, owner)
}

// paceLines say how long decisions took: in working time, and by the clock.
func paceLines(p *text.Printer, pace, wall handoff.Pace) []slack.RichTextElement {
	lines := []slack.RichTextElement{paragraph(bold(p.T("home.pace")))}
	if pace.Timed == 0 {
		return append(lines, paragraph(words(p.T("home.pace.none"))))
	}
	half := p.T("home.pace.half", "Worked", worked(p, pace.Median), "Wall", p.Span(wall.Median))
	most := p.T("home.pace.most", "Worked", worked(p, pace.P90), "Wall", p.Span(wall.P90))
	return append(lines, bullets([]span{words(half)}, []span{words(most)}), paragraph(italic(p.N("home.pace.of", pace.Timed))))
}

// loadLines say who has how much to decide, and what they decided.
func loadLines(p *text.Printer, loads []handoff.Load, reasons handoff.Reasons) []slack.RichTextElement {
	lines := []slack.RichTextElement{paragraph(bold(p.T("home.load")))}
	if len(loads) == 0 {
		return append(lines, paragraph(words(p.T("home.load.none"))))
	}
	var rows [][]span
	for _, l := range loads[:min(len(loads), maxLoads)] {
		rows = append(rows, []span{ownerSpan(p, l.User), words(": " + loadWords(p, l, reasons))})
	}
	lines = append(lines, bullets(rows...))
	if rest := len(loads) - len(rows); rest > 0 {
		lines = append(lines, paragraph(italic(p.N("list.more", rest))))
	}
	return lines
}

func loadWords(p *text.Printer, l handoff.Load, reasons handoff.Reasons) string {
	open, overdue, decided, accepted := p.T("home.load.nothing_open"), "", "", ""
	if l.Open > 0 {
		open = p.N("home.load.open", l.Open)
	}
	if l.Overdue > 0 {
		overdue = p.N("home.overdue", l.Overdue)
	}
	if n := l.Decided(); n > 0 {
		decided = p.N("home.load.decided", n)
	}
	if x := l.Acceptance(reasons); x.Of > 0 {
		accepted = p.T("home.load.accepted", "Of", ofText(p, x))
		if x.Small() {
			accepted += " (" + p.T("digest.few") + ")"
		} else {
			accepted += " (" + p.Percent(x.Share()) + ")"
		}
	}
	return joined(", ", open, overdue) + unless("; "+joined(", ", decided, accepted), "; ")
}
