package slackfake

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

const (
	maxPostText   = 40_000 // longer text is cut
	maxUpdateText = 4_000  // longer text is refused by chat.update
	maxMetadata   = 8_000
)

// content is what a message shows.
type content struct {
	text        string
	blocks      []Object
	attachments any
	metadata    Object
	raw         json.RawMessage // the blocks as sent
}

// content reads and checks a message's text, blocks and metadata.
func (s *Slack) content(c *call) (content, error) {
	out := content{text: c.str("text")}
	blocks, err := c.json("blocks")
	if err != nil {
		return out, fail("invalid_blocks_format")
	}
	if blocks != nil {
		out.raw, _ = json.Marshal(blocks)
		if messages := checkMessage(blocks); len(messages) > 0 {
			return out, &apiError{code: "invalid_blocks", messages: messages}
		}
		if s.noCharts && slices.ContainsFunc(objects(blocks), func(b Object) bool { return str(b["type"]) == "data_visualization" }) {
			return out, fail("invalid_blocks") // as asked for, so it is no problem of the payload's
		}
		if messages := s.unreadyFiles("/blocks", blocks); len(messages) > 0 {
			return out, &apiError{code: "invalid_blocks", messages: messages}
		}
		out.blocks = objects(blocks)
	}
	if out.attachments, err = c.json("attachments"); err != nil {
		return out, fail("invalid_attachments")
	}
	metadata, err := c.json("metadata")
	if err != nil {
		return out, fail("invalid_metadata_format")
	}
	if metadata != nil {
		out.metadata = object(metadata)
		if str(out.metadata["event_type"]) == "" || object(out.metadata["event_payload"]) == nil {
			return out, fail("invalid_metadata_format")
		}
		if size, _ := json.Marshal(metadata); len(size) > maxMetadata {
			return out, fail("metadata_too_large")
		}
	}
	if out.text == "" && len(out.blocks) == 0 && len(list(out.attachments)) == 0 {
		return out, fail("no_text")
	}
	return out, nil
}

// place finds the channel of a call and sees to it that the app may write there.
func (s *Slack) place(id string) (*Channel, error) {
	c := s.channel(id)
	switch {
	case c == nil || (c.Kind == "private" && !c.has(botUser)):
		return nil, fail("channel_not_found")
	case c.Archived:
		return nil, fail("is_archived")
	case !c.has(botUser):
		return nil, fail("not_in_channel")
	}
	return c, nil
}

func (s *Slack) chatPostMessage(c *call) (_ Object, err error) {
	content, err := s.content(c)
	sent := Sent{Method: c.method, Channel: c.str("channel"), Text: content.text, Payload: content.raw}
	defer func() { s.record(sent, err) }()
	if err != nil {
		return nil, err
	}
	channel, err := s.place(c.str("channel"))
	if err != nil {
		return nil, err
	}
	thread := c.str("thread_ts")
	if thread != "" {
		if err := s.openThread(channel.ID, thread); err != nil {
			return nil, err
		}
	}
	if cut := []rune(content.text); len(cut) > maxPostText {
		content.text = string(cut[:maxPostText])
	}
	m := &Message{
		TS: s.newTS(), Channel: channel.ID, User: botUser, Bot: true, Text: content.text, Blocks: s.withIDs(content.blocks),
		ThreadTS: thread, Metadata: content.metadata, attachments: content.attachments,
		broadcast: c.flag("reply_broadcast"), Unfurl: c.flag("unfurl_links") || !c.has("unfurl_media") || c.flag("unfurl_media"),
	}
	s.add(m)
	sent.Channel, sent.TS = channel.ID, m.TS
	s.dump("message", content.raw)
	return Object{"channel": channel.ID, "ts": m.TS, "message": s.wire(m, false)}, nil
}

// openThread makes a message the start of a thread.
func (s *Slack) openThread(channel, ts string) error {
	parent := s.message(channel, ts)
	if parent == nil {
		return fail("thread_not_found")
	}
	if parent.ThreadTS == "" {
		parent.ThreadTS = parent.TS
	}
	return nil
}

func (s *Slack) chatUpdate(c *call) (_ Object, err error) {
	content, err := s.content(c)
	sent := Sent{Method: c.method, Channel: c.str("channel"), TS: c.str("ts"), Text: content.text, Payload: content.raw}
	defer func() { s.record(sent, err) }()
	if err != nil {
		return nil, err
	}
	if len([]rune(content.text)) > maxUpdateText {
		return nil, fail("msg_too_long")
	}
	m, err := s.own(c, "cant_update_message")
	if err != nil {
		return nil, err
	}
	s.change(m, content, c.has("metadata"))
	s.dump("message", content.raw)
	return Object{"channel": m.Channel, "ts": m.TS, "text": m.Text, "message": s.wire(m, false)}, nil
}

