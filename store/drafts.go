package store

import (
	"context"

	"relevo/handoff"
)

// SaveDraft keeps somebody's unfinished profile, in place of the one that they had. base is the version that it began from.
func (s *Store) SaveDraft(ctx context.Context, ws int64, user string, base int, p handoff.Profile) (err error) {
	defer wrap(&err, "keep a draft")
	_, err = s.exec(ctx, `INSERT INTO drafts (workspace_id, user_id, base, profile) VALUES (?, ?, ?, ?)
		ON CONFLICT (workspace_id, user_id) DO UPDATE SET base = excluded.base, profile = excluded.profile`, ws, user, base, Profile{p})
	return err
}

// Draft returns somebody's unfinished profile and the version that it began from, or fails with handoff.ErrNotFound.
func (s *Store) Draft(ctx context.Context, ws int64, user string) (p handoff.Profile, base int, err error) {
	defer wrap(&err, "draft")
	var row struct {
		Base    int     `db:"base"`
		Profile Profile `db:"profile"`
	}
	err = s.read.get(ctx, &row, `SELECT base, profile FROM drafts WHERE workspace_id = ? AND user_id = ?`, ws, user)
	return row.Profile.Profile, row.Base, err
}

// DropDraft forgets somebody's unfinished profile, if there is one.
func (s *Store) DropDraft(ctx context.Context, ws int64, user string) (err error) {
	defer wrap(&err, "drop a draft")
	_, err = s.exec(ctx, `DELETE FROM drafts WHERE workspace_id = ? AND user_id = ?`, ws, user)
	return err
}
