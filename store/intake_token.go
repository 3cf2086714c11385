package store

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"time"

	"relevo/handoff"
)

// tokenPrefix tells a token of a workspace from others.
const tokenPrefix = "relevo_"

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// NewIntakeToken returns a new token by which leads come into a workspace, instead of the one that it had before. Only its hash
// is stored: nobody can be shown it again. A request with the key of the last one makes none, and fails with
// handoff.ErrNotFound as for a workspace that is not there. by is the Slack user who asked for it.
func (s *Store) NewIntakeToken(ctx context.Context, ws int64, key, by string, now time.Time) (token string, err error) {
	defer wrap(&err, "new intake token of workspace %d", ws)
	token = tokenPrefix + strings.ToLower(rand.Text()+rand.Text())
	n, err := s.write.exec(ctx, `INSERT INTO intake_tokens (workspace_id, hash, key, made_by, made_at) SELECT id, ?, ?, ?, ? FROM workspaces WHERE id = ?
		ON CONFLICT (workspace_id) DO UPDATE SET hash = excluded.hash, key = excluded.key, made_by = excluded.made_by, made_at = excluded.made_at WHERE intake_tokens.key <> excluded.key`,
		hashToken(token), key, by, toMillis(now), ws)
	if err == nil && n == 0 {
		err = handoff.ErrNotFound
	}
	if err != nil {
		return "", err
	}
	return token, nil
}

// WorkspaceByToken returns the workspace whose leads come in by the token, or fails with handoff.ErrNotFound. The token is looked
// for by its hash: how long that takes says nothing of the tokens that there are.
func (s *Store) WorkspaceByToken(ctx context.Context, token string) (w Workspace, err error) {
	defer wrap(&err, "workspace of a token")
	if !strings.HasPrefix(token, tokenPrefix) {
		return w, handoff.ErrNotFound
	}
	err = s.read.get(ctx, &w, `SELECT `+workspaceColumns+` FROM workspaces WHERE id = (SELECT workspace_id FROM intake_tokens WHERE hash = ?)`, hashToken(token))
	return w, err
}

// HasIntakeToken tells whether the workspace has a token.
func (s *Store) HasIntakeToken(ctx context.Context, ws int64) (has bool, err error) {
	defer wrap(&err, "intake token of workspace %d", ws)
	err = s.read.get(ctx, &has, `SELECT EXISTS (SELECT 1 FROM intake_tokens WHERE workspace_id = ?)`, ws)
	return has, err
}
