package store_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
	"relevo/store/storetest"
)

// contact is a person of a CRM: n is their id there, and in their e-mail.
func contact(n int) handoff.Arrival {
	a := person(n)
	a.ExternalID, a.OnceKey, a.Again = fmt.Sprint("crm:", n), fmt.Sprint("once ", n, time.Now().UnixNano()), true
	return a
}

func merged(into int, from ...int) store.Merge {
	m := store.Merge{Into: fmt.Sprint("crm:", into)}
	for _, n := range from {
		m.From = append(m.From, fmt.Sprint("crm:", n))
	}
	return m
}

func tell(t *testing.T, s *store.Store, ws store.Workspace, in store.Batch) {
	t.Helper()
	in.At = monday.Add(time.Hour)
	_, err := s.AddBatch(t.Context(), ws, in)
	must(t, err)
}

// Whoever was merged is found and erased by any of their ids, in whatever order it is told, and however often.
func TestMergeOfPeople(t *testing.T) {
	ab, cd := store.Batch{Merges: []store.Merge{merged(3, 1, 2)}}, store.Batch{Merges: []store.Merge{merged(5, 3, 4)}}
	for name, order := range map[string][]store.Batch{
		"in order": {ab, cd}, "out of order": {cd, ab}, "again": {ab, cd, ab, ab, cd}, "at once": {{Merges: append(cd.Merges, ab.Merges...)}},
	} {
		t.Run(name, func(t *testing.T) {
			for _, id := range []int{2, 4, 5} {
				each(t, func(t *testing.T, s *store.Store) {
					ws := workspace(t, s)
					add(t, s, ws, contact(1), contact(2), contact(9))
					for _, in := range order {
						tell(t, s, ws, in)
					}
					late := contact(5)
					if r := add(t, s, ws, late)[0]; r.Number > 2 || r.Fate != handoff.FateRepeated {
						t.Errorf("a late notice under the new id is %+v", r)
					}
					who := store.Erasure{ExternalID: fmt.Sprint("crm:", id)}
					for _, want := range []int{2, 0} {
						if n, err := s.Erase(t.Context(), ws.ID, who, monday.Add(time.Hour)); err != nil || n != want {
							t.Errorf("%d were erased by %s, %v, want %d", n, who.ExternalID, err, want)
						}
					}
					for _, again := range []int{1, 2, 3, 4, 5} { // a late one brings nobody back
						a := contact(again)
						a.Email = fmt.Sprintf("other%d@example.com", again)
						if r := add(t, s, ws, a)[0]; r.Number > 2 || r.State != handoff.Erased || r.Fate != handoff.FateRepeated {
							t.Errorf("%s is %+v after the erasure", a.ExternalID, r)
						}
					}
					if l := byNumber(t, s, ws, 3); l.State != handoff.Open {
						t.Errorf("somebody else is %s", l.State)
					}
				})
			}
		})
	}
}

// Of two leads that were merged the open one is the person's; when both were decided, the later one comes again.
func TestMergeCurrent(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		second := contact(2)
		second.At = monday.Add(time.Hour)
		add(t, s, ws, contact(1), second)
		tell(t, s, ws, store.Batch{Merges: []store.Merge{merged(3, 1, 2)}})
		no := func(number int64, at time.Time) {
			t.Helper()
			_, _, err := s.Decide(ctx, ws.ID, byNumber(t, s, ws, number).ID, "", reject(ws, "U1", "wrong-size", at), ws.Rules())
			must(t, err)
		}
		no(2, monday.Add(2*time.Hour))
		late := contact(3)
		late.At = monday.AddDate(0, 0, 1)
		if r := add(t, s, ws, late)[0]; r.Number != 1 || r.Fate != handoff.FateRepeated {
			t.Errorf("the open one is not theirs: %+v", r)
		}
		no(1, monday.Add(3*time.Hour))
		late.OnceKey = "later"
		if r := add(t, s, ws, late)[0]; r.Number != 2 || r.Fate != handoff.FateNewRound {
			t.Errorf("the later one is not theirs: %+v", r)
		}
	})
}

// An erasure that is told before the merge holds for all that were merged; so does a lead that was to be read.
func TestMergeAfterErasure(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		add(t, s, ws, contact(1), contact(2))
		tell(t, s, ws, store.Batch{Erasures: []store.Erasure{{ExternalID: "crm:3"}}, Fetches: []store.Fetch{
			{Source: "crm", Key: "a", Ref: "2", Received: monday}, {Source: "crm", Key: "b", Ref: "7", Received: monday}}})
		tell(t, s, ws, store.Batch{Merges: []store.Merge{merged(3, 1, 2)}})
		for n := range int64(2) {
			if l := byNumber(t, s, ws, n+1); l.State != handoff.Erased {
				t.Errorf("lead %d is %s", n+1, l.State)
			}
		}
		if n, _, err := s.Fetching(ctx, ws.ID); err != nil || n != 1 {
			t.Errorf("%d wait to be read, %v", n, err)
		}
		if known, err := s.Known(ctx, ws.ID, "crm:3"); err != nil || known {
			t.Errorf("they are known: %v, %v", known, err)
		}
	})
}

// Nobody is left by any id of theirs, and who withdrew by e-mail withdrew with all that they were merged with.
func TestMergeLeavesNothing(t *testing.T) {
	eachDSN(t, func(t *testing.T, dsn string) {
		s := storetest.OpenAt(t, dsn)
		ws := workspace(t, s)
		one, two := x0viera("x0v-a", "x0v:1"), x0viera("x0v-b", "x0v:2")
		two.Email = "x0v2@x0vco.example"
		add(t, s, ws, one, two)
		tell(t, s, ws, store.Batch{Merges: []store.Merge{{Into: "x0v:3", From: []string{"x0v:1", "x0v:2"}}, {Into: "x0v:5", From: []string{"x0v:3", "x0v:4", "", "\x00"}}}})
		if n, err := s.Erase(t.Context(), ws.ID, store.Erasure{Email: one.Email}, monday.Add(time.Hour)); err != nil || n != 2 {
			t.Errorf("%d were erased, %v", n, err)
		}
		noTrace(t, storetest.Dump(t, dsn))
		tell(t, s, ws, store.Batch{Merges: []store.Merge{{Into: "x0v:3", From: []string{"x0v:1", "x0v:2"}}}})
		if text := storetest.Dump(t, dsn); strings.Contains(text, "x0v:") {
			t.Error("a late merge brings ids back")
		}
	})
}

// Merges, arrivals and an erasure at once: whoever is erased by the last id is gone, and nothing is there twice.
func TestMergeAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		const n = 12 // contacts 1..n, each merged with the one before into 101..
		ctx, ws := t.Context(), workspace(t, s)
		var all sync.WaitGroup
		for i := 1; i <= n; i++ {
			all.Go(func() { add(t, s, ws, contact(i)) })
			if i > 1 {
				before := 100 + i - 1
				if i == 2 {
					before = 1
				}
				for range 2 {
					all.Go(func() { tell(t, s, ws, store.Batch{Merges: []store.Merge{merged(100+i, before, i)}}) })
				}
			}
		}
		all.Wait()
		_, total, err := s.Leads(ctx, ws.ID, store.Filter{}, 1)
		must(t, err)
		if erased, err := s.Erase(ctx, ws.ID, store.Erasure{ExternalID: "crm:112"}, monday.Add(time.Hour)); err != nil || erased != total || total == 0 {
			t.Errorf("%d of %d were erased, %v", erased, total, err)
		}
	})
}
