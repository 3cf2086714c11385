-- +goose Up
-- Whether anybody could have sent it: only so many of these wait.
ALTER TABLE fetches ADD COLUMN unsigned BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX fetches_unsigned ON fetches (workspace_id) WHERE waiting AND unsigned;
