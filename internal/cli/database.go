package cli

import (
	"context"
	"errors"
	"strings"
	"time"

	"relevo/handoff"
	"relevo/store"
)

// openStore opens the database. The workspace that it returns has the language and the zone of the settings; only
// the bot itself writes them down.
func openStore(ctx context.Context, c Config, now func() time.Time) (*store.Store, store.Workspace, error) {
	db, err := store.Open(ctx, c.DB, store.WithKeyring(c.Keys))
	if err != nil {
		return nil, store.Workspace{}, misuse("cli.cannot_open", "Why", strings.TrimPrefix(err.Error(), "open database: "))
	}
	ws, err := db.DefaultWorkspace(ctx, now())
	if err != nil {
		db.Close()
		return nil, store.Workspace{}, err
	}
	ws.Language, ws.Zone = c.Language, c.Zone.String()
	return db, ws, nil
}

// onStore runs a command on the database of the settings, with its default workspace. What is wrong with sealed secrets is told
// so that it can be mended.
func (s Settings) onStore(c *console, do func(db *store.Store, ws store.Workspace, config Config) error) error {
	config, err := s.check()
	if err != nil {
		return err
	}
	db, ws, err := openStore(c.ctx, config, c.Now)
	if err != nil {
		return err
	}
	defer db.Close()
	return sealTrouble(do(db, ws, config))
}

// workspaceOf returns the workspace that --workspace names.
func workspaceOf(c *console, db *store.Store, team string) (store.Workspace, error) {
	ws, err := db.WorkspaceByTeam(c.ctx, team)
	if errors.Is(err, handoff.ErrNotFound) {
		return ws, misuse("cli.no_workspace", "Team", team)
	}
	return ws, err
}
