package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// What people do with single leads in the week that plays itself.

// again posts a lead that is waiting once more, from another form.
func (p *play) again(ctx context.Context) error {
	lead := p.company.Arrival(6) // the sixth lead, index 5
	lead["external_id"], lead["source"] = "norte-again", "Webinar"
	r, err := p.post(ctx, lead)
	p.expect(err != nil || r.Fate == handoff.FateMerged && r.Number == p.leads[5], "a lead that was waiting came in again as %s", r.Fate)
	return err
}

func (p *play) accept(ctx context.Context, who string, lead int, need string) error {
	v, err := p.press(ctx, who, lead, "card.accept", "")
	if err != nil {
		return err
	}
	_, err = p.submit(ctx, who, v, map[string]string{"need": need, "horizon": "quarter", "foreseen": "no"})
	return err
}

func (p *play) reject(ctx context.Context, who string, lead int, reason, note string) error {
	v, err := p.press(ctx, who, lead, "card.reject", "")
	if err != nil {
		return err
	}
	if err := p.fake.Click(ctx, who, slackfake.InView(v.ID), "reject.reason", reason); err != nil {
		return err
	}
	_, err = p.submit(ctx, who, p.fake.Modal(who), map[string]string{"reject.reason": reason, "note": note})
	return err
}

// race lets two reps open the same lead. Whoever sends second is told who was first.
func (p *play) race(ctx context.Context) error {
	ana, err := p.press(ctx, slackfake.Ana, 2, "card.accept", "")
	if err != nil {
		return err
	}
	if err := p.accept(ctx, slackfake.Luke, 2, p.company.Needs[1]); err != nil {
		return err
	}
	r, err := p.submit(ctx, slackfake.Ana, ana, map[string]string{"need": p.company.Needs[2]})
	if err != nil {
		return err
	}
	told := r.View != nil && strings.Contains(p.fake.Text(r.View.Blocks), "Luke Carter")
	p.expect(told, "Ana came second, and was not told that Luke was first")
	if r.View == nil {
		return nil
	}
	return p.fake.CloseView(ctx, slackfake.Ana, r.View.ID)
}

// outsider lets somebody of another organisation press a button. They are answered, and decide nothing.
func (p *play) outsider(ctx context.Context) error {
	at, err := p.card(ctx, 4)
	if err != nil {
		return err
	}
	if err := p.fake.Click(ctx, slackfake.Otto, at, "card.accept", ""); err != nil {
		return err
	}
	p.expect(len(p.fake.Ephemerals(slackfake.Otto)) == 1, "an outsider pressed a button and was not answered")
	p.expect(p.fake.Modal(slackfake.Otto) == nil, "an outsider was given a form")
	return nil
}

// byHand is a marketer who hands a lead over with the form.
func (p *play) byHand(ctx context.Context) error {
	if _, err := p.fake.Command(ctx, slackfake.Marta, slackfake.ChannelGeneral, "/mql new"); err != nil {
		return err
	}
	v := p.fake.Modal(slackfake.Marta)
	if v == nil {
		return errors.New("no form opened")
	}
	lead := p.company.Arrival(40)
	values := map[string]string{"asks_contact": "yes"}
	for _, field := range []string{"name", "email", "company", "role", "country", "source", "campaign", "activity"} {
		values[field] = fmt.Sprint(lead[field])
	}
	r, err := p.submit(ctx, slackfake.Marta, v, values)
	if err != nil {
		return err
	}
	l, err := p.service.store.LeadByEmail(ctx, p.service.workspace.ID, values["email"])
	if err != nil {
		return err
	}
	p.leads, p.rounds = append(p.leads, l.Number), p.rounds+1
	if r.View != nil {
		return p.fake.CloseView(ctx, slackfake.Marta, r.View.ID)
	}
	return nil
}

func (p *play) takeBack(ctx context.Context) error {
	l, err := p.lead(ctx, 3)
	if err != nil {
		return err
	}
	m, err := p.service.store.CardOf(ctx, l.Workspace, l.ID, l.Round)
	if err != nil {
		return err
	}
	v, err := p.press(ctx, slackfake.Luke, 3, "card.menu", fmt.Sprintf("take_back:%d:%d:%s", l.ID, l.Round, m.Key))
	if err != nil {
		return err
	}
	_, err = p.submit(ctx, slackfake.Luke, v, map[string]string{"why": p.company.Why})
	return err
}

// ask is a manager who asks where a lead stands, by the beginning of a name.
func (p *play) ask(ctx context.Context) error {
	l, err := p.lead(ctx, 4)
	if err != nil {
		return err
	}
	a, err := p.fake.Command(ctx, slackfake.Grace, slackfake.ChannelGeneral, "/lead "+l.Email)
	if err != nil {
		return err
	}
	p.expect(!a.Public && strings.Contains(p.fake.Text(a.Blocks), l.Name), "/lead did not find %s", l.Email)
	return nil
}
