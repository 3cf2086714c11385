-- +goose Up
-- That somebody was erased: when, by whom, and how many leads they were. Nothing here tells who it was.
CREATE TABLE erasures (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces,
    at           INTEGER NOT NULL,
    erased_by    TEXT NOT NULL, -- a Slack user, or what the store calls whoever has none
    leads        INTEGER NOT NULL
);
CREATE INDEX erasures_at ON erasures (workspace_id, at);

-- What shows leads in Slack and is no message of ours: files, by their id, and Homes, by whose they are. wanted rises with each
-- erasure that it is to follow, and cleared follows it.
CREATE TABLE leftovers (
    id           INTEGER PRIMARY KEY,
    workspace_id INTEGER NOT NULL REFERENCES workspaces,
    kind         TEXT NOT NULL,
    ref          TEXT NOT NULL,
    owner        TEXT NOT NULL,
    made_at      INTEGER NOT NULL,
    wanted       INTEGER NOT NULL,
    cleared      INTEGER NOT NULL,
    tries        INTEGER NOT NULL,
    next_try_at  INTEGER NOT NULL,
    UNIQUE (workspace_id, kind, ref)
);
CREATE INDEX leftovers_due ON leftovers (next_try_at, id) WHERE cleared < wanted;

-- Who gave no e-mail is found by their phone.
CREATE INDEX leads_phone ON leads (workspace_id, phone) WHERE email = '' AND phone <> '';
