package bot_test

import (
	"strings"
	"testing"

	"relevo/internal/slackfake"
)

// A click that Slack no longer opens a form for is answered privately, and the next one works. One whose form is
// open already is not answered again.
func TestTriggers(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		card := w.card(w.arrives(ana).Number, "[Accept as SQL]")
		for _, tt := range []struct{ kind, want string }{
			{"error:expired_trigger_id", "Please press the button again"},
			{"error:trigger_expired", "Please press the button again"},
			{"error:exchanged_trigger_id", ""},
			{"error:trigger_exchanged", ""},
			{"error:internal_error", "Something went wrong"},
			{"http_500", "Something went wrong"},
			{"drop", "Something went wrong"},
			{"rate_limited", "Something went wrong"},
		} {
			clicks := map[string]func(){
				"card.accept": func() { w.click(slackfake.Luke, card, "card.accept", "") },
				"card.reject": func() { w.click(slackfake.Luke, card, "card.reject", "") },
				"card.menu":   func() { w.click(slackfake.Luke, card, "card.menu", w.menu(card, "history")) },
			}
			for action, click := range clicks {
				before := len(w.fake.Ephemerals(slackfake.Luke))
				w.fault(slackfake.Fault{Method: "views.open", Kind: tt.kind})
				click()
				var said string
				for _, m := range w.fake.Ephemerals(slackfake.Luke)[before:] {
					said += m.Text
				}
				if !strings.Contains(said, tt.want) || (tt.want == "") != (said == "") {
					t.Errorf("%s with %s: Luke is told %q, want %q", action, tt.kind, said, tt.want)
				}
			}
			w.fault(slackfake.Fault{Method: "views.open", Kind: tt.kind})
			got, err := w.fake.Command(t.Context(), slackfake.Luke, slackfake.ChannelGeneral, "/mql new")
			if err != nil || !strings.Contains(got.Text, tt.want) || (tt.want == "") != (got.Text == "") {
				t.Errorf("/mql new with %s answers %q (%v), want %q", tt.kind, got.Text, err, tt.want)
			}
		}
		w.click(slackfake.Luke, card, "card.accept", "")
		if w.fake.Modal(slackfake.Luke) == nil {
			t.Error("the next click opens no form")
		}
		w.undecided(1)
	})
}

// The form that could not follow the choice of a reason (it had changed, or was closed) still decides right: what
// it lacks is asked for, and the day that it shows is the day that counts.
func TestFormThatCouldNotFollow(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		card := w.card(w.arrives(ana).Number, "[Reject]")
		w.click(slackfake.Luke, card, "card.reject", "")
		for _, kind := range []string{"error:hash_conflict", "error:not_found", "http_500"} {
			w.fault(slackfake.Fault{Method: "views.update", Kind: kind})
			w.choose(slackfake.Luke, "reject.reason", "other")
			if n := len(w.fake.Ephemerals(slackfake.Luke)); n != 0 {
				t.Errorf("%s: Luke is told about it: %+v", kind, w.fake.Ephemerals(slackfake.Luke))
			}
			if got := w.submit(slackfake.Luke, map[string]string{"reject.reason": "other"}); got.Errors["note"] == "" {
				t.Errorf("%s: the note is not asked for: %+v", kind, got)
			}
		}
		w.choose(slackfake.Luke, "reject.reason", "bad-timing")
		w.fault(slackfake.Fault{Method: "views.update", Kind: "error:hash_conflict"})
		w.choose(slackfake.Luke, "reject.reason", "no-need-now")
		if got := w.submit(slackfake.Luke, map[string]string{"reject.reason": "no-need-now", "back:bad-timing": "2026-12-02"}); !got.Closed {
			t.Fatalf("refused: %+v", got)
		}
		if back := w.lead(1).Back.In(madrid()).Format("2006-01-02 15:04"); back != "2026-12-02 09:00" {
			t.Errorf("the lead comes back on %s, the form said 2 December", back)
		}
	})
}

// A form that is closed leaves nothing behind, and what was sent twice by two open forms of one person is decided once.
func TestFormClosed(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		card := w.card(w.arrives(ana).Number, "[Accept as SQL]")
		w.click(slackfake.Luke, card, "card.reject", "")
		v := w.fake.Modal(slackfake.Luke)
		if err := w.fake.CloseView(t.Context(), slackfake.Luke, v.ID); err != nil {
			t.Fatal(err)
		}
		w.undecided(1)
		w.click(slackfake.Luke, card, "card.accept", "")
		if got := w.submit(slackfake.Luke, map[string]string{"need": "A need"}); !got.Closed {
			t.Errorf("refused: %+v", got)
		}
		w.card(1, "Accepted as SQL")
	})
}
