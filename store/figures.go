package store

import (
	"context"
	"time"

	"relevo/handoff"
)

func paceQuery(column string) string {
	return `
	SELECT ` + column + ` FROM decisions
	WHERE workspace_id = ? AND taken_back_at = 0 AND decided_at >= ? AND decided_at < ? AND ` + column + ` IS NOT NULL ORDER BY ` + column
}

// Pace returns how much working time the standing decisions took that were taken from one time until before another, as
// nearest-rank percentiles.
func (s *Store) Pace(ctx context.Context, ws int64, from, to time.Time) (_ handoff.Pace, err error) {
	defer wrap(&err, "pace")
	return s.pace(ctx, `worked`, ws, from, to)
}

// WallPace is Pace by the clock on the wall, which does not stop at night.
func (s *Store) WallPace(ctx context.Context, ws int64, from, to time.Time) (_ handoff.Pace, err error) {
	defer wrap(&err, "pace by the clock")
	return s.pace(ctx, `took`, ws, from, to)
}

func (s *Store) pace(ctx context.Context, column string, ws int64, from, to time.Time) (handoff.Pace, error) {
	var all []time.Duration
	if err := s.read.list(ctx, &all, paceQuery(column), ws, toMillis(from), toMillis(to)); err != nil || len(all) == 0 {
		return handoff.Pace{}, err
	}
	rank := func(percent int) time.Duration { return all[(len(all)*percent+99)/100-1] }
	return handoff.Pace{Timed: len(all), Median: rank(50), P90: rank(90)}, nil
}

// backlogQuery asks for what is open still and for what was closed later in two parts, so that neither walks
// through everything ever offered.
const backlogQuery = `
	SELECT count(*) AS open, COALESCE(sum(CASE WHEN due_at < ? THEN 1 ELSE 0 END), 0) AS overdue FROM (
		SELECT due_at FROM rounds WHERE workspace_id = ? AND closed_at = 0 AND offered_at < ?
		UNION ALL
		SELECT due_at FROM rounds WHERE workspace_id = ? AND closed_at >= ? AND offered_at < ?) AS undecided`

// Backlog returns what had been offered before this time and was not decided before it.
func (s *Store) Backlog(ctx context.Context, ws int64, at time.Time) (b handoff.Backlog, err error) {
	defer wrap(&err, "backlog")
	t := toMillis(at)
	err = s.read.get(ctx, &b, backlogQuery, t, ws, t, ws, t, t)
	return b, err
}

const needsQuery = `
	SELECT l.number, l.company, r.source, r.campaign, d.note
	FROM decisions d JOIN rounds r ON r.lead_id = d.lead_id AND r.round = d.round JOIN leads l ON l.id = d.lead_id
	WHERE d.workspace_id = ? AND d.taken_back_at = 0 AND d.decided_at >= ? AND d.decided_at < ? AND d.verdict = 'accept' AND d.note <> ''
	ORDER BY d.decided_at DESC, d.id DESC LIMIT ?`

// Needs returns the need notes of the standing acceptances from one time until before another, newest first, at
// most limit.
func (s *Store) Needs(ctx context.Context, ws int64, from, to time.Time, limit int) (needs []handoff.Need, err error) {
	defer wrap(&err, "need notes")
	err = s.read.list(ctx, &needs, needsQuery, ws, toMillis(from), toMillis(to), limit)
	return needs, err
}

const returnsQuery = `
	SELECT count(*) AS offered, count(*) FILTER (WHERE verdict = 'accept' AND closed_at < ?) AS accepted, count(*) FILTER (WHERE verdict = 'reject' AND closed_at < ?) AS rejected,
		count(*) FILTER (WHERE verdict = 'not_now' AND closed_at < ?) AS not_now, count(*) FILTER (WHERE closed_at = 0 OR closed_at >= ?) AS open
	FROM rounds WHERE workspace_id = ? AND origin = 'returned' AND offered_at >= ? AND offered_at < ?`

// Returns returns what came back from one time until before another because its day had come, and what was decided of
// it before that other time.
func (s *Store) Returns(ctx context.Context, ws int64, from, to time.Time) (r handoff.Returns, err error) {
	defer wrap(&err, "returns")
	end := toMillis(to)
	err = s.read.get(ctx, &r, returnsQuery, end, end, end, end, ws, toMillis(from), end)
	return r, err
}

var firstQuery = `SELECT min(offered_at) FROM rounds WHERE workspace_id = ? AND ` + weekOf("offered_at") + ` = (
	SELECT ` + weekOf("offered_at") + ` FROM rounds WHERE workspace_id = ? ORDER BY ` + weekOf("offered_at") + ` LIMIT 1)`

// First returns when the workspace's first round was offered, or fails with handoff.ErrNotFound when none was.
func (s *Store) First(ctx context.Context, ws int64) (_ time.Time, err error) {
	defer wrap(&err, "first round")
	var first *millis
	if err := s.read.get(ctx, &first, firstQuery, ws, ws); err != nil {
		return time.Time{}, err
	}
	if first == nil {
		return time.Time{}, handoff.ErrNotFound
	}
	return first.time(), nil
}
