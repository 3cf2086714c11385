-- +goose Up
-- External ids that a tool said to be one person: they have the same person, which is no id but a hash.
CREATE TABLE aliases (
    workspace_id INTEGER NOT NULL REFERENCES workspaces,
    external_id  TEXT NOT NULL,
    person       TEXT NOT NULL,
    PRIMARY KEY (workspace_id, external_id)
);
CREATE INDEX aliases_person ON aliases (workspace_id, person);

-- Whether the tool said that the person withdrew: then it is asked whether they are still there.
ALTER TABLE fetches ADD COLUMN withdrawn BOOLEAN NOT NULL DEFAULT FALSE;
