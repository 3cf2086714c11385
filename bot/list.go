package bot

import (
	"context"
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// maxListed is how many leads a list shows.
const maxListed = 15

// ShowLeads lists leads for whoever asks: those given, out of a total that may be more.
func (a *App) ShowLeads(ctx context.Context, c Call, heading string, leads []handoff.Lead, total int) (Answer, error) {
	blocks, err := a.listBlocks(ctx, c.scene, heading, leads, total)
	if err != nil {
		return Answer{}, err
	}
	return Answer{Text: escape(heading), Blocks: blocks}, nil
}

func (a *App) listBlocks(ctx context.Context, s scene, heading string, leads []handoff.Lead, total int) ([]slack.Block, error) {
	leads = leads[:min(len(leads), maxListed)]
	urls, err := a.whereCards(ctx, s.Workspace, leads)
	if err != nil {
		return nil, err
	}
	var rows [][]span
	for _, l := range leads {
		rows = append(rows, leadRow(s.P, l, urls[l.ID], a.Now(), s.Workspace.Location()))
	}
	lines := []slack.RichTextElement{paragraph(bold(heading))}
	if len(rows) > 0 {
		lines = append(lines, bullets(rows...))
	}
	if rest := total - len(rows); rest > 0 {
		lines = append(lines, paragraph(italic(s.P.N("list.more", rest))))
	}
	return []slack.Block{richText(lines...)}, nil
}

// ShowFetching adds to an answer how many leads are still being read from the tools that announced them, if any.
func (a *App) ShowFetching(ctx context.Context, c Call, to Answer) (Answer, error) {
	spans, err := a.fetching(ctx, c.scene)
	if err != nil || spans == nil {
		return to, err
	}
	to.Text += "\n" + spoken(c.P, spans...)
	to.Blocks = append(to.Blocks, richText(paragraph(spans...)))
	return to, nil
}

// fetching says how many leads are being fetched; nothing when there is none.
func (a *App) fetching(ctx context.Context, s scene) ([]span, error) {
	n, oldest, err := a.Store.Fetching(ctx, s.Workspace.ID)
	if err != nil || n == 0 {
		return nil, err
	}
	return fillCount(s.P, "list.fetching", &n, "Since", moment(s.P, oldest.In(s.Workspace.Location()))), nil
}

// leadSpans begin a line about a lead: its number, linked to its card when it has one, and who it is.
func leadSpans(p *text.Printer, l handoff.Lead, cardURL string) []span {
	number := fmt.Sprintf("#%d", l.Number)
	first := bold(number)
	if cardURL != "" {
		first = link(cardURL, number)
	}
	return []span{first, words("  " + cut(joined(" · ", leadName(p, l), unless(l.Company, l.Title())), 120) + " · ")}
}

// leadRow is one lead in a list: its number, linked to its card when it has one, who it is, and where it stands.
func leadRow(p *text.Printer, l handoff.Lead, cardURL string, now time.Time, zone *time.Location) []span {
	row := leadSpans(p, l, cardURL)
	switch {
	case l.Overdue(now):
		row = append(row, strong(fill(p, "row.overdue", "Due", moment(p, l.Due.In(zone))))...)
	case l.State == handoff.Open:
		row = append(row, fill(p, "row.open", "Due", moment(p, l.Due.In(zone)))...)
	case l.State == handoff.Nurturing:
		row = append(row, fill(p, "row.nurturing", "Back", day(p, l.Back.In(zone)))...)
	default:
		row = append(row, italic(p.T("row."+string(l.State))))
	}
	return row
}
