package store_test

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
)

func fetches(n int) []store.Fetch {
	fs := make([]store.Fetch, n)
	for i := range fs {
		fs[i] = store.Fetch{Source: "meta", Key: fmt.Sprint("key ", i), Ref: fmt.Sprint(i), Received: monday.Add(time.Duration(i) * time.Second)}
	}
	return fs
}

func fetched(n int) handoff.Arrival {
	a := person(n)
	a.ExternalID = fmt.Sprint("meta:", n)
	return a
}

// A notice that comes twice is one, the oldest is read first, and what it brings ends it.
func TestFetch(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		later := monday.Add(time.Hour)
		if n, _, err := s.Fetching(ctx, ws.ID); n != 0 || err != nil {
			t.Fatal(n, err)
		}
		for _, want := range []int{2, 0} {
			if n, err := s.AddFetches(ctx, ws, fetches(2)); err != nil || n != want {
				t.Errorf("%d are new, %v, want %d", n, err, want)
			}
		}
		f, err := s.ClaimFetch(ctx, "p", later, time.Minute)
		if err != nil || f.Ref != "0" || f.Source != "meta" || f.Workspace != ws.ID || f.Tries != 1 || !f.Received.Equal(monday) || f.Key != "" {
			t.Fatalf("claimed %+v, %v", f, err)
		}
		must(t, s.FetchFailed(ctx, f, "http_503", later.Add(time.Hour)))
		second, err := s.ClaimFetch(ctx, "p", later, time.Minute)
		if err != nil || second.Ref != "1" {
			t.Fatalf("claimed %+v, %v", second, err)
		}
		if f, err := s.ClaimFetch(ctx, "q", later, time.Minute); !errors.Is(err, handoff.ErrNotFound) {
			t.Errorf("claimed %+v, %v, while one waits and one is somebody's", f, err)
		}
		if n, oldest, err := s.Fetching(ctx, ws.ID); n != 2 || !oldest.Equal(monday) || err != nil {
			t.Errorf("%d wait since %v, %v", n, oldest, err)
		}
		again, err := s.ClaimFetch(ctx, "q", later.Add(2*time.Minute), time.Minute) // the lease is over
		if err != nil || again.Ref != "1" || again.Tries != 2 {
			t.Fatalf("claimed %+v, %v", again, err)
		}
		must(t, s.FetchFailed(ctx, second, "late", later.Add(24*time.Hour))) // by whom it is not any more
		receipts, err := s.Fetched(ctx, ws, again, store.Batch{Arrivals: []handoff.Arrival{fetched(1)}})
		if err != nil || len(receipts) != 1 || receipts[0].Fate != handoff.FateNew {
			t.Errorf("the receipts are %+v, %v", receipts, err)
		}
		if receipts, err := s.Fetched(ctx, ws, second, store.Batch{Arrivals: []handoff.Arrival{person(9)}}); !errors.Is(err, handoff.ErrNotFound) || receipts != nil {
			t.Errorf("what was fetched twice gave %+v, %v", receipts, err)
		}
		if f, err = s.ClaimFetch(ctx, "p", later.Add(2*time.Hour), time.Minute); err != nil || f.Ref != "0" || f.Tries != 2 || f.Problem != "http_503" {
			t.Fatalf("claimed %+v, %v", f, err)
		}
		must(t, s.FetchDropped(ctx, f, "gone"))
		if n, oldest, err := s.Fetching(ctx, ws.ID); n != 0 || !oldest.IsZero() || err != nil {
			t.Errorf("%d wait since %v, %v", n, oldest, err)
		}
		if n, err := s.AddFetches(ctx, ws, fetches(2)); err != nil || n != 0 {
			t.Errorf("%d done ones are new, %v", n, err)
		}
		if _, total, err := s.Leads(ctx, ws.ID, store.Filter{}, 9); err != nil || total != 1 {
			t.Errorf("there are %d leads, %v", total, err)
		}
	})
}

// What fails again and again is tried after what was never tried.
func TestFetchFreshFirst(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws, later := t.Context(), workspace(t, s), monday.Add(time.Hour)
		_, err := s.AddFetches(ctx, ws, fetches(1))
		must(t, err)
		f, err := s.ClaimFetch(ctx, "p", later, time.Minute)
		must(t, err)
		must(t, s.FetchFailed(ctx, f, "http_403", later))
		_, err = s.AddFetches(ctx, ws, fetches(2))
		must(t, err)
		for _, want := range []string{"1", "0"} {
			if f, err := s.ClaimFetch(ctx, "p", later, time.Minute); err != nil || f.Ref != want {
				t.Errorf("claimed %q, %v, want %q", f.Ref, err, want)
			}
		}
	})
}

