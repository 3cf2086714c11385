package slackfake

import (
	"slices"
	"strings"
)

// element is an interactive element and where it stands.
type element struct {
	block, action string
	kind          string
	fields        Object
	input         Object // the input block around it, nil elsewhere
}

// elements are all interactive elements of some blocks, in their order.
func elements(blocks []Object) []element {
	var out []element
	for _, b := range blocks {
		add := func(e Object, input Object) {
			if e != nil && str(e["action_id"]) != "" {
				out = append(out, element{block: str(b["block_id"]), action: str(e["action_id"]), kind: str(e["type"]), fields: e, input: input})
			}
		}
		switch str(b["type"]) {
		case "section":
			add(object(b["accessory"]), nil)
		case "input":
			add(object(b["element"]), b)
		case "actions", "context_actions":
			for _, e := range objects(b["elements"]) {
				add(e, nil)
			}
		case "card":
			for _, e := range objects(b["actions"]) {
				add(e, nil)
			}
		case "carousel":
			for _, card := range objects(b["elements"]) {
				for _, e := range objects(card["actions"]) {
					add(e, nil)
				}
			}
		case "data_table":
			for _, row := range list(b["rows"]) {
				for _, cell := range objects(row) {
					add(object(cell["element"]), nil)
				}
			}
		}
	}
	return out
}

// state is what the view's inputs hold: what the person put in, or their initial values.
func (v *View) state() stateValues { return stateOf(v.Blocks, v.values) }

func stateOf(blocks []Object, put stateValues) stateValues {
	out := stateValues{}
	for _, e := range elements(blocks) {
		value, ok := put[e.block][e.action]
		if !ok {
			value = e.initial()
		}
		if value != nil {
			out.set(e.block, e.action, value)
		}
	}
	return out
}

// field names the state's field of an element, and whether it holds several values; "" for elements without a state.
func (e element) field() (name string, several bool) {
	switch e.kind {
	case "plain_text_input", "email_text_input", "url_text_input", "number_input":
		return "value", false
	case "rich_text_input":
		return "rich_text_value", false
	case "static_select", "external_select", "radio_buttons":
		return "selected_option", false
	case "multi_static_select", "multi_external_select", "checkboxes":
		return "selected_options", true
	case "users_select":
		return "selected_user", false
	case "conversations_select":
		return "selected_conversation", false
	case "channels_select":
		return "selected_channel", false
	case "multi_users_select":
		return "selected_users", true
	case "multi_conversations_select":
		return "selected_conversations", true
	case "multi_channels_select":
		return "selected_channels", true
	case "datepicker":
		return "selected_date", false
	case "timepicker":
		return "selected_time", false
	case "datetimepicker":
		return "selected_date_time", false
	case "file_input":
		return "files", true
	}
	return "", false
}

// initial is the element's state before anybody touched it.
func (e element) initial() Object {
	name, several := e.field()
	if name == "" {
		return nil
	}
	out := Object{"type": e.kind, name: nil}
	if several {
		out[name] = []any{}
	}
	for _, from := range []string{"initial_value", "initial_option", "initial_options", "initial_user", "initial_users", "initial_conversation",
		"initial_conversations", "initial_channel", "initial_channels", "initial_date", "initial_time", "initial_date_time"} {
		if v, ok := e.fields[from]; ok {
			out[name] = v
		}
	}
	return out
}

// filled says whether a state holds anything.
func (e element) filled(state Object) bool {
	name, several := e.field()
	if several {
		return len(list(state[name])) > 0
	}
	switch v := state[name].(type) {
	case nil:
		return false
	case string:
		return strings.TrimSpace(v) != ""
	}
	return true
}

// options are all options of a menu, those of its groups too.
func (e element) options() []Object {
	out := objects(e.fields["options"])
	for _, g := range objects(e.fields["option_groups"]) {
		out = append(slices.Clip(out), objects(g["options"])...)
	}
	return out
}

// option is the menu's option with this value.
func (e element) option(value string) Object {
	for _, o := range e.options() {
		if str(o["value"]) == value {
			return o
		}
	}
	return nil
}
