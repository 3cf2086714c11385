package slackfake

import (
	"context"
	"fmt"
	"strings"
)

// Say has a person write a message into a channel (an id or "#name"). Direct messages and mentions reach the app
// when it subscribed to them.
func (s *Slack) Say(ctx context.Context, user, channel, words string) error {
	_, err := s.say(ctx, user, channel, "", words)
	return err
}

// Reply has a person write into the thread under a message.
func (s *Slack) Reply(ctx context.Context, user, channel, thread, words string) error {
	_, err := s.say(ctx, user, channel, thread, words)
	return err
}

// say writes a message, with files that were uploaded before.
func (s *Slack) say(ctx context.Context, user, channel, thread, words string, files ...string) (string, error) {
	s.mu.Lock()
	c := s.channel(channel)
	if c == nil || !c.has(user) {
		s.mu.Unlock()
		return "", fmt.Errorf("say: %s does not see channel %q", user, channel)
	}
	if strings.TrimSpace(words) == "" && len(files) == 0 {
		s.mu.Unlock()
		return "", fmt.Errorf("say: there is nothing to say")
	}
	if thread != "" {
		if err := s.openThread(c.ID, thread); err != nil {
			s.mu.Unlock()
			return "", fmt.Errorf("say: %w", err)
		}
	}
	m := &Message{TS: s.newTS(), Channel: c.ID, User: user, Text: words, ThreadTS: thread}
	if err := s.attach(m, files); err != nil {
		s.mu.Unlock()
		return "", fmt.Errorf("say: %w", err)
	}
	s.add(m)
	event := Object{"type": "message", "user": user, "text": words, "ts": m.TS, "channel": c.ID, "event_ts": m.TS, "team": s.teamOf(user)}
	if thread != "" {
		event["thread_ts"] = thread
	}
	if len(files) > 0 {
		event["subtype"], event["upload"], event["files"] = "file_share", false, s.wire(m, false)["files"]
	}
	subscription := map[string]string{"im": "message.im", "mpim": "message.mpim", "private": "message.groups"}[c.Kind]
	switch {
	case subscription != "":
		event["channel_type"] = strings.TrimSuffix(strings.TrimPrefix(subscription, "message."), "s")
	case strings.Contains(words, "<@"+botUser+">"):
		subscription, event["type"] = "app_mention", "app_mention"
	default:
		subscription, event["channel_type"] = "message.channels", "channel"
	}
	hears := c.has(botUser)
	s.mu.Unlock()
	if !hears {
		return m.TS, nil
	}
	if err := s.event(ctx, subscription, event); err != nil {
		return "", fmt.Errorf("say: %w", err)
	}
	return m.TS, nil
}

// OpenHome has a person open the app's Home.
func (s *Slack) OpenHome(ctx context.Context, user string) error {
	s.mu.Lock()
	im := s.channel(user)
	u := s.user(user)
	if u == nil || im == nil || u.IsStranger {
		s.mu.Unlock()
		return fmt.Errorf("open home: %s has none", user)
	}
	event := Object{"type": "app_home_opened", "user": user, "channel": im.ID, "tab": "home", "event_ts": s.newTS()}
	if v := s.homes[user]; v != nil {
		event["view"] = s.wireView(v)
	}
	s.mu.Unlock()
	if err := s.event(ctx, "app_home_opened", event); err != nil {
		return fmt.Errorf("open home: %w", err)
	}
	return nil
}

// SetLocale has a person choose a language; the app hears of it as a user_change event.
func (s *Slack) SetLocale(ctx context.Context, user, locale string) error {
	return s.ChangeUser(ctx, user, func(u *User) { u.Locale = locale })
}

// ChangeUser lets change alter a person: their language, status, zone, or what they are in the workspace. The app hears
// user_change.
func (s *Slack) ChangeUser(ctx context.Context, user string, change func(*User)) error {
	s.mu.Lock()
	u := s.user(user)
	if u == nil {
		s.mu.Unlock()
		return fmt.Errorf("change user: there is no user %q", user)
	}
	change(u)
	s.peopleChanged()
	event := Object{"type": "user_change", "user": s.userWire(u, true), "cache_ts": s.now().Unix(), "event_ts": s.newTS()}
	s.mu.Unlock()
	if err := s.event(ctx, "user_change", event); err != nil {
		return fmt.Errorf("change user: %w", err)
	}
	return nil
}
