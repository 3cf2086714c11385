package bot

import (
	"context"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/store"
)

// waitingBlocks are the open leads, the most urgent first: one's own with their buttons, of the others how many there are and
// the most urgent, unless a manager sees those that are past due further down.
func (a *App) waitingBlocks(ctx context.Context, s scene) ([]slack.Block, error) {
	own, mine, err := a.ownBlocks(ctx, s)
	if err != nil {
		return nil, err
	}
	others := store.Filter{States: []handoff.State{handoff.Open}, NotOwner: s.Actor.User}
	leads, rest, err := a.Store.Leads(ctx, s.Workspace.ID, others, maxOthers)
	if err != nil {
		return nil, err
	}
	others.OverdueAt = a.Now()
	_, overdue, err := a.Store.Leads(ctx, s.Workspace.ID, others, 1)
	if err != nil {
		return nil, err
	}
	blocks := own
	if rest > 0 || mine == 0 {
		heading := s.P.T("home.none_open")
		switch {
		case rest > 0 && mine > 0:
			heading = s.P.N("home.others", rest)
		case rest > 0:
			heading = s.P.N("home.open", rest)
		}
		if overdue > 0 {
			heading += " · " + s.P.N("home.overdue", overdue)
		}
		listed := rest
		if overdue > 0 && s.Actor.Roles.Has(handoff.RoleManager) {
			leads, listed = nil, 0
		}
		list, err := a.listBlocks(ctx, s, heading, leads, listed)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, list...)
	}
	if mine+rest > 1 && mayDecide(s) {
		blocks = append(blocks, slack.NewActionBlock("", button(actBulk, "", s.P.T("bulk.open"), "")))
	}
	return blocks, nil
}

// ownBlocks are the open leads that somebody owns, each with its buttons, and how many there are in all.
func (a *App) ownBlocks(ctx context.Context, s scene) ([]slack.Block, int, error) {
	leads, total, err := a.Store.Leads(ctx, s.Workspace.ID, store.Filter{States: []handoff.State{handoff.Open}, Owner: s.Actor.User}, maxOwn)
	if err != nil || total == 0 {
		return nil, 0, err
	}
	urls, err := a.whereCards(ctx, s.Workspace, leads)
	if err != nil {
		return nil, 0, err
	}
	blocks := []slack.Block{richText(paragraph(bold(s.P.N("home.mine", total))))}
	for _, l := range leads {
		blocks = append(blocks, richText(paragraph(leadRow(s.P, l, urls[l.ID], a.Now(), s.Workspace.Location())...)))
		if mayDecide(s) {
			blocks = append(blocks, slack.NewActionBlock("", decideButtons(s.P, l)...))
		}
	}
	if rest := total - len(leads); rest > 0 {
		blocks = append(blocks, richText(paragraph(italic(s.P.N("list.more", rest)))))
	}
	return blocks, total, nil
}

// questionBlocks are the questions that wait for somebody's answer, each with its button: those that name them, and those to a
// side for which they may answer that name nobody.
func (a *App) questionBlocks(ctx context.Context, s scene) ([]slack.Block, error) {
	rules := s.Workspace.Rules()
	var blocks []slack.Block
	shown, all := 0, 0
	for _, side := range []handoff.Role{handoff.RoleSales, handoff.RoleMarketing} {
		f := store.QuestionFilter{Asks: side, Of: s.Actor.User, Shared: rules.MayAnswer(s.Actor, handoff.Question{Asks: side}) == nil}
		questions, total, err := a.Store.WaitingQuestions(ctx, s.Workspace.ID, f, maxQuestions)
		if err != nil {
			return nil, err
		}
		all += total
		for _, q := range questions {
			if q.By == s.Actor.User {
				all-- // nobody answers themselves
				continue
			}
			row, err := a.questionRow(ctx, s, q)
			if err != nil {
				return nil, err
			}
			blocks = append(blocks, richText(paragraph(row...)), Asked{Question: q}.button(s.P))
			shown++
		}
	}
	if shown == 0 {
		return nil, nil
	}
	blocks = append([]slack.Block{richText(paragraph(bold(s.P.N("home.questions", all))))}, blocks...)
	if rest := all - shown; rest > 0 {
		blocks = append(blocks, richText(paragraph(italic(s.P.N("list.more", rest)))))
	}
	return blocks, nil
}

func (a *App) questionRow(ctx context.Context, s scene, q handoff.Question) ([]span, error) {
	row, err := a.numberAndName(ctx, s, q.LeadID)
	if err != nil {
		return nil, err
	}
	if q.Text != "" {
		row = append(row, italic(cut(oneLine(q.Text), 160)), words(" · "))
	}
	return append(row, person(s.P, q.By), words(", "), moment(s.P, q.At.In(s.Workspace.Location()))), nil
}

// numberAndName begins a line about a lead, linked to its card.
func (a *App) numberAndName(ctx context.Context, s scene, id int64) ([]span, error) {
	l, err := a.Store.LeadByID(ctx, s.Workspace.ID, id)
	if err != nil {
		return nil, err
	}
	url, err := a.whereCard(ctx, s.Workspace, l)
	return leadSpans(s.P, l, url), err
}

// latelyBlocks are the decisions that somebody took last.
func (a *App) latelyBlocks(ctx context.Context, s scene) ([]slack.Block, error) {
	decided, err := a.Store.DecidedBy(ctx, s.Workspace.ID, s.Actor.User, maxLately)
	if err != nil || len(decided) == 0 {
		return nil, err
	}
	reasons := s.Workspace.Settings.ReasonList()
	var rows [][]span
	for _, one := range decided {
		url, err := a.whereCard(ctx, s.Workspace, one.Lead)
		if err != nil {
			return nil, err
		}
		row := append(leadSpans(s.P, one.Lead, url), words(decisionWords(s.P, reasons, one.Decision)+", "))
		rows = append(rows, append(row, moment(s.P, one.Decision.At.In(s.Workspace.Location()))))
	}
	return []slack.Block{richText(paragraph(bold(s.P.T("home.lately"))), bullets(rows...))}, nil
}
