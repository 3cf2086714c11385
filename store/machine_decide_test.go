package store_test

import (
	"errors"
	"fmt"

	"pgregory.net/rapid"

	"relevo/handoff"
	"relevo/store"
)

// The random acts that decide on leads.

func (b *ledger) decide(t *rapid.T) {
	a := b.pick(t)
	rule := accept(b.ws, "U1", b.now)
	if reason := rapid.SampledFrom([]string{"", "wrong-size", "duplicate", "unreachable"}).Draw(t, "reason"); reason != "" {
		rule = reject(b.ws, "U1", reason, b.now)
	}
	_, d, err := b.s.Decide(t.Context(), b.ws.ID, a.ID, "", rule, b.ws.Rules())
	b.outcome(t, a, "", d, err)
}

// several decides on some leads that follow one another for a reason of routing, and passes them on or not.
func (b *ledger) several(t *rapid.T) {
	first, to := b.pick(t), rapid.SampledFrom([]string{"", "spain", "mexico"}).Draw(t, "to")
	var some []*account
	var ids []int64
	for n := first.Number; n < first.Number+rapid.Int64Range(1, 8).Draw(t, "leads") && n <= int64(len(b.leads)); n++ {
		some, ids = append(some, b.leads[n]), append(ids, b.leads[n].ID)
	}
	b.forms++
	done, err := b.s.DecideEach(t.Context(), b.ws.ID, ids, fmt.Sprint("V", b.forms), to, b.pass(to), b.ws.Rules())
	must(t, err)
	for i, one := range done {
		b.outcome(t, some[i], to, one.Decision, one.Err)
	}
}

// reroute passes one lead on.
func (b *ledger) reroute(t *rapid.T) {
	a, to := b.pick(t), rapid.SampledFrom([]string{"spain", "mexico"}).Draw(t, "to")
	_, d, err := b.s.Reroute(t.Context(), b.ws.ID, a.ID, "", to, b.pass(to), b.ws.Rules())
	b.outcome(t, a, to, d, err)
}

func (b *ledger) pass(to string) store.Rule {
	return func(l handoff.Lead) (handoff.Decision, error) {
		return b.ws.Rules().Reject(l, l.Round, handoff.Actor{User: "U1"}, handoff.Rejection{Reason: "other-team", To: to}, b.now)
	}
}

// outcome notes what became of an act that decides on a lead, and passes it on to a route if one is named.
func (b *ledger) outcome(t *rapid.T, a *account, to string, d handoff.Decision, err error) {
	first, round := a.current().standing(), a.Round
	switch {
	case a.State == handoff.Erased:
		if !errors.Is(err, handoff.ErrErased) {
			t.Fatalf("deciding on an erased lead gave %v", err)
		}
	case first != nil:
		if already, ok := errors.AsType[*handoff.AlreadyDecided](err); !ok || already.First.ID != first.ID {
			t.Fatalf("a second decision gave %v, want word of %+v", err, first)
		}
	case to != "" && a.Route == to:
		if !errors.Is(err, handoff.ErrThere) {
			t.Fatalf("passing a lead on to where it is gave %v", err)
		}
	default:
		must(t, err)
		b.decided(a, d)
		b.read(t, a.Number)
		if to != "" && (a.State != handoff.Open || a.Round != round+1 || a.Route != to || !a.Offered.Equal(b.now)) {
			t.Fatalf("passed on to %s at %v the lead is %+v", to, b.now, a.Lead)
		}
	}
}
