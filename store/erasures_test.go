package store_test

import (
	"errors"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
	"relevo/store/storetest"
)

// A person is found by their e-mail, by a lead, and by their phone when they gave no e-mail; that they were erased is
// proved without them.
func TestErasureIsProved(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		bare := func(id, phone string) handoff.Arrival {
			a := person(9)
			a.Email, a.Phone, a.ExternalID = "", phone, id
			return a
		}
		both := person(1)
		both.Phone = "+34600000001"
		add(t, s, ws, both, bare("x:2", "+34600000001"), bare("x:3", ""), bare("x:4", "+34600000004"))
		for i, test := range []struct {
			who  store.Erasure
			want []int64 // numbers
		}{
			{store.Erasure{Phone: "+34600000001", By: "U1"}, []int64{2}}, // whoever has an e-mail may share it
			{store.Erasure{Email: "Person1@example.com"}, []int64{1}},
			{store.Erasure{LeadID: byNumber(t, s, ws, 3).ID, By: store.ByCommandLine}, []int64{3}},
			{store.Erasure{}, nil},
		} {
			found, err := s.Withdrawing(ctx, ws.ID, test.who)
			must(t, err)
			var numbers []int64
			for _, l := range found {
				numbers = append(numbers, l.Number)
			}
			if !reflect.DeepEqual(numbers, test.want) {
				t.Errorf("%+v finds %v, want %v", test.who, numbers, test.want)
			}
			n, err := s.Erase(ctx, ws.ID, test.who, monday.Add(time.Duration(i)*time.Hour))
			must(t, same(n, len(test.want), err))
		}
		n, latest, err := s.Erasures(ctx, ws.ID, 2)
		must(t, same(n, 3, err))
		must(t, same(latest, []store.Erased{{At: monday.Add(2 * time.Hour), By: store.ByCommandLine, Leads: 1}, {At: monday.Add(time.Hour), By: store.ByTool, Leads: 1}}, nil))
		events, err := s.History(ctx, ws.ID, byNumber(t, s, ws, 2).ID)
		must(t, err)
		if last := events[len(events)-1]; last.Kind != handoff.EventErased || last.Actor != "U1" {
			t.Errorf("the history ends with %+v", last)
		}
	})
}

// A hash of what names the person could be guessed, so nothing is left of such a key.
func TestKeysThatTell(t *testing.T) {
	eachDSN(t, func(t *testing.T, dsn string) {
		s := storetest.OpenAt(t, dsn)
		ws := workspace(t, s)
		a := person(1)
		a.Phone, a.ExternalID, a.OnceKey = "+34600000001", "form:PERSON1@example.com", "34600000001/2026"
		add(t, s, ws, a)
		if strings.Count(storetest.Dump(t, dsn), "sha256:") != 0 {
			t.Fatal("there is a hash before anybody was erased")
		}
		_, err := s.Erase(t.Context(), ws.ID, store.Erasure{Email: a.Email}, monday)
		must(t, err)
		if left := storetest.Dump(t, dsn); strings.Contains(left, "sha256:") {
			t.Errorf("a hash is left:\n%s", left)
		}
	})
}

// Leads go when their time is over, those of each state by its own; what was counted stays counted.
func TestEraseAged(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		var as []handoff.Arrival
		for n := range 8 {
			as = append(as, person(n+1))
		}
		add(t, s, ws, as...)
		decide := func(number int64, rule func(handoff.Lead) (handoff.Decision, error)) {
			_, _, err := s.Decide(ctx, ws.ID, byNumber(t, s, ws, number).ID, "", rule, ws.Rules())
			must(t, err)
		}
		late := monday.AddDate(0, 2, 0)
		decide(1, reject(ws, "U1", "wrong-size", monday))
		decide(2, reject(ws, "U1", "wrong-size", late)) // as old as its decision
		decide(3, accept(ws, "U1", monday))
		decide(4, reject(ws, "U1", "no-need-now", monday))
		decide(5, reject(ws, "U1", "wrong-size", monday))
		before := counts(t, s, ws)
		states := func(r handoff.Retention, at time.Time) (all string) {
			t.Helper()
			for place, n := (store.Aged{}), 2; n == 2; {
				var err error
				n, place, err = s.EraseAged(ctx, ws.ID, r, place, 2, at)
				must(t, err)
			}
			for n := range int64(8) {
				all += string(byNumber(t, s, ws, n+1).State[:2])
			}
			return all
		}
		year := monday.AddDate(1, 0, 0)
		for _, test := range []struct {
			r    handoff.Retention
			at   time.Time
			want string
		}{
			{handoff.Retention{}, year, "rereacnureopopop"},
			{handoff.Retention{Rejected: 12}, year.Add(-time.Millisecond), "rereacnureopopop"},
			{handoff.Retention{Rejected: 12}, year, "erreacnueropopop"},
			{handoff.Retention{Rejected: 12, Nurturing: 11}, year, "erreacereropopop"},
			{handoff.Retention{Open: 1, Accepted: 12}, year, "erreererererererer"[:16]},
		} {
			if got := states(test.r, test.at); got != test.want {
				t.Errorf("%+v at %v: %s, want %s", test.r, test.at, got, test.want)
			}
		}
		if got := counts(t, s, ws); got != before {
			t.Errorf("counted now\n%s before\n%s", got, before)
		}
		n, _, err := s.Erasures(ctx, ws.ID, 1)
		must(t, same(n, 7, err))
	})
}

