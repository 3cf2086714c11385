package store_test

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
	"relevo/store/storetest"
)

func TestPlanDigestOnce(t *testing.T) {
	eachDSN(t, func(t *testing.T, dsn string) {
		s, other := storetest.OpenAt(t, dsn), storetest.OpenAt(t, dsn)
		ws := workspace(t, s)
		if week, err := s.LastDigest(t.Context(), ws.ID); !errors.Is(err, handoff.ErrNotFound) {
			t.Errorf("the last digest of none is %q, %v", week, err)
		}
		var planned atomic.Int64
		var all sync.WaitGroup
		for i := range 16 {
			all.Go(func() {
				ok, err := []*store.Store{s, other}[i%2].PlanDigest(t.Context(), ws.ID, "2026-W47", 3, nil, monday)
				if err != nil {
					t.Error(err)
				}
				if ok {
					planned.Add(1)
				}
			})
		}
		all.Wait()
		if n, err := s.Pending(t.Context(), monday); err != nil || planned.Load() != 1 || n != 3 {
			t.Errorf("planned %d times, %d messages, %v; want 1 and 3", planned.Load(), n, err)
		}
		if week, err := s.LastDigest(t.Context(), ws.ID); err != nil || week != "2026-W47" {
			t.Errorf("the last digest is %q, %v", week, err)
		}
	})
}

func TestDigestOrder(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		ws.FeedbackChannel = "F1"
		must(t, s.SaveWorkspace(ctx, ws))
		first(t, s, ws)
		for _, week := range []string{"2026-W47", "2026-W46"} {
			if ok, err := s.PlanDigest(ctx, ws.ID, week, 3, nil, monday); err != nil || !ok {
				t.Fatal(ok, err)
			}
		}
		want := func(m store.Message, kind store.Kind, week string, part int, threadTS string) {
			t.Helper()
			if m.Kind != kind || m.Week != week || m.Part != part || m.ThreadTS != threadTS || kind == store.KindDigest && m.Channel != "F1" {
				t.Errorf("claimed %+v, want %s %s part %d in thread %q", m, kind, week, part, threadTS)
			}
		}
		head := claim(t, s, store.Post, monday)
		want(head, store.KindDigest, "2026-W46", 0, "")
		other := claim(t, s, store.Post, monday) // the parts of W46 wait for their thread
		want(other, store.KindDigest, "2026-W47", 0, "")
		want(claim(t, s, store.Post, monday), store.KindCard, "", 0, "")
		nothing(t, s, store.Post, monday)
		must(t, s.Posted(ctx, head, "F1", "1.1"))
		one := claim(t, s, store.Post, monday)
		want(one, store.KindDigest, "2026-W46", 1, "1.1")
		nothing(t, s, store.Post, monday) // part 2 waits for part 1
		must(t, s.Failed(ctx, one, "invalid_blocks", true, monday.Add(time.Hour)))
		two := claim(t, s, store.Post, monday) // but not for one that fails
		want(two, store.KindDigest, "2026-W46", 2, "1.1")
		must(t, s.Posted(ctx, two, "F1", "1.3"))

		must(t, s.Failed(ctx, other, "timeout", false, monday.Add(time.Hour)))
		nothing(t, s, store.Post, monday)
		want(claim(t, s, store.Post, monday.Add(time.Hour)), store.KindDigest, "2026-W46", 1, "1.1")
		want(claim(t, s, store.Post, monday.Add(time.Hour)), store.KindDigest, "2026-W47", 0, "")
	})
}

func TestMoveChannel(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		ws.LeadsChannel, ws.FeedbackChannel = "C1", "F1"
		must(t, s.SaveWorkspace(ctx, ws))
		first(t, s, ws)
		must(t, s.Posted(ctx, claim(t, s, store.Post, monday), "C1", "1.1"))
		if _, err := s.PlanDigest(ctx, ws.ID, "2026-W47", 2, nil, monday); err != nil {
			t.Fatal(err)
		}
		for range 2 { // Slack may tell it twice
			must(t, s.MoveChannel(ctx, ws.ID, "C1", "C2"))
			must(t, s.MoveChannel(ctx, ws.ID, "F1", "F2"))
		}
		if c := card(t, s, ws); c.Channel != "C2" {
			t.Errorf("card is in %s", c.Channel)
		}
		if ws := workspace(t, s); ws.LeadsChannel != "C2" || ws.FeedbackChannel != "F2" {
			t.Errorf("workspace is %+v", ws)
		}
		if again, err := s.PlanDigest(ctx, ws.ID, "2026-W47", 2, nil, monday); err != nil || again {
			t.Errorf("the digest was planned again under the new name: %v, %v", again, err)
		}
		m := claim(t, s, store.Post, monday)
		must(t, s.Posted(ctx, m, "F2", "2.2"))
		if part := claim(t, s, store.Post, monday); part.Channel != "F2" || part.ThreadTS != "2.2" {
			t.Errorf("the digest's part is %+v", part)
		}
	})
}

// A digest goes to the feedback channel that is set when it is posted; one in doubt is looked for where it was tried.
func TestDigestFollowsItsChannel(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		set := func(channel string) {
			t.Helper()
			ws.FeedbackChannel = channel
			must(t, s.SaveWorkspace(ctx, ws))
		}
		set("F1")
		if _, err := s.PlanDigest(ctx, ws.ID, "2026-W47", 2, nil, monday); err != nil {
			t.Fatal(err)
		}
		m := claim(t, s, store.Post, monday)
		must(t, s.Failed(ctx, m, "is_archived", true, monday))
		set("F2")
		if m = claim(t, s, store.Post, monday); m.Channel != "F2" {
			t.Errorf("it goes to %s, not to the channel that is set now", m.Channel)
		}
		must(t, s.Failed(ctx, m, "timeout", false, monday))
		set("F3")
		if m = claim(t, s, store.Post, monday); m.Channel != "F2" {
			t.Errorf("it is looked for in %s, not where it was tried", m.Channel)
		}
		must(t, s.Posted(ctx, m, "F2", "1.1"))
		if part := claim(t, s, store.Post, monday); part.Channel != "F2" || part.ThreadTS != "1.1" {
			t.Errorf("its thread goes to %s, %s", part.Channel, part.ThreadTS)
		}
	})
}

// A picture that was uploaded is known to its message, which was certainly not sent meanwhile, and counts as no failure.
func TestPictured(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		_, err := s.PlanDigest(ctx, ws.ID, "2026-W47", 1, nil, monday)
		must(t, err)
		late := claim(t, s, store.Post, monday)
		m := claim(t, s, store.Post, monday.Add(time.Minute)) // somebody else, once the claim is over
		must(t, s.Pictured(ctx, m, "F1", "weeks", monday.Add(2*time.Minute)))
		must(t, s.Pictured(ctx, late, "F2", "weeks", monday)) // too late
		nothing(t, s, store.Post, monday.Add(time.Minute))
		m = claim(t, s, store.Post, monday.Add(2*time.Minute))
		if m.Picture != "F1" || m.PictureOf != "weeks" || m.Doubts != 1 || m.Failures != 0 {
			t.Errorf("claimed %+v", m)
		}
	})
}
