package slackfake

import (
	"strings"
	"testing"
)

// TestViewLimits has the limits of a view itself.
func TestViewLimits(t *testing.T) {
	for _, test := range []struct {
		name  string
		limit int
		make  func(n int) (string, any)
	}{
		{"title", 24, func(n int) (string, any) { return "title", plainOf(n) }},
		{"submit", 24, func(n int) (string, any) { return "submit", plainOf(n) }},
		{"close", 24, func(n int) (string, any) { return "close", plainOf(n) }},
		{"private_metadata", 3000, func(n int) (string, any) { return "private_metadata", txt(n) }},
		{"callback_id", 255, func(n int) (string, any) { return "callback_id", txt(n) }},
		{"external_id", 255, func(n int) (string, any) { return "external_id", txt(n) }},
	} {
		t.Run(test.name, func(t *testing.T) {
			view := Object{"type": "modal", "title": plainOf(1), "blocks": block("divider", nil)}
			field, at := test.make(test.limit)
			if got := checkView(with(view, field, at), "modal"); len(got) > 0 {
				t.Errorf("at %d: %v", test.limit, got)
			}
			_, over := test.make(test.limit + 1)
			if got := checkView(with(view, field, over), "modal"); len(got) == 0 {
				t.Errorf("at %d: taken", test.limit+1)
			}
		})
	}
}