// Many processes read what many notices name, twice each: every lead is there once.
func TestFetchAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		const n = 40
		ctx, ws := t.Context(), workspace(t, s)
		var all sync.WaitGroup
		var fresh, done atomic.Int64
		for range 4 {
			all.Go(func() {
				new, err := s.AddFetches(ctx, ws, fetches(n))
				must(t, err)
				fresh.Add(int64(new))
				for {
					f, err := s.ClaimFetch(ctx, fmt.Sprint(new), monday.Add(time.Hour), time.Minute)
					if errors.Is(err, handoff.ErrNotFound) {
						return
					}
					var number int
					fmt.Sscan(f.Ref, &number)
					if _, err := s.Fetched(ctx, ws, f, store.Batch{Arrivals: []handoff.Arrival{fetched(number)}}); err != nil {
						t.Error(err)
					}
					done.Add(1)
				}
			})
		}
		all.Wait()
		_, total, err := s.Leads(ctx, ws.ID, store.Filter{}, 1)
		if err != nil || fresh.Load() != n || done.Load() != n || total != n {
			t.Errorf("%d new, %d read, %d leads, %v; want %d of each", fresh.Load(), done.Load(), total, err, n)
		}
	})
}

// Who withdraws while they are being read is not stored.
func TestEraseWhileFetching(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		_, err := s.AddFetches(ctx, ws, fetches(2))
		must(t, err)
		f, err := s.ClaimFetch(ctx, "p", monday.Add(time.Hour), time.Minute)
		must(t, err)
		if n, err := s.Erase(ctx, ws.ID, store.Erasure{ExternalID: "meta:0"}, monday.Add(time.Hour)); err != nil || n != 0 {
			t.Errorf("%d leads were erased, %v", n, err)
		}
		if _, err := s.Fetched(ctx, ws, f, store.Batch{Arrivals: []handoff.Arrival{fetched(0)}}); !errors.Is(err, handoff.ErrNotFound) {
			t.Errorf("storing them gave %v", err)
		}
		if _, total, err := s.Leads(ctx, ws.ID, store.Filter{}, 9); err != nil || total != 0 {
			t.Errorf("there are %d leads, %v", total, err)
		}
		if n, _, err := s.Fetching(ctx, ws.ID); err != nil || n != 1 {
			t.Errorf("%d wait, %v", n, err)
		}
	})
}

// A request is stored whole or not at all, and what it erases is gone at its end.
func TestAddBatch(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		add(t, s, ws, fetched(7))
		in := store.Batch{
			Arrivals: []handoff.Arrival{fetched(8), fetched(9)}, Fetches: fetches(3), At: monday.Add(time.Hour),
			Erasures: []store.Erasure{{ExternalID: "meta:7"}, {Email: person(9).Email}, {ExternalID: "meta:2"}, {ExternalID: "meta:none"}},
		}
		broken := in
		broken.Arrivals = append([]handoff.Arrival{fetched(10)}, handoff.Arrival{Person: handoff.Person{Email: "x@example.com"}, ExternalID: "meta:11", Touch: handoff.Touch{Source: "\xff\x00"}})
		if _, err := s.AddBatch(ctx, store.Workspace{ID: 99}, in); !errors.Is(err, handoff.ErrNotFound) {
			t.Errorf("a batch for nobody gave %v", err)
		}
		if s.Engine() == "postgres" { // which refuses such a text, in the middle of the request
			if _, err := s.AddBatch(ctx, ws, broken); err == nil {
				t.Error("a broken batch was stored")
			}
		}
		if n, _, err := s.Fetching(ctx, ws.ID); err != nil || n != 0 || byNumber(t, s, ws, 1).State != handoff.Open {
			t.Errorf("a refused batch left %d fetches, %v, and the lead %s", n, err, byNumber(t, s, ws, 1).State)
		}
		receipts, err := s.AddBatch(ctx, ws, in)
		if err != nil || len(receipts) != 2 || receipts[0].Number != 2 || receipts[1].Number != 3 {
			t.Fatalf("the receipts are %+v, %v", receipts, err)
		}
		for number, want := range map[int64]handoff.State{1: handoff.Erased, 2: handoff.Open, 3: handoff.Erased} {
			if got := byNumber(t, s, ws, number).State; got != want {
				t.Errorf("lead %d is %s, want %s", number, got, want)
			}
		}
		if n, _, err := s.Fetching(ctx, ws.ID); err != nil || n != 2 {
			t.Errorf("%d wait, %v, want 2", n, err)
		}
		if receipts, err := s.AddBatch(ctx, ws, store.Batch{}); err != nil || receipts != nil {
			t.Errorf("nothing gave %v, %v", receipts, err)
		}
	})
}
