package slackfake

import (
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"
)

func TestAddPeopleAndChannels(t *testing.T) {
	s, api := start(t, Options{})
	s.AddUser(User{ID: "U0NEW00001", RealName: "New Person"})
	channel := s.AddChannel("#deals", "U0NEW00001")
	if err := s.SetMember("#deals", s.BotUser(), true); err != nil {
		t.Fatal(err)
	}
	if _, _, err := api.PostMessage(channel, slack.MsgOptionText("x", false)); err != nil {
		t.Error(err)
	}
	if err := s.SetArchived(channel, true); err != nil {
		t.Fatal(err)
	}
	if _, _, err := api.PostMessage(channel, slack.MsgOptionText("x", false)); code(err) != "is_archived" {
		t.Errorf("archived: %v", err)
	}
	if _, _, _, err := api.JoinConversation(channel); code(err) != "is_archived" {
		t.Errorf("join an archived one: %v", err)
	}
	if err := s.SetMember("#nowhere", Ana, true); err == nil {
		t.Error("a member of nothing")
	}
	new, err := api.GetUserInfo("U0NEW00001")
	if err != nil || new.Name != "new.person" || new.TeamID != s.TeamID() {
		t.Errorf("new user = %+v, %v", new, err)
	}
	group, _, _, err := api.OpenConversation(&slack.OpenConversationParameters{Users: []string{Luke, Ana}})
	again, _, _, _ := api.OpenConversation(&slack.OpenConversationParameters{Users: []string{Ana, Luke}})
	if err != nil || group.ID == "" || group.ID != again.ID {
		t.Errorf("direct message of three: %v, %v, %v", group, again, err)
	}
	for _, users := range [][]string{{"U0NOBODY"}, {s.BotUser()}} {
		if _, _, _, err := api.OpenConversation(&slack.OpenConversationParameters{Users: users}); err == nil {
			t.Errorf("a direct message with %v", users)
		}
	}
	s.SetUserGroups(UserGroup{ID: "S1", Name: "G", Handle: "g", Users: []string{Ana}})
	if got, err := api.GetUserGroupMembers("S1"); err != nil || !slices.Equal(got, []string{Ana}) {
		t.Errorf("group = %v, %v", got, err)
	}
	if _, err := api.GetUserGroupMembers("S2"); code(err) != "no_such_subteam" {
		t.Errorf("unknown group: %v", err)
	}
	if len(s.Users()) != 7 || len(s.Channels()) != 11 {
		t.Errorf("%d users, %d channels", len(s.Users()), len(s.Channels()))
	}
}

// TestEvents has what people do that the app hears of, when it subscribed to it.
func TestEvents(t *testing.T) {
	s, _ := start(t, Options{})
	var mu sync.Mutex
	var seen []string
	connect(t, s, func(e socketmode.Event) any {
		event := e.Data.(slackevents.EventsAPIEvent)
		mu.Lock()
		defer mu.Unlock()
		detail := ""
		if change, ok := event.InnerEvent.Data.(*slackevents.UserChangeEvent); ok {
			detail = " " + change.User.Locale
		}
		seen = append(seen, event.InnerEvent.Type+detail)
		return nil
	})
	ctx := t.Context()
	im := "D" + Ana[1:]
	for _, err := range []error{
		s.Say(ctx, Ana, "#mql-leads", "nobody hears this"), s.Say(ctx, Ana, "#mql-leads", "<@"+s.BotUser()+"> hello"), s.Say(ctx, Ana, im, "hi"),
		s.SetLocale(ctx, Ana, "en-US"), s.Event(ctx, Object{"type": "app_uninstalled"}),
		s.Deliver(ctx, "events_api", []byte(`{"type":"event_callback","team_id":"T0FOREIGN","event":{"type":"tokens_revoked"}}`)),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	if got, want := strings.Join(seen, ", "), "app_mention, message, user_change en-US, app_uninstalled, tokens_revoked"; got != want {
		t.Errorf("seen %s, want %s", got, want)
	}
	for name, err := range map[string]error{
		"nothing to say": s.Say(ctx, Ana, "#general", " "), "elsewhere": s.Say(ctx, Otto, "#general", "x"), "no thread": s.Reply(ctx, Ana, "#general", "1.000001", "x"),
		"a stranger's Home": s.OpenHome(ctx, Otto), "nobody's language": s.SetLocale(ctx, "U0NOBODY", "en-US"), "unknown kind": s.Deliver(ctx, "telegram", nil),
	} {
		if err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestOAuthErrors(t *testing.T) {
	s, _ := start(t, Options{})
	used := s.NewCode("https://x.example/back")
	for _, test := range []struct{ id, secret, code, redirect, want string }{
		{"other", ClientSecret, used, "", "invalid_client_id"},
		{ClientID, "other", used, "", "bad_client_secret"},
		{ClientID, ClientSecret, "made-up", "", "invalid_code"},
		{ClientID, ClientSecret, used, "https://evil.example", "bad_redirect_uri"},
		{ClientID, ClientSecret, used, "https://x.example/back", ""},
		{ClientID, ClientSecret, used, "https://x.example/back", "code_already_used"},
	} {
		_, err := slack.GetOAuthV2Response(http.DefaultClient, test.id, test.secret, test.code, test.redirect, slack.OAuthOptionAPIURL(s.APIURL()))
		if got := code(err); got != test.want {
			t.Errorf("%+v: %q", test, got)
		}
	}
}

// TestPageFile has a file that a person gives to a modal.
func TestPageFile(t *testing.T) {
	s, _ := start(t, Options{})
	r, err := http.NewRequest("POST", s.URL()+"/_page/file?as="+Ana+"&name=..%2Freport.csv", strings.NewReader("a,b"))
	if err != nil {
		t.Fatal(err)
	}
	file := object(parse(t, answerOf(t, r)).(Object)["file"])
	if file["name"] != "report.csv" || file["mimetype"] != "text/csv" {
		t.Errorf("file = %v", file)
	}
	r, err = http.NewRequest("GET", str(file["url"]), nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	if got := answerOf(t, r); got != "a,b" {
		t.Errorf("bytes = %q", got)
	}
}
