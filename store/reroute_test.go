package store_test

import (
	"errors"
	"maps"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
)

func TestReroute(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		ws := routed(t, s, workspace(t, s))
		add(t, s, ws, from("ES", 1))
		before := byNumber(t, s, ws, 1)
		rule := func(to string) func(handoff.Lead) (handoff.Decision, error) {
			return func(l handoff.Lead) (handoff.Decision, error) {
				return ws.Rules().Reject(l, 1, handoff.Actor{User: "U1"}, handoff.Rejection{Reason: "other-team", To: to}, monday.Add(time.Hour))
			}
		}
		for to, want := range map[string]string{"spain": "there already", "nowhere": "route: unknown"} {
			if _, _, err := s.Reroute(ctx, ws.ID, before.ID, "", to, rule(to), ws.Rules()); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("rerouted to %s: %v", to, err)
			}
		}
		if got := byNumber(t, s, ws, 1); got.State != handoff.Open || got.Round != 1 {
			t.Errorf("refused, it is %+v", got)
		}
		for range 2 { // Slack delivers it twice
			_, d, err := s.Reroute(ctx, ws.ID, before.ID, "V1", "mexico", rule("mexico"), ws.Rules())
			must(t, err)
			if d.Round != 1 || d.Verdict != handoff.Reject || d.Reason != "other-team" {
				t.Errorf("decided %+v", d)
			}
		}
		l := byNumber(t, s, ws, 1)
		if l.State != handoff.Open || l.Round != 2 || l.Route != "mexico" || l.Channel != "" || l.Owner != "U3" || !l.Offered.Equal(monday.Add(time.Hour)) || l.Decider != "" {
			t.Errorf("it is %+v", l)
		}
		ds, err := s.Decisions(ctx, ws.ID, l.ID)
		must(t, err)
		if len(ds) != 1 {
			t.Fatalf("%d decisions", len(ds))
		}
		if _, err := s.TakeBack(ctx, ws.ID, l.ID, ds[0].ID, takeBack(ws, "U1", monday.Add(2*time.Hour)), ws.Rules()); !errors.Is(err, handoff.ErrRoundOver) {
			t.Errorf("taken back: %v", err)
		}
		events, err := s.History(ctx, ws.ID, l.ID)
		must(t, err)
		if e := events[len(events)-1]; e.Kind != handoff.EventRerouted || e.Round != 2 || e.Actor != "U1" || e.Note != "Mexico" {
			t.Errorf("the history ends with %+v", e)
		}
		passed, err := s.Passed(ctx, ws.ID, l.ID)
		if must(t, err); !maps.Equal(passed, map[int]string{2: "Mexico"}) {
			t.Errorf("it was passed on to %v", passed)
		}
		m, err := s.CardOf(ctx, ws.ID, l.ID, 2)
		must(t, err)
		old, err := s.CardOf(ctx, ws.ID, l.ID, 1)
		must(t, err)
		if m.Target != "" || old.Wanted < 2 {
			t.Errorf("its card is %+v, the old one %+v", m, old)
		}
		origins, err := s.Origins(ctx, ws.ID)
		must(t, err)
		if origins != "1/1  1/2 rerouted" {
			t.Errorf("rounds began %q", origins)
		}
	})
}

// Several are passed on at once, by turns, and together they are one announcement; one that is there already, or decided, stays.
func TestRerouteEach(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, at := t.Context(), monday.Add(2*time.Hour)
		ws := routed(t, s, workspace(t, s))
		var ids []int64
		for n := 1; n <= handoff.BurstSize+4; n++ {
			add(t, s, ws, from("MX", n))
			ids = append(ids, byNumber(t, s, ws, int64(n)).ID)
		}
		add(t, s, ws, from("ES", 100), from("MX", 101))
		there, decided := byNumber(t, s, ws, int64(len(ids)+1)), byNumber(t, s, ws, int64(len(ids)+2))
		if _, _, err := s.Decide(ctx, ws.ID, decided.ID, "", accept(ws, "U2", monday), ws.Rules()); err != nil {
			t.Fatal(err)
		}
		rule := func(l handoff.Lead) (handoff.Decision, error) {
			return ws.Rules().Reject(l, 1, handoff.Actor{User: "U1"}, handoff.Rejection{Reason: "other-team", To: "spain"}, at)
		}
		for again := range 2 { // Slack delivers it twice
			done, err := s.DecideEach(ctx, ws.ID, append(ids, there.ID, decided.ID), "V1", "spain", rule, ws.Rules())
			must(t, err)
			owners, wave := map[string]int{}, ""
			for i, one := range done[:len(ids)] {
				l := byNumber(t, s, ws, int64(i+1))
				owners[l.Owner]++
				m, err := s.CardOf(ctx, ws.ID, l.ID, 2)
				must(t, err)
				if one.Err != nil || l.Round != 2 || l.Route != "spain" || one.Lead.Version != l.Version || m.Target != "C0SPAIN001" || m.Thread == "" || wave != "" && m.Thread != wave {
					t.Fatalf("sent %d times: %+v became %+v with card %+v", again+1, one, l, m)
				}
				wave = m.Thread
			}
			if n := len(ids); owners["U1"] != n/3*2 || owners["U2"] != n/3 {
				t.Errorf("their owners are %v", owners)
			}
			if err := done[len(ids)].Err; !errors.Is(err, handoff.ErrThere) && again == 0 || byNumber(t, s, ws, there.Number).Round != 1 {
				t.Errorf("a lead that was there: %v", err)
			}
			if err := done[len(ids)+1].Err; !errors.Is(err, handoff.ErrAlreadyDecided) {
				t.Errorf("a lead that was decided: %v", err)
			}
		}
		if _, err := s.DecideEach(ctx, ws.ID, ids[:1], "V2", "gone", accept(ws, "U1", at), ws.Rules()); err == nil || !strings.Contains(err.Error(), "route: unknown") || byNumber(t, s, ws, 1).Round != 2 {
			t.Errorf("passed on to no route: %v", err)
		}
	})
}
