// Package store keeps Relevo's leads, decisions and history, and what of them shall be seen in Slack, in SQLite or
// PostgreSQL. It is the only place with SQL.
package store

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"
	_ "github.com/mattn/go-sqlite3" // the driver "sqlite3"
)

// Store is an open database. It may be used by many goroutines at once, and several processes may have the same
// database open.
type Store struct {
	engine         engine
	writer, reader *sqlx.DB // the same on PostgreSQL
	write, read    db       // on these
	commits        *commits // of SQLite
	lines          sync.Map // of PostgreSQL: *commits by workspace
	change         chan struct{}
	keys           Keyring
	unscrubbed     atomic.Bool // something was erased, perhaps by a process that was killed, and is still in the write-ahead log
}

// Option is how a store is opened.
type Option func(*Store)

// WithKeyring lets the store seal secrets and open them. Without one it keeps no secrets.
func WithKeyring(k Keyring) Option { return func(s *Store) { s.keys = k } }

// Open returns the store at a path (SQLite, made if it is not there) or a postgres:// URL, its schema brought up
// to date. It fails when the folder does not exist, the file is not Relevo's database, the server cannot be
// reached, or, with ErrNewerSchema, when a newer Relevo has written there. No error contains the URL's password.
func Open(ctx context.Context, dsn string, options ...Option) (*Store, error) {
	s, err := connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	for _, set := range options {
		set(s)
	}
	if err := errors.Join(s.migrate(ctx), s.settle(ctx)); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// Peek is Open for whoever only looks: it leaves the schema as it is, and fails with ErrOlderSchema when that is not up to date.
func Peek(ctx context.Context, dsn string, options ...Option) (*Store, error) {
	s, err := connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	for _, set := range options {
		set(s)
	}
	if err := s.CheckSchema(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

func connect(ctx context.Context, dsn string) (*Store, error) {
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		return connectPostgres(ctx, dsn)
	}
	if !isPath(dsn) {
		return nil, errors.New("open database: neither the path of a file nor a postgres:// URL")
	}
	return connectSQLite(ctx, dsn)
}

// isPath tells whether it can be the path of a file. What looks like a database's address with a slip in it is
// none, or the password in it would end up in an error or in the name of a file.
func isPath(dsn string) bool {
	lower := strings.ToLower(dsn)
	return dsn != "" && !strings.Contains(dsn, "://") && !strings.HasPrefix(lower, "postgres:") && !strings.HasPrefix(lower, "postgresql:") &&
		!strings.HasPrefix(lower, "postgres/") && !strings.HasPrefix(lower, "postgresql/") && !strings.Contains(lower, "password=")
}

func connectPostgres(ctx context.Context, url string) (*Store, error) {
	config, err := pgx.ParseConfig(url)
	if err != nil {
		return nil, fmt.Errorf("open database: the PostgreSQL URL cannot be read: %w", err)
	}
	pool := sqlx.NewDb(stdlib.OpenDB(*config), "pgx")
	pool.SetMaxOpenConns(16)
	pool.SetMaxIdleConns(16)
	pool.SetConnMaxIdleTime(5 * time.Minute)
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	if err := pool.PingContext(ctx); err != nil {
		pool.Close()
		if strings.Contains(config.Host, "@") {
			return nil, errors.New("open database: the PostgreSQL URL cannot be read: an @ in the password is written %40")
		}
		return nil, fmt.Errorf("open database: PostgreSQL at %s:%d cannot be used: %w", config.Host, config.Port, err)
	}
	return newStore(postgres, pool, pool), nil
}

// connectSQLite opens one connection that writes and several that read: SQLite has one writer at a time, and
// waiting for it in Go is fairer than by its busy timeout.
func connectSQLite(ctx context.Context, path string) (*Store, error) {
	if err := checkFile(ctx, path); err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	// These must hold on every connection of a pool, so they stand in the DSN.
	const always = "_foreign_keys=on&_busy_timeout=10000&_stmt_cache_size=64&_mutex=no"
	write, err := openFile(path, always+"&_journal_mode=WAL&_synchronous=FULL&_txlock=immediate&_secure_delete=on")
	if err != nil {
		return nil, err
	}
	write.SetMaxOpenConns(1)
	if err := patiently(ctx, write.PingContext); err != nil {
		write.Close()
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	read, err := openFile(path, always+"&_query_only=on")
	if err != nil {
		write.Close()
		return nil, err
	}
	readers := max(4, runtime.NumCPU())
	read.SetMaxOpenConns(readers)
	read.SetMaxIdleConns(readers)
	return newStore(sqlite, write, read), nil
}

// patiently does it again for a while when SQLite is busy: of two processes that turn to the write-ahead log at the same time,
// one is told so at once, whatever the busy timeout is.
func patiently(ctx context.Context, do func(context.Context) error) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	again := time.NewTicker(20 * time.Millisecond)
	defer again.Stop()
	for {
		err := do(ctx)
		if !isBusy(err) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-again.C:
		}
	}
}

func openFile(path, params string) (*sqlx.DB, error) {
	if !filepath.IsAbs(path) {
		path = "./" + path // so that ":memory:" is a file like any other
	}
	escaped := strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(filepath.ToSlash(path))
	pool, err := sqlx.Open("sqlite3", "file:"+escaped+"?"+params)
	if err != nil {
		return nil, fmt.Errorf("open database %s: %w", path, err)
	}
	return pool, nil
}

// checkFile looks at what stands at the path without changing it, and makes an empty file that only its owner can
// read when nothing does.
func checkFile(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	switch {
	case err == nil && info.IsDir():
		return errors.New("this is a folder, not a file")
	case err == nil && info.Size() > 0:
		return checkDatabase(ctx, path)
	case err == nil:
		return nil
	}
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return fmt.Errorf("there is no folder %s: %w", filepath.Dir(path), fs.ErrNotExist)
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	return f.Close()
}

// checkDatabase refuses a file that is not a database of Relevo's, or of a newer Relevo.
func checkDatabase(ctx context.Context, path string) error {
	pool, err := openFile(path, "mode=ro&_busy_timeout=10000")
	if err != nil {
		return err
	}
	defer pool.Close()
	var tables, ours int
	err = pool.QueryRowContext(ctx, `
		SELECT count(*), count(*) FILTER (WHERE name = 'goose_db_version')
		FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'`).Scan(&tables, &ours)
	switch {
	case isNotDatabase(err):
		return fmt.Errorf("this file is not a sound SQLite database: %w", err)
	case err != nil:
		return err
	case tables > 0 && ours == 0:
		return errors.New("this is another program's database")
	case tables == 0:
		return nil
	}
	return newStore(sqlite, pool, pool).checkVersion(ctx)
}

func newStore(e engine, writer, reader *sqlx.DB) *Store {
	s := &Store{engine: e, writer: writer, reader: reader, write: db{on: writer}, read: db{on: reader}, change: make(chan struct{}, 1)}
	s.commits = &commits{writer: writer, takeIn: s.takeCrowd}
	s.unscrubbed.Store(true)
	return s
}

// Close closes the database. The store cannot be used after it.
func (s *Store) Close() (err error) {
	defer wrap(&err, "close database")
	return errors.Join(s.reader.Close(), s.writer.Close())
}

// Ping tells whether the database answers.
func (s *Store) Ping(ctx context.Context) (err error) {
	defer wrap(&err, "ping database")
	return errors.Join(s.reader.PingContext(ctx), s.writer.PingContext(ctx))
}

// Engine returns "sqlite" or "postgres".
func (s *Store) Engine() string { return string(s.engine) }

// Changed returns a channel that receives, at most one at a time, after each commit of this process that leaves
// something to show in Slack.
func (s *Store) Changed() <-chan struct{} { return s.change }

func (s *Store) signal() {
	select {
	case s.change <- struct{}{}:
	default: // one is waiting already
	}
}

// tx runs fn in a transaction, committed when fn returns nil.
func (s *Store) tx(ctx context.Context, fn func(tx db) error) error {
	if s.engine == sqlite {
		return s.commits.tx(ctx, &act{do: fn})
	}
	tx, err := s.writer.BeginTxx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback() // does nothing after a commit
	if err := fn(db{on: tx}); err != nil {
		return err
	}
	return tx.Commit()
}

// exec is tx for one statement, and returns how many rows it changed.
func (s *Store) exec(ctx context.Context, query string, args ...any) (n int64, err error) {
	if s.engine == postgres {
		return s.write.exec(ctx, query, args...)
	}
	err = s.tx(ctx, func(tx db) error {
		n, err = tx.exec(ctx, query, args...)
		return err
	})
	return n, err
}

// returning runs a statement that writes and returns a row, which it scans into dst, or fails with handoff.ErrNotFound. It has a
// transaction of its own: SQLite hands out the row before it commits, and its driver does not tell of a commit that fails
// while the rows are closed.
func (s *Store) returning(ctx context.Context, dst any, query string, args ...any) error {
	return s.tx(ctx, func(tx db) error { return tx.get(ctx, dst, query, args...) })
}
