package store

import (
	"context"
	"errors"
	"fmt"
)

// Working notes that a bot works on this database until the function that it returns is called, so that nobody copies it or puts
// another in its place meanwhile. On SQLite an open database says so by itself.
func (s *Store) Working(ctx context.Context) (stop func(), err error) {
	defer wrap(&err, "note that the bot runs")
	if s.engine != postgres {
		return func() {}, nil
	}
	conn, err := s.writer.Connx(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.ExecContext(ctx, `SELECT pg_advisory_lock_shared(`+lockKey+`)`); err != nil {
		conn.Close()
		return nil, err
	}
	return func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock_shared(`+lockKey+`)`)
		conn.Close()
	}, nil
}

// lockKey is one of PostgreSQL's advisory locks, of each schema its own.
const lockKey = `1919249510, hashtext(current_schema())`

// Idle fails with ErrInUse when a bot works on the database, or, on SQLite, when anybody has it open on this machine. It can't
// tell of a file on a network drive.
func Idle(ctx context.Context, dsn string) (err error) {
	defer wrap(&err, "look whether the database is in use")
	if !isPath(dsn) {
		s, err := connectPostgres(ctx, dsn)
		if err != nil {
			return err
		}
		defer s.Close()
		conn, err := s.writer.Connx(ctx)
		if err != nil {
			return err
		}
		defer conn.Close()
		var free bool
		if err := conn.GetContext(ctx, &free, `SELECT pg_try_advisory_lock(`+lockKey+`)`); err != nil {
			return err
		}
		if !free {
			return ErrInUse
		}
		return nil
	}
	pool, err := openFile(dsn, "mode=rw&_locking_mode=EXCLUSIVE&_busy_timeout=500")
	if err != nil {
		return err
	}
	defer pool.Close()
	var tables int
	err = pool.GetContext(ctx, &tables, `SELECT count(*) FROM sqlite_master`)
	if isBusy(err) {
		return ErrInUse
	}
	if err != nil && !errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s: %w", dsn, err)
	}
	return err
}
