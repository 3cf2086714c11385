package bot

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// A question in the thread of a lead's card, the one reminder of it, and the modal with which it is answered.

const (
	viewAnswer  = "answer"
	blockAnswer = "answer"
	actAnswer   = "question.answer"
)

// Asked is everything that the message of a question shows.
type Asked struct {
	handoff.Question
	Lead     handoff.Lead
	Decision *handoff.Decision // the decision that was the answer, if one was
	Passed   map[int]string    // by round: the name of the route that the lead was passed on to for it
	Zone     *time.Location
	Reasons  handoff.Reasons // by which that decision is told
	Asker    string          // what whoever asked is called, where a mention would call them for nothing
	CardURL  string          // where the lead's card stands
}

func (a *App) renderQuestion(ctx context.Context, ws store.Workspace, m store.Message) (rendered, error) {
	asked, err := a.asked(ctx, ws, m.Ref)
	if err != nil {
		return rendered{}, err
	}
	if m.TS == "" && (asked.Text == "" || m.Part == store.QuestionReminder && !asked.Waiting()) {
		return rendered{}, errNothingToShow
	}
	if m.TS == "" {
		asked.Asker = a.named(ctx, ws, asked.By) // they know that they asked
	}
	p, render := a.printer(ws), asked.Render
	switch m.Part {
	case store.QuestionReminder:
		render = asked.Remind
	case store.QuestionTold:
		if p, asked.Zone, err = a.reader(ctx, ws, m.Target); err != nil {
			return rendered{}, err
		}
		if asked.CardURL, err = a.whereCard(ctx, ws, asked.Lead); err != nil {
			return rendered{}, err
		}
		render = asked.Tell
	}
	blocks, said := render(p)
	return rendered{blocks: blocks, text: said}, nil
}

func (a *App) asked(ctx context.Context, ws store.Workspace, id int64) (Asked, error) {
	q, err := a.Store.Question(ctx, ws.ID, id)
	if err != nil {
		return Asked{}, err
	}
	lead, err := a.Store.LeadByID(ctx, ws.ID, q.LeadID)
	if err != nil {
		return Asked{}, err
	}
	asked := Asked{Question: q, Lead: lead, Zone: ws.Location(), Reasons: ws.Settings.ReasonList()}
	if q.Waiting() || q.Answer != "" {
		return asked, nil
	}
	if asked.Passed, err = a.Store.Passed(ctx, ws.ID, q.LeadID); err != nil {
		return asked, err
	}
	ds, err := a.Store.Decisions(ctx, ws.ID, q.LeadID)
	for i, d := range ds {
		if d.Round == q.Round && d.At.Equal(q.AnsweredAt) {
			asked.Decision = &ds[i]
		}
	}
	return asked, err
}

// Render shows the question, with a button to answer while it waits and with the answer when it does not.
func (q Asked) Render(p *text.Printer) ([]slack.Block, string) {
	if q.Text == "" {
		said := p.T("question.erased")
		return []slack.Block{note(said)}, said
	}
	by := person(p, q.By)
	if q.Asker != "" {
		by = words(q.Asker)
	}
	heading := q.heading(p, "question.from", "By", by)
	lines := []slack.RichTextElement{paragraph(heading...), quote(q.Text)}
	said := fmt.Sprintf("#%d  %s\n%s", q.Lead.Number, spoken(p, heading...), escape(q.Text))
	if q.Waiting() {
		return []slack.Block{richText(lines...), q.button(p)}, fallback(said)
	}
	answer, spokenAnswer := q.answer(p)
	return []slack.Block{richText(append(lines, answer...)...)}, fallback(said + "\n" + spokenAnswer)
}

// answer is what was answered, by whom and when, or the decision that was the answer.
func (q Asked) answer(p *text.Printer) (lines []slack.RichTextElement, said string) {
	line := fill(p, "question.answered", "By", person(p, q.AnsweredBy), "At", moment(p, q.AnsweredAt.In(q.Zone)))
	if q.Decision != nil {
		line = Card{Zone: q.Zone, Reasons: q.Reasons, Passed: q.Passed}.decisionLine(p, *q.Decision)
	}
	lines, said = append(lines, paragraph(line...)), spoken(p, line...)
	if q.Answer != "" {
		lines = append(lines, quote(q.Answer))
		said += "\n" + escape(q.Answer)
	}
	return lines, said
}

