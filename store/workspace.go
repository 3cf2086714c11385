package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"relevo/handoff"
)

// Workspace is a Slack team and its settings. Everything else that is stored belongs to one.
type Workspace struct {
	ID              int64  `db:"id"`
	TeamID          string `db:"team_id"` // empty until Slack was reached for the first time
	Name            string `db:"name"`
	Language        string `db:"language"` // of cards and digest: "en", "es"
	Zone            string `db:"zone"`     // an IANA name; empty is UTC
	LeadsChannel    string `db:"leads_channel"`
	FeedbackChannel string `db:"feedback_channel"`

	EnterpriseID string `db:"enterprise_id"` // of the organisation that it is part of; empty outside Enterprise Grid
	URL          string `db:"url"`           // of the team in Slack, with a slash at the end; empty until Slack was reached
	BotUser      string `db:"bot_user"`      // whom the bot is there
	Unready      bool   `db:"unready"`       // nobody has said yet which channels it has: its cards wait
	Closed       bool   `db:"closed"`        // Slack lets us in no more: nothing is sent there
	LastNumber   int64  `db:"last_number"`   // that a lead was given; 0 before the first

	Settings        Settings `db:"settings"`         // changed by ChangeSettings alone
	SettingsVersion int64    `db:"settings_version"` // rises with each change

	// What both sides have signed last; changed by ChangeProposal alone.
	DefinitionsVersion int     `db:"definitions_version"`
	Profile            Profile `db:"profile"`
	ProfileVersion     int     `db:"profile_version"`
}

// Location returns the workspace's zone, UTC when this machine does not know it.
func (w Workspace) Location() *time.Location {
	if known, ok := zones.Load(w.Zone); ok {
		return known.(*time.Location)
	}
	zone, err := time.LoadLocation(w.Zone)
	if err != nil {
		return time.UTC
	}
	zones.Store(w.Zone, zone)
	return zone
}

// zones are those that were read from this machine's files, by name: a round of the syncer asks for that of each workspace.
var zones sync.Map

// Rules returns what the decisions of the workspace follow.
func (w Workspace) Rules() handoff.Rules {
	return w.Settings.Rules(w.Location())
}

const workspaceColumns = `id, COALESCE(team_id, '') AS team_id, name, language, zone, leads_channel, feedback_channel, settings, settings_version,
	definitions_version, profile, profile_version, enterprise_id, url, bot_user, unready, closed_at > 0 AS closed, last_number`

// DefaultID is the id of the default workspace.
const DefaultID = 1

// DefaultWorkspace returns the workspace of an installation that has only one, and makes it when it is not there yet.
func (s *Store) DefaultWorkspace(ctx context.Context, now time.Time) (w Workspace, err error) {
	defer wrap(&err, "default workspace")
	const query = `SELECT ` + workspaceColumns + ` FROM workspaces WHERE id = 1`
	if err = s.read.get(ctx, &w, query); !errors.Is(err, handoff.ErrNotFound) {
		return w, err
	}
	// Its id is given, so that of two processes that start at once only one makes it.
	_, err = s.exec(ctx, `
		INSERT INTO workspaces (id, name, language, zone, leads_channel, feedback_channel, created_at)
		VALUES (1, '', 'en', 'UTC', '', '', ?) ON CONFLICT DO NOTHING`, toMillis(now))
	if err != nil {
		return Workspace{}, err
	}
	err = s.read.get(ctx, &w, query)
	return w, err
}

// SaveWorkspace stores the settings and, once it is known, the team. It fails with ErrOtherTeam when the workspace
// already belongs to another team or the team has another workspace, with handoff.ErrNotFound, or when the zone is
// unknown.
func (s *Store) SaveWorkspace(ctx context.Context, w Workspace) (err error) {
	defer wrap(&err, "save workspace %d", w.ID)
	if _, err := time.LoadLocation(w.Zone); err != nil {
		return err
	}
	return s.tx(ctx, func(tx db) error {
		var team string
		if err := tx.get(ctx, &team, `SELECT COALESCE(team_id, '') FROM workspaces WHERE id = ?`+s.engine.forUpdate(), w.ID); err != nil {
			return err
		}
		if w.TeamID == "" {
			w.TeamID = team
		}
		if team != "" && team != w.TeamID {
			return fmt.Errorf("%w: it is %s's, not %s's", ErrOtherTeam, team, w.TeamID)
		}
		_, err := tx.exec(ctx, `
			UPDATE workspaces SET team_id = NULLIF(?, ''), name = ?, language = ?, zone = ?, leads_channel = ?, feedback_channel = ?, url = ?, bot_user = ? WHERE id = ?`,
			w.TeamID, w.Name, w.Language, w.Zone, w.LeadsChannel, w.FeedbackChannel, w.URL, w.BotUser, w.ID)
		if isDuplicate(err) {
			return fmt.Errorf("%w: %s has another workspace here", ErrOtherTeam, w.TeamID)
		}
		return err
	})
}

