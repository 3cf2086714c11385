-- +goose Up
-- The file that was uploaded for a message, and what it shows: it is uploaded once.
ALTER TABLE messages ADD COLUMN picture TEXT NOT NULL DEFAULT '';
ALTER TABLE messages ADD COLUMN picture_of TEXT NOT NULL DEFAULT '';
