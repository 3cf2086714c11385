package bot_test

import (
	"strings"
	"testing"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// press presses a button of a command's answer.
func (w *world) press(user string, on slackfake.Answer, action string) {
	w.t.Helper()
	if err := w.fake.Click(w.t.Context(), user, slackfake.InMessage(on.Channel, on.TS), action, ""); err != nil {
		w.t.Fatalf("%s presses %s: %v", user, action, err)
	}
}

// pressHome presses a button of somebody's Home: the one whose value begins so, when there are several.
func (w *world) pressHome(user, action, value string) {
	w.t.Helper()
	if value != "" {
		value = findValue(w.fake.Home(user).Blocks, value)
	}
	if err := w.fake.Click(w.t.Context(), user, slackfake.InHome(), action, value); err != nil {
		w.t.Fatalf("%s presses %s on Home: %v", user, action, err)
	}
}

// homeShows waits until somebody's Home, without their doing, says these words.
func (w *world) homeShows(user string, words ...string) {
	w.t.Helper()
	w.seen("Home shows "+strings.Join(words, ", "), func() bool {
		said := w.fake.Text(w.fake.Home(user).Blocks)
		for _, s := range words {
			if !strings.Contains(said, s) {
				return false
			}
		}
		return true
	})
}

// The answer to /lead, wherever it was asked, decides as the card does; the card shows it.
func TestDecideFromAnAnswer(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.card(w.arrives(ana).Number, "[Accept as SQL]")
		answer := w.answer(slackfake.Luke, "/lead #1") // in a channel where the bot is not
		w.press(slackfake.Luke, answer, "card.accept")
		if got := w.submit(slackfake.Luke, map[string]string{"need": "They lose parcels"}); !got.Closed {
			t.Fatalf("the need note was refused: %+v", got)
		}
		w.card(1, "Accepted as SQL", "They lose parcels")
		w.press(slackfake.Luke, answer, "card.reject")
		contains(t, "a decided lead's answer", w.modalSays(slackfake.Luke), "@Luke Carter was first", "They lose parcels")
		if said := w.fake.Text(w.answer(slackfake.Luke, "/lead #1").Blocks); strings.Contains(said, "[Accept as SQL]") {
			t.Errorf("a decided lead is offered for a decision:\n%s", said)
		}
		w.truth()
	})
}

// An answer from an earlier round decides nothing in the next one.
func TestOldAnswerDecidesNothing(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.card(w.arrives(ana).Number, "[Reject]")
		answer := w.answer(slackfake.Luke, "/lead #1")
		w.press(slackfake.Luke, answer, "card.reject")
		form := w.fake.Modal(slackfake.Luke).ID
		w.nurtures(1, monday.AddDate(0, 0, 1))
		w.fake.SetNow(monday.AddDate(0, 0, 2))
		w.card(1, "Round 2", "[Reject]")
		got, err := w.fake.Submit(t.Context(), slackfake.Luke, form, map[string]string{"reject.reason": "wrong-size"})
		if err != nil || got.View == nil || !strings.Contains(w.fake.Text(got.View.Blocks), "earlier round") {
			t.Errorf("a form of the round before is answered with %+v (%v)", got, err)
		}
		w.press(slackfake.Luke, answer, "card.accept")
		contains(t, "the button of an old answer", w.modalSays(slackfake.Luke), "earlier round")
		if l := w.lead(1); l.State != handoff.Open || l.Round != 2 {
			t.Errorf("the lead is %s in round %d", l.State, l.Round)
		}
		w.truth()
	})
}

// Home has the buttons of one's own leads, and shows at once what was done.
func TestDecideFromHome(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		mine := ana
		mine.Owner = slackfake.Luke
		w.card(w.arrives(mine).Number, "[Reject]")
		bob := handoff.Arrival{Person: handoff.Person{Name: "Bob Stone", Email: "bob@stone.example"}, Owner: slackfake.Luke}
		w.card(w.arrives(bob).Number, "[Reject]")
		contains(t, "Home", w.home(slackfake.Luke), "2 leads wait for your decision", "[Accept as SQL]")
		w.pressHome(slackfake.Luke, "card.reject", "2:1:")
		contains(t, "the form", w.modalSays(slackfake.Luke), "Bob Stone")
		if got := w.submit(slackfake.Luke, map[string]string{"reject.reason": "wrong-size"}); !got.Closed {
			t.Fatalf("refused: %+v", got)
		}
		w.card(2, "Not an SQL: Wrong size")
		w.homeShows(slackfake.Luke, "One lead waits for your decision", "What you decided lately", "rejected (Wrong size)")
		if said := w.home(slackfake.Ana); strings.Contains(said, "[") {
			t.Errorf("others' leads have buttons on Ana's Home:\n%s", said)
		}
		w.truth()
	})
}
