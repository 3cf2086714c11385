package bot

import (
	"context"
	"encoding/json"
	"slices"
	"time"

	"github.com/slack-go/slack/slackevents"

	"relevo/store"
)

// User groups tell who has which role. Slack says who comes and who goes.

// groupsShown is how many members of a group an event lists at most.
const groupsShown = 500

// groupMembersChanged takes note of who joined and left a user group.
func (a *App) groupMembersChanged(ctx context.Context, ws store.Workspace, e *slackevents.SubteamMembersChangedEvent) error {
	return a.Store.ChangeGroup(ctx, ws.ID, e.SubteamID, time.Unix(e.DateUpdate, 0), func(g *store.UserGroup) {
		for _, user := range e.AddedUsers {
			if !slices.Contains(g.Members, user) {
				g.Members = append(g.Members, user)
			}
		}
		g.Members = slices.DeleteFunc(g.Members, func(user string) bool { return slices.Contains(e.RemovedUsers, user) })
	})
}

// groupUpdated takes note of a user group as it is now. One that was disabled has nobody; of one that is too large for an
// event Slack is asked when somebody acts next.
func (a *App) groupUpdated(ctx context.Context, ws store.Workspace, e *slackevents.SubteamUpdatedEvent) error {
	return a.Store.ChangeGroup(ctx, ws.ID, e.Subteam.ID, time.Unix(e.Subteam.DateUpdate, 0), func(g *store.UserGroup) {
		g.Handle = e.Subteam.Handle
		switch {
		case e.Subteam.DateDelete > 0:
			g.Members = nil
		case len(e.Subteam.Users) < groupsShown:
			g.Members = e.Subteam.Users
		default:
			g.Seen = time.Time{}
		}
	})
}

// parseEvent reads an event as Slack sends it. Slack writes the counts of user groups now as numbers, now as strings, which
// the library refuses; nobody needs them.
func parseEvent(raw json.RawMessage) (slackevents.EventsAPIEvent, error) {
	e, err := slackevents.ParseEvent(raw, slackevents.OptionNoVerifyToken())
	if err == nil {
		return e, nil
	}
	var outer, inner, group map[string]json.RawMessage
	if json.Unmarshal(raw, &outer) != nil || json.Unmarshal(outer["event"], &inner) != nil {
		return e, err
	}
	delete(inner, "added_users_count")
	delete(inner, "removed_users_count")
	if json.Unmarshal(inner["subteam"], &group) == nil {
		delete(group, "user_count")
		inner["subteam"], _ = json.Marshal(group) // of what was just read: can't fail
	}
	outer["event"], _ = json.Marshal(inner)
	again, _ := json.Marshal(outer)
	return slackevents.ParseEvent(again, slackevents.OptionNoVerifyToken())
}
