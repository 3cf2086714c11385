package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// play is one week that plays itself: leads arrive over HTTP, people click in Slack, the clock runs, and Monday
// brings the digest. Then what was seen is compared with what was done.
type play struct {
	*demo
	c     *console
	steps []step

	leads       []int64 // numbers, in the order in which they came to the leads channel
	rounds      int     // how many cards there must be in it
	expoChannel string  // the channel of those who came from an expo
	expo        []int64 // their numbers, without those that were passed on
	wrong       []string
}

// step is something that happens on a day of the week, 0 for Monday, at an hour.
type step struct {
	day, hour, minute int
	key               string // what the catalogue says of it: play.<key>
	do                func(context.Context) error
}

// playPatience is how long the whole week may take.
const playPatience = 60 * time.Second

// playStart is Monday 9:00 of the current week: when the week that is played begins.
func playStart(now time.Time, zone *time.Location) time.Time {
	return handoff.WeekOf(now, zone).Add(-1).DigestAt()
}

func newPlay(d *demo, c *console) *play {
	p := &play{demo: d, c: c}
	accept := func(who string, lead, need int) func(context.Context) error {
		return func(ctx context.Context) error { return p.accept(ctx, who, lead, p.company.Needs[need]) }
	}
	reject := func(who string, lead int, reason, note string) func(context.Context) error {
		return func(ctx context.Context) error { return p.reject(ctx, who, lead, reason, note) }
	}
	note := func(reason string) string { return p.company.Notes[reason][0] }
	p.steps = []step{
		{0, 9, 10, "team", p.team},
		{0, 9, 11, "settings", p.settings},
		{0, 9, 12, "reasons", p.reasons},
		{0, 9, 14, "routing", p.routing},
		{0, 9, 16, "calibrate", p.calibrate},
		{0, 9, 17, "answer", p.answer},
		{0, 9, 18, "sheet", p.sheet},
		{0, 9, 20, "arrive", p.several(4)},
		{0, 9, 25, "owned", p.owned},
		{0, 10, 5, "accept", accept(slackfake.Luke, 0, 0)},
		{0, 11, 40, "reject", reject(slackfake.Ana, 1, "wrong-size", note("wrong-size"))},
		{1, 9, 15, "arrive", p.several(2)},
		{1, 9, 40, "race", p.race},
		{1, 10, 10, "definitions", p.definitions},
		{1, 10, 30, "profile", p.profile},
		{1, 11, 0, "calibration", p.calibration},
		{1, 12, 0, "outsider", p.outsider},
		{1, 13, 0, "question", p.question},
		{1, 16, 30, "merge", p.again},
		{1, 16, 40, "assign", p.assign},
		{2, 9, 30, "not_now", p.notNow},
		{2, 10, 0, "by_hand", p.byHand},
		{2, 10, 30, "mistake", reject(slackfake.Luke, 3, "not-a-buyer", note("not-a-buyer"))},
		{2, 10, 34, "take_back", p.takeBack},
		{2, 10, 40, "accept", accept(slackfake.Luke, 3, 3)},
		{2, 11, 0, "burst", p.burst},
		{2, 11, 20, "door", p.door},
		{2, 11, 30, "bulk", p.bulk},
		{2, 15, 0, "exercise_start", p.startExercise},
		{2, 16, 0, "exercise", p.exercise},
		{2, 16, 10, "exercise_result", p.concluded},
		{3, 9, 0, "returned", p.returned},
		{3, 10, 0, "accept", accept(slackfake.Luke, 7, 2)},
		{3, 10, 10, "reject", reject(slackfake.Ana, 8, "not-a-buyer", note("not-a-buyer"))},
		{3, 15, 0, "ask", p.ask},
		{3, 16, 0, "calibrated", p.calibrated},
		{4, 9, 30, "arrive", p.several(1)},
		{4, 12, 0, "accept", accept(slackfake.Ana, 4, 4)},
		{4, 12, 15, "accept", accept(slackfake.Ana, 6, 5)},
		{4, 12, 20, "stats", p.stats},
		{4, 12, 30, "home", p.home},
		{7, 9, 0, "monday", p.monday},
	}
	return p
}