// What shows leads is cleared after an erasure: also what was made while it went on, and not what is only noted.
func TestLeftovers(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		a := person(1)
		a.By = "U1"
		add(t, s, ws, a, person(2))
		leave := func(kind store.LeftoverKind, ref string, made time.Time) {
			t.Helper()
			must(t, s.Leave(ctx, ws.ID, store.Leftover{Kind: kind, Ref: ref, Owner: "U1", Made: made}))
		}
		claimed := func(at time.Time) (all []string) {
			t.Helper()
			for {
				l, err := s.ClaimLeftover(ctx, at, time.Minute)
				if errors.Is(err, handoff.ErrNotFound) {
					return all
				}
				must(t, err)
				must(t, s.Cleared(ctx, l))
				all = append(all, l.Ref)
			}
		}
		leave(store.LeftoverHome, "U1", monday)
		leave(store.LeftoverRefused, "F1", monday)
		leave(store.LeftoverDropped, "F2", monday)
		must(t, same(len(claimed(monday)), 0, nil))
		droppers, err := s.Droppers(ctx, ws.ID, []int64{byNumber(t, s, ws, 1).ID})
		must(t, same(droppers, []string{"U1"}, err))
		must(t, none(s.Droppers(ctx, ws.ID, []int64{byNumber(t, s, ws, 2).ID})))
		at := monday.Add(time.Hour)
		_, err = s.Erase(ctx, ws.ID, store.Erasure{Email: a.Email}, at)
		must(t, err)
		leave(store.LeftoverHome, "U2", at.Add(-time.Second)) // shown after it, and read before
		leave(store.LeftoverHome, "U3", at.Add(time.Second))
		must(t, same(claimed(at.Add(time.Minute)), []string{"U2", "U1", "F1"}, nil))
		must(t, same(len(claimed(at.Add(time.Hour))), 0, nil))
		leave(store.LeftoverRefused, "F3", at.Add(time.Second))
		_, _, err = s.EraseAged(ctx, ws.ID, handoff.Retention{Open: 1}, store.Aged{}, 9, at.AddDate(1, 0, 0))
		must(t, err)
		must(t, same(len(claimed(at.AddDate(2, 0, 0))), 3, nil)) // the Homes
	})
}

// After Scrub nothing of what was erased is in the write-ahead log, though the database stays open.
func TestScrub(t *testing.T) {
	dsn := storetest.SQLite(t)
	s := storetest.OpenAt(t, dsn)
	ws := workspace(t, s)
	lived(t, s, ws)
	_, err := s.Erase(t.Context(), ws.ID, store.Erasure{Email: "x0v@x0vco.example"}, monday)
	must(t, err)
	if log, _ := os.ReadFile(dsn + "-wal"); !strings.Contains(string(log), "x0v") {
		t.Fatal("the log holds nothing: the test tests nothing")
	}
	must(t, s.Scrub(t.Context()))
	for _, name := range []string{dsn, dsn + "-wal"} {
		file, err := os.ReadFile(name)
		must(t, err)
		noTrace(t, string(file))
	}
	add(t, s, ws, person(1)) // it goes on
	if _, busy, err := s.Pragmas(t.Context(), "busy_timeout"); busy != "10000" || err != nil {
		t.Errorf("the busy timeout is %s, %v", busy, err)
	}
}
