package bot_test

import (
	"strings"
	"testing"
	"time"

	"relevo/bot"
	"relevo/handoff"
	"relevo/internal/slackfake"
)

// named gives people roles.
func (w *world) named(people map[handoff.Role][]string) {
	w.t.Helper()
	_, err := w.store.ChangeSettings(w.t.Context(), w.workspace().ID, "", w.fake.Now(), func(s *handoff.Settings) error {
		s.Team.People = people
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// answer is what a slash command says to somebody.
func (w *world) answer(user, line string) slackfake.Answer {
	w.t.Helper()
	got, err := w.fake.Command(w.t.Context(), user, slackfake.ChannelGeneral, line)
	if err != nil {
		w.t.Fatalf("%s: %v", line, err)
	}
	return got
}

// editReasons opens the list of reasons as its editors see it.
func (w *world) editReasons(user string) {
	w.t.Helper()
	got := w.answer(user, "/mql reasons")
	if err := w.fake.Click(w.t.Context(), user, slackfake.InMessage(got.Channel, got.TS), "reasons.open", ""); err != nil {
		w.t.Fatalf("%s edits the reasons: %v", user, err)
	}
}

// editReason opens the form of a reason.
func (w *world) editReason(user, key string) {
	w.t.Helper()
	w.editReasons(user)
	w.choose(user, "reasons.edit", key)
}

// modalSays is what the modal on top says to somebody.
func (w *world) modalSays(user string) string {
	w.t.Helper()
	v := w.fake.Modal(user)
	if v == nil {
		w.t.Fatalf("%s sees no modal", user)
	}
	return w.fake.Text(v.Blocks)
}

func contains(t *testing.T, what, said string, want ...string) {
	t.Helper()
	said = strings.ReplaceAll(said, "\u00a0", " ")
	for _, s := range want {
		if !strings.Contains(said, s) {
			t.Errorf("%s does not say %q:\n%s", what, s, said)
		}
	}
}

// Anybody reads the list; managers and admins change it; and history keeps its words.
func TestReasonsAreEdited(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.named(map[handoff.Role][]string{handoff.RoleManager: {slackfake.Grace}})
		said := w.fake.Text(w.answer(slackfake.Marta, "/mql reasons").Blocks)
		contains(t, "the list for anybody", said, "Sin necesidad por ahora  vuelve después de 90 días", "Otro motivo  pide una nota")
		if strings.Contains(said, "[Editar") {
			t.Error("a marketer is offered to edit the list")
		}
		card := w.card(w.arrives(ana).Number, "[Reject]")
		w.click(slackfake.Luke, card, "card.reject", "")
		w.submit(slackfake.Luke, map[string]string{"reject.reason": "wrong-size", "note": "Two people"})
		w.card(1, "Wrong size")

		w.fake.Advance(time.Minute)
		w.editReason(slackfake.Grace, "wrong-size")
		contains(t, "the form", w.modalSays(slackfake.Grace), "Place 2 of 5 in Profile", "Leave it empty for “Wrong size”")
		if got := w.submit(slackfake.Grace, map[string]string{"name": "wrong INDUSTRY"}); got.Errors["name"] == "" {
			t.Fatalf("another reason's name was taken: %+v", got)
		}
		got := w.submit(slackfake.Grace, map[string]string{"name": "Fewer than ten vans"})
		contains(t, "what was saved", w.fake.Text(got.View.Blocks), "Saved.", "Fewer than ten vans  Profile")

		w.fake.Advance(time.Minute)
		w.card(w.arrives(handoff.Arrival{Person: handoff.Person{Name: "Bob Stone", Email: "bob@stone.example"}}).Number)
		w.click(slackfake.Luke, w.card(2, "[Reject]"), "card.reject", "")
		w.submit(slackfake.Luke, map[string]string{"reject.reason": "wrong-size"})
		w.card(2, "Not an SQL: Fewer than ten vans")
		contains(t, "the history", w.fake.Text(w.answer(slackfake.Luke, "/lead #1").Blocks), "by @Luke Carter: Wrong size.")
		w.click(slackfake.Grace, w.card(1, "Wrong size"), "card.menu", w.menu(w.card(1), "take_back"))
		w.submit(slackfake.Grace, map[string]string{"why": "A slip"})
		w.card(1, "rejected (Wrong size)", "[Reject]")
		week := handoff.WeekOf(w.fake.Now(), madrid())
		figures, err := bot.Digest(t.Context(), w.store, w.workspace(), week, nil, w.fake.Now())
		if err != nil {
			t.Fatal(err)
		}
		contains(t, "the digest", bot.DigestText(bot.Texts(t).In("en"), figures), "Fewer than ten vans          1")
		w.truth()
	})
}

func TestReasonsAddRetireOrder(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.named(map[handoff.Role][]string{handoff.RoleAdmin: {slackfake.Grace}})
		w.editReasons(slackfake.Grace)
		w.choose(slackfake.Grace, "reasons.add", "")
		w.choose(slackfake.Grace, "reasons.lane", "timing")
		if got := w.submit(slackfake.Grace, map[string]string{"name": "Next season", "days": "999"}); len(got.Errors) == 0 {
			t.Fatalf("999 days were taken: %+v", got)
		}
		got := w.submit(slackfake.Grace, map[string]string{"name": "Next season", "days": "200", "needs_note": "yes"})
		contains(t, "what was saved", w.fake.Text(got.View.Blocks), "Next season  Timing, comes back after 200 days, asks for a note")

		w.choose(slackfake.Grace, "reasons.open", "")
		w.choose(slackfake.Grace, "reasons.edit", "next-season")
		w.choose(slackfake.Grace, "reasons.up", "")
		contains(t, "the form", w.modalSays(slackfake.Grace), "Place 3 of 4 in Timing")
		w.editReason(slackfake.Grace, "duplicate")
		w.choose(slackfake.Grace, "reasons.retire", "")
		contains(t, "the form", w.modalSays(slackfake.Grace), "This reason is retired")
		w.editReason(slackfake.Grace, "wrong-data")
		w.choose(slackfake.Grace, "reasons.retire", "")
		contains(t, "the form of a lane's last reason", w.modalSays(slackfake.Grace), "Each lane needs at least one reason", "Place 1 of 1 in Data")

		card := w.card(w.arrives(ana).Number, "[Reject]")
		w.click(slackfake.Luke, card, "card.reject", "")
		contains(t, "the choice of reasons", w.modalSays(slackfake.Luke), "Bad timing (budget, contract, season) | Next season | Couldn't reach them")
		if strings.Contains(w.modalSays(slackfake.Luke), "Duplicate") {
			t.Error("a retired reason is offered")
		}
		w.choose(slackfake.Luke, "reject.reason", "next-season")
		if got := w.submit(slackfake.Luke, map[string]string{"reject.reason": "next-season"}); got.Errors["note"] == "" {
			t.Fatalf("the note that the reason asks for was not missed: %+v", got)
		}
		w.submit(slackfake.Luke, map[string]string{"reject.reason": "next-season", "note": "After the harvest"})
		w.card(1, "Not now: Next season", "After the harvest")
		if l := w.lead(1); l.Back.In(madrid()).Format(time.DateOnly) != "2027-06-04" {
			t.Errorf("it comes back on %s, want 200 days from Monday", l.Back)
		}
		w.editReason(slackfake.Grace, "duplicate")
		w.choose(slackfake.Grace, "reasons.bring_back", "")
		contains(t, "the form", w.modalSays(slackfake.Grace), "Place 2 of 2 in Data")
		w.truth()
	})
}

