package store_test

import (
	"reflect"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
)

func TestTempos(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		var people []handoff.Arrival
		for i := range 5 {
			people = append(people, person(i+1))
		}
		add(t, s, ws, people...)
		due := byNumber(t, s, ws, 1).Due
		for i, d := range []struct {
			by string
			at time.Time
		}{
			{"U1", monday.Add(time.Minute)}, {"U1", monday.Add(time.Minute + time.Millisecond)},
			{"U2", due.Add(-15 * time.Minute)}, {"U2", due.Add(15 * time.Minute)}, {"U2", due.Add(16 * time.Minute)},
		} {
			_, _, err := s.Decide(ctx, ws.ID, byNumber(t, s, ws, int64(i+1)).ID, "", accept(ws, d.by, d.at), ws.Rules())
			must(t, err)
		}
		got, err := s.Tempos(ctx, ws.ID, monday, monday.AddDate(0, 0, 7))
		must(t, err)
		if want := []handoff.Tempo{{By: "U1", Decided: 2, AtOnce: 1}, {By: "U2", Decided: 3, AtDue: 2}}; !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}

func TestLabels(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		one, two, later := person(1), person(2), person(3)
		one.Extras = []handoff.Extra{{Label: "Vans", Value: "7"}, {Label: "Budget", Value: "none"}}
		two.Extras = []handoff.Extra{{Label: "Vans", Value: "9"}}
		later.Extras, later.At = []handoff.Extra{{Label: "Later", Value: "x"}}, monday.Add(time.Hour)
		add(t, s, ws, one, two, later, person(4))
		got, err := s.Labels(ctx, ws.ID, monday, monday.Add(time.Hour))
		must(t, err)
		if want := []string{"Budget", "Vans"}; !reflect.DeepEqual(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// The managers' messages are planned with their week's digest, once, and go to them.
func TestManagersAreToldWithTheDigest(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		ws.FeedbackChannel = "F1"
		must(t, s.SaveWorkspace(ctx, ws))
		for range 2 {
			_, err := s.PlanDigest(ctx, ws.ID, "2026-W47", 1, []string{"U1", "U2"}, monday)
			must(t, err)
		}
		var got []string
		for range 3 {
			m := claim(t, s, store.Post, monday)
			got = append(got, string(m.Kind)+" "+m.Week+" "+m.Channel)
		}
		if want := []string{"tempo 2026-W47 U1", "tempo 2026-W47 U2", "digest 2026-W47 F1"}; !reflect.DeepEqual(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		nothing(t, s, store.Post, monday)
	})
}
