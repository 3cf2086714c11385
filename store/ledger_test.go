package store_test

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"time"

	"pgregory.net/rapid"

	"relevo/handoff"
	"relevo/store"
)

// ledger is written beside the store by a test, to count in plain Go what the store counts in SQL.
type ledger struct {
	s     *store.Store
	ws    store.Workspace
	now   time.Time
	leads map[int64]*account // by number
	made  int                // how often the store said that a lead is new
	posts int                // how often a message was claimed
	forms int                // how many forms decided on several
}

type account struct {
	handoff.Lead
	silent bool     // came in as history: a round of its may have no card
	rounds []*offer // by round, from 1
}

type offer struct {
	returned             bool // its day had come
	source, campaign     string
	offered, due, closed time.Time
	decisions            []handoff.Decision // the last one may stand
}

// standing returns the decision that stands, or nil.
func (o *offer) standing() *handoff.Decision {
	if n := len(o.decisions); n > 0 && o.decisions[n-1].Stands() {
		return &o.decisions[n-1]
	}
	return nil
}

// pick returns one of the leads, and skips the action when there is none.
func (b *ledger) pick(t *rapid.T) *account {
	if len(b.leads) == 0 {
		t.Skip("no leads")
	}
	return b.leads[rapid.Int64Range(1, int64(len(b.leads))).Draw(t, "lead")]
}

func (a *account) current() *offer { return a.rounds[len(a.rounds)-1] }

// decisions counts those that are known.
func (a *account) decisions() (n int) {
	for _, o := range a.rounds {
		n += len(o.decisions)
	}
	return n
}

// read notes how the store's lead stands now, in its current round.
func (b *ledger) read(t *rapid.T, number int64) *account {
	l := byNumber(t, b.s, b.ws, number)
	a := b.leads[number]
	if a == nil {
		a = &account{}
		b.leads[number] = a
	}
	a.Lead = l
	if len(a.rounds) < l.Round {
		a.rounds = append(a.rounds, &offer{source: l.Source, campaign: l.Campaign})
	}
	if len(a.rounds) != l.Round {
		t.Fatalf("lead %d is in round %d after %d rounds", number, l.Round, len(a.rounds))
	}
	a.current().offered, a.current().due = l.Offered, l.Due
	return a
}

func (b *ledger) decided(a *account, d handoff.Decision) {
	o := a.current()
	o.decisions = append(o.decisions, d)
	o.closed = d.At
}

// tally counts as Store.Tally does.
func (b *ledger) tally(from, to time.Time) []handoff.Tally {
	counts := map[handoff.Tally]int{}
	for _, a := range b.leads {
		for i, o := range a.rounds {
			if within(o.offered, from, to) {
				counts[handoff.Tally{Source: o.source, Campaign: o.campaign, First: i == 0}]++
			}
			if d := o.standing(); d != nil && within(d.At, from, to) {
				counts[handoff.Tally{Source: o.source, Campaign: o.campaign, Verdict: d.Verdict, Reason: d.Reason}]++
			}
		}
	}
	var ts []handoff.Tally
	for t, n := range counts {
		t.Count = n
		ts = append(ts, t)
	}
	return sorted(ts)
}

func within(at, from, to time.Time) bool { return !at.Before(from) && at.Before(to) }

func sorted(ts []handoff.Tally) []handoff.Tally {
	slices.SortFunc(ts, func(a, b handoff.Tally) int { return cmp.Compare(fmt.Sprint(a), fmt.Sprint(b)) })
	return ts
}

// decisions returns the standing decisions within a span, newest first.
func (b *ledger) decisions(from, to time.Time) []handoff.Decision {
	var ds []handoff.Decision
	for _, a := range b.leads {
		for _, o := range a.rounds {
			if d := o.standing(); d != nil && within(d.At, from, to) {
				ds = append(ds, *d)
			}
		}
	}
	slices.SortFunc(ds, func(a, b handoff.Decision) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(b.ID, a.ID)) })
	return ds
}

// pace counts as Store.Pace does.
func (b *ledger) pace(from, to time.Time) handoff.Pace {
	var worked []time.Duration
	for _, d := range b.decisions(from, to) {
		if d.Worked != nil {
			worked = append(worked, *d.Worked)
		}
	}
	if len(worked) == 0 {
		return handoff.Pace{}
	}
	slices.Sort(worked)
	rank := func(share float64) time.Duration { return worked[int(math.Ceil(share*float64(len(worked))))-1] }
	return handoff.Pace{Timed: len(worked), Median: rank(0.5), P90: rank(0.9)}
}

// backlog counts as Store.Backlog does.
func (b *ledger) backlog(at time.Time) (n handoff.Backlog) {
	for _, a := range b.leads {
		for _, o := range a.rounds {
			if !o.offered.Before(at) || !o.closed.IsZero() && o.closed.Before(at) {
				continue
			}
			n.Open++
			if o.due.Before(at) {
				n.Overdue++
			}
		}
	}
	return n
}

// returns counts as Store.Returns does.
func (b *ledger) returns(from, to time.Time) (r handoff.Returns) {
	for _, a := range b.leads {
		for _, o := range a.rounds {
			if !o.returned || !within(o.offered, from, to) {
				continue
			}
			r.Offered++
			switch d := o.standing(); {
			case d != nil && d.At.Before(to):
				*map[handoff.Verdict]*int{handoff.Accept: &r.Accepted, handoff.Reject: &r.Rejected, handoff.NotNow: &r.NotNow}[d.Verdict]++
			case o.closed.IsZero() || !o.closed.Before(to):
				r.Open++
			}
		}
	}
	return r
}

// needs lists as Store.Needs does.
func (b *ledger) needs(from, to time.Time, limit int) (needs []handoff.Need) {
	for _, d := range b.decisions(from, to) {
		for number, a := range b.leads {
			if a.ID == d.LeadID && d.Verdict == handoff.Accept && d.Note != "" && len(needs) < limit {
				o := a.rounds[d.Round-1]
				needs = append(needs, handoff.Need{Number: number, Company: a.Company, Source: o.source, Campaign: o.campaign, Text: d.Note})
			}
		}
	}
	return needs
}

// first is when the first round was offered.
func (b *ledger) first() (first time.Time) {
	for _, a := range b.leads {
		for _, o := range a.rounds {
			if first.IsZero() || o.offered.Before(first) {
				first = o.offered
			}
		}
	}
	return first
}

// times returns every time at which something happened or should, and the times just after.
func (b *ledger) times() []time.Time {
	times := []time.Time{monday.AddDate(-1, 0, 0), monday.AddDate(1, 0, 0)}
	for _, a := range b.leads {
		for _, o := range a.rounds {
			times = append(times, o.offered, o.due)
			for _, d := range o.decisions {
				times = append(times, d.At, d.At.Add(time.Millisecond))
			}
		}
	}
	slices.SortFunc(times, time.Time.Compare) // the map has no order, and a test must be repeatable
	return times
}
