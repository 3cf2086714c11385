package slackfake

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Command is a slash command that the app registered.
type Command struct {
	Command     string `json:"command"`
	Description string `json:"description"`
	UsageHint   string `json:"usage_hint"`
}

// Answer is what the app answered a slash command at once.
type Answer struct {
	Text    string
	Blocks  []Object
	Public  bool   // everybody in the channel sees it
	TS      string // of the message it became, "" without an answer
	Channel string
}

// ErrNoCommand is what a person sees who typed a command that nobody registered.
var ErrNoCommand = errors.New("there is no such command")

// SetCommands says which slash commands exist. While none are set, every /word goes to the app.
func (s *Slack) SetCommands(commands []Command) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.commands = slices.Clone(commands)
	s.tell(pageEvent{body: Object{"type": "commands"}})
}

// Command has a person type a slash command, such as "/lead ana", into a channel (an id or "#name"). It returns
// the app's answer, which also stands in the channel or among the person's private messages.
func (s *Slack) Command(ctx context.Context, user, channel, line string) (Answer, error) {
	word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	s.mu.Lock()
	payload, c, err := s.commandPayload(user, channel, word, strings.TrimSpace(rest))
	s.mu.Unlock()
	if err != nil {
		return Answer{}, fmt.Errorf("%s: %w", word, err)
	}
	raw, err := s.send(ctx, kindCommand, payload)
	if err != nil {
		return Answer{}, fmt.Errorf("%s: %w", word, err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.answered(user, c, word, raw)
}

func (s *Slack) commandPayload(user, channel, word, rest string) (Object, *Channel, error) {
	u, c := s.user(user), s.channel(channel)
	switch {
	case u == nil:
		return nil, nil, fmt.Errorf("there is no user %q", user)
	case c == nil || !c.has(user):
		return nil, nil, fmt.Errorf("%s does not see channel %q", user, channel)
	case u.TeamID != s.opts.TeamID:
		return nil, nil, errors.New("slash commands of this app are for the members of its workspace")
	case !strings.HasPrefix(word, "/") || (s.commands != nil && !slices.ContainsFunc(s.commands, func(c Command) bool { return c.Command == word })):
		return nil, nil, ErrNoCommand
	}
	return Object{
		"token": verifier, "team_id": s.opts.TeamID, "team_domain": teamDomain, "channel_id": c.ID, "channel_name": payloadName(c),
		"user_id": u.ID, "user_name": u.Name, "command": word, "text": rest, "api_app_id": appID, "is_enterprise_install": fmt.Sprint(s.whole()), "enterprise_id": s.enterprise(),
		"response_url": s.newResponseURL(c.ID, user, nil), "trigger_id": s.newTrigger(user, false),
	}, c, nil
}

// answered shows what the app said to a command: JSON, or plain text.
func (s *Slack) answered(user string, c *Channel, word string, raw []byte) (Answer, error) {
	body := strings.TrimSpace(string(raw))
	if body == "" || body == "null" || body == "{}" {
		return Answer{}, nil
	}
	fields := args{}
	if err := decode([]byte(body), (*map[string]any)(&fields)); err != nil {
		fields = args{"text": body}
	}
	content, err := s.content(&call{args: fields, method: "command"})
	sent := Sent{Method: "command", Channel: c.ID, User: user, Text: content.text, Payload: content.raw}
	if err != nil {
		s.record(sent, err)
		return Answer{}, fmt.Errorf("%s: the app's answer: %w", word, err)
	}
	m := s.respond(c.ID, user, fields.str("thread_ts"), fields.str("response_type") == "in_channel", content)
	sent.TS = m.TS
	s.record(sent, nil)
	return Answer{Text: m.Text, Blocks: m.Blocks, Public: !m.Ephemeral, TS: m.TS, Channel: c.ID}, nil
}

// respond shows an answer in a channel, to everybody or to one person.
func (s *Slack) respond(channel, user, thread string, public bool, content content) *Message {
	if !public {
		return s.whisper(channel, user, thread, content)
	}
	m := &Message{
		TS: s.newTS(), Channel: channel, User: botUser, Bot: true, Text: content.text, Blocks: s.withIDs(content.blocks),
		ThreadTS: thread, attachments: content.attachments,
	}
	s.add(m)
	s.dump("message", content.raw)
	return m
}
