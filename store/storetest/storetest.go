// Package storetest opens empty stores for tests.
package storetest

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib" // the driver "pgx"

	"relevo/store"
)

// Variable names the environment variable with the URL of a PostgreSQL database to test on.
const Variable = "RELEVO_TEST_POSTGRES"

// Open returns an empty store, closed when the test ends: on PostgreSQL when RELEVO_TEST_POSTGRES holds a URL,
// else on SQLite.
func Open(t testing.TB) *store.Store {
	t.Helper()
	if os.Getenv(Variable) != "" {
		return OpenAt(t, Postgres(t))
	}
	return OpenAt(t, SQLite(t))
}

// OpenAt opens the store that is at the path or URL, closed when the test ends.
func OpenAt(t testing.TB, dsn string, options ...store.Option) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), dsn, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// SQLite returns the path of a database with all tables and nothing in them. To make the tables takes longer than most tests, so
// they are made once.
func SQLite(t testing.TB) string {
	t.Helper()
	empty, err := tables()
	if err != nil {
		t.Fatal(err)
	}
	path := NoFile(t)
	if err := os.WriteFile(path, empty, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// NoFile returns a path where no database is yet.
func NoFile(t testing.TB) string {
	t.Helper()
	return filepath.Join(t.TempDir(), "relevo.db")
}

// tables returns the file of an empty database.
var tables = sync.OnceValues(func() ([]byte, error) {
	folder, err := os.MkdirTemp("", "relevo-storetest-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(folder)
	path := filepath.Join(folder, "relevo.db")
	s, err := store.Open(context.Background(), path)
	if err != nil {
		return nil, err
	}
	if err := s.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path)
})

// Postgres returns the URL of an empty schema of the test's own, dropped when the test ends. Without
// RELEVO_TEST_POSTGRES the test is skipped.
func Postgres(t testing.TB) string {
	t.Helper()
	base := os.Getenv(Variable)
	if base == "" {
		t.Skipf("PostgreSQL is not tested; to switch it on: %s=postgres://user@host/database go test ./...", Variable)
	}
	schema := "relevo_test_" + strings.ToLower(rand.Text())
	run(t, base, `CREATE SCHEMA `+schema)
	t.Cleanup(func() { run(t, base, `DROP SCHEMA `+schema+` CASCADE`) })
	u, err := url.Parse(base)
	if err != nil {
		t.Fatal(err)
	}
	query := u.Query()
	query.Set("search_path", schema)
	query.Set("synchronous_commit", "off") // no test kills the database, and each makes all its tables
	u.RawQuery = query.Encode()
	return u.String()
}

func run(t testing.TB, url, statement string) {
	t.Helper()
	db, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for tries := 1; ; tries++ {
		_, err := db.Exec(statement)
		var refused *pgconn.PgError
		if errors.As(err, &refused) && refused.Code == "40P01" && tries < 5 {
			continue // a query whose caller has gone was in the middle of it: by now it has ended
		}
		if err != nil {
			t.Fatal(err)
		}
		return
	}
}
