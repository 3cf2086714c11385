-- +goose Up
-- What closed a round beside when, empty when it was no decision: figures are counted from rounds alone.
ALTER TABLE rounds ADD COLUMN verdict TEXT NOT NULL DEFAULT '';
ALTER TABLE rounds ADD COLUMN reason TEXT NOT NULL DEFAULT '';
UPDATE rounds SET verdict = d.verdict, reason = d.reason FROM decisions d
    WHERE d.lead_id = rounds.lead_id AND d.round = rounds.round AND d.taken_back_at = 0;

-- What is counted of a week, in the order in which it is counted: by weeks of UTC, of which a week elsewhere touches two.
-- store/tally.go has the same division.
DROP INDEX rounds_offered;
CREATE INDEX rounds_offered ON rounds (workspace_id, ((offered_at - 345600000) / 604800000), source, campaign, round, offered_at);
CREATE INDEX rounds_outcomes ON rounds (workspace_id, ((closed_at - 345600000) / 604800000), source, campaign, verdict, reason, closed_at) WHERE verdict <> '';
DROP INDEX decisions_decided;
CREATE INDEX decisions_decided ON decisions (workspace_id, decided_at, decided_by, verdict, reason, worked, took) WHERE taken_back_at = 0;
CREATE INDEX decisions_reps ON decisions (workspace_id, decided_by, verdict, reason, (COALESCE(worked / 900000000000, -1)), decided_at, worked) WHERE taken_back_at = 0;
