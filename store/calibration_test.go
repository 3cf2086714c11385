package store_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
)

func plan(t *testing.T, s *store.Store, ws store.Workspace, week string, at time.Time, seed uint64) bool {
	t.Helper()
	planned, err := s.PlanCalibration(t.Context(), ws.ID, handoff.Calibration{Week: week, At: at, Closes: at.AddDate(0, 0, 2)}, seed)
	must(t, err)
	return planned
}

func TestCalibration(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		at := monday.AddDate(0, 0, 8)
		if plan(t, s, ws, "2026-W48", at, 1) {
			t.Error("planned without a lead to show")
		}
		decided(t, s, ws, 2, 1)
		shown := map[int64]bool{}
		for week := range 3 {
			name := fmt.Sprint("2026-W", 48+week)
			if !plan(t, s, ws, name, at.AddDate(0, 0, 7*week), 5) || plan(t, s, ws, name, at, 6) {
				t.Errorf("%s is not planned once", name)
			}
			shown[must2(s.Calibration(ctx, ws.ID, int64(week+1))).Lead] = true
		}
		if plan(t, s, ws, "2026-W51", at.AddDate(0, 0, 21), 5) || len(shown) != 3 {
			t.Errorf("shown %v, and one of them twice", shown)
		}
		for id := range int64(3) {
			c := must2(s.Calibration(ctx, ws.ID, id+1))
			for _, a := range []struct {
				user    string
				side    handoff.Side
				accepts bool
			}{{"U1", handoff.SideSales, false}, {"U1", handoff.SideSales, true}, {"U2", handoff.SideSales, false}, {"U3", handoff.SideMarketing, true}} {
				must(t, s.AnswerCalibration(ctx, ws.ID, c.ID, a.user, a.side, a.accepts, c.At))
			}
			r := must2(s.Calibrated(ctx, c))
			if !r.Stands || (r.Right[handoff.SideSales] != handoff.Proportion{Count: 1, Of: 2}) || r.Right[handoff.SideMarketing].Of != 1 || r.SoFar[handoff.SideSales].Of != 2+2*int(id) {
				t.Errorf("calibration %d: %+v", id+1, r)
			}
			n, err := s.CloseCalibrations(ctx, c.Closes.Add(-time.Second))
			must(t, same(n, 0, err))
			n, err = s.CloseCalibrations(ctx, c.Closes)
			must(t, same(n, 1, err))
			must(t, s.AnswerCalibration(ctx, ws.ID, c.ID, "U3", handoff.SideMarketing, true, c.Closes)) // the same again
			if err := s.AnswerCalibration(ctx, ws.ID, c.ID, "U3", handoff.SideMarketing, false, c.Closes); !errors.Is(err, handoff.ErrOver) {
				t.Errorf("answered when it was over: %v", err)
			}
		}
		// Two of three were accepted: marketing, which always says yes, was right twice.
		third := must2(s.Calibration(ctx, ws.ID, 3))
		if r := must2(s.Calibrated(ctx, third)); (r.SoFar[handoff.SideMarketing] != handoff.Proportion{Count: 2, Of: 3}) || (r.SoFar[handoff.SideSales] != handoff.Proportion{Count: 3, Of: 6}) {
			t.Errorf("so far: %+v", r.SoFar)
		}
		// A decision that is taken back is no measure any more.
		first := must2(s.Calibration(ctx, ws.ID, 1))
		_, err := s.TakeBack(ctx, ws.ID, first.Lead, first.Decision, takeBack(ws, "U1", at), ws.Rules())
		must(t, err)
		if r := must2(s.Calibrated(ctx, third)); r.SoFar[handoff.SideSales].Of != 4 {
			t.Errorf("so far, without one: %+v", r.SoFar)
		}
		if r := must2(s.Calibrated(ctx, first)); r.Stands || r.SoFar[handoff.SideSales].Of != 0 {
			t.Errorf("the one that was taken back: %+v", r)
		}
	})
}

// A lead whose person withdrew before it was shown is not shown; the message of one that was shown is made anew.
func TestEraseFromCalibration(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		decided(t, s, ws, 1, 1)
		for claimable(t, s) {
			must(t, s.Posted(ctx, claim(t, s, store.Post, monday), "C1", "1.1"))
		}
		plan(t, s, ws, "2026-W48", monday.AddDate(0, 0, 8), 1)
		m := claim(t, s, store.Post, monday.AddDate(0, 0, 8))
		must(t, s.Posted(ctx, m, "C1", "2.2"))
		plan(t, s, ws, "2026-W49", monday.AddDate(0, 0, 15), 1)
		for n := range 2 {
			_, err := s.Erase(ctx, ws.ID, store.Erasure{Email: byNumber(t, s, ws, int64(n+1)).Email}, monday.AddDate(0, 0, 15))
			must(t, err)
		}
		nothing(t, s, store.Post, monday.AddDate(0, 1, 0))
		found := false
		for range 4 {
			m := claim(t, s, store.Update, monday.AddDate(0, 1, 0))
			must(t, s.Updated(ctx, m))
			found = found || m.Kind == store.KindCalibration
			if found {
				break
			}
		}
		if !found {
			t.Error("the message that shows the lead stays as it was")
		}
	})
}

func claimable(t *testing.T, s *store.Store) bool {
	n, err := s.Pending(t.Context(), monday)
	must(t, err)
	return n > 0
}
