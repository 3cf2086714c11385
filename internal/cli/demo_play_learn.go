package cli

import (
	"context"
	"fmt"
	"strings"
	"time"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// What both sides learn from past leads in the week that plays itself: the perfect-customer exercise and the calibration.

// calibrate lets the head of sales switch the weekly calibration on.
func (p *play) calibrate(ctx context.Context) error {
	if _, err := p.fake.Command(ctx, slackfake.Grace, slackfake.ChannelGeneral, "/mql settings"); err != nil {
		return err
	}
	if err := p.pressModal(ctx, slackfake.Grace, "settings.edit", "learning"); err != nil {
		return err
	}
	if _, err := p.submit(ctx, slackfake.Grace, p.fake.Modal(slackfake.Grace), map[string]string{"learning": "reminder,calibration"}); err != nil {
		return err
	}
	return p.closeModals(ctx, slackfake.Grace)
}

// calibration lets both sides say whether they would accept a past lead: a rep is right, a marketer is not.
func (p *play) calibration(ctx context.Context) error {
	m, err := p.learning(ctx, "calibration.yes")
	if err != nil {
		return err
	}
	c, err := p.service.store.Calibration(ctx, p.service.workspace.ID, 1)
	if err != nil {
		return err
	}
	l, err := p.service.store.LeadByID(ctx, c.Workspace, c.Lead)
	if err != nil {
		return err
	}
	p.expect(!strings.Contains(p.fake.Text(m.Blocks), l.Name), "a masked lead is shown with its name")
	right, wrong := "calibration.yes", "calibration.no"
	if l.State == handoff.Rejected {
		right, wrong = wrong, right
	}
	for user, action := range map[string]string{slackfake.Luke: right, slackfake.Marta: wrong} {
		if err := p.fake.Click(ctx, user, slackfake.InMessage(m.Channel, m.TS), action, ""); err != nil {
			return err
		}
	}
	return nil
}

// calibrated holds that two days of work later the decision is shown, and who was right.
func (p *play) calibrated(ctx context.Context) error {
	texts := p.c.texts.In(p.service.workspace.Language)
	return p.fake.Wait(ctx, func() bool {
		for _, m := range p.fake.Messages(slackfake.ChannelLeads) {
			said := p.fake.Text(m.Blocks)
			if strings.Contains(said, texts.T("calibration.title")) {
				return strings.Contains(said, texts.T("calibration.right.sales", "Of", texts.T("digest.of", "Count", "1", "Of", "1"))) &&
					strings.Contains(said, texts.T("calibration.right.marketing", "Of", texts.T("digest.of", "Count", "0", "Of", "1")))
			}
		}
		return false
	})
}

// answer is a marketer who says what they changed because of a reason that the digest tells of.
func (p *play) answer(ctx context.Context) error {
	m, err := p.holding(ctx, slackfake.ChannelFeedback, "reason.answer")
	if err != nil {
		return err
	}
	if err := p.fake.Click(ctx, slackfake.Marta, slackfake.InMessage(m.Channel, m.TS), "reason.answer", ""); err != nil {
		return err
	}
	_, err = p.submit(ctx, slackfake.Marta, p.fake.Modal(slackfake.Marta), map[string]string{
		"reason": "not-a-buyer", "campaign": "all", "what": p.c.p.T("reason_answer.what.placeholder"), "since": p.fake.Now().AddDate(0, 0, -21).Format(time.DateOnly),
	})
	if err != nil {
		return err
	}
	return p.closeModals(ctx, slackfake.Marta)
}

// sheet is a marketer who wants the digest's week as a file, and gets it by direct message.
func (p *play) sheet(ctx context.Context) error {
	m, err := p.holding(ctx, slackfake.ChannelFeedback, "digest.sheet")
	if err != nil {
		return err
	}
	if err := p.fake.Click(ctx, slackfake.Marta, slackfake.InMessage(m.Channel, m.TS), "digest.sheet", ""); err != nil {
		return err
	}
	return p.fake.Wait(ctx, func() bool {
		for _, c := range p.fake.Channels() {
			for _, m := range p.fake.Messages(c.ID) {
				if c.With == slackfake.Marta && len(m.Files) == 1 {
					return true
				}
			}
		}
		return false
	})
}

// stats is a marketer who asks how the campaigns fared.
func (p *play) stats(ctx context.Context) error {
	a, err := p.fake.Command(ctx, slackfake.Marta, slackfake.ChannelGeneral, "/mql stats campaign 8w")
	p.expect(err != nil || !a.Public && strings.Contains(p.fake.Text(a.Blocks), p.company.Campaigns[0].Name), "/mql stats does not tell of %s", p.company.Campaigns[0].Name)
	return err
}

// learned holds that the week's digest tells of everything that there is to learn.
func (p *play) learned() {
	said := p.fake.Transcript(slackfake.ChannelFeedback)
	for _, key := range []string{
		"digest.received", "digest.chart", "digest.sources", "digest.campaigns", "digest.reasons", "digest.needs", "warning.need_hunting", "changed.title", "reason_answer.what.placeholder",
		"owes.marketing", "owes.sales", "versions.mark", "digest.answer", "sheet.button",
	} {
		p.expect(strings.Contains(said, p.c.p.T(key)), "no digest says %q", p.c.p.T(key))
	}
}

// startExercise lets the head of sales invite both sides to say who the perfect customer is.
func (p *play) startExercise(ctx context.Context) error {
	a, err := p.fake.Command(ctx, slackfake.Grace, slackfake.ChannelGeneral, "/mql profile")
	if err != nil {
		return err
	}
	if err := p.fake.Click(ctx, slackfake.Grace, slackfake.InMessage(a.Channel, a.TS), "exercise.start", ""); err != nil {
		return err
	}
	if _, err := p.submit(ctx, slackfake.Grace, p.fake.Modal(slackfake.Grace), nil); err != nil {
		return err
	}
	return p.closeModals(ctx, slackfake.Grace)
}

// exercise lets everybody who was invited answer. Both sides hold the same lead to be best and the same to be worst, and think
// otherwise of what matters than the profile in force.
func (p *play) exercise(ctx context.Context) error {
	m, err := p.learning(ctx, "exercise.take_part")
	if err != nil {
		return err
	}
	x, err := p.service.store.LastExercise(ctx, p.service.workspace.ID)
	if err != nil {
		return err
	}
	p.expect(len(x.Leads) == handoff.MaxDrawn, "%d past leads were drawn, not %d", len(x.Leads), handoff.MaxDrawn)
	for side, users := range x.Invited {
		for _, user := range users {
			if err := p.fake.Click(ctx, user, slackfake.InMessage(m.Channel, m.TS), "exercise.take_part", ""); err != nil {
				return err
			}
			values := map[string]string{"best": fmt.Sprint(x.Leads[0]), "worst": fmt.Sprint(x.Leads[1])}
			for i, c := range x.Asked() {
				values[handoff.WeightField(c)] = map[handoff.Side][]string{handoff.SideSales: {"2", "2"}, handoff.SideMarketing: {"2", "3"}}[side][i%2]
			}
			if _, err := p.submit(ctx, user, p.fake.Modal(user), values); err != nil {
				return err
			}
			if err := p.closeModals(ctx, user); err != nil {
				return err
			}
		}
	}
	return nil
}

// concluded lets a marketer make the result the proposal for the profile's next version.
func (p *play) concluded(ctx context.Context) error {
	m, err := p.learning(ctx, "exercise.propose")
	if err != nil {
		return err
	}
	agree := p.c.texts.In(p.service.workspace.Language).T("exercise.accord.agree")
	p.expect(strings.Count(p.fake.Text(m.Blocks), agree) >= 2, "the result does not say where the sides agree:\n%s", p.fake.Text(m.Blocks))
	if err := p.fake.Click(ctx, slackfake.Marta, slackfake.InMessage(m.Channel, m.TS), "exercise.propose", ""); err != nil {
		return err
	}
	_, err = p.learning(ctx, "proposal.sign")
	return err
}

// learning waits for the message of the leads' channel that has a button.
func (p *play) learning(ctx context.Context, button string) (slackfake.Message, error) {
	return p.holding(ctx, slackfake.ChannelLeads, button)
}

// holding waits for the message of a channel that has a button.
func (p *play) holding(ctx context.Context, channel, button string) (found slackfake.Message, err error) {
	err = p.fake.Wait(ctx, func() bool {
		for _, m := range p.fake.Messages(channel) {
			if strings.Contains(fmt.Sprint(m.Blocks), "action_id:"+button) {
				found = m
				return true
			}
		}
		return false
	})
	return found, err
}

// taught tells whether a message is about what both sides learn or agree on.
func (p *play) taught(m slackfake.Message) bool {
	texts, said := p.c.texts.In(p.service.workspace.Language), p.fake.Text(m.Blocks)
	for _, mark := range []string{texts.T("exercise.title"), texts.T("calibration.title"), p.c.p.T("play.definitions.why"), p.c.p.T("play.profile.why")} {
		if strings.Contains(said, mark) {
			return true
		}
	}
	return strings.Contains(fmt.Sprint(m.Blocks), "action_id:proposal.sign")
}
