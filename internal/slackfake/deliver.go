package slackfake

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"time"
)

// ErrNoAnswer is what a person sees when the app did not acknowledge in time.
var ErrNoAnswer = errors.New("the app did not answer within 3 s")

// ErrDown is what everybody sees while Slack is down.
var ErrDown = errors.New("slack is down")

// The kinds of payload, by the name of their envelope.
const (
	kindEvent   = "events_api"
	kindAction  = "interactive"
	kindCommand = "slash_commands"
)

// defaultEvents are the events that an app like Relevo subscribes to.
var defaultEvents = []string{
	"app_home_opened", "user_change", "channel_id_changed", "app_uninstalled", "tokens_revoked",
	"member_joined_channel", "member_left_channel", "app_mention", "message.im", "subteam_members_changed", "subteam_updated",
}

// retryAfter is when Slack tries again what was not acknowledged: at once, after one minute, after five.
var retryAfter = []time.Duration{0, time.Minute, 5 * time.Minute}

// Deliver sends a payload to the app as it is, over the wire that its kind takes: events_api, interactive or
// slash_commands. It is for foreign and forged payloads, and fails when the app does not acknowledge.
func (s *Slack) Deliver(ctx context.Context, kind string, payload []byte) error {
	if !slices.Contains([]string{kindEvent, kindAction, kindCommand}, kind) {
		return fmt.Errorf("deliver: unknown kind %q", kind)
	}
	_, err := s.deliver(ctx, kind, payload)
	return err
}

// send makes the payload's JSON and delivers it.
func (s *Slack) send(ctx context.Context, kind string, payload Object) ([]byte, error) {
	data, err := json.Marshal(payload)
	if err != nil {
		return nil, fmt.Errorf("deliver %s: %w", kind, err)
	}
	return s.deliver(ctx, kind, data)
}

// deliver brings a payload to the app and returns what the app answered with its acknowledgement.
func (s *Slack) deliver(ctx context.Context, kind string, payload json.RawMessage) ([]byte, error) {
	s.mu.Lock()
	down := s.down
	s.mu.Unlock()
	if down {
		return nil, ErrDown
	}
	target := map[string]string{kindEvent: s.opts.EventsURL, kindAction: s.opts.InteractionsURL, kindCommand: s.opts.CommandsURL}[kind]
	if target != "" {
		return s.deliverHTTP(ctx, kind, target, payload)
	}
	return s.deliverSocket(ctx, kind, payload)
}

func (s *Slack) deliverSocket(ctx context.Context, kind string, payload json.RawMessage) ([]byte, error) {
	if s.opts.Via != nil {
		return s.opts.Via.deliverSocket(ctx, kind, payload)
	}
	f := s.launch(kind, payload)
	timeout := time.NewTimer(s.opts.AckTimeout)
	defer timeout.Stop()
	select {
	case <-f.landed:
		return f.answer, nil
	case <-ctx.Done():
		s.forget(f)
		return nil, context.Cause(ctx)
	case <-timeout.C:
	}
	if kind == kindEvent {
		s.retrySocket(f, 0)
	}
	s.forget(f)
	return nil, ErrNoAnswer
}

// retrySocket sends an unacknowledged event again: at once, after one minute, after five.
func (s *Slack) retrySocket(f *flight, n int) {
	if n == len(retryAfter) {
		return
	}
	s.later(retryAfter[n], func() {
		s.mu.Lock()
		waiting := s.socket.pending[f.id] == f
		f.attempt, f.reason = n+1, "timeout"
		s.mu.Unlock()
		if waiting {
			s.retrySocket(f, n+1) // before it goes out: who has got it can count on the next one
			s.again(f)
		}
	})
}

// event wraps an event and sends it, if the app subscribed to it.
func (s *Slack) event(ctx context.Context, subscription string, event Object) error {
	if !slices.Contains(s.opts.Events, subscription) {
		return nil
	}
	s.mu.Lock()
	now := s.now()
	shared := false
	if c := s.channel(str(event["channel"])); c != nil {
		shared = s.channelWire(c)["is_ext_shared"] == true
	}
	payload := Object{
		"token": verifier, "team_id": s.opts.TeamID, "context_team_id": s.opts.TeamID, "context_enterprise_id": s.enterprise(), "api_app_id": appID,
		"type": "event_callback", "event_id": s.id("Ev"), "event_time": now.Unix(), "event": event, "is_ext_shared_channel": shared,
		"authorizations": []Object{s.authorization()}, "enterprise_id": s.enterprise(),
	}
	s.mu.Unlock()
	_, err := s.send(ctx, kindEvent, payload)
	return err
}

// Event sends the app an event of any type, wrapped as Slack wraps it, whether it subscribed to it or not.
func (s *Slack) Event(ctx context.Context, event Object) error {
	s.mu.Lock()
	payload := Object{
		"token": verifier, "team_id": s.opts.TeamID, "api_app_id": appID, "type": "event_callback", "event_id": s.id("Ev"),
		"event_time": s.now().Unix(), "event": event,
		"authorizations": []Object{s.authorization()}, "enterprise_id": s.enterprise(),
	}
	s.mu.Unlock()
	_, err := s.send(ctx, kindEvent, payload)
	return err
}

// formOf is a slash command's payload as a plain form.
func formOf(payload json.RawMessage) (url.Values, error) {
	var fields Object
	if err := decode(payload, &fields); err != nil {
		return nil, err
	}
	form := url.Values{}
	for k, v := range fields {
		form.Set(k, str(v))
	}
	return form, nil
}
