package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"relevo/internal/slackfake"
)

// What the company agrees on in the week that plays itself: where leads go, who the perfect customer is, what an MQL and an SQL
// are.

// routing lets the head of sales say whose leads are whose: in turn.
func (p *play) routing(ctx context.Context) error {
	if _, err := p.fake.Command(ctx, slackfake.Grace, slackfake.ChannelGeneral, "/mql routes"); err != nil {
		return err
	}
	if err := p.pressModal(ctx, slackfake.Grace, "routes.add", ""); err != nil {
		return err
	}
	_, err := p.submit(ctx, slackfake.Grace, p.fake.Modal(slackfake.Grace), map[string]string{
		"name": p.c.p.T("play.routing.name"), "owners": slackfake.Ana + "," + slackfake.Luke,
	})
	if err != nil {
		return err
	}
	return p.closeModals(ctx, slackfake.Grace)
}

// owned holds that each lead has an owner: whoever knows the company, else whose turn it is.
func (p *play) owned(ctx context.Context) error {
	for i := range p.leads {
		l, err := p.lead(ctx, i)
		if err != nil {
			return err
		}
		p.expect(l.Owner == slackfake.Ana || l.Owner == slackfake.Luke, "lead #%d is %q's", l.Number, l.Owner)
	}
	return nil
}

// assign lets the head of sales hand a lead to somebody else, in the card's menu.
func (p *play) assign(ctx context.Context) error {
	l, err := p.lead(ctx, 5)
	if err != nil {
		return err
	}
	m, err := p.service.store.CardOf(ctx, l.Workspace, l.ID, l.Round)
	if err != nil {
		return err
	}
	v, err := p.press(ctx, slackfake.Grace, 5, "card.menu", fmt.Sprintf("assign:%d:%d:%s", l.ID, l.Round, m.Key))
	if err != nil {
		return err
	}
	if _, err := p.submit(ctx, slackfake.Grace, v, map[string]string{"owner": slackfake.Grace}); err != nil {
		return err
	}
	l, err = p.lead(ctx, 5)
	p.expect(err != nil || l.Owner == slackfake.Grace, "the lead is %s's, not Grace's", l.Owner)
	return err
}

// definitions lets a marketer propose what an MQL is, and both sides sign.
func (p *play) definitions(ctx context.Context) error {
	a, err := p.fake.Command(ctx, slackfake.Marta, slackfake.ChannelGeneral, "/mql definitions")
	if err != nil {
		return err
	}
	if err := p.fake.Click(ctx, slackfake.Marta, slackfake.InMessage(a.Channel, a.TS), "definitions.propose", ""); err != nil {
		return err
	}
	_, err = p.submit(ctx, slackfake.Marta, p.fake.Modal(slackfake.Marta), map[string]string{
		"mql": p.c.p.T("play.definitions.mql"), "sql": p.c.p.T("definitions.sql"), "why": p.c.p.T("play.definitions.why"),
	})
	if err != nil {
		return err
	}
	if err := p.closeModals(ctx, slackfake.Marta); err != nil {
		return err
	}
	if err := p.sign(ctx, p.c.p.T("play.definitions.why")); err != nil {
		return err
	}
	ws, err := p.service.store.WorkspaceByID(ctx, p.service.workspace.ID)
	p.expect(err != nil || ws.DefinitionsVersion == 1, "both sides signed, and version %d is in force", ws.DefinitionsVersion)
	return err
}

// profile lets the head of sales write down who the perfect customer is, and both sides sign.
func (p *play) profile(ctx context.Context) error {
	a, err := p.fake.Command(ctx, slackfake.Grace, slackfake.ChannelGeneral, "/mql profile")
	if err != nil {
		return err
	}
	if err := p.fake.Click(ctx, slackfake.Grace, slackfake.InMessage(a.Channel, a.TS), "profile.edit", ""); err != nil {
		return err
	}
	for _, mark := range []struct{ attribute, field, values, weight string }{
		{"role", "values:role", p.c.p.T("play.profile.roles"), "3"},
		{"website", "", "", "1"},
	} {
		if err := p.pressModal(ctx, slackfake.Grace, "profile.add", ""); err != nil {
			return err
		}
		if err := p.pressModal(ctx, slackfake.Grace, "characteristic.attribute", mark.attribute); err != nil {
			return err
		}
		values := map[string]string{"weight": mark.weight}
		if mark.field != "" {
			values[mark.field] = mark.values
		}
		if _, err := p.submit(ctx, slackfake.Grace, p.fake.Modal(slackfake.Grace), values); err != nil {
			return err
		}
	}
	_, err = p.submit(ctx, slackfake.Grace, p.fake.Modal(slackfake.Grace), map[string]string{"why": p.c.p.T("play.profile.why")})
	if err != nil {
		return err
	}
	if err := p.closeModals(ctx, slackfake.Grace); err != nil {
		return err
	}
	if err := p.sign(ctx, p.c.p.T("play.profile.why")); err != nil {
		return err
	}
	l, err := p.lead(ctx, 5)
	p.expect(err != nil || len(l.FitMarks) == 2, "an open lead was not judged by the new profile: %q", l.FitMarks)
	return err
}

// sign lets both sides sign the proposal whose why this is.
func (p *play) sign(ctx context.Context, why string) error {
	proposal := func() *slackfake.Message {
		for _, m := range p.fake.Messages(slackfake.ChannelLeads) {
			if strings.Contains(p.fake.Text(m.Blocks), why) {
				return &m
			}
		}
		return nil
	}
	if err := p.fake.Wait(ctx, func() bool { return proposal() != nil }); err != nil {
		return err
	}
	for _, who := range []string{slackfake.Grace, slackfake.Marta} {
		if err := p.fake.Click(ctx, who, slackfake.InMessage(slackfake.ChannelLeads, proposal().TS), "proposal.sign", ""); err != nil {
			return err
		}
	}
	return nil
}

// home is the head of sales who looks at her Home.
func (p *play) home(ctx context.Context) error {
	if err := p.fake.OpenHome(ctx, slackfake.Grace); err != nil {
		return err
	}
	return p.fake.Wait(ctx, func() bool {
		h := p.fake.Home(slackfake.Grace)
		return h != nil && strings.Contains(p.fake.Text(h.Blocks), "Luke Carter")
	})
}

// pressModal presses something in the form that somebody sees.
func (p *play) pressModal(ctx context.Context, who, action, value string) error {
	v := p.fake.Modal(who)
	if v == nil {
		return errors.New("no form is open")
	}
	return p.fake.Click(ctx, who, slackfake.InView(v.ID), action, value)
}

// closeModals closes every form that somebody sees.
func (p *play) closeModals(ctx context.Context, who string) error {
	for v := p.fake.Modal(who); v != nil; v = p.fake.Modal(who) {
		if err := p.fake.CloseView(ctx, who, v.ID); err != nil {
			return err
		}
	}
	return nil
}
