package bot_test

import (
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/slackfake"
	"relevo/store"
)

// inThread waits for a message in the thread of a card that shows all of these words.
func (w *world) inThread(card slackfake.Message, shows ...string) slackfake.Message {
	w.t.Helper()
	return w.showing("the thread shows ", func() []slackfake.Message { return w.thread(card) }, shows)
}

func (w *world) thread(card slackfake.Message) (replies []slackfake.Message) {
	for _, m := range w.fake.Messages(card.Channel) {
		if m.ThreadTS == card.TS && m.TS != card.TS {
			replies = append(replies, m)
		}
	}
	return replies
}

// refusal has somebody press a button of a card that they may not, and returns the private message with its answer.
func (w *world) refusal(user string, card slackfake.Message, action string) slackfake.Message {
	w.t.Helper()
	w.click(user, card, action, "")
	all := w.fake.Ephemerals(user)
	if len(all) == 0 {
		w.t.Fatalf("%s is told nothing", user)
	}
	return all[len(all)-1]
}

func (w *world) waiting(f store.QuestionFilter) int {
	w.t.Helper()
	_, n, err := w.store.WaitingQuestions(w.t.Context(), w.workspace().ID, f, 9)
	if err != nil {
		w.t.Fatal(err)
	}
	return n
}

// A marketer presses Accept, is told kindly, and asks sales instead; the owner answers in the card's thread.
func TestAskSales(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.staffed()
		owned := ana
		owned.Owner = slackfake.Luke
		card := w.card(w.arrives(owned).Number, "[Accept as SQL]")
		for _, action := range []string{"card.reject", "card.accept"} {
			told := w.refusal(slackfake.Marta, card, action)
			if said := w.fake.Text(told.Blocks); !strings.Contains(said, "for sales to say") || !strings.Contains(said, "[Ask sales]") || !strings.Contains(told.Text, "for sales to say") {
				t.Errorf("Marta is told %q (%q)", said, told.Text)
			}
		}
		told := w.refusal(slackfake.Marta, card, "card.accept")
		w.click(slackfake.Marta, told, "ask.sales", "")
		if v := w.fake.Modal(slackfake.Marta); v == nil || v.Title != "Ask sales" || !strings.Contains(w.fake.Text(v.Blocks), "@Luke Carter") {
			t.Fatalf("Marta sees %+v", v)
		}
		if r := w.submit(slackfake.Marta, map[string]string{"question": " \n"}); len(r.Errors) == 0 {
			t.Errorf("an empty question gave %+v", r)
		}
		w.fault(slackfake.Fault{Kind: "deliver_twice"})
		r := w.submit(slackfake.Marta, map[string]string{"question": "When does their *contract* end?"})
		if r.View == nil || !strings.Contains(w.fake.Text(r.View.Blocks), "in the thread of the card of lead #1") {
			t.Errorf("Marta sees %+v", r)
		}
		asked := w.inThread(card, "@Luke Carter, a question from Marta Vidal:", "When does their *contract* end?", "[Answer]")
		if n := w.waiting(store.QuestionFilter{Asks: handoff.RoleSales, Of: slackfake.Luke}); n != 1 {
			t.Errorf("%d questions wait for Luke", n)
		}
		if said := w.told(slackfake.Marta, func() { w.click(slackfake.Marta, asked, "question.answer", "") }); !strings.Contains(said, "for sales to say") {
			t.Errorf("Marta answers herself: %q", said)
		}
		w.click(slackfake.Luke, asked, "question.answer", "")
		if v := w.fake.Modal(slackfake.Luke); v == nil || !strings.Contains(w.fake.Text(v.Blocks), "@Marta Vidal asks:") {
			t.Fatalf("Luke sees %+v", v)
		}
		w.click(slackfake.Ana, asked, "question.answer", "")
		w.fault(slackfake.Fault{Kind: "deliver_twice"})
		w.submit(slackfake.Luke, map[string]string{"answer": "In March"})
		w.inThread(card, "Answered by @Luke Carter", "In March")
		late := w.submit(slackfake.Ana, map[string]string{"answer": "In April"})
		if late.View == nil || !strings.Contains(w.fake.Text(late.View.Blocks), "answered already") || !strings.Contains(w.fake.Text(late.View.Blocks), "In April") {
			t.Errorf("Ana, who was late, sees %+v", late)
		}
		w.settled()
		if told := w.toldTo(slackfake.Marta); len(told) != 1 || !strings.Contains(told[0], "You asked about #1  Ana Peña · Acme Iberia: When does their *contract* end?") || !strings.Contains(told[0], "In March") {
			t.Errorf("Marta, who asked, is told %q", told)
		}
		if n := len(w.thread(card)); n != 1 || w.waiting(store.QuestionFilter{}) != 0 {
			t.Errorf("%d messages in the thread, %d questions wait", n, w.waiting(store.QuestionFilter{}))
		}
		history := w.told(slackfake.Luke, func() { w.click(slackfake.Luke, card, "card.menu", w.menu(card, "history")) })
		for _, want := range []string{"@Marta Vidal asked sales: When does their *contract* end?", "@Luke Carter answered: In March"} {
			if !strings.Contains(history, want) {
				t.Errorf("the history does not say %q:\n%s", want, history)
			}
		}
		w.truth()
	})
}

