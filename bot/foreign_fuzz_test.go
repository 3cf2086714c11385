package bot_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"relevo/bot"
	"relevo/commands"
	"relevo/handoff"
	"relevo/internal/slackfake"
	"relevo/internal/text"
	"relevo/store"
	"relevo/store/storetest"
)

// alarm is a log that remembers whether a panic was caught.
type alarm struct{ rung atomic.Bool }

func (a *alarm) Write(line []byte) (int, error) {
	if strings.Contains(string(line), "msg=panic") {
		a.rung.Store(true)
	}
	return len(line), nil
}

// foreign is a bot whose Slack is this handler, with a lead in its store. No transport runs, so nothing happens beside what is asked of it.
func foreign(f *testing.F, fake *slackfake.Slack, slackIs http.Handler) (*bot.App, *store.Store, *alarm) {
	f.Helper()
	server := httptest.NewServer(slackIs)
	f.Cleanup(server.Close)
	texts, err := text.Load()
	if err != nil {
		f.Fatal(err)
	}
	s := storetest.OpenAt(f, storetest.SQLite(f))
	heard := &alarm{}
	app := bot.New(bot.Config{
		Store: s, APIURL: server.URL + "/api/", Texts: texts, Now: fake.Now, Log: slog.New(slog.NewTextHandler(heard, nil)),
		Slack:        slack.New(fake.BotToken(), slack.OptionAPIURL(server.URL+"/api/"), slack.OptionHTTPClient(&http.Client{Timeout: time.Second})),
		LeadsChannel: slackfake.ChannelLeads, FeedbackChannel: slackfake.ChannelFeedback,
	})
	app.SetCommands(commands.Run)
	ws, err := s.DefaultWorkspace(f.Context(), fake.Now())
	if err != nil {
		f.Fatal(err)
	}
	a, err := handoff.Arrival{Person: handoff.Person{Name: "Ana Sol", Email: "ana@sol.example"}, At: fake.Now()}.Clean()
	if err != nil {
		f.Fatal(err)
	}
	if _, err := s.AddLeads(f.Context(), ws, []handoff.Arrival{a}); err != nil {
		f.Fatal(err)
	}
	return app, s, heard
}

// signedRequest is a request that Slack signed.
func signedRequest(fake *slackfake.Slack, path, body string) *http.Request {
	stamp := fmt.Sprint(fake.Now().Unix())
	sum := hmac.New(sha256.New, []byte(fake.SigningSecret()))
	fmt.Fprintf(sum, "v0:%s:%s", stamp, body)
	r := httptest.NewRequest(http.MethodPost, path, strings.NewReader(body))
	r.Header.Set("X-Slack-Request-Timestamp", stamp)
	r.Header.Set("X-Slack-Signature", "v0="+hex.EncodeToString(sum.Sum(nil)))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if strings.HasSuffix(path, "events") {
		r.Header.Set("Content-Type", "application/json")
	}
	return r
}