// TestRules has the rules that are no numbers. An empty want is a payload that Slack takes.
func TestRules(t *testing.T) {
	for _, test := range []struct {
		name, surface, blocks, want string
	}{
		{"unknown block", "message", `[{"type":"balloon"}]`, "unsupported type: balloon [json-pointer:/blocks/0/type]"},
		{"unknown element", "message", `[{"type":"actions","elements":[{"type":"lever","action_id":"a"}]}]`, "unsupported type: lever [json-pointer:/blocks/0/elements/0/type]"},
		{"no object", "message", `["hello"]`, "must be an object"},
		{"no array", "message", `{"blocks":[]}`, "must be an array [json-pointer:/blocks]"},
		{"missing field", "message", `[{"type":"header"}]`, "missing required field: text [json-pointer:/blocks/0]"},
		{"invented field", "message", `[{"type":"divider","color":"red"}]`, "invalid additional property: color"},
		{"empty text", "message", `[{"type":"section","text":{"type":"mrkdwn","text":""}}]`, "must be more than 0 characters [json-pointer:/blocks/0/text/text]"},
		{"text of a number", "message", `[{"type":"section","text":{"type":"mrkdwn","text":5}}]`, "must be a string"},
		{"mrkdwn header", "message", `[{"type":"header","text":{"type":"mrkdwn","text":"x"}}]`, "must be one of: plain_text"},
		{"mrkdwn button", "message", `[{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"mrkdwn","text":"x"}}]}]`, "must be one of: plain_text"},
		{"emoji in mrkdwn", "message", `[{"type":"section","text":{"type":"mrkdwn","text":"x","emoji":true}}]`, "invalid additional property: emoji"},
		{"section of nothing", "message", `[{"type":"section"}]`, "missing required field: text"},
		{"block_id twice", "message", `[{"type":"divider","block_id":"x"},{"type":"divider","block_id":"x"}]`, "must be unique [json-pointer:/blocks/1/block_id]"},
		{"action_id twice", "message", `[{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"}},{"type":"button","action_id":"a","text":{"type":"plain_text","text":"y"}}]}]`, "must be unique"},
		{"action_id in two blocks", "message", `[{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"}}]},{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"y"}}]}]`, ""},
		{"multi select in actions", "message", `[{"type":"actions","elements":[{"type":"multi_users_select","action_id":"a"}]}]`, "unsupported type"},
		{"input in actions", "message", `[{"type":"actions","elements":[{"type":"plain_text_input","action_id":"a"}]}]`, "unsupported type"},
		{"button in input", "modal", `[{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"button","action_id":"a"}}]`, "unsupported type"},
		{"min over max", "modal", `[{"type":"input","label":{"type":"plain_text","text":"x"},"element":{"type":"plain_text_input","action_id":"a","min_length":5,"max_length":4}}]`, "must not be more than max_length"},
		{"no options", "message", `[{"type":"actions","elements":[{"type":"static_select","action_id":"a"}]}]`, "must have either options or option_groups"},
		{"initial option not offered", "message", `[{"type":"actions","elements":[{"type":"static_select","action_id":"a","options":[{"text":{"type":"plain_text","text":"x"},"value":"1"}],"initial_option":{"text":{"type":"plain_text","text":"z"},"value":"1"}}]}]`, "must exactly match"},
		{"bad date", "message", `[{"type":"actions","elements":[{"type":"datepicker","action_id":"a","initial_date":"3/4/2026"}]}]`, "must be formatted as YYYY-MM-DD"},
		{"confirm without deny", "message", `[{"type":"actions","elements":[{"type":"button","action_id":"a","text":{"type":"plain_text","text":"x"},"confirm":{"title":{"type":"plain_text","text":"x"},"text":{"type":"plain_text","text":"x"},"confirm":{"type":"plain_text","text":"x"}}}]}]`, "missing required field: deny"},
		{"image without address", "message", `[{"type":"image","alt_text":"x"}]`, "either an image_url or a slack_file"},
		{"alert in a message", "message", `[{"type":"alert","text":{"type":"plain_text","text":"x"}}]`, "alert blocks are not allowed in a message"},
		{"chart in a modal", "modal", `[{"type":"data_visualization","title":"t","chart":{"type":"pie","segments":[{"label":"a","value":1}]}}]`, "not allowed in a modal"},
		{"table in a modal", "modal", `[{"type":"table","rows":[[{"type":"raw_text","text":"x"}]]}]`, "not allowed in a modal"},
		{"markdown in a Home", "home", `[{"type":"markdown","text":"x"}]`, "not allowed in a home"},
		{"slice of nothing", "message", `[{"type":"data_visualization","title":"t","chart":{"type":"pie","segments":[{"label":"a","value":0}]}}]`, "must be more than 0"},
		{"value as text", "message", `[{"type":"data_visualization","title":"t","chart":{"type":"pie","segments":[{"label":"a","value":"1"}]}}]`, "must be a number"},
		{"unknown chart", "message", `[{"type":"data_visualization","title":"t","chart":{"type":"radar"}}]`, "unsupported type: radar"},
		{"missing point", "message", `[{"type":"data_visualization","title":"t","chart":{"type":"bar","series":[{"name":"s","data":[{"label":"a","value":1}]}],"axis_config":{"categories":["a","b"]}}}]`, "exactly one point for every category"},
		{"series twice", "message", `[{"type":"data_visualization","title":"t","chart":{"type":"bar","series":[{"name":"s","data":[{"label":"a","value":1}]},{"name":"s","data":[{"label":"a","value":1}]}],"axis_config":{"categories":["a"]}}}]`, "must be unique: s"},
		{"data_table without caption", "message", `[{"type":"data_table","rows":[[{"type":"raw_text","text":"h"}],[{"type":"raw_text","text":"x"}]]}]`, "missing required field: caption"},
		{"number in the header", "message", `[{"type":"data_table","caption":"c","rows":[[{"type":"raw_number","value":1}],[{"type":"raw_text","text":"x"}]]}]`, "header row must have raw_text cells only"},
		{"ragged data_table", "message", `[{"type":"data_table","caption":"c","rows":[[{"type":"raw_text","text":"h"}],[{"type":"raw_text","text":"x"},{"type":"raw_text","text":"y"}]]}]`, "as many cells as the header row"},
		{"card with two icons", "message", `[{"type":"card","title":{"type":"plain_text","text":"x"},"icon":{"type":"image","alt_text":"a","image_url":"https://x.example"},"slack_icon":{"type":"icon","name":"bolt"}}]`, "both icon and slack_icon"},
		{"rich text", "message", `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"x","style":{"bold":true}},{"type":"user","user_id":"U1"},{"type":"date","timestamp":1,"format":"{date}","fallback":"f"}]}]}]`, ""},
		{"unknown rich text", "message", `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"sound"}]}]}]`, "unsupported type: sound"},
		{"video", "message", `[{"type":"video","title":{"type":"plain_text","text":"x"},"alt_text":"a","video_url":"https://x.example/v","thumbnail_url":"https://x.example/t"}]`, ""},
		{"file", "message", `[{"type":"file","external_id":"x","source":"local"}]`, "must be one of: remote"},
		{"feedback", "message", `[{"type":"context_actions","elements":[{"type":"feedback_buttons","action_id":"f","positive_button":{"text":{"type":"plain_text","text":"y"},"value":"+"},"negative_button":{"text":{"type":"plain_text","text":"n"},"value":"-"}}]}]`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			if blocks := parse(t, test.blocks); test.surface == "message" {
				got = checkMessage(blocks)
			} else {
				got = checked(t, test.surface, blocks.([]any))
			}
			switch all := strings.Join(got, "\n"); {
			case test.want == "" && all != "":
				t.Errorf("got %s, want it taken", all)
			case !strings.Contains(all, test.want):
				t.Errorf("got %q, want %q", all, test.want)
			}
		})
	}
}

// TestSubmitIsRequired has a modal with an input and no submit button.
func TestSubmitIsRequired(t *testing.T) {
	view := Object{"type": "modal", "title": plainOf(1), "blocks": normal(t, textInput("multiline", true))}
	if got := strings.Join(checkView(view, "modal"), "\n"); !strings.Contains(got, "missing required field: submit") {
		t.Errorf("got %q", got)
	}
	if got := checkView(with(view, "submit", plainOf(1)), "modal"); len(got) > 0 {
		t.Errorf("with submit: %v", got)
	}
	home := Object{"type": "home", "blocks": view["blocks"]}
	if got := checkView(home, "home"); len(got) > 0 {
		t.Errorf("home: %v", got)
	}
}
