// Package bot is everything that Relevo does in Slack: it answers clicks and submissions, shows cards, modals, the
// Home tab and the digest, and keeps Slack in agreement with the store.
package bot

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"sync"
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
	Slack *slack.Client // by the environment's own token, of the default workspace; nil when there is none
	OAuth OAuth         // by which Relevo is installed in other workspaces; none without it
	Texts *text.Catalogue
	Now   func() time.Time
	Log   *slog.Logger

	APIURL string // of Slack's Web API, when it is not Slack's own

	Language, Zone string // what a new workspace begins with

	// Of the default workspace.
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

// App is the bot of all workspaces that it is installed in.
type App struct {
	Config
	people   *people
	pace     *pace
	jobs     *jobs
	tenants  sync.Map    // *tenant by the workspace's id
	reached  atomic.Bool // by the environment's own token, since the start
	settled  atomic.Bool // Connect has done all that it is for
	trouble  [troubles]atomic.Pointer[string]
	clicks   map[string]clickHandler
	submits  map[string]submitHandler
	command  CommandFunc
	poke     chan struct{}
	looked   atomic.Int64    // when it was last seen to who is away, in Unix nanoseconds
	renewed  time.Time       // when it was last seen to which tokens end soon; plan's alone
	patience time.Duration   // how long a handler waits for Slack
	worker   string          // names this process in the store's claims
	http     *http.Client    // to Slack, for workspaces that it was installed in
	sweeps   map[int64]sweep // by workspace: how far its old leads were looked through; plan's alone
}

// What can be in trouble, each for reasons of its own.
const (
	troubleConnect = iota
	troubleSocket
	troubles
)

// slackPatience is how long a call to Slack may take: less than the syncer's lease on a message.
const slackPatience = 30 * time.Second

// New returns the bot. It does not talk to Slack yet: see Run.
func New(c Config) *App {
	a := &App{Config: c, pace: newPace(c.PostsPerSecond), jobs: newJobs(), poke: make(chan struct{}, 1), worker: rand.Text(), patience: patience, sweeps: map[int64]sweep{}, http: &http.Client{Transport: c.Watch.Calls, Timeout: slackPatience}}
	if a.Clean == nil {
		a.Clean = handoff.Arrival.Clean
	}
	a.people = newPeople(c, a.slack)
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
		actSetUp:        a.openSetUp,

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
		viewSetUp:    a.submitSetUp,
		viewDoor:     a.submitDoor,

		viewDefinitions:    a.submitDefinitions,
		viewProfile:        a.submitProfile,
		viewCharacteristic: a.submitCharacteristic,

		viewStartExercise: a.submitStartExercise,
		viewExercise:      a.submitExercise,
		viewLearning:      a.submitLearning,

		viewForget:  a.submitForget,
		viewPrivacy: a.submitPrivacy,

		viewRoute:       a.submitRoute,
		viewRouteOwners: a.submitRouteOwners,
		viewRouteGone:   a.submitRouteDelete,
		viewRouteTry:    a.submitRouteTry,

		viewAnswerReason: a.submitReasonAnswer,
	}
	return a
}

// printer writes in the language of the workspace.
func (a *App) printer(ws store.Workspace) *text.Printer { return a.Texts.In(ws.Language) }

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
