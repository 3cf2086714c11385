package store_test

import (
	"errors"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
)

// nothing fails when there is a message to claim.
func nothing(t *testing.T, s *store.Store, w store.Work, now time.Time) {
	t.Helper()
	if m, err := s.Claim(t.Context(), w, "p", now, time.Minute); !errors.Is(err, handoff.ErrNotFound) {
		t.Fatalf("claimed %+v, %v, want nothing", m, err)
	}
}

// must fails the test on an error.
func must(t fataler, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// card returns how the first round's card of lead 1 stands.
func card(t fataler, s *store.Store, ws store.Workspace) store.Message {
	t.Helper()
	m, err := s.CardOf(t.Context(), ws.ID, byNumber(t, s, ws, 1).ID, 1)
	must(t, err)
	return m
}

func TestPost(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		ws.LeadsChannel = "C1"
		must(t, s.SaveWorkspace(ctx, ws))
		l := first(t, s, ws)
		m := claim(t, s, store.Post, monday)
		if m.Kind != store.KindCard || m.LeadID != l.ID || m.Round != 1 || m.Workspace != ws.ID || m.Channel != "C1" || m.TS != "" || m.ThreadTS != "" ||
			m.Doubts != 1 || !m.DoubtSince.Equal(monday) || m.LeaseBy != "p" || !m.LeaseUntil.Equal(monday.Add(time.Minute)) || len(m.Key) < 26 {
			t.Errorf("claimed %+v", m)
		}
		nothing(t, s, store.Post, monday)
		nothing(t, s, store.Update, monday)
		must(t, s.Posted(ctx, m, "C1", "1.1"))
		if c := card(t, s, ws); c.TS != "1.1" || c.Channel != "C1" || c.Shown != c.Wanted || c.Doubts != 0 || !c.LeaseUntil.IsZero() {
			t.Errorf("posted card is %+v", c)
		}
		nothing(t, s, store.Post, monday)
		nothing(t, s, store.Update, monday)
		must(t, s.Posted(ctx, m, "C1", "1.1")) // told twice
		if err := s.Posted(ctx, m, "C1", "2.2"); !errors.Is(err, store.ErrElsewhere) {
			t.Errorf("posting it once more gave %v, want ErrElsewhere", err)
		}
		if c := card(t, s, ws); c.TS != "1.1" {
			t.Errorf("the second post took the first one's place: %+v", c)
		}
	})
}

func TestUpdate(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		l := first(t, s, ws)
		m := claim(t, s, store.Post, monday)
		_, d, err := s.Decide(ctx, ws.ID, l.ID, "", accept(ws, "U1", monday), ws.Rules())
		must(t, err)
		nothing(t, s, store.Update, monday) // it has no place yet
		must(t, s.Posted(ctx, m, "C1", "1.1"))
		m = claim(t, s, store.Update, monday) // it rose during the post
		nothing(t, s, store.Update, monday)
		_, err = s.TakeBack(ctx, ws.ID, l.ID, d.ID, takeBack(ws, "U1", monday), ws.Rules())
		must(t, err)
		nothing(t, s, store.Update, monday) // one update at a time
		must(t, s.Updated(ctx, m))
		m = claim(t, s, store.Update, monday) // it rose during the update
		must(t, s.Failed(ctx, m, "ratelimited", true, monday.Add(time.Minute)))
		nothing(t, s, store.Update, monday)
		m = claim(t, s, store.Update, monday.Add(time.Minute))
		must(t, s.Updated(ctx, m))
		nothing(t, s, store.Update, monday.Add(time.Hour))
		if c := card(t, s, ws); c.Failures != 0 || c.Problem != "" || c.Shown != c.Wanted {
			t.Errorf("card is %+v", c)
		}
	})
}

func TestGoneAndDropped(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		l := first(t, s, ws)
		must(t, s.Posted(ctx, claim(t, s, store.Post, monday), "C1", "1.1"))
		_, _, err := s.Decide(ctx, ws.ID, l.ID, "", accept(ws, "U1", monday), ws.Rules())
		must(t, err)
		gone := claim(t, s, store.Update, monday)
		must(t, s.Gone(ctx, gone))
		m := claim(t, s, store.Post, monday)
		if m.Doubts != 1 || m.Key != gone.Key || m.Shown != 0 {
			t.Errorf("to be posted anew: %+v", m)
		}
		must(t, s.Posted(ctx, m, "C1", "2.2"))
		must(t, s.Gone(ctx, gone)) // told again of the first
		if c := card(t, s, ws); c.TS != "2.2" {
			t.Errorf("card is %+v, want the new one to stand", c)
		}
		must(t, s.Drop(ctx, card(t, s, ws)))
		if _, err := s.CardOf(ctx, ws.ID, l.ID, 1); !errors.Is(err, handoff.ErrNotFound) {
			t.Errorf("a dropped card gave %v", err)
		}
		nothing(t, s, store.Post, monday)
	})
}

// A click tells where a card stands before the answer to its post is there.
func TestSeenAt(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		first(t, s, ws)
		m := claim(t, s, store.Post, monday)
		must(t, s.SeenAt(ctx, m, "C1", "1.1"))
		must(t, s.SeenAt(ctx, m, "C9", "9.9"))
		if c := card(t, s, ws); c.TS != "1.1" || c.Channel != "C1" || c.Doubts != 0 {
			t.Errorf("card is %+v", c)
		}
		must(t, s.Posted(ctx, m, "C1", "1.1"))
		nothing(t, s, store.Post, monday)
		nothing(t, s, store.Update, monday)
	})
}

func TestChanged(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ws := workspace(t, s)
		signalled := func() bool {
			select {
			case <-s.Changed():
				return true
			default:
				return false
			}
		}
		if signalled() {
			t.Error("signalled before anything was stored")
		}
		l := first(t, s, ws)
		add(t, s, ws, person(2))
		if !signalled() || signalled() {
			t.Error("two arrivals should leave one signal")
		}
		_, _, err := s.Decide(t.Context(), ws.ID, l.ID, "", accept(ws, "U1", monday), ws.Rules())
		must(t, err)
		if !signalled() {
			t.Error("a decision left no signal")
		}
		if _, err := s.LeadByID(t.Context(), ws.ID, l.ID); err != nil || signalled() {
			t.Errorf("reading left a signal, or %v", err)
		}
	})
}
