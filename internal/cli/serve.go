package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/slack-go/slack"
	"golang.org/x/sync/errgroup"

	"relevo/bot"
	"relevo/commands"
	"relevo/intake"
	"relevo/internal/gate"
	"relevo/internal/text"
	"relevo/outbound"
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
	s, err := wire(c.ctx, config, c.Now, newLogger(c.Stderr, config.Server.LogLevel))
	if err != nil {
		return err
	}
	defer s.store.Close()
	stopped, err := s.store.Working(c.ctx)
	if err != nil {
		return err
	}
	defer stopped()
	if err := s.secure(config.Server); err != nil {
		return err
	}
	l, err := listen(config.Listen)
	if err != nil {
		return err
	}
	if config.Server.Metrics != "" {
		if s.watched, err = listen(config.Server.Metrics); err != nil {
			l.Close()
			return err
		}
	}
	return s.run(c.ctx, l)
}

// service is everything of Relevo that runs.
type service struct {
	store     *store.Store
	workspace store.Workspace
	app       *bot.App
	fetcher   *intake.Fetcher
	outbound  *outbound.Worker
	transport bot.Transport
	way       string     // of the transport, for the log
	gate      *gate.Gate // before /hooks/, /slack/ when Slack sends signed requests, /healthz, /readyz
	tls       *tls.Config
	metrics   *metrics
	watched   net.Listener // of /metrics; nil for nobody
	nobodys   bool         // see Config.nobodys
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
	if _, err := db.CheckSeals(ctx); err != nil {
		db.Close()
		return nil, sealTrouble(err)
	}
	counted := newMetrics()
	client := slackClient(c, counted.watch().Calls)
	app := bot.New(bot.Config{
		Store: db, Slack: ownSlack(c, client), OAuth: c.OAuth, APIURL: c.APIURL, Texts: texts, Now: now, Log: log, Language: c.Language, Zone: c.Zone.String(),
		LeadsChannel: c.LeadsChannel, FeedbackChannel: c.FeedbackChannel, PostsPerSecond: c.PostsPerSecond, Clean: c.Normaliser.Clean,
		ReadLeads: leadReader(db, c.Normaliser, now), Mapped: c.Normaliser.Asks(),
		Watch: counted.watch(),
	})
	app.SetCommands(commands.Run)
	door := intake.Config{Store: db, Workspace: ws, Secrets: c.Secrets, Normaliser: c.Normaliser, Texts: texts, Now: now, Logger: log}
	s := &service{nobodys: c.nobodys(ws), store: db, workspace: ws, app: app, fetcher: intake.NewFetcher(door), outbound: newOutbound(c, db, texts, now, log, counted.tried), metrics: counted, log: log}
	counted.registry.MustRegister(&storeMetrics{service: s, now: now, head: map[string]seen{}})
	s.gate = gate.New(gate.Config{Proxies: c.Server.Proxies, Now: now, Log: log, Done: counted.done})
	s.gate.Handle("/hooks/", intake.New(door))
	s.gate.Handle("GET /healthz", http.HandlerFunc(s.healthz))
	s.gate.Handle("GET /readyz", http.HandlerFunc(s.readyz))
	if c.AppToken != "" {
		s.transport, s.way = bot.NewSocketMode(app, client), "Socket Mode"
	} else {
		web := bot.NewWeb(app, c.SigningSecret)
		web.Register(s.gate)
		s.transport, s.way = web, "signed HTTP"
	}
	if c.OAuth.On() {
		bot.NewInstaller(app, botScopes()).Register(s.gate)
	}
	return s, nil
}

// slackPatience is how long a call to Slack may take: less than the syncer's lease on a message.
const slackPatience = 30 * time.Second

func slackClient(c Config, calls http.RoundTripper) *slack.Client {
	options := []slack.Option{slack.OptionAPIURL(c.APIURL), slack.OptionHTTPClient(&http.Client{Transport: calls, Timeout: slackPatience})}
	if c.AppToken != "" {
		options = append(options, slack.OptionAppLevelToken(c.AppToken))
	}
	return slack.New(c.BotToken, options...)
}

// ownSlack is the client by the environment's own token; nil when there is none.
func ownSlack(c Config, client *slack.Client) *slack.Client {
	if c.BotToken == "" {
		return nil
	}
	return client
}

// run serves until ctx ends, then takes nothing new in, lets what has begun finish, and returns.
func (s *service) run(ctx context.Context, l net.Listener) error {
	if err := s.outbound.Switch(ctx, s.workspace.ID); err != nil {
		l.Close()
		if ctx.Err() != nil {
			return nil // told to stop before anything began
		}
		return err
	}
	server := s.server()
	// The syncer, the transport and the fetcher outlive ctx by the time that requests need to finish.
	working, stop := context.WithCancel(context.WithoutCancel(ctx))
	defer stop()
	defer s.metrics.slack.CloseIdleConnections()
	g, failed := errgroup.WithContext(working)
	g.Go(func() error { return s.app.Sync(failed) })
	g.Go(func() error { return s.transport.Run(failed) })
	g.Go(func() error { return s.fetcher.Run(failed) })
	g.Go(func() error { return s.outbound.Run(failed) })
	if s.watched != nil {
		g.Go(func() error { return s.metrics.serve(failed, s.watched) })
	}
	g.Go(func() error {
		if err := serve(server, l); !errors.Is(err, http.ErrServerClosed) {
			return fmt.Errorf("serve: %w", err)
		}
		return nil
	})
	if s.nobodys {
		s.log.Warn("leads that come in by secrets of the environment are shown nowhere: see relevo doctor")
	}
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
