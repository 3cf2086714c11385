package bot_test

import (
	"strings"
	"testing"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

func overBoth(t *testing.T, f func(t *testing.T, w *world)) {
	for _, transport := range transports {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			f(t, newWorld(t, transport, "en"))
		})
	}
}

func TestAccept(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		r := w.arrives(ana)
		card := w.card(r.Number, "Ana Peña", "Acme Iberia", "[Accept as SQL]", "[Reject]")
		w.click(slackfake.Luke, card, "card.accept", "")
		got := w.submit(slackfake.Luke, map[string]string{"need": "   "})
		if got.Closed || got.Errors["need"] == "" {
			t.Fatalf("an empty need note was taken: %+v", got)
		}
		if got := w.submit(slackfake.Luke, map[string]string{"need": "They lose parcels", "horizon": "quarter", "foreseen": "no"}); !got.Closed {
			t.Fatalf("the need note was refused: %+v", got)
		}
		card = w.card(r.Number, "Accepted as SQL", "They lose parcels", "Luke Carter")
		if strings.Contains(w.fake.Text(card.Blocks), "[Accept as SQL]") {
			t.Error("a decided card still has its buttons")
		}
		l := w.lead(r.Number)
		if l.State != handoff.Accepted || l.Owner != slackfake.Luke {
			t.Errorf("the lead is %s, owned by %q; want accepted by Luke", l.State, l.Owner)
		}
		w.settled()
		if n := len(w.fake.Messages(slackfake.ChannelLeads)); n != 1 {
			t.Errorf("%d messages, want the one card", n)
		}
	})
}

func TestRejectAndTakeBack(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		r := w.arrives(ana)
		card := w.card(r.Number, "[Reject]")
		w.click(slackfake.Ana, card, "card.reject", "")
		w.choose(slackfake.Ana, "reject.reason", "other")
		if got := w.submit(slackfake.Ana, map[string]string{"reject.reason": "other"}); got.Errors["note"] == "" {
			t.Fatalf("other needs a note: %+v", got)
		}
		if got := w.submit(slackfake.Ana, map[string]string{"reject.reason": "wrong-size", "note": "Two people"}); !got.Closed {
			t.Fatalf("the rejection was refused: %+v", got)
		}
		card = w.card(r.Number, "Not an SQL", "Two people", "Ana Ruiz")
		w.click(slackfake.Grace, card, "card.menu", w.menu(card, "take_back"))
		if got := w.submit(slackfake.Grace, map[string]string{"why": "They are two hundred"}); !got.Closed {
			t.Fatalf("the take-back was refused: %+v", got)
		}
		w.card(r.Number, "Taken back", "They are two hundred", "[Accept as SQL]")
		if got := w.lead(r.Number).State; got != handoff.Open {
			t.Errorf("after the take-back the lead is %s", got)
		}
		events, err := w.store.History(t.Context(), w.workspace().ID, w.lead(r.Number).ID)
		if err != nil {
			t.Fatal(err)
		}
		var kinds []handoff.EventKind
		for _, e := range events {
			kinds = append(kinds, e.Kind)
		}
		want := []handoff.EventKind{handoff.EventReceived, handoff.EventRejected, handoff.EventTakenBack}
		if !equal(kinds, want) {
			t.Errorf("history %v, want %v", kinds, want)
		}
	})
}

func TestNotNowComesBack(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		r := w.arrives(ana)
		w.click(slackfake.Luke, w.card(r.Number, "[Reject]"), "card.reject", "")
		w.choose(slackfake.Luke, "reject.reason", "bad-timing")
		if v := w.fake.Modal(slackfake.Luke); !strings.Contains(w.fake.Text(v.Blocks), "come back") {
			t.Fatalf("a timing reason asks for no day: %s", w.fake.Text(v.Blocks))
		}
		if got := w.submit(slackfake.Luke, map[string]string{"reject.reason": "bad-timing", "back:bad-timing": "2026-11-15"}); got.Errors["back:bad-timing"] == "" {
			t.Fatalf("a day in the past was taken: %+v", got)
		}
		if got := w.submit(slackfake.Luke, map[string]string{"reject.reason": "bad-timing", "back:bad-timing": "2026-11-25", "note": "Budget in December"}); !got.Closed {
			t.Fatalf("refused: %+v", got)
		}
		w.card(r.Number, "Not now", "Budget in December")
		w.fake.SetNow(monday.AddDate(0, 0, 9)) // 25 November, 10:00
		w.card(r.Number, "Round 2", "not now", "[Accept as SQL]")
		w.card(r.Number, "Came back as round 2")
		w.settled()
		if n := len(w.fake.Messages(slackfake.ChannelLeads)); n != 2 {
			t.Errorf("%d messages, want the old card and the new one", n)
		}
	})
}

