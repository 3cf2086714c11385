package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"
	"golang.org/x/sync/errgroup"

	"relevo/internal/request"
)

// Transport is a way in which Slack reaches the bot.
type Transport interface {
	// Run takes payloads in until the context ends. It fails only when it can never work.
	Run(ctx context.Context) error
	// Ready tells whether payloads can come in now.
	Ready() bool
}

// SocketMode receives over WebSockets that the bot opens itself, so that it needs no public address.
type SocketMode struct {
	app     *App
	client  *slack.Client // with the app-level token
	log     *slog.Logger
	stagger time.Duration
	pause   time.Duration
	open    atomic.Int32
}

const (
	connections  = 2                // so that none is missed while Slack renews one
	stagger      = 10 * time.Second // between the two, so that they are not renewed at the same time
	ackPatience  = 5 * time.Second
	maxReconnect = 8 // in reconnectSpan; more is a loop
	reconnectIn  = 30 * time.Second
	loopPause    = time.Minute // before a loop is tried again
	maxAck       = 19 * 1024   // Slack silently drops larger ones
)

// NewSocketMode returns the transport for a client that has an app-level token.
func NewSocketMode(a *App, client *slack.Client) *SocketMode {
	return &SocketMode{app: a, client: client, log: a.Log, stagger: stagger, pause: loopPause}
}

// Ready tells whether at least one connection stands.
func (s *SocketMode) Ready() bool { return s.open.Load() > 0 }

// Run keeps two connections open until the context ends.
func (s *SocketMode) Run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	for i := range connections {
		g.Go(func() error {
			if !wait(ctx, time.Duration(i)*s.stagger) {
				return nil
			}
			return s.keep(ctx)
		})
	}
	return g.Wait()
}

// wait waits on the machine's clock; false when the context ended first.
func wait(ctx context.Context, d time.Duration) bool {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

var errLoop = errors.New("slack closes each Socket Mode connection at once: is Socket Mode switched on in the app's settings?")

// keep holds one connection open. The library reconnects by itself, without a pause: what looks like a loop is
// stopped and tried again later.
func (s *SocketMode) keep(ctx context.Context) error {
	for {
		err := s.connectOnce(ctx)
		if ctx.Err() != nil {
			return nil
		}
		s.app.setTrouble(troubleSocket, fmt.Errorf("slack: socket mode: %w", err))
		s.log.ErrorContext(ctx, "Socket Mode stopped", "error", err, "again_in", s.pause.String())
		if !wait(ctx, s.pause) {
			return nil
		}
	}
}

func (s *SocketMode) connectOnce(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	client := socketmode.New(s.client, socketmode.OptionLog(slog.NewLogLogger(s.log.Handler(), slog.LevelDebug)))
	var handlers sync.WaitGroup
	defer handlers.Wait()
	up := false
	set := func(now bool) {
		if up != now {
			up = now
			if now {
				s.open.Add(1)
			} else {
				s.open.Add(-1)
			}
		}
	}
	defer set(false)
	done := make(chan error, 1)
	go func() { done <- client.RunContext(ctx) }()
	var connected []time.Time
	for {
		select {
		case err := <-done:
			if cause := context.Cause(ctx); cause != nil {
				err = cause
			}
			return err
		case e := <-client.Events:
			switch e.Type {
			case socketmode.EventTypeConnecting, socketmode.EventTypeConnectionError:
				set(false)
			case socketmode.EventTypeConnected:
				now := time.Now()
				connected = append(connected, now)
				if n := len(connected) - maxReconnect; n >= 0 && now.Sub(connected[n]) < reconnectIn {
					cancel(errLoop)
				}
			case socketmode.EventTypeHello:
				set(true)
				s.app.setTrouble(troubleSocket, nil)
			case socketmode.EventTypeErrorBadMessage:
				handlers.Go(func() { s.readAgain(ctx, client, e) })
			default:
				if e.Request != nil && e.Request.EnvelopeID != "" {
					handlers.Go(func() { s.handle(ctx, client, e) })
				}
			}
		}
	}
}

// handle answers one envelope. A handler that has begun is finished even when the connection goes down: Slack
// delivers the envelope again, and finds it done.
func (s *SocketMode) handle(ctx context.Context, client *socketmode.Client, e socketmode.Event) {
	ctx = request.Begin(context.WithoutCancel(ctx))
	began, kind := time.Now(), kindOther
	var reply any
	var responseURL string
	then := nothing
	switch data := e.Data.(type) {
	case slack.SlashCommand:
		kind = kindCommand
		responseURL = data.ResponseURL
		reply, then = s.app.Command(ctx, data)
	case slack.InteractionCallback:
		kind = kindOfInteraction(data.Type)
		reply, responseURL = s.app.Interaction(ctx, data), data.ResponseURL
	case slackevents.EventsAPIEvent:
		kind = kindEvent
		then = s.app.Event(ctx, data)
	}
	body, err := encode(reply)
	if err != nil {
		s.log.ErrorContext(ctx, "answer not encoded", "error", err)
		reply = nil
	}
	if len(body) > maxAck {
		// Too large for an acknowledgement: the same goes by the way that Slack gave for later answers.
		reply = nil
		if err := s.app.respond(ctx, responseURL, body); err != nil {
			s.log.WarnContext(ctx, "answer not sent", "error", err)
		}
	}
	s.ack(ctx, client, e.Request.EnvelopeID, reply)
	s.app.Watch.acked(kind, began)
	then(ctx)
}

func (s *SocketMode) ack(ctx context.Context, client *socketmode.Client, envelope string, reply any) {
	ctx, cancel := context.WithTimeout(ctx, ackPatience)
	defer cancel()
	if err := client.AckCtx(ctx, envelope, reply); err != nil {
		s.log.WarnContext(ctx, "not acknowledged", "error", err)
	}
}

// readAgain handles an envelope that the library can't read when we can read what of it is used. Any other is acknowledged all the
// same (an element of Slack's that is newer than the library), or Slack would send it for ever.
func (s *SocketMode) readAgain(ctx context.Context, client *socketmode.Client, e socketmode.Event) {
	bad, ok := e.Data.(*socketmode.ErrorBadMessage)
	if !ok {
		return
	}
	var envelope struct {
		ID      string          `json:"envelope_id"`
		Type    string          `json:"type"`
		Payload json.RawMessage `json:"payload"`
	}
	if err := json.Unmarshal(bad.Message, &envelope); err != nil || envelope.ID == "" {
		return
	}
	var data any
	err := errors.New("of an unknown type")
	switch envelope.Type {
	case string(socketmode.RequestTypeEventsAPI):
		data, err = parseEvent(envelope.Payload)
	case string(socketmode.RequestTypeInteractive):
		data, err = readInteraction(envelope.Payload)
	}
	if err == nil {
		s.handle(ctx, client, socketmode.Event{Data: data, Request: &socketmode.Request{EnvelopeID: envelope.ID}})
		return
	}
	s.log.WarnContext(ctx, "an envelope that can't be read is acknowledged unhandled", "type", envelope.Type)
	s.ack(ctx, client, envelope.ID, nil)
}
