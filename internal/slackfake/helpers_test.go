package slackfake

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// start serves a workspace for one test and returns it with a client of the bot.
func start(t *testing.T, opts Options) (*Slack, *slack.Client) {
	t.Helper()
	s := New(opts)
	if err := s.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(context.Background()) }()
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return s, client(s)
}

func client(s *Slack, opts ...slack.Option) *slack.Client {
	opts = append([]slack.Option{
		slack.OptionAPIURL(s.APIURL()), slack.OptionAppLevelToken(s.AppToken()), slack.OptionHTTPClient(&http.Client{Timeout: 10 * time.Second}),
	}, opts...)
	return slack.New(s.BotToken(), opts...)
}

// connect runs a bot over Socket Mode: handle gets every payload and returns what the acknowledgement carries.
func connect(t *testing.T, s *Slack, handle func(socketmode.Event) any) *socketmode.Client {
	t.Helper()
	before := s.Connections()
	sm := socketmode.New(client(s))
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan struct{})
	go func() {
		defer close(done)
		sm.RunContext(ctx)
	}()
	go func() {
		for {
			select {
			case event := <-sm.Events:
				if event.Request == nil || event.Request.EnvelopeID == "" {
					continue
				}
				if payload := handle(event); payload != nil {
					sm.AckCtx(ctx, event.Request.EnvelopeID, payload)
				} else {
					sm.AckCtx(ctx, event.Request.EnvelopeID, nil)
				}
			case <-ctx.Done():
				return
			}
		}
	}()
	t.Cleanup(func() { cancel(); <-done })
	wait(t, s, func() bool { return s.Connections() > before })
	return sm
}

func wait(t *testing.T, s *Slack, cond func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := s.Wait(ctx, cond); err != nil {
		t.Fatalf("waiting: %v", err)
	}
}

func parse(t *testing.T, raw string) any {
	t.Helper()
	var v any
	if err := decode([]byte(raw), &v); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	return v
}

// normal makes a value look as if it had come over the wire.
func normal(t *testing.T, v any) any {
	t.Helper()
	raw, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, string(raw))
}

func noProblems(t *testing.T, s *Slack) {
	t.Helper()
	for _, p := range s.Problems() {
		t.Errorf("problem: %v", p)
	}
}
