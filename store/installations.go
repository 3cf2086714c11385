package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"time"

	"relevo/handoff"
)

// Installation is Slack's leave to be the bot of a workspace, or of all workspaces of an organisation.
type Installation struct {
	ID           int64     `db:"id"`
	Workspace    int64     `db:"workspace_id"`  // 0 when it is an organisation's
	TeamID       string    `db:"team_id"`       // empty when it is an organisation's
	EnterpriseID string    `db:"enterprise_id"` // empty outside Enterprise Grid
	BotToken     string    `db:"bot_token"`
	RefreshToken string    `db:"refresh_token"` // empty when the token does not expire
	Expires      time.Time `db:"expires_at"`    // of the bot token; zero when it does not
	BotUser      string    `db:"bot_user"`
	Scopes       string    `db:"scopes"`
	By           string    `db:"installed_by"` // a Slack user
	At           time.Time `db:"installed_at"`
}

// Place names the team, or the organisation, as Slack does.
func (i Installation) place(column string) place {
	return place{"installations." + column, i.Workspace, i.TeamID + "/" + i.EnterpriseID}
}

const installationColumns = `id, COALESCE(workspace_id, 0) AS workspace_id, team_id, enterprise_id, bot_token, refresh_token, expires_at, bot_user, scopes,
	installed_by, installed_at`

type installationRow struct {
	Installation
	Expires millis `db:"expires_at"`
	At      millis `db:"installed_at"`
}

// opened returns the installation with its secrets opened.
func (s *Store) opened(r installationRow) (i Installation, err error) {
	i = r.Installation
	i.Expires, i.At = r.Expires.time(), r.At.time()
	var err2 error
	i.BotToken, err = s.keys.open(i.BotToken, i.place("bot_token"))
	i.RefreshToken, err2 = s.keys.open(i.RefreshToken, i.place("refresh_token"))
	return i, errors.Join(err, err2)
}

// sealedTokens returns an installation's tokens as they are stored.
func (s *Store) sealedTokens(i Installation) (bot, refresh string, err error) {
	if bot, err = s.keys.seal(i.BotToken, i.place("bot_token")); err != nil {
		return "", "", err
	}
	refresh, err = s.keys.seal(i.RefreshToken, i.place("refresh_token"))
	return bot, refresh, err
}

// Install stores an installation. The team's workspace is the one that it has had here before, or a new one that begins as like
// is and waits to be set up; the first installation, and each later one, has whoever installed it told in a direct message what
// comes next. An organisation's has no workspace: its teams get theirs when they are heard of. It fails with ErrNoKey.
func (s *Store) Install(ctx context.Context, i Installation, like Workspace) (w Workspace, err error) {
	defer wrap(&err, "install")
	err = s.tx(ctx, func(tx db) error {
		if i.TeamID != "" {
			if w, err = openWorkspace(ctx, tx, i, like); err != nil {
				return err
			}
			i.Workspace = w.ID
		}
		bot, refresh, err := s.sealedTokens(i)
		if err != nil {
			return err
		}
		conflict := `(team_id) WHERE team_id <> ''`
		if i.TeamID == "" {
			conflict = `(enterprise_id) WHERE team_id = ''`
		}
		var workspace any
		if i.Workspace != 0 {
			workspace = i.Workspace
		}
		// The organisation of a team that is installed by itself goes into the seal: it is written together with it.
		_, err = tx.exec(ctx, `INSERT INTO installations (workspace_id, team_id, enterprise_id, bot_token, refresh_token, expires_at, bot_user, scopes, installed_by, installed_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT `+conflict+` DO UPDATE SET enterprise_id = excluded.enterprise_id, bot_token = excluded.bot_token,
				refresh_token = excluded.refresh_token, expires_at = excluded.expires_at, bot_user = excluded.bot_user, scopes = excluded.scopes,
				installed_by = excluded.installed_by, installed_at = excluded.installed_at, revoked_at = 0, refresher = '', refresh_until = 0`,
			workspace, i.TeamID, i.EnterpriseID, bot, refresh, toMillis(i.Expires), i.BotUser, i.Scopes, i.By, toMillis(i.At))
		if err != nil || i.TeamID != "" {
			return err
		}
		_, err = tx.exec(ctx, `UPDATE workspaces SET closed_at = 0 WHERE enterprise_id = ? AND enterprise_id <> ''`, i.EnterpriseID)
		return err
	})
	if err != nil {
		return Workspace{}, err
	}
	s.signal()
	return w, nil
}

