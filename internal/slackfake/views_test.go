package slackfake

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/socketmode"
)

// TestTriggers has what a trigger is good for: one modal, within three seconds that no jump of the clock shortens.
func TestTriggers(t *testing.T) {
	base := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	s, api := start(t, Options{Now: func() time.Time { return base }})
	make := func(fromView bool) string {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.newTrigger(Ana, fromView)
	}
	open := func(trigger string) string { _, err := api.OpenView(trigger, rejectModal()); return code(err) }
	push := func(trigger string) string { _, err := api.PushView(trigger, rejectModal()); return code(err) }
	if got := push(make(true)); got != "not_found" {
		t.Errorf("push on nothing: %q", got)
	}
	trigger := make(false)
	s.Advance(7 * 24 * time.Hour)
	if got := open(trigger); got != "" {
		t.Errorf("after a jump: %q, want it still good", got)
	}
	if got := open(trigger); got != "exchanged_trigger_id" {
		t.Errorf("again: %q", got)
	}
	if got := open("1.2.3"); got != "invalid_trigger_id" {
		t.Errorf("made up: %q", got)
	}
	trigger = make(false)
	base = base.Add(triggerLife + time.Millisecond)
	if got := open(trigger); got != "expired_trigger_id" {
		t.Errorf("late: %q", got)
	}
	for range maxStack - 1 {
		if got := push(make(true)); got != "" {
			t.Errorf("push: %q", got)
		}
	}
	if got := push(make(true)); got != "push_limit_reached" {
		t.Errorf("fourth view: %q", got)
	}
}

func TestUpdateView(t *testing.T) {
	dump := t.TempDir()
	s, api := start(t, Options{Dump: dump})
	s.mu.Lock()
	trigger := s.newTrigger(Ana, false)
	s.mu.Unlock()
	opened, err := api.OpenView(trigger, rejectModal())
	if err != nil {
		t.Fatal(err)
	}
	s.mu.Lock()
	s.view(opened.ID).values.set("why", "note", Object{"type": "plain_text_input", "value": "typed"})
	s.mu.Unlock()
	changed, err := api.UpdateView(rejectModal(), "", opened.Hash, opened.ID)
	if err != nil {
		t.Fatal(err)
	}
	if got := changed.State.Values["why"]["note"].Value; got != "typed" {
		t.Errorf("after the update the input holds %q, want what was typed", got)
	}
	if _, err := api.UpdateView(rejectModal(), "", opened.Hash, opened.ID); code(err) != "hash_conflict" {
		t.Errorf("old hash: %v", err)
	}
	if _, err := api.UpdateView(rejectModal(), "", "", "V0NOTHING"); code(err) != "not_found" {
		t.Errorf("unknown view: %v", err)
	}
	broken := rejectModal()
	broken.Submit = nil
	if _, err := api.UpdateView(broken, "", "", opened.ID); code(err) != "invalid_arguments" || len(s.Problems()) != 1 {
		t.Errorf("without submit: %v, %v", err, s.Problems())
	}
	home := slack.HomeTabViewRequest{Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewHeaderBlock(slack.NewTextBlockObject("plain_text", "<Hi>", false, false))}}}
	published, err := api.PublishView(Ana, home, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := api.PublishView(Ana, home, "1.old"); code(err) != "hash_conflict" {
		t.Errorf("home with an old hash: %v", err)
	}
	if _, err := api.PublishView(Ana, home, published.Hash); err != nil {
		t.Errorf("home with its hash: %v", err)
	}
	if _, _, err := api.PostMessage(ChannelLeads, slack.MsgOptionText("x", false), slack.MsgOptionBlocks(cardBlocks()...)); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"0001-modal.json": `"callback_id": "reject"`, "0002-modal.json": `"type": "modal"`, "0003-home.json": `"text": "<Hi>"`, "0005-message.json": `"blocks": [`,
	} {
		got, err := os.ReadFile(filepath.Join(dump, name))
		if err != nil || !strings.Contains(string(got), want) {
			t.Errorf("%s: %s, %v, want %s", name, got, err, want)
		}
	}
}

// TestSubmissionAnswers has what an app may answer to a submission.
func TestSubmissionAnswers(t *testing.T) {
	for _, test := range []struct {
		name, answer string
		closed       bool
		top          string // the title on top afterwards
		fails        bool
		problem      bool
	}{
		{"nothing", "", true, "", false, false},
		{"clear", `{"response_action":"clear"}`, true, "", false, false},
		{"update", `{"response_action":"update","view":{"type":"modal","title":{"type":"plain_text","text":"Next"},"blocks":[]}}`, false, "Next", false, false},
		{"push", `{"response_action":"push","view":{"type":"modal","title":{"type":"plain_text","text":"Above"},"blocks":[]}}`, false, "Above", false, false},
		{"errors", `{"response_action":"errors","errors":{"why":"no"}}`, false, "Reject", false, false},
		{"error of no input", `{"response_action":"errors","errors":{"what":"no"}}`, false, "Reject", true, true},
		{"view that Slack refuses", `{"response_action":"update","view":{"type":"modal","blocks":[]}}`, false, "Reject", true, true},
		{"unknown action", `{"response_action":"dance"}`, false, "Reject", true, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			s, api := start(t, Options{})
			connect(t, s, func(socketmode.Event) any {
				if test.answer == "" {
					return nil
				}
				return parse(t, test.answer)
			})
			s.mu.Lock()
			trigger := s.newTrigger(Ana, false)
			s.mu.Unlock()
			opened, err := api.OpenView(trigger, rejectModal())
			if err != nil {
				t.Fatal(err)
			}
			got, err := s.Submit(t.Context(), Ana, opened.ID, map[string]string{"why": "x"})
			if (err != nil) != test.fails || got.Closed != test.closed || (len(s.Problems()) > 0) != test.problem {
				t.Errorf("got %+v, %v, problems %v", got, err, s.Problems())
			}
			top := ""
			if v := s.Modal(Ana); v != nil {
				top = v.Title
			}
			if top != test.top {
				t.Errorf("on top: %q, want %q", top, test.top)
			}
		})
	}
}
