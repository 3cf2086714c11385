package store

import (
	"cmp"
	"context"
	"time"

	"relevo/handoff"
)

// ReturnDue offers the nurturing leads of all workspaces whose day has come once more, and returns how many. Each goes to
// its owner, else to whoever said "not now", as long as they are there; else as a new lead would. Two processes that call it
// at the same time return each lead once.
func (s *Store) ReturnDue(ctx context.Context, now time.Time) (n int, err error) {
	defer wrap(&err, "return nurturing leads")
	var due []Workspace
	err = s.read.list(ctx, &due, `
		SELECT `+workspaceColumns+` FROM workspaces
		WHERE id IN (SELECT workspace_id FROM leads WHERE state = 'nurturing' AND back_at > 0 AND back_at <= ?) ORDER BY id`, toMillis(now))
	for _, ws := range due {
		returned, err := s.returnIn(ctx, ws, now)
		n += returned
		if err != nil {
			return n, err
		}
	}
	return n, err
}

// returnIn returns the leads of one workspace.
func (s *Store) returnIn(ctx context.Context, ws Workspace, now time.Time) (n int, err error) {
	err = s.tx(ctx, func(tx db) error {
		lock, err := lockWorkspace(ctx, tx, ws.ID)
		if err != nil {
			return err
		}
		leads, err := s.leads(ctx, tx, `
			SELECT id, `+leadColumns+` FROM leads
			WHERE state = 'nurturing' AND back_at > 0 AND back_at <= ? AND workspace_id = ? ORDER BY back_at, id`+s.engine.forUpdate(), toMillis(now), ws.ID)
		if err != nil {
			return err
		}
		b := newBatch(lock, true, len(leads))
		if b.ways, err = loadRouting(ctx, tx, lock.Workspace); err != nil {
			return err
		}
		if err := b.ways.recall(ctx, tx, 0, keys(leads, func(l handoff.Lead) string { return l.Domain() })); err != nil {
			return err
		}
		for _, l := range leads {
			e := b.know(l)
			e.AsksContact = false // it asked for the round before
			b.nextRound(e, handoff.OriginReturned, stored(now))
			b.ways.offer(&e.Lead, "", cmp.Or(l.Owner, l.Decider))
			b.happened(e, handoff.Event{Kind: handoff.EventReturned, At: stored(now), Source: e.Source, Campaign: e.Campaign})
		}
		n = len(leads)
		return b.write(ctx, tx)
	})
	if err != nil {
		return 0, err
	}
	s.signal()
	return n, nil
}
