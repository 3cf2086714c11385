package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"relevo/bot"
	"relevo/handoff"
	"relevo/internal/slackfake"
)

func TestHome(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.settled()
		contains(t, "an empty Home, in Ana's Spanish,", w.home(slackfake.Ana), "No hay nada pendiente")
		w.card(w.arrives(ana).Number)
		contains(t, "Home", w.home(slackfake.Luke), "One lead is waiting", "Ana Peña")
	})
}

// Each sees what their role is for, and of others' work only managers do.
func TestHomeByRole(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.named(map[handoff.Role][]string{
			handoff.RoleSales: {slackfake.Luke, slackfake.Ana}, handoff.RoleMarketing: {slackfake.Marta}, handoff.RoleManager: {slackfake.Grace},
		})
		for i := range 3 {
			w.arrives(handoff.Arrival{Person: handoff.Person{Name: fmt.Sprint("Lead ", i+1), Email: fmt.Sprintf("lead%d@example.com", i)}, Owner: []string{slackfake.Luke, slackfake.Luke, ""}[i]})
		}
		w.truth()
		w.fake.Advance(2 * time.Hour)
		w.click(slackfake.Luke, w.card(1), "card.accept", "")
		w.submit(slackfake.Luke, map[string]string{"need": "A need"})
		w.fake.SetNow(monday.AddDate(0, 0, 2))

		rep := w.home(slackfake.Luke)
		contains(t, "a rep's Home", rep, "One lead waits for your decision", "#2  Lead 2 · past due", "[Accept as SQL] [Reject]", "One more is another's or nobody's · one past due", "[Decide several…]", "#1  Lead 1 · accepted")
		marketer := w.home(slackfake.Marta)
		contains(t, "a marketer's Home", marketer, "2 leads esperan una decisión · 2 fuera de plazo", "Lo que va de semana", "3 ofrecidos · 1 aceptados · 0 rechazados · 0 ahora no · 2 abiertos en total")
		manager := w.home(slackfake.Grace)
		contains(t, "a manager's Home", manager, "How sales is doing", "2 leads are past due", "#2  Lead 2 · past due", "@Luke Carter", "nobody's",
			"Half within 2 h", "@Luke Carter: one open, one past due; decided on one in four weeks, 1 of 1 accepted (few)", "@Ana Ruiz: nothing open", "[Reasons]")
		for who, said := range map[string]string{"a rep": rep, "a marketer": marketer} {
			for _, not := range []string{"How sales is doing", "Cómo va ventas", "[Reasons]", "[Motivos]", "[Team]"} {
				if strings.Contains(said, not) {
					t.Errorf("%s sees %q:\n%s", who, not, said)
				}
			}
		}
		for _, not := range []string{"[Aceptar", "[Decidir"} {
			if strings.Contains(marketer, not) {
				t.Errorf("a marketer is offered to decide:\n%s", marketer)
			}
		}
		w.pressHome(slackfake.Grace, "home.settings", "")
		contains(t, "what Home leads to", w.modalSays(slackfake.Grace), "Working days and hours")
		w.pressHome(slackfake.Grace, "home.team", "")
		contains(t, "what Home leads to", w.modalSays(slackfake.Grace), "Decide on leads")
		w.pressHome(slackfake.Grace, "reasons.open", "")
		contains(t, "what Home leads to", w.modalSays(slackfake.Grace), "Why a lead is not an SQL")
	})
}

// A question that waits for somebody stands on their Home, and is answered from there.
func TestHomeQuestions(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.staffed()
		owned := ana
		owned.Owner = slackfake.Luke
		card := w.card(w.arrives(owned).Number, "[Accept as SQL]")
		w.click(slackfake.Marta, w.refusal(slackfake.Marta, card, "card.accept"), "ask.sales", "")
		w.submit(slackfake.Marta, map[string]string{"question": "When does their *contract* end?"})
		contains(t, "Luke's Home", w.home(slackfake.Luke), "One question waits for an answer", "#1  Ana Peña · Acme Iberia · When does their *contract* end? · @Marta Vidal", "[Answer]")
		for _, user := range []string{slackfake.Marta, slackfake.Ana} {
			if said := w.home(user); strings.Contains(said, "contract") {
				t.Errorf("%s sees a question to Luke:\n%s", user, said)
			}
		}
		w.pressHome(slackfake.Luke, "question.answer", "")
		w.submit(slackfake.Luke, map[string]string{"answer": "In March"})
		w.inThread(card, "In March")
		if said := w.home(slackfake.Luke); strings.Contains(said, "contract") {
			t.Errorf("an answered question waits:\n%s", said)
		}
	})
}

