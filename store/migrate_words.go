package store

import (
	"context"
	"database/sql"

	"github.com/jmoiron/sqlx"

	"relevo/handoff"
)

// packWords is migration 13: of each word the leads that have it, in the order in which they came in. It is this program that
// knows what a lead is found by, and no statement.
func (s *Store) packWords(ctx context.Context, transaction *sql.Tx) error {
	tx := db{on: migrating{&sqlx.Tx{Tx: transaction, Mapper: s.writer.Mapper}, s.writer}}
	table := `CREATE TABLE word_leads (workspace_id INTEGER NOT NULL, word TEXT NOT NULL, received_at INTEGER NOT NULL, first_lead INTEGER NOT NULL, packed BLOB NOT NULL,
		PRIMARY KEY (workspace_id, word, received_at, first_lead)) WITHOUT ROWID`
	if s.engine == postgres {
		table = `CREATE TABLE word_leads (workspace_id BIGINT NOT NULL, word TEXT COLLATE "C" NOT NULL, received_at BIGINT NOT NULL, first_lead BIGINT NOT NULL, packed BYTEA NOT NULL,
		PRIMARY KEY (workspace_id, word, received_at, first_lead))`
	}
	for _, statement := range []string{table, `DROP TABLE lead_words`} {
		if _, err := tx.exec(ctx, statement); err != nil {
			return err
		}
	}
	var workspaces []int64
	if err := tx.list(ctx, &workspaces, `SELECT id FROM workspaces`); err != nil {
		return err
	}
	for _, ws := range workspaces {
		if err := packWorkspace(ctx, tx, ws); err != nil {
			return err
		}
	}
	return nil
}

// packWorkspace stores the words of a workspace's leads, of many at a time and the oldest first.
func packWorkspace(ctx context.Context, tx db, ws int64) error {
	const many = 20_000
	for last := earliest; ; {
		var leads []struct {
			handoff.Person
			ID       int64 `db:"id"`
			Received int64 `db:"received_at"`
		}
		err := tx.list(ctx, &leads, `SELECT id, received_at, name, company, email, website FROM leads
			WHERE workspace_id = ? AND (received_at, id) > (?, ?) ORDER BY received_at, id LIMIT ?`, ws, last.at, last.lead, many)
		if err != nil || len(leads) == 0 {
			return err
		}
		found := map[string][]spot{}
		for _, l := range leads {
			last = spot{l.Received, l.ID}
			for _, word := range storedWords(l.Person) {
				found[word] = append(found[word], last)
			}
		}
		if err := addWords(ctx, tx, ws, found); err != nil {
			return err
		}
	}
}

// migrating is the transaction of a migration, which knows the engine.
type migrating struct {
	*sqlx.Tx
	pool *sqlx.DB
}

func (m migrating) DriverName() string { return m.pool.DriverName() }

func (m migrating) Rebind(query string) string { return m.pool.Rebind(query) }