// change gives a message new content. Text alone drops the blocks, as Slack does.
func (s *Slack) change(m *Message, content content, withMetadata bool) {
	m.Text = content.text
	m.Blocks = s.withIDs(content.blocks)
	m.attachments = content.attachments
	if withMetadata {
		m.Metadata = content.metadata
	}
	m.values = nil
	m.Edited = &Edit{User: m.User, TS: s.newTS()}
	s.show(m)
}

// own finds the message that a call is about, which must be the app's own.
func (s *Slack) own(c *call, refusal string) (*Message, error) {
	channel := s.channel(c.str("channel"))
	if channel == nil || channel.ID != c.str("channel") {
		return nil, fail("channel_not_found")
	}
	m := s.message(channel.ID, c.str("ts"))
	switch {
	case m == nil:
		return nil, fail("message_not_found")
	case m.User != botUser:
		return nil, fail(refusal)
	}
	return m, nil
}

func (s *Slack) chatDelete(c *call) (Object, error) {
	m, err := s.own(c, "cant_delete_message")
	if err != nil {
		return nil, err
	}
	s.remove(m)
	return Object{"channel": m.Channel, "ts": m.TS}, nil
}

func (s *Slack) chatPostEphemeral(c *call) (_ Object, err error) {
	content, err := s.content(c)
	sent := Sent{Method: c.method, Channel: c.str("channel"), User: c.str("user"), Text: content.text, Payload: content.raw}
	defer func() { s.record(sent, err) }()
	if err != nil {
		return nil, err
	}
	channel, err := s.place(c.str("channel"))
	if err != nil {
		return nil, err
	}
	switch {
	case s.user(c.str("user")) == nil:
		return nil, fail("user_not_found")
	case !channel.has(c.str("user")):
		return nil, fail("user_not_in_channel")
	}
	m := s.whisper(channel.ID, c.str("user"), c.str("thread_ts"), content)
	sent.Channel, sent.TS = channel.ID, m.TS
	return Object{"message_ts": m.TS}, nil
}

// whisper shows a message to one person alone.
func (s *Slack) whisper(channel, user, thread string, content content) *Message {
	m := &Message{
		TS: s.newTS(), Channel: channel, User: botUser, Bot: true, Text: content.text, Blocks: s.withIDs(content.blocks),
		ThreadTS: thread, Ephemeral: true, For: user, attachments: content.attachments,
	}
	s.add(m)
	s.dump("message", content.raw)
	return m
}

func (s *Slack) chatGetPermalink(c *call) (Object, error) {
	channel := s.channel(c.str("channel"))
	if channel == nil {
		return nil, fail("channel_not_found")
	}
	m := s.message(channel.ID, c.str("message_ts"))
	if m == nil {
		return nil, fail("message_not_found")
	}
	link := fmt.Sprintf("%s/archives/%s/p%s", s.url, channel.ID, strings.ReplaceAll(m.TS, ".", ""))
	if m.ThreadTS != "" && m.ThreadTS != m.TS {
		link += "?thread_ts=" + m.ThreadTS + "&cid=" + channel.ID
	}
	return Object{"channel": channel.ID, "permalink": link}, nil
}

func (s *Slack) reactionsAdd(c *call) (Object, error) {
	channel, err := s.place(c.str("channel"))
	if err != nil {
		return nil, err
	}
	m := s.message(channel.ID, c.str("timestamp"))
	name := strings.Trim(c.str("name"), ":")
	switch {
	case m == nil:
		return nil, fail("message_not_found")
	case name == "" || strings.ContainsAny(name, " \n"):
		return nil, fail("invalid_name")
	}
	i := slices.IndexFunc(m.Reactions, func(r Reaction) bool { return r.Name == name })
	if i < 0 {
		m.Reactions = append(m.Reactions, Reaction{Name: name})
		i = len(m.Reactions) - 1
	}
	r := &m.Reactions[i]
	if slices.Contains(r.Users, botUser) {
		return nil, fail("already_reacted")
	}
	r.Users = append(slices.Clone(r.Users), botUser)
	r.Count++
	s.show(m)
	return nil, nil
}
