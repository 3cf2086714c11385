package store

import (
	"context"
	"slices"
	"time"
)

// Leftover is something in Slack that shows leads and is no message of the projection's. An erasure has it cleared.
type Leftover struct {
	ID        int64        `db:"id"`
	Workspace int64        `db:"workspace_id"`
	Kind      LeftoverKind `db:"kind"`
	Ref       string       `db:"ref"`   // the file's id, or the user whose Home it is
	Owner     string       `db:"owner"` // for whom a file was made, or who has dropped it
	Made      time.Time    `db:"-"`     // when what it shows was read; a claimed one does not say so
	Wanted    int64        `db:"wanted"`
	Tries     int          `db:"tries"`
}

// LeftoverKind is what it is.
type LeftoverKind string

// The kinds of leftovers.
const (
	LeftoverHome    LeftoverKind = "home"    // shown anew
	LeftoverRefused LeftoverKind = "refused" // the refused rows of a dropped file: deleted
	LeftoverDropped LeftoverKind = "dropped" // a file that somebody dropped: theirs, only noted
)

// Leave notes something that shows leads, or what it shows now. When somebody was erased since it was made, it is cleared at once.
func (s *Store) Leave(ctx context.Context, ws int64, l Leftover) (err error) {
	defer wrap(&err, "note what shows leads")
	_, err = s.write.exec(ctx, `
		INSERT INTO leftovers (workspace_id, kind, ref, owner, made_at, wanted, cleared, tries, next_try_at)
		VALUES (?, ?, ?, ?, ?, CASE WHEN EXISTS (SELECT 1 FROM erasures WHERE workspace_id = ? AND at >= ?) THEN 1 ELSE 0 END, 0, 0, 0)
		ON CONFLICT (workspace_id, kind, ref) DO UPDATE SET made_at = excluded.made_at, wanted = leftovers.wanted + excluded.wanted`,
		ws, string(l.Kind), l.Ref, l.Owner, toMillis(l.Made), ws, toMillis(l.Made))
	return err
}

// ErasedSince tells whether somebody of the workspace was erased at that time or after it.
func (s *Store) ErasedSince(ctx context.Context, ws int64, t time.Time) (erased bool, err error) {
	defer wrap(&err, "look for erasures")
	err = s.read.get(ctx, &erased, `SELECT EXISTS (SELECT 1 FROM erasures WHERE workspace_id = ? AND at >= ?)`, ws, toMillis(t))
	return erased, err
}

// homeCalm is how long Homes wait after an erasure, so that many in a row show each Home anew but once.
const homeCalm = 5 * time.Second

// eraseLeftovers has what may show people cleared. Refused rows can be anybody's, also somebody's who never became a lead:
// they go when somebody is to be forgotten, not with leads whose time is over.
func eraseLeftovers(ctx context.Context, tx db, ws int64, by string, now time.Time) error {
	_, err := tx.exec(ctx, `UPDATE leftovers SET wanted = wanted + 1, tries = 0, next_try_at = CASE WHEN cleared < wanted THEN next_try_at ELSE CAST(? AS BIGINT) END
		WHERE workspace_id = ? AND (kind = 'home' OR kind = 'refused' AND CAST(? AS BOOLEAN))`, toMillis(now.Add(homeCalm)), ws, by != ByRetention)
	return err
}

// ClaimLeftover returns something that is to be cleared now, which nobody else gets before the lease is over, or fails with
// handoff.ErrNotFound.
func (s *Store) ClaimLeftover(ctx context.Context, now time.Time, lease time.Duration) (l Leftover, err error) {
	defer wrap(&err, "claim what shows leads")
	err = s.write.get(ctx, &l, `UPDATE leftovers SET tries = tries + 1, next_try_at = ?
		WHERE id = (SELECT id FROM leftovers WHERE cleared < wanted AND next_try_at <= ? ORDER BY next_try_at, id LIMIT 1`+s.engine.skipLocked()+`)
		RETURNING id, workspace_id, kind, ref, owner, wanted, tries`, toMillis(now.Add(lease)), toMillis(now))
	return l, err
}

// Cleared notes that a claimed leftover shows nobody any more who was erased before it was claimed. A file is forgotten, because
// it was deleted.
func (s *Store) Cleared(ctx context.Context, l Leftover) (err error) {
	defer wrap(&err, "note what was cleared")
	query := `UPDATE leftovers SET cleared = ?, tries = 0 WHERE workspace_id = ? AND id = ?`
	args := []any{l.Wanted, l.Workspace, l.ID}
	if l.Kind != LeftoverHome {
		query, args = `DELETE FROM leftovers WHERE workspace_id = ? AND id = ?`, args[1:]
	}
	_, err = s.write.exec(ctx, query, args...)
	return err
}

// NotCleared notes when a claimed leftover is to be tried again.
func (s *Store) NotCleared(ctx context.Context, l Leftover, next time.Time) (err error) {
	defer wrap(&err, "note what was not cleared")
	_, err = s.write.exec(ctx, `UPDATE leftovers SET next_try_at = ? WHERE workspace_id = ? AND id = ?`, toMillis(next), l.Workspace, l.ID)
	return err
}

// Droppers returns who has dropped files with which leads of these ids can have come in, each once. The files are theirs:
// nobody else can delete them.
func (s *Store) Droppers(ctx context.Context, ws int64, leads []int64) (users []string, err error) {
	defer wrap(&err, "look for dropped files")
	if len(leads) == 0 {
		return nil, nil
	}
	args := slices.AppendSeq([]any{ws, ws}, anys(slices.Values(leads)))
	err = s.read.list(ctx, &users, `SELECT DISTINCT owner FROM leftovers WHERE workspace_id = ? AND kind = 'dropped' AND owner IN (
		SELECT actor FROM events WHERE workspace_id = ? AND kind IN ('received', 'merged', 'new_round') AND lead_id IN (`+marks(len(leads))+`)) ORDER BY owner`, args...)
	return users, err
}