// FuzzRequests wants whatever bears Slack's signature to be answered or refused, over each of its three doors, without a panic.
func FuzzRequests(f *testing.F) {
	fake := slackfake.New(slackfake.Options{Now: func() time.Time { return monday }})
	f.Cleanup(func() { fake.Close() })
	app, _, heard := foreign(f, fake, fake.Handler())
	if err := app.Connect(f.Context()); err != nil {
		f.Fatal(err)
	}
	web := bot.NewWeb(app, fake.SigningSecret())
	who := fmt.Sprintf(`"team":{"id":%q},"user":{"id":%q}`, fake.TeamID(), slackfake.Luke)
	for _, action := range app.Clicks() {
		for _, value := range []string{"1:1", "history:1:1", "2026-W40"} {
			f.Add(byte(1), `{"type":"block_actions","trigger_id":"1.2",`+who+`,"container":{"type":"message","message_ts":"1.2","channel_id":"`+slackfake.ChannelLeads+`"},"actions":[{"type":"button","block_id":"b","action_id":"`+action+`","value":"`+value+`","selected_option":{"value":"`+value+`"}}]}`)
		}
	}
	for _, view := range app.Submits() {
		f.Add(byte(1), `{"type":"view_submission",`+who+`,"view":{"id":"V1","callback_id":"`+view+`","private_metadata":"1:1","state":{"values":{"need":{"need":{"type":"plain_text_input","value":"x"}}}}}}`)
	}
	for _, line := range []string{"/lead ana@sol.example", "/lead #1", "/mql stats source 30d", "/mql digest 2026-W40", "/mql settings", "/mql forget ana@sol.example", "/mql route #1", "/sql open"} {
		command, rest, _ := strings.Cut(line, " ")
		f.Add(byte(2), url.Values{"command": {command}, "text": {rest}, "team_id": {fake.TeamID()}, "user_id": {slackfake.Luke}, "trigger_id": {"1.2"}, "channel_id": {slackfake.ChannelLeads}}.Encode())
	}
	for _, event := range []string{
		`{"type":"app_home_opened","user":"` + slackfake.Luke + `","tab":"home"}`, `{"type":"channel_id_changed","old_channel_id":"C1","new_channel_id":"C2"}`,
		`{"type":"user_change","user":{"id":"` + slackfake.Luke + `","tz":"x"}}`, `{"type":"message","channel_type":"im","channel":"D1","user":"` + slackfake.Luke + `","files":[{"id":"F1","name":"a.csv"}]}`,
		`{"type":"subteam_members_changed","subteam_id":"S1"}`, `{"type":"tokens_revoked","tokens":{"bot":["U1"]}}`,
	} {
		f.Add(byte(0), fmt.Sprintf(`{"type":"event_callback","team_id":%q,"event":%s}`, fake.TeamID(), event))
	}
	f.Fuzz(func(t *testing.T, door byte, body string) {
		path := []string{"/slack/events", "/slack/interactions", "/slack/commands"}[door%3]
		if path == "/slack/interactions" {
			body = url.Values{"payload": {body}}.Encode()
		}
		rw := httptest.NewRecorder()
		web.ServeHTTP(rw, signedRequest(fake, path, body))
		if heard.rung.Load() || rw.Code >= http.StatusInternalServerError {
			t.Errorf("%d %s", rw.Code, rw.Body)
		}
	})
}

// FuzzAnswers wants whatever Slack's Web API may answer to be taken without a panic, and never for a success that it is not.
func FuzzAnswers(f *testing.F) {
	fake := slackfake.New(slackfake.Options{Now: func() time.Time { return monday }})
	f.Cleanup(func() { fake.Close() })
	var code atomic.Int32
	var answer atomic.Pointer[string]
	app, s, heard := foreign(f, fake, http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) {
		rw.Header().Set("Content-Type", "application/json")
		rw.WriteHeader(int(code.Load()))
		fmt.Fprint(rw, *answer.Load())
	}))
	for _, body := range []string{
		`{"ok":true,"team_id":"T1","user_id":"U1","bot_id":"B1","url":"https://x.slack.com/"}`, `{"ok":false,"error":"invalid_auth"}`, `{"ok":true}`, ``, `[]`, `{"ok":true,"user":{"id":"U9","tz":"x","locale":"es-ES"}}`,
		`{"ok":true,"channel":{"id":"C1","is_member":true},"channels":[{"id":"C1","name":"mql-leads"}],"response_metadata":{"next_cursor":""}}`, `{"ok":"true"}`, `{"ok":true,"view":{"id":"V1"},"ts":"1.2"}`,
	} {
		f.Add(uint16(200), body)
		f.Add(uint16(503), body)
	}
	f.Fuzz(func(t *testing.T, status uint16, body string) {
		code.Store(200 + int32(status)%400)
		answer.Store(&body)
		ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second) // a list whose next page is always there has no end
		defer cancel()
		if err := app.Connect(ctx); err == nil && code.Load() >= 300 {
			t.Errorf("connected by an answer %d", code.Load())
		}
		ws, err := s.DefaultWorkspace(ctx, fake.Now())
		if err != nil {
			t.Fatal(err)
		}
		app.Command(ctx, slack.SlashCommand{Command: "/lead", Text: "ana@sol.example", TeamID: ws.TeamID, UserID: fmt.Sprintf("U%08X", len(body)), TriggerID: "1.2"})
		app.Interaction(ctx, slack.InteractionCallback{Type: slack.InteractionTypeBlockActions, Team: slack.Team{ID: ws.TeamID}, User: slack.User{ID: slackfake.Luke}, TriggerID: "1.2",
			ActionCallback: slack.ActionCallbacks{BlockActions: []*slack.BlockAction{{ActionID: "card.accept", Value: "1:1"}}}})
		if heard.rung.Load() {
			t.Error("it panicked")
		}
	})
}
