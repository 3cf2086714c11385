package store_test

import (
	"errors"
	"reflect"
	"slices"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
)

func TestLeads(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		for n := range 6 {
			a := person(n)
			a.At = monday.Add(time.Duration(n) * time.Minute)
			a.AsksContact = n == 4 // due before all others
			if n == 5 {
				a.Owner = "U7"
			}
			add(t, s, ws, a)
		}
		decide := func(number int64, rule func(handoff.Lead) (handoff.Decision, error)) handoff.Decision {
			_, d, err := s.Decide(ctx, ws.ID, byNumber(t, s, ws, number).ID, "", rule, ws.Rules())
			must(t, err)
			return d
		}
		decide(1, accept(ws, "U1", monday))
		decide(2, reject(ws, "U1", "wrong-size", monday))
		d := decide(3, reject(ws, "U2", "unreachable", monday))
		_, err := s.TakeBack(ctx, ws.ID, d.LeadID, d.ID, takeBack(ws, "U2", monday.Add(time.Hour)), ws.Rules())
		must(t, err)

		open := []handoff.State{handoff.Open}
		due := byNumber(t, s, ws, 5).Due
		for _, test := range []struct {
			name   string
			filter store.Filter
			limit  int
			want   []int64
			total  int
		}{
			{"all, newest first", store.Filter{}, 10, []int64{6, 5, 4, 3, 2, 1}, 6},
			{"open, due first", store.Filter{States: open}, 10, []int64{5, 4, 6, 3}, 4},
			{"only so many", store.Filter{States: open}, 2, []int64{5, 4}, 4},
			{"none but counted", store.Filter{States: open}, 0, nil, 4},
			{"decided", store.Filter{States: []handoff.State{handoff.Accepted, handoff.Rejected}}, 10, []int64{2, 1}, 2},
			{"nurturing", store.Filter{States: []handoff.State{handoff.Nurturing}}, 10, nil, 0},
			{"owned by who accepted", store.Filter{Owner: "U1"}, 10, []int64{1}, 1},
			{"owned and open", store.Filter{States: open, Owner: "U7"}, 10, []int64{6}, 1},
			{"decided by", store.Filter{DecidedBy: "U1"}, 10, []int64{2, 1}, 2},
			{"decided by, but taken back", store.Filter{DecidedBy: "U2"}, 10, nil, 0},
			{"overdue when it is due", store.Filter{OverdueAt: due}, 10, nil, 0},
			{"overdue just after", store.Filter{OverdueAt: due.Add(time.Millisecond)}, 10, []int64{5}, 1},
			{"all overdue", store.Filter{OverdueAt: monday.AddDate(0, 1, 0)}, 10, []int64{5, 4, 6, 3}, 4},
		} {
			leads, total, err := s.Leads(ctx, ws.ID, test.filter, test.limit)
			var got []int64
			for _, l := range leads {
				got = append(got, l.Number)
			}
			if err != nil || !slices.Equal(got, test.want) || total != test.total {
				t.Errorf("%s: %v of %d, %v, want %v of %d", test.name, got, total, err, test.want, test.total)
			}
		}
	})
}

func TestOneLead(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		anonymous := person(2)
		anonymous.Email, anonymous.Phone = "", "555"
		add(t, s, ws, person(1), anonymous)
		l := byNumber(t, s, ws, 1)
		if got, err := s.LeadByID(ctx, ws.ID, l.ID); err != nil || !reflect.DeepEqual(got, l) {
			t.Errorf("by id: %+v, %v", got, err)
		}
		if got, err := s.LeadByEmail(ctx, ws.ID, " PERSON1@example.COM\n"); err != nil || !reflect.DeepEqual(got, l) {
			t.Errorf("by e-mail: %+v, %v", got, err)
		}
		for _, email := range []string{"", " ", "person9@example.com", "a\x00b@c.d", "\xff@c.d", "person1@example.co%"} {
			if got, err := s.LeadByEmail(ctx, ws.ID, email); !errors.Is(err, handoff.ErrNotFound) {
				t.Errorf("by e-mail %q: %+v, %v", email, got, err)
			}
		}
		if _, err := s.LeadByNumber(ctx, ws.ID, 3); !errors.Is(err, handoff.ErrNotFound) {
			t.Errorf("by a number that nobody has: %v", err)
		}
	})
}
