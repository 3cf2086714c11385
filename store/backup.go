package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/jmoiron/sqlx"
	"github.com/mattn/go-sqlite3"
)

// What can be wrong with a backup.
var (
	ErrNotSQLite = errors.New("the database is in PostgreSQL, which is backed up with pg_dump")
	ErrUnsound   = errors.New("the copy is not sound")
)

// Backup is a copy that was verified.
type Backup struct {
	Bytes, Rows int64
	Tables      int
}

// backupPages is how many pages are copied before it is looked whether somebody wants to stop.
const backupPages = 4096

// Backup copies a SQLite database into a new file at the path, which only its owner can read, while others go on reading and
// writing, as it is at one time. The file gets its name only when it is found sound, with as many rows in each table, and is on disk.
// It fails with ErrNotSQLite, with fs.ErrExist when there is something at the path, and with ErrUnsound.
//
// It uses SQLite's backup interface, in a reading transaction: what VACUUM INTO makes can't be held to the rows that were there when it
// began.
func (s *Store) Backup(ctx context.Context, path string) (b Backup, err error) {
	defer wrap(&err, "back up")
	if s.engine != sqlite {
		return b, ErrNotSQLite
	}
	if _, err := os.Lstat(path); err == nil {
		return b, &fs.PathError{Op: "write", Path: path, Err: fs.ErrExist}
	}
	temp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-")
	if err != nil {
		return b, err
	}
	defer os.Remove(temp.Name())
	defer temp.Close()
	conn, err := s.reader.Connx(ctx)
	if err != nil {
		return b, err
	}
	defer conn.Close()
	tx, err := conn.BeginTxx(ctx, nil) // what follows reads everything as it is now
	if err != nil {
		return b, err
	}
	defer tx.Rollback()
	want, err := s.rowCounts(ctx, db{on: tx})
	if err != nil {
		return b, err
	}
	if err := copyPages(ctx, conn, temp.Name()); err != nil {
		return b, err
	}
	if err := verify(ctx, temp.Name(), want); err != nil {
		return b, err
	}
	for _, n := range want {
		b.Rows += n
	}
	b.Tables = len(want)
	if err := temp.Sync(); err != nil {
		return b, err
	}
	info, err := temp.Stat()
	if err != nil {
		return b, err
	}
	b.Bytes = info.Size()
	// A link, unlike a new name, takes no other file's place.
	if err := os.Link(temp.Name(), path); err != nil {
		return b, err
	}
	return b, syncFolder(filepath.Dir(path))
}

func copyPages(ctx context.Context, from *sqlx.Conn, path string) error {
	to, err := openFile(path, "")
	if err != nil {
		return err
	}
	defer to.Close()
	target, err := to.Connx(ctx)
	if err != nil {
		return err
	}
	defer target.Close()
	return target.Raw(func(dst any) error {
		return from.Raw(func(src any) error {
			b, err := dst.(*sqlite3.SQLiteConn).Backup("main", src.(*sqlite3.SQLiteConn), "main")
			if err != nil {
				return err
			}
			defer b.Close()
			for done := false; !done; {
				if err := ctx.Err(); err != nil {
					return err
				}
				if done, err = b.Step(backupPages); err != nil {
					return err
				}
			}
			return b.Finish()
		})
	})
}

// verify fails with ErrUnsound when the file at the path is no sound database with these rows. It leaves one file, without a
// write-ahead log.
func verify(ctx context.Context, path string, want map[string]int64) error {
	pool, err := openFile(path, "_foreign_keys=on&_journal_mode=DELETE")
	if err != nil {
		return err
	}
	defer pool.Close()
	pool.SetMaxOpenConns(1)
	s := newStore(sqlite, pool, pool)
	var said []string
	if err := pool.SelectContext(ctx, &said, `PRAGMA integrity_check`); err != nil {
		return fmt.Errorf("%w: %w", ErrUnsound, err)
	}
	if len(said) != 1 || said[0] != "ok" {
		return fmt.Errorf("%w: %s", ErrUnsound, said[0])
	}
	var orphans int
	if err := pool.GetContext(ctx, &orphans, `SELECT count(*) FROM pragma_foreign_key_check`); err != nil || orphans > 0 {
		return fmt.Errorf("%w: %d rows refer to none: %w", ErrUnsound, orphans, err)
	}
	got, err := s.rowCounts(ctx, s.read)
	if err != nil {
		return err
	}
	for table, n := range want {
		if got[table] != n {
			return fmt.Errorf("%w: table %s has %d rows, not %d", ErrUnsound, table, got[table], n)
		}
	}
	return nil
}

// rowCounts returns how many rows each table has.
func (s *Store) rowCounts(ctx context.Context, d db) (map[string]int64, error) {
	tables, err := s.tables(ctx, d)
	if err != nil {
		return nil, err
	}
	counts := map[string]int64{}
	for _, t := range tables {
		var n int64
		if err := d.get(ctx, &n, `SELECT count(*) FROM `+t.name); err != nil {
			return nil, err
		}
		counts[t.name] = n
	}
	return counts, nil
}

// syncFolder brings a new name to the disk.
func syncFolder(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return f.Sync()
}
