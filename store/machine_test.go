package store_test

import (
	"errors"
	"flag"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"relevo/handoff"
	"relevo/store"
)

// Whatever arrives, one by one or many at once, is decided, alone or with others, taken back, passed on, returns, is erased, and is
// posted meanwhile, in whatever order: no lead is lost, the sum over the states is what was received, every decided round has one decision that
// stands, every open one a card, and the figures are what plain counting finds.
func TestAnyOrder(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		fewer(t, 25) // each is a long walk
		ws := workspace(t, s)
		ws.Zone = "Europe/Madrid"
		rapid.Check(t, func(t *rapid.T) {
			b := &ledger{s: s, ws: routed(t, s, another(t, s, ws)), now: monday, leads: map[int64]*account{}}
			t.Repeat(map[string]func(*rapid.T){
				"arrive":   b.arrive,
				"import":   b.imports,
				"history":  b.history,
				"decide":   b.decide,
				"several":  b.several,
				"reroute":  b.reroute,
				"takeBack": b.takeBack,
				"return":   b.returnDue,
				"erase":    b.erase,
				"wait":     b.wait,
				"post":     b.post,
				"figures":  b.checkFigures,
				"":         b.check,
			})
			b.checkFigures(t)
			b.checkCards(t)
		})
	})
}

// fewer makes rapid try n times, not a hundred.
func fewer(t *testing.T, n int) {
	checks := flag.Lookup("rapid.checks")
	before := checks.Value.String()
	t.Cleanup(func() { checks.Value.Set(before) })
	if err := checks.Value.Set(fmt.Sprint(n)); err != nil {
		t.Fatal(err)
	}
}

func (b *ledger) arrival(t *rapid.T, at time.Time) handoff.Arrival {
	a := person(rapid.IntRange(1, 6).Draw(t, "person"))
	a.Company = rapid.SampledFrom([]string{"", "Nordwind", "Südwind"}).Draw(t, "company")
	a.ExternalID = rapid.SampledFrom([]string{"", "", "x:1", "x:2", "x:3"}).Draw(t, "external id")
	if a.ExternalID != "" && rapid.Bool().Draw(t, "no e-mail") {
		a.Email = ""
	}
	a.Country = rapid.SampledFrom([]string{"", "", "ES"}).Draw(t, "country")
	a.Source = rapid.SampledFrom([]string{"Webinar", "Google"}).Draw(t, "source")
	a.Campaign = rapid.SampledFrom([]string{"", "Autumn"}).Draw(t, "campaign")
	a.AsksContact = rapid.Bool().Draw(t, "asks")
	a.At = at
	return a
}

func (b *ledger) arrive(t *rapid.T) {
	r := add(t, b.s, b.ws, b.arrival(t, b.now))[0]
	b.received(t, r)
}

// imports takes in many at once, as a file or a request with several leads does.
func (b *ledger) imports(t *rapid.T) {
	if b.made > 60 {
		t.Skip("every lead is looked at after every step")
	}
	in := store.Batch{At: b.now}
	first := rapid.IntRange(1, 60).Draw(t, "first person")
	for i := range rapid.SampledFrom([]int{3, 8, 25}).Draw(t, "leads") {
		a := person(first + i - i%8/7) // one of them twice
		a.Source, a.At = rapid.SampledFrom([]string{"Excel file", "Google"}).Draw(t, "source"), b.now
		in.Arrivals = append(in.Arrivals, a)
	}
	receipts, err := b.s.AddBatch(t.Context(), b.ws, in)
	must(t, err)
	for _, r := range receipts {
		b.received(t, r)
	}
}

// post is what the bot does meanwhile, with whatever outcome.
func (b *ledger) post(t *rapid.T) {
	ctx := t.Context()
	work := rapid.SampledFrom([]store.Work{store.Post, store.Post, store.Update}).Draw(t, "work")
	m, err := b.s.Claim(ctx, work, "p", b.now, time.Minute)
	if errors.Is(err, handoff.ErrNotFound) {
		t.Skip("nothing to post")
	}
	must(t, err)
	b.posts++
	switch outcome := rapid.SampledFrom([]string{"done", "done", "done", "refused", "unknown", "gone"}).Draw(t, "outcome"); {
	case outcome == "refused" || outcome == "unknown":
		must(t, b.s.Failed(ctx, m, outcome, outcome == "refused", b.now))
	case work == store.Post && outcome == "gone" && m.ThreadTS != "":
		must(t, b.s.Follow(ctx, m, b.now))
	case work == store.Post:
		must(t, b.s.Posted(ctx, m, "C1", fmt.Sprint("1.", b.posts)))
	case outcome == "gone":
		must(t, b.s.Gone(ctx, m))
	default:
		must(t, b.s.Updated(ctx, m))
	}
}

func (b *ledger) received(t *rapid.T, r handoff.Receipt) *account {
	if r.Fate == handoff.FateNew {
		b.made++
	}
	if _, known := b.leads[r.Number]; !known && r.Fate != handoff.FateNew {
		t.Fatalf("lead %d was %s and is not known", r.Number, r.Fate)
	}
	return b.read(t, r.Number)
}

