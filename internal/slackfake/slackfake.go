// Package slackfake is a Slack workspace on this machine: the Web API, Socket Mode, signed HTTP and a page to click in.
// It enforces Slack's limits and plays Slack's faults, so that a bot that works here works there.
package slackfake

import (
	"cmp"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"
)

// The made-up workspace's fixed ids and secrets. They are for this machine alone and open nothing elsewhere.
const (
	defaultBotToken      = "xoxb-slackfake-bot-token"
	defaultAppToken      = "xapp-slackfake-app-token"
	defaultSigningSecret = "slackfake-signing-secret"

	teamID     = "T0RELEVO1"
	teamDomain = "norte"
	teamName   = "Norte"
	teamZone   = "Europe/Madrid"

	partnerTeam = "T0PARTNER"

	appID    = "A0RELEVO1"
	botID    = "B0RELEVO1"
	botUser  = "U0RELEVO1"
	verifier = "slackfake-verification-token"

	// ClientID and ClientSecret are what oauth.v2.access expects.
	ClientID     = "1000000000001.1000000000002"
	ClientSecret = "slackfake-client-secret"
)

// defaultScopes are the bot scopes that the made-up app was installed with.
var defaultScopes = []string{
	"chat:write", "commands", "users:read", "users:read.email", "usergroups:read", "channels:read", "groups:read",
	"channels:join", "channels:history", "groups:history", "im:history", "files:read", "files:write", "im:write", "reactions:write",
}

// Options say how the workspace behaves. The zero value is a workspace in real time that speaks Socket Mode.
type Options struct {
	// Now is the base clock, time.Now by default. The workspace's clock is this plus what Advance and SetNow added.
	Now func() time.Time
	// SigningClock stamps signed HTTP requests; the workspace's clock by default. Foreign bots that read the real
	// time need time.Now here, or they refuse every request once the workspace's clock has jumped.
	SigningClock func() time.Time
	// AckTimeout is how long the app may take to acknowledge, 3 s by default, in real time.
	AckTimeout time.Duration

	EventsURL, InteractionsURL, CommandsURL string // signed HTTP instead of Socket Mode, when set

	Dump   string       // folder for NNNN-message.json, NNNN-modal.json, NNNN-home.json
	Logger *slog.Logger // nothing is logged by default

	RateLimits bool // enforce Slack's limits per method and channel
	FreePlan   bool // user groups answer plan_upgrade_required
	// TokenRotation gives tokens of oauth.v2.access twelve hours, by the workspace's clock, and a refresh token.
	TokenRotation bool

	BotToken, AppToken, SigningSecret string // fixed readable ones by default

	TeamID, TeamName string // of the workspace; one of several at an address has its own: see Teams
	// Enterprise is the organisation of Enterprise Grid that the workspace is part of, as "E0NORTE", if the app is installed in that
	// as a whole.
	Enterprise string
	// Via is the workspace by whose Socket Mode connections payloads go: those of an app are of all workspaces that it is in.
	Via *Slack

	AppName string   // the bot's display name, "Relevo" by default
	Scopes  []string // what the bot token may do; slack.md's list by default
	Events  []string // event types the app subscribed to; a usual list by default
	Locale  string   // gives everybody this language; by default each person has their own
}

// Slack is one workspace with its people, channels and one installed app. Its methods may be called from any goroutine.
type Slack struct {
	opts Options
	zone *time.Location
	mux  *http.ServeMux
	// client posts the signed requests, straight and without following anything.
	client *http.Client

	mu       sync.Mutex
	changed  chan struct{} // closed and replaced at every change
	feed     feed          // what the page is told
	offset   time.Duration
	onClock  []func(time.Time)
	due      []*deferred
	seq      int // makes ids
	lastTS   int64
	closed   bool
	listener net.Listener
	server   *http.Server
	url      string

	users      []*User
	channels   []*Channel
	groups     []UserGroup
	commands   []Command
	shortcuts  []Shortcut
	buttons    []button
	messages   map[string][]*Message // by channel, in the order of ts
	ephemerals []*Message
	modals     map[string][]*View // by user, the top one last
	homes      map[string]*View
	files      map[string]*file
	triggers   map[string]*trigger
	responses  map[string]*responseURL
	codes      map[string]*oauthCode
	tokens     map[string]*issued
	revoked    bool

	calls    map[string]int
	sent     []Sent
	problems []Problem
	faults   []*Fault
	buckets  map[string]*bucket
	down     bool
	noCharts bool
	dumped   int

	methods map[string]method
	socket  socketHub
}

// New makes the workspace: one team, its people, #mql-leads, #mql-feedback, #general, direct messages and the app.
func New(opts Options) *Slack {
	opts.BotToken = cmp.Or(opts.BotToken, defaultBotToken)
	opts.AppToken = cmp.Or(opts.AppToken, defaultAppToken)
	opts.SigningSecret = cmp.Or(opts.SigningSecret, defaultSigningSecret)
	opts.TeamID = cmp.Or(opts.TeamID, teamID)
	opts.TeamName = cmp.Or(opts.TeamName, teamName)
	opts.AppName = cmp.Or(opts.AppName, "Relevo")
	opts.AckTimeout = cmp.Or(opts.AckTimeout, 3*time.Second)
	if opts.Now == nil {
		opts.Now = time.Now
	}
	if opts.Logger == nil {
		opts.Logger = slog.New(slog.DiscardHandler)
	}
	if opts.Scopes == nil {
		opts.Scopes = defaultScopes
	}
	if opts.Events == nil {
		opts.Events = defaultEvents
	}
	zone, err := time.LoadLocation(teamZone)
	if err != nil { // a machine without zone data: the winter offset is better than nothing
		zone = time.FixedZone(teamZone, 3600)
	}
	s := &Slack{
		opts: opts,
		zone: zone,
		client: &http.Client{
			Transport:     &http.Transport{MaxIdleConnsPerHost: 64},
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
		changed:   make(chan struct{}),
		messages:  map[string][]*Message{},
		modals:    map[string][]*View{},
		homes:     map[string]*View{},
		files:     map[string]*file{},
		triggers:  map[string]*trigger{},
		responses: map[string]*responseURL{},
		codes:     map[string]*oauthCode{},
		tokens:    map[string]*issued{},
		calls:     map[string]int{},
		buckets:   map[string]*bucket{},
	}
	s.methods = methods()
	s.socket.init()
	s.seed()
	s.routes()
	return s
}

// BotToken is the token that the bot signs its calls with.
func (s *Slack) BotToken() string { return s.opts.BotToken }

// AppToken is the token that opens Socket Mode.
func (s *Slack) AppToken() string { return s.opts.AppToken }

// SigningSecret signs the HTTP requests that the workspace sends.
func (s *Slack) SigningSecret() string { return s.opts.SigningSecret }

// TeamID is the workspace's id.
func (s *Slack) TeamID() string { return s.opts.TeamID }

// AppID is the installed app's id.
func (s *Slack) AppID() string { return appID }

// BotUser is the app's user id.
func (s *Slack) BotUser() string { return botUser }

// Zone is the team's time zone.
func (s *Slack) Zone() *time.Location { return s.zone }
