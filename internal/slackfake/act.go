package slackfake

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"
)

// Target is where a person clicks: a message (an ephemeral one too), a view, or the app's Home.
type Target struct {
	Channel, TS string
	ViewID      string
	Home        bool
}

// InMessage targets a message of a channel, by id or "#name".
func InMessage(channel, ts string) Target { return Target{Channel: channel, TS: ts} }

// InView targets a modal.
func InView(id string) Target { return Target{ViewID: id} }

// InHome targets the app's Home of the person who clicks.
func InHome() Target { return Target{Home: true} }

// Click has a person use an element: a button, a menu's option (value), a date (value)… It returns when the app has
// acknowledged, and fails when the person does not see such an element, when a menu has no such option, or with
// ErrNoAnswer. With several elements of this action the value chooses a button, or the menu that has it.
func (s *Slack) Click(ctx context.Context, user string, in Target, actionID, value string) error {
	return s.act(ctx, user, in, func(blocks []Object) (element, Object, error) {
		var found *element
		for _, e := range elements(blocks) {
			if e.action == actionID && (found == nil || value != "" && (str(e.fields["value"]) == value || e.option(value) != nil)) {
				found = &e
			}
		}
		if found == nil {
			return element{}, nil, fmt.Errorf("there is no element with action %q", actionID)
		}
		action, err := s.choose(*found, value)
		return *found, action, err
	}, nil)
}

// act sends block_actions for what pick chooses in the target's blocks. put are values the person had already put in.
func (s *Slack) act(ctx context.Context, user string, in Target, pick func([]Object) (element, Object, error), put stateValues) error {
	s.mu.Lock()
	payload, err := s.blockActions(user, in, pick, put)
	s.mu.Unlock()
	if err != nil {
		return fmt.Errorf("click: %w", err)
	}
	if _, err := s.send(ctx, kindAction, payload); err != nil {
		return fmt.Errorf("click: %w", err)
	}
	return nil
}

func (s *Slack) blockActions(user string, in Target, pick func([]Object) (element, Object, error), put stateValues) (Object, error) {
	payload := s.interaction("block_actions", user)
	var blocks []Object
	var values *stateValues
	var m *Message
	var v *View
	switch {
	case in.ViewID != "" || in.Home:
		if v = s.homes[user]; !in.Home {
			v = s.view(in.ViewID)
		}
		if v == nil || v.user != user {
			return nil, fmt.Errorf("%s does not see this view", user)
		}
		blocks, values = v.Blocks, &v.values
		payload["container"] = Object{"type": "view", "view_id": v.ID}
	default:
		c := s.channel(in.Channel)
		if c == nil || !c.has(user) {
			return nil, fmt.Errorf("%s does not see channel %q", user, in.Channel)
		}
		if m = s.message(c.ID, in.TS); m == nil {
			m = s.ephemeral(c.ID, in.TS)
		}
		if m == nil || (m.Ephemeral && m.For != user) {
			return nil, fmt.Errorf("%s does not see message %s in %s", user, in.TS, c.Name)
		}
		blocks, values = m.Blocks, &m.values
		s.aboutMessage(payload, c, m)
	}
	if *values == nil {
		*values = stateValues{}
	}
	for block, actions := range put {
		for id, value := range actions {
			values.set(block, id, value)
		}
	}
	e, action, err := pick(blocks)
	if err != nil {
		return nil, err
	}
	if name, _ := e.field(); name != "" {
		values.set(e.block, e.action, Object{"type": e.kind, name: action[name]})
	}
	action["action_id"], action["block_id"], action["type"] = e.action, e.block, e.kind
	action["action_ts"] = s.newTS()
	if placeholder := e.fields["placeholder"]; placeholder != nil {
		action["placeholder"] = placeholder
	}
	payload["actions"] = []Object{action}
	payload["trigger_id"] = s.newTrigger(user, v != nil && v.Type == "modal")
	if v != nil {
		payload["view"] = s.wireView(v)
	} else {
		payload["state"] = Object{"values": stateOf(blocks, *values)}
		payload["response_url"] = s.newResponseURL(m.Channel, user, m)
	}
	return payload, nil
}

