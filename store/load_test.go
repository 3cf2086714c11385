package store_test

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
)

// leadsOf are n arrivals that each third nobody owns.
func leadsOf(n int) []handoff.Arrival {
	as := many(n)
	for i := range as {
		as[i].Owner = []string{"", "U1", "U2"}[i%3]
	}
	return as
}

func TestLoads(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		add(t, s, ws, leadsOf(9)...)
		decide := func(number int64, rule store.Rule) {
			t.Helper()
			if _, _, err := s.Decide(ctx, ws.ID, byNumber(t, s, ws, number).ID, "", rule, ws.Rules()); err != nil {
				t.Fatal(err)
			}
		}
		decide(1, accept(ws, "U1", monday.Add(time.Hour)))
		decide(2, reject(ws, "U1", "wrong-size", monday.Add(2*time.Hour)))
		decide(3, reject(ws, "U3", "no-need-now", monday.Add(3*time.Hour)))
		decide(4, accept(ws, "U1", monday.Add(4*time.Hour)))
		taken, err := s.DecidedBy(ctx, ws.ID, "U1", 1)
		if err != nil || len(taken) != 1 || taken[0].Lead.Number != 4 {
			t.Fatalf("the newest decision is %+v, %v", taken, err)
		}
		if _, err := s.TakeBack(ctx, ws.ID, taken[0].LeadID, taken[0].Decision.ID, takeBack(ws, "U1", monday.Add(5*time.Hour)), ws.Rules()); err != nil {
			t.Fatal(err)
		}
		lately, err := s.DecidedBy(ctx, ws.ID, "U1", 9)
		if err != nil || len(lately) != 2 || lately[0].Lead.Number != 2 || lately[0].Lead.State != handoff.Rejected || lately[1].Decision.Verdict != handoff.Accept {
			t.Errorf("lately decided are %+v, %v", lately, err)
		}
		got, err := s.Loads(ctx, ws.ID, monday.Add(90*time.Minute), byNumber(t, s, ws, 6).Due)
		want := []handoff.Load{
			{User: "", Open: 2, Overdue: 0}, // one of them was taken back, and is due later
			{User: "U1", Open: 2, Overdue: 1, Tallies: []handoff.Tally{{Verdict: handoff.Reject, Reason: "wrong-size", Count: 1}}},
			{User: "U2", Open: 2, Overdue: 0},
			{User: "U3", Tallies: []handoff.Tally{{Verdict: handoff.NotNow, Reason: "no-need-now", Count: 1}}},
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got  %+v, %v\nwant %+v", got, err, want)
		}
		wall, err := s.WallPace(ctx, ws.ID, monday, monday.AddDate(0, 0, 7))
		if err != nil || wall.Timed != 3 || wall.Median < time.Hour || wall.P90 < wall.Median {
			t.Errorf("by the clock decisions took %+v, %v", wall, err)
		}
	})
}

// BenchmarkHome asks what a manager's Home asks, with a hundred thousand leads of which each third was decided lately.
func BenchmarkHome(b *testing.B) {
	s, ws := filled(b, 0)
	ctx, now := b.Context(), monday.AddDate(0, 0, 2)
	add(b, s, ws, leadsOf(100_000)...)
	for from := int64(1); from < 33_000; from += 1000 {
		var ids []int64
		for id := range int64(1000) {
			ids = append(ids, from+id)
		}
		if _, err := s.DecideEach(ctx, ws.ID, ids, fmt.Sprint("V", from), "", reject(ws, fmt.Sprint("U", from%30), "wrong-size", now), ws.Rules()); err != nil {
			b.Fatal(err)
		}
	}
	for name, ask := range map[string]func() error{
		"loads":  func() error { _, err := s.Loads(ctx, ws.ID, monday, now); return err },
		"pace":   func() error { _, err := s.Pace(ctx, ws.ID, monday, now.Add(time.Hour)); return err },
		"wall":   func() error { _, err := s.WallPace(ctx, ws.ID, monday, now.Add(time.Hour)); return err },
		"lately": func() error { _, err := s.DecidedBy(ctx, ws.ID, "U1", 5); return err },
		"own": func() error {
			_, _, err := s.Leads(ctx, ws.ID, store.Filter{States: []handoff.State{handoff.Open}, Owner: "U1"}, 10)
			return err
		},
		"past due": func() error { _, _, err := s.Leads(ctx, ws.ID, store.Filter{OverdueAt: now}, 10); return err },
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if err := ask(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
