package store

import (
	"context"
	"time"

	"relevo/handoff"
)

// Who erases and is no Slack user.
const (
	ByTool        = "tool"         // the tool with which somebody withdrew
	ByCommandLine = "command line" // relevo forget, and relevo restore
	ByRetention   = "retention"
)

// userOf returns the Slack user who erases; empty when it is none.
func userOf(by string) string {
	switch by {
	case ByTool, ByCommandLine, ByRetention:
		return ""
	}
	return by
}

// prove notes that leads were erased: when, by whom and how many, and nothing that tells who it was. What shows leads beside the
// projection's messages is to follow.
func (s *Store) prove(ctx context.Context, tx db, ws int64, by string, leads int, now time.Time) error {
	if leads == 0 {
		return nil
	}
	if by == "" {
		by = ByTool
	}
	s.unscrubbed.Store(true)
	if err := eraseLeftovers(ctx, tx, ws, by, now); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `INSERT INTO erasures (workspace_id, at, erased_by, leads) VALUES (?, ?, ?, ?)`, ws, toMillis(now), by, leads)
	return err
}

// Erased is the proof that somebody was erased.
type Erased struct {
	At    time.Time
	By    string // a Slack user, ByTool, ByCommandLine or ByRetention
	Leads int
}

// Erasures returns how many leads of a workspace were erased, and the latest erasures, the last one first, at most limit.
func (s *Store) Erasures(ctx context.Context, ws int64, limit int) (leads int, latest []Erased, err error) {
	defer wrap(&err, "erasures")
	if err := s.read.get(ctx, &leads, `SELECT COALESCE(sum(leads), 0) FROM erasures WHERE workspace_id = ?`, ws); err != nil {
		return 0, nil, err
	}
	var rows []struct {
		At    millis `db:"at"`
		By    string `db:"erased_by"`
		Leads int    `db:"leads"`
	}
	err = s.read.list(ctx, &rows, `SELECT at, erased_by, leads FROM erasures WHERE workspace_id = ? ORDER BY at DESC, id DESC LIMIT ?`, ws, limit)
	for _, row := range rows {
		latest = append(latest, Erased{row.At.time(), row.By, row.Leads})
	}
	return leads, latest, err
}

// Withdrawing returns the leads that Erase would erase, as far as they are known by what is asked for: those whom they were
// merged with come out as the first are erased. It changes nothing.
func (s *Store) Withdrawing(ctx context.Context, ws int64, who Erasure) (leads []handoff.Lead, err error) {
	defer wrap(&err, "look for a person")
	id := askable(who.ExternalID)
	others, err := aliases(ctx, s.read, ws, []string{id})
	if err != nil {
		return nil, err
	}
	ids := append(others[id], id)
	return s.leads(ctx, s.read, withdrawnQuery(len(ids)), withdrawnArgs(ws, who, ids)...)
}

// Aged is a place in the search for leads whose time is over: where the last one was.
type Aged struct {
	Received time.Time
	ID       int64
}

// agedQuery takes a lead's age from its decision, and while it has none from when it was offered.
const agedQuery = `SELECT id, ` + leadColumns + ` FROM leads WHERE workspace_id = ? AND received_at <= ? AND (received_at, id) > (?, ?)
	AND CASE WHEN decided_at > 0 THEN decided_at ELSE offered_at END <= CASE state
		WHEN 'open' THEN CAST(? AS BIGINT) WHEN 'accepted' THEN CAST(? AS BIGINT) WHEN 'rejected' THEN CAST(? AS BIGINT) WHEN 'nurturing' THEN CAST(? AS BIGINT) ELSE 0 END
	ORDER BY received_at, id LIMIT ?`

// EraseAged erases leads that are older than what became of them allows, as Erase does: at most limit, and those that were
// received after the place, which is where it returns to. It returns how many it erased; fewer than limit when there are no more.
func (s *Store) EraseAged(ctx context.Context, ws int64, r handoff.Retention, after Aged, limit int, now time.Time) (n int, at Aged, err error) {
	defer wrap(&err, "erase what is old")
	var cutoffs []any
	var last time.Time
	for _, state := range []handoff.State{handoff.Open, handoff.Accepted, handoff.Rejected, handoff.Nurturing} {
		cutoff := r.Cutoff(state, now)
		cutoffs = append(cutoffs, toMillis(cutoff))
		if cutoff.After(last) {
			last = cutoff
		}
	}
	args := append([]any{ws, toMillis(last), toMillis(after.Received), after.ID}, append(cutoffs, limit)...)
	due, err := s.leads(ctx, s.read, agedQuery, args...)
	if err != nil || len(due) == 0 {
		return 0, after, err
	}
	err = s.tx(ctx, func(tx db) error {
		if _, err := lockWorkspace(ctx, tx, ws); err != nil {
			return err
		}
		leads, err := s.leads(ctx, tx, agedQuery+s.engine.forUpdate(), args...)
		if err != nil {
			return err
		}
		for _, l := range leads {
			if _, err := eraseLead(ctx, tx, l, ByRetention, stored(now)); err != nil {
				return err
			}
			at = Aged{l.Received, l.ID}
		}
		n = len(leads)
		return s.prove(ctx, tx, ws, ByRetention, n, now)
	})
	if err != nil {
		return 0, after, err
	}
	s.signal()
	return n, at, nil
}

// Scrub writes SQLite's write-ahead log into the database and empties it, so that nothing of what was erased is left in it. It does
// nothing when nothing was erased since, and tries again another time when somebody reads meanwhile.
func (s *Store) Scrub(ctx context.Context) (err error) {
	defer wrap(&err, "empty the write-ahead log")
	if s.engine != sqlite || !s.unscrubbed.Swap(false) {
		return nil
	}
	conn, err := s.writer.Connx(ctx)
	if err != nil {
		s.unscrubbed.Store(true)
		return err
	}
	defer conn.Close()
	var busy, pages, done int
	// Writers wait for this one: readers get a moment, not the ten seconds that there are for other processes.
	if _, err = conn.ExecContext(ctx, `PRAGMA busy_timeout = 100`); err == nil {
		err = conn.QueryRowContext(ctx, `PRAGMA wal_checkpoint(TRUNCATE)`).Scan(&busy, &pages, &done)
		_, again := conn.ExecContext(context.WithoutCancel(ctx), `PRAGMA busy_timeout = 10000`)
		if err == nil {
			err = again
		}
	}
	if err != nil || busy != 0 {
		s.unscrubbed.Store(true)
	}
	return err
}
