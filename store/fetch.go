package store

import (
	"context"
	"slices"
	"time"

	"relevo/handoff"
)

// Fetch is a lead of which a tool has told no more than where to read it. It waits until it is read.
type Fetch struct {
	ID        int64  `db:"id"`
	Workspace int64  `db:"workspace_id"`
	Source    string `db:"source"` // the source's name, as in "/hooks/hubspot"
	Key       string `db:"-"`      // what makes the notice one and the same when it comes twice; only its hash is kept, so a claimed fetch has none
	Ref       string `db:"ref"`    // the tool's id of what is to be read. Source + ":" + Ref is the external id of the lead that comes of it

	Received  time.Time `db:"received_at"`
	NotBefore time.Time `db:"-"`         // when it may be read for the first time; zero for at once. A claimed fetch has none
	Withdrawn bool      `db:"withdrawn"` // the tool said that the person withdrew: what is asked is whether they are still there
	Unsigned  bool      `db:"-"`         // anybody could have told of it; a claimed fetch does not say so

	Tries   int    `db:"tries"` // how often it was claimed, this time included
	Problem string `db:"problem"`

	LeaseUntil time.Time `db:"lease_until"`
	LeaseBy    string    `db:"lease_by"`
}

type fetchRow struct {
	Fetch
	Received   millis `db:"received_at"`
	LeaseUntil millis `db:"lease_until"`
}

func (r fetchRow) fetch() Fetch {
	f := r.Fetch
	f.Received, f.LeaseUntil = r.Received.time(), r.LeaseUntil.time()
	return f
}

