package store

import (
	"context"
	"fmt"
	"time"

	"relevo/handoff"
)

// Millions of rows are counted in the order of an index, for sorting them would take most of the time. The indexes have the
// week of UTC in front, so that a week is one or two places in them, and a year the sum of fifty.

// weekOf is the week of UTC that a column's time is in, from Monday to Monday, as a number.
func weekOf(column string) string { return `((` + column + ` - 345600000) / 604800000)` }

// span restricts a column to a span of time, and needs spanOf as its arguments. Each row is compared, and SQLite reads the column
// once for BETWEEN, and twice for two comparisons.
func span(column string) string {
	return weekOf(column) + ` BETWEEN ? AND ? AND ` + column + ` BETWEEN ? AND ?`
}

func spanOf(from, to time.Time) []any {
	return []any{week(from), week(to), toMillis(from), toMillis(to) - 1}
}

// week is what weekOf is of a time.
func week(t time.Time) int64 { return (toMillis(t) - 345600000) / 604800000 }

var tallyQuery = `
	SELECT source, campaign, round = 1 AS first, '' AS verdict, '' AS reason, CAST(sum(n) AS BIGINT) AS count FROM (
		SELECT source, campaign, round, count(*) AS n FROM rounds WHERE workspace_id = ? AND ` + span("offered_at") + `
		GROUP BY ` + weekOf("offered_at") + `, source, campaign, round) AS weeks
	GROUP BY source, campaign, round = 1
	UNION ALL
	SELECT source, campaign, FALSE, verdict, reason, CAST(sum(n) AS BIGINT) FROM (
		SELECT source, campaign, verdict, reason, count(*) AS n FROM rounds WHERE workspace_id = ? AND verdict <> '' AND ` + span("closed_at") + `
		GROUP BY ` + weekOf("closed_at") + `, source, campaign, verdict, reason) AS weeks
	GROUP BY source, campaign, verdict, reason
	ORDER BY 1, 2, 4, 5, 3`

// Tally returns what happened from one time until before another: the rounds offered and the standing decisions
// taken, counted by source and campaign.
func (s *Store) Tally(ctx context.Context, ws int64, from, to time.Time) (ts []handoff.Tally, err error) {
	defer wrap(&err, "tally")
	args := append([]any{ws}, spanOf(from, to)...)
	err = s.read.list(ctx, &ts, tallyQuery, append(args, args...)...)
	return ts, err
}

// quarters is the working time that a decision took, in steps of handoff.PaceStep, and -1 when it is not known.
var quarters = fmt.Sprintf(`(COALESCE(worked / %d, -1))`, handoff.PaceStep)

// repTallyQuery goes through all decisions in the order of their index: there are too many different times to count by weeks.
var repTallyQuery = `
	SELECT * FROM (
		SELECT decided_by, verdict, reason, ` + quarters + ` AS quarters, count(*) FILTER (WHERE decided_at >= ? AND decided_at < ?) AS count
		FROM decisions WHERE workspace_id = ? AND taken_back_at = 0
		GROUP BY decided_by, verdict, reason, ` + quarters + `) AS ever
	WHERE count > 0`

// RepTally returns the standing decisions taken from one time until before another, counted by who took them.
func (s *Store) RepTally(ctx context.Context, ws int64, from, to time.Time) (ts []handoff.RepTally, err error) {
	defer wrap(&err, "tally of reps")
	err = s.read.list(ctx, &ts, repTallyQuery, toMillis(from), toMillis(to), ws)
	return ts, err
}
