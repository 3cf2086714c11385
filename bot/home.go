package bot

import (
	"context"
	"fmt"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/store"
)

// The Home tab: to each what they can do something about. Reps see their own leads and questions, marketers the week and
// what they owe, managers how sales is doing, admins the way to what they edit. Nobody else sees anybody's Home.

// How much of each list Home shows.
const (
	maxOwn       = 10 // leads of one's own, with their buttons
	maxOthers    = 5
	maxQuestions = 5
	maxLately    = 5
	maxOverdue   = 10
	maxLoads     = 25
)

const (
	actTeam     = "home.team"
	actSettings = "home.settings"
)

// publishHome shows somebody's Home tab, and notes that it shows leads: it is shown anew when one is erased.
func (a *App) publishHome(ctx context.Context, s scene) error {
	home := store.Leftover{Kind: store.LeftoverHome, Ref: s.Actor.User, Owner: s.Actor.User, Made: a.Now()}
	if err := a.Store.Leave(ctx, s.Workspace.ID, home); err != nil {
		return err
	}
	if err := a.showHome(ctx, s); err != nil {
		return err
	}
	if erased, err := a.Store.ErasedSince(ctx, s.Workspace.ID, home.Made); err != nil || !erased {
		return err
	}
	return a.Store.Leave(ctx, s.Workspace.ID, home) // it may show who was erased meanwhile
}

func (a *App) showHome(ctx context.Context, s scene) error {
	view, err := a.home(ctx, s)
	if err != nil {
		return err
	}
	if _, err := a.slack(ctx, s.Workspace).PublishViewContext(ctx, slack.PublishViewContextRequest{UserID: s.Actor.User, View: view}); err != nil {
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
	v.Blocks.BlockSet = []slack.Block{header(s.P.T("home.title"))}
	if s.Workspace.Unready { // nothing is shown to anybody yet, so nothing else is true
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, unreadyBlocks(s, a.maySetUp(ctx, s) == nil)...)
		return v, nil
	}
	parts := []func(context.Context, scene) ([]slack.Block, error){a.waitingBlocks, a.questionBlocks, a.latelyBlocks}
	if s.Actor.Roles.Has(handoff.RoleManager) {
		parts = append(parts, a.salesBlocks)
	}
	if s.Actor.Roles.Has(handoff.RoleMarketing) {
		parts = append(parts, a.marketingBlocks)
	}
	for _, part := range append(parts, a.fetchingBlocks) {
		blocks, err := part(ctx, s)
		if err != nil {
			return v, err
		}
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, blocks...)
	}
	v.Blocks.BlockSet = append(v.Blocks.BlockSet, slack.NewDividerBlock())
	if links := homeLinks(s); links != nil {
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, slack.NewActionBlock("", links...))
	}
	v.Blocks.BlockSet = append(v.Blocks.BlockSet, note(s.P.T("home.hint")))
	return v, nil
}

// homeLinks are the ways to what somebody may edit.
func homeLinks(s scene) []slack.BlockElement {
	rules := s.Workspace.Rules()
	var links []slack.BlockElement
	if rules.MayAdminister(s.Actor) == nil {
		links = append(links, button(actSettings, "", s.P.T("home.settings"), ""), button(actTeam, "", s.P.T("home.team"), ""))
	}
	if rules.MayEditReasons(s.Actor) == nil {
		links = append(links, button(actReasons, "", s.P.T("home.reasons"), ""))
	}
	return links
}

// openTeam opens the team from Home.
func (a *App) openTeam(ctx context.Context, c click) error {
	if err := c.Workspace.Rules().MayAdminister(c.Actor); err != nil {
		return err
	}
	_, err := a.ShowTeam(ctx, Call{scene: c.scene})
	return err
}

// openSettings opens the settings from Home.
func (a *App) openSettings(ctx context.Context, c click) error {
	return a.OpenSettings(ctx, Call{scene: c.scene})
}

func (a *App) fetchingBlocks(ctx context.Context, s scene) ([]slack.Block, error) {
	spans, err := a.fetching(ctx, s)
	if err != nil || spans == nil {
		return nil, err
	}
	return []slack.Block{richText(paragraph(spans...))}, nil
}
