package store

import (
	"context"
	"slices"
	"time"

	"relevo/handoff"
)

// What was decided, for exercises and calibrations to draw from and to compare with.

const pastsQuery = `SELECT id, lead_id, verdict, reason FROM decisions
	WHERE workspace_id = ? AND taken_back_at = 0 AND decided_at >= ? AND decided_at < ? AND verdict <> 'not_now' ORDER BY decided_at, id`

// pasts returns what became of each lead by the last standing decision from one time until before another that says who is a customer: not those
// about timing and routing.
func pasts(ctx context.Context, on db, ws Workspace, from, to time.Time) ([]handoff.Past, error) {
	var rows []struct {
		handoff.Past
		Verdict handoff.Verdict `db:"verdict"`
		Reason  string          `db:"reason"`
	}
	if err := on.list(ctx, &rows, pastsQuery, ws.ID, toMillis(from), toMillis(to)); err != nil {
		return nil, err
	}
	reasons := ws.Settings.ReasonList()
	var all []handoff.Past
	at := map[int64]int{}
	for _, row := range rows {
		row.Accepted = row.Verdict == handoff.Accept
		if !row.Accepted && !reasons.Lane(row.Reason).OfMarketing() {
			continue
		}
		if i, before := at[row.Lead]; before {
			all[i] = row.Past
			continue
		}
		at[row.Lead] = len(all)
		all = append(all, row.Past)
	}
	return all, nil
}

// shows returns what tells whether a lead shows enough of itself to be judged without its name.
func (s *Store) shows(ctx context.Context, on db, ws Workspace) func(int64) (bool, error) {
	return func(id int64) (bool, error) {
		l, err := s.lead(ctx, on, `id = ?`, ws.ID, id)
		return ws.Profile.Mask(l).Facts() >= handoff.MinFacts, err
	}
}

// weigh adds what was decided to the evidence.
func (s *Store) weigh(ctx context.Context, on db, ws Workspace, from, to time.Time, e *handoff.Evidence) error {
	all, err := pasts(ctx, on, ws, from, to)
	if err != nil {
		return err
	}
	for some := range slices.Chunk(all, chunk) {
		ids := make([]any, len(some))
		accepted := map[int64]bool{}
		for i, p := range some {
			ids[i], accepted[p.Lead] = p.Lead, p.Accepted
		}
		leads, err := s.leads(ctx, on, `SELECT id, `+leadColumns+` FROM leads WHERE id IN (`+marks(len(ids))+`) AND state <> 'erased'`, ids...)
		if err != nil {
			return err
		}
		for _, l := range leads {
			e.Add(l, accepted[l.ID])
		}
	}
	return nil
}
