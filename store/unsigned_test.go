package store_test

import (
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"relevo/store"
)

// Of what anybody could have told only so much waits, however many tell it at once; what is known already, what is
// signed and what one who is done leaves room for is taken.
func TestUnsignedFetches(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		signed := fetches(2 * store.MaxUnsigned)
		unsigned := slices.Clone(signed)
		for i := range unsigned {
			unsigned[i].Source, unsigned[i].Unsigned = "linkedin", true
		}
		var all sync.WaitGroup
		for half := range slices.Chunk(unsigned, store.MaxUnsigned/2) {
			for range 2 {
				all.Go(func() {
					for _, f := range half {
						if _, err := s.AddBatch(ctx, ws, store.Batch{Fetches: []store.Fetch{f}}); err != nil && !errors.Is(err, store.ErrUnsigned) {
							t.Error(err)
						}
					}
				})
			}
		}
		all.Wait()
		count := func(want int) {
			t.Helper()
			if n, _, err := s.Fetching(ctx, ws.ID); err != nil || n != want {
				t.Errorf("%d wait, %v, want %d", n, err, want)
			}
		}
		count(store.MaxUnsigned)
		if n, err := s.AddFetches(ctx, ws, signed); err != nil || n != len(signed) {
			t.Errorf("%d signed ones are new, %v", n, err)
		}
		one := store.Fetch{Source: "linkedin", Key: "one more", Ref: "x", Received: monday, Unsigned: true}
		if n, err := s.AddFetches(ctx, ws, []store.Fetch{one}); n != 0 || !errors.Is(err, store.ErrUnsigned) {
			t.Errorf("%d are new, %v", n, err)
		}
		if _, err := s.AddFetches(ctx, another(t, s, ws), []store.Fetch{one}); err != nil {
			t.Errorf("another workspace has no room: %v", err)
		}
		f, err := s.ClaimFetch(ctx, "p", monday.Add(time.Hour), time.Minute, "linkedin")
		must(t, err)
		if n, err := s.AddFetches(ctx, ws, []store.Fetch{{Source: "linkedin", Key: "key " + f.Ref, Ref: f.Ref, Unsigned: true}}); err != nil || n != 0 {
			t.Errorf("a known one: %d are new, %v", n, err)
		}
		must(t, s.FetchDropped(ctx, f, "gone"))
		count(3*store.MaxUnsigned - 1)
		if n, err := s.AddFetches(ctx, ws, []store.Fetch{one}); err != nil || n != 1 {
			t.Errorf("with room again %d are new, %v", n, err)
		}
	})
}
