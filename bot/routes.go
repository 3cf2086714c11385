package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// The routing rules of the workspace, in their order and in words. Admins add, edit, order and delete them here; each form
// that is laid over the list has a file of its own.

const (
	viewRoutes     = "routes"
	actRouteAdd    = "routes.add"
	actRouteEdit   = "routes.edit"
	actRouteMenu   = "routes.menu"
	actRouteTry    = "routes.try"
	menuOwners     = "owners"
	menuUp         = "up"
	menuDown       = "down"
	menuDelete     = "delete"
	viewRouteGone  = "route_delete"
	maxRouteValues = 8 // of one condition are shown in words
)

var errRouteGone = errors.New("the rule is not there any more")

// OpenRoutes shows the routing rules. Anybody of the workspace sees them and may try them.
func (a *App) OpenRoutes(ctx context.Context, c Call) error {
	view, err := a.routesView(ctx, c.scene)
	if err != nil {
		return err
	}
	return a.open(ctx, c.scene, view)
}

// showRouting lays the routing rules over the settings.
func (a *App) showRouting(ctx context.Context, c click) error {
	view, err := a.routesView(ctx, c.scene)
	if err != nil {
		return err
	}
	return a.show(ctx, c, view)
}

func (a *App) routesView(ctx context.Context, s scene) (slack.ModalViewRequest, error) {
	people, err := a.Store.Members(ctx, s.Workspace.ID, s.Workspace.Settings.RouteOwners())
	return routesView(s, people, a.Now()), err
}

func routesView(s scene, people map[string]handoff.Member, now time.Time) slack.ModalViewRequest {
	p, ws := s.P, s.Workspace
	routes, edits := ws.Settings.Routes, ws.Rules().MayAdminister(s.Actor) == nil
	v := modal(p, viewRoutes, p.T("routes.title"), "", nil)
	intro := "routes.intro"
	if len(routes) == 0 {
		intro = "routes.none"
	}
	v.Blocks.BlockSet = []slack.Block{richText(paragraph(words(p.T(intro))))}
	for i, r := range routes {
		lines := []slack.RichTextElement{
			paragraph(bold(fmt.Sprintf("%d. %s", i+1, r.Name))),
			paragraph(routeWords(p, r, ws.LeadsChannel)...),
		}
		if away := awaySpans(p, r, people, ws.Location(), now); away != nil {
			lines = append(lines, paragraph(away...))
		}
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, slack.NewDividerBlock(), richText(lines...))
		if edits {
			v.Blocks.BlockSet = append(v.Blocks.BlockSet, slack.NewActionBlock("", button(actRouteEdit, r.ID, p.T("routes.edit"), ""), routeMenu(p, r, i, len(routes))))
		}
	}
	rest := paragraph(fill(p, "routes.rest", "Channel", channel(ws.LeadsChannel))...)
	v.Blocks.BlockSet = append(v.Blocks.BlockSet, slack.NewDividerBlock(), richText(rest))
	actions := []slack.BlockElement{button(actRouteTry, "", p.T("routes.try"), "")}
	if edits && len(routes) < handoff.MaxRoutes {
		actions = slices.Insert(actions, 0, slack.BlockElement(button(actRouteAdd, "", p.T("routes.add"), "")))
	}
	v.Blocks.BlockSet = append(v.Blocks.BlockSet, slack.NewActionBlock("", actions...))
	if !edits {
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, note(p.T("routes.read_only")))
	}
	return v
}

func routeMenu(p *text.Printer, r handoff.Route, i, n int) *slack.OverflowBlockElement {
	var options []*slack.OptionBlockObject
	add := func(what string, offered bool) {
		if offered {
			options = append(options, option(what+":"+r.ID, p.T("routes.menu."+what)))
		}
	}
	add(menuOwners, len(r.Owners) > 0)
	add(menuUp, i > 0)
	add(menuDown, i < n-1)
	add(menuDelete, true)
	return slack.NewOverflowBlockElement(actRouteMenu, options...)
}

