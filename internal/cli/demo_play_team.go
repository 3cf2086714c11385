package cli

import (
	"context"
	"errors"
	"strings"

	"relevo/internal/slackfake"
)

// team is the head of sales, who says who is who.
func (p *play) team(ctx context.Context) error {
	if _, err := p.fake.Command(ctx, slackfake.Grace, slackfake.ChannelGeneral, "/mql team"); err != nil {
		return err
	}
	r, err := p.submit(ctx, slackfake.Grace, p.fake.Modal(slackfake.Grace), map[string]string{
		"groups_sales": "S0SALES001", "people_marketing": slackfake.Marta, "people_manager": slackfake.Grace,
	})
	if err != nil || r.View == nil {
		return err
	}
	return p.fake.CloseView(ctx, slackfake.Grace, r.View.ID)
}

// question is a marketer who may not decide and asks sales instead; a rep answers in the thread of the card.
func (p *play) question(ctx context.Context) error {
	at, err := p.card(ctx, 4)
	if err != nil {
		return err
	}
	if err := p.fake.Click(ctx, slackfake.Marta, at, "card.accept", ""); err != nil {
		return err
	}
	p.expect(p.fake.Modal(slackfake.Marta) == nil, "a marketer was given a form to decide with")
	told := p.fake.Ephemerals(slackfake.Marta)
	if len(told) == 0 {
		return errors.New("a marketer pressed a button and was not answered")
	}
	offer := told[len(told)-1]
	if err := p.fake.Click(ctx, slackfake.Marta, slackfake.InMessage(offer.Channel, offer.TS), "ask.sales", ""); err != nil {
		return err
	}
	r, err := p.submit(ctx, slackfake.Marta, p.fake.Modal(slackfake.Marta), map[string]string{"question": p.c.p.T("play.question.text")})
	if err != nil {
		return err
	}
	if r.View != nil {
		if err := p.fake.CloseView(ctx, slackfake.Marta, r.View.ID); err != nil {
			return err
		}
	}
	asked := func() *slackfake.Message {
		for _, m := range p.fake.Messages(at.Channel) {
			if m.ThreadTS == at.TS && m.TS != at.TS && strings.Contains(p.fake.Text(m.Blocks), p.c.p.T("play.question.text")) {
				return &m
			}
		}
		return nil
	}
	if err := p.fake.Wait(ctx, func() bool { return asked() != nil }); err != nil {
		return err
	}
	if err := p.fake.Click(ctx, slackfake.Luke, slackfake.InMessage(at.Channel, asked().TS), "question.answer", ""); err != nil {
		return err
	}
	_, err = p.submit(ctx, slackfake.Luke, p.fake.Modal(slackfake.Luke), map[string]string{"answer": p.c.p.T("play.question.answer")})
	if err != nil {
		return err
	}
	answered := func() bool { return strings.Contains(p.fake.Text(asked().Blocks), p.c.p.T("play.question.answer")) }
	if err := p.fake.Wait(ctx, answered); err != nil {
		return err
	}
	if err := p.settled(ctx); err != nil {
		return err
	}
	rang := 0
	for _, c := range p.fake.Channels() {
		for _, m := range p.fake.Messages(c.ID) {
			if c.With == slackfake.Marta && strings.Contains(p.fake.Text(m.Blocks), p.c.p.T("play.question.answer")) {
				rang++
			}
		}
	}
	p.expect(rang == 1, "whoever asked was told of the answer %d times", rang)
	return nil
}
