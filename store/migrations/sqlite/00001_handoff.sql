-- +goose Up
-- Times are unix milliseconds in UTC, 0 where there is none; durations are nanoseconds.

CREATE TABLE workspaces (
    id               INTEGER PRIMARY KEY,
    team_id          TEXT UNIQUE,
    name             TEXT NOT NULL,
    language         TEXT NOT NULL,
    zone             TEXT NOT NULL,
    leads_channel    TEXT NOT NULL,
    feedback_channel TEXT NOT NULL,
    last_number      INTEGER NOT NULL DEFAULT 0,
    created_at       INTEGER NOT NULL
);

CREATE TABLE leads (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces,
    number       INTEGER NOT NULL,
    name         TEXT NOT NULL,
    email        TEXT NOT NULL,
    phone        TEXT NOT NULL,
    company      TEXT NOT NULL,
    website      TEXT NOT NULL,
    role         TEXT NOT NULL,
    country      TEXT NOT NULL,
    industry     TEXT NOT NULL,
    size         TEXT NOT NULL,
    link         TEXT NOT NULL,
    source       TEXT NOT NULL,
    campaign     TEXT NOT NULL,
    activity     TEXT NOT NULL,
    asks_contact BOOLEAN NOT NULL,
    state        TEXT NOT NULL,
    round        INTEGER NOT NULL,
    touches      INTEGER NOT NULL,
    owner        TEXT NOT NULL,
    received_at  INTEGER NOT NULL,
    offered_at   INTEGER NOT NULL,
    due_at       INTEGER NOT NULL,
    back_at      INTEGER NOT NULL,
    version      INTEGER NOT NULL,
    UNIQUE (workspace_id, number)
);
CREATE UNIQUE INDEX leads_email ON leads (workspace_id, email) WHERE email <> '';
CREATE INDEX leads_open ON leads (workspace_id, due_at, id) WHERE state = 'open';
CREATE INDEX leads_nurturing ON leads (back_at) WHERE state = 'nurturing';
CREATE INDEX leads_owner ON leads (workspace_id, owner, state) WHERE owner <> '';
CREATE INDEX leads_newest ON leads (workspace_id, received_at, id);

-- The words by which a lead is found beside its e-mail, compared byte by byte as that is.
CREATE TABLE lead_words (
    workspace_id INTEGER NOT NULL,
    word         TEXT NOT NULL,
    lead_id      INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, word, lead_id)
) WITHOUT ROWID;

CREATE TABLE rounds (
    lead_id      INTEGER NOT NULL REFERENCES leads,
    round        INTEGER NOT NULL,
    workspace_id INTEGER NOT NULL,
    source       TEXT NOT NULL,
    campaign     TEXT NOT NULL,
    offered_at   INTEGER NOT NULL,
    due_at       INTEGER NOT NULL,
    closed_at    INTEGER NOT NULL,
    PRIMARY KEY (lead_id, round)
) WITHOUT ROWID;
CREATE INDEX rounds_offered ON rounds (workspace_id, offered_at);
CREATE INDEX rounds_closed ON rounds (workspace_id, closed_at, offered_at, due_at);

CREATE TABLE decisions (
    id             INTEGER PRIMARY KEY,
    workspace_id   INTEGER NOT NULL,
    lead_id        INTEGER NOT NULL REFERENCES leads,
    round          INTEGER NOT NULL,
    submission     TEXT,
    verdict        TEXT NOT NULL,
    reason         TEXT NOT NULL,
    note           TEXT NOT NULL,
    horizon        TEXT NOT NULL,
    foreseen       TEXT NOT NULL,
    back_at        INTEGER NOT NULL,
    owner_before   TEXT NOT NULL,
    decided_by     TEXT NOT NULL,
    decided_at     INTEGER NOT NULL,
    took           INTEGER,
    worked         INTEGER,
    taken_back_by  TEXT NOT NULL,
    taken_back_at  INTEGER NOT NULL,
    taken_back_why TEXT NOT NULL
);
CREATE UNIQUE INDEX decisions_submission ON decisions (workspace_id, submission) WHERE submission IS NOT NULL;
CREATE UNIQUE INDEX decisions_standing ON decisions (lead_id, round) WHERE taken_back_at = 0;
CREATE INDEX decisions_lead ON decisions (lead_id);
CREATE INDEX decisions_decided ON decisions (workspace_id, decided_at) WHERE taken_back_at = 0;
CREATE INDEX decisions_by ON decisions (workspace_id, decided_by, lead_id) WHERE taken_back_at = 0 AND decided_by <> '';

-- An arrival that was not a repetition has the keys by which it is known when it comes again.
CREATE TABLE events (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL,
    lead_id      INTEGER NOT NULL REFERENCES leads,
    round        INTEGER NOT NULL,
    kind         TEXT NOT NULL,
    at           INTEGER NOT NULL,
    actor        TEXT NOT NULL,
    source       TEXT NOT NULL,
    campaign     TEXT NOT NULL,
    reason       TEXT NOT NULL,
    note         TEXT NOT NULL,
    external_id  TEXT,
    once_key     TEXT
);
CREATE INDEX events_lead ON events (lead_id);
CREATE UNIQUE INDEX events_external ON events (workspace_id, external_id) WHERE external_id IS NOT NULL;
CREATE UNIQUE INDEX events_once ON events (workspace_id, once_key) WHERE once_key IS NOT NULL;

-- One row is one message that shall exist in Slack; ts is empty until it does.
CREATE TABLE messages (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces,
    subject      TEXT NOT NULL,
    key          TEXT NOT NULL,
    kind         TEXT NOT NULL,
    lead_id      INTEGER REFERENCES leads,
    round        INTEGER NOT NULL,
    week         TEXT NOT NULL DEFAULT '',
    thread       TEXT NOT NULL DEFAULT '',
    part         INTEGER NOT NULL DEFAULT 0,
    channel      TEXT NOT NULL DEFAULT '',
    ts           TEXT NOT NULL DEFAULT '',
    wanted       INTEGER NOT NULL DEFAULT 1,
    shown        INTEGER NOT NULL DEFAULT 0,
    doubts       INTEGER NOT NULL DEFAULT 0,
    doubt_since  INTEGER NOT NULL DEFAULT 0,
    failures     INTEGER NOT NULL DEFAULT 0,
    next_try_at  INTEGER NOT NULL DEFAULT 0,
    lease_until  INTEGER NOT NULL DEFAULT 0,
    lease_by     TEXT NOT NULL DEFAULT '',
    created_at   INTEGER NOT NULL,
    problem      TEXT NOT NULL DEFAULT '',
    UNIQUE (workspace_id, subject)
);
CREATE INDEX messages_unposted ON messages (kind DESC, week, part, id) WHERE ts = '';
CREATE INDEX messages_stale ON messages (id) WHERE ts <> '' AND shown < wanted;
CREATE INDEX messages_thread ON messages (workspace_id, thread, part) WHERE thread <> '';
