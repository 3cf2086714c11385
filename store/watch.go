package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"time"

	"relevo/handoff"
)

// What whoever runs Relevo wants to know of the whole store, of all workspaces together, asked for often: no query walks through
// what is decided.

// Queue is one kind of work that waits.
type Queue struct {
	Kind  string    // "post", "update" or "fetch"
	Count int       // due now; what waits for working hours is not
	Head  int64     // id of the oldest; 0 when there is none
	Since time.Time // since when the oldest waits; the zero time when there is none, and of updates, whose time nobody notes
}

// What is planned for later counts as waiting once its time has come; what failed waits all the while.
const (
	waitingPosts = `SELECT count(*) AS count, COALESCE(min(id), 0) AS head, COALESCE(min(created_at), 0) AS since FROM messages
		WHERE ` + duePost + ` AND problem <> 'not_in_working_hours'`
	waitingUpdates = `SELECT count(*) AS count, COALESCE(min(id), 0) AS head, 0 AS since FROM messages WHERE ` + dueUpdate
	waitingFetches = `SELECT count(*) AS count, COALESCE(min(id), 0) AS head, COALESCE(min(received_at), 0) AS since FROM fetches WHERE waiting AND NOT withdrawn`
)

// Queues returns what waits to be posted, shown anew and fetched.
func (s *Store) Queues(ctx context.Context) (all []Queue, err error) {
	defer wrap(&err, "queues")
	for _, q := range []struct{ kind, query string }{{"post", waitingPosts}, {"update", waitingUpdates}, {"fetch", waitingFetches}} {
		var row struct {
			Count int    `db:"count"`
			Head  int64  `db:"head"`
			Since millis `db:"since"`
		}
		if err := s.read.get(ctx, &row, q.query); err != nil {
			return nil, err
		}
		all = append(all, Queue{q.kind, row.Count, row.Head, row.Since.time()})
	}
	return all, nil
}

// Outbox is how it is with what is told outside of Slack by one kind of endpoint.
type Outbox struct {
	Kind      EndpointKind `db:"kind"`
	Told      int          `db:"told"`     // endpoints that are told
	Failing   int          `db:"failing"`  // of them, those that can't be reached at the moment
	Disabled  int          `db:"disabled"` // endpoints that are told nothing
	Waiting   int
	Oldest    time.Time // of what waits; zero when there is nothing
	Dead      int
	Conflicts int
}

// Outboxes returns how it is with what is told outside of Slack, of all workspaces together, by kinds of endpoints that there are.
func (s *Store) Outboxes(ctx context.Context) (all []Outbox, err error) {
	defer wrap(&err, "outboxes")
	err = s.read.list(ctx, &all, `SELECT kind, count(*) FILTER (WHERE disabled_at = 0) AS told, count(*) FILTER (WHERE disabled_at = 0 AND failures > 0) AS failing,
		count(*) FILTER (WHERE disabled_at > 0) AS disabled FROM endpoints GROUP BY kind ORDER BY kind`)
	if err != nil {
		return nil, err
	}
	for i := range all {
		o := &all[i]
		var row outboxRow
		if err := s.read.get(ctx, &row, outboxQuery+` WHERE endpoint_id IN (SELECT id FROM endpoints WHERE kind = ?)`, string(o.Kind)); err != nil {
			return nil, err
		}
		o.Waiting, o.Oldest, o.Dead, o.Conflicts = row.Waiting, row.Oldest.time(), row.Dead, row.Conflicts
	}
	return all, nil
}

// Totals is how many leads there are.
type Totals struct {
	Received  int `db:"received"` // ever
	Open      int `db:"open"`
	Overdue   int `db:"overdue"` // of those that are open
	Nurturing int `db:"nurturing"`
	Erased    int `db:"erased"`
}

// Decided returns how many are accepted or rejected.
func (t Totals) Decided() int { return t.Received - t.Open - t.Nurturing - t.Erased }

// totalsQuery reads what is open from its index, and what is decided from nowhere: it is the rest.
const totalsQuery = `SELECT
	(SELECT COALESCE(sum(last_number), 0) FROM workspaces) AS received,
	(SELECT count(*) FROM leads WHERE state = 'open') AS open,
	(SELECT count(*) FROM leads WHERE state = 'open' AND due_at < ?) AS overdue,
	(SELECT count(*) FROM leads WHERE state = 'nurturing') AS nurturing,
	(SELECT count(*) FROM leads WHERE state = 'erased') AS erased`

