package store

import (
	"context"
	"time"

	"relevo/handoff"
)

const tallyQuery = `
	SELECT source, campaign, round = 1 AS first, '' AS verdict, '' AS reason, count(*) AS count
	FROM rounds WHERE workspace_id = ? AND offered_at >= ? AND offered_at < ?
	GROUP BY source, campaign, round = 1
	UNION ALL
	SELECT r.source, r.campaign, FALSE, d.verdict, d.reason, count(*)
	FROM decisions d JOIN rounds r ON r.lead_id = d.lead_id AND r.round = d.round
	WHERE d.workspace_id = ? AND d.taken_back_at = 0 AND d.decided_at >= ? AND d.decided_at < ?
	GROUP BY r.source, r.campaign, d.verdict, d.reason
	ORDER BY 1, 2, 4, 5, 3`

// Tally returns what happened from one time until before another: the rounds offered and the standing decisions
// taken, counted by source and campaign.
func (s *Store) Tally(ctx context.Context, ws int64, from, to time.Time) (ts []handoff.Tally, err error) {
	defer wrap(&err, "tally")
	err = s.read.list(ctx, &ts, tallyQuery, ws, toMillis(from), toMillis(to), ws, toMillis(from), toMillis(to))
	return ts, err
}

const repTallyQuery = `
	SELECT decided_by, verdict, reason, COALESCE(worked / ?, -1) AS quarters, count(*) AS count
	FROM decisions WHERE workspace_id = ? AND taken_back_at = 0 AND decided_at >= ? AND decided_at < ?
	GROUP BY 1, 2, 3, 4`

// RepTally returns the standing decisions taken from one time until before another, counted by who took them.
func (s *Store) RepTally(ctx context.Context, ws int64, from, to time.Time) (ts []handoff.RepTally, err error) {
	defer wrap(&err, "tally of reps")
	err = s.read.list(ctx, &ts, repTallyQuery, int64(handoff.PaceStep), ws, toMillis(from), toMillis(to))
	return ts, err
}

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
	SELECT count(*) AS offered, count(*) FILTER (WHERE d.verdict = 'accept') AS accepted, count(*) FILTER (WHERE d.verdict = 'reject') AS rejected,
		count(*) FILTER (WHERE d.verdict = 'not_now') AS not_now, count(*) FILTER (WHERE d.verdict IS NULL AND (r.closed_at = 0 OR r.closed_at >= ?)) AS open
	FROM rounds r LEFT JOIN decisions d ON d.lead_id = r.lead_id AND d.round = r.round AND d.taken_back_at = 0 AND d.decided_at < ?
	WHERE r.workspace_id = ? AND r.origin = 'returned' AND r.offered_at >= ? AND r.offered_at < ?`

// Returns returns what came back from one time until before another because its day had come, and what was decided of
// it before that other time.
func (s *Store) Returns(ctx context.Context, ws int64, from, to time.Time) (r handoff.Returns, err error) {
	defer wrap(&err, "returns")
	end := toMillis(to)
	err = s.read.get(ctx, &r, returnsQuery, end, end, ws, toMillis(from), end)
	return r, err
}

// First returns when the workspace's first round was offered, or fails with handoff.ErrNotFound when none was.
func (s *Store) First(ctx context.Context, ws int64) (_ time.Time, err error) {
	defer wrap(&err, "first round")
	var first millis
	err = s.read.get(ctx, &first, `SELECT offered_at FROM rounds WHERE workspace_id = ? ORDER BY offered_at LIMIT 1`, ws)
	return first.time(), err
}
