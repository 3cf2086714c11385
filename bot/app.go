// Package bot is everything that Relevo does in Slack: it answers clicks and submissions, shows cards, modals, the
// Home tab and the digest, and keeps Slack in agreement with the store.
package bot

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// Config is what an App is made of.
type Config struct {
	Store *store.Store
	Slack *slack.Client
	Texts *text.Catalogue
	Now   func() time.Time
	Log   *slog.Logger

	APIURL string // of Slack's Web API, when it is not Slack's own

	LeadsChannel    string // name or id of the channel where cards are posted
	FeedbackChannel string // name or id of the channel where digests are posted

	PostsPerSecond float64 // a channel; 0 for no pace of our own

	// Clean checks a lead that is handed over in Slack and brings it into the form in which marketing's door stores
	// leads. Without one it is Arrival.Clean. It fails with handoff.FieldErrors.
	Clean func(handoff.Arrival) (handoff.Arrival, error)

	// Mapped is what the mapping file expects forms to ask; the digest warns when they ask for a need.
	Mapped []string

	// ReadLeads reads files that are dropped into the direct message with the bot. Without one they are not answered.
	ReadLeads ReadLeads

	Watch Watch
}

// App is the bot of one workspace.
type App struct {
	Config
	people     *people
	names      *names
	pace       *pace
	jobs       *jobs
	team       atomic.Pointer[team]
	settled    atomic.Bool // Connect has done all that it is for
	trouble    [troubles]atomic.Pointer[string]
	chart      atomic.Int32 // the best chartForm that this workspace is not known to refuse
	clicks     map[string]clickHandler
	submits    map[string]submitHandler
	command    CommandFunc
	poke       chan struct{}
	looked     atomic.Int64     // when it was last seen to who is away, in Unix nanoseconds
	patience   time.Duration    // how long a handler waits for Slack
	worker     string           // names this process in the store's claims
	rests      [2]atomic.Int64  // by store.Work: until when, in Unix nanoseconds, nothing is sent
	calibrated map[int64]string // by workspace: the week whose calibration was seen to; plan's alone
	inRow      [2]int           // by store.Work: how often in a row Slack was in trouble; each worker has its own
}

// team is what Slack told of the workspace.
type team struct {
	id, url, botUser string
}

// What can be in trouble, each for reasons of its own.
const (
	troubleConnect = iota
	troubleSocket
	troubles
)

// New returns the bot. It does not talk to Slack yet: see Run.
func New(c Config) *App {
	a := &App{Config: c, pace: newPace(c.PostsPerSecond), jobs: newJobs(), poke: make(chan struct{}, 1), worker: rand.Text(), patience: patience, calibrated: map[int64]string{}}
	if a.Clean == nil {
		a.Clean = handoff.Arrival.Clean
	}
	a.people, a.names = newPeople(c), newNames(c)
	a.clicks = map[string]clickHandler{
		actAccept:   a.openAccept,
		actReject:   a.openReject,
		actMenu:     a.chooseFromMenu,
		actReason:   a.chooseReason,
		actBulk:     a.openBulk,
		actTeam:     a.openTeam,
		actSettings: a.openSettings,

		actAnswerReason: a.openReasonAnswer,

		actAskSales: a.pressAskSales,
		actAnswer:   a.openAnswer,

		actRouteAdd:     a.openRouteNew,
		actRouteEdit:    a.openRouteEdit,
		actRouteMenu:    a.routeOfMenu,
		actRouteTry:     a.openRouteTry,
		actReasons:      a.openReasons,
		actEditReason:   a.chooseReasonToEdit,
		actAddReason:    a.addReason,
		actReasonLane:   a.chooseLane,
		actRetireReason: a.pressReason,
		actBringBack:    a.pressReason,
		actReasonUp:     a.pressReason,
		actReasonDown:   a.pressReason,

		actTakeFile:    a.pressFile,
		actHistoryFile: a.pressFile,
		actLeaveFile:   a.pressFile,

		actEditSettings: a.editSettings,

		actPropose:     a.openDefinitions,
		actEditProfile: a.openProfile,
		actMark:        a.changeProfile,
		actAddMark:     a.changeProfile,
		actStartOver:   a.changeProfile,
		actAttribute:   a.chooseAttribute,
		actSign:        a.pressProposal,
		actWithdraw:    a.pressProposal,
		actSheet:       a.wantSheet,

		actStartExercise:   a.openStartExercise,
		actTakePart:        a.openExercise,
		actProposeExercise: a.pressProposeExercise,
		actCalibrateYes:    a.pressCalibration,
		actCalibrateNo:     a.pressCalibration,
	}
	a.submits = map[string]submitHandler{
		viewAccept:   a.submitAccept,
		viewReject:   a.submitReject,
		viewTakeBack: a.submitTakeBack,
		viewAssign:   a.submitAssign,
		viewNewLead:  a.submitNewLead,
		viewTeam:     a.submitTeam,
		viewAsk:      a.submitAsk,
		viewAnswer:   a.submitAnswer,
		viewReason:   a.submitReason,
		viewBulk:     a.submitBulk,

		viewHours:    a.submitHours,
		viewHolidays: a.submitHolidays,
		viewDue:      a.submitDue,

		viewDefinitions:    a.submitDefinitions,
		viewProfile:        a.submitProfile,
		viewCharacteristic: a.submitCharacteristic,

		viewStartExercise: a.submitStartExercise,
		viewExercise:      a.submitExercise,
		viewLearning:      a.submitLearning,

		viewRoute:       a.submitRoute,
		viewRouteOwners: a.submitRouteOwners,
		viewRouteGone:   a.submitRouteDelete,
		viewRouteTry:    a.submitRouteTry,

		viewAnswerReason: a.submitReasonAnswer,
	}
	return a
}