// Totals returns how many leads of all workspaces are in which state.
func (s *Store) Totals(ctx context.Context, now time.Time) (t Totals, err error) {
	defer wrap(&err, "totals")
	err = s.read.get(ctx, &t, totalsQuery, toMillis(now))
	return t, err
}

// States returns how many leads of a workspace are in each state. It looks at every lead.
func (s *Store) States(ctx context.Context, ws int64) (counts map[handoff.State]int, err error) {
	defer wrap(&err, "states")
	var rows []struct {
		State handoff.State `db:"state"`
		Count int           `db:"count"`
	}
	err = s.read.list(ctx, &rows, `SELECT state, count(*) AS count FROM leads WHERE workspace_id = ? GROUP BY state`, ws)
	counts = map[handoff.State]int{}
	for _, r := range rows {
		counts[r.State] = r.Count
	}
	return counts, err
}

const postedDigest = `SELECT COALESCE(max(week), '') FROM messages WHERE workspace_id = ? AND kind = 'digest' AND kind <> 'card' AND part = 0 AND ts <> ''`

// PostedDigest returns the newest week, like "2026-W47", whose digest stands in Slack; empty when there is none.
func (s *Store) PostedDigest(ctx context.Context, ws int64) (week string, err error) {
	defer wrap(&err, "posted digest")
	err = s.read.get(ctx, &week, postedDigest, ws)
	return week, err
}

// Stuck returns the message of a workspace that has waited longest to be posted or shown anew although it is due, or fails with
// handoff.ErrNotFound. How many there are, and how many of them have failed, is returned too.
func (s *Store) Stuck(ctx context.Context, ws int64) (oldest Message, waiting, failing int, err error) {
	defer wrap(&err, "stuck messages")
	const due = `workspace_id = ? AND problem <> 'not_in_working_hours' AND (` + duePost + ` OR ` + dueUpdate + `)`
	var counts struct {
		Waiting int `db:"waiting"`
		Failing int `db:"failing"`
	}
	if err := s.read.get(ctx, &counts, `SELECT count(*) AS waiting, count(*) FILTER (WHERE failures > 0) AS failing FROM messages WHERE `+due, ws); err != nil {
		return Message{}, 0, 0, err
	}
	var row messageRow
	err = s.read.get(ctx, &row, `SELECT `+messageColumns+` FROM messages WHERE `+due+` ORDER BY failures > 0 DESC, id LIMIT 1`, ws)
	return row.message(), counts.Waiting, counts.Failing, err
}

// HasCard tells whether a lead's card has ever been posted in a workspace.
func (s *Store) HasCard(ctx context.Context, ws int64) (has bool, err error) {
	defer wrap(&err, "look for a card")
	err = s.read.get(ctx, &has, `SELECT EXISTS (SELECT 1 FROM messages WHERE workspace_id = ? AND kind = 'card' AND ts <> '')`, ws)
	return has, err
}

// Size returns how many bytes the database takes, and of SQLite those of its write-ahead log beside it.
func (s *Store) Size(ctx context.Context) (bytes, log int64, err error) {
	defer wrap(&err, "size of the database")
	if s.engine == postgres {
		err = s.read.get(ctx, &bytes, `SELECT pg_database_size(current_database())`)
		return bytes, 0, err
	}
	var file string
	if err := s.read.get(ctx, &file, `SELECT file FROM pragma_database_list WHERE name = 'main'`); err != nil {
		return 0, 0, err
	}
	for _, f := range []struct {
		name string
		size *int64
	}{{file, &bytes}, {file + "-wal", &log}} {
		info, err := os.Stat(f.name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return 0, 0, err
		}
		*f.size = info.Size()
	}
	return bytes, log, nil
}

// Pools returns how busy the connections are, by what they do: one pool on PostgreSQL, a writer and readers on SQLite.
func (s *Store) Pools() map[string]sql.DBStats {
	if s.engine == postgres {
		return map[string]sql.DBStats{"all": s.writer.Stats()}
	}
	return map[string]sql.DBStats{"writer": s.writer.Stats(), "reader": s.reader.Stats()}
}

// Writable fails when nothing can be stored. It changes nothing.
func (s *Store) Writable(ctx context.Context) (err error) {
	defer wrap(&err, "write to the database")
	return s.tx(ctx, func(tx db) error {
		_, err := tx.exec(ctx, `UPDATE workspaces SET last_number = last_number WHERE id = -1`)
		return err
	})
}
