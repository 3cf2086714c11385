-- +goose Up
-- A Slack workspace, or all workspaces of an organisation, into which Relevo was installed. The tokens are sealed.
CREATE TABLE installations (
    id            INTEGER PRIMARY KEY,
    workspace_id  INTEGER REFERENCES workspaces,      -- NULL when it is an organisation's
    team_id       TEXT NOT NULL,                      -- empty when it is an organisation's
    enterprise_id TEXT NOT NULL,                      -- empty outside Enterprise Grid
    bot_token     TEXT NOT NULL,
    refresh_token TEXT NOT NULL,                      -- empty when the token does not expire
    expires_at    INTEGER NOT NULL DEFAULT 0,
    bot_user      TEXT NOT NULL,
    scopes        TEXT NOT NULL,
    installed_by  TEXT NOT NULL,
    installed_at  INTEGER NOT NULL,
    revoked_at    INTEGER NOT NULL DEFAULT 0,
    refresher     TEXT NOT NULL DEFAULT '',           -- whoever asks Slack for the next token
    refresh_until INTEGER NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX installations_team ON installations (team_id) WHERE team_id <> '';
CREATE UNIQUE INDEX installations_organisation ON installations (enterprise_id) WHERE team_id = '';
-- What Slack says of a workspace, since when it lets us in no more, and whether nobody has set it up yet.
ALTER TABLE workspaces ADD COLUMN enterprise_id TEXT NOT NULL DEFAULT '';
ALTER TABLE workspaces ADD COLUMN url TEXT NOT NULL DEFAULT '';
ALTER TABLE workspaces ADD COLUMN bot_user TEXT NOT NULL DEFAULT '';
ALTER TABLE workspaces ADD COLUMN closed_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workspaces ADD COLUMN unready BOOLEAN NOT NULL DEFAULT FALSE;

-- The token by which a workspace's leads come in, as a hash.
CREATE TABLE intake_tokens (
    workspace_id INTEGER PRIMARY KEY REFERENCES workspaces,
    hash         TEXT NOT NULL UNIQUE,
    key          TEXT NOT NULL, -- of the request that made it
    made_by      TEXT NOT NULL,
    made_at      INTEGER NOT NULL
);

-- Which attempts to install have come back from Slack, until they would be too old anyway.
CREATE TABLE used_states (
    hash  TEXT PRIMARY KEY,
    until INTEGER NOT NULL
);
