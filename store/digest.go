package store

import (
	"context"
	"fmt"
	"time"
)

// PlanDigest makes the messages of a week's digest, the first in the channel and the others in its thread, and one to each
// manager; it returns whether it was this call that did: a week has one digest, however many processes plan it. It is posted
// to the feedback channel of the time of its claim.
func (s *Store) PlanDigest(ctx context.Context, ws int64, week string, parts int, managers []string, now time.Time) (planned bool, err error) {
	defer wrap(&err, "plan digest %s", week)
	subject := func(part int) string { return fmt.Sprintf("digest:%s:%d", week, part) }
	var all []Message
	for part := range parts {
		m := Message{Workspace: ws, Subject: subject(part), Kind: KindDigest, Week: week, Part: part, Created: now}
		if part > 0 {
			m.Thread = subject(0)
		}
		all = append(all, m)
	}
	for _, user := range managers {
		all = append(all, Message{Workspace: ws, Subject: "tempo:" + week + ":" + user, Kind: KindTempo, Week: week, Target: user, Created: now})
	}
	err = s.tx(ctx, func(tx db) error {
		for _, m := range all {
			values := messageValues(m)
			n, err := tx.exec(ctx, `INSERT INTO messages (`+newMessageColumns+`) VALUES (`+marks(len(values))+`) ON CONFLICT (workspace_id, subject) DO NOTHING`, values...)
			if err != nil || n == 0 {
				return err
			}
			planned = true
		}
		return nil
	})
	if err != nil {
		return false, err
	}
	if planned {
		s.signal()
	}
	return planned, nil
}

// LastDigest returns the newest week, like "2026-W47", whose digest was planned, or fails with handoff.ErrNotFound.
func (s *Store) LastDigest(ctx context.Context, ws int64) (week string, err error) {
	defer wrap(&err, "last digest")
	err = s.read.get(ctx, &week, `SELECT week FROM messages WHERE workspace_id = ? AND kind = 'digest' ORDER BY week DESC LIMIT 1`, ws)
	return week, err
}