// Connect asks Slack who we are, finds the channels, and notes all of it in the store. It fails with a sentence
// that says what is wrong and how to mend it; it may be called again.
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

// Connected tells whether Slack has been reached since the start.
func (a *App) Connected() bool { return a.team.Load() != nil }

func (a *App) connect(ctx context.Context) error {
	who, err := a.Slack.AuthTestContext(ctx)
	if err != nil {
		return fmt.Errorf("slack: auth.test: %w", err)
	}
	ws, err := a.Store.DefaultWorkspace(ctx, a.Now())
	if err != nil {
		return err
	}
	ws.TeamID, ws.Name = who.TeamID, who.Team
	if err := a.Store.SaveWorkspace(ctx, ws); err != nil {
		return err
	}
	a.team.Store(&team{id: who.TeamID, url: who.URL, botUser: who.UserID})
	// A channel that can't be found does not keep the other one waiting.
	var wrong error
	for _, c := range []struct {
		name string
		id   *string
	}{{a.LeadsChannel, &ws.LeadsChannel}, {a.FeedbackChannel, &ws.FeedbackChannel}} {
		id, err := a.findChannel(ctx, c.name)
		if err != nil {
			wrong = errors.Join(wrong, err)
			continue
		}
		*c.id = id
	}
	a.joinRoutes(ctx, ws)
	return errors.Join(wrong, a.Store.SaveWorkspace(ctx, ws))
}

// findChannel returns the id of a channel given by name or id, after joining it when it is public.
func (a *App) findChannel(ctx context.Context, name string) (string, error) {
	if name == "" {
		return "", nil
	}
	found, err := FindChannel(ctx, a.Slack, name)
	if err != nil {
		return "", err
	}
	if found.IsMember {
		return found.ID, nil
	}
	if found.IsPrivate {
		return "", fmt.Errorf("slack: the bot is not in the private channel %s: invite it there with /invite", name)
	}
	if _, _, _, err := a.Slack.JoinConversationContext(ctx, found.ID); err != nil {
		return "", fmt.Errorf("slack: can't join %s: %w", name, err)
	}
	return found.ID, nil
}

// FindChannel returns the channel with this id or name, with or without "#". It fails when there is none that the
// bot can see.
func FindChannel(ctx context.Context, client *slack.Client, name string) (*slack.Channel, error) {
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
	params := &slack.GetConversationsParameters{Types: []string{"public_channel", "private_channel"}, ExcludeArchived: true, Limit: 1000}
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

// workspace returns the workspace of a Slack team; ErrNotFound when the bot does not serve it.
func (a *App) workspace(ctx context.Context, teamID string) (store.Workspace, error) {
	return a.Store.WorkspaceByTeam(ctx, teamID)
}

// printer writes in the language of the workspace.
func (a *App) printer(ws store.Workspace) *text.Printer { return a.Texts.In(ws.Language) }

// permalink is the address of a message, empty as long as it is not in Slack or Slack has not been reached.
func (a *App) permalink(m store.Message) string {
	t := a.team.Load()
	if t == nil || m.TS == "" {
		return ""
	}
	at := t.url + "archives/" + m.Channel + "/p" + strings.ReplaceAll(m.TS, ".", "")
	if m.ThreadTS != "" {
		at += "?thread_ts=" + m.ThreadTS + "&cid=" + m.Channel
	}
	return at
}

// cardOf gathers what the card of a round shows.
func (a *App) cardOf(ctx context.Context, ws store.Workspace, lead handoff.Lead, round int, key string) (Card, error) {
	ds, err := a.Store.Decisions(ctx, ws.ID, lead.ID)
	c := Card{
		Lead: lead, Round: round, Decisions: ds, Key: key, Zone: ws.Location(), Anyone: ws.Rules().AnyoneDecides, Reasons: ws.Settings.ReasonList(),
		Profile: ws.Profile.Profile, Version: ws.ProfileVersion,
	}
	if err == nil && lead.Round > 1 {
		c.Passed, err = a.Store.Passed(ctx, ws.ID, lead.ID)
	}
	if route, ok := ws.Settings.Route(lead.Route); ok && lead.Owner == "" && len(route.Owners) > 0 {
		c.Unowned = route.Name
	}
	return c, err
}
