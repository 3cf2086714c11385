package slackfake

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"
)

func TestTokenRotation(t *testing.T) {
	s, _ := start(t, Options{TokenRotation: true})
	got, err := slack.GetOAuthV2Response(http.DefaultClient, ClientID, ClientSecret, s.NewCode(""), "", slack.OAuthOptionAPIURL(s.APIURL()))
	if err != nil || got.ExpiresIn != 12*3600 {
		t.Fatalf("install = %+v, %v", got, err)
	}
	try := func(token string) string {
		_, err := slack.New(token, slack.OptionAPIURL(s.APIURL())).AuthTest()
		return code(err)
	}
	s.Advance(tokenLife + 1)
	if problem := try(got.AccessToken); problem != "token_expired" {
		t.Errorf("after twelve hours: %q", problem)
	}
	refresh := func() (*slack.OAuthV2Response, error) {
		return slack.RefreshOAuthV2Token(http.DefaultClient, ClientID, ClientSecret, got.RefreshToken, slack.OAuthOptionAPIURL(s.APIURL()))
	}
	next, err := refresh()
	if err != nil || try(next.AccessToken) != "" {
		t.Errorf("refreshed = %+v, %v", next, err)
	}
	if _, err := refresh(); code(err) != "invalid_refresh_token" {
		t.Errorf("refreshed again: %v", err)
	}
}

func TestUninstallAndMove(t *testing.T) {
	s, api := start(t, Options{})
	var seen []string
	connect(t, s, func(e socketmode.Event) any {
		inner := e.Data.(slackevents.EventsAPIEvent).InnerEvent
		detail := ""
		if moved, ok := inner.Data.(*slackevents.ChannelIDChangedEvent); ok {
			detail = fmt.Sprint(" ", moved.OldChannelID == ChannelLeads)
		}
		seen = append(seen, inner.Type+detail)
		return nil
	})
	_, ts, err := api.PostMessage(ChannelLeads, slack.MsgOptionText("x", false))
	if err != nil {
		t.Fatal(err)
	}
	id, err := s.MoveChannel(t.Context(), ChannelLeads)
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := api.PostMessage(ChannelLeads, slack.MsgOptionText("x", false)); code(err) != "channel_not_found" {
		t.Errorf("old id: %v", err)
	}
	if _, _, _, err := api.UpdateMessage(id, ts, slack.MsgOptionText("y", false)); err != nil {
		t.Errorf("new id: %v", err)
	}
	if err := s.Uninstall(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := api.AuthTest(); code(err) != "token_revoked" {
		t.Errorf("after the app was taken out: %v", err)
	}
	if got, want := strings.Join(seen, ", "), "channel_id_changed true, tokens_revoked, app_uninstalled"; got != want {
		t.Errorf("seen %s, want %s", got, want)
	}
}

// TestViewSize has a view that is within every limit of its blocks and still too large.
func TestViewSize(t *testing.T) {
	s, _ := start(t, Options{})
	view := func(n int) Object {
		return Object{"type": "modal", "title": plainOf(1), "blocks": many(n, func(int) any { return block("section", Object{"text": mrk(3000)})[0] })}
	}
	for n, want := range map[int]string{41: "", 42: "view_too_large"} {
		raw := normal(t, view(n))
		payload, err := json.Marshal(raw)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		if err := s.checkSentView(raw, payload, "modal", ""); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%d sections: %q, want %q", n, got, want)
		}
	}
}
