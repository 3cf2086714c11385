-- +goose Up
-- Those that were never tried come before those that failed.
DROP INDEX fetches_waiting;
CREATE INDEX fetches_waiting ON fetches (next_try_at, received_at, id) WHERE waiting;
