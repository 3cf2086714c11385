package store

import (
	"context"
	"time"

	"relevo/handoff"
)

// relist lets the lists that show a lead be shown anew. From one that certainly is not in Slack the lead is taken off, unless it
// still waits.
func relist(ctx context.Context, tx db, l handoff.Lead) error {
	var rows []struct {
		ID      int64  `db:"id"`
		Subject string `db:"subject"`
		Posted  bool   `db:"posted"`
	}
	err := tx.list(ctx, &rows, `SELECT m.id, m.subject, m.ts <> '' OR m.doubts > 0 AS posted
		FROM reminded r JOIN messages m ON m.workspace_id = r.workspace_id AND m.subject = r.subject WHERE r.lead_id = ? ORDER BY m.id`, l.ID)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.Posted {
			err = makeStale(ctx, tx, l.Workspace, row.Subject)
		} else {
			_, err = tx.exec(ctx, `DELETE FROM reminded WHERE workspace_id = ? AND subject = ? AND lead_id = ? AND NOT (? AND round = ? AND due_at = ?)`,
				l.Workspace, row.Subject, l.ID, l.State == handoff.Open, l.Round, toMillis(l.Due))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// Listed is a lead on a list of reminders.
type Listed struct {
	handoff.Lead
	About   int             // the round that the list is about
	Was     time.Time       // the due time that the list is about
	Fresh   bool            // it came onto a list of this kind for the first time
	Verdict handoff.Verdict // of the decision that stands in that round; empty for none
}

// Waits tells whether the lead still waits for the decision that the list reminds of.
func (l Listed) Waits() bool {
	return l.State == handoff.Open && l.Round == l.About && l.Due.Equal(l.Was)
}

// Listed returns the leads that a list shows, the one due first first.
func (s *Store) Listed(ctx context.Context, ws int64, subject string) (all []Listed, err error) {
	defer wrap(&err, "leads of list")
	var rows []struct {
		leadRow
		About   int             `db:"about"`
		Was     millis          `db:"was"`
		Fresh   bool            `db:"fresh"`
		Verdict handoff.Verdict `db:"verdict"`
	}
	err = s.read.list(ctx, &rows, `SELECT l.*, r.round AS about, r.due_at AS was, r.fresh, COALESCE(d.verdict, '') AS verdict
		FROM reminded r JOIN (SELECT id, `+leadColumns+` FROM leads) l ON l.id = r.lead_id
		LEFT JOIN decisions d ON d.lead_id = r.lead_id AND d.round = r.round AND d.taken_back_at = 0
		WHERE r.workspace_id = ? AND r.subject = ? ORDER BY r.due_at, r.lead_id`, ws, subject)
	for _, row := range rows {
		all = append(all, Listed{row.lead(), row.About, row.Was.time(), row.Fresh, row.Verdict})
	}
	return all, err
}
