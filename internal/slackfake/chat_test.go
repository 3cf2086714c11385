package slackfake

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
)

// code is Slack's error code of an error.
func code(err error) string {
	var refused slack.SlackErrorResponse
	if errors.As(err, &refused) {
		return refused.Err
	}
	if err != nil {
		return err.Error()
	}
	return ""
}

func TestPostAndUpdate(t *testing.T) {
	s, api := start(t, Options{})
	post := func(channel string, opts ...slack.MsgOption) (string, error) {
		_, ts, err := api.PostMessage(channel, opts...)
		return ts, err
	}
	words := func(n int) slack.MsgOption { return slack.MsgOptionText(strings.Repeat("x", n), false) }
	first, err := post(ChannelLeads, words(3), slack.MsgOptionBlocks(cardBlocks()...), slack.MsgOptionDisableLinkUnfurl(), slack.MsgOptionDisableMediaUnfurl())
	if err != nil {
		t.Fatal(err)
	}
	if m, _ := s.Message(ChannelLeads, first); m.Unfurl {
		t.Error("previews although they were turned off")
	}
	second, _ := post(ChannelLeads, words(50_000))
	if second <= first {
		t.Errorf("ts %s after %s", second, first)
	}
	if m, _ := s.Message(ChannelLeads, second); len(m.Text) != 40_000 {
		t.Errorf("text = %d characters, want it cut to 40000", len(m.Text))
	}
	if err := s.Say(t.Context(), Ana, "#mql-leads", "hello"); err != nil {
		t.Fatal(err)
	}
	all := s.Messages(ChannelLeads)
	theirs := all[len(all)-1].TS
	update := func(channel, ts string, opts ...slack.MsgOption) error {
		_, _, _, err := api.UpdateMessage(channel, ts, opts...)
		return err
	}
	for _, test := range []struct {
		name string
		do   func() error
		want string
	}{
		{"update", func() error { return update(ChannelLeads, first, words(4000)) }, ""},
		{"long update", func() error { return update(ChannelLeads, first, words(4001)) }, "msg_too_long"},
		{"update of nothing", func() error { return update(ChannelLeads, "1.000001", words(1)) }, "message_not_found"},
		{"update of another's", func() error { return update(ChannelLeads, theirs, words(1)) }, "cant_update_message"},
		{"delete of another's", func() error { _, _, err := api.DeleteMessage(ChannelLeads, theirs); return err }, "cant_delete_message"},
		{"nothing to say", func() error { _, err := post(ChannelLeads); return err }, "no_text"},
		{"not a member", func() error { _, err := post(ChannelGeneral, words(1)); return err }, "not_in_channel"},
		{"unknown channel", func() error { _, err := post("C0NOWHERE", words(1)); return err }, "channel_not_found"},
		{"by name", func() error { _, err := post("#mql-feedback", words(1)); return err }, ""},
		{"to a person", func() error { _, err := post(Ana, words(1)); return err }, ""},
		{"in a thread", func() error { _, err := post(ChannelLeads, words(1), slack.MsgOptionTS(first)); return err }, ""},
		{"in no thread", func() error { _, err := post(ChannelLeads, words(1), slack.MsgOptionTS("1.000001")); return err }, "thread_not_found"},
		{"ephemeral", func() error { _, err := api.PostEphemeral(ChannelLeads, Otto, words(1)); return err }, ""},
		{"ephemeral to somebody else", func() error { _, err := api.PostEphemeral(ChannelFeedback, Otto, words(1)); return err }, "user_not_in_channel"},
		{"reaction", func() error { return api.AddReaction("eyes", slack.NewRefToMessage(ChannelLeads, first)) }, ""},
		{"reaction again", func() error { return api.AddReaction("eyes", slack.NewRefToMessage(ChannelLeads, first)) }, "already_reacted"},
		{"blocks of the wrong kind", func() error {
			_, err := post(ChannelLeads, words(1), slack.MsgOptionBlocks(slack.NewDividerBlock(), slack.NewHeaderBlock(slack.NewTextBlockObject("plain_text", "", false, false))))
			return err
		}, "invalid_blocks"},
	} {
		if got := code(test.do()); got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
	m, _ := s.Message(ChannelLeads, first)
	if len(m.Blocks) != 0 || m.Edited == nil {
		t.Errorf("after an update with text alone: %d blocks, edited %v", len(m.Blocks), m.Edited)
	}
	problems := s.Problems()
	if i := slices.IndexFunc(problems, func(p Problem) bool { return p.Code == "invalid_blocks" }); i < 0 || !strings.Contains(problems[i].Messages[0], "/blocks/1/text/text") {
		t.Errorf("problems = %v", problems)
	}
	if _, _, err := api.DeleteMessage(ChannelLeads, first); err != nil {
		t.Error(err)
	}
	if _, ok := s.Message(ChannelLeads, first); ok {
		t.Error("deleted message is still there")
	}
	link, err := api.GetPermalink(&slack.PermalinkParameters{Channel: ChannelLeads, Ts: second})
	if want := s.URL() + "/archives/" + ChannelLeads + "/p" + strings.ReplaceAll(second, ".", ""); err != nil || link != want {
		t.Errorf("permalink = %s, %v, want %s", link, err, want)
	}
}

func TestHistory(t *testing.T) {
	s, api := start(t, Options{})
	var stamps []string
	for _, id := range []string{"1", "2", "3"} {
		_, ts, err := api.PostMessage(ChannelLeads, slack.MsgOptionText(id, false),
			slack.MsgOptionMetadata(slack.SlackMetadata{EventType: "lead", EventPayload: map[string]any{"id": id}}))
		if err != nil {
			t.Fatal(err)
		}
		stamps = append(stamps, ts)
	}
	if _, _, err := api.PostMessage(ChannelLeads, slack.MsgOptionText("reply", false), slack.MsgOptionTS(stamps[0])); err != nil {
		t.Fatal(err)
	}
	history := func(p slack.GetConversationHistoryParameters) *slack.GetConversationHistoryResponse {
		t.Helper()
		p.ChannelID = ChannelLeads
		got, err := api.GetConversationHistory(&p)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	texts := func(messages []slack.Message) string {
		var out []string
		for _, m := range messages {
			out = append(out, m.Text)
		}
		return strings.Join(out, " ")
	}
	if got := history(slack.GetConversationHistoryParameters{}); texts(got.Messages) != "3 2 1" || got.Messages[0].Metadata.EventType != "" {
		t.Errorf("all = %s, metadata %+v without being asked for", texts(got.Messages), got.Messages[0].Metadata)
	}
	if got := history(slack.GetConversationHistoryParameters{IncludeAllMetadata: true}); got.Messages[2].Metadata.EventPayload["id"] != "1" {
		t.Errorf("metadata = %+v", got.Messages[2].Metadata)
	}
	if got := history(slack.GetConversationHistoryParameters{Oldest: stamps[0]}); texts(got.Messages) != "3 2" {
		t.Errorf("oldest: %s", texts(got.Messages))
	}
	if got := history(slack.GetConversationHistoryParameters{Oldest: stamps[1], Latest: stamps[1], Inclusive: true}); texts(got.Messages) != "2" {
		t.Errorf("one: %s", texts(got.Messages))
	}
	page := history(slack.GetConversationHistoryParameters{Limit: 2})
	rest := history(slack.GetConversationHistoryParameters{Limit: 2, Cursor: page.ResponseMetaData.NextCursor})
	if texts(page.Messages) != "3 2" || !page.HasMore || texts(rest.Messages) != "1" || rest.HasMore {
		t.Errorf("pages: %s / %s", texts(page.Messages), texts(rest.Messages))
	}
	replies, _, _, err := api.GetConversationReplies(&slack.GetConversationRepliesParameters{ChannelID: ChannelLeads, Timestamp: stamps[0]})
	if err != nil || texts(replies) != "1 reply" {
		t.Errorf("replies = %s, %v", texts(replies), err)
	}
	s.SetMember(ChannelLeads, s.BotUser(), false)
	_, err = api.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: ChannelLeads})
	if code(err) != "not_in_channel" {
		t.Errorf("outside: %v", err)
	}
	if _, _, _, err := api.JoinConversation(ChannelLeads); err != nil {
		t.Error(err)
	}
	noProblems(t, s)
}