func (b *ledger) history(t *rapid.T) {
	a := b.arrival(t, monday.Add(-time.Duration(rapid.IntRange(0, 500).Draw(t, "hours before"))*time.Hour))
	o := handoff.Outcome{
		Verdict: rapid.SampledFrom([]handoff.Verdict{handoff.Accept, handoff.Reject, handoff.NotNow}).Draw(t, "verdict"),
		At:      a.At.Add(time.Duration(rapid.IntRange(0, 300).Draw(t, "hours after")) * time.Hour),
		Timed:   rapid.Bool().Draw(t, "timed"),
		Note:    rapid.SampledFrom([]string{"", "they grow"}).Draw(t, "note"),
	}
	a.Outcome = &o
	receipts, err := b.s.AddHistory(t.Context(), b.ws, []handoff.Arrival{a})
	must(t, err)
	if receipts[0].Fate == handoff.FateRepeated {
		return
	}
	to := b.received(t, receipts[0])
	to.silent = true
	decisions, err := b.s.Decisions(t.Context(), b.ws.ID, to.ID)
	must(t, err)
	if receipts[0].Fate == handoff.FateMerged && len(decisions) == to.decisions() {
		if o.At.Before(to.Offered) || to.current().standing() != nil || a.ExternalID != "" {
			return // of a time before the round, or known already, with less
		}
		t.Fatalf("%+v was not decided", to.Lead)
	}
	d := handoff.Decision{LeadID: to.ID, Round: to.Round, Verdict: o.Verdict, Note: o.Note, At: o.At}
	if o.Timed {
		worked := b.ws.Rules().Hours.Between(to.Offered, o.At)
		d.Worked = &worked
	}
	b.decided(to, b.withID(t, to, d))
}

// withID returns the decision with the id that the store gave it.
func (b *ledger) withID(t *rapid.T, a *account, d handoff.Decision) handoff.Decision {
	stored, err := b.s.Decisions(t.Context(), b.ws.ID, a.ID)
	must(t, err)
	d.ID = stored[len(stored)-1].ID
	return d
}

func (b *ledger) takeBack(t *rapid.T) {
	a := b.pick(t)
	o := a.rounds[rapid.IntRange(0, len(a.rounds)-1).Draw(t, "round")]
	if len(o.decisions) == 0 {
		t.Skip("not decided")
	}
	d := &o.decisions[rapid.IntRange(0, len(o.decisions)-1).Draw(t, "decision")]
	_, err := b.s.TakeBack(t.Context(), b.ws.ID, a.ID, d.ID, takeBack(b.ws, "U2", b.now), b.ws.Rules())
	switch {
	case a.State == handoff.Erased:
		if !errors.Is(err, handoff.ErrErased) {
			t.Fatalf("taking back on an erased lead gave %v", err)
		}
	case o != a.current():
		if !errors.Is(err, handoff.ErrRoundOver) {
			t.Fatalf("taking back in a round that is over gave %v", err)
		}
	case !d.Stands():
		if !errors.Is(err, handoff.ErrNotDecided) {
			t.Fatalf("taking back twice gave %v", err)
		}
	default:
		must(t, err)
		d.TakenBackAt, o.closed = b.now, time.Time{}
		b.read(t, a.Number)
	}
}

func (b *ledger) returnDue(t *rapid.T) {
	b.now = b.now.Add(time.Duration(rapid.IntRange(0, 40).Draw(t, "days")) * 24 * time.Hour)
	_, err := b.s.ReturnDue(t.Context(), b.now)
	must(t, err)
	for number, a := range b.leads {
		due := a.State == handoff.Nurturing && !a.Back.IsZero() && !a.Back.After(b.now)
		round := a.Round
		if b.read(t, number); (a.Round == round+1) != due {
			t.Fatalf("lead %d, back at %v, went from round %d to %d at %v", number, a.Back, round, a.Round, b.now)
		}
		a.current().returned = a.current().returned || due
	}
}

// erase lets somebody withdraw, by whatever is known of them.
func (b *ledger) erase(t *rapid.T) {
	if rapid.IntRange(0, 2).Draw(t, "stays") > 0 {
		t.Skip("most of what can happen comes before it")
	}
	who := store.Erasure{ExternalID: rapid.SampledFrom([]string{"", "x:1", "x:2"}).Draw(t, "external id")}
	if rapid.Bool().Draw(t, "by e-mail") {
		who.Email = person(rapid.IntRange(1, 6).Draw(t, "person")).Email
	}
	n, err := b.s.Erase(t.Context(), b.ws.ID, who, b.now)
	must(t, err)
	for number, a := range b.leads {
		before := a.State
		email := a.Email
		if b.read(t, number); a.State != handoff.Erased || before == handoff.Erased {
			if who.Email != "" && email == who.Email {
				t.Fatalf("lead %d of %q is %s", number, email, a.State)
			}
			continue
		}
		n--
		for _, o := range a.rounds {
			if o.closed.IsZero() {
				o.closed = b.now
			}
			for i := range o.decisions {
				o.decisions[i].Note = ""
			}
		}
	}
	if n != 0 {
		t.Fatalf("%d more leads are said to be erased than are", n)
	}
}

func (b *ledger) wait(t *rapid.T) {
	b.now = b.now.Add(time.Duration(rapid.IntRange(1, 600).Draw(t, "minutes")) * time.Minute)
}
