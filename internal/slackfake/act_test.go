package slackfake

import (
	"encoding/json"
	"strings"
	"sync"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// allElements is a message with an interactive element of every kind.
const allElements = `[
{"type":"section","block_id":"s","text":{"type":"mrkdwn","text":"x"},"accessory":{"type":"multi_static_select","action_id":"multi","options":[{"text":{"type":"plain_text","text":"A"},"value":"a"},{"text":{"type":"plain_text","text":"B"},"value":"b"}]}},
{"type":"actions","block_id":"a","elements":[
 {"type":"button","action_id":"button","text":{"type":"plain_text","text":"Go"},"value":"v","style":"primary"},
 {"type":"overflow","action_id":"overflow","options":[{"text":{"type":"plain_text","text":"O"},"value":"o"}]},
 {"type":"static_select","action_id":"select","placeholder":{"type":"plain_text","text":"which"},"option_groups":[{"label":{"type":"plain_text","text":"G"},"options":[{"text":{"type":"plain_text","text":"S"},"value":"s"}]}]},
 {"type":"users_select","action_id":"user"},{"type":"conversations_select","action_id":"conversation"},{"type":"channels_select","action_id":"channel"},
 {"type":"datepicker","action_id":"date"},{"type":"timepicker","action_id":"time"},{"type":"datetimepicker","action_id":"moment"},
 {"type":"radio_buttons","action_id":"radio","options":[{"text":{"type":"plain_text","text":"R"},"value":"r"}]},
 {"type":"checkboxes","action_id":"checks","options":[{"text":{"type":"plain_text","text":"C"},"value":"c"}]},
 {"type":"external_select","action_id":"external"}]},
{"type":"context_actions","block_id":"f","elements":[{"type":"feedback_buttons","action_id":"feedback","positive_button":{"text":{"type":"plain_text","text":"+"},"value":"good"},"negative_button":{"text":{"type":"plain_text","text":"-"},"value":"bad"}},
 {"type":"icon_button","action_id":"icon","icon":"trash","text":{"type":"plain_text","text":"away"},"value":"i"}]},
{"type":"card","block_id":"c","title":{"type":"plain_text","text":"T"},"actions":[{"type":"button","action_id":"card","text":{"type":"plain_text","text":"Go"},"value":"1"}]},
{"type":"data_table","block_id":"t","caption":"c","rows":[[{"type":"raw_text","text":"h"}],[{"type":"action_cell","element":{"type":"button","action_id":"cell","text":{"type":"plain_text","text":"Go"},"value":"2"}}]]},
{"type":"input","block_id":"i","dispatch_action":true,"label":{"type":"plain_text","text":"L"},"element":{"type":"plain_text_input","action_id":"text"}}]`

// TestClickEveryKind has what the app hears of each kind of element.
func TestClickEveryKind(t *testing.T) {
	s, api := start(t, Options{})
	var blocks slack.Blocks
	if err := json.Unmarshal([]byte(allElements), &blocks); err != nil {
		t.Fatal(err)
	}
	_, ts, err := api.PostMessage(ChannelLeads, slack.MsgOptionText("x", false), slack.MsgOptionBlocks(blocks.BlockSet...))
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var last Object
	connect(t, s, func(e socketmode.Event) any {
		mu.Lock()
		defer mu.Unlock()
		last = nil
		if err := decode(e.Request.Payload, &last); err != nil {
			t.Error(err)
		}
		return nil
	})
	for _, test := range []struct{ action, value, path, want string }{
		{"button", "", "value", "v"}, {"overflow", "o", "selected_option/value", "o"}, {"select", "s", "selected_option/text/text", "S"},
		{"user", Luke, "selected_user", Luke}, {"conversation", ChannelLeads, "selected_conversation", ChannelLeads}, {"channel", ChannelLeads, "selected_channel", ChannelLeads},
		{"date", "2026-11-23", "selected_date", "2026-11-23"}, {"time", "09:30", "selected_time", "09:30"}, {"moment", "1795420800", "selected_date_time", "1795420800"},
		{"radio", "r", "selected_option/value", "r"}, {"checks", "c", "selected_options/0/value", "c"}, {"multi", "a,b", "selected_options/0/value", "a"},
		{"external", "found", "selected_option/value", "found"}, {"feedback", "bad", "value", "bad"}, {"icon", "", "value", "i"},
		{"card", "", "value", "1"}, {"cell", "", "block_id", "t"}, {"text", "typed", "value", "typed"},
	} {
		if err := s.Click(t.Context(), Ana, InMessage(ChannelLeads, ts), test.action, test.value); err != nil {
			t.Errorf("%s: %v", test.action, err)
			continue
		}
		if got := at(last, "actions/0/"+test.path); got != test.want || at(last, "actions/0/action_id") != test.action {
			t.Errorf("%s: %s = %q, want %q", test.action, test.path, got, test.want)
		}
	}
	if got := at(last, "state/values/a/date/selected_date"); got != "2026-11-23" {
		t.Errorf("what was chosen before is not in the state: %q", got)
	}
	for name, err := range map[string]error{
		"no such element":   s.Click(t.Context(), Ana, InMessage(ChannelLeads, ts), "lever", ""),
		"no such option":    s.Click(t.Context(), Ana, InMessage(ChannelLeads, ts), "overflow", "z"),
		"no such person":    s.Click(t.Context(), Ana, InMessage(ChannelLeads, ts), "user", "U0NOBODY"),
		"no such message":   s.Click(t.Context(), Ana, InMessage(ChannelLeads, "1.000001"), "button", ""),
		"no such channel":   s.Click(t.Context(), Otto, InMessage(ChannelGeneral, ts), "button", ""),
		"no such view":      s.Click(t.Context(), Ana, InView("V0NONE"), "button", ""),
		"no Home":           s.Click(t.Context(), Ana, InHome(), "button", ""),
		"a moment of words": s.Click(t.Context(), Ana, InMessage(ChannelLeads, ts), "moment", "soon"),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
	noProblems(t, s)
}

// TestClickElsewhere has clicks in the Home, in a modal and in a private message.
func TestClickElsewhere(t *testing.T) {
	s, api := start(t, Options{})
	row := slack.NewActionBlock("row", slack.NewButtonBlockElement("go", "1", slack.NewTextBlockObject("plain_text", "Go", false, false)))
	set := slack.Blocks{BlockSet: []slack.Block{row}}
	var seen []string
	var mu sync.Mutex
	connect(t, s, func(e socketmode.Event) any {
		click := e.Data.(slack.InteractionCallback)
		mu.Lock()
		seen = append(seen, click.Container.Type+" "+string(click.View.Type))
		mu.Unlock()
		view := slack.ModalViewRequest{Type: slack.VTModal, Title: slack.NewTextBlockObject("plain_text", "M", false, false), Blocks: set}
		var err error
		switch {
		case click.Container.IsEphemeral && len(click.Message.Blocks.BlockSet) > 0:
			t.Error("a click in an ephemeral message carries the message")
		case click.Container.IsEphemeral:
			err = slack.PostWebhook(click.ResponseURL, &slack.WebhookMessage{Text: "done", ReplaceOriginal: true})
		case click.View.Type == slack.VTModal:
			_, err = api.PushView(click.TriggerID, view)
		default:
			_, err = api.OpenView(click.TriggerID, view)
		}
		if err != nil {
			t.Error(err)
		}
		return nil
	})
	ctx := t.Context()
	if _, err := api.PublishView(Ana, slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: set}, ""); err != nil {
		t.Fatal(err)
	}
	private, err := api.PostEphemeral(ChannelLeads, Ana, slack.MsgOptionText("x", false), slack.MsgOptionBlocks(row))
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Click(ctx, Luke, InMessage(ChannelLeads, private), "go", ""); err == nil {
		t.Error("Luke clicks what only Ana sees")
	}
	for _, click := range []func() error{
		func() error { return s.Click(ctx, Ana, InHome(), "go", "") },
		func() error { return s.Click(ctx, Ana, InView(s.Modal(Ana).ID), "go", "") },
		func() error { return s.Click(ctx, Ana, InMessage(ChannelLeads, private), "go", "") },
	} {
		if err := click(); err != nil {
			t.Error(err)
		}
	}
	if got, want := strings.Join(seen, ", "), "view home, view modal, message "; got != want {
		t.Errorf("seen %q, want %q", got, want)
	}
	if v := s.Modal(Ana); v == nil || v.previous == "" || v.root == v.ID {
		t.Errorf("pushed view = %+v", v)
	}
	if got := s.Ephemerals(Ana); len(got) != 1 || got[0].Text != "done" {
		t.Errorf("private messages = %+v", got)
	}
	if s.Calls("views.push") != 1 || len(s.Sent()) != 5 {
		t.Errorf("%d pushes, %d payloads", s.Calls("views.push"), len(s.Sent()))
	}
	noProblems(t, s)
}
