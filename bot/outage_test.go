package bot_test

import (
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// An hour without Slack, in which leads come in, one is decided by another copy of the bot, one comes back and the
// digest falls due: everything is shown, once.
func TestSlackDownForAnHour(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.fake.SetNow(time.Date(2026, 11, 20, 10, 0, 0, 0, madrid()))
		first, second := w.arrives(ana), w.arrives(handoff.Arrival{Person: handoff.Person{Name: "Bob", Phone: "5"}})
		w.card(first.Number, "[Accept as SQL]")
		card := w.card(second.Number, "[Accept as SQL]")
		w.click(slackfake.Luke, card, "card.reject", "")
		w.choose(slackfake.Luke, "reject.reason", "bad-timing")
		if got := w.submit(slackfake.Luke, map[string]string{"reject.reason": "bad-timing", "back:bad-timing": "2026-11-23"}); !got.Closed {
			t.Fatalf("refused: %+v", got)
		}
		w.truth()
		w.fake.SetNow(time.Date(2026, 11, 23, 8, 30, 0, 0, madrid()))
		w.fault(slackfake.Fault{Kind: "down"})
		for i := range 60 {
			if i%20 == 10 {
				w.arrives(handoff.Arrival{Person: handoff.Person{Phone: "6"}})
			}
			if i == 45 {
				w.decides(first.Number, slackfake.Grace, "They lose parcels")
			}
			w.fake.Advance(time.Minute)
		}
		w.until("the lead is offered again and the digest planned", func() bool {
			week, err := w.store.LastDigest(t.Context(), 1)
			return err == nil && week == "2026-W47" && w.lead(second.Number).Round == 2
		})
		w.fault(slackfake.Fault{Kind: "up"})
		w.truth()
		w.card(first.Number, "Accepted as SQL", "They lose parcels")
		w.card(second.Number, "Came back as round 2")
		w.card(second.Number, "Round 2", "[Accept as SQL]")
		w.wants(5, 6)
		if n := len(w.digests()); n != 1 {
			t.Errorf("%d digests, want 1:\n%s", n, w.fake.Transcript(slackfake.ChannelFeedback))
		}
		// And people can act again.
		card = w.card(3, "[Accept as SQL]")
		w.click(slackfake.Luke, card, "card.accept", "")
		w.submit(slackfake.Luke, map[string]string{"need": "A need"})
		w.card(3, "Accepted as SQL")
	})
}

// decides accepts a lead without any Slack, as another copy of the bot may at the same time.
func (w *world) decides(number int64, user, need string) {
	w.t.Helper()
	rules := w.workspace().Rules()
	_, _, err := w.store.Decide(w.t.Context(), 1, w.lead(number).ID, "", func(l handoff.Lead) (handoff.Decision, error) {
		return rules.Accept(l, l.Round, handoff.Actor{User: user}, handoff.Acceptance{Need: need}, w.fake.Now())
	}, rules)
	if err != nil {
		w.t.Fatal(err)
	}
}

// A bot that starts while Slack is down, or goes down halfway through the start, says so, and begins when Slack is
// there.
func TestSlackDownAtTheStart(t *testing.T) {
	for name, tt := range map[string]struct {
		fault slackfake.Fault
		call  string
		says  string
	}{
		"down":               {slackfake.Fault{Kind: "down"}, "auth.test", "auth.test"},
		"no channels":        {slackfake.Fault{Method: "conversations.list", Kind: "http_500", Times: 2}, "conversations.list", "conversations.list"},
		"may not be asked":   {slackfake.Fault{Method: "auth.test", Kind: "rate_limited", RetryAfter: 40}, "auth.test", "auth.test"},
		"one channel hidden": {slackfake.Fault{Method: "conversations.info", Kind: "error:missing_scope", Times: 3}, "conversations.info", "missing_scope"},
	} {
		for _, transport := range transports {
			t.Run(name+"/"+transport, func(t *testing.T) {
				t.Parallel()
				w := emptyWorld(t, transport, "en")
				w.fault(tt.fault)
				w.launch()
				w.arrives(ana)
				w.until("the bot says what is wrong", func() bool { return strings.Contains(w.app.Trouble(), tt.says) })
				if name == "down" {
					w.fault(slackfake.Fault{Kind: "up"})
				}
				w.until("the trouble is over", func() bool {
					w.fake.Advance(time.Second)
					return w.app.Connected() && w.app.Trouble() == ""
				})
				w.truth()
				w.wants(1, 1)
				if got := w.workspace().FeedbackChannel; got != slackfake.ChannelFeedback {
					t.Errorf("the feedback channel is %q", got)
				}
			})
		}
	}
}

