package cli

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/sync/errgroup"
	"golang.org/x/term"

	"relevo/bot"
	"relevo/commands"
	"relevo/intake"
	"relevo/internal/text"
	"relevo/store"
)

type serveCmd struct {
	Settings
}

// Help names what is no flag because it is secret.
func (serveCmd) Help() string {
	return "Secrets are not given as flags but in the environment or in .env: SLACK_BOT_TOKEN, SLACK_APP_TOKEN or SLACK_SIGNING_SECRET, and those of the sources of leads. " +
		"See .env.example for what each of them is."
}

// Run runs the bot until the program is told to stop.
func (cmd serveCmd) Run(c *console) error {
	config, err := cmd.check()
	if err != nil {
		return err
	}
	if missing := config.missing(c.p); len(missing) > 0 {
		return misuse("cli.missing", "Names", strings.Join(missing, ", "))
	}
	s, err := wire(c.ctx, config, c.Now, newLogger(c.Stderr))
	if err != nil {
		return err
	}
	defer s.store.Close()
	l, err := net.Listen("tcp", config.Listen)
	if err != nil {
		return misuse("cli.cannot_listen", "Address", config.Listen, "Why", err.Error())
	}
	return s.run(c.ctx, l)
}

// service is everything of Relevo that runs.
type service struct {
	store     *store.Store
	workspace store.Workspace
	app       *bot.App
	fetcher   *intake.Fetcher
	transport bot.Transport
	way       string       // of the transport, for the log
	handler   http.Handler // /hooks/, /slack/ when Slack sends signed requests, /healthz, /readyz
	log       *slog.Logger
}

// wire opens the store and puts everything together; nothing runs yet, and Slack was not asked. Whoever gets it
// closes the store.
func wire(ctx context.Context, c Config, now func() time.Time, log *slog.Logger) (*service, error) {
	texts, err := text.Load()
	if err != nil {
		return nil, err
	}
	db, ws, err := openStore(ctx, c, now)
	if err != nil {
		return nil, err
	}
	if err := db.SaveWorkspace(ctx, ws); err != nil {
		db.Close()
		return nil, err
	}
	client := slackClient(c)
	app := bot.New(bot.Config{
		Store: db, Slack: client, APIURL: c.APIURL, Texts: texts, Now: now, Log: log,
		LeadsChannel: c.LeadsChannel, FeedbackChannel: c.FeedbackChannel, PostsPerSecond: c.PostsPerSecond, Clean: c.Normaliser.Clean,
		ReadLeads: leadReader(db, c.Normaliser, now), Mapped: c.Normaliser.Asks(),
	})
	app.SetCommands(commands.Run)
	door := intake.Config{Store: db, Workspace: ws, Secrets: c.Secrets, Normaliser: c.Normaliser, Texts: texts, Now: now, Logger: log}
	s := &service{store: db, workspace: ws, app: app, fetcher: intake.NewFetcher(door), log: log}
	mux := http.NewServeMux()
	mux.Handle("/hooks/", intake.New(door))
	mux.HandleFunc("GET /healthz", s.healthz)
	mux.HandleFunc("GET /readyz", s.readyz)
	if c.AppToken != "" {
		s.transport, s.way = bot.NewSocketMode(app, client), "Socket Mode"
	} else {
		web := bot.NewWeb(app, c.SigningSecret)
		mux.Handle("/slack/", web)
		s.transport, s.way = web, "signed HTTP"
	}
	s.handler = mux
	return s, nil
}

// openStore opens the database. The workspace that it returns has the language and the zone of the settings; only
// the bot itself writes them down.
func openStore(ctx context.Context, c Config, now func() time.Time) (*store.Store, store.Workspace, error) {
	db, err := store.Open(ctx, c.DB, store.WithKeyring(c.Keys))
	if err != nil {
		return nil, store.Workspace{}, misuse("cli.cannot_open", "Why", strings.TrimPrefix(err.Error(), "open database: "))
	}
	ws, err := db.DefaultWorkspace(ctx, now())
	if err != nil {
		db.Close()
		return nil, store.Workspace{}, err
	}
	ws.Language, ws.Zone = c.Language, c.Zone.String()
	return db, ws, nil
}

