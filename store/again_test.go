package store_test

import (
	"errors"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
)

// A CRM hands the same person over again, by the same id: decided before, they get their next round. What was on its
// way before the round began, what came before, and what does not say so, changes nothing.
func TestHandedOverAgain(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		from := func(once string, received time.Time) handoff.Arrival {
			a := person(1)
			a.ExternalID, a.OnceKey, a.Again, a.Received, a.At = "hubspot:1", once, true, received, received.Add(time.Minute)
			return a
		}
		fate := func(a handoff.Arrival, want handoff.Fate, round int) {
			t.Helper()
			r := add(t, s, ws, a)[0]
			if l := byNumber(t, s, ws, 1); r.Number != 1 || r.Fate != want || l.Round != round {
				t.Errorf("%s: #%d is %s in round %d, want %s in round %d", a.OnceKey, r.Number, r.Fate, l.Round, want, round)
			}
		}
		fate(from("a", monday), handoff.FateNew, 1)
		fate(from("b", monday.Add(time.Hour)), handoff.FateRepeated, 1) // it is open
		_, _, err := s.Decide(ctx, ws.ID, byNumber(t, s, ws, 1).ID, "V1", reject(ws, "U1", "wrong-size", monday.Add(2*time.Hour)), ws.Rules())
		must(t, err)
		later := monday.Add(48 * time.Hour)
		fate(from("c", monday), handoff.FateRepeated, 1) // received before the round began
		fate(from("a", later), handoff.FateRepeated, 1)
		silent := from("d", later)
		silent.Again = false
		fate(silent, handoff.FateRepeated, 1)
		noEmail := from("e", later)
		noEmail.Email, noEmail.Phone = "", "+34600111222"
		fate(noEmail, handoff.FateNewRound, 2)
		fate(from("e", later.Add(time.Hour)), handoff.FateRepeated, 2)
		if l := byNumber(t, s, ws, 1); l.State != handoff.Open || l.Phone == "" || l.Email == "" {
			t.Errorf("the lead is %+v", l)
		}
		if n, err := s.Erase(ctx, ws.ID, store.Erasure{ExternalID: "hubspot:1"}, later); err != nil || n != 1 {
			t.Errorf("%d were erased, %v", n, err)
		}
		fate(from("f", later.Add(48*time.Hour)), handoff.FateRepeated, 2)
	})
}

// Only the sources that are asked for are claimed.
func TestClaimOfSources(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		_, err := s.AddFetches(ctx, ws, []store.Fetch{{Source: "meta", Key: "1", Ref: "1", Received: monday}, {Source: "linkedin", Key: "1", Ref: "2", Received: monday}})
		must(t, err)
		if f, err := s.ClaimFetch(ctx, "p", monday, time.Minute, "hubspot"); !errors.Is(err, handoff.ErrNotFound) {
			t.Errorf("claimed %+v, %v", f, err)
		}
		for _, tt := range []struct{ source, want string }{{"linkedin", "2"}, {"meta", "1"}} {
			if f, err := s.ClaimFetch(ctx, "p", monday, time.Minute, "hubspot", tt.source); err != nil || f.Ref != tt.want || f.Source != tt.source {
				t.Errorf("claimed %+v, %v", f, err)
			}
		}
	})
}
