package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

func askedQuestion(change func(*Asked)) func(testing.TB) Asked {
	return func(t testing.TB) Asked {
		q := Asked{Zone: cardZone(t), Lead: cardLead(), Question: handoff.Question{
			ID: 5, LeadID: 7, Round: 1, Asks: handoff.RoleSales, By: "U0MARTA001", At: cardNow, Text: "Did they say when their contract ends?", Named: []string{"U0LUKE0001"},
		}}
		change(&q)
		return q
	}
}

var questionCases = []struct {
	name string
	of   func(testing.TB) Asked
}{
	{"waiting", askedQuestion(func(*Asked) {})},
	{"of_a_group", askedQuestion(func(q *Asked) { q.Named = []string{"S0SALES001", "S0SALES002"} })},
	{"of_nobody", askedQuestion(func(q *Asked) { q.Named = nil })},
	{"to_marketing", askedQuestion(func(q *Asked) { q.Asks, q.By, q.Named = handoff.RoleMarketing, "U0LUKE0001", nil })},
	{"long", askedQuestion(func(q *Asked) {
		q.Text, q.AnsweredBy, q.AnsweredAt = strings.Repeat("<!channel> *ñ* & ", 29), "U0LUKE0001", cardNow.Add(time.Hour)
		q.Answer = strings.Repeat("日 <@U1> ", 250)
	})},
	{"answered", askedQuestion(func(q *Asked) {
		q.AnsweredBy, q.AnsweredAt, q.Answer = "U0LUKE0001", cardNow.Add(time.Hour), "In March."
	})},
	{"decided", askedQuestion(func(q *Asked) {
		d := cardDecision(1, 1, handoff.Reject, "wrong-size", "Two people")
		q.AnsweredBy, q.AnsweredAt, q.Decision = d.By, d.At, &d
	})},
	{"erased", askedQuestion(func(q *Asked) { q.Lead, q.Text, q.AnsweredAt = erasedLead(), "", cardNow })},
}

// Every message of a question is as its golden file in both languages, Slack takes it, and its button is handled.
func TestQuestionGoldens(t *testing.T) {
	s := newStage(t)
	for _, lang := range text.Languages() {
		p := texts(t).In(lang)
		var read strings.Builder
		for _, c := range questionCases {
			q := c.of(t)
			for name, render := range map[string]func(*text.Printer) ([]slack.Block, string){"question": q.Render, "reminder": q.Remind} {
				blocks, said := render(p)
				golden(t, fmt.Sprintf("%s_%s_%s.json", name, c.name, lang), indented(t, map[string]any{"text": said, "blocks": blocks}))
			}
			if !q.Waiting() {
				q.CardURL = "https://relevo.slack.com/archives/C0LEADS001/p1"
				blocks, said := q.Tell(p)
				golden(t, fmt.Sprintf("told_%s_%s.json", c.name, lang), indented(t, map[string]any{"text": said, "blocks": blocks}))
				fmt.Fprintf(&read, "== %s, to whoever asked\n%s\n-- as text\n%s\n\n", c.name, s.posted(blocks, said), said)
			}
			blocks, said := q.Render(p)
			reminding, remindingSaid := q.Remind(p)
			fmt.Fprintf(&read, "== %s\n%s\n-- as text\n%s\n-- the reminder\n%s\n-- as text\n%s\n\n", c.name, s.posted(blocks, said), said, s.posted(reminding, remindingSaid), remindingSaid)
		}
		// What is offered to somebody who may not decide.
		a := New(Config{Texts: texts(t)})
		refused := noticeView(p, a.explain(t.Context(), p, askInstead{cardRef{7, 1, "K3Y"}}), nil).Blocks.BlockSet
		refused = append(refused, askButton(p, cardRef{7, 1, "K3Y"}))
		golden(t, "refused_"+lang+".json", indented(t, refused))
		fmt.Fprintf(&read, "== refused\n%s\n", s.posted(refused, "x"))
		golden(t, "questions_"+lang+".txt", []byte(read.String()))
		for _, id := range []string{actAnswer, actAskSales} {
			if a.clicks[id] == nil {
				t.Errorf("nobody handles %s", id)
			}
		}
	}
}
