package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
)

// The rounds of a week are those offered in it and those decided in it, each once, with the decision that stands.
func TestRounds(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		end := monday.AddDate(0, 0, 7)
		add(t, s, ws, person(1), person(2), person(3))
		later := person(4)
		later.At = end
		before := person(5)
		before.At = monday.Add(-time.Millisecond)
		add(t, s, ws, later, before)
		decides := func(number int64, at time.Time) handoff.Decision {
			t.Helper()
			_, d, err := s.Decide(ctx, ws.ID, byNumber(t, s, ws, number).ID, fmt.Sprint(number, at), accept(ws, "U1", at), ws.Rules())
			must(t, err)
			return d
		}
		decides(5, monday) // offered before the week, decided in it
		decides(1, end)    // the other way round
		slip := decides(2, monday.Add(time.Hour))
		_, err := s.TakeBack(ctx, ws.ID, slip.LeadID, slip.ID, takeBack(ws, "U1", monday.Add(2*time.Hour)), ws.Rules())
		must(t, err)
		rounds, err := s.Rounds(ctx, ws.ID, monday, end, 9)
		must(t, err)
		var got []string
		for _, r := range rounds {
			got = append(got, fmt.Sprintf("%d.%d %s %s by %q", r.Lead, r.Round, r.State(), r.Source, r.By))
		}
		want := []string{`1.1 accepted Webinar by "U1"`, `2.1 open Webinar by ""`, `3.1 open Webinar by ""`, `5.1 accepted Webinar by "U1"`}
		if !slices.Equal(got, want) {
			t.Errorf("got  %q\nwant %q", got, want)
		}
		if first, err := s.Rounds(ctx, ws.ID, monday, end, 2); err != nil || len(first) != 2 || first[0].Lead != 1 || *first[0].Took != 7*24*time.Hour {
			t.Errorf("the first two are %+v, %v", first, err)
		}
	})
}

// A sheet is sent once for each time that it is asked for, however often the button is pressed meanwhile.
func TestWantSheet(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		for range 3 {
			must(t, s.WantSheet(ctx, ws.ID, "2026-W47", "U1", monday))
		}
		must(t, s.WantSheet(ctx, ws.ID, "2026-W47", "U2", monday))
		m := claim(t, s, store.Post, monday)
		if m.Kind != store.KindSheet || m.Week != "2026-W47" || m.Target != "U1" || m.Channel != "U1" {
			t.Errorf("claimed %+v", m)
		}
		must(t, s.Drop(ctx, m))
		must(t, s.WantSheet(ctx, ws.ID, "2026-W47", "U1", monday))
		for _, user := range []string{"U2", "U1"} {
			if m := claim(t, s, store.Post, monday); m.Target != user {
				t.Errorf("claimed %+v, want that of %s", m, user)
			}
		}
		nothing(t, s, store.Post, monday)
	})
}
