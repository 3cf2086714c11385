package bot_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"relevo/handoff"
	"relevo/internal/slackfake"
	"relevo/store"
)

// people are those who use the bot that is killed under their hands. What they could not get done they do again
// when it is back.
type people struct {
	*victim
	random   *rand.Rand
	leads    int
	typed    map[string]map[string]string // by view: what was put into a form that is not acknowledged
	promises []promise
}

// act does one thing after the other, until the bot is dead or enough is done.
func (p *people) act(l *life) {
	p.resume(l)
	for range 4 {
		p.arrives()
		for range 2 {
			if l.ctx.Err() != nil {
				return
			}
			switch p.random.IntN(4) {
			case 0:
				p.handsOver(l)
			case 1:
				p.fake.OpenHome(l.ctx, slackfake.Ana)
			default:
				p.decides(l)
			}
		}
	}
	p.settles(l, time.Second)
}

// arrives takes a lead in, as another process does; sometimes one that is known.
func (p *people) arrives() {
	p.t.Helper()
	p.leads++
	a, err := handoff.Arrival{
		Person: handoff.Person{Name: fmt.Sprintf("Lead %d", p.leads), Email: fmt.Sprintf("lead%d@example.com", p.random.IntN(4*p.leads))}, At: p.fake.Now(),
	}.Clean()
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.store.AddLeads(p.t.Context(), store.Workspace{ID: 1, Zone: "Europe/Madrid"}, []handoff.Arrival{a}); err != nil {
		p.t.Fatal(err)
	}
}

// handsOver is a marketer who fills in the form.
func (p *people) handsOver(l *life) {
	if _, err := p.fake.Command(l.ctx, slackfake.Marta, slackfake.ChannelGeneral, "/mql new"); err == nil {
		p.leads++
		p.submits(l, slackfake.Marta, map[string]string{"name": "By hand", "email": fmt.Sprintf("hand%d@example.com", p.leads)})
	}
}

// decides is a rep who decides on a card, or takes a decision back.
func (p *people) decides(l *life) {
	cards := p.fake.Messages(slackfake.ChannelLeads)
	if len(cards) == 0 {
		return
	}
	user := []string{slackfake.Luke, slackfake.Grace}[p.random.IntN(2)]
	card := cards[p.random.IntN(len(cards))]
	in := slackfake.InMessage(card.Channel, card.TS)
	note := fmt.Sprintf("Note %d", p.random.Uint32())
	if back := findValue(card.Blocks, "take_back:"); back != "" {
		if p.fake.Click(l.ctx, user, in, "card.menu", back) == nil {
			p.submits(l, user, map[string]string{"why": note})
		}
		return
	}
	if p.random.IntN(2) == 0 {
		if p.fake.Click(l.ctx, user, in, "card.accept", "") == nil {
			p.submits(l, user, map[string]string{"need": note})
		}
	} else if p.fake.Click(l.ctx, user, in, "card.reject", "") == nil {
		p.submits(l, user, map[string]string{"reject.reason": "wrong-role", "note": note})
	}
}

// submits fills in the form that somebody sees, and keeps what was typed until it is acknowledged.
func (p *people) submits(l *life, user string, values map[string]string) {
	v := p.fake.Modal(user)
	if v == nil || v.Submit == "" {
		return
	}
	if p.typed == nil {
		p.typed = map[string]map[string]string{}
	}
	if p.typed[v.ID] == nil { // else it is a form of an earlier life, which still has what was typed into it then
		p.typed[v.ID] = values
	}
	p.send(l, user, v)
}

func (p *people) send(l *life, user string, v *slackfake.View) {
	p.t.Helper()
	values := p.typed[v.ID]
	got, err := p.fake.Submit(l.ctx, user, v.ID, values)
	if err != nil {
		return // the bot is dead: again when it is back
	}
	delete(p.typed, v.ID)
	switch {
	case v.CallbackID == "new_lead":
		// A command that was delivered twice can have opened another form over this one before its answer came.
		if got.Closed || strings.Contains(p.fake.Text(got.View.Blocks), "#") {
			p.promises = append(p.promises, promise{email: values["email"]})
		}
	case got.Closed:
		p.promises = append(p.promises, promise{note: values["need"] + values["note"] + values["why"]})
	}
}

// resume sends the forms again whose answer never came.
func (p *people) resume(l *life) {
	for _, user := range []string{slackfake.Luke, slackfake.Grace, slackfake.Marta} {
		if v := p.fake.Modal(user); v != nil && p.typed[v.ID] != nil {
			p.send(l, user, v)
		}
	}
}

// settles waits until Slack agrees with the store, and returns whether it does in this time; a bot that is dead settles nothing.
func (p *people) settles(l *life, patience time.Duration) bool {
	p.t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	late := time.NewTimer(patience)
	defer late.Stop()
	for {
		n, err := p.store.Pending(p.t.Context(), p.fake.Now().Add(time.Hour))
		week, _ := p.store.LastDigest(p.t.Context(), 1)
		due := handoff.LastDigest(p.fake.Now(), madrid()).String()
		if err == nil && n == 0 && (week == due || due < "2026-W47") {
			return true
		}
		select {
		case <-l.ctx.Done():
			return false
		case <-late.C:
			p.t.Logf("%d messages are not shown yet; the last digest is of %q", n, week)
			return false
		case <-tick.C:
		}
	}
}

// rests lets bots live, unharmed, until Slack agrees with the store. What was refused some times in a row rests for minutes, so each bot wakes
// up later.
func (p *people) rests() {
	p.t.Helper()
	for range 12 {
		l := p.born(0, "")
		p.resume(l)
		settled := p.settles(l, patience/3)
		l.kill()
		if settled {
			return
		}
		p.fake.Advance(2 * time.Minute)
	}
	next, err := p.store.NextDue(p.t.Context())
	p.t.Fatalf("not everything is shown, the next thing is due at %v (%v), now it is %v:\n%s", next, err, p.fake.Now(), p.fake.Transcript(slackfake.ChannelFeedback))
}

// kept holds that everything that somebody was told is done is in the store.
func (p *people) kept() {
	p.t.Helper()
	leads, _, err := p.store.Leads(p.t.Context(), 1, storeAll, 10_000)
	if err != nil {
		p.t.Fatal(err)
	}
	notes := map[string]int{}
	for _, l := range leads {
		ds, err := p.store.Decisions(p.t.Context(), 1, l.ID)
		if err != nil {
			p.t.Fatal(err)
		}
		for _, d := range ds {
			notes[d.Note]++
			notes[d.TakenBackWhy]++
		}
	}
	for _, promised := range p.promises {
		if promised.email != "" {
			if _, err := p.store.LeadByEmail(p.t.Context(), 1, promised.email); err != nil {
				p.t.Errorf("%s was told to be handed over: %v", promised.email, err)
			}
		} else if notes[promised.note] != 1 {
			p.t.Errorf("the decision %q was acknowledged and is stored %d times", promised.note, notes[promised.note])
		}
	}
}