// interaction is what every interactive payload says about who did it and where the app is installed.
func (s *Slack) interaction(kind, user string) Object {
	u := s.user(user)
	if u == nil {
		u = &User{ID: user, TeamID: s.opts.TeamID}
	}
	return Object{
		"type": kind, "token": verifier, "api_app_id": appID, "team": Object{"id": s.opts.TeamID, "domain": teamDomain},
		"enterprise": s.enterpriseObject(), "is_enterprise_install": s.whole(),
		"user": Object{"id": u.ID, "username": u.Name, "name": u.Name, "team_id": u.TeamID},
	}
}

func (s *Slack) aboutMessage(payload Object, c *Channel, m *Message) {
	container := Object{"type": "message", "message_ts": m.TS, "channel_id": c.ID, "is_ephemeral": m.Ephemeral}
	if m.ThreadTS != "" {
		container["thread_ts"] = m.ThreadTS
	}
	payload["container"] = container
	payload["channel"] = Object{"id": c.ID, "name": payloadName(c)}
	if !m.Ephemeral { // Slack leaves the message out of clicks in ephemeral ones
		payload["message"] = s.wire(m, false)
	}
}

// payloadName is how payloads call a channel.
func payloadName(c *Channel) string {
	if c.Kind == "im" {
		return "directmessage"
	}
	return c.Name
}

// choose makes the action's fields for an element and the value that a person gave it.
func (s *Slack) choose(e element, value string) (Object, error) {
	name, several := e.field()
	switch e.kind {
	case "button", "icon_button", "workflow_button":
		out := Object{}
		for _, k := range []string{"text", "value", "style", "url", "icon"} {
			if v, ok := e.fields[k]; ok {
				out[k] = v
			}
		}
		return out, nil
	case "overflow":
		name = "selected_option"
	case "feedback_buttons":
		for _, which := range []string{"positive_button", "negative_button"} {
			if b := object(e.fields[which]); str(b["value"]) == value {
				return maps.Clone(b), nil
			}
		}
		return nil, fmt.Errorf("no feedback button has the value %q", value)
	case "external_select":
		return Object{name: Object{"text": plain(value), "value": value}}, nil
	}
	if name == "" {
		return nil, fmt.Errorf("a %s cannot be used", e.kind)
	}
	parts := []string{value}
	if several {
		parts = strings.FieldsFunc(value, func(r rune) bool { return r == ',' })
	}
	values := []any{}
	for _, part := range parts {
		v, err := s.fieldValue(e, name, part)
		if err != nil {
			return nil, err
		}
		values = append(values, v)
	}
	if several {
		return Object{name: values}, nil
	}
	return Object{name: values[0]}, nil
}

// fieldValue turns a value that a person gave into what Slack puts into the field.
func (s *Slack) fieldValue(e element, name, value string) (any, error) {
	if value == "" {
		return nil, nil
	}
	switch {
	case strings.HasPrefix(name, "selected_option"):
		o := e.option(value)
		if o == nil && strings.Contains(e.kind, "external") {
			o = Object{"text": plain(value), "value": value}
		}
		if o == nil {
			return nil, fmt.Errorf("%s %q has no option %q", e.kind, e.action, value)
		}
		return o, nil
	case name == "selected_date_time":
		n, err := strconv.ParseInt(value, 10, 64)
		if err != nil {
			return nil, fmt.Errorf("%s %q takes seconds, not %q", e.kind, e.action, value)
		}
		return n, nil
	case strings.HasPrefix(name, "selected_user"):
		if s.user(value) == nil {
			return nil, fmt.Errorf("%s %q: there is no user %q", e.kind, e.action, value)
		}
	case name == "rich_text_value":
		section := Object{"type": "rich_text_section", "elements": []any{Object{"type": "text", "text": value}}}
		return Object{"type": "rich_text", "elements": []any{section}}, nil
	}
	return value, nil
}

func plain(text string) Object {
	return Object{"type": "plain_text", "text": cmp.Or(text, " "), "emoji": true}
}
