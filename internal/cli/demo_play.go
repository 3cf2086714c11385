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

	leads  []int64 // numbers, in the order in which they arrived
	rounds int     // how many cards there must be
	wrong  []string
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
		{0, 9, 12, "routing", p.routing},
		{0, 9, 20, "arrive", p.several(4)},
		{0, 9, 25, "owned", p.owned},
		{0, 10, 5, "accept", accept(slackfake.Luke, 0, 0)},
		{0, 11, 40, "reject", reject(slackfake.Ana, 1, "wrong-size", note("wrong-size"))},
		{1, 9, 15, "arrive", p.several(2)},
		{1, 9, 40, "race", p.race},
		{1, 10, 10, "definitions", p.definitions},
		{1, 10, 30, "profile", p.profile},
		{1, 12, 0, "outsider", p.outsider},
		{1, 13, 0, "question", p.question},
		{1, 16, 30, "merge", p.again},
		{1, 16, 40, "assign", p.assign},
		{2, 10, 0, "by_hand", p.byHand},
		{2, 10, 30, "mistake", reject(slackfake.Luke, 3, "not-a-buyer", note("not-a-buyer"))},
		{2, 10, 34, "take_back", p.takeBack},
		{2, 10, 40, "accept", accept(slackfake.Luke, 3, 3)},
		{3, 11, 0, "not_now", reject(slackfake.Ana, 4, "bad-timing", note("bad-timing"))},
		{3, 15, 0, "ask", p.ask},
		{4, 9, 30, "arrive", p.several(1)},
		{4, 12, 15, "accept", accept(slackfake.Ana, 6, 5)},
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
	for _, ch := range []struct{ name, id string }{{"#mql-leads", slackfake.ChannelLeads}, {"#mql-feedback", slackfake.ChannelFeedback}} {
		fmt.Fprintf(p.c.Stdout, "\n%s\n%s\n\n%s\n", ch.name, strings.Repeat("─", 72), p.fake.Transcript(ch.id))
	}
	if err := p.check(ctx, begin); err != nil {
		return err
	}
	if len(p.wrong) > 0 {
		for _, w := range p.wrong {
			fmt.Fprintln(p.c.Stderr, "✗ "+w)
		}
		return fail("play.wrong", "Count", len(p.wrong))
	}
	p.c.say("play.right", "Leads", len(p.leads))
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

// again posts a lead that is waiting once more, from another form.
func (p *play) again(ctx context.Context) error {
	lead := p.company.Arrival(6) // the sixth lead, index 5
	lead["external_id"], lead["source"] = "norte-again", "Webinar"
	r, err := p.post(ctx, lead)
	p.expect(err != nil || r.Fate == handoff.FateMerged && r.Number == p.leads[5], "a lead that was waiting came in again as %s", r.Fate)
	return err
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

// monday waits for the digest of the week.
func (p *play) monday(ctx context.Context) error {
	week := handoff.WeekOf(p.fake.Now(), p.fake.Zone()).Add(-1)
	return p.fake.Wait(ctx, func() bool { return p.digestsOf(week) > 0 })
}