func (p *play) run(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, playPatience)
	defer cancel()
	if err := p.settled(ctx); err != nil {
		return err
	}
	begin := p.fake.Now()
	p.c.say("play.begin")
	for _, s := range p.steps {
		y, m, d := begin.In(p.fake.Zone()).Date()
		p.fake.SetNow(time.Date(y, m, d+s.day, s.hour, s.minute, 0, 0, p.fake.Zone()))
		fmt.Fprintf(p.c.Stdout, "  %s  %s\n", p.c.p.Moment(p.fake.Now().In(p.fake.Zone())), p.c.p.T("play."+s.key))
		if err := s.do(ctx); err != nil {
			return fmt.Errorf("play: %s: %w", s.key, err)
		}
		if err := p.settled(ctx); err != nil {
			return err
		}
	}
	show := func(channel, said string) {
		fmt.Fprintf(p.c.Stdout, "\n%s\n%s\n\n%s\n", channel, strings.Repeat("─", 72), said)
	}
	show("#mql-leads", p.fake.Transcript(slackfake.ChannelLeads))
	for _, m := range p.fake.Messages(p.expoChannel)[:1] { // the others are in its thread
		show("#mql-expo", p.fake.Text(m.Blocks)+"\n")
	}
	show("#mql-feedback", p.fake.Transcript(slackfake.ChannelFeedback))
	if err := p.check(ctx, begin); err != nil {
		return err
	}
	if len(p.wrong) > 0 {
		for _, w := range p.wrong {
			fmt.Fprintln(p.c.Stderr, "✗ "+w)
		}
		return fail("play.wrong", "Count", len(p.wrong))
	}
	p.c.say("play.right", "Leads", len(p.leads)+len(p.expo))
	return nil
}

func (p *play) expect(ok bool, format string, args ...any) {
	if !ok {
		p.wrong = append(p.wrong, fmt.Sprintf(format, args...))
	}
}

func (p *play) several(n int) func(context.Context) error {
	return func(ctx context.Context) error {
		for range n {
			r, err := p.arrive(ctx)
			if err != nil {
				return err
			}
			p.expect(r.Fate == handoff.FateNew, "lead #%d came in as %s, not as new", r.Number, r.Fate)
			p.leads, p.rounds = append(p.leads, r.Number), p.rounds+1
		}
		return nil
	}
}

// card is the message that shows the current round of a lead.
func (p *play) card(ctx context.Context, lead int) (slackfake.Target, error) {
	l, err := p.lead(ctx, lead)
	if err != nil {
		return slackfake.Target{}, err
	}
	m, err := p.service.store.CardOf(ctx, l.Workspace, l.ID, l.Round)
	return slackfake.InMessage(m.Channel, m.TS), err
}

func (p *play) lead(ctx context.Context, lead int) (handoff.Lead, error) {
	return p.service.store.LeadByNumber(ctx, p.service.workspace.ID, p.leads[lead])
}

// press presses a card's button, and returns the form that opens.
func (p *play) press(ctx context.Context, who string, lead int, action, value string) (*slackfake.View, error) {
	at, err := p.card(ctx, lead)
	if err != nil {
		return nil, err
	}
	if err := p.fake.Click(ctx, who, at, action, value); err != nil {
		return nil, err
	}
	v := p.fake.Modal(who)
	if v == nil {
		return nil, errors.New("no form opened")
	}
	return v, nil
}

func (p *play) submit(ctx context.Context, who string, v *slackfake.View, values map[string]string) (slackfake.Result, error) {
	if v == nil {
		return slackfake.Result{}, errors.New("no form opened")
	}
	r, err := p.fake.Submit(ctx, who, v.ID, values)
	if err == nil && len(r.Errors) > 0 {
		err = fmt.Errorf("the form was refused: %v", r.Errors)
	}
	return r, err
}

// monday waits for the digest of the week.
func (p *play) monday(ctx context.Context) error {
	week := handoff.WeekOf(p.fake.Now(), p.fake.Zone()).Add(-1)
	return p.fake.Wait(ctx, func() bool { return p.digestsOf(week) > 0 })
}
