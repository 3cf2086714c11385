package store

import (
	"context"
	"time"

	"relevo/handoff"
)

// roundsQuery asks for what was offered and for what was decided in two parts, so that each has its index.
var roundsQuery = `
	SELECT l.number, r.round, r.source, r.campaign, l.owner, l.received_at, r.offered_at, r.closed_at,
		COALESCE(d.verdict, '') AS verdict, COALESCE(d.reason, '') AS reason, COALESCE(d.decided_by, '') AS decided_by,
		COALESCE(d.decided_at, 0) AS decided_at, d.took, d.worked
	FROM (
		SELECT lead_id, round FROM rounds WHERE workspace_id = ? AND ` + span("offered_at") + `
		UNION
		SELECT lead_id, round FROM decisions WHERE workspace_id = ? AND taken_back_at = 0 AND decided_at >= ? AND decided_at < ?
	) AS w
	JOIN rounds r ON r.lead_id = w.lead_id AND r.round = w.round JOIN leads l ON l.id = w.lead_id
	LEFT JOIN decisions d ON d.lead_id = w.lead_id AND d.round = w.round AND d.taken_back_at = 0
	ORDER BY l.number, r.round LIMIT ?`

// Rounds returns the rounds that were offered, or whose standing decision was taken, from one time until before
// another, by number, at most limit.
func (s *Store) Rounds(ctx context.Context, ws int64, from, to time.Time, limit int) (rounds []handoff.Round, err error) {
	defer wrap(&err, "rounds")
	var rows []roundRow
	err = s.read.list(ctx, &rows, roundsQuery, append(append([]any{ws}, spanOf(from, to)...), ws, toMillis(from), toMillis(to), limit)...)
	for _, row := range rows {
		rounds = append(rounds, row.round())
	}
	return rounds, err
}

type roundRow struct {
	handoff.Round
	Received millis `db:"received_at"`
	Offered  millis `db:"offered_at"`
	Closed   millis `db:"closed_at"`
	Decided  millis `db:"decided_at"`
}

func (r roundRow) round() handoff.Round {
	o := r.Round
	o.Received, o.Offered, o.Closed, o.Decided = r.Received.time(), r.Offered.time(), r.Closed.time(), r.Decided.time()
	return o
}

// WantSheet notes that somebody asked for the rounds of a week, like "2026-W47", as a file. Until it is sent, or given up,
// asking again changes nothing.
func (s *Store) WantSheet(ctx context.Context, ws int64, week, user string, now time.Time) (err error) {
	defer wrap(&err, "want the sheet of %s", week)
	m := Message{Workspace: ws, Subject: "sheet:" + week + ":" + user, Kind: KindSheet, Week: week, Target: user, Created: now}
	values := messageValues(m)
	_, err = s.exec(ctx, `INSERT INTO messages (`+newMessageColumns+`) VALUES (`+marks(len(values))+`) ON CONFLICT (workspace_id, subject) DO NOTHING`, values...)
	if err == nil {
		s.signal()
	}
	return err
}