// WorkspaceByTeam returns the workspace of a Slack team, or fails with handoff.ErrNotFound.
func (s *Store) WorkspaceByTeam(ctx context.Context, team string) (w Workspace, err error) {
	defer wrap(&err, "workspace of team %s", team)
	err = s.read.get(ctx, &w, `SELECT `+workspaceColumns+` FROM workspaces WHERE team_id = ?`, team)
	return w, err
}

// WorkspaceByID returns a workspace by the store's own key, or fails with handoff.ErrNotFound.
func (s *Store) WorkspaceByID(ctx context.Context, id int64) (w Workspace, err error) {
	defer wrap(&err, "workspace %d", id)
	err = s.read.get(ctx, &w, `SELECT `+workspaceColumns+` FROM workspaces WHERE id = ?`, id)
	return w, err
}

// Workspaces returns all workspaces, oldest first.
func (s *Store) Workspaces(ctx context.Context) (ws []Workspace, err error) {
	defer wrap(&err, "workspaces")
	err = s.read.list(ctx, &ws, `SELECT `+workspaceColumns+` FROM workspaces ORDER BY id`)
	return ws, err
}

// SetReached stores whether Slack lets us into a workspace: nothing is sent where it does not.
func (s *Store) SetReached(ctx context.Context, ws int64, reached bool, now time.Time) (err error) {
	defer wrap(&err, "reach workspace %d", ws)
	closed := toMillis(now)
	if reached {
		closed = 0
	}
	_, err = s.write.exec(ctx, `UPDATE workspaces SET closed_at = ? WHERE id = ? AND (closed_at = 0) <> ?`, closed, ws, reached)
	return err
}

// SetUp stores what was said of a workspace that was new, or is changed later: channels, language and zone. Its cards wait no
// more, and open leads are due by the working hours of the zone. It fails with handoff.ErrNotFound, or when the zone is unknown.
func (s *Store) SetUp(ctx context.Context, w Workspace, now time.Time) (err error) {
	defer wrap(&err, "set up workspace %d", w.ID)
	if _, err := time.LoadLocation(w.Zone); err != nil {
		return err
	}
	err = s.tx(ctx, func(tx db) error {
		lock, err := lockWorkspace(ctx, tx, w.ID)
		if err != nil {
			return err
		}
		after := lock.Workspace
		after.Language, after.Zone, after.LeadsChannel, after.FeedbackChannel = w.Language, w.Zone, w.LeadsChannel, w.FeedbackChannel
		_, err = tx.exec(ctx, `UPDATE workspaces SET language = ?, zone = ?, leads_channel = ?, feedback_channel = ?, unready = FALSE WHERE id = ?`,
			w.Language, w.Zone, w.LeadsChannel, w.FeedbackChannel, w.ID)
		if err != nil {
			return err
		}
		return s.recount(ctx, tx, lock.Workspace, after, now)
	})
	if err != nil {
		return err
	}
	s.signal()
	return nil
}

// locked is a workspace in which nobody else takes leads in or changes settings until the transaction ends.
type locked struct {
	Workspace
	Bursts bursts `db:"bursts"`
}

// lockWorkspace makes other transactions that take the same lock wait until this one ends, and returns the workspace as it
// is. It is written as an update because both engines lock for that.
func lockWorkspace(ctx context.Context, tx db, ws int64) (w locked, err error) {
	err = tx.get(ctx, &w, `UPDATE workspaces SET last_number = last_number WHERE id = ?
		RETURNING `+workspaceColumns+`, bursts`, ws)
	return w, err
}
