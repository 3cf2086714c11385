package store

import (
	"context"

	"relevo/handoff"
)

// History returns what happened to a lead, oldest first; nothing when the workspace has no such lead.
func (s *Store) History(ctx context.Context, ws, leadID int64) (events []handoff.Event, err error) {
	defer wrap(&err, "history of lead %d", leadID)
	var rows []eventRow
	err = s.read.list(ctx, &rows, `
		SELECT kind, round, at, actor, source, campaign, reason, note
		FROM events WHERE lead_id = ? AND workspace_id = ? ORDER BY id`, leadID, ws)
	for _, row := range rows {
		events = append(events, row.event())
	}
	return events, err
}

// Decisions returns all decisions on a lead, those that were taken back too, oldest first.
func (s *Store) Decisions(ctx context.Context, ws, leadID int64) (decisions []handoff.Decision, err error) {
	defer wrap(&err, "decisions on lead %d", leadID)
	var rows []decisionRow
	err = s.read.list(ctx, &rows, `
		SELECT id, `+decisionColumns+` FROM decisions WHERE lead_id = ? AND workspace_id = ? ORDER BY id`, leadID, ws)
	for _, row := range rows {
		decisions = append(decisions, row.decision())
	}
	return decisions, err
}

// Passed returns for which rounds a lead was passed on to a route, and the route's name as it was then.
func (s *Store) Passed(ctx context.Context, ws, leadID int64) (_ map[int]string, err error) {
	defer wrap(&err, "where lead %d was passed on to", leadID)
	var rows []struct {
		Round int
		Note  string
	}
	err = s.read.list(ctx, &rows, `SELECT round, note FROM events WHERE lead_id = ? AND workspace_id = ? AND kind = ?`, leadID, ws, string(handoff.EventRerouted))
	passed := map[int]string{}
	for _, row := range rows {
		passed[row.Round] = row.Note
	}
	return passed, err
}