// A channel that is made after the bot was started is found.
func TestChannelMadeLater(t *testing.T) {
	t.Parallel()
	w := emptyWorld(t, "http", "en")
	if err := w.fake.SetArchived(slackfake.ChannelLeads, true); err != nil {
		t.Fatal(err)
	}
	w.launch()
	w.arrives(ana)
	w.until("the bot says which channel is missing", func() bool { return strings.Contains(w.app.Trouble(), "#mql-leads") })
	if got := w.workspace().FeedbackChannel; got != slackfake.ChannelFeedback {
		t.Errorf("the channel that is there was not found: %q", got)
	}
	if err := w.fake.SetArchived(slackfake.ChannelLeads, false); err != nil {
		t.Fatal(err)
	}
	w.truth()
	w.wants(1, 1)
	if got := w.app.Trouble(); got != "" {
		t.Errorf("the trouble is over, and the bot still says %q", got)
	}
}

// Where Socket Mode is switched off, Slack ends each connection at once: the bot does not race, and says why.
func TestLinkDisabled(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "socket", "en")
	w.seen("both connections stand", func() bool { return w.fake.Connections() == 2 })
	w.fault(slackfake.Fault{Kind: "link_disabled", Times: 100_000})
	w.until("the bot says what is wrong", func() bool { return strings.Contains(w.app.Trouble(), "is Socket Mode switched on") })
	w.until("it is not ready", func() bool { return !w.socket.Ready() })
	if n := w.fake.Opened(); n > 40 {
		t.Errorf("%d connections before the bot took a break", n)
	}
	w.fault(slackfake.Fault{Kind: "up"})
	w.until("it is well again", func() bool { return w.socket.Ready() && w.app.Trouble() == "" })
	card := w.card(w.arrives(ana).Number, "[Accept as SQL]")
	w.click(slackfake.Luke, card, "card.accept", "")
	if w.fake.Modal(slackfake.Luke) == nil {
		t.Error("a click after the break is not answered")
	}
}

// A bot that is stopped and started anywhere goes on where it was.
func TestRestart(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		for range 5 {
			w.arrives(handoff.Arrival{Person: handoff.Person{Phone: "5"}})
		}
		w.tried("chat.postMessage", 2)
		w.stop()
		w.arrives(ana)
		w.start()
		w.truth()
		card := w.card(6, "[Accept as SQL]")
		w.click(slackfake.Luke, card, "card.accept", "")
		view := w.fake.Modal(slackfake.Luke)
		w.stop()
		w.start() // the form that is open outlives the bot that opened it
		if got, err := w.fake.Submit(t.Context(), slackfake.Luke, view.ID, map[string]string{"need": "A need"}); err != nil || !got.Closed {
			t.Errorf("a form from before the restart: %+v, %v", got, err)
		}
		w.stop()
		w.start()
		w.truth()
		w.card(6, "Accepted as SQL")
		w.wants(6, 6)
	})
}

// Two copies of the bot on one database show each lead once and post one digest a week.
func TestTwoBots(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		other := w.copy()
		for i := range 20 {
			a := handoff.Arrival{Person: handoff.Person{Phone: "5"}}
			if i%2 == 0 {
				w.arrives(a)
			} else {
				w.arrivesAt(other, a)
			}
		}
		w.truth()
		for _, number := range []int64{1, 2, 3, 4} {
			card := w.card(number, "[Accept as SQL]")
			w.click(slackfake.Luke, card, "card.accept", "")
			w.click(slackfake.Ana, card, "card.reject", "")
			w.submit(slackfake.Luke, map[string]string{"need": "A need"})
			if got := w.submit(slackfake.Ana, map[string]string{"reject.reason": "wrong-size"}); got.View == nil {
				t.Errorf("#%d was decided twice", number)
			}
		}
		w.truth()
		w.nextMonday("2026-W47")
		w.truth()
		w.wants(20, 21) // and the list of what is past due
		if n := len(w.digests()); n != 1 {
			t.Errorf("%d digests, want 1", n)
		}
	})
}
