package slackfake

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
)

const (
	maxViewBytes = 250_000
	maxStack     = 3
)

// stateValues are what a person put into a view or message: block_id, action_id, then Slack's fields.
type stateValues map[string]map[string]Object

// View is a modal or a Home. Its JSON is the view as it was sent, with id, hash and type.
type View struct {
	ID              string
	Hash            string
	Type            string // modal or home
	CallbackID      string
	PrivateMetadata string
	ExternalID      string
	Title           string
	Submit          string // the label of its submit button, empty when it has none
	Blocks          []Object

	sent           Object
	user           string
	root, previous string
	values         stateValues
}

// MarshalJSON is the view as it was sent, and its id, hash and type.
func (v *View) MarshalJSON() ([]byte, error) {
	out := maps.Clone(v.sent)
	out["id"], out["hash"], out["type"], out["blocks"] = v.ID, v.Hash, v.Type, v.Blocks
	out["root_view_id"], out["state"] = v.root, Object{"values": v.state()}
	return json.Marshal(out)
}

// NotifyOnClose says whether the app wants to hear that it was closed.
func (v *View) NotifyOnClose() bool { return v.sent["notify_on_close"] == true }

// Modal is the modal that this person sees, the top of the stack; nil when none is open.
func (s *Slack) Modal(user string) *View {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.top(user).copy()
}

// Home is what the app published for this person; nil when nothing was.
func (s *Slack) Home(user string) *View {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.homes[user].copy()
}

func (v *View) copy() *View {
	if v == nil {
		return nil
	}
	out := *v
	out.values = v.values.clone()
	return &out
}

func (v stateValues) clone() stateValues {
	out := stateValues{}
	for block, actions := range v {
		out[block] = maps.Clone(actions)
	}
	return out
}

func (s *Slack) top(user string) *View {
	stack := s.modals[user]
	if len(stack) == 0 {
		return nil
	}
	return stack[len(stack)-1]
}

func (s *Slack) view(id string) *View {
	for _, stack := range s.modals {
		for _, v := range stack {
			if v.ID == id {
				return v
			}
		}
	}
	for _, v := range s.homes {
		if v.ID == id {
			return v
		}
	}
	return nil
}

// fill makes a view show what was sent. What a person already put in stays where block and action are the same.
func (s *Slack) fill(v *View, sent Object) {
	v.sent, v.Type = sent, str(sent["type"])
	v.CallbackID, v.PrivateMetadata, v.ExternalID = str(sent["callback_id"]), str(sent["private_metadata"]), str(sent["external_id"])
	v.Title, v.Submit = text(sent["title"]), text(sent["submit"])
	v.Blocks = s.withIDs(objects(sent["blocks"]))
	v.Hash = fmt.Sprintf("%d.%s", s.now().Unix(), s.id("")[2:])
	known := stateValues{}
	for _, e := range elements(v.Blocks) {
		if value, ok := v.values[e.block][e.action]; ok {
			known.set(e.block, e.action, value)
		}
	}
	v.values = known
}

func (v stateValues) set(block, action string, value Object) {
	if v[block] == nil {
		v[block] = map[string]Object{}
	}
	v[block][action] = value
}

// wireView is the view as the Web API and the payloads show it.
func (s *Slack) wireView(v *View) Object {
	out := Object{
		"id": v.ID, "team_id": s.teamOf(v.user), "type": v.Type, "blocks": v.Blocks, "private_metadata": v.PrivateMetadata,
		"callback_id": v.CallbackID, "hash": v.Hash, "state": Object{"values": v.state()}, "clear_on_close": v.sent["clear_on_close"] == true,
		"notify_on_close": v.NotifyOnClose(), "close": v.sent["close"], "submit": v.sent["submit"], "title": v.sent["title"],
		"previous_view_id": nil, "root_view_id": v.root, "app_id": appID, "external_id": v.ExternalID,
		"app_installed_team_id": s.opts.TeamID, "bot_id": botID,
	}
	if v.previous != "" {
		out["previous_view_id"] = v.previous
	}
	return out
}

func (s *Slack) teamOf(user string) string {
	if u := s.user(user); u != nil {
		return u.TeamID
	}
	return s.opts.TeamID
}

