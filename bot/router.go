package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime/debug"
	"strings"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// Whatever way a payload came, Socket Mode or signed HTTP, it ends here. What a method returns is what Slack is
// answered with.

// Call is a slash command.
type Call struct {
	scene
	Command string // "/lead"
	Text    string // what was typed behind it
}

// Answer is what a slash command says, privately.
type Answer struct {
	Text   string
	Blocks []slack.Block
	More   []Answer // what does not fit into one message
}

func (a Answer) message() map[string]any {
	m := map[string]any{"response_type": "ephemeral", "text": a.Text, "unfurl_links": false}
	if a.Blocks != nil {
		m["blocks"] = a.Blocks
	}
	return m
}

// CommandFunc answers a slash command.
type CommandFunc func(ctx context.Context, a *App, c Call) (Answer, error)

// SetCommands says who answers slash commands.
func (a *App) SetCommands(f CommandFunc) { a.command = f }

// scene is who acts, where, and in what language they are answered.
type scene struct {
	Workspace store.Workspace
	Actor     handoff.Actor
	P         *text.Printer
	Trigger   string
	Channel   string
}

// click is a press on a button, or a choice in a menu.
type click struct {
	scene
	Action *slack.BlockAction
	TS     string      // of the message, when it was in one
	View   *slack.View // the modal or Home, when it was in one
}

// submission is a modal that was sent.
type submission struct {
	scene
	View slack.View
}

type (
	clickHandler  func(context.Context, click) error
	submitHandler func(context.Context, submission) (*slack.ViewSubmissionResponse, error)
)

// patience is how long a handler waits for Slack itself, so that Slack has its answer within its three seconds.
const patience = 2500 * time.Millisecond

// Command answers a slash command: with the reply, and with what is to be done once Slack has it, if anything.
func (a *App) Command(ctx context.Context, cmd slack.SlashCommand) (reply any, then func(context.Context)) {
	s, err := a.scene(ctx, teamOfCommand(cmd), cmd.UserID, "", cmd.TriggerID, cmd.ChannelID)
	if err == nil {
		err = s.Workspace.Rules().May(s.Actor)
	}
	var answer Answer
	if err == nil {
		answer, err = a.safely(ctx, func() (Answer, error) {
			return a.command(ctx, a, Call{scene: s, Command: cmd.Command, Text: strings.TrimSpace(cmd.Text)})
		})
	}
	if err != nil && !errors.Is(err, errUsed) {
		answer = Answer{Text: a.explain(ctx, s.P, err)}
	}
	if answer.Text == "" && answer.Blocks == nil {
		return nil, nothing
	}
	return answer.message(), func(ctx context.Context) {
		for _, more := range answer.More {
			body, err := encode(more.message())
			if err == nil {
				err = a.respond(ctx, cmd.ResponseURL, body)
			}
			if err != nil {
				a.Log.WarnContext(ctx, "answer cut short", "error", err)
				return
			}
		}
	}
}

func nothing(context.Context) {}

// Interaction answers a click or a submission, of whoever may act at all: no handler has to ask that again.
func (a *App) Interaction(ctx context.Context, cb slack.InteractionCallback) any {
	channel := channelOf(cb)
	if cb.Type == slack.InteractionTypeMessageAction || cb.Container.IsEphemeral {
		channel = "" // the message may be where the bot is not: what is to be said goes into a modal
	}
	s, err := a.scene(ctx, teamOf(cb), cb.User.ID, cb.User.TeamID, cb.TriggerID, channel)
	if err == nil {
		err = s.Workspace.Rules().May(s.Actor)
	}
	if err != nil {
		return a.turnAway(ctx, s, cb, err)
	}
	switch cb.Type {
	case slack.InteractionTypeBlockActions:
		for _, action := range cb.ActionCallback.BlockActions {
			c := click{scene: s, Action: action, TS: cb.Container.MessageTs}
			if cb.View.ID != "" {
				c.View = &cb.View
			}
			if err := a.press(ctx, c); err != nil {
				a.tellClick(ctx, c, err)
			}
		}
	case slack.InteractionTypeMessageAction:
		if err := a.useShortcut(ctx, s, cb); err != nil {
			a.tell(ctx, s, err)
		}
	case slack.InteractionTypeViewSubmission:
		if reply := a.submit(ctx, submission{scene: s, View: cb.View}); reply != nil {
			return reply
		}
	}
	return nil
}

// turnAway says privately why nothing was done. Whoever had filled in a form gets back what they wrote.
func (a *App) turnAway(ctx context.Context, s scene, cb slack.InteractionCallback, problem error) any {
	switch cb.Type {
	case slack.InteractionTypeViewSubmission:
		view := noticeView(s.P, a.explain(ctx, s.P, problem), typed(cb.View))
		return slack.NewUpdateViewSubmissionResponse(&view)
	case slack.InteractionTypeBlockActions, slack.InteractionTypeMessageAction:
		a.tell(ctx, s, problem)
	}
	return nil
}

func (a *App) useShortcut(ctx context.Context, s scene, cb slack.InteractionCallback) error {
	if cb.CallbackID != ShortcutHandOver {
		return nil // of another version
	}
	_, err := a.safely(ctx, func() (Answer, error) { return Answer{}, a.openFromMessage(ctx, s, cb.Message) })
	return err
}

