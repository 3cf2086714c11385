package store_test

import (
	"fmt"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
	"relevo/store/storetest"
)

// each runs the test on SQLite and, when RELEVO_TEST_POSTGRES holds a URL, on PostgreSQL.
func each(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	eachDSN(t, func(t *testing.T, dsn string) { test(t, storetest.OpenAt(t, dsn)) })
}

// eachDSN is each for tests that open the store themselves.
func eachDSN(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, storetest.SQLite(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, storetest.Postgres(t)) })
}

// monday is a Monday, 10:00 in UTC.
var monday = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func workspace(t testing.TB, s *store.Store) store.Workspace {
	t.Helper()
	ws, err := s.DefaultWorkspace(t.Context(), monday)
	if err != nil {
		t.Fatal(err)
	}
	return ws
}

// person returns an arrival of the n-th made-up person.
func person(n int) handoff.Arrival {
	return handoff.Arrival{
		Person: handoff.Person{Name: fmt.Sprintf("Person %d", n), Email: fmt.Sprintf("person%d@example.com", n), Company: "Nordwind"},
		Touch:  handoff.Touch{Source: "Webinar", Campaign: "Autumn", Activity: "asked for a demo"},
		At:     monday,
	}
}

// add takes arrivals in and returns their receipts.
func add(t testing.TB, s *store.Store, ws store.Workspace, as ...handoff.Arrival) []handoff.Receipt {
	t.Helper()
	receipts, err := s.AddLeads(t.Context(), ws, as)
	if err != nil {
		t.Fatal(err)
	}
	return receipts
}

func byNumber(t testing.TB, s *store.Store, ws store.Workspace, number int64) handoff.Lead {
	t.Helper()
	l, err := s.LeadByNumber(t.Context(), ws.ID, number)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// accept returns a rule by which the user accepts the lead's current round.
func accept(ws store.Workspace, user string, at time.Time) func(handoff.Lead) (handoff.Decision, error) {
	return func(l handoff.Lead) (handoff.Decision, error) {
		return ws.Rules().Accept(l, l.Round, handoff.Actor{User: user}, handoff.Acceptance{Need: "a faster line"}, at)
	}
}

// reject returns a rule by which the user rejects the lead's current round.
func reject(ws store.Workspace, user, reason string, at time.Time) func(handoff.Lead) (handoff.Decision, error) {
	return func(l handoff.Lead) (handoff.Decision, error) {
		return ws.Rules().Reject(l, l.Round, handoff.Actor{User: user}, handoff.Rejection{Reason: reason}, at)
	}
}

// takeBack returns a rule by which the user takes the decision back.
func takeBack(ws store.Workspace, user string, at time.Time) func(handoff.Lead, handoff.Decision) (handoff.Decision, error) {
	return func(l handoff.Lead, d handoff.Decision) (handoff.Decision, error) {
		return ws.Rules().TakeBack(l, d, handoff.Actor{User: user}, "wrong lead", at)
	}
}

func TestLoop(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		r := add(t, s, ws, person(1), person(2), person(1))
		want := []handoff.Receipt{{Number: 1, State: handoff.Open, Fate: handoff.FateNew}, {Number: 2, State: handoff.Open, Fate: handoff.FateNew}, {Number: 1, State: handoff.Open, Fate: handoff.FateMerged}}
		if fmt.Sprint(r) != fmt.Sprint(want) {
			t.Fatalf("receipts are %v, want %v", r, want)
		}
		m, err := s.Claim(ctx, store.Post, "a", monday, time.Minute)
		if err != nil {
			t.Fatal(err)
		}
		if err := s.Posted(ctx, m, "C1", "1.1"); err != nil {
			t.Fatal(err)
		}
		l := byNumber(t, s, ws, 1)
		_, d, err := s.Decide(ctx, ws.ID, l.ID, "k", accept(ws, "U1", monday.Add(time.Hour)), ws.Rules())
		if err != nil {
			t.Fatal(err)
		}
		if m, err = s.Claim(ctx, store.Update, "a", monday, time.Minute); err != nil || m.LeadID != l.ID {
			t.Fatal(m, err)
		}
		if err := s.Updated(ctx, m); err != nil {
			t.Fatal(err)
		}
		if _, err = s.TakeBack(ctx, ws.ID, l.ID, d.ID, takeBack(ws, "U1", monday.Add(2*time.Hour)), ws.Rules()); err != nil {
			t.Fatal(err)
		}
		ts, err := s.Tally(ctx, ws.ID, monday.Add(-time.Hour), monday.Add(24*time.Hour))
		t.Log(ts, err)
		found, more, err := s.Search(ctx, ws.ID, "pers nordw", 10)
		t.Log(len(found), more, err)
		next, err := s.NextDue(ctx)
		t.Log(next, err)
		events, err := s.History(ctx, ws.ID, l.ID)
		t.Log(events, err)
	})
}