// openWorkspace returns the workspace of an installation's team, made when there is none, open again when it was closed, and
// greets whoever installed it.
func openWorkspace(ctx context.Context, tx db, i Installation, like Workspace) (w Workspace, err error) {
	err = tx.get(ctx, &w, `INSERT INTO workspaces (team_id, name, language, zone, leads_channel, feedback_channel, created_at, enterprise_id, bot_user, url, unready)
		VALUES (?, ?, ?, ?, '', '', ?, ?, ?, ?, TRUE)
		ON CONFLICT (team_id) DO UPDATE SET closed_at = 0, name = excluded.name, enterprise_id = excluded.enterprise_id, bot_user = excluded.bot_user,
			url = CASE WHEN excluded.url = '' THEN workspaces.url ELSE excluded.url END
		RETURNING `+workspaceColumns, i.TeamID, like.Name, like.Language, like.Zone, toMillis(i.At), i.EnterpriseID, i.BotUser, like.URL)
	if err != nil || i.By == "" {
		return w, err
	}
	welcome := Message{Workspace: w.ID, Subject: "welcome:" + i.By, Kind: KindWelcome, Target: i.By, Created: i.At}
	_, err = tx.exec(ctx, `INSERT INTO messages (`+newMessageColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (workspace_id, subject) DO UPDATE SET `+anew, messageValues(welcome)...)
	return w, err
}

// Admit returns the workspace of a team of an organisation into which Relevo is installed, made when there is none, or fails with
// handoff.ErrNotFound when it is not installed there. A team that was closed stays closed until Reopen.
func (s *Store) Admit(ctx context.Context, enterprise, team string, like Workspace, now time.Time) (w Workspace, err error) {
	defer wrap(&err, "admit team %s", team)
	if enterprise == "" || team == "" {
		return w, handoff.ErrNotFound
	}
	err = s.tx(ctx, func(tx db) error {
		var bot string
		if err := tx.get(ctx, &bot, `SELECT bot_user FROM installations WHERE enterprise_id = ? AND team_id = '' AND revoked_at = 0`, enterprise); err != nil {
			return err
		}
		return tx.get(ctx, &w, `INSERT INTO workspaces (team_id, name, language, zone, leads_channel, feedback_channel, created_at, enterprise_id, bot_user, unready)
			VALUES (?, ?, ?, ?, '', '', ?, ?, ?, TRUE) ON CONFLICT (team_id) DO UPDATE SET enterprise_id = excluded.enterprise_id RETURNING `+workspaceColumns,
			team, team, like.Language, like.Zone, toMillis(now), enterprise, bot)
	})
	return w, err
}

// InstallationOf returns the installation by which a workspace is reached, its own before its organisation's. It fails with
// handoff.ErrNotFound when there is none or Slack revoked it, and with ErrNoKey, ErrWrongKey or ErrBroken.
func (s *Store) InstallationOf(ctx context.Context, ws int64) (i Installation, err error) {
	defer wrap(&err, "installation of workspace %d", ws)
	var row installationRow
	err = s.read.get(ctx, &row, `SELECT `+installationColumns+` FROM installations WHERE id = (
		SELECT i.id FROM workspaces w JOIN installations i ON i.workspace_id = w.id OR i.team_id = '' AND i.enterprise_id = w.enterprise_id AND w.enterprise_id <> ''
		WHERE w.id = ? AND w.closed_at = 0 AND i.revoked_at = 0 ORDER BY i.team_id DESC LIMIT 1)`, ws)
	if err != nil {
		return i, err
	}
	return s.opened(row)
}

// Revoke stores that Slack lets us into a team no more, or into all of an organisation when team is empty, if that was so
// before at: nothing is sent there until it is installed anew, and nothing is lost.
func (s *Store) Revoke(ctx context.Context, enterprise, team string, at time.Time) (err error) {
	defer wrap(&err, "revoke")
	return s.tx(ctx, func(tx db) error {
		if team == "" {
			return revokeAll(ctx, tx, enterprise, at)
		}
		n, err := tx.exec(ctx, `UPDATE installations SET revoked_at = ?, bot_token = '', refresh_token = '' WHERE team_id = ? AND installed_at <= ?`, toMillis(at), team, toMillis(at))
		if err != nil {
			return err
		}
		// A team whose own installation is newer is open; one that has none is let in by its organisation.
		_, err = tx.exec(ctx, `UPDATE workspaces SET closed_at = ? WHERE team_id = ? AND closed_at = 0 AND (? > 0 OR NOT EXISTS (
			SELECT 1 FROM installations i WHERE i.team_id = workspaces.team_id))`, toMillis(at), team, n)
		return err
	})
}

func revokeAll(ctx context.Context, tx db, enterprise string, at time.Time) error {
	n, err := tx.exec(ctx, `UPDATE installations SET revoked_at = ?, bot_token = '', refresh_token = '' WHERE enterprise_id = ? AND team_id = '' AND installed_at <= ?`,
		toMillis(at), enterprise, toMillis(at))
	if err != nil || n == 0 {
		return err
	}
	_, err = tx.exec(ctx, `UPDATE workspaces SET closed_at = ? WHERE enterprise_id = ? AND closed_at = 0 AND NOT EXISTS (
		SELECT 1 FROM installations i WHERE i.workspace_id = workspaces.id AND i.revoked_at = 0)`, toMillis(at), enterprise)
	return err
}

// Reopen lets a team in again that an organisation had taken away.
func (s *Store) Reopen(ctx context.Context, team string) (err error) {
	defer wrap(&err, "reopen")
	_, err = s.write.exec(ctx, `UPDATE workspaces SET closed_at = 0 WHERE team_id = ? AND EXISTS (SELECT 1 FROM installations i
		WHERE i.team_id = '' AND i.enterprise_id = workspaces.enterprise_id AND i.revoked_at = 0)`, team)
	s.signal()
	return err
}

// UseState notes that an attempt to install has come back from Slack, and tells whether it is the first time.
// Attempts that were too old anyway at now are forgotten.
func (s *Store) UseState(ctx context.Context, state string, until, now time.Time) (fresh bool, err error) {
	defer wrap(&err, "use state")
	sum := sha256.Sum256([]byte(state))
	if _, err := s.write.exec(ctx, `DELETE FROM used_states WHERE until < ?`, toMillis(now)); err != nil {
		return false, err
	}
	n, err := s.write.exec(ctx, `INSERT INTO used_states (hash, until) VALUES (?, ?) ON CONFLICT DO NOTHING`, hex.EncodeToString(sum[:]), toMillis(until))
	return n == 1, err
}
