package store_test

import (
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
	"relevo/store/storetest"
)

func TestReturnDue(t *testing.T) {
	eachDSN(t, func(t *testing.T, dsn string) {
		s, other := storetest.OpenAt(t, dsn), storetest.OpenAt(t, dsn)
		ctx, ws := t.Context(), workspace(t, s)
		var as []handoff.Arrival
		for n := range 30 {
			as = append(as, person(n))
			as[n].AsksContact = true
		}
		add(t, s, ws, as...)
		for n := range 20 {
			l := byNumber(t, s, ws, int64(n+1))
			reason := []string{"unreachable", "bad-timing"}[n%2] // 30 and 60 days
			if _, _, err := s.Decide(ctx, ws.ID, l.ID, "", reject(ws, "U1", reason, monday), ws.Rules()); err != nil {
				t.Fatal(err)
			}
		}
		back := byNumber(t, s, ws, 1).Back
		if next, err := s.NextDue(ctx); err != nil || !next.Equal(monday) {
			t.Errorf("with cards to post, next due is %v, %v, want their time %v", next, err, monday)
		}
		if n, err := s.ReturnDue(ctx, back.Add(-time.Second)); err != nil || n != 0 {
			t.Fatalf("before the day %d leads returned, %v", n, err)
		}
		var returned atomic.Int64
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				n, err := []*store.Store{s, other}[i%2].ReturnDue(ctx, back)
				if err != nil {
					t.Error(err)
				}
				returned.Add(int64(n))
			})
		}
		all.Wait()
		if returned.Load() != 10 {
			t.Errorf("%d leads returned, want 10", returned.Load())
		}
		l := byNumber(t, s, ws, 1)
		if l.State != handoff.Open || l.Round != 2 || l.AsksContact || !l.Back.IsZero() || !l.Offered.Equal(back) || !l.Received.Equal(monday) {
			t.Errorf("the lead that returned is %+v", l)
		}
		if kinds := kindsOf(t, s, ws, l); !slices.Equal(kinds, []handoff.EventKind{handoff.EventReceived, handoff.EventNotNow, handoff.EventReturned}) {
			t.Errorf("its history is %v", kinds)
		}
		if old, err := s.CardOf(ctx, ws.ID, l.ID, 1); err != nil || old.Wanted != 3 {
			t.Errorf("its old card is %+v, %v, want it to be shown anew", old, err)
		}
		if _, err := s.CardOf(ctx, ws.ID, l.ID, 2); err != nil {
			t.Errorf("its new card: %v", err)
		}
		if l := byNumber(t, s, ws, 2); l.State != handoff.Nurturing {
			t.Errorf("a lead whose day has not come is %s", l.State)
		}
	})
}

func TestNextDue(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		want := func(what string, at time.Time) {
			t.Helper()
			if next, err := s.NextDue(ctx); err != nil || !next.Equal(at) {
				t.Errorf("%s: next due is %v, %v, want %v", what, next, err, at)
			}
		}
		want("nothing at all", time.Time{})
		l := first(t, s, ws)
		want("a card to post", monday)
		m := claim(t, s, store.Post, monday)
		want("a card being posted", m.LeaseUntil)
		if err := s.Failed(ctx, m, "ratelimited", true, monday.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		want("a card to try again", monday.Add(time.Hour))
		m = claim(t, s, store.Post, monday.Add(time.Hour))
		if err := s.Posted(ctx, m, "C1", "1.1"); err != nil {
			t.Fatal(err)
		}
		want("a card posted: its owner is reminded", l.Nudge)
		l, _, err := s.Decide(ctx, ws.ID, l.ID, "", reject(ws, "U1", "unreachable", monday), ws.Rules())
		if err != nil {
			t.Fatal(err)
		}
		want("a card to update", monday)
		m = claim(t, s, store.Update, monday.Add(time.Hour))
		if err := s.Updated(ctx, m); err != nil {
			t.Fatal(err)
		}
		want("a lead that comes back", l.Back)
	})
}

// claim claims a message for a minute and fails when there is none.
func claim(t fataler, s *store.Store, w store.Work, now time.Time) store.Message {
	t.Helper()
	m, err := s.Claim(t.Context(), w, "p", now, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
