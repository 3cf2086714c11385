package slackfake

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
)

// Result is what a person sees after pressing a modal's submit button.
type Result struct {
	Errors map[string]string // by block_id: Slack's own or the app's
	Closed bool              // this view is gone
	View   *View             // the view on top afterwards, nil when none is
}

// Submit has a person fill in a modal and press submit. The keys of values are action_ids or block_ids; a menu
// takes its option's value, a menu of several takes them separated by commas. Slack's own checks come first
// (required, length); what they find is in the result's Errors and the app is not asked.
func (s *Slack) Submit(ctx context.Context, user, viewID string, values map[string]string) (Result, error) {
	s.mu.Lock()
	v := s.view(viewID)
	if v == nil || v.user != user {
		s.mu.Unlock()
		return Result{}, fmt.Errorf("submit: %s does not see view %s", user, viewID)
	}
	put := stateValues{}
	all := elements(v.Blocks)
	for key, value := range values {
		i := slices.IndexFunc(all, func(e element) bool { return e.input != nil && (e.action == key || e.block == key) })
		if i < 0 {
			s.mu.Unlock()
			return Result{}, fmt.Errorf("submit: the modal has no input %q", key)
		}
		e := all[i]
		fields, err := s.choose(e, value)
		if err != nil {
			s.mu.Unlock()
			return Result{}, fmt.Errorf("submit: %w", err)
		}
		fields["type"] = e.kind
		put.set(e.block, e.action, fields)
	}
	s.mu.Unlock()
	return s.submit(ctx, user, viewID, put)
}

