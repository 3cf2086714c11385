-- +goose Up
-- What else a person said, as JSON, empty when it is nothing.
ALTER TABLE leads ADD COLUMN extras TEXT NOT NULL DEFAULT '';
ALTER TABLE leads ADD COLUMN mailbox TEXT NOT NULL DEFAULT '';
CREATE INDEX leads_erased ON leads (workspace_id) WHERE state = 'erased';

-- One row is one lead of which a tool has told only where to read it. key is a SHA-256; ref is empty once waiting is
-- false: nothing of the person is kept here.
CREATE TABLE fetches (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces,
    source       TEXT NOT NULL,
    key          TEXT NOT NULL,
    ref          TEXT NOT NULL,
    waiting      BOOLEAN NOT NULL,
    received_at  INTEGER NOT NULL,
    tries        INTEGER NOT NULL,
    next_try_at  INTEGER NOT NULL,
    lease_until  INTEGER NOT NULL,
    lease_by     TEXT NOT NULL,
    problem      TEXT NOT NULL,
    UNIQUE (workspace_id, source, key)
);
CREATE INDEX fetches_waiting ON fetches (received_at, id) WHERE waiting;
