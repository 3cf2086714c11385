package store_test

import (
	"bytes"
	"database/sql"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"relevo/store"
	"relevo/store/storetest"
)

func TestOpenAgain(t *testing.T) {
	eachNew(t, func(t *testing.T, dsn string) {
		s := storetest.OpenAt(t, dsn)
		ws := workspace(t, s)
		add(t, s, ws, person(1))
		version, err := s.Version(t.Context())
		if err != nil || version == 0 {
			t.Fatalf("version is %d, %v", version, err)
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		s = storetest.OpenAt(t, dsn)
		if got := byNumber(t, s, workspace(t, s), 1).Name; got != "Person 1" {
			t.Errorf("after reopening the name is %q", got)
		}
		if err := s.Ping(t.Context()); err != nil {
			t.Error(err)
		}
	})
}

func TestOpenAtTheSameTime(t *testing.T) {
	eachNew(t, func(t *testing.T, dsn string) {
		var all sync.WaitGroup
		for range 8 {
			all.Go(func() {
				s, err := store.Open(t.Context(), dsn)
				if err != nil {
					t.Error(err)
					return
				}
				defer s.Close()
				if _, err := s.DefaultWorkspace(t.Context(), monday); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		ws, err := storetest.OpenAt(t, dsn).Workspaces(t.Context())
		if err != nil || len(ws) != 1 {
			t.Errorf("workspaces are %v, %v", ws, err)
		}
	})
}

func TestOpenStrangePaths(t *testing.T) {
	folder := t.TempDir()
	t.Chdir(folder)
	for _, name := range []string{"a b.db", "a?b=c#d.db", "50%20.db", ":memory:", "ñandú.db", "./x.db", filepath.Join(folder, "abs.db")} {
		s := storetest.OpenAt(t, name)
		add(t, s, workspace(t, s), person(1))
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		info, err := os.Stat(name)
		if err != nil {
			t.Fatalf("opening %q made no file of that name: %v", name, err)
		}
		if info.Mode().Perm() != 0o600 {
			t.Errorf("others can read %q: %v", name, info.Mode())
		}
	}
}

func TestOpenRefused(t *testing.T) {
	folder := t.TempDir()
	garbage := filepath.Join(folder, "garbage.db")
	write(t, garbage, strings.Repeat("not a database\n", 1000))
	short := filepath.Join(folder, "short.db")
	write(t, short, "hello")
	foreign := filepath.Join(folder, "foreign.db")
	statement(t, "sqlite3", foreign, `CREATE TABLE cats (name TEXT)`)
	truncated := storetest.SQLite(t)
	storetest.OpenAt(t, truncated).Close()
	content, err := os.ReadFile(truncated)
	if err != nil {
		t.Fatal(err)
	}
	write(t, truncated, string(content[:len(content)/2]))

	for _, test := range []struct{ dsn, want string }{
		{garbage, "this file is not a sound SQLite database"},
		{short, "this file is not a sound SQLite database"},
		{truncated, "this file is not a sound SQLite database"},
		{foreign, "another program's database"},
		{folder, "this is a folder, not a file"},
		{filepath.Join(folder, "none", "relevo.db"), "there is no folder " + filepath.Join(folder, "none")},
		{"", "neither the path of a file nor a postgres:// URL"},
		{"mysql://u:secret@h/db", "neither the path of a file nor a postgres:// URL"},
		{"postgres://u:secret@127.0.0.1:1/db", "PostgreSQL at 127.0.0.1:1 cannot be used"},
		{"postgres:/u:secret@h/db", "neither the path of a file nor a postgres:// URL"},
		{"Postgres//u:secret@h/db", "neither the path of a file nor a postgres:// URL"},
		{"host=h password=secret dbname=x/y", "neither the path of a file nor a postgres:// URL"},
		{"postgres://u:a@secret@127.0.0.1:1/db", "an @ in the password is written %40"},
		{"postgres://u:secret@127.0.0.1:port/db", "the PostgreSQL URL cannot be read"},
	} {
		before, _ := os.ReadFile(test.dsn)
		s, err := store.Open(t.Context(), test.dsn)
		if err == nil {
			s.Close()
			t.Errorf("%s was opened", test.dsn)
			continue
		}
		if !strings.Contains(err.Error(), test.want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%s: error is %q, want %q in it and no password", test.dsn, err, test.want)
		}
		if after, _ := os.ReadFile(test.dsn); !bytes.Equal(before, after) {
			t.Errorf("%s was changed", test.dsn)
		}
	}
	if _, err := store.Open(t.Context(), filepath.Join(folder, "none", "relevo.db")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("error without a folder is %v, want fs.ErrNotExist", err)
	}
}

// What these say no other test would notice before the power fails.
func TestPragmas(t *testing.T) {
	s := storetest.OpenAt(t, storetest.SQLite(t))
	for _, test := range []struct{ name, write, read string }{
		{"journal_mode", "wal", "wal"},
		{"synchronous", "2", ""},   // FULL; readers have nothing to bring to the disk
		{"secure_delete", "1", ""}, // what is erased is not left between the rows
		{"foreign_keys", "1", "1"},
		{"journal_size_limit", "8388608", ""},
		{"query_only", "0", "1"},
		{"busy_timeout", "10000", "10000"},
	} {
		write, read, err := s.Pragmas(t.Context(), test.name)
		if err != nil || write != test.write || test.read != "" && read != test.read {
			t.Errorf("%s is %s and %s, %v, want %s and %s", test.name, write, read, err, test.write, test.read)
		}
	}
}

func TestNewerSchema(t *testing.T) {
	eachDSN(t, func(t *testing.T, dsn string) {
		s := storetest.OpenAt(t, dsn)
		add(t, s, workspace(t, s), person(1))
		driver := map[string]string{"sqlite": "sqlite3", "postgres": "pgx"}[s.Engine()]
		s.Close()
		statement(t, driver, dsn, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, CAST(1 AS BOOLEAN))`)
		before, _ := os.ReadFile(dsn)
		s, err := store.Open(t.Context(), dsn)
		if err == nil {
			s.Close()
		}
		if !errors.Is(err, store.ErrNewerSchema) || !strings.Contains(err.Error(), "9999") {
			t.Errorf("error is %v, want ErrNewerSchema with the version", err)
		}
		if after, _ := os.ReadFile(dsn); !bytes.Equal(before, after) {
			t.Error("the database was changed")
		}
	})
}

func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// statement runs SQL behind the store's back.
func statement(t testing.TB, driver, dsn, text string, args ...any) {
	t.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	if _, err := db.Exec(text, args...); err != nil {
		t.Fatal(err)
	}
}
