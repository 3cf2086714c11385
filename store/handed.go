package store

import (
	"context"

	"relevo/handoff"
)

const handedQuery = `
	SELECT lead_id FROM events WHERE workspace_id = ? AND actor = ? AND actor <> '' AND kind = 'received'
	ORDER BY id DESC LIMIT ?`

// HandedOver returns the leads that somebody handed over by hand and that were new then, the newest first, at most limit. Those
// that were erased since are left out.
func (s *Store) HandedOver(ctx context.Context, ws int64, user string, limit int) (leads []handoff.Lead, err error) {
	defer wrap(&err, "leads handed over")
	return s.leads(ctx, s.read, `SELECT id, `+leadColumns+` FROM leads
		WHERE id IN (SELECT lead_id FROM (`+handedQuery+`) AS handed) AND workspace_id = ? AND state <> 'erased' ORDER BY id DESC`, ws, user, limit, ws)
}

// DigestMessage returns the first message of a week's digest, like "2026-W47", or fails with handoff.ErrNotFound.
func (s *Store) DigestMessage(ctx context.Context, ws int64, week string) (_ Message, err error) {
	defer wrap(&err, "message of the digest %s", week)
	var row messageRow
	err = s.read.get(ctx, &row, `SELECT `+messageColumns+` FROM messages WHERE workspace_id = ? AND subject = ?`, ws, "digest:"+week+":0")
	return row.message(), err
}