// sentView reads and checks the view of a call, and records it.
func (s *Slack) sentView(c *call, user string, kind string) (Object, error) {
	raw, err := c.json("view")
	if err != nil || raw == nil {
		return nil, &apiError{code: "invalid_arguments", messages: []string{"missing required field: view"}}
	}
	payload, _ := json.Marshal(raw)
	err = s.checkSentView(raw, payload, kind, c.str("view_id"))
	s.record(Sent{Method: c.method, User: user, Payload: payload}, err)
	if err != nil {
		return nil, err
	}
	return object(raw), nil
}

func (s *Slack) checkSentView(raw any, payload json.RawMessage, kind, id string) error {
	if messages := checkView(raw, kind); len(messages) > 0 {
		return &apiError{code: "invalid_arguments", messages: messages}
	}
	if messages := s.unreadyFiles("/view", raw); len(messages) > 0 {
		return &apiError{code: "invalid_arguments", messages: messages}
	}
	if len(payload) > maxViewBytes {
		return fail("view_too_large")
	}
	external := str(object(raw)["external_id"])
	if external == "" {
		return nil
	}
	for _, stack := range s.modals {
		if slices.ContainsFunc(stack, func(v *View) bool { return v.ExternalID == external && v.ID != id }) {
			return fail("duplicate_external_id")
		}
	}
	return nil
}

func (s *Slack) viewsOpen(c *call) (Object, error) {
	t, err := s.trigger(c.str("trigger_id"))
	if err != nil {
		return nil, err
	}
	sent, err := s.sentView(c, t.user, "modal")
	if err != nil {
		return nil, err
	}
	t.used = true
	s.modals[t.user] = nil
	v := s.pushView(t.user, sent)
	return Object{"view": s.wireView(v)}, nil
}

func (s *Slack) viewsPush(c *call) (Object, error) {
	t, err := s.trigger(c.str("trigger_id"))
	switch {
	case err != nil:
		return nil, err
	case len(s.modals[t.user]) == 0 || !t.fromView:
		return nil, fail("not_found")
	case len(s.modals[t.user]) >= maxStack:
		return nil, fail("push_limit_reached")
	}
	sent, err := s.sentView(c, t.user, "modal")
	if err != nil {
		return nil, err
	}
	t.used = true
	v := s.pushView(t.user, sent)
	return Object{"view": s.wireView(v)}, nil
}

// pushView lays a new view on a person's stack.
func (s *Slack) pushView(user string, sent Object) *View {
	v := &View{ID: s.id("V"), user: user}
	v.root = v.ID
	if below := s.top(user); below != nil {
		v.root, v.previous = below.root, below.ID
	}
	s.fill(v, sent)
	s.modals[user] = append(slices.Clone(s.modals[user]), v)
	s.dump("modal", sent)
	s.tell(pageEvent{user: user, body: Object{"type": "views"}})
	return v
}

func (s *Slack) viewsUpdate(c *call) (Object, error) {
	v := s.view(c.str("view_id"))
	if external := c.str("external_id"); v == nil && external != "" {
		for _, stack := range s.modals {
			for _, open := range stack {
				if open.ExternalID == external {
					v = open
				}
			}
		}
	}
	if v == nil || v.Type != "modal" {
		return nil, fail("not_found")
	}
	c.args["view_id"] = v.ID
	sent, err := s.sentView(c, v.user, "modal")
	if err != nil {
		return nil, err
	}
	if hash := c.str("hash"); hash != "" && hash != v.Hash {
		return nil, fail("hash_conflict")
	}
	s.updateView(v, sent)
	return Object{"view": s.wireView(v)}, nil
}

func (s *Slack) updateView(v *View, sent Object) {
	s.fill(v, sent)
	s.dump("modal", sent)
	s.tell(pageEvent{user: v.user, body: Object{"type": "views"}})
}

func (s *Slack) viewsPublish(c *call) (Object, error) {
	user := c.str("user_id")
	if u := s.user(user); u == nil || u.IsStranger {
		return nil, fail("user_not_found")
	}
	sent, err := s.sentView(c, user, "home")
	if err != nil {
		return nil, err
	}
	v := s.homes[user]
	if v == nil {
		v = &View{ID: s.id("V"), user: user}
		v.root = v.ID
	} else if hash := c.str("hash"); hash != "" && hash != v.Hash {
		return nil, fail("hash_conflict")
	}
	s.fill(v, sent)
	s.homes[user] = v
	s.dump("home", sent)
	s.tell(pageEvent{user: user, body: Object{"type": "home"}})
	return Object{"view": s.wireView(v)}, nil
}