// Of two who have the form open, one decides; the other is told who was first and gets back what they wrote.
func TestRace(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		r := w.arrives(ana)
		card := w.card(r.Number, "[Accept as SQL]")
		w.click(slackfake.Luke, card, "card.accept", "")
		w.click(slackfake.Ana, card, "card.reject", "")
		if got := w.submit(slackfake.Luke, map[string]string{"need": "A plan for Portugal"}); !got.Closed {
			t.Fatalf("refused: %+v", got)
		}
		got := w.submit(slackfake.Ana, map[string]string{"reject.reason": "wrong-role", "note": "An intern"})
		if got.View == nil {
			t.Fatalf("whoever came second was told nothing: %+v", got)
		}
		said := w.fake.Text(got.View.Blocks)
		for _, want := range []string{"Luke Carter", "A plan for Portugal", "An intern"} {
			if !strings.Contains(said, want) {
				t.Errorf("whoever came second is not told %q:\n%s", want, said)
			}
		}
		w.card(r.Number, "Accepted as SQL")
		ds, err := w.store.Decisions(t.Context(), w.workspace().ID, w.lead(r.Number).ID)
		if err != nil || len(ds) != 1 {
			t.Errorf("%d decisions (%v), want one", len(ds), err)
		}
	})
}

// A person of another organisation, in the channel through Slack Connect, is answered and decides nothing.
func TestOutsider(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		r := w.arrives(ana)
		card := w.card(r.Number, "[Accept as SQL]")
		for _, action := range []string{"card.accept", "card.reject"} {
			w.click(slackfake.Otto, card, action, "")
		}
		w.click(slackfake.Otto, card, "card.menu", w.menu(card, "history"))
		if w.fake.Modal(slackfake.Otto) != nil {
			t.Error("an outsider was shown a form")
		}
		if got := w.fake.Ephemerals(slackfake.Otto); len(got) != 3 {
			t.Errorf("an outsider was answered %d times, want 3: %+v", len(got), got)
		}
		if got := w.lead(r.Number).State; got != handoff.Open {
			t.Errorf("the lead is %s", got)
		}
	})
}

func TestCommands(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		first := w.arrives(ana)
		second := w.arrives(handoff.Arrival{Person: handoff.Person{Name: "Bob Stone", Email: "bob@stone.example", Company: "Stone & Sons"}})
		w.card(first.Number)
		w.card(second.Number)
		for _, tt := range []struct{ line, want string }{
			{"/lead ana@acme.example", "Came in from Google"},
			{"/lead ANA@acme.example", "Head of Operations"},
			{"/lead <mailto:ana@acme.example|ana@acme.example>", "Head of Operations"},
			{"/lead #2", "Bob Stone"},
			{"/lead pena", "Ana Peña"},
			{"/lead nobody", "No lead matches “nobody”"},
			{"/lead example", "2 leads"},
			{"/lead open", "2 leads are waiting"},
			{"/lead overdue", "No lead is past due"},
			{"/lead mine", "No lead is yours yet"},
			{"/lead", "What you can type"},
			{"/mql", "/lead overdue"},
			{"/mql frobnicate", "“/mql frobnicate” is not something I know"},
			{"/mql digest tomorrow", "is not a week"},
			{"/mql digest 2027-W01", "has not begun"},
		} {
			got, err := w.fake.Command(t.Context(), slackfake.Luke, slackfake.ChannelGeneral, tt.line)
			if err != nil {
				t.Errorf("%s: %v", tt.line, err)
				continue
			}
			if said := w.fake.Text(got.Blocks) + got.Text; !strings.Contains(said, tt.want) {
				t.Errorf("%s answers without %q:\n%s", tt.line, tt.want, said)
			}
			if got.Public {
				t.Errorf("%s answered in public", tt.line)
			}
		}
	})
}

func TestNewLeadByHand(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		if _, err := w.fake.Command(t.Context(), slackfake.Marta, slackfake.ChannelGeneral, "/mql new"); err != nil {
			t.Fatal(err)
		}
		if got := w.submit(slackfake.Marta, map[string]string{"name": "Zoë"}); got.Errors["email"] == "" {
			t.Fatalf("a lead without e-mail and phone was taken: %+v", got)
		}
		if got := w.submit(slackfake.Marta, map[string]string{"name": "Zoë", "email": "zoe(at)x"}); got.Errors["email"] == "" {
			t.Fatalf("a wrong e-mail was taken: %+v", got)
		}
		got := w.submit(slackfake.Marta, map[string]string{"name": "Zoë", "email": "Zoe@Example.com", "asks_contact": "yes"})
		if got.View == nil || !strings.Contains(w.fake.Text(got.View.Blocks), "#1") {
			t.Fatalf("Marta is not told the number: %+v", got)
		}
		w.card(1, "Zoë", "zoe@example.com")
	})
}

func equal[T comparable](a, b []T) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}
