package bot

import (
	"cmp"
	"context"
	"slices"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// Decisions that were taken by the clock are told to the managers of sales alone, each in a direct message, with the digest of the
// week.

// tempoReaders are the managers of sales: a manager who is of marketing is marketing's.
func (a *App) tempoReaders(ctx context.Context, ws store.Workspace) ([]string, error) {
	members, _, err := a.people.groups(ctx, ws)
	if err != nil {
		return nil, err
	}
	team := ws.Settings.Team
	return slices.DeleteFunc(team.Members(handoff.RoleManager, members), func(user string) bool {
		return team.RolesOf(user, members).Has(handoff.RoleMarketing)
	}), nil
}

// renderTempo fails with errNothingToShow when nobody decided by the clock that week.
func (a *App) renderTempo(ctx context.Context, ws store.Workspace, m store.Message) (rendered, error) {
	week, err := handoff.ParseWeek(m.Week, ws.Location())
	if err != nil {
		return rendered{}, err
	}
	tempos, err := a.Store.Tempos(ctx, ws.ID, week.Start(), week.End())
	if err != nil {
		return rendered{}, err
	}
	reader, err := a.people.look(ctx, ws, m.Target)
	if err != nil {
		return rendered{}, err
	}
	blocks, said := tempoBlocks(a.Texts.In(cmp.Or(reader.Locale, ws.Language)), week, tempos)
	if blocks == nil {
		return rendered{}, errNothingToShow
	}
	return rendered{blocks: blocks, text: said}, nil
}

// maxTempos is how many people the message names.
const maxTempos = 20

// tempoBlocks is the message about a week; nil when there is nothing to say.
func tempoBlocks(p *text.Printer, week handoff.Week, tempos []handoff.Tempo) ([]slack.Block, string) {
	var lines [][]span
	title := p.T("tempo.title", "Days", weekDays(p, week))
	said := escape(title)
	add := func(t handoff.Tempo, key string, count int) {
		line := fill(p, key, "Who", person(p, t.By), "Count", p.Int(count), "Of", p.Int(t.Decided))
		lines = append(lines, line)
		said += "\n" + spoken(p, line...)
	}
	for _, t := range tempos {
		if len(lines) >= maxTempos {
			break
		}
		if t.Hasty() {
			add(t, "tempo.at_once", t.AtOnce)
		}
		if t.ByTheClock() {
			add(t, "tempo.at_due", t.AtDue)
		}
	}
	if lines == nil {
		return nil, ""
	}
	return []slack.Block{richText(paragraph(bold(title)), bullets(lines...)), note(p.T("tempo.note"))}, fallback(said + "\n" + escape(p.T("tempo.note")))
}
