package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/store"
)

// Connect asks Slack who we are by the environment's own token, finds the channels, and notes all of it in the store. Without
// such a token there is nothing to ask. It fails with a sentence that says what is wrong and how to mend it; it may be called
// again.
func (a *App) Connect(ctx context.Context) error {
	err := a.connect(ctx)
	a.setTrouble(troubleConnect, err)
	a.settled.Store(err == nil)
	return err
}

func (a *App) setTrouble(of int, err error) {
	if err == nil {
		a.trouble[of].Store(nil)
		return
	}
	s := strings.ReplaceAll(err.Error(), "\n", "; ")
	a.trouble[of].Store(&s)
}

// Trouble says why Slack can't be used at the moment; empty when all is well.
func (a *App) Trouble() string {
	var all []string
	for i := range a.trouble {
		if s := a.trouble[i].Load(); s != nil {
			all = append(all, *s)
		}
	}
	return strings.Join(all, "; ")
}

// Connected tells whether Slack has been reached since the start by the environment's own token, if there is one.
func (a *App) Connected() bool { return a.Slack == nil || a.reached.Load() }

func (a *App) connect(ctx context.Context) error {
	ws, err := a.Store.DefaultWorkspace(ctx, a.Now())
	if err != nil {
		return err
	}
	if a.Slack == nil {
		_, err := a.Store.InstallationOf(ctx, ws.ID)
		if errors.Is(err, handoff.ErrNotFound) {
			return a.Store.SetReached(ctx, ws.ID, false, a.Now()) // its token was taken away
		}
		return err
	}
	who, err := a.Slack.AuthTestContext(ctx)
	if err != nil {
		return fmt.Errorf("slack: auth.test: %w", err)
	}
	ws.TeamID, ws.Name, ws.URL, ws.BotUser = who.TeamID, who.Team, who.URL, who.UserID
	if err := a.Store.SaveWorkspace(ctx, ws); err != nil {
		return err
	}
	if err := a.Store.SetReached(ctx, ws.ID, true, a.Now()); err != nil {
		return err
	}
	a.reached.Store(true)
	// A channel that can't be found does not keep the other one waiting.
	var wrong error
	for _, c := range []struct {
		name string
		id   *string
	}{{a.LeadsChannel, &ws.LeadsChannel}, {a.FeedbackChannel, &ws.FeedbackChannel}} {
		id, err := a.findChannel(ctx, ws, c.name)
		if err != nil {
			wrong = errors.Join(wrong, err)
			continue
		}
		*c.id = id
	}
	a.joinRoutes(ctx, ws)
	return errors.Join(wrong, a.Store.SaveWorkspace(ctx, ws))
}

// meet asks Slack what a workspace is called and whom the bot is there.
func (a *App) meet(ctx context.Context, ws store.Workspace) error {
	who, err := a.slack(ctx, ws).AuthTestContext(ctx)
	if err != nil {
		a.Log.WarnContext(ctx, "a workspace's name is not known", "workspace", ws.ID, "problem", judge(err).code)
		return nil
	}
	if who.TeamID == ws.TeamID { // an organisation's token may answer for another of its teams
		ws.Name, ws.URL = who.Team, who.URL
	}
	ws.BotUser = who.UserID
	return a.Store.SaveWorkspace(ctx, ws)
}

// findChannel returns the id of a channel given by name or id, after joining it when it is public.
func (a *App) findChannel(ctx context.Context, ws store.Workspace, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	client := a.slack(ctx, ws)
	found, err := FindChannel(ctx, client, ws.TeamID, name)
	if err != nil {
		return "", err
	}
	if found.IsMember {
		return found.ID, nil
	}
	if found.IsPrivate {
		return "", fmt.Errorf("slack: the bot is not in the private channel %s: invite it there with /invite", name)
	}
	if _, _, _, err := client.JoinConversationContext(ctx, found.ID); err != nil {
		return "", fmt.Errorf("slack: can't join %s: %w", name, err)
	}
	return found.ID, nil
}

// FindChannel returns the team's channel with this id or name, with or without "#". It fails when there is none that the
// bot can see. The team matters under the token of an organisation alone, and may be empty under any other.
func FindChannel(ctx context.Context, client *slack.Client, team, name string) (*slack.Channel, error) {
	bare := strings.TrimPrefix(name, "#")
	if looksLikeChannelID(bare) {
		c, err := client.GetConversationInfoContext(ctx, &slack.GetConversationInfoInput{ChannelID: bare})
		if err == nil {
			return c, nil
		}
		if e, ok := errors.AsType[slack.SlackErrorResponse](err); !ok || e.Err != "channel_not_found" {
			return nil, fmt.Errorf("slack: conversations.info: %w", err)
		}
	}
	params := &slack.GetConversationsParameters{Types: []string{"public_channel", "private_channel"}, ExcludeArchived: true, Limit: 1000, TeamID: team}
	for {
		page, next, err := client.GetConversationsContext(ctx, params)
		if err != nil {
			return nil, fmt.Errorf("slack: conversations.list: %w", err)
		}
		for i := range page {
			if page[i].Name == bare || page[i].ID == bare {
				return &page[i], nil
			}
		}
		if next == "" {
			return nil, fmt.Errorf("slack: there is no channel %s that the bot can see: create it, or invite the bot if it is private", name)
		}
		params.Cursor = next
	}
}

func looksLikeChannelID(s string) bool {
	return len(s) >= 9 && (s[0] == 'C' || s[0] == 'G') && strings.ToUpper(s) == s
}
