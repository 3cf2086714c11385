package bot

import (
	"context"
	"fmt"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/store"
)

// publishHome shows somebody's Home tab: what is open, by due time, and what they decided.
func (a *App) publishHome(ctx context.Context, s scene) error {
	view, err := a.home(ctx, s)
	if err != nil {
		return err
	}
	if _, err := a.Slack.PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: s.Actor.User, View: view}); err != nil {
		return fmt.Errorf("slack: views.publish: %w", err)
	}
	return nil
}

func (a *App) home(ctx context.Context, s scene) (slack.HomeTabViewRequest, error) {
	v := slack.HomeTabViewRequest{Type: slack.VTHomeTab, CallbackID: "home"}
	if err := s.Workspace.Rules().May(s.Actor); err != nil {
		v.Blocks.BlockSet = []slack.Block{richText(paragraph(words(a.explain(ctx, s.P, err))))}
		return v, nil
	}
	open, total, err := a.Store.Leads(ctx, s.Workspace.ID, store.Filter{States: []handoff.State{handoff.Open}}, maxListed)
	if err != nil {
		return v, err
	}
	_, overdue, err := a.Store.Leads(ctx, s.Workspace.ID, store.Filter{OverdueAt: a.Now()}, 1)
	if err != nil {
		return v, err
	}
	mine, decided, err := a.Store.Leads(ctx, s.Workspace.ID, store.Filter{DecidedBy: s.Actor.User}, 5)
	if err != nil {
		return v, err
	}
	heading := s.P.N("home.open", total)
	if total == 0 {
		heading = s.P.T("home.none_open")
	} else if overdue > 0 {
		heading += " · " + s.P.N("home.overdue", overdue)
	}
	v.Blocks.BlockSet = []slack.Block{header(s.P.T("home.title"))}
	if total > 1 && mayDecide(s) {
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, slack.NewActionBlock("", button(actBulk, "", s.P.T("bulk.open"), "")))
	}
	own, err := a.ownBlocks(ctx, s)
	if err != nil {
		return v, err
	}
	v.Blocks.BlockSet = append(v.Blocks.BlockSet, own...)
	for _, part := range []struct {
		heading string
		leads   []handoff.Lead
		total   int
	}{
		{heading, open, total},
		{s.P.N("home.decided", decided), mine, decided},
	} {
		if part.total == 0 && part.heading != heading {
			continue
		}
		blocks, err := a.listBlocks(ctx, s, part.heading, part.leads, part.total)
		if err != nil {
			return v, err
		}
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, blocks...)
	}
	fetching, err := a.fetching(ctx, s)
	if err != nil {
		return v, err
	}
	if fetching != nil {
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, richText(paragraph(fetching...)))
	}
	v.Blocks.BlockSet = append(v.Blocks.BlockSet, slack.NewDividerBlock(), note(s.P.T("home.hint")))
	return v, nil
}

// maxOwn is how many of somebody's own leads are shown with their buttons.
const maxOwn = 10

// ownBlocks are the open leads that somebody owns, the most urgent first, each with its buttons; nothing when there is none.
func (a *App) ownBlocks(ctx context.Context, s scene) ([]slack.Block, error) {
	leads, total, err := a.Store.Leads(ctx, s.Workspace.ID, store.Filter{States: []handoff.State{handoff.Open}, Owner: s.Actor.User}, maxOwn)
	if err != nil || total == 0 {
		return nil, err
	}
	blocks := []slack.Block{richText(paragraph(bold(s.P.N("home.mine", total))))}
	for _, l := range leads {
		url, err := a.whereCard(ctx, s.Workspace, l)
		if err != nil {
			return nil, err
		}
		blocks = append(blocks, richText(paragraph(leadRow(s.P, l, url, a.Now(), s.Workspace.Location())...)))
		if mayDecide(s) {
			blocks = append(blocks, slack.NewActionBlock("", decideButtons(s.P, l)...))
		}
	}
	if rest := total - len(leads); rest > 0 {
		blocks = append(blocks, richText(paragraph(italic(s.P.N("list.more", rest)))))
	}
	return blocks, nil
}
