package slackfake

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// dial opens a raw Socket Mode connection and returns it with what it was told first.
func dial(t *testing.T, s *Slack) (*websocket.Conn, Object) {
	t.Helper()
	_, address, err := client(s).StartSocketModeContext(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	conn, _, err := websocket.DefaultDialer.Dial(address, nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn, read(t, conn)
}

func read(t *testing.T, conn *websocket.Conn) Object {
	t.Helper()
	conn.SetReadDeadline(time.Now().Add(5 * time.Second))
	var v Object
	if err := conn.ReadJSON(&v); err != nil {
		t.Fatal(err)
	}
	return v
}

func TestHello(t *testing.T) {
	s, _ := start(t, Options{})
	conn, hello := dial(t, s)
	if hello["type"] != "hello" || object(hello["connection_info"])["app_id"] != s.AppID() {
		t.Errorf("hello = %v", hello)
	}
	pinged := make(chan string, 1)
	conn.SetPongHandler(func(data string) error { pinged <- data; return nil })
	if err := conn.WriteControl(websocket.PingMessage, []byte("are you there"), time.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	go conn.ReadMessage()
	if got := <-pinged; got != "are you there" {
		t.Errorf("pong = %q", got)
	}
	for range maxSockets - 1 {
		dial(t, s)
	}
	if _, refused := dial(t, s); refused["type"] != "disconnect" || refused["reason"] != "too_many_websockets" {
		t.Errorf("eleventh = %v", refused)
	}
	if _, _, err := websocket.DefaultDialer.Dial(strings.Replace(s.URL(), "http", "ws", 1)+"/socket?ticket=made-up", nil); err == nil {
		t.Error("a made-up ticket was taken")
	}
}

func TestEachEnvelopeToOneConnection(t *testing.T) {
	s, _ := start(t, Options{})
	var got [2]atomic.Int32
	for i := range got {
		connect(t, s, func(socketmode.Event) any { got[i].Add(1); return nil })
	}
	for range 6 {
		if _, err := s.Command(t.Context(), Ana, "#general", "/lead"); err != nil {
			t.Fatal(err)
		}
	}
	if a, b := got[0].Load(), got[1].Load(); a != 3 || b != 3 {
		t.Errorf("got %d and %d, want 3 and 3", a, b)
	}
}

func TestDeliverTwice(t *testing.T) {
	s, _ := start(t, Options{})
	var mu sync.Mutex
	var ids []string
	connect(t, s, func(e socketmode.Event) any {
		mu.Lock()
		defer mu.Unlock()
		ids = append(ids, e.Request.EnvelopeID)
		return map[string]any{"text": "hi"}
	})
	if err := s.Fault(Fault{Kind: "deliver_twice"}); err != nil {
		t.Fatal(err)
	}
	answer, err := s.Command(t.Context(), Ana, "#general", "/lead")
	if err != nil || answer.Text != "hi" {
		t.Errorf("answer = %+v, %v", answer, err)
	}
	if len(ids) != 2 || ids[0] != ids[1] || len(s.Ephemerals(Ana)) != 1 {
		t.Errorf("envelopes %v, %d answers shown", ids, len(s.Ephemerals(Ana)))
	}
}

func TestCutInMidFlight(t *testing.T) {
	s, _ := start(t, Options{})
	first, _ := dial(t, s)
	second, _ := dial(t, s)
	wait(t, s, func() bool { return s.Connections() == 2 })
	if err := s.Fault(Fault{Kind: "disconnect", Reason: "mid_flight"}); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { _, err := s.Command(t.Context(), Ana, "#general", "/lead"); done <- err }()
	envelope := read(t, first)
	ack := Object{"envelope_id": envelope["envelope_id"]}
	if err := first.WriteJSON(ack); err != nil {
		t.Fatal(err)
	}
	again := read(t, second)
	if again["envelope_id"] != envelope["envelope_id"] || again["retry_attempt"] != 1.0 {
		t.Errorf("again = %v", again)
	}
	if err := second.WriteJSON(ack); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Error(err)
	}
	if s.Connections() != 1 {
		t.Errorf("%d connections, want the first one cut", s.Connections())
	}
}

func TestNoAnswer(t *testing.T) {
	s, _ := start(t, Options{AckTimeout: 50 * time.Millisecond})
	if _, err := s.Command(t.Context(), Ana, "#general", "/lead"); !errors.Is(err, ErrNoAnswer) {
		t.Errorf("without a connection: %v", err)
	}
	conn, _ := dial(t, s)
	if err := s.OpenHome(t.Context(), Ana); !errors.Is(err, ErrNoAnswer) {
		t.Errorf("without an ack: %v", err)
	}
	first, second := read(t, conn), read(t, conn)
	if first["type"] != "events_api" || second["envelope_id"] != first["envelope_id"] || second["retry_attempt"] != 1.0 || second["retry_reason"] != "timeout" {
		t.Errorf("first %v, then %v", first, second)
	}
	s.Advance(time.Minute)
	if third := read(t, conn); third["retry_attempt"] != 2.0 {
		t.Errorf("a minute later: %v", third)
	}
}

func TestLongAnswerIsDropped(t *testing.T) {
	s, _ := start(t, Options{AckTimeout: 100 * time.Millisecond})
	conn, _ := dial(t, s)
	done := make(chan error, 1)
	go func() { _, err := s.Command(t.Context(), Ana, "#general", "/lead"); done <- err }()
	envelope := read(t, conn)
	if err := conn.WriteJSON(Object{"envelope_id": envelope["envelope_id"], "payload": Object{"text": strings.Repeat("x", maxAnswer)}}); err != nil {
		t.Fatal(err)
	}
	if err := <-done; !errors.Is(err, ErrNoAnswer) {
		t.Errorf("err = %v, want none heard", err)
	}
	if len(s.Problems()) != 1 {
		t.Errorf("problems = %v", s.Problems())
	}
}

func TestDisconnectReasons(t *testing.T) {
	s, _ := start(t, Options{})
	conn, _ := dial(t, s)
	for _, reason := range []string{"warning", "refresh_requested"} {
		if err := s.Fault(Fault{Kind: "disconnect", Reason: reason}); err != nil {
			t.Fatal(err)
		}
		if got := read(t, conn); got["type"] != "disconnect" || got["reason"] != reason {
			t.Errorf("got %v, want %s", got, reason)
		}
		conn, _ = dial(t, s)
	}
	if err := s.Fault(Fault{Kind: "link_disabled", Times: 1}); err != nil {
		t.Fatal(err)
	}
	if got := read(t, conn); got["reason"] != "link_disabled" {
		t.Errorf("got %v", got)
	}
	if _, got := dial(t, s); got["reason"] != "link_disabled" {
		t.Errorf("the next one got %v", got)
	}
	if _, got := dial(t, s); got["type"] != "hello" {
		t.Errorf("the one after got %v", got)
	}
}

// TestWireShapes has the fields of every payload that a bot may rely on.
func TestWireShapes(t *testing.T) {
	s, api := start(t, Options{})
	_, ts, err := api.PostMessage(ChannelLeads, slack.MsgOptionText("card", false), slack.MsgOptionBlocks(cardBlocks()...),
		slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "lead", EventPayload: map[string]any{"id": "1"}}))
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	payloads := map[string]Object{}
	connect(t, s, func(e socketmode.Event) any {
		var v Object
		if err := json.Unmarshal(e.Request.Payload, &v); err != nil {
			t.Error(err)
		}
		mu.Lock()
		defer mu.Unlock()
		payloads[e.Request.Type+" "+str(v["type"])] = v
		if v["type"] == "block_actions" && object(v["user"])["id"] == Luke {
			view := rejectModal()
			view.NotifyOnClose = true
			if _, err := api.OpenView(str(v["trigger_id"]), view); err != nil {
				t.Error(err)
			}
		}
		return nil
	})
	ctx := t.Context()
	for _, err := range []error{
		s.Click(ctx, Luke, InMessage(ChannelLeads, ts), "accept", ""), s.CloseView(ctx, Luke, s.Modal(Luke).ID),
		s.Click(ctx, Luke, InMessage(ChannelLeads, ts), "accept", ""), s.OpenHome(ctx, Ana),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	if _, err := s.Submit(ctx, Luke, s.Modal(Luke).ID, map[string]string{"note": "x"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Command(ctx, Ana, "#general", "/lead ana ruiz"); err != nil {
		t.Fatal(err)
	}
	if err := s.Click(ctx, Otto, InMessage(ChannelLeads, ts), "more", "history"); err != nil {
		t.Fatal(err)
	}
	for kind, paths := range map[string]map[string]string{
		"interactive block_actions": {
			"team/id": teamID, "user/id": Otto, "user/team_id": partnerTeam, "container/message_ts": ts, "container/type": "message", "channel/id": ChannelLeads,
			"channel/name": "mql-leads", "message/ts": ts, "actions/0/selected_option/value": "history", "actions/0/type": "overflow", "actions/0/block_id": "decide", "message/metadata": "",
		},
		"interactive view_submission": {
			"team/id": teamID, "user/id": Luke, "view/app_installed_team_id": teamID, "view/callback_id": "reject", "view/private_metadata": "lead-1",
			"view/state/values/why/note/value": "x", "view/state/values/why/note/type": "plain_text_input", "view/bot_id": botID,
		},
		"interactive view_closed":   {"user/id": Luke, "view/callback_id": "reject", "is_cleared": "false"},
		"slash_commands ":           {"team_id": teamID, "user_id": Ana, "command": "/lead", "text": "ana ruiz", "channel_name": "general", "api_app_id": appID},
		"events_api event_callback": {"team_id": teamID, "event/type": "app_home_opened", "event/tab": "home", "authorizations/0/team_id": teamID},
	} {
		for path, want := range paths {
			if got := at(payloads[kind], path); got != want {
				t.Errorf("%s: %s = %q, want %q", kind, path, got, want)
			}
		}
	}
}

func at(v any, path string) string {
	for _, key := range strings.Split(path, "/") {
		if items, ok := v.([]any); ok && slices.Contains([]string{"0"}, key) && len(items) > 0 {
			v = items[0]
			continue
		}
		v = object(v)[key]
	}
	return str(v)
}
