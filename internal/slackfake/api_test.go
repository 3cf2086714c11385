package slackfake

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
)

func answerOf(t *testing.T, r *http.Request) string {
	t.Helper()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestPeopleAndChannels(t *testing.T) {
	s, api := start(t, Options{})
	me, err := api.AuthTest()
	if err != nil || me.TeamID != s.TeamID() || me.UserID != s.BotUser() || me.URL != s.URL()+"/" || me.BotID != botID {
		t.Errorf("auth.test = %+v, %v", me, err)
	}
	if got := me.Header.Get("X-OAuth-Scopes"); !strings.Contains(got, "chat:write,commands") {
		t.Errorf("scopes = %q", got)
	}
	ana, err := api.GetUserInfo(Ana)
	if err != nil || ana.RealName != "Ana Ruiz" || ana.TZ != "Europe/Madrid" || ana.Locale != "es-ES" || ana.IsStranger {
		t.Errorf("users.info = %+v, %v", ana, err)
	}
	otto, err := api.GetUserInfo(Otto)
	if err != nil || !otto.IsStranger || otto.TeamID != partnerTeam {
		t.Errorf("stranger = %+v, %v", otto, err)
	}
	if _, err := api.GetUserInfo("U0NOBODY"); code(err) != "user_not_found" {
		t.Errorf("nobody: %v", err)
	}
	grace, err := api.GetUserByEmail("grace.hall@norte.example")
	if err != nil || grace.ID != Grace {
		t.Errorf("by e-mail = %+v, %v", grace, err)
	}
	if _, err := api.GetUserByEmail("x@y.example"); code(err) != "users_not_found" {
		t.Errorf("by unknown e-mail: %v", err)
	}
	users, err := api.GetUsers()
	if err != nil || len(users) != 6 {
		t.Errorf("users.list = %d, %v", len(users), err)
	}
	leads, err := api.GetConversationInfo(&slack.GetConversationInfoInput{ChannelID: ChannelLeads, IncludeNumMembers: true})
	if err != nil || !leads.IsExtShared || leads.NumMembers != 6 || leads.Name != "mql-leads" || !leads.IsMember {
		t.Errorf("conversations.info = %+v, %v", leads, err)
	}
	channels, cursor, err := api.GetConversations(&slack.GetConversationsParameters{Types: []string{"public_channel", "im"}, Limit: 3})
	if err != nil || len(channels) != 3 || cursor == "" {
		t.Errorf("conversations.list = %d, %q, %v", len(channels), cursor, err)
	}
	members, _, err := api.GetUsersInConversation(&slack.GetUsersInConversationParameters{ChannelID: ChannelFeedback})
	if err != nil || len(members) != 5 {
		t.Errorf("members = %v, %v", members, err)
	}
	im, _, _, err := api.OpenConversation(&slack.OpenConversationParameters{Users: []string{Ana}, ReturnIM: true})
	if err != nil || im.User != Ana || !im.IsIM {
		t.Errorf("conversations.open = %+v, %v", im, err)
	}
	if _, warning, _, err := api.JoinConversation(ChannelGeneral); err != nil || warning != "" {
		t.Errorf("join = %q, %v", warning, err)
	}
	groups, err := api.GetUserGroups(slack.GetUserGroupsOptionIncludeUsers(true))
	if err != nil || len(groups) != 1 || len(groups[0].Users) != 3 {
		t.Errorf("usergroups = %+v, %v", groups, err)
	}
	team, err := api.GetTeamInfo()
	if err != nil || team.ID != s.TeamID() {
		t.Errorf("team.info = %+v, %v", team, err)
	}
	bot, err := api.GetBotInfo(slack.GetBotInfoParameters{Bot: botID})
	if err != nil || bot.UserID != s.BotUser() {
		t.Errorf("bots.info = %+v, %v", bot, err)
	}
}

func TestPlanAndScopes(t *testing.T) {
	_, api := start(t, Options{FreePlan: true, Scopes: []string{"usergroups:read", "users:read"}})
	if _, err := api.GetUserGroups(); code(err) != "plan_upgrade_required" {
		t.Errorf("free plan: %v", err)
	}
	if _, _, err := api.PostMessage(ChannelLeads, slack.MsgOptionText("x", false)); code(err) != "missing_scope" {
		t.Errorf("without chat:write: %v", err)
	}
}

func TestFiles(t *testing.T) {
	s, api := start(t, Options{})
	data := "name,\"a\r\n--b\"\n"
	done, err := api.UploadFile(slack.UploadFileParameters{
		Filename: "leads.csv", Title: "Leads", AltTxt: "all leads", FileSize: len(data), Content: data, Channel: ChannelLeads, InitialComment: "here",
	})
	if err != nil {
		t.Fatal(err)
	}
	first, _, _, err := api.GetFileInfo(done.ID, 0, 0)
	if err != nil || first.Mimetype != "" {
		t.Errorf("first files.info = %q, %v, want it not ready", first.Mimetype, err)
	}
	second, _, _, err := api.GetFileInfo(done.ID, 0, 0)
	if err != nil || second.Mimetype != "text/csv" || len(second.Channels) != 1 {
		t.Errorf("second files.info = %+v, %v", second, err)
	}
	var got bytes.Buffer
	if err := api.GetFile(second.URLPrivate, &got); err != nil || got.String() != data {
		t.Errorf("bytes = %q, %v", got.String(), err)
	}
	m := s.Messages(ChannelLeads)[0]
	if m.Text != "here" || len(m.Files) != 1 || m.Files[0].Alt != "all leads" {
		t.Errorf("message = %+v", m)
	}
	if _, _, _, err := api.GetFileInfo("F0NOTHING", 0, 0); code(err) != "file_not_found" {
		t.Errorf("unknown file: %v", err)
	}
}

// A file is shown in a message once Slack has looked at it, and only when it is a picture; the page gives it out.
func TestPictures(t *testing.T) {
	s, api := start(t, Options{})
	for name, shown := range map[string]bool{"chart.png": true, "leads.csv": false} {
		file, err := api.UploadFile(slack.UploadFileParameters{Filename: name, FileSize: 4, Content: "data"})
		if err != nil {
			t.Fatal(err)
		}
		show := func() string {
			block := slack.NewImageBlockSlackFile(&slack.SlackFileObject{ID: file.ID}, "a chart", "", nil)
			_, _, err := api.PostMessage(ChannelLeads, slack.MsgOptionText("x", false), slack.MsgOptionBlocks(block))
			return code(err)
		}
		if got := show(); got != "invalid_blocks" {
			t.Errorf("%s before it is ready: %q", name, got)
		}
		for range 2 {
			if _, _, _, err := api.GetFileInfo(file.ID, 0, 0); err != nil {
				t.Fatal(err)
			}
		}
		if got := show(); (got == "") != shown {
			t.Errorf("%s when it is ready: %q", name, got)
		}
	}
	got := s.Messages(ChannelLeads)
	if len(got) != 1 || s.Text(got[0].Blocks) != "[image: a chart]" {
		t.Errorf("messages = %+v", got)
	}
}

func TestOAuth(t *testing.T) {
	s, _ := start(t, Options{})
	install := func(code string) (string, error) {
		got, err := slack.GetOAuthV2Response(http.DefaultClient, ClientID, ClientSecret, code, "", slack.OAuthOptionAPIURL(s.APIURL()))
		if err != nil {
			return "", err
		}
		return got.AccessToken, nil
	}
	token, err := install(s.NewCode(""))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := slack.New(token, slack.OptionAPIURL(s.APIURL())).AuthTest(); err != nil {
		t.Errorf("with the new token: %v", err)
	}
	late := s.NewCode("")
	s.Advance(10*time.Minute + time.Second)
	if _, err := install(late); code(err) != "invalid_code" {
		t.Errorf("after ten minutes: %v", err)
	}
}

func TestRateLimits(t *testing.T) {
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	s, api := start(t, Options{RateLimits: true, Now: func() time.Time { return now }})
	post := func(channel string) error {
		_, _, err := api.PostMessage(channel, slack.MsgOptionText("x", false))
		return err
	}
	for i := range postsBurst {
		if err := post(ChannelLeads); err != nil {
			t.Fatalf("post %d of the burst: %v", i+1, err)
		}
	}
	limited, ok := post(ChannelLeads).(*slack.RateLimitedError)
	if !ok || limited.RetryAfter != time.Second {
		t.Errorf("after the burst: %v, want one second", limited)
	}
	if err := post(ChannelFeedback); err != nil {
		t.Errorf("another channel: %v", err)
	}
	s.Advance(time.Second)
	if err := post(ChannelLeads); err != nil {
		t.Errorf("a second later: %v", err)
	}
	for range tier2 {
		if _, err := api.GetUserGroups(); err != nil {
			t.Fatal(err)
		}
	}
	if _, ok := func() (any, error) { return api.GetUserGroups() }(); ok == nil {
		t.Error("tier 2 has no end")
	}
}
