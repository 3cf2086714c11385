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
	Zone     *time.Location
	Reasons  handoff.Reasons // by which that decision is told
}

func (a *App) renderQuestion(ctx context.Context, ws store.Workspace, m store.Message) (rendered, error) {
	asked, err := a.asked(ctx, ws, m.Ref)
	if err != nil {
		return rendered{}, err
	}
	if m.TS == "" && (asked.Text == "" || m.Part > 0 && !asked.Waiting()) {
		return rendered{}, errNothingToShow
	}
	render := asked.Render
	if m.Part > 0 {
		render = asked.Remind
	}
	blocks, said := render(a.printer(ws))
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
	heading := q.heading(p, "question.from", "By", person(p, q.By))
	lines := []slack.RichTextElement{paragraph(heading...), quote(q.Text)}
	said := fmt.Sprintf("#%d  %s\n%s", q.Lead.Number, spoken(p, heading...), escape(q.Text))
	if q.Waiting() {
		return []slack.Block{richText(lines...), q.button(p)}, fallback(said)
	}
	line := fill(p, "question.answered", "By", person(p, q.AnsweredBy), "At", moment(p, q.AnsweredAt.In(q.Zone)))
	if q.Decision != nil {
		line = Card{Zone: q.Zone, Reasons: q.Reasons}.decisionLine(p, *q.Decision)
	}
	lines = append(lines, paragraph(line...))
	said += "\n" + spoken(p, line...)
	if q.Answer != "" {
		lines = append(lines, quote(q.Answer))
		said += "\n" + escape(q.Answer)
	}
	return []slack.Block{richText(lines...)}, fallback(said)
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
