package slackfake

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// Shortcut is something that the app offers in the menu of every message.
type Shortcut struct {
	CallbackID string `json:"callback_id"`
	Name       string `json:"name"`
}

// ErrNoShortcut is what a person sees who uses a shortcut that nobody registered.
var ErrNoShortcut = errors.New("there is no such shortcut")

// SetShortcuts says which message shortcuts the app registered.
func (s *Slack) SetShortcuts(shortcuts []Shortcut) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.shortcuts = slices.Clone(shortcuts)
	s.tell(pageEvent{body: Object{"type": "shortcuts"}})
}

// Shortcut has a person use a message's shortcut. It returns when the app has acknowledged, and fails when the
// person does not see the message, or with ErrNoShortcut or ErrNoAnswer.
func (s *Slack) Shortcut(ctx context.Context, user, channel, ts, callbackID string) error {
	s.mu.Lock()
	payload, err := s.shortcutPayload(user, channel, ts, callbackID)
	s.mu.Unlock()
	if err != nil {
		return fmt.Errorf("shortcut: %w", err)
	}
	if _, err := s.send(ctx, kindAction, payload); err != nil {
		return fmt.Errorf("shortcut: %w", err)
	}
	return nil
}

func (s *Slack) shortcutPayload(user, channel, ts, callbackID string) (Object, error) {
	c, m := s.channel(channel), s.message(channel, ts)
	switch {
	case c == nil || !c.has(user) || m == nil: // Slack has no shortcuts for ephemeral messages
		return nil, fmt.Errorf("%s does not see message %s in %s", user, ts, channel)
	case !slices.ContainsFunc(s.shortcuts, func(known Shortcut) bool { return known.CallbackID == callbackID }):
		return nil, ErrNoShortcut
	}
	payload := s.interaction("message_action", user)
	payload["callback_id"], payload["action_ts"] = callbackID, s.newTS()
	payload["channel"] = Object{"id": c.ID, "name": payloadName(c)}
	payload["message_ts"], payload["message"] = m.TS, s.wire(m, false)
	payload["trigger_id"] = s.newTrigger(user, false)
	payload["response_url"] = s.newResponseURL(c.ID, user, nil)
	return payload, nil
}
