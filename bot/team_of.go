package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"relevo/handoff"
	"relevo/store"
)

// Which workspace a payload belongs to.

// team is how Slack names a workspace in a payload: with its organisation, when it was installed in that.
type team struct {
	id, enterprise string
}

// workspace returns the workspace of a Slack team; ErrNotFound when the bot does not serve it. A team of an organisation that has
// Relevo gets its workspace when it is first heard of.
func (a *App) workspace(ctx context.Context, t team) (store.Workspace, error) {
	ws, err := a.Store.WorkspaceByTeam(ctx, t.id)
	if errors.Is(err, handoff.ErrNotFound) && t.enterprise != "" && !isOrganisation(t.id) {
		if ws, err = a.Store.Admit(ctx, t.enterprise, t.id, a.like(), a.Now()); err != nil {
			return ws, err
		}
		return ws, a.meet(ctx, ws)
	}
	if err == nil && ws.Closed && !a.own(ws) {
		return ws, fmt.Errorf("%w: it was uninstalled", handoff.ErrNotFound)
	}
	return ws, err
}

// like is what a new workspace begins as: it speaks the language of the installation until somebody says otherwise.
func (a *App) like() store.Workspace { return store.Workspace{Language: a.Language, Zone: a.Zone} }

// ofEnterprise is a team, with its organisation only when Relevo was installed in that as a whole.
func ofEnterprise(id, enterprise string, whole bool) team {
	if !whole {
		enterprise = ""
	}
	return team{id, enterprise}
}

// teamOf is the team whose workspace a payload belongs to, which is not always the team of whoever acts: see Slack's documentation
// of shared channels.
func teamOf(cb slack.InteractionCallback) team {
	id := cmp.Or(cb.View.AppInstalledTeamID, cb.Team.ID, cb.User.TeamID, cb.View.TeamID)
	return ofEnterprise(id, cb.Enterprise.ID, cb.IsEnterpriseInstall)
}

func teamOfCommand(cmd slack.SlashCommand) team {
	return ofEnterprise(cmd.TeamID, cmd.EnterpriseID, cmd.IsEnterpriseInstall)
}

func teamOfEvent(e slackevents.EventsAPIEvent) team {
	if cb, ok := e.Data.(*slackevents.EventsAPICallbackEvent); ok && len(cb.Authorizations) > 0 {
		by := cb.Authorizations[0]
		return ofEnterprise(cmp.Or(by.TeamID, e.TeamID), by.EnterpriseID, by.IsEnterpriseInstall)
	}
	return team{id: e.TeamID}
}

// isOrganisation tells whether an id of Slack's names an organisation, which is where a team's stands when an event is about all of it.
func isOrganisation(id string) bool { return strings.HasPrefix(id, "E") }
