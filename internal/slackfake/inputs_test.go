package slackfake

import "testing"

// TestInputChecks has what Slack's own client says before the app is asked. The want is whether it says something.
func TestInputChecks(t *testing.T) {
	for _, test := range []struct {
		element, value string
		optional, want bool
	}{
		{`{"type":"plain_text_input","action_id":"a"}`, "", false, true},
		{`{"type":"plain_text_input","action_id":"a"}`, "  ", false, true},
		{`{"type":"plain_text_input","action_id":"a"}`, "", true, false},
		{`{"type":"plain_text_input","action_id":"a","min_length":3}`, "ab", false, true},
		{`{"type":"plain_text_input","action_id":"a","min_length":3}`, "abc", false, false},
		{`{"type":"plain_text_input","action_id":"a","max_length":3}`, "ñññ", false, false},
		{`{"type":"plain_text_input","action_id":"a","max_length":3}`, "ññññ", false, true},
		{`{"type":"plain_text_input","action_id":"a","initial_value":"there"}`, "-", false, false},
		{`{"type":"email_text_input","action_id":"a"}`, "ana@x.example", false, false},
		{`{"type":"email_text_input","action_id":"a"}`, "ana", false, true},
		{`{"type":"url_text_input","action_id":"a"}`, "https://x.example", false, false},
		{`{"type":"url_text_input","action_id":"a"}`, "x.example", false, true},
		{`{"type":"number_input","action_id":"a","is_decimal_allowed":false,"min_value":"1","max_value":"9"}`, "9", false, false},
		{`{"type":"number_input","action_id":"a","is_decimal_allowed":false,"min_value":"1","max_value":"9"}`, "10", false, true},
		{`{"type":"number_input","action_id":"a","is_decimal_allowed":false}`, "1.5", false, true},
		{`{"type":"static_select","action_id":"a","options":[{"text":{"type":"plain_text","text":"x"},"value":"v"}]}`, "v", false, false},
		{`{"type":"static_select","action_id":"a","options":[{"text":{"type":"plain_text","text":"x"},"value":"v"}]}`, "", false, true},
		{`{"type":"checkboxes","action_id":"a","options":[{"text":{"type":"plain_text","text":"x"},"value":"v"}]}`, "", false, true},
		{`{"type":"datepicker","action_id":"a"}`, "2026-11-23", false, false},
		{`{"type":"users_select","action_id":"a"}`, Ana, false, false},
	} {
		s := New(Options{})
		fields := parse(t, test.element).(Object)
		v := &View{Blocks: []Object{{"type": "input", "block_id": "b", "optional": test.optional, "element": fields}}, values: stateValues{}}
		if test.value != "-" {
			value, err := s.choose(elements(v.Blocks)[0], test.value)
			if err != nil {
				t.Fatal(err)
			}
			v.values.set("b", "a", value)
		}
		if got := checkInputs(v); (len(got) > 0) != test.want {
			t.Errorf("%s with %q: %v", test.element, test.value, got)
		}
	}
}