// AddFetches notes leads that are to be read from their tool, all or none, and returns how many were not known. A
// source, a key and a ref are all that is read of each, and when it was received. It fails with ErrUnsigned when more
// than MaxUnsigned unsigned ones would wait then.
func (s *Store) AddFetches(ctx context.Context, ws Workspace, fs []Fetch) (n int, err error) {
	defer wrap(&err, "add fetches")
	err = s.tx(ctx, func(tx db) error {
		if _, err := lockWorkspace(ctx, tx, ws.ID); err != nil {
			return err
		}
		n, err = addFetches(ctx, tx, ws.ID, fs)
		return err
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

func addFetches(ctx context.Context, tx db, ws int64, fs []Fetch) (int, error) {
	fresh, unsigned := 0, false
	for _, f := range fs {
		n, err := tx.exec(ctx, `
			INSERT INTO fetches (workspace_id, source, key, ref, waiting, received_at, tries, next_try_at, lease_until, lease_by, problem, withdrawn, unsigned)
			VALUES (?, ?, ?, ?, TRUE, ?, 0, ?, 0, '', '', ?, ?) ON CONFLICT (workspace_id, source, key) DO NOTHING`,
			ws, f.Source, tombstone(f.Key), f.Ref, toMillis(f.Received), toMillis(f.NotBefore), f.Withdrawn, f.Unsigned)
		if err != nil {
			return 0, err
		}
		fresh += int(n)
		unsigned = unsigned || f.Unsigned && n > 0
	}
	if !unsigned {
		return fresh, nil
	}
	var waiting int
	if err := tx.get(ctx, &waiting, unsignedQuery, ws); err != nil {
		return 0, err
	}
	if waiting > MaxUnsigned {
		return 0, ErrUnsigned
	}
	return fresh, nil
}

// MaxUnsigned is how many fetches that anybody could have told of may wait in a workspace: each is a call to the tool's API, and
// those for nobody wait for hours.
const MaxUnsigned = 100

const unsignedQuery = `SELECT count(*) FROM fetches WHERE workspace_id = ? AND waiting AND unsigned`

// ClaimFetch returns a lead that is to be read from its tool now, which nobody else gets before the lease is over: those
// that were never tried come before those that failed, the oldest first. It fails with handoff.ErrNotFound when there
// is none. by names the process. With sources only theirs are looked for.
func (s *Store) ClaimFetch(ctx context.Context, by string, now time.Time, lease time.Duration, sources ...string) (_ Fetch, err error) {
	defer wrap(&err, "claim fetch")
	var row fetchRow
	args := []any{by, toMillis(now.Add(lease)), toMillis(now), toMillis(now), toMillis(now.Add(lease + clockSkew))}
	err = s.returning(ctx, &row, claimFetchQuery(s.engine, len(sources)), slices.AppendSeq(args, anys(slices.Values(sources)))...)
	return row.fetch(), err
}

func claimFetchQuery(e engine, sources int) string {
	of := ``
	if sources > 0 {
		of = ` AND ` + among("source", sources)
	}
	return `UPDATE fetches SET tries = tries + 1, lease_by = ?, lease_until = ?
		WHERE id = (SELECT id FROM fetches WHERE waiting AND next_try_at <= ? AND (lease_until <= ? OR lease_until > ?)` + of + `
			ORDER BY next_try_at, received_at, id LIMIT 1` + e.skipLocked() + `)
		RETURNING id, workspace_id, source, ref, received_at, tries, problem, lease_until, lease_by, withdrawn`
}

// fetchEnds leaves of a fetch only its key's hash.
const fetchEnds = `waiting = FALSE, ref = '', ` + release

// Fetched stores what a claimed fetch has brought, and that it is done, in one transaction, and returns the receipts as
// AddBatch does. It fails with handoff.ErrNotFound, and stores nothing, when the fetch does not wait
// any more: another process was quicker, or the person withdrew.
func (s *Store) Fetched(ctx context.Context, ws Workspace, f Fetch, brought Batch) (receipts []handoff.Receipt, err error) {
	defer wrap(&err, "store what fetch %d brought", f.ID)
	err = s.tx(ctx, func(tx db) error {
		if receipts, err = s.takeBatch(ctx, tx, ws, brought); err != nil {
			return err
		}
		n, err := tx.exec(ctx, `UPDATE fetches SET `+fetchEnds+`, problem = '' WHERE id = ? AND workspace_id = ? AND waiting`, f.ID, ws.ID)
		if err == nil && n == 0 {
			return handoff.ErrNotFound
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	s.signal()
	return receipts, nil
}

// FetchFailed stores that a claimed fetch could not be done, and when it is to be tried again. The problem must not
// tell of the person.
func (s *Store) FetchFailed(ctx context.Context, f Fetch, problem string, next time.Time) (err error) {
	defer wrap(&err, "store that fetch %d failed", f.ID)
	_, err = s.exec(ctx, `UPDATE fetches SET next_try_at = ?, problem = ?, `+release+` WHERE id = ? AND waiting AND lease_by = ? AND lease_until = ?`,
		toMillis(next), problem, f.ID, f.LeaseBy, toMillis(f.LeaseUntil))
	return err
}

// FetchDropped stores that there is nothing to read for a claimed fetch, and why.
func (s *Store) FetchDropped(ctx context.Context, f Fetch, why string) (err error) {
	defer wrap(&err, "drop fetch %d", f.ID)
	_, err = s.exec(ctx, `UPDATE fetches SET `+fetchEnds+`, problem = ? WHERE id = ? AND waiting`, why, f.ID)
	return err
}

// Fetching returns how many leads wait to be read from their tools, those who are said to have withdrawn aside, and since when the oldest does: the zero time
// when there is none.
func (s *Store) Fetching(ctx context.Context, ws int64) (count int, oldest time.Time, err error) {
	defer wrap(&err, "count fetches")
	var row struct {
		Count  int    `db:"count"`
		Oldest millis `db:"oldest"`
	}
	err = s.read.get(ctx, &row, `SELECT count(*) AS count, COALESCE(min(received_at), 0) AS oldest FROM fetches WHERE waiting AND NOT withdrawn AND workspace_id = ?`, ws)
	return row.Count, row.Oldest.time(), err
}
