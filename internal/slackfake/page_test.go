package slackfake

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// page posts what the page posts and returns the status and the answer.
func pagePost(t *testing.T, s *Slack, path, body string) (int, Object) {
	t.Helper()
	resp, err := http.Post(s.URL()+"/_page/"+path, "application/json", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	var out Object
	if err := json.NewDecoder(resp.Body).Decode(&out); err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, out
}

func pageStateOf(t *testing.T, s *Slack, user string) Object {
	t.Helper()
	r, err := http.NewRequest("GET", s.URL()+"/_page/state?as="+user, nil)
	if err != nil {
		t.Fatal(err)
	}
	return parse(t, answerOf(t, r)).(Object)
}

func TestPage(t *testing.T) {
	s, api := start(t, Options{})
	s.SetCommands([]Command{{Command: "/lead", Description: "finds a lead"}})
	pressed := 0
	s.AddButton("lead", "A lead arrives", func(context.Context) error { pressed++; return nil })
	connect(t, s, func(e socketmode.Event) any {
		if click, ok := e.Data.(slack.InteractionCallback); ok && click.Type == slack.InteractionTypeBlockActions {
			if _, err := api.OpenView(click.TriggerID, rejectModal()); err != nil {
				t.Error(err)
			}
		}
		if _, ok := e.Data.(slack.SlashCommand); ok {
			return map[string]any{"text": "for you alone"}
		}
		return nil
	})
	events := listen(t, s, Ana)
	_, ts, err := api.PostMessage(ChannelLeads, slack.MsgOptionText("card", false), slack.MsgOptionBlocks(cardBlocks()...))
	if err != nil {
		t.Fatal(err)
	}
	if got := events(); got["type"] != "message" || at(got, "message/ts") != ts || at(got, "message/bot") != "true" {
		t.Errorf("event = %v", got)
	}
	action := `{"as":"` + Ana + `","message":{"channel":"` + ChannelLeads + `","ts":"` + ts + `"},"action":{"action_id":"accept","block_id":"decide","type":"button","value":"1"}}`
	if status, out := pagePost(t, s, "action", action); status != http.StatusOK {
		t.Errorf("action: %d %v", status, out)
	}
	id := s.Modal(Ana).ID
	submit := func(note string) (int, Object) {
		return pagePost(t, s, "submit", `{"as":"`+Ana+`","view_id":"`+id+`","values":{"why":{"note":{"type":"plain_text_input","value":"`+note+`"}}}}`)
	}
	if status, out := submit(""); status != http.StatusOK || at(out, "errors/why") == "" {
		t.Errorf("empty submit: %d %v", status, out)
	}
	if status, out := submit("no buyer"); status != http.StatusOK || out["ok"] != true {
		t.Errorf("submit: %d %v", status, out)
	}
	for _, test := range []struct {
		path, body string
		want       int
	}{
		{"message", `{"as":"` + Ana + `","channel":"` + ChannelGeneral + `","text":"hello"}`, 200},
		{"message", `{"as":"` + Otto + `","channel":"` + ChannelGeneral + `","text":"hello"}`, 400},
		{"command", `{"as":"` + Ana + `","channel":"` + ChannelGeneral + `","text":"/lead x"}`, 200},
		{"command", `{"as":"` + Ana + `","channel":"` + ChannelGeneral + `","text":"/nothing"}`, 404},
		{"command", `{"as":"` + Otto + `","channel":"` + ChannelLeads + `","text":"/lead"}`, 400},
		{"home", `{"as":"` + Ana + `"}`, 200},
		{"language", `{"as":"` + Ana + `","locale":"en-US"}`, 200},
		{"clock", `{"to":"monday"}`, 200},
		{"clock", `{"to":"yesterday"}`, 400},
		{"button", `{"id":"lead"}`, 200},
		{"button", `{"id":"none"}`, 400},
		{"close", `{"as":"` + Ana + `","view_id":"V0NONE"}`, 400},
		{"message", `hello`, 400},
	} {
		if got, out := pagePost(t, s, test.path, test.body); got != test.want || (got >= 400) != (out["error"] != nil) {
			t.Errorf("%s %s: %d %v, want %d", test.path, test.body, got, out, test.want)
		}
	}
	state := pageStateOf(t, s, Ana)
	if at(state, "me/locale") != "en-US" || at(state, "app/connected") != "true" || len(list(state["commands"])) != 1 || len(list(state["buttons"])) != 1 || pressed != 1 {
		t.Errorf("state = %v", state)
	}
	general := list(object(state["messages"])[ChannelGeneral])
	if len(general) != 2 || at(general[1], "ephemeral") != "true" {
		t.Errorf("general = %v", general)
	}
	if others := pageStateOf(t, s, Luke); len(list(object(others["messages"])[ChannelGeneral])) != 1 {
		t.Error("Luke sees what was for Ana alone")
	}
	if outside := pageStateOf(t, s, Otto); object(outside["messages"])[ChannelGeneral] != nil {
		t.Error("Otto sees a channel that he is not in")
	}
}

// listen opens the page's event stream and returns what reads the next event.
func listen(t *testing.T, s *Slack, user string) func() Object {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	t.Cleanup(cancel)
	r, err := http.NewRequestWithContext(ctx, "GET", s.URL()+"/_page/events?as="+user, nil)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { resp.Body.Close() })
	lines := bufio.NewScanner(resp.Body)
	lines.Scan() // the greeting: from here on nothing is missed
	return func() Object {
		t.Helper()
		for lines.Scan() {
			if data, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				return parse(t, data).(Object)
			}
		}
		t.Fatalf("the stream ended: %v", lines.Err())
		return nil
	}
}

// TestOnlyThisMachine has what a web page elsewhere may try.
func TestOnlyThisMachine(t *testing.T) {
	s, _ := start(t, Options{})
	if err := New(Options{}).Listen("0.0.0.0:0"); err == nil {
		t.Error("it listens to everybody")
	}
	for _, test := range []struct {
		name, method, path, host, origin, site string
		want                                   int
	}{
		{"as it should be", "GET", "/_page/state", "", "", "", 200},
		{"localhost", "GET", "/_page/state", "localhost:1", "", "", 200},
		{"another name for this machine", "GET", "/_page/state", "evil.example", "", "", 403},
		{"a form of another site", "POST", "/_page/clock", "", "https://evil.example", "", 403},
		{"a picture of another site", "GET", "/api/chat.postMessage", "", "", "cross-site", 403},
		{"a fault from another site", "POST", "/_faults", "", "http://localhost:3000", "same-site", 403},
		{"a link from another site", "GET", "/archives/C1/p1", "", "", "cross-site", 200},
	} {
		r, err := http.NewRequest(test.method, s.URL()+test.path, strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		r.Host = test.host
		for header, value := range map[string]string{"Origin": test.origin, "Sec-Fetch-Site": test.site} {
			if value != "" {
				r.Header.Set(header, value)
			}
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != test.want {
			t.Errorf("%s: %d, want %d", test.name, resp.StatusCode, test.want)
		}
	}
}
