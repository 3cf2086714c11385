package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
	"relevo/store/storetest"
)

// Whoever claims a post and dies leaves a doubt behind, and word of where it was tried.
func TestDoubt(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		ws.LeadsChannel = "C1"
		must(t, s.SaveWorkspace(ctx, ws))
		first(t, s, ws)
		claim(t, s, store.Post, monday)
		ws.LeadsChannel = "C2"
		must(t, s.SaveWorkspace(ctx, ws))
		later := monday.Add(time.Minute)
		nothing(t, s, store.Post, later.Add(-time.Millisecond))
		m := claim(t, s, store.Post, later)
		if m.Doubts != 2 || !m.DoubtSince.Equal(monday) || m.Channel != "C1" {
			t.Errorf("after the lease: %+v, want 2 doubts since %v in C1", m, monday)
		}
		must(t, s.Failed(ctx, m, "timeout", false, later.Add(time.Minute)))
		nothing(t, s, store.Post, later)
		m = claim(t, s, store.Post, later.Add(time.Minute))
		if m.Doubts != 3 || m.Failures != 1 || m.Problem != "timeout" || m.Channel != "C1" {
			t.Errorf("after an unknown outcome: %+v", m)
		}
		must(t, s.Failed(ctx, m, "channel_not_found", true, later))
		m = claim(t, s, store.Post, later)
		if m.Doubts != 1 || m.Failures != 2 || !m.DoubtSince.Equal(later) || m.Channel != "C2" {
			t.Errorf("after a definite failure: %+v, want one doubt since %v and the channel of now", m, later)
		}
		must(t, s.Found(ctx, m, "C2", "3.3"))
		if m := claim(t, s, store.Update, later); m.TS != "3.3" || m.Doubts != 0 || m.Failures != 0 {
			t.Errorf("found, it is to be updated: %+v", m)
		}
	})
}

// An answer that comes after the lease is over must not spoil the next claim.
func TestLateAnswers(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		l := first(t, s, ws)
		late := claim(t, s, store.Post, monday)
		now := monday.Add(time.Hour)
		second := claim(t, s, store.Post, now)
		must(t, s.Failed(ctx, late, "late", true, monday))
		if c := card(t, s, ws); c.Doubts != 2 || c.LeaseUntil != second.LeaseUntil || c.Failures != 0 {
			t.Errorf("a late failure changed the second claim: %+v", c)
		}
		must(t, s.Posted(ctx, late, "C1", "1.1")) // it did happen
		if err := s.Posted(ctx, second, "C1", "2.2"); !errors.Is(err, store.ErrElsewhere) {
			t.Errorf("the second post gave %v, want ErrElsewhere", err)
		}

		_, _, err := s.Decide(ctx, ws.ID, l.ID, "", accept(ws, "U1", monday), ws.Rules())
		must(t, err)
		late = claim(t, s, store.Update, now)
		now = now.Add(time.Hour)
		second = claim(t, s, store.Update, now)
		must(t, s.Updated(ctx, second))
		must(t, s.Updated(ctx, late)) // nobody knows which of the two Slack shows now
		if m := claim(t, s, store.Update, now); m.TS != "1.1" {
			t.Errorf("claimed %+v, want the card once more", m)
		}
	})
}

// A lease that was made before the clock was set back holds nobody up.
func TestClockSetBack(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ws := workspace(t, s)
		first(t, s, ws)
		claim(t, s, store.Post, monday.Add(24*time.Hour))
		if m := claim(t, s, store.Post, monday); m.Doubts != 2 {
			t.Errorf("claimed %+v, want it in doubt", m)
		}
		nothing(t, s, store.Post, monday.Add(-time.Minute)) // the lease holds where a clock is a little slow
	})
}

func TestClaimedOnce(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		var as []handoff.Arrival
		for n := range 60 {
			as = append(as, person(n))
		}
		add(t, s, ws, as...)
		var claimed sync.Map
		var all sync.WaitGroup
		for i := range 8 {
			all.Go(func() {
				for {
					m, err := s.Claim(ctx, store.Post, fmt.Sprint("p", i), monday, time.Minute)
					if errors.Is(err, handoff.ErrNotFound) {
						return
					}
					if err != nil {
						t.Error(err)
						return
					}
					if by, twice := claimed.LoadOrStore(m.ID, i); twice {
						t.Errorf("message %d was claimed by %v and %d", m.ID, by, i)
					}
					if err := s.Posted(ctx, m, "C1", fmt.Sprint("1.", m.ID)); err != nil {
						t.Error(err)
					}
				}
			})
		}
		all.Wait()
		n := 0
		claimed.Range(func(any, any) bool { n++; return true })
		if pending, err := s.Pending(ctx, monday); err != nil || n != 61 || pending != 0 { // with what announces them
			t.Errorf("%d were claimed and %d are pending, %v; want 61 and 0", n, pending, err)
		}
	})
}

// On PostgreSQL a claim must not wait for a message that somebody else is about to claim, nor come back without one.
func TestClaimPassesBy(t *testing.T) {
	dsn := storetest.Postgres(t)
	s := storetest.OpenAt(t, dsn)
	ws := workspace(t, s)
	add(t, s, ws, person(1), person(2))
	raw, err := sql.Open("pgx", dsn)
	must(t, err)
	defer raw.Close()
	tx, err := raw.Begin()
	must(t, err)
	defer tx.Rollback()
	_, err = tx.Exec(`SELECT id FROM messages ORDER BY id LIMIT 1 FOR UPDATE`)
	must(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	m, err := s.Claim(ctx, store.Post, "p", monday, time.Minute)
	must(t, err)
	if m.LeadID != byNumber(t, s, ws, 2).ID {
		t.Errorf("claimed %+v, want the second card", m)
	}
}
