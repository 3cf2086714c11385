-- +goose Up
-- What a workspace has agreed on, as JSON, and everything that it was before.
ALTER TABLE workspaces ADD COLUMN settings TEXT NOT NULL DEFAULT '';
ALTER TABLE workspaces ADD COLUMN settings_version INTEGER NOT NULL DEFAULT 0;
CREATE TABLE setting_changes (
    workspace_id INTEGER NOT NULL REFERENCES workspaces,
    version      INTEGER NOT NULL,
    at           INTEGER NOT NULL,
    changed_by   TEXT NOT NULL,
    settings     TEXT NOT NULL,
    PRIMARY KEY (workspace_id, version)
);

-- Leads that come in together: the newest cards of each channel, and the announcement in whose thread they stand, as JSON.
ALTER TABLE workspaces ADD COLUMN bursts TEXT NOT NULL DEFAULT '';

ALTER TABLE leads ADD COLUMN language TEXT NOT NULL DEFAULT '';
ALTER TABLE leads ADD COLUMN route TEXT NOT NULL DEFAULT '';
ALTER TABLE leads ADD COLUMN channel TEXT NOT NULL DEFAULT '';
ALTER TABLE leads ADD COLUMN fit INTEGER NOT NULL DEFAULT 0;
ALTER TABLE leads ADD COLUMN fit_of INTEGER NOT NULL DEFAULT 0;
ALTER TABLE leads ADD COLUMN nudge_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE leads ADD COLUMN nudges INTEGER NOT NULL DEFAULT 3;
CREATE INDEX leads_nudge ON leads (nudge_at) WHERE nudge_at > 0;

-- Since when the time to decide runs.
ALTER TABLE leads ADD COLUMN due_from INTEGER NOT NULL DEFAULT 0;
UPDATE leads SET due_from = offered_at;

-- Which leads a list of reminders shows, and the due time that each is about. fresh is what comes onto a list of its kind
-- for the first time.
CREATE TABLE reminded (
    workspace_id INTEGER NOT NULL REFERENCES workspaces,
    subject      TEXT NOT NULL, -- of the message
    lead_id      INTEGER NOT NULL REFERENCES leads,
    round        INTEGER NOT NULL,
    due_at       INTEGER NOT NULL,
    fresh        BOOLEAN NOT NULL,
    kind         TEXT NOT NULL,
    target       TEXT NOT NULL,
    PRIMARY KEY (workspace_id, subject, lead_id)
);
CREATE INDEX reminded_lead ON reminded (lead_id);

-- Somebody's open leads by due time, and what somebody decided lately.
DROP INDEX leads_owner;
CREATE INDEX leads_owner ON leads (workspace_id, owner, due_at, id) WHERE state = 'open' AND owner <> '';
DROP INDEX decisions_by;
CREATE INDEX decisions_by ON decisions (workspace_id, decided_by, decided_at, lead_id) WHERE taken_back_at = 0 AND decided_by <> '';

-- The domain of a company's own address, with which the company's next lead finds its owner.
ALTER TABLE leads ADD COLUMN domain TEXT NOT NULL DEFAULT '';
ALTER TABLE leads ADD COLUMN decided_at INTEGER NOT NULL DEFAULT 0; -- the current round, 0 while it is open
ALTER TABLE leads ADD COLUMN decided_by TEXT NOT NULL DEFAULT '';
UPDATE leads SET domain = substr(email, instr(email, '@') + 1) WHERE email <> '' AND mailbox = '';
UPDATE leads SET decided_at = d.decided_at, decided_by = d.decided_by FROM decisions d
    WHERE d.lead_id = leads.id AND d.round = leads.round AND d.taken_back_at = 0;
CREATE INDEX leads_domain ON leads (workspace_id, domain, decided_at, id) WHERE domain <> '';

-- How a round began: empty for the first, else again, returned or rerouted.
ALTER TABLE rounds ADD COLUMN origin TEXT NOT NULL DEFAULT '';
UPDATE rounds SET origin = CASE WHEN EXISTS (SELECT 1 FROM events e
    WHERE e.lead_id = rounds.lead_id AND e.round = rounds.round AND e.kind = 'returned') THEN 'returned' ELSE 'again' END WHERE round > 1;
