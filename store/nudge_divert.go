package store

import (
	"context"
	"time"

	"relevo/handoff"
)

// DivertList puts what a claimed list of leads that are past due was to show, which its channel certainly does not take, onto
// the leads channel's list of the day, and forgets the message.
func (s *Store) DivertList(ctx context.Context, m Message, now time.Time) (err error) {
	defer wrap(&err, "divert list %d", m.ID)
	err = s.tx(ctx, func(tx db) error {
		lock, err := lockWorkspace(ctx, tx, m.Workspace)
		if err != nil {
			return err
		}
		p, to := nudges{ws: lock.Workspace, now: now}, list{listKey: listKey{m.Kind, lock.LeadsChannel}}
		if to.current, err = p.current(ctx, tx, to.listKey); err != nil {
			return err
		}
		var rows []struct {
			Lead  int64  `db:"lead_id"`
			Round int    `db:"round"`
			Due   millis `db:"due_at"`
			Fresh bool   `db:"fresh"`
		}
		if err := tx.list(ctx, &rows, `SELECT lead_id, round, due_at, fresh FROM reminded WHERE workspace_id = ? AND subject = ?`, m.Workspace, m.Subject); err != nil {
			return err
		}
		for _, row := range rows {
			l := handoff.Lead{ID: row.Lead, Round: row.Round, Due: row.Due.time()}
			if row.Fresh {
				to.fresh = append(to.fresh, l)
			} else {
				to.before = append(to.before, l)
			}
		}
		if err := p.list(ctx, tx, to); err != nil {
			return err
		}
		return drop(ctx, tx, m)
	})
	if err == nil {
		s.signal()
	}
	return err
}