// submit checks what was put in as Slack's client does, and sends view_submission.
func (s *Slack) submit(ctx context.Context, user, viewID string, put stateValues) (Result, error) {
	s.mu.Lock()
	v := s.view(viewID)
	if v == nil || v.user != user {
		s.mu.Unlock()
		return Result{}, fmt.Errorf("submit: %s does not see view %s", user, viewID)
	}
	if v.Submit == "" {
		s.mu.Unlock()
		return Result{}, fmt.Errorf("submit: the modal has no submit button")
	}
	for block, actions := range put {
		for id, value := range actions {
			v.values.set(block, id, value)
		}
	}
	if wrong := checkInputs(v); len(wrong) > 0 {
		s.mu.Unlock()
		return Result{Errors: wrong, View: v.copy()}, nil
	}
	payload := s.interaction("view_submission", user)
	payload["trigger_id"] = s.newTrigger(user, true)
	payload["view"] = s.wireView(v)
	payload["response_urls"] = s.responseURLs(v, user)
	s.mu.Unlock()
	answer, err := s.send(ctx, kindAction, payload)
	if err != nil {
		return Result{}, fmt.Errorf("submit: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.submitted(v, answer)
}

// responseURLs are the addresses for menus of channels that asked for one with response_url_enabled.
func (s *Slack) responseURLs(v *View, user string) []Object {
	out := []Object{}
	state := v.state()
	for _, e := range elements(v.Blocks) {
		chosen := state[e.block][e.action]
		channel := s.channel(strings.TrimSpace(str(chosen["selected_conversation"]) + str(chosen["selected_channel"])))
		if e.fields["response_url_enabled"] == true && channel != nil {
			out = append(out, Object{
				"block_id": e.block, "action_id": e.action, "channel_id": channel.ID, "response_url": s.newResponseURL(channel.ID, user, nil),
			})
		}
	}
	return out
}

// submitted does what the app answered: nothing closes the view, response_action shows errors, another view, or
// clears all.
func (s *Slack) submitted(v *View, raw []byte) (Result, error) {
	var answer Object
	if len(strings.TrimSpace(string(raw))) > 0 && string(raw) != "null" {
		if err := decode(raw, &answer); err != nil {
			s.problem(Problem{Method: "response_action", Code: "invalid_json", Messages: []string{err.Error()}})
			return Result{}, fmt.Errorf("submit: the app's answer is not JSON")
		}
	}
	kind := str(answer["response_action"])
	if kind == "" && len(answer) > 0 {
		s.problem(Problem{Method: "response_action", Code: "unknown answer", Payload: raw})
	}
	switch kind {
	case "":
		s.drop(v)
	case "clear":
		s.modals[v.user] = nil
	case "errors":
		return s.showErrors(v, object(answer["errors"]), raw)
	case "update", "push":
		if err := s.answeredView(v, kind, answer["view"]); err != nil {
			return Result{}, err
		}
	default:
		s.problem(Problem{Method: "response_action", Code: "unknown response_action", Payload: raw})
		return Result{}, fmt.Errorf("submit: unknown response_action %q", kind)
	}
	s.tell(pageEvent{user: v.user, body: Object{"type": "views"}})
	return Result{Closed: !slices.Contains(s.modals[v.user], v), View: s.top(v.user).copy()}, nil
}

// showErrors shows the app's errors. Each must belong to an input of the view, or Slack shows none of them.
func (s *Slack) showErrors(v *View, errs Object, raw []byte) (Result, error) {
	shown := map[string]string{}
	for block, message := range errs {
		known := slices.ContainsFunc(elements(v.Blocks), func(e element) bool { return e.input != nil && e.block == block })
		if !known || str(message) == "" {
			s.problem(Problem{Method: "response_action", Code: "invalid errors", Messages: []string{"no input block " + block}, Payload: raw})
			return Result{}, fmt.Errorf("submit: the app's error is for %q, which is no input block", block)
		}
		shown[block] = str(message)
	}
	if len(shown) == 0 {
		s.problem(Problem{Method: "response_action", Code: "invalid errors", Messages: []string{"errors is empty"}, Payload: raw})
		return Result{}, fmt.Errorf("submit: the app answered errors without any")
	}
	return Result{Errors: shown, View: v.copy()}, nil
}

func (s *Slack) answeredView(v *View, kind string, sent any) error {
	payload, err := json.Marshal(sent)
	if err != nil {
		return fmt.Errorf("submit: %w", err)
	}
	id := ""
	if kind == "update" {
		id = v.ID
	}
	err = s.checkSentView(sent, payload, "modal", id)
	if err == nil && kind == "push" && len(s.modals[v.user]) >= maxStack {
		err = fail("push_limit_reached")
	}
	s.record(Sent{Method: "response_action", User: v.user, Payload: payload}, err)
	if err != nil {
		return fmt.Errorf("submit: the app's view: %w", err)
	}
	if kind == "update" {
		s.updateView(v, object(sent))
	} else {
		s.pushView(v.user, object(sent))
	}
	return nil
}

// drop takes a view off its stack.
func (s *Slack) drop(v *View) {
	s.modals[v.user] = slices.DeleteFunc(slices.Clone(s.modals[v.user]), func(other *View) bool { return other.ID == v.ID })
}

// CloseView has a person close a modal. The app hears of it when it asked to (notify_on_close).
func (s *Slack) CloseView(ctx context.Context, user, viewID string) error {
	s.mu.Lock()
	v := s.view(viewID)
	if v == nil || v.user != user || v.Type != "modal" {
		s.mu.Unlock()
		return fmt.Errorf("close: %s does not see view %s", user, viewID)
	}
	closing := []*View{v}
	if v.sent["clear_on_close"] == true {
		closing = slices.Clone(s.modals[user])
	}
	var payloads []Object
	for _, c := range closing {
		s.drop(c)
		if c.NotifyOnClose() {
			payload := s.interaction("view_closed", user)
			payload["view"], payload["is_cleared"] = s.wireView(c), len(closing) > 1
			payloads = append(payloads, payload)
		}
	}
	s.tell(pageEvent{user: user, body: Object{"type": "views"}})
	s.mu.Unlock()
	for _, payload := range payloads {
		if _, err := s.send(ctx, kindAction, payload); err != nil {
			return fmt.Errorf("close: %w", err)
		}
	}
	return nil
}
