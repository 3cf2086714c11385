package store

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"time"

	"relevo/handoff"
)

// Settings are a workspace's settings as they are stored: JSON, empty for those that a workspace begins with.
type Settings struct{ handoff.Settings }

// Value returns what is stored.
func (s Settings) Value() (driver.Value, error) {
	text, err := json.Marshal(s.Settings)
	return string(text), err
}

// Scan reads what is stored.
func (s *Settings) Scan(stored any) error { return scanJSON(stored, &s.Settings) }

// ChangeSettings lets change alter the workspace's settings, keeps what they were, and returns the workspace as it is then.
// Two changes at once come one after the other, each to what the other left. The error of change is returned as it is. by is
// the Slack user who wanted it. When hours or due times change, open leads are due by them. It fails with handoff.ErrNotFound
// when there is no such workspace.
func (s *Store) ChangeSettings(ctx context.Context, ws int64, by string, now time.Time, change func(*handoff.Settings) error) (w Workspace, err error) {
	defer wrap(&err, "change settings of workspace %d", ws)
	err = s.tx(ctx, func(tx db) error {
		lock, err := lockWorkspace(ctx, tx, ws)
		if err != nil {
			return err
		}
		w = lock.Workspace
		anyone := w.Rules().AnyoneDecides
		before, err := w.Settings.Value()
		if err != nil {
			return err
		}
		if err := change(&w.Settings.Settings); err != nil {
			return err
		}
		if after, err := w.Settings.Value(); err != nil || after == before {
			return err // nothing changed: a form that was delivered twice, for one
		}
		w.SettingsVersion++
		_, err = tx.exec(ctx, `UPDATE workspaces SET settings = ?, settings_version = ? WHERE id = ?`, w.Settings, w.SettingsVersion, ws)
		if err != nil {
			return err
		}
		if anyone != w.Rules().AnyoneDecides {
			if err := staleOpenCards(ctx, tx, ws); err != nil {
				return err
			}
		}
		if err := s.recount(ctx, tx, lock.Workspace, w, now); err != nil {
			return err
		}
		_, err = tx.exec(ctx, `INSERT INTO setting_changes (workspace_id, version, at, changed_by, settings) VALUES (?, ?, ?, ?, ?)`,
			ws, w.SettingsVersion, toMillis(now), by, w.Settings)
		return err
	})
	if err != nil {
		return Workspace{}, err
	}
	s.signal()
	return w, nil
}

// SettingsAt returns the workspace's settings as they were in a version, or fails with handoff.ErrNotFound.
func (s *Store) SettingsAt(ctx context.Context, ws, version int64) (settings Settings, err error) {
	defer wrap(&err, "settings of workspace %d in version %d", ws, version)
	if version == 0 { // what every workspace begins with
		return Settings{}, nil
	}
	err = s.read.get(ctx, &settings, `SELECT settings FROM setting_changes WHERE workspace_id = ? AND version = ?`, ws, version)
	return settings, err
}

// staleOpenCards lets the cards of all open leads be shown anew: they say who may decide.
func staleOpenCards(ctx context.Context, tx db, ws int64) error {
	_, err := tx.exec(ctx, `UPDATE messages SET wanted = wanted + 1 WHERE workspace_id = ? AND kind = 'card' AND ts <> '' AND EXISTS (
		SELECT 1 FROM leads l WHERE l.id = messages.lead_id AND l.state = 'open' AND l.round = messages.round)`, ws)
	return err
}