// Tell tells whoever asked what was answered.
func (q Asked) Tell(p *text.Printer) ([]slack.Block, string) {
	if q.Text == "" {
		said := p.T("question.erased")
		return []slack.Block{note(said)}, said
	}
	line := append(fill(p, "question.told", "Lead", oneLineOf(p, q.Lead)), words(" "), italic(cut(q.Text, maxBefore)))
	answer, said := q.answer(p)
	blocks := []slack.Block{richText(append([]slack.RichTextElement{paragraph(line...)}, answer...)...)}
	if q.CardURL != "" {
		b := button("lead.card", "", p.T("lead.card"), "")
		b.URL = q.CardURL
		blocks = append(blocks, slack.NewActionBlock("", b))
	}
	return blocks, fallback(spoken(p, line...) + "\n" + said)
}

// Remind shows that the question still waits, or that it did.
func (q Asked) Remind(p *text.Printer) ([]slack.Block, string) {
	if !q.Waiting() {
		said := p.T("question.reminded")
		return []slack.Block{note(said)}, said
	}
	line := q.heading(p, "question.waits")
	return []slack.Block{richText(paragraph(line...)), q.button(p)}, fmt.Sprintf("#%d  %s", q.Lead.Number, spoken(p, line...))
}

// heading is a sentence to whoever is asked by name, else to the side that is asked.
func (q Asked) heading(p *text.Printer, key string, pairs ...any) []span {
	if len(q.Named) == 0 {
		return fill(p, key+"."+string(q.Asks), pairs...)
	}
	return append(append(mentions(q.Named), words(", ")), fill(p, key, pairs...)...)
}

func (q Asked) button(p *text.Printer) slack.Block {
	return slack.NewActionBlock("", button(actAnswer, strconv.FormatInt(q.ID, 10), p.T("question.answer"), ""))
}

// openAnswer opens the modal with which a question is answered.
func (a *App) openAnswer(ctx context.Context, c click) error {
	id, err := strconv.ParseInt(c.Action.Value, 10, 64)
	if err != nil {
		return fmt.Errorf("bot: the value of a button is not a question's: %w", err)
	}
	asked, err := a.asked(ctx, c.Workspace, id)
	if err != nil {
		return err
	}
	if err := c.Workspace.Rules().MayAnswer(c.Actor, asked.Question); err != nil {
		return err
	}
	if !asked.Waiting() {
		return handoff.ErrAnswered
	}
	return a.show(ctx, c, answerView(c.P, asked))
}

func answerView(p *text.Printer, q Asked) slack.ModalViewRequest {
	v := modal(p, viewAnswer, p.T("question.title"), p.T("question.answer"), modalRef{Question: q.ID})
	v.Blocks.BlockSet = []slack.Block{
		leadLine(p, q.Lead),
		richText(paragraph(fill(p, "question.asks", "By", person(p, q.By))...), quote(q.Text)),
		input(blockAnswer, p.T("question.your_answer"), p.T("question.hint"), false, textField(true, handoff.MaxNote, "", "")),
	}
	return v
}

func (a *App) submitAnswer(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	ref, err := parseModalRef(s.View.PrivateMetadata)
	if err != nil {
		return nil, err
	}
	said := field(s.View, blockAnswer)
	again := errors.New("answered by this very form")
	_, err = a.Store.Answer(ctx, s.Workspace.ID, ref.Question, func(q handoff.Question) (handoff.Question, error) {
		if !q.Waiting() && q.AnsweredBy == s.Actor.User && q.Answer == strings.TrimSpace(said) {
			return q, again
		}
		return s.Workspace.Rules().Answered(q, s.Actor, said, a.Now())
	})
	if errors.Is(err, again) {
		return nil, nil // Slack delivered it twice
	}
	return nil, err
}