func TestResponseURL(t *testing.T) {
	s, _ := start(t, Options{})
	post := func(address, body string) int {
		t.Helper()
		resp, err := http.Post(address, "application/json", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	make := func() string {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.newResponseURL(ChannelLeads, Ana, nil)
	}
	address := make()
	for i := range 5 {
		if got := post(address, `{"text":"later"}`); got != http.StatusOK {
			t.Errorf("use %d: %d", i+1, got)
		}
	}
	if got := post(address, `{"text":"once more"}`); got != http.StatusNotFound {
		t.Errorf("sixth use: %d, want 404", got)
	}
	if got := len(s.Ephemerals(Ana)); got != 5 {
		t.Errorf("%d private messages, want 5", got)
	}
	address = make()
	s.Advance(30*time.Minute + time.Second)
	if got := post(address, `{"text":"late"}`); got != http.StatusNotFound {
		t.Errorf("after half an hour: %d, want 404", got)
	}
	if got := post(make(), `{"text":"all","response_type":"in_channel"}`); got != http.StatusOK || s.Messages(ChannelLeads)[0].Text != "all" {
		t.Errorf("in_channel: %d, %v", got, s.Messages(ChannelLeads))
	}
	if err := s.Say(t.Context(), Ana, ChannelLeads, "original"); err != nil {
		t.Fatal(err)
	}
	all := s.Messages(ChannelLeads)
	s.mu.Lock()
	original := s.message(ChannelLeads, all[len(all)-1].TS)
	about := s.newResponseURL(ChannelLeads, Ana, original)
	s.mu.Unlock()
	post(about, `{"text":"new","replace_original":true}`)
	if m, _ := s.Message(ChannelLeads, original.TS); m.Text != "new" || m.Edited == nil {
		t.Errorf("after replace_original: %+v", m)
	}
	post(about, `{"delete_original":true}`)
	if _, still := s.Message(ChannelLeads, original.TS); still {
		t.Error("delete_original left the message")
	}
	noProblems(t, s)
}

// TestWaysToSend has the ways in which clients send a call: form, JSON, GET, the token in the body or as Bearer.
func TestWaysToSend(t *testing.T) {
	s, _ := start(t, Options{})
	form := url.Values{"channel": {ChannelLeads}, "text": {"hi"}, "blocks": {`[{"type":"divider"}]`}}
	withToken := url.Values{"token": {s.BotToken()}, "channel": {ChannelLeads}, "text": {"hi"}}
	multi := "--b\r\nContent-Disposition: form-data; name=\"channel\"\r\n\r\n" + ChannelLeads + "\r\n--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nhi\r\n--b--\r\n--b--\r\n"
	for _, test := range []struct{ name, method, query, kind, body, token, want string }{
		{"form and token", "POST", "", "application/x-www-form-urlencoded", withToken.Encode(), "", `"ok":true`},
		{"form and Bearer", "POST", "", "application/x-www-form-urlencoded", form.Encode(), s.BotToken(), `"ok":true`},
		{"JSON", "POST", "", "application/json; charset=utf-8", `{"channel":"` + ChannelLeads + `","text":"hi","blocks":[{"type":"divider"}]}`, s.BotToken(), `"ok":true`},
		{"GET", "GET", "?" + form.Encode(), "", "", s.BotToken(), `"ok":true`},
		{"multipart", "POST", "", "multipart/form-data; boundary=b", multi, s.BotToken(), `"ok":true`},
		{"no token", "POST", "", "application/json", `{}`, "", `"error":"not_authed"`},
		{"wrong token", "POST", "", "application/json", `{}`, "xoxb-other", `"error":"invalid_auth"`},
		{"app token", "POST", "", "application/json", `{}`, s.AppToken(), `"error":"not_allowed_token_type"`},
		{"no JSON", "POST", "", "application/json", `{`, s.BotToken(), `"error":"invalid_json"`},
		{"blocks of no JSON", "POST", "", "application/json", `{"blocks":"["}`, s.BotToken(), `"error":"invalid_blocks_format"`},
	} {
		r, err := http.NewRequest(test.method, s.APIURL()+"chat.postMessage"+test.query, strings.NewReader(test.body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Content-Type", test.kind)
		if test.token != "" {
			r.Header.Set("Authorization", "Bearer "+test.token)
		}
		if got := answerOf(t, r); !strings.Contains(got, test.want) {
			t.Errorf("%s: %s, want %s", test.name, got, test.want)
		}
	}
}
