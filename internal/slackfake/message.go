package slackfake

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Message is one message of a channel, or one that a single person sees. Its JSON is the page's.
type Message struct {
	TS        string     `json:"ts"`
	Channel   string     `json:"channel"`
	User      string     `json:"user"`
	Bot       bool       `json:"bot"`
	Text      string     `json:"text"`
	Blocks    []Object   `json:"blocks"`
	ThreadTS  string     `json:"thread_ts,omitempty"`
	Edited    *Edit      `json:"edited,omitempty"`
	Ephemeral bool       `json:"ephemeral"`
	For       string     `json:"for,omitempty"` // ephemeral: who sees it
	Metadata  Object     `json:"-"`
	Files     []FileRef  `json:"files,omitempty"`
	Reactions []Reaction `json:"reactions,omitempty"`
	Unfurl    bool       `json:"-"` // links in it get a preview; Slack's default, off with unfurl_links and unfurl_media
	Deleted   bool       `json:"deleted,omitempty"`

	attachments any
	values      stateValues // what people chose in it
	broadcast   bool
}

// Time is when the message was posted, by the workspace's clock.
func (m Message) Time() time.Time { return time.UnixMicro(parseTS(m.TS)) }

// Edit says when a message was last changed.
type Edit struct {
	User string `json:"user"`
	TS   string `json:"ts"`
}

// FileRef is a file that hangs on a message.
type FileRef struct {
	ID       string `json:"id"`
	Name     string `json:"name"`
	Title    string `json:"title"`
	Mimetype string `json:"mimetype"`
	URL      string `json:"url"`
	Alt      string `json:"alt"`
}

// Reaction is an emoji and who set it.
type Reaction struct {
	Name  string   `json:"name"`
	Users []string `json:"users"`
	Count int      `json:"count"`
}

// Messages are a channel's messages in their order, thread replies among them. The channel is an id or a "#name".
func (s *Slack) Messages(channel string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channel(channel)
	if c == nil {
		return nil
	}
	var out []Message
	for _, m := range s.messages[c.ID] {
		out = append(out, m.copy())
	}
	return out
}

// Message is one message of a channel; ok is false when there is none with this ts.
func (s *Slack) Message(channel, ts string) (_ Message, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := s.message(channel, ts)
	if m == nil {
		return Message{}, false
	}
	return m.copy(), true
}

// Ephemerals are the private messages that this person got and still sees.
func (s *Slack) Ephemerals(user string) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	for _, m := range s.ephemerals {
		if m.For == user {
			out = append(out, m.copy())
		}
	}
	return out
}

func (m *Message) copy() Message {
	out := *m
	out.Blocks = slices.Clone(m.Blocks)
	out.Files = slices.Clone(m.Files)
	out.Reactions = slices.Clone(m.Reactions)
	return out
}

func (s *Slack) message(channel, ts string) *Message {
	c := s.channel(channel)
	if c == nil {
		return nil
	}
	all := s.messages[c.ID]
	if i, ok := slices.BinarySearchFunc(all, ts, func(m *Message, ts string) int { return strings.Compare(m.TS, ts) }); ok {
		return all[i]
	}
	return nil
}

func (s *Slack) ephemeral(channel, ts string) *Message {
	for _, m := range s.ephemerals {
		if m.Channel == channel && m.TS == ts {
			return m
		}
	}
	return nil
}

// add puts a message in its channel and shows it.
func (s *Slack) add(m *Message) {
	if m.Ephemeral {
		s.ephemerals = append(s.ephemerals, m)
	} else {
		s.messages[m.Channel] = append(s.messages[m.Channel], m)
	}
	s.show(m)
}

// show tells the page about a new or changed message.
func (s *Slack) show(m *Message) {
	s.tell(pageEvent{user: m.For, channel: m.Channel, body: Object{"type": "message", "channel": m.Channel, "message": m.copy()}})
}

// remove takes a message out of its channel.
func (s *Slack) remove(m *Message) {
	gone := func(other *Message) bool { return other == m }
	s.messages[m.Channel] = slices.DeleteFunc(s.messages[m.Channel], gone)
	s.ephemerals = slices.DeleteFunc(s.ephemerals, gone)
	s.tell(pageEvent{user: m.For, channel: m.Channel, body: Object{"type": "message_deleted", "channel": m.Channel, "ts": m.TS}})
}

// wire is the message as the Web API and the payloads show it. Metadata is there only when it was asked for.
func (s *Slack) wire(m *Message, metadata bool) Object {
	out := Object{"type": "message", "user": m.User, "text": m.Text, "ts": m.TS, "team": s.opts.TeamID}
	if m.Bot {
		out["bot_id"], out["app_id"] = botID, appID
		out["bot_profile"] = s.botProfile()
	}
	if m.Blocks != nil {
		out["blocks"] = m.Blocks
	}
	if m.attachments != nil {
		out["attachments"] = m.attachments
	}
	if m.ThreadTS != "" {
		out["thread_ts"] = m.ThreadTS
		if m.ThreadTS != m.TS {
			out["parent_user_id"] = s.authorOf(m.Channel, m.ThreadTS)
		}
	}
	if m.ThreadTS == m.TS {
		s.countReplies(m, out)
	}
	if m.Edited != nil {
		out["edited"] = m.Edited
	}
	if metadata && m.Metadata != nil {
		out["metadata"] = m.Metadata
	}
	if len(m.Files) > 0 {
		var files []Object
		for _, f := range m.Files {
			files = append(files, s.fileWire(s.files[f.ID]))
		}
		out["files"] = files
	}
	if len(m.Reactions) > 0 {
		out["reactions"] = m.Reactions
	}
	return out
}

func (s *Slack) authorOf(channel, ts string) string {
	if m := s.message(channel, ts); m != nil {
		return m.User
	}
	return ""
}

func (s *Slack) countReplies(parent *Message, out Object) {
	var who []string
	count, latest := 0, ""
	for _, m := range s.messages[parent.Channel] {
		if m.ThreadTS == parent.TS && m != parent {
			count, latest = count+1, m.TS
			if !slices.Contains(who, m.User) {
				who = append(who, m.User)
			}
		}
	}
	out["reply_count"], out["reply_users"], out["reply_users_count"], out["latest_reply"] = count, who, len(who), latest
}

func (s *Slack) botProfile() Object {
	return Object{"id": botID, "app_id": appID, "name": s.opts.AppName, "deleted": false, "team_id": s.opts.TeamID, "updated": s.channels[0].created, "icons": Object{}}
}

// Sent is one payload that the app sent, refused ones among them.
type Sent struct {
	Method  string // "chat.postMessage", "views.open", "response_url", "response_action", "command"…
	Channel string
	User    string
	TS      string
	Text    string
	Payload json.RawMessage // the blocks or the view, as sent
	Error   string          // Slack's error code when it was refused
}

// Problem is a payload that Slack refuses, with what is wrong with it.
type Problem struct {
	Method   string
	Code     string
	Messages []string
	Payload  json.RawMessage
}

func (p Problem) String() string { return fmt.Sprintf("%s: %s %v", p.Method, p.Code, p.Messages) }

// Sent is every payload that the app sent, in order.
func (s *Slack) Sent() []Sent {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sent)
}

// Calls counts the calls of a method, the refused ones too.
func (s *Slack) Calls(method string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[method]
}

// Problems are the payloads that broke one of Slack's rules. A test of a bot wants none.
func (s *Slack) Problems() []Problem {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.problems)
}