// routeOfMenu does what was chosen in a rule's menu.
func (a *App) routeOfMenu(ctx context.Context, c click) error {
	what, id, _ := strings.Cut(c.Action.SelectedOption.Value, ":")
	switch what {
	case menuOwners:
		return a.openRouteOwners(ctx, c, id)
	case menuDelete:
		return a.openRouteDelete(ctx, c, id)
	}
	if err := c.Workspace.Rules().MayAdminister(c.Actor); err != nil || c.View == nil {
		return err
	}
	ws, err := a.changeRoutes(ctx, c.scene, func(s *handoff.Settings) error {
		i, err := routeAt(s, id)
		j := i + map[string]int{menuUp: -1, menuDown: 1}[what]
		if err == nil && j >= 0 && j < len(s.Routes) {
			s.Routes[i], s.Routes[j] = s.Routes[j], s.Routes[i]
		}
		return err
	})
	if err != nil {
		return err
	}
	c.Workspace = ws
	a.showRoutes(ctx, c.scene, c.View.ID, c.View.RootViewID)
	return nil
}

func routeAt(s *handoff.Settings, id string) (int, error) {
	i := slices.IndexFunc(s.Routes, func(r handoff.Route) bool { return r.ID == id })
	if i < 0 {
		return 0, errRouteGone
	}
	return i, nil
}

// routeFor returns a rule for an admin who wants to change it.
func routeFor(s scene, id string) (handoff.Route, error) {
	if err := s.Workspace.Rules().MayAdminister(s.Actor); err != nil {
		return handoff.Route{}, err
	}
	r, ok := s.Workspace.Settings.Route(id)
	if !ok {
		return handoff.Route{}, errRouteGone
	}
	return r, nil
}

// changeRoutes changes the rules for an admin, and sees to it that new owners are looked at.
func (a *App) changeRoutes(ctx context.Context, s scene, change func(*handoff.Settings) error) (store.Workspace, error) {
	if err := s.Workspace.Rules().MayAdminister(s.Actor); err != nil {
		return store.Workspace{}, err
	}
	a.looked.Store(0)
	return a.Store.ChangeSettings(ctx, s.Workspace.ID, s.Actor.User, a.Now(), change)
}

// saveRoutes is changeRoutes for a form, and shows what is in force then in the list that lies under it.
func (a *App) saveRoutes(ctx context.Context, s submission, change func(*handoff.Settings) error) (*slack.ViewSubmissionResponse, error) {
	ws, err := a.changeRoutes(ctx, s.scene, change)
	if err != nil {
		return nil, err
	}
	s.Workspace = ws
	if s.View.PreviousViewID != "" {
		a.showRoutes(ctx, s.scene, s.View.PreviousViewID, s.View.RootViewID)
	}
	return nil, nil
}

// showRoutes shows the list anew, and the settings when they lie under it. What was closed meanwhile is right when it is
// opened next.
func (a *App) showRoutes(ctx context.Context, s scene, viewID, rootID string) {
	ctx, cancel := context.WithTimeout(ctx, a.patience)
	defer cancel()
	view, err := a.routesView(ctx, s)
	if err == nil {
		_, err = a.slack(ctx, s.Workspace).UpdateViewContext(ctx, view, "", "", viewID)
	}
	if err == nil && rootID != "" && rootID != viewID {
		_, err = a.slack(ctx, s.Workspace).UpdateViewContext(ctx, a.settingsView(s), "", "", rootID)
	}
	if err != nil {
		a.Log.InfoContext(ctx, "rules not shown anew", "error", err)
	}
}

// routeRef is what a form remembers of the rule that it is about.
type routeRef string

func (r routeRef) String() string { return string(r) }

func (a *App) openRouteDelete(ctx context.Context, c click, id string) error {
	r, err := routeFor(c.scene, id)
	if err != nil {
		return err
	}
	return a.show(ctx, c, routeDeleteView(c.P, r, c.Workspace.LeadsChannel))
}

func routeDeleteView(p *text.Printer, r handoff.Route, leads string) slack.ModalViewRequest {
	v := modal(p, viewRouteGone, p.T("routes.delete.title"), p.T("routes.delete.submit"), routeRef(r.ID))
	v.Blocks.BlockSet = []slack.Block{richText(
		paragraph(bold(r.Name)), paragraph(routeWords(p, r, leads)...), paragraph(words(p.T("routes.delete.says"))),
	)}
	return v
}

func (a *App) submitRouteDelete(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	return a.saveRoutes(ctx, s, func(settings *handoff.Settings) error {
		settings.Routes = slices.DeleteFunc(slices.Clone(settings.Routes), func(r handoff.Route) bool { return r.ID == s.View.PrivateMetadata })
		return nil
	})
}
