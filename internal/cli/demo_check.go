package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"relevo/bot"
	"relevo/handoff"
	"relevo/internal/slackfake"
	"relevo/store"
)

// digestsOf counts the digests of a week in the feedback channel, by their title.
func (p *play) digestsOf(week handoff.Week) int {
	texts := p.c.texts.In(p.service.workspace.Language)
	title, _, _ := strings.Cut(bot.DigestText(texts, handoff.Figures{Counts: handoff.Counts{Week: week}, Week: week}), "\n")
	n := 0
	for _, m := range p.fake.Messages(slackfake.ChannelFeedback) {
		if strings.Contains(p.fake.Text(m.Blocks), title) {
			n++
		}
	}
	return n
}

// check compares what Slack shows with what was done, and with the store.
func (p *play) check(ctx context.Context, begin time.Time) error {
	for _, problem := range p.fake.Problems() {
		p.expect(false, "Slack refused a payload: %s", problem)
	}
	var cards []slackfake.Message
	lists := map[string]int{} // of what was past due, by day
	for _, m := range p.fake.Messages(slackfake.ChannelLeads) {
		switch {
		case strings.Contains(fmt.Sprint(m.Blocks), "card.menu"):
			cards = append(cards, m)
		case m.ThreadTS == "" && !p.taught(m):
			lists[m.Time().In(p.fake.Zone()).Format(time.DateOnly)]++
		}
	}
	p.expect(len(lists) > 0, "no list of what is past due")
	for day, n := range lists {
		p.expect(n == 1, "%d lists of what is past due on %s", n, day)
	}
	p.expect(len(cards) == p.rounds, "%d cards for %d rounds of leads", len(cards), p.rounds)
	want := []handoff.State{handoff.Accepted, handoff.Rejected, handoff.Accepted, handoff.Accepted, handoff.Accepted, handoff.Open, handoff.Accepted, handoff.Accepted, handoff.Rejected, handoff.Open}
	for i, state := range want {
		l, err := p.lead(ctx, i)
		if err != nil {
			return err
		}
		p.expect(l.State == state, "lead #%d is %s, not %s", l.Number, l.State, state)
		shown := slices.ContainsFunc(cards, func(m slackfake.Message) bool {
			return strings.Contains(p.fake.Text(m.Blocks), fmt.Sprintf("#%d", l.Number)) && p.hasButtons(m) == (state == handoff.Open)
		})
		p.expect(shown, "the card of lead #%d does not show that it is %s", l.Number, state)
	}
	week := handoff.WeekOf(begin, p.fake.Zone())
	p.expect(p.digestsOf(week) == 1, "%d digests of the week, not one", p.digestsOf(week))
	tallies, err := p.service.store.Tally(ctx, p.service.workspace.ID, week.Start(), week.End())
	if err != nil {
		return err
	}
	got := map[handoff.Verdict]int{}
	for _, t := range tallies {
		got[t.Verdict] += t.Count
	}
	for verdict, n := range map[handoff.Verdict]int{"": 9 + expoLeads + 2, handoff.Accept: 6, handoff.Reject: 2 + expoLeads, handoff.NotNow: 1} {
		p.expect(got[verdict] == n, "the week's figures count %d of %q, not %d", got[verdict], verdict, n)
	}
	p.learned()
	if err := p.checkExpo(ctx, week); err != nil {
		return err
	}
	_, overdue, err := p.service.store.Leads(ctx, p.service.workspace.ID, store.Filter{OverdueAt: p.fake.Now()}, 1)
	p.expect(overdue == 2, "%d leads are past due, not the two that nobody decided on", overdue)
	return err
}

func (p *play) hasButtons(m slackfake.Message) bool {
	return strings.Contains(p.fake.Text(m.Blocks), "["+p.c.texts.In(p.service.workspace.Language).T("card.accept")+"]")
}
