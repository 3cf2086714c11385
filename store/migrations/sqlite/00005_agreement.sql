-- +goose Up
-- Versions of the definitions and of the profile, and proposals for the next. What is in force stands with the workspace too,
-- where every arrival and decision finds it.
CREATE TABLE agreements (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces,
    kind         TEXT NOT NULL,
    version      INTEGER, -- none while it is a proposal
    base         INTEGER NOT NULL,
    body         TEXT NOT NULL,
    why          TEXT NOT NULL,
    submission   TEXT,
    exercise_id  INTEGER NOT NULL,
    proposed_by  TEXT NOT NULL,
    proposed_at  INTEGER NOT NULL,
    sales_by     TEXT NOT NULL,
    sales_at     INTEGER NOT NULL,
    marketing_by TEXT NOT NULL,
    marketing_at INTEGER NOT NULL,
    in_force_at  INTEGER NOT NULL,
    withdrawn_by TEXT NOT NULL,
    withdrawn_at INTEGER NOT NULL,
    UNIQUE (workspace_id, kind, version),
    UNIQUE (workspace_id, submission)
);
CREATE INDEX agreements_open ON agreements (workspace_id, kind, proposed_at) WHERE in_force_at = 0 AND withdrawn_at = 0;
CREATE TABLE drafts (
    workspace_id INTEGER NOT NULL REFERENCES workspaces,
    user_id      TEXT NOT NULL,
    base         INTEGER NOT NULL,
    profile      TEXT NOT NULL,
    PRIMARY KEY (workspace_id, user_id)
);
ALTER TABLE workspaces ADD COLUMN definitions_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workspaces ADD COLUMN profile TEXT NOT NULL DEFAULT '';
ALTER TABLE workspaces ADD COLUMN profile_version INTEGER NOT NULL DEFAULT 0;

-- What a lead showed of the profile's characteristics, in their order, and by which version.
ALTER TABLE leads ADD COLUMN fit_marks TEXT NOT NULL DEFAULT '';
ALTER TABLE leads ADD COLUMN profile_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE decisions ADD COLUMN definitions_version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE decisions ADD COLUMN profile_version INTEGER NOT NULL DEFAULT 0;

-- The perfect-customer exercise. leads are the ids of those drawn, apart from each other by spaces; invited, profile and result are JSON;
-- result is empty until it is closed. Only one runs at a time.
CREATE TABLE exercises (
    id              INTEGER PRIMARY KEY,
    workspace_id    INTEGER NOT NULL REFERENCES workspaces,
    started_by      TEXT NOT NULL,
    started_at      INTEGER NOT NULL,
    closes_at       INTEGER NOT NULL,
    remind_at       INTEGER NOT NULL,
    closed_at       INTEGER NOT NULL,
    again_at        INTEGER NOT NULL,
    profile_version INTEGER NOT NULL,
    profile         TEXT NOT NULL,
    leads           TEXT NOT NULL,
    invited         TEXT NOT NULL,
    result          TEXT NOT NULL,
    submission      TEXT,
    UNIQUE (workspace_id, submission)
);
CREATE UNIQUE INDEX exercises_running ON exercises (workspace_id) WHERE closed_at = 0;
CREATE TABLE exercise_answers (
    exercise_id  INTEGER NOT NULL REFERENCES exercises,
    workspace_id INTEGER NOT NULL REFERENCES workspaces,
    user_id      TEXT NOT NULL,
    side         TEXT NOT NULL,
    at           INTEGER NOT NULL,
    answer       TEXT NOT NULL,
    PRIMARY KEY (exercise_id, user_id)
);

-- A masked lead a week that both sides judge.
CREATE TABLE calibrations (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces,
    week         TEXT NOT NULL,
    lead_id      INTEGER NOT NULL REFERENCES leads,
    decision_id  INTEGER NOT NULL,
    started_at   INTEGER NOT NULL,
    closes_at    INTEGER NOT NULL,
    closed_at    INTEGER NOT NULL,
    UNIQUE (workspace_id, week)
);
CREATE INDEX calibrations_open ON calibrations (closes_at) WHERE closed_at = 0;
CREATE TABLE calibration_answers (
    calibration_id INTEGER NOT NULL REFERENCES calibrations,
    workspace_id   INTEGER NOT NULL REFERENCES workspaces,
    user_id        TEXT NOT NULL,
    side           TEXT NOT NULL,
    at             INTEGER NOT NULL,
    accepts        BOOLEAN NOT NULL,
    PRIMARY KEY (calibration_id, user_id)
);

-- What marketing changed because of a reason.
CREATE TABLE answers (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces,
    reason       TEXT NOT NULL,
    campaign     TEXT NOT NULL, -- empty for all
    what         TEXT NOT NULL,
    since        INTEGER NOT NULL,
    submission   TEXT,
    answered_by  TEXT NOT NULL,
    answered_at  INTEGER NOT NULL,
    UNIQUE (workspace_id, submission)
);
CREATE INDEX answers_given ON answers (workspace_id, answered_at);

-- Who handed leads over by hand.
CREATE INDEX events_handed ON events (workspace_id, actor, id) WHERE kind = 'received' AND actor <> '';
