package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"relevo/internal/slackfake"
)

// What the company agrees on in the week that plays itself: when they work, what their reasons are called, where leads go, who the perfect customer is, what an MQL and an SQL
// are.

// settings is the head of sales, who says when they work, when they do not, and how long a lead may wait.
func (p *play) settings(ctx context.Context) error {
	if _, err := p.fake.Command(ctx, slackfake.Grace, slackfake.ChannelGeneral, "/mql settings"); err != nil {
		return err
	}
	for _, edit := range []struct {
		section string
		values  map[string]string
	}{
		{"hours", map[string]string{"days": "1,2,3,4,5", "start": "08:30", "end": "17:30"}},
		{"holidays", map[string]string{"holidays": p.c.p.T("play.settings.holiday")}},
		{"due", map[string]string{"asked": "3", "other": "8"}},
	} {
		if err := p.pressModal(ctx, slackfake.Grace, "settings.edit", edit.section); err != nil {
			return err
		}
		if _, err := p.submit(ctx, slackfake.Grace, p.fake.Modal(slackfake.Grace), edit.values); err != nil {
			return err
		}
	}
	ws, err := p.service.store.WorkspaceByID(ctx, p.service.workspace.ID)
	if err != nil {
		return err
	}
	c, due := ws.Settings.Calendar, ws.Settings.Due
	p.expect(c.Start == 8*60+30 && len(c.Holidays) == 1 && due.Within(true) == 3*time.Hour, "the settings are %+v, %+v", c, due)
	return p.closeModals(ctx, slackfake.Grace)
}

// reasons is the head of sales, who calls a reason what they call it.
func (p *play) reasons(ctx context.Context) error {
	a, err := p.fake.Command(ctx, slackfake.Grace, slackfake.ChannelGeneral, "/mql reasons")
	if err != nil {
		return err
	}
	if err := p.fake.Click(ctx, slackfake.Grace, slackfake.InMessage(a.Channel, a.TS), "reasons.open", ""); err != nil {
		return err
	}
	if err := p.pressModal(ctx, slackfake.Grace, "reasons.edit", "wrong-size"); err != nil {
		return err
	}
	if _, err := p.submit(ctx, slackfake.Grace, p.fake.Modal(slackfake.Grace), map[string]string{"name": p.c.p.T("play.reasons.name")}); err != nil {
		return err
	}
	ws, err := p.service.store.WorkspaceByID(ctx, p.service.workspace.ID)
	if err != nil {
		return err
	}
	r, _ := ws.Settings.ReasonList().Find("wrong-size")
	p.expect(r.Form().Name == p.c.p.T("play.reasons.name"), "the reason is called %q", r.Form().Name)
	return p.closeModals(ctx, slackfake.Grace)
}

// routing lets the head of sales say where leads go and whose they are: those from an expo to a channel of their own, all others to
// two reps in turn.
func (p *play) routing(ctx context.Context) error {
	p.expoChannel = p.fake.AddChannel("mql-expo", slackfake.Ana, slackfake.Luke, slackfake.Grace, p.fake.BotUser())
	if _, err := p.fake.Command(ctx, slackfake.Grace, slackfake.ChannelGeneral, "/mql routes"); err != nil {
		return err
	}
	for _, rule := range []map[string]string{
		{"name": p.c.p.T("play.routing.expo"), "sources": p.c.p.T("demo.expo"), "channel": p.expoChannel},
		{"name": p.c.p.T("play.routing.name"), "owners": slackfake.Ana + "," + slackfake.Luke},
	} {
		if err := p.pressModal(ctx, slackfake.Grace, "routes.add", ""); err != nil {
			return err
		}
		if _, err := p.submit(ctx, slackfake.Grace, p.fake.Modal(slackfake.Grace), rule); err != nil {
			return err
		}
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