CREATE INDEX rounds_returned ON rounds (workspace_id, offered_at) WHERE origin = 'returned';

-- thread is the subject of the message in whose thread this one stands, empty for one that stands in the channel. ref is what
-- the kind shows, when it is neither a lead nor a week. target is the channel or the person that it is for, empty where the
-- kind says that.
ALTER TABLE messages ADD COLUMN ref INTEGER NOT NULL DEFAULT 0;
ALTER TABLE messages ADD COLUMN target TEXT NOT NULL DEFAULT '';
CREATE INDEX messages_lists ON messages (workspace_id, kind, target, id) WHERE kind <> 'card';
UPDATE messages SET thread = CASE WHEN part = 0 THEN '' ELSE thread || ':0' END WHERE thread <> '';

-- Whether it was deleted in Slack and is posted anew.
ALTER TABLE messages ADD COLUMN again BOOLEAN NOT NULL DEFAULT FALSE;

-- Where in Slack the thread hangs, of a message that stands in one or was tried there.
ALTER TABLE messages ADD COLUMN thread_ts TEXT NOT NULL DEFAULT '';
UPDATE messages SET thread_ts = COALESCE((SELECT p.ts FROM messages p
    WHERE p.workspace_id = messages.workspace_id AND p.subject = messages.thread), '') WHERE thread <> '';

-- What Slack said of people that the hand-off turns on.
CREATE TABLE people (
    workspace_id INTEGER NOT NULL REFERENCES workspaces,
    user_id      TEXT NOT NULL,
    standing     TEXT NOT NULL,
    locale       TEXT NOT NULL,
    zone         TEXT NOT NULL,
    away         BOOLEAN NOT NULL, -- says their status
    away_until   INTEGER NOT NULL, -- when the status ends, 0 for not known
    off_until    INTEGER NOT NULL, -- away as named in Relevo, 0 for not
    seen_at      INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
);
CREATE TABLE user_groups (
    workspace_id INTEGER NOT NULL REFERENCES workspaces,
    group_id     TEXT NOT NULL,
    handle       TEXT NOT NULL,
    members      TEXT NOT NULL, -- ids, separated by spaces
    seen_at      INTEGER NOT NULL, -- when Slack was asked for them
    changed_at   INTEGER NOT NULL, -- when they changed last, as an event said
    PRIMARY KEY (workspace_id, group_id)
);

-- How often each owner of a route had their turn.
CREATE TABLE turns (
    workspace_id INTEGER NOT NULL REFERENCES workspaces,
    route        TEXT NOT NULL,
    owner        TEXT NOT NULL,
    credit       INTEGER NOT NULL,
    day          TEXT NOT NULL, -- of the workspace, on which given were given
    given        INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, route, owner)
);

-- What one side asks the other about a lead.
CREATE TABLE questions (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces,
    lead_id      INTEGER NOT NULL REFERENCES leads,
    round        INTEGER NOT NULL,
    asks         TEXT NOT NULL, -- the side that is asked: sales or marketing
    submission   TEXT,
    asked_by     TEXT NOT NULL,
    asked_at     INTEGER NOT NULL,
    question     TEXT NOT NULL,
    named        TEXT NOT NULL, -- whoever is asked by name: ids, separated by spaces
    remind_at    INTEGER NOT NULL, -- 0 for not any more
    answered_by  TEXT NOT NULL,
    answered_at  INTEGER NOT NULL, -- 0 while it waits
    answer       TEXT NOT NULL, -- empty when a decision was the answer
    UNIQUE (workspace_id, submission)
);
CREATE INDEX questions_lead ON questions (lead_id);
CREATE INDEX questions_waiting ON questions (workspace_id, asked_at) WHERE answered_at = 0;
CREATE INDEX questions_remind ON questions (remind_at) WHERE remind_at > 0;
