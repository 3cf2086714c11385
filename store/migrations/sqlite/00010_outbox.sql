-- +goose Up
-- Who outside of Slack is told of what happens: a web address, or the CRM. The secrets are sealed.
CREATE TABLE endpoints (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces,
    kind         TEXT NOT NULL,
    url          TEXT NOT NULL,
    topics       TEXT NOT NULL,               -- separated by spaces
    internal     BOOLEAN NOT NULL,            -- it may lie in a private network
    secret       TEXT NOT NULL DEFAULT '',
    old_secret   TEXT NOT NULL DEFAULT '',    -- signs too, until the time that follows
    old_until    INTEGER NOT NULL DEFAULT 0,
    failures     INTEGER NOT NULL DEFAULT 0,  -- in a row
    rest_until   INTEGER NOT NULL DEFAULT 0,
    problem      TEXT NOT NULL DEFAULT '',
    disabled_at  INTEGER NOT NULL DEFAULT 0,
    created_at   INTEGER NOT NULL,
    UNIQUE (workspace_id, kind, url)
);

-- One row is one thing that one endpoint is to be told, until it was. It has ids only: what is told is read when it is sent. An endpoint that is
-- removed must not make a decision fail that is being written: no foreign key.
CREATE TABLE deliveries (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL,
    endpoint_id  INTEGER NOT NULL,
    key          TEXT NOT NULL UNIQUE,
    topic        TEXT NOT NULL,
    lead_id      INTEGER REFERENCES leads,
    event_id     INTEGER REFERENCES events,
    message_id   INTEGER REFERENCES messages ON DELETE CASCADE,
    external_ids TEXT NOT NULL DEFAULT '',    -- of an erased lead, whose own are gone; emptied when it was told, or can't be
    state        TEXT NOT NULL,
    tries        INTEGER NOT NULL DEFAULT 0,
    resent       BOOLEAN NOT NULL DEFAULT FALSE,
    overrules    BOOLEAN NOT NULL DEFAULT FALSE, -- somebody has seen the conflict, and wants it all the same
    next_try_at  INTEGER NOT NULL DEFAULT 0,
    lease_until  INTEGER NOT NULL DEFAULT 0,
    lease_by     TEXT NOT NULL DEFAULT '',
    problem      TEXT NOT NULL DEFAULT '',
    created_at   INTEGER NOT NULL,
    ended_at     INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX deliveries_waiting ON deliveries (endpoint_id, next_try_at, id) WHERE state = 'waiting';
CREATE INDEX deliveries_order ON deliveries (endpoint_id, lead_id, id) WHERE state = 'waiting';
CREATE INDEX deliveries_ended ON deliveries (workspace_id, id) WHERE state <> 'waiting';
CREATE UNIQUE INDEX deliveries_message ON deliveries (endpoint_id, message_id) WHERE message_id IS NOT NULL;

-- What a CRM was last seen to say of a lead's person, and what was about to be written there. Words of people are hashes.
CREATE TABLE crm_records (
    workspace_id INTEGER NOT NULL,
    endpoint_id  INTEGER NOT NULL,
    lead_id      INTEGER NOT NULL REFERENCES leads,
    record       TEXT NOT NULL,
    seen         TEXT NOT NULL,
    meant        TEXT NOT NULL,
    PRIMARY KEY (endpoint_id, lead_id)
);
