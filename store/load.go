package store

import (
	"context"
	"slices"
	"strings"
	"time"

	"relevo/handoff"
)

const openQuery = `
	SELECT count(*) AS open, COALESCE(sum(CASE WHEN due_at < ? THEN 1 ELSE 0 END), 0) AS overdue
	FROM leads WHERE workspace_id = ? AND state = 'open'`

const ownedQuery = `
	SELECT owner, count(*) AS open, COALESCE(sum(CASE WHEN due_at < ? THEN 1 ELSE 0 END), 0) AS overdue
	FROM leads WHERE workspace_id = ? AND state = 'open' AND owner <> '' GROUP BY owner`

const deciderQuery = `
	SELECT decided_by, verdict, reason, count(*) AS count FROM decisions
	WHERE workspace_id = ? AND taken_back_at = 0 AND decided_at >= ? AND decided_by <> '' GROUP BY decided_by, verdict, reason
	ORDER BY decided_by, verdict, reason`

// Loads returns what is open at this time by owner, with what nobody owns under an empty one, and which decisions whom stand
// that were taken since. People without either are not among them.
func (s *Store) Loads(ctx context.Context, ws int64, since, now time.Time) (loads []handoff.Load, err error) {
	defer wrap(&err, "loads")
	var all handoff.Load
	if err := s.read.get(ctx, &all, openQuery, toMillis(now), ws); err != nil {
		return nil, err
	}
	if err := s.read.list(ctx, &loads, ownedQuery, toMillis(now), ws); err != nil {
		return nil, err
	}
	for _, l := range loads { // what is left over is nobody's
		all.Open, all.Overdue = all.Open-l.Open, all.Overdue-l.Overdue
	}
	if all.Open > 0 {
		loads = append(loads, handoff.Load{Open: all.Open, Overdue: max(0, all.Overdue)})
	}
	var decided []struct {
		By string `db:"decided_by"`
		handoff.Tally
	}
	if err := s.read.list(ctx, &decided, deciderQuery, ws, toMillis(since)); err != nil {
		return nil, err
	}
	for _, d := range decided {
		i := slices.IndexFunc(loads, func(l handoff.Load) bool { return l.User == d.By })
		if i < 0 {
			i = len(loads)
			loads = append(loads, handoff.Load{User: d.By})
		}
		loads[i].Tallies = append(loads[i].Tallies, d.Tally)
	}
	slices.SortFunc(loads, func(a, b handoff.Load) int { return strings.Compare(a.User, b.User) })
	return loads, nil
}

const latelyQuery = `
	SELECT id, ` + decisionColumns + ` FROM decisions
	WHERE workspace_id = ? AND decided_by = ? AND decided_by <> '' AND taken_back_at = 0 ORDER BY decided_at DESC, lead_id DESC LIMIT ?`

// DecidedBy returns the newest decisions of a person that stand, at most limit, each with its lead as it is now.
func (s *Store) DecidedBy(ctx context.Context, ws int64, user string, limit int) (all []Decided, err error) {
	defer wrap(&err, "decisions of a person")
	var rows []decisionRow
	if err := s.read.list(ctx, &rows, latelyQuery, ws, user, limit); err != nil {
		return nil, err
	}
	for _, row := range rows {
		d := row.decision()
		l, err := s.lead(ctx, s.read, `id = ?`, ws, d.LeadID)
		if err != nil {
			return nil, err
		}
		all = append(all, Decided{LeadID: d.LeadID, Lead: l, Decision: d})
	}
	return all, nil
}
