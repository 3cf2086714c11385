package store

import (
	"context"
	"reflect"
	"time"

	"relevo/handoff"
)

// recount makes the workspace's open leads due by the rules that are in force now, where those before them said otherwise,
// and their cards stale.
func (s *Store) recount(ctx context.Context, tx db, before, now Workspace, at time.Time) error {
	was, rules := before.Rules(), now.Rules()
	if reflect.DeepEqual(was.Hours, rules.Hours) && was.Due.Within(true) == rules.Due.Within(true) && was.Due.Within(false) == rules.Due.Within(false) {
		return nil
	}
	for last := int64(0); ; {
		leads, err := s.leads(ctx, tx, `SELECT id, `+leadColumns+` FROM leads
			WHERE workspace_id = ? AND state = 'open' AND id > ? ORDER BY id LIMIT ?`+s.engine.forUpdate(), now.ID, last, chunk)
		if err != nil || len(leads) == 0 {
			return err
		}
		for _, l := range leads {
			last = l.ID
			if err := recountLead(ctx, tx, l, timed(rules.Recount(l, at))); err != nil {
				return err
			}
		}
	}
}

func recountLead(ctx context.Context, tx db, before, l handoff.Lead) error {
	moved := !l.Due.Equal(before.Due)
	if !moved && l.Nudge.Equal(before.Nudge) {
		return nil
	}
	if moved {
		l.Version++
		if _, err := tx.exec(ctx, `UPDATE rounds SET due_at = ? WHERE lead_id = ? AND round = ?`, toMillis(l.Due), l.ID, l.Round); err != nil {
			return err
		}
		if err := makeStale(ctx, tx, l.Workspace, cardSubject(l.ID, l.Round)); err != nil {
			return err
		}
		if err := relist(ctx, tx, l); err != nil {
			return err
		}
	}
	_, err := tx.exec(ctx, `UPDATE leads SET due_at = ?, nudge_at = ?, nudges = ?, version = ? WHERE id = ?`,
		toMillis(l.Due), toMillis(l.Nudge), l.Nudges, l.Version, l.ID)
	return err
}