// slackPatience is how long a call to Slack may take: less than the syncer's lease on a message.
const slackPatience = 30 * time.Second

func slackClient(c Config) *slack.Client {
	options := []slack.Option{slack.OptionAPIURL(c.APIURL), slack.OptionHTTPClient(&http.Client{Timeout: slackPatience})}
	if c.AppToken != "" {
		options = append(options, slack.OptionAppLevelToken(c.AppToken))
	}
	return slack.New(c.BotToken, options...)
}

// What the HTTP server allows.
const (
	headerPatience = 5 * time.Second
	bodyPatience   = 30 * time.Second
	idlePatience   = 2 * time.Minute
	maxHeader      = 32 << 10
	drain          = 10 * time.Second // for what has begun, once the program is told to stop
)

// run serves until ctx ends, then takes nothing new in, lets what has begun finish, and returns.
func (s *service) run(ctx context.Context, l net.Listener) error {
	server := &http.Server{
		Handler: s.handler, ReadHeaderTimeout: headerPatience, ReadTimeout: bodyPatience, WriteTimeout: bodyPatience,
		IdleTimeout: idlePatience, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelWarn),
	}
	// The syncer, the transport and the fetcher outlive ctx by the time that requests need to finish.
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	g, failed := errgroup.WithContext(working)
	g.Go(func() error { return s.app.Sync(failed) })
	g.Go(func() error { return s.transport.Run(failed) })
	g.Go(func() error { return s.fetcher.Run(failed) })
	g.Go(func() error {
		if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve: %w", err)
		}
		return nil
	})
	s.log.Info("Relevo runs", "version", version().String(), "address", l.Addr().String(), "database", s.store.Engine(), "slack", s.way)
	select {
	case <-ctx.Done():
	case <-failed.Done():
	}
	s.log.Info("stopping")
	patience, cancel := context.WithTimeout(context.WithoutCancel(ctx), drain)
	defer cancel()
	if err := server.Shutdown(patience); err != nil {
		s.log.Warn("requests were cut off", "error", err)
		server.Close()
	}
	stop()
	ended := make(chan error, 1)
	go func() { ended <- g.Wait() }()
	select {
	case err := <-ended:
		if errors.Is(err, context.Canceled) {
			return nil
		}
		return err
	case <-patience.Done():
		s.log.Warn("stopped before everything had ended")
		return nil
	}
}

// healthz tells that the process is up.
func (s *service) healthz(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"up": true})
}

// readyPatience is how long the database may take to answer a health check.
const readyPatience = 2 * time.Second

// readyz tells whether the bot can do its work, and what is in the way. The reasons stand in the log and with
// doctor, not here: anybody may ask.
func (s *service) readyz(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyPatience)
	defer cancel()
	checks := map[string]string{"database": "ok", "slack": "ok", "events": "ok"}
	if err := s.store.Ping(ctx); err != nil {
		checks["database"] = "does not answer"
	}
	switch {
	case !s.app.Connected():
		checks["slack"] = "not reached yet"
	case s.app.Trouble() != "":
		checks["slack"] = "not usable at the moment"
	}
	if !s.transport.Ready() {
		checks["events"] = "no connection yet"
	}
	// Leads that can't be read wait, and everything else works: that is told, but nobody is to stop sending for it.
	sources := "ok"
	if len(s.fetcher.Troubles()) > 0 {
		sources = "some leads can't be fetched at the moment"
	}
	status, ready := http.StatusOK, true
	for _, said := range checks {
		if said != "ok" {
			status, ready = http.StatusServiceUnavailable, false
		}
	}
	checks["sources"] = sources
	writeJSON(w, status, map[string]any{"ready": ready, "checks": checks})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // whoever asked may be gone
}

// newLogger writes for people on a terminal and for machines elsewhere.
func newLogger(w io.Writer) *slog.Logger {
	if isTerminal(w) {
		return slog.New(slog.NewTextHandler(w, nil))
	}
	return slog.New(slog.NewJSONHandler(w, nil))
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