// Home of managers and admins, empty, with long names and more of everything than it shows: as the golden files, in both
// languages, and never longer than Slack takes.
func TestHomeGoldens(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "http", "en")
	people := map[string]string{"en": slackfake.Luke, "es": slackfake.Ana}
	w.named(map[handoff.Role][]string{handoff.RoleManager: {slackfake.Luke, slackfake.Ana}, handoff.RoleAdmin: {slackfake.Luke, slackfake.Ana}})
	read := map[string]*strings.Builder{"en": {}, "es": {}}
	home := func(name string) {
		t.Helper()
		for lang, user := range people {
			said := w.home(user)
			bot.Golden(t, fmt.Sprintf("home_%s_%s.json", name, lang), w.sent("views.publish"))
			fmt.Fprintf(read[lang], "== %s\n%s\n\n", name, said)
			if n := len(w.fake.Home(user).Blocks); n > 100 {
				t.Errorf("%s has %d blocks", name, n)
			}
		}
	}
	home("manager_empty")
	crowd := w.crowd(30)
	for i := range 90 {
		a := handoff.Arrival{Person: handoff.Person{Name: fmt.Sprintf("%02d ", i) + strings.Repeat("<Ñandú> ", 50), Company: strings.Repeat("Transportes *y* más ", 20), Email: fmt.Sprintf("lead%d@example.com", i)}}
		switch {
		case i < 60:
			a.Owner = crowd[i%len(crowd)]
		case i < 72:
			a.Owner = slackfake.Luke
		case i < 84:
			a.Owner = slackfake.Ana
		}
		w.arrives(a)
	}
	w.truth()
	for i := range int64(20) {
		w.fake.SetNow(monday.Add(time.Hour + time.Duration(i)*3*time.Minute))
		w.decides(i+1, crowd[0], "A need")
	}
	w.nurtures(61, monday.AddDate(0, 0, 30))
	w.decides(62, slackfake.Ana, "A need")
	w.fake.SetNow(monday.AddDate(0, 0, 1).Add(time.Hour))
	w.settled()
	home("manager_full")
	for lang, b := range read {
		bot.Golden(t, "homes_"+lang+".txt", []byte(b.String()))
	}
}

// A marketer sees the last digest, what marketing owes, and what became of the leads that they handed over.
func TestHomeOfMarketing(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.named(map[handoff.Role][]string{handoff.RoleSales: {slackfake.Luke}, handoff.RoleMarketing: {slackfake.Marta}})
		contains(t, "with nothing to show", w.home(slackfake.Marta), "Todavía no ha llegado ni se ha decidido nada")
		if _, err := w.fake.Command(t.Context(), slackfake.Marta, slackfake.ChannelGeneral, "/mql new"); err != nil {
			t.Fatal(err)
		}
		w.submit(slackfake.Marta, map[string]string{"name": "Hilda Hand", "email": "hilda@hand.example"})
		for i := range 4 {
			w.arrives(handoff.Arrival{Person: handoff.Person{Name: fmt.Sprint("Lead ", i+1), Email: fmt.Sprintf("lead%d@example.com", i)}})
		}
		w.truth()
		w.fake.Advance(time.Hour)
		for n := range int64(5) {
			w.click(slackfake.Luke, w.card(n+1), "card.reject", "")
			w.submit(slackfake.Luke, map[string]string{"reject.reason": "wrong-size"})
		}
		if err := w.fake.Jump("monday"); err != nil {
			t.Fatal(err)
		}
		w.seen("the digest stands", func() bool { return len(w.fake.Messages(slackfake.ChannelFeedback)) > 0 })
		w.fake.Advance(15 * 24 * time.Hour)
		w.until("two more digests stand", func() bool {
			m, err := w.store.DigestMessage(t.Context(), w.workspace().ID, "2026-W49")
			return err == nil && m.TS != ""
		})
		contains(t, "a marketer's Home", w.home(slackfake.Marta), "El último resumen: 2026-W49", "Un motivo espera vuestra respuesta", "Otro tamaño de empresa", "[Responder", "Leads que has entregado", "Hilda Hand")
		w.pressHome(slackfake.Marta, "reason.answer", "")
		contains(t, "the form", w.modalSays(slackfake.Marta), "Otro tamaño de empresa")
		if said := w.home(slackfake.Luke); strings.Contains(said, "Marketing") {
			t.Errorf("a rep sees marketing's part:\n%s", said)
		}
	})
}
