package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// What comes in heaps and what comes back, in the week that plays itself.

// expoLeads is how many people somebody met at an expo.
const expoLeads = 24

// heap hands over everybody whom somebody met at an expo, at once.
func (d *demo) heap(ctx context.Context, source string) (numbers []int64, err error) {
	var leads []map[string]any
	for range expoLeads {
		lead := d.company.Arrival(int(d.came.Add(1)))
		lead["source"], lead["campaign"], lead["activity"], lead["asks_contact"] = source, "", "", false
		leads = append(leads, lead)
	}
	receipts, err := d.postAll(ctx, leads...)
	for _, r := range receipts {
		numbers = append(numbers, r.Number)
	}
	return numbers, err
}

// burst brings in more leads than a channel wants to hear of one by one.
func (p *play) burst(ctx context.Context) (err error) {
	came := p.came.Load()
	p.came.Store(100) // the others are as they were without the expo
	p.expo, err = p.heap(ctx, p.c.p.T("demo.expo"))
	p.came.Store(came)
	if err != nil {
		return err
	}
	if err := p.settled(ctx); err != nil {
		return err
	}
	top, cards := 0, 0
	for _, m := range p.fake.Messages(p.expoChannel) {
		if m.ThreadTS == "" || m.ThreadTS == m.TS {
			top++
		} else {
			cards++
		}
	}
	p.expect(top == 1 && cards == expoLeads, "a burst of %d leads was announced by %d messages, with %d cards in a thread", expoLeads, top, cards)
	return nil
}

// door is a rep who passes two of them on at once: they belong to another team.
func (p *play) door(ctx context.Context) error {
	some := p.expo[:2]
	ws, err := p.service.store.WorkspaceByID(ctx, p.service.workspace.ID)
	if err != nil {
		return err
	}
	to := ws.Settings.Routes[len(ws.Settings.Routes)-1] // that of all leads
	if err := p.rejectAll(ctx, some, "other-team", map[string]string{"route:other-team": to.ID}); err != nil {
		return err
	}
	for _, number := range some {
		l, err := p.service.store.LeadByNumber(ctx, ws.ID, number)
		if err != nil {
			return err
		}
		p.expect(l.State == handoff.Open && l.Round == 2 && l.Route == to.ID && l.Owner != "", "a lead that was passed on is %s in round %d of %q, and %q's", l.State, l.Round, l.Route, l.Owner)
	}
	p.leads, p.expo, p.rounds = append(p.leads, some...), p.expo[2:], p.rounds+2
	return nil
}

// bulk is a rep who rejects all the others at once.
func (p *play) bulk(ctx context.Context) error {
	return p.rejectAll(ctx, p.expo, "wrong-role", map[string]string{"note": p.c.p.T("play.bulk.note")})
}

// rejectAll rejects several leads from Home.
func (p *play) rejectAll(ctx context.Context, numbers []int64, reason string, values map[string]string) error {
	var leads []string
	for _, number := range numbers {
		l, err := p.service.store.LeadByNumber(ctx, p.service.workspace.ID, number)
		if err != nil {
			return err
		}
		leads = append(leads, fmt.Sprintf("%d:%d", l.ID, l.Round))
	}
	if err := p.fake.OpenHome(ctx, slackfake.Luke); err != nil {
		return err
	}
	err := p.fake.Wait(ctx, func() bool {
		h := p.fake.Home(slackfake.Luke)
		return h != nil && strings.Contains(fmt.Sprint(h.Blocks), "bulk.open")
	})
	if err != nil {
		return err
	}
	if err := p.fake.Click(ctx, slackfake.Luke, slackfake.InHome(), "bulk.open", ""); err != nil {
		return err
	}
	if err := p.pressModal(ctx, slackfake.Luke, "reject.reason", reason); err != nil {
		return err
	}
	values["leads"], values["reject.reason"] = strings.Join(leads, ","), reason
	if _, err := p.submit(ctx, slackfake.Luke, p.fake.Modal(slackfake.Luke), values); err != nil {
		return err
	}
	return p.closeModals(ctx, slackfake.Luke)
}

// notNow is a rep who puts a lead off until tomorrow.
func (p *play) notNow(ctx context.Context) error {
	v, err := p.press(ctx, slackfake.Ana, 4, "card.reject", "")
	if err != nil {
		return err
	}
	if err := p.fake.Click(ctx, slackfake.Ana, slackfake.InView(v.ID), "reject.reason", "bad-timing"); err != nil {
		return err
	}
	tomorrow := p.fake.Now().In(p.fake.Zone()).AddDate(0, 0, 1).Format(time.DateOnly)
	_, err = p.submit(ctx, slackfake.Ana, p.fake.Modal(slackfake.Ana), map[string]string{
		"reject.reason": "bad-timing", "note": p.company.Notes["bad-timing"][0], "back:bad-timing": tomorrow,
	})
	return err
}

// returned holds that the lead is there again on its day, marked with what was said.
func (p *play) returned(ctx context.Context) error {
	err := p.fake.Wait(ctx, func() bool {
		l, err := p.lead(ctx, 4)
		return err != nil || l.Round == 2
	})
	if err != nil {
		return err
	}
	if err := p.settled(ctx); err != nil {
		return err
	}
	at, err := p.card(ctx, 4)
	if err != nil {
		return err
	}
	mark, _, _ := strings.Cut(p.c.p.T("card.before.returned", "Round", 2, "Decision", "", "By", "", "At", ""), ".")
	for _, m := range p.fake.Messages(at.Channel) {
		if said := p.fake.Text(m.Blocks); m.TS == at.TS {
			p.expect(strings.Contains(said, mark) && strings.Contains(said, p.company.Notes["bad-timing"][0]), "the lead that came back does not say so:\n%s", said)
		}
	}
	p.rounds++
	return nil
}

// checkExpo holds that all who came from the expo are decided, and that the week's figures tell what came back.
func (p *play) checkExpo(ctx context.Context, week handoff.Week) error {
	for _, number := range p.expo {
		l, err := p.service.store.LeadByNumber(ctx, p.service.workspace.ID, number)
		if err != nil {
			return err
		}
		p.expect(l.State == handoff.Rejected && l.Round == 1, "lead #%d of the expo is %s in round %d", number, l.State, l.Round)
	}
	back, err := p.service.store.Returns(ctx, p.service.workspace.ID, week.Start(), week.End())
	p.expect(back == handoff.Returns{Offered: 1, Accepted: 1}, "of those that came back the figures tell %+v", back)
	return err
}
