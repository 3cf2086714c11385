package bot_test

import (
	"cmp"
	"context"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"relevo/bot"
	"relevo/commands"
	"relevo/internal/slackfake"
	"relevo/internal/text"
	"relevo/store"
	"relevo/store/storetest"
)

// start runs the bot, as serve does, until stop, and waits until it is connected.
func (w *world) start() {
	w.t.Helper()
	w.launch()
	w.until("the bot is connected", w.app.Connected)
}

// launch runs the bot without waiting for anything.
func (w *world) launch() {
	w.t.Helper()
	w.app, w.stop = w.run(w.store)
	if w.transport == "http" {
		w.mu.Lock()
		w.handler = bot.NewWeb(w.app, w.fake.SigningSecret())
		w.mu.Unlock()
	}
}

// run runs one bot on a store until the function that it returns is called.
func (w *world) run(s *store.Store) (*bot.App, func()) {
	w.t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	ws, err := s.DefaultWorkspace(ctx, w.fake.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	ws.Language, ws.Zone = w.lang, "Europe/Madrid"
	if err := s.SaveWorkspace(ctx, ws); err != nil {
		w.t.Fatal(err)
	}
	client := &http.Client{Transport: bot.SlackTransport(), Timeout: patience}
	options := []slack.Option{slack.OptionAPIURL(w.fake.APIURL()), slack.OptionHTTPClient(client)}
	app := bot.New(bot.Config{
		Store: s, APIURL: w.fake.APIURL(), Slack: slack.New(w.fake.BotToken(), options...), Texts: catalogue(w.t), Now: w.fake.Now,
		Log:          slog.New(slog.NewTextHandler(io.MultiWriter(w.t.Output(), cmp.Or[io.Writer](w.log, io.Discard)), nil)),
		LeadsChannel: "#mql-leads", FeedbackChannel: slackfake.ChannelFeedback, ReadLeads: w.readLeads,
	})
	app.SetCommands(commands.Run)
	app.SetPatience(patience) // a slow machine is no fault of the bot
	w.fake.OnClock(func(time.Time) { app.Poke() })
	var running sync.WaitGroup
	running.Go(func() { app.Sync(ctx) })
	if w.transport == "socket" {
		socket := bot.NewSocketMode(app, slack.New(w.fake.BotToken(), append(options, slack.OptionAppLevelToken(w.fake.AppToken()))...))
		socket.SetTimes(0, 200*time.Millisecond)
		w.socket = socket
		running.Go(func() { socket.Run(ctx) })
	}
	return app, sync.OnceFunc(func() {
		w.mu.Lock()
		w.handler = nil
		w.mu.Unlock()
		cancel()
		running.Wait()
		client.CloseIdleConnections()
	})
}

func catalogue(t testing.TB) *text.Catalogue {
	t.Helper()
	texts, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return texts
}

// loaded reads the catalogue once for all tests.
var loaded = sync.OnceValues(text.Load)

// copy starts a second bot on the same database, and returns its store. Signed HTTP goes to one of the two in turn.
func (w *world) copy() *store.Store {
	w.t.Helper()
	s := storetest.OpenAt(w.t, w.dsn)
	w.copies++
	app, stop := w.run(s)
	w.t.Cleanup(stop)
	if w.transport == "http" {
		w.mu.Lock()
		one, two := w.handler, http.Handler(bot.NewWeb(app, w.fake.SigningSecret()))
		var turn atomic.Int64
		w.handler = http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			if turn.Add(1)%2 == 0 {
				one.ServeHTTP(rw, r)
			} else {
				two.ServeHTTP(rw, r)
			}
		})
		w.mu.Unlock()
	}
	w.until("the copy is connected", app.Connected)
	return s
}
