package store

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"relevo/handoff"
)

const tempoQuery = `
	SELECT d.decided_by, count(*) AS decided, sum(CASE WHEN d.took <= ? THEN 1 ELSE 0 END) AS at_once,
		sum(CASE WHEN d.decided_at BETWEEN r.due_at - ? AND r.due_at + ? THEN 1 ELSE 0 END) AS at_due
	FROM decisions d JOIN rounds r ON r.lead_id = d.lead_id AND r.round = d.round
	WHERE d.workspace_id = ? AND d.taken_back_at = 0 AND d.decided_at >= ? AND d.decided_at < ? AND d.took IS NOT NULL AND d.decided_by <> ''
	GROUP BY d.decided_by ORDER BY d.decided_by`

// Tempos returns when in their leads' time people took the standing decisions from one time until before another.
func (s *Store) Tempos(ctx context.Context, ws int64, from, to time.Time) (ts []handoff.Tempo, err error) {
	defer wrap(&err, "tempos")
	near := handoff.AtDue.Milliseconds()
	err = s.read.list(ctx, &ts, tempoQuery, handoff.AtOnce, near, near, ws, toMillis(from), toMillis(to))
	return ts, err
}

// labelled is how many leads are looked through for what forms ask.
const labelled = 2000

// Labels returns what forms asked beyond a lead's fields, of the newest leads that came in from one time until before
// another, in alphabetical order.
func (s *Store) Labels(ctx context.Context, ws int64, from, to time.Time) (labels []string, err error) {
	defer wrap(&err, "labels")
	var all []extras
	err = s.read.list(ctx, &all, `
		SELECT extras FROM leads WHERE workspace_id = ? AND received_at >= ? AND received_at < ? AND extras <> '' ORDER BY received_at DESC, id DESC LIMIT ?`,
		ws, toMillis(from), toMillis(to), labelled)
	seen := map[string]bool{}
	for _, xs := range all {
		for _, x := range xs {
			seen[x.Label] = true
		}
	}
	return slices.SortedFunc(maps.Keys(seen), strings.Compare), err
}
