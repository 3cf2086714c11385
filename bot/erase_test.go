package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/slackfake"
	"relevo/store"
)

// withdraws erases a person, as a tool's notice does.
func (w *world) withdraws(email string) {
	w.t.Helper()
	n, err := w.store.Erase(w.t.Context(), w.workspace().ID, store.Erasure{Email: email}, w.fake.Now())
	if err != nil || n != 1 {
		w.t.Fatalf("%d leads of %s were erased, %v", n, email, err)
	}
}

// everything is all that people can read in Slack's channels.
func (w *world) everything() string {
	w.t.Helper()
	var all strings.Builder
	for _, c := range w.fake.Channels() {
		for _, m := range w.fake.Messages(c.ID) {
			fmt.Fprintln(&all, m.Text, m.Blocks, m.Metadata)
		}
	}
	return all.String()
}

// Whoever withdraws disappears from every card and every digest, whatever they had been decided to be; nothing else
// changes, and who is about to decide is told.
func TestWhoWithdrawsDisappears(t *testing.T) {
	for _, transport := range transports {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, transport, "es")
			ida := handoff.Arrival{
				Person: handoff.Person{Name: "Ida Quux", Email: "ida@quux.example", Company: "Quux", Phone: "555 quux", Website: "quux.example", Link: "https://crm.example/quux"},
				Touch:  handoff.Touch{Source: "Fair", Activity: "asked for quux"},
				Extras: []handoff.Extra{{Label: "quuxes", Value: "seven", Shown: true}},
			}
			late := ida
			late.Email, late.Phone = "otto@quux.example", ""
			first, second, third := w.arrives(ida).Number, w.arrives(late).Number, w.arrives(ana).Number
			w.truth()
			w.decides(first, slackfake.Luke, "a faster quux")
			w.decides(third, slackfake.Luke, "a route planner")
			w.nextMonday("2026-W47")
			w.truth()
			before := w.everything()
			for _, want := range []string{"a faster quux", "Ida Quux", "quuxes", "a route planner"} {
				if !strings.Contains(before, want) {
					t.Fatalf("%q is nowhere in\n%s", want, before)
				}
			}
			feedback := len(w.fake.Messages(slackfake.ChannelFeedback))
			// A week later: the list of that Monday can't be made again, and is not shown any more.
			w.nextMonday("2026-W48")
			w.truth()
			card := w.card(second, "Quux")
			w.click(slackfake.Luke, card, "card.reject", "")
			// The cards stand a while as they were, and people press their buttons.
			w.fault(slackfake.Fault{Method: "chat.update", Kind: "rate_limited", RetryAfter: 60})
			w.withdraws(ida.Email)
			w.withdraws(late.Email)
			w.submit(slackfake.Luke, map[string]string{"reason": "wrong-size"})
			if v := w.fake.Modal(slackfake.Luke); v == nil || !strings.Contains(w.fake.Text(v.Blocks), "was erased") {
				t.Errorf("who sends a form about somebody who withdrew sees %+v", v)
			}
			told := len(w.fake.Ephemerals(slackfake.Ana))
			w.click(slackfake.Ana, card, "card.accept", "")
			w.click(slackfake.Ana, w.card(third, "SQL"), "card.menu", w.menu(w.card(third, "SQL"), "history"))
			if all := w.fake.Ephemerals(slackfake.Ana)[told:]; len(all) != 1 || !strings.Contains(all[0].Text, "se han borrado") {
				t.Errorf("who decides on somebody who withdrew is told %+v", all)
			}
			w.fake.Advance(time.Hour)
			w.recovered()
			w.card(first, "Los datos de esta persona se han borrado")
			w.card(second, "Los datos de esta persona se han borrado")
			w.settled()
			after := w.everything()
			if i := strings.Index(strings.ToLower(after), "quux"); i >= 0 {
				t.Errorf("Slack still shows …%s…", after[max(0, i-200):min(len(after), i+100)])
			}
			if !strings.Contains(after, "a route planner") || len(w.fake.Messages(slackfake.ChannelFeedback)) < feedback {
				t.Error("somebody else disappeared too")
			}
			w.truth()
		})
	}
}

// A card that is not in Slack when its person withdraws never gets there, and one that is deleted does not come back.
func TestErasedCardsAreNotPosted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "http", "en")
	number := w.arrives(ana).Number
	w.truth()
	card := w.card(number, "Acme")
	w.delete(card)
	w.withdraws(ana.Email)
	w.settled()
	// The answer to this one's post is lost before anything stands in Slack.
	w.fault(slackfake.Fault{Method: "chat.postMessage", Kind: "drop"})
	bob := w.arrives(handoff.Arrival{Person: handoff.Person{Name: "Bob", Email: "bob@example.com"}})
	w.until("the post failed", func() bool {
		m, err := w.store.CardOf(t.Context(), 1, w.lead(bob.Number).ID, 1)
		return err == nil && m.Failures > 0
	})
	w.withdraws("bob@example.com")
	w.fake.Advance(time.Hour)
	w.recovered()
	for _, number := range []int64{number, bob.Number} {
		if m, err := w.store.CardOf(t.Context(), 1, w.lead(number).ID, 1); err == nil {
			t.Errorf("there is still a card to show: %+v", m)
		}
	}
	if n := len(w.fake.Messages(slackfake.ChannelLeads)); n != 0 {
		t.Errorf("Slack shows\n%s", w.everything())
	}
}
