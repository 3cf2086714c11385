package slackfake

import (
	"bytes"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"
)

// TestShortcut has a person use a message's shortcut: the app gets the message and opens a modal.
func TestShortcut(t *testing.T) {
	s, api := start(t, Options{})
	s.SetShortcuts([]Shortcut{{CallbackID: "hand_over", Name: "Hand over"}})
	var got slack.InteractionCallback
	connect(t, s, func(e socketmode.Event) any {
		if cb, ok := e.Data.(slack.InteractionCallback); ok {
			got = cb
			if _, err := api.OpenView(cb.TriggerID, rejectModal()); err != nil {
				t.Error(err)
			}
		}
		return nil
	})
	if err := s.Say(t.Context(), Luke, ChannelGeneral, "write to ana@example.com"); err != nil {
		t.Fatal(err)
	}
	ts := s.Messages(ChannelGeneral)[0].TS
	if err := s.Shortcut(t.Context(), Marta, ChannelGeneral, ts, "hand_over"); err != nil {
		t.Fatal(err)
	}
	if got.Type != slack.InteractionTypeMessageAction || got.CallbackID != "hand_over" || got.Message.Text != "write to ana@example.com" ||
		got.Message.User != Luke || got.User.ID != Marta || got.Channel.ID != ChannelGeneral || got.MessageTs != ts || got.ResponseURL == "" {
		t.Errorf("the app got %+v", got)
	}
	if s.Modal(Marta) == nil {
		t.Error("the modal is not open")
	}
	if status, out := pagePost(t, s, "shortcut", `{"as":"`+Marta+`","id":"hand_over","message":{"channel":"`+ChannelGeneral+`","ts":"`+ts+`"}}`); status != http.StatusOK {
		t.Errorf("the page's: %d %v", status, out)
	}
	if names := at(pageStateOf(t, s, Marta), "shortcuts/0/name"); names != "Hand over" {
		t.Errorf("the page offers %q", names)
	}
	for _, test := range []struct {
		user, channel, ts, id string
		none                  bool
	}{
		{Marta, ChannelGeneral, ts, "other", true}, {Otto, ChannelGeneral, ts, "hand_over", false}, {Marta, ChannelGeneral, "1.1", "hand_over", false},
	} {
		if err := s.Shortcut(t.Context(), test.user, test.channel, test.ts, test.id); err == nil || errors.Is(err, ErrNoShortcut) != test.none {
			t.Errorf("%+v: %v", test, err)
		}
	}
	noProblems(t, s)
}

// TestDrop has a person drop a file into the app's direct message: the app hears of it and reads it with its token.
func TestDrop(t *testing.T) {
	s, api := start(t, Options{})
	heard := make(chan *slackevents.MessageEvent, 3)
	connect(t, s, func(e socketmode.Event) any {
		if event, ok := e.Data.(slackevents.EventsAPIEvent); ok {
			heard <- event.InnerEvent.Data.(*slackevents.MessageEvent)
		}
		return nil
	})
	ts, err := s.Drop(t.Context(), Marta, Marta, "../leads.csv", []byte("email\na@b.co\n"), "")
	if err != nil {
		t.Fatal(err)
	}
	got := <-heard
	if got.SubType != "file_share" || got.ChannelType != "im" || got.TimeStamp != ts || len(got.Message.Files) != 1 || got.Message.Files[0].Name != "leads.csv" {
		t.Fatalf("the app heard %+v", got)
	}
	info, _, _, err := api.GetFileInfo(got.Message.Files[0].ID, 0, 0)
	if err != nil || info.User != Marta || info.Size != 13 || info.Filetype != "csv" {
		t.Fatalf("files.info: %+v, %v", info, err)
	}
	var data bytes.Buffer
	if err := api.GetFile(info.URLPrivateDownload, &data); err != nil || data.String() != "email\na@b.co\n" {
		t.Errorf("%q, %v", data.String(), err)
	}
	other := slack.New("xoxb-other", slack.OptionAPIURL(s.APIURL()))
	if err := other.GetFile(info.URLPrivateDownload, &data); err == nil || !strings.Contains(err.Error(), "sign-in") {
		t.Errorf("with another token: %v", err)
	}
	if status, out := pagePost(t, s, "message", `{"as":"`+Marta+`","channel":"`+Marta+`","files":["F1"]}`); status != http.StatusBadRequest {
		t.Errorf("a file that is not there: %d %v", status, out)
	}
	noProblems(t, s)
}

// TestScopesOfDirectMessages: without their scopes an app reads neither files nor direct messages.
func TestScopesOfDirectMessages(t *testing.T) {
	narrow := slices.DeleteFunc(slices.Clone(defaultScopes), func(scope string) bool { return scope == "files:read" || scope == "im:history" })
	s, api := start(t, Options{Scopes: narrow, Events: []string{"app_home_opened"}})
	ts, err := s.Drop(t.Context(), Marta, Marta, "leads.csv", []byte("email\n"), "here")
	if err != nil {
		t.Fatal(err)
	}
	m, _ := s.Message(Marta, ts)
	if err := api.GetFile(m.Files[0].URL, &bytes.Buffer{}); err == nil || !strings.Contains(err.Error(), "sign-in") {
		t.Errorf("the file: %v", err)
	}
	if _, err := api.GetConversationHistory(&slack.GetConversationHistoryParameters{ChannelID: m.Channel}); code(err) != "missing_scope" {
		t.Errorf("the history: %v", err)
	}
	if _, _, _, err := api.GetConversationReplies(&slack.GetConversationRepliesParameters{ChannelID: m.Channel, Timestamp: ts}); code(err) != "missing_scope" {
		t.Errorf("the thread: %v", err)
	}
}