// Two have the same form open: what each changed is kept. Whoever is no editor any more when the form is sent changes nothing.
func TestTwoEditReasons(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.named(map[handoff.Role][]string{handoff.RoleAdmin: {slackfake.Grace, slackfake.Luke}})
		w.editReason(slackfake.Grace, "unreachable")
		w.editReason(slackfake.Luke, "unreachable")
		w.submit(slackfake.Grace, map[string]string{"name": "Never picks up"})
		w.submit(slackfake.Luke, map[string]string{"days": "14"})
		r, _ := w.workspace().Settings.ReasonList().Find("unreachable")
		if f := r.Form(); f.Name != "Never picks up" || f.Days != 14 {
			t.Errorf("of two changes there is left %+v", f)
		}
		w.editReason(slackfake.Luke, "unreachable")
		before := w.workspace().SettingsVersion
		w.named(map[handoff.Role][]string{handoff.RoleAdmin: {slackfake.Grace}})
		got := w.submit(slackfake.Luke, map[string]string{"name": "Mine", "days": "9"})
		if got.View == nil || !strings.Contains(w.fake.Text(got.View.Blocks), "Managers and admins edit the reasons") {
			t.Errorf("whoever is no editor any more is told %+v", got)
		}
		if now := w.workspace().SettingsVersion; now != before+1 {
			t.Errorf("the settings have version %d, want %d", now, before+1)
		}
	})
}
