package store_test

import (
	"errors"
	"reflect"
	"slices"
	"time"

	"pgregory.net/rapid"

	"relevo/handoff"
	"relevo/store"
)

// check is what always holds.
func (b *ledger) check(t *rapid.T) {
	ctx, sum := t.Context(), 0
	for _, state := range handoff.States() {
		leads, total, err := b.s.Leads(ctx, b.ws.ID, store.Filter{States: []handoff.State{state}}, 1000)
		must(t, err)
		sum += total
		for _, l := range leads {
			a := b.leads[l.Number]
			if a == nil || !reflect.DeepEqual(l, a.Lead) {
				t.Fatalf("lead is %+v, want %+v", l, a)
			}
			decided := a.current().standing()
			if state != handoff.Erased && ((decided == nil) != (state == handoff.Open) || decided != nil && decided.Verdict.State() != state) {
				t.Fatalf("lead %d is %s with decision %+v", l.Number, state, decided)
			}
		}
	}
	if sum != b.made || len(b.leads) != b.made {
		t.Fatalf("%d leads in all states, %d received", sum, b.made)
	}
	b.checkSums(t)
	for number, a := range b.leads {
		decisions, err := b.s.Decisions(ctx, b.ws.ID, a.ID)
		must(t, err)
		standing := map[int]int{}
		for _, d := range decisions {
			if d.Stands() {
				standing[d.Round]++
			}
		}
		for round := 1; round <= a.Round; round++ {
			want := 1
			if round == a.Round && a.State == handoff.Open {
				want = 0
			}
			if a.State == handoff.Erased && round == a.Round {
				want = min(standing[round], 1) // it may have been open
			}
			if standing[round] != want {
				t.Fatalf("lead %d has %d standing decisions in round %d, want %d", number, standing[round], round, want)
			}
		}
	}
}

// checkSums holds that the rounds and decisions that are stored add up to the leads and their states.
func (b *ledger) checkSums(t *rapid.T) {
	ever := monday.AddDate(50, 0, 0)
	tally, err := b.s.Tally(t.Context(), b.ws.ID, time.Time{}, ever)
	must(t, err)
	first, later, decided := 0, 0, 0
	for _, row := range tally {
		switch {
		case row.Verdict != "":
			decided += row.Count
		case row.First:
			first += row.Count
		default:
			later += row.Count
		}
	}
	backlog, err := b.s.Backlog(t.Context(), b.ws.ID, ever)
	must(t, err)
	open, rounds, withdrawn := 0, 0, 0
	for _, a := range b.leads {
		rounds += a.Round
		switch {
		case a.State == handoff.Open:
			open++
		case a.State == handoff.Erased && a.current().standing() == nil:
			withdrawn++
		}
	}
	if first != b.made || first+later != rounds || backlog.Open != open || rounds != decided+open+withdrawn {
		t.Fatalf("%d first and %d later rounds, %d decided, %d open, %d withdrawn undecided; of %d leads in %d rounds with %d open",
			first, later, decided, backlog.Open, withdrawn, b.made, rounds, open)
	}
}

// checkCards holds that every round that is open and was not taken in as history has a card, and that each announcement
// counts the cards that stand in its thread.
func (b *ledger) checkCards(t *rapid.T) {
	waves := map[string]*handoff.Wave{}
	for _, a := range b.leads {
		for round := 1; round <= a.Round; round++ {
			m, err := b.s.CardOf(t.Context(), b.ws.ID, a.ID, round)
			if errors.Is(err, handoff.ErrNotFound) && (a.State != handoff.Open || a.silent) {
				continue
			}
			must(t, err)
			if m.Thread == "" {
				continue
			}
			w := waves[m.Thread]
			if w == nil {
				w = &handoff.Wave{}
				waves[m.Thread] = w
			}
			w.Leads++
			if a.rounds[round-1].closed.IsZero() {
				w.Open++
			}
		}
	}
	for subject, want := range waves {
		got, err := b.s.Wave(t.Context(), b.ws.ID, subject)
		if must(t, err); got.Leads != want.Leads || got.Open != want.Open {
			t.Fatalf("%s counts %d leads, %d open; want %d and %d", subject, got.Leads, got.Open, want.Leads, want.Open)
		}
	}
}

// checkFigures compares what SQL counts in some span with what Go counts.
func (b *ledger) checkFigures(t *rapid.T) {
	ctx, id := t.Context(), b.ws.ID
	// The very times at which something happened are where a span may be off by one.
	times := b.times()
	from, to := rapid.SampledFrom(times).Draw(t, "from"), rapid.SampledFrom(times).Draw(t, "to")
	tally, err := b.s.Tally(ctx, id, from, to)
	must(t, err)
	if want := b.tally(from, to); !slices.Equal(sorted(tally), want) {
		t.Fatalf("tally is %+v, want %+v", tally, want)
	}
	pace, err := b.s.Pace(ctx, id, from, to)
	must(t, err)
	if want := b.pace(from, to); pace != want {
		t.Fatalf("pace is %+v, want %+v", pace, want)
	}
	backlog, err := b.s.Backlog(ctx, id, to)
	must(t, err)
	if want := b.backlog(to); backlog != want {
		t.Fatalf("backlog is %+v, want %+v", backlog, want)
	}
	returns, err := b.s.Returns(ctx, id, from, to)
	must(t, err)
	if want := b.returns(from, to); returns != want {
		t.Fatalf("returns are %+v, want %+v", returns, want)
	}
	needs, err := b.s.Needs(ctx, id, from, to, 3)
	must(t, err)
	if want := b.needs(from, to, 3); !slices.Equal(needs, want) {
		t.Fatalf("needs are %+v, want %+v", needs, want)
	}
	first, err := b.s.First(ctx, id)
	if want := b.first(); !first.Equal(want) || (err == nil) == want.IsZero() {
		t.Fatalf("the first round was at %v, %v, want %v", first, err, want)
	}
}