func (a *App) press(ctx context.Context, c click) error {
	handle, ok := a.clicks[c.Action.ActionID]
	if !ok {
		return nil // a link, or a button of an older version that only has to be acknowledged
	}
	_, err := a.safely(ctx, func() (Answer, error) { return Answer{}, handle(ctx, c) })
	return err
}

func (a *App) submit(ctx context.Context, s submission) *slack.ViewSubmissionResponse {
	handle, ok := a.submits[s.View.CallbackID]
	if !ok {
		return nil
	}
	var reply *slack.ViewSubmissionResponse
	_, err := a.safely(ctx, func() (_ Answer, err error) {
		reply, err = handle(ctx, s)
		return Answer{}, err
	})
	if err == nil {
		return reply
	}
	if wrong, ok := errors.AsType[handoff.FieldErrors](err); ok && len(s.View.Blocks.BlockSet) > 0 {
		return slack.NewErrorsViewSubmissionResponse(fieldTexts(s.P, wrong, s.View))
	}
	if first, ok := errors.AsType[*handoff.AlreadyDecided](err); ok {
		view := a.alreadyDecidedView(s.scene, first.First, typed(s.View))
		return slack.NewUpdateViewSubmissionResponse(&view)
	}
	view := noticeView(s.P, a.explain(ctx, s.P, err), typed(s.View))
	return slack.NewUpdateViewSubmissionResponse(&view)
}

// Event takes note of something that happened in the workspace, and returns what only has to be shown, which can
// wait until Slack has its acknowledgement.
func (a *App) Event(ctx context.Context, e slackevents.EventsAPIEvent) (then func(context.Context)) {
	handle := func(ctx context.Context) {
		_, err := a.safely(ctx, func() (Answer, error) { return Answer{}, a.event(ctx, e) })
		if err != nil {
			a.Log.ErrorContext(ctx, "event not handled", "type", e.InnerEvent.Type, "error", err)
		}
	}
	if e.InnerEvent.Type == string(slackevents.AppHomeOpened) {
		return handle
	}
	handle(ctx)
	return nothing
}

func (a *App) event(ctx context.Context, e slackevents.EventsAPIEvent) error {
	switch in := e.InnerEvent.Data.(type) {
	case *slackevents.AppHomeOpenedEvent:
		if in.Tab != "home" {
			return nil
		}
		s, err := a.scene(ctx, teamOfEvent(e), in.User, "", "", "")
		if err != nil {
			return err
		}
		return a.publishHome(ctx, s)
	case *slackevents.MessageEvent:
		return a.dropFiles(ctx, e, in)
	}
	if handled, err := a.installEvent(ctx, e); handled {
		return err
	}
	ws, err := a.workspace(ctx, teamOfEvent(e))
	if ours, err := found(err); !ours {
		return err
	}
	switch in := e.InnerEvent.Data.(type) {
	case *slackevents.ChannelIDChangedEvent:
		return a.Store.MoveChannel(ctx, ws.ID, in.OldChannelID, in.NewChannelID)
	case *slackevents.UserChangeEvent:
		return a.people.changed(ctx, ws, in.User)
	case *slackevents.SubteamMembersChangedEvent:
		return a.groupMembersChanged(ctx, ws, in)
	case *slackevents.SubteamUpdatedEvent:
		return a.groupUpdated(ctx, ws, in)
	}
	return nil
}

// scene finds out who acts. It fails with handoff.ErrOutsider when the team is not one that the bot serves; the
// scene then still has a printer.
func (a *App) scene(ctx context.Context, t team, user, userTeam, trigger, channel string) (scene, error) {
	s := scene{P: a.Texts.In(""), Trigger: trigger, Channel: channel, Actor: handoff.Actor{User: user, External: true}}
	ws, err := a.workspace(ctx, t)
	if errors.Is(err, handoff.ErrNotFound) {
		if !a.Connected() {
			return s, errStarting
		}
		return s, handoff.ErrOutsider
	}
	if err != nil {
		return s, err
	}
	var locale string
	s.Workspace = ws
	s.Actor, locale, err = a.people.actor(ctx, ws, user, userTeam)
	if locale == "" {
		locale = ws.Language
	}
	s.P = a.Texts.In(locale)
	return s, err
}

func channelOf(cb slack.InteractionCallback) string {
	if cb.Container.ChannelID != "" {
		return cb.Container.ChannelID
	}
	return cb.Channel.ID
}

// safely turns a panic into an error, so that one bad payload does not take the bot down.
func (a *App) safely(ctx context.Context, f func() (Answer, error)) (answer Answer, err error) {
	defer func() {
		if r := recover(); r != nil {
			a.Log.ErrorContext(ctx, "panic", "value", fmt.Sprintf("%T", r), "stack", string(debug.Stack()))
			err = errors.New("bot: a handler panicked")
		}
	}()
	return f()
}

// encode marshals an answer; nothing for none.
func encode(reply any) ([]byte, error) {
	if reply == nil {
		return nil, nil
	}
	return json.Marshal(reply)
}
