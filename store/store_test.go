package store_test

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
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

// eachNew is eachDSN for tests that begin without tables.
func eachNew(t *testing.T, test func(t *testing.T, dsn string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, storetest.NoFile(t)) })
	t.Run("postgres", func(t *testing.T) { test(t, storetest.Postgres(t)) })
}

// fataler is what both *testing.T and *rapid.T can do.
type fataler interface {
	Helper()
	Fatal(args ...any)
	Context() context.Context
}

// monday is a Monday, 10:00 in UTC.
var monday = time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)

func workspace(t fataler, s *store.Store) store.Workspace {
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
func add(t fataler, s *store.Store, ws store.Workspace, as ...handoff.Arrival) []handoff.Receipt {
	t.Helper()
	receipts, err := s.AddLeads(t.Context(), ws, as)
	if err != nil {
		t.Fatal(err)
	}
	return receipts
}

func another(t fataler, s *store.Store, like store.Workspace) store.Workspace {
	t.Helper()
	ws, err := s.NewWorkspace(t.Context(), like)
	if err != nil {
		t.Fatal(err)
	}
	return ws
}

func byNumber(t fataler, s *store.Store, ws store.Workspace, number int64) handoff.Lead {
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

// summary describes everything that a workspace's leads show, the same for equal workspaces.
func summary(t fataler, s *store.Store, ws store.Workspace) string {
	t.Helper()
	leads, _, err := s.Leads(t.Context(), ws.ID, store.Filter{}, 1000)
	if err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(leads, func(a, b handoff.Lead) int { return cmp.Compare(a.Number, b.Number) })
	var b strings.Builder
	for _, l := range leads {
		events, err := s.History(t.Context(), ws.ID, l.ID)
		if err != nil {
			t.Fatal(err)
		}
		decisions, err := s.Decisions(t.Context(), ws.ID, l.ID)
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(&b, l.Number, l.Person, l.Touch, l.State, l.Round, l.Touches, l.Owner, l.Received, l.Offered, l.Due, l.Back, l.Version, events)
		for _, d := range decisions {
			fmt.Fprintln(&b, "  ", d.Round, d.Verdict, d.Reason, d.Note, d.At, d.Took != nil, d.Stands())
		}
		if l.State == handoff.Open {
			_, err := s.CardOf(t.Context(), ws.ID, l.ID, l.Round)
			fmt.Fprintln(&b, "  card:", err == nil)
		}
	}
	far := monday.AddDate(10, 0, 0)
	tally, err := s.Tally(t.Context(), ws.ID, time.Time{}, far)
	if err != nil {
		t.Fatal(err)
	}
	backlog, err := s.Backlog(t.Context(), ws.ID, far)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintln(&b, tally, backlog)
	return b.String()
}