// Sales asks marketing from the card's menu: whoever handed the lead over, or who is of marketing. A decision is the answer.
func TestAskMarketing(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.staffed()
		handed := ana
		handed.By, handed.Email = member, "handed@acme.example"
		first, second := w.card(w.arrives(ana).Number, "[Accept as SQL]"), w.card(w.arrives(handed).Number, "[Accept as SQL]")
		asks := func(user string, card slackfake.Message) string {
			t.Helper()
			return w.told(user, func() { w.click(user, card, "card.menu", w.menu(card, "ask_marketing")) })
		}
		if said := asks(slackfake.Marta, first); !strings.Contains(said, "for sales to say") {
			t.Errorf("Marta asks marketing: %q", said)
		}
		if said := asks(slackfake.Luke, first); !strings.Contains(said, "Ask marketing") || !strings.Contains(said, "@Marta Vidal") {
			t.Errorf("Luke sees %q", said)
		}
		w.submit(slackfake.Luke, map[string]string{"question": "Which fair?"})
		asked := w.inThread(first, "@Marta Vidal, a question from Luke Carter:", "Which fair?")
		if said := asks(slackfake.Luke, second); !strings.Contains(said, "@Mo Member") {
			t.Errorf("Luke sees %q", said)
		}
		w.submit(slackfake.Luke, map[string]string{"question": "Who is it?"})
		other := w.inThread(second, "@Mo Member, a question from Luke Carter:")
		for user, want := range map[string]string{slackfake.Ana: "for marketing to answer", admin: "for marketing to answer", guest: "Guests", slackfake.Otto: "Only members"} {
			if said := w.told(user, func() { w.click(user, asked, "question.answer", "") }); !strings.Contains(said, want) {
				t.Errorf("%s answers for marketing: %q", user, said)
			}
		}
		w.click(member, other, "question.answer", "") // is asked by name, without a role
		w.submit(member, map[string]string{"answer": "A friend"})
		w.inThread(second, "Answered by @Mo Member", "A friend")
		w.click(slackfake.Marta, asked, "question.answer", "")
		w.click(slackfake.Luke, first, "card.reject", "")
		w.submit(slackfake.Luke, map[string]string{"reject.reason": "wrong-size"})
		w.inThread(first, "Which fair?", "Not an SQL: Wrong size. @Luke Carter")
		w.settled()
		if told := w.toldTo(slackfake.Luke); len(told) != 1 || !strings.Contains(told[0], "A friend") { // not of his own decision
			t.Errorf("Luke, who asked, is told %q", told)
		}
		late := w.submit(slackfake.Marta, map[string]string{"answer": "The one in March"})
		if late.View == nil || !strings.Contains(w.fake.Text(late.View.Blocks), "answered already") {
			t.Errorf("Marta, who was late, sees %+v", late)
		}
		told := w.told(slackfake.Luke, func() {
			w.delivers("interactive", formOf("ask", `{"Lead":1,"Round":1,"Asks":"marketing"}`, slackfake.Luke, "", "T0RELEVO1", "T0RELEVO1",
				object{"question": object{"value": object{"type": "plain_text_input", "value": "Late"}}}))
		})
		if w.waiting(store.QuestionFilter{}) != 0 {
			t.Errorf("a question about a decided lead was asked: %q", told)
		}
	})
}

// Nobody is asked by name where there is nobody to name; one reminder comes after eight working hours, over restarts, and
// only while the question waits; whoever withdraws takes the words along.
func TestQuestionsAreRemindedOfOnce(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.staffed()
		w.names(func(team *handoff.Team) {
			team.Groups = nil
			team.People[handoff.RoleSales] = []string{slackfake.Luke, slackfake.Ana}
		})
		other := ana
		other.Email = "other@acme.example"
		first, second := w.card(w.arrives(ana).Number, "[Accept as SQL]"), w.card(w.arrives(other).Number, "[Accept as SQL]")
		for _, card := range []slackfake.Message{first, second} {
			w.click(slackfake.Marta, w.refusal(slackfake.Marta, card, "card.accept"), "ask.sales", "")
			w.submit(slackfake.Marta, map[string]string{"question": "Quux?"})
			w.inThread(card, "A question to sales from Marta Vidal:", "Quux?")
		}
		w.click(slackfake.Luke, w.inThread(second, "Quux?"), "question.answer", "")
		w.submit(slackfake.Luke, map[string]string{"answer": "Quux!"})
		w.inThread(second, "Quux!")
		for hour := range 72 {
			w.fake.Advance(time.Hour)
			if hour%5 == 0 {
				w.stop()
				w.start()
			}
			if hour < 23 && len(w.thread(first)) > 1 || len(w.thread(second)) > 1 {
				t.Fatalf("after %d hours the thread shows\n%s", hour+1, w.fake.Transcript(first.Channel))
			}
		}
		w.inThread(first, "The question to sales still waits for an answer.", "[Answer]")
		w.settled()
		if n := len(w.thread(first)); n != 2 {
			t.Errorf("%d messages in the thread", n)
		}
		w.withdraws(ana.Email)
		w.inThread(first, "A question about somebody who was erased")
		w.settled()
		if said := w.everything(); strings.Count(said, "Quux") != 8 { // of the other lead: question and answer, in the thread and to whoever asked, in blocks and text
			t.Errorf("%d times Quux is left:\n%s", strings.Count(said, "Quux"), said)
		}
	})
}
