package store

import (
	"database/sql"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"

	"relevo/handoff"
)

// What can be wrong with the database itself or with an act on it, beside the errors of handoff.
var (
	ErrNewerSchema = errors.New("the database was written by a newer Relevo")
	ErrOlderSchema = errors.New("the database has the tables of an older Relevo")
	ErrOtherTeam   = errors.New("the database belongs to another Slack workspace")
	ErrElsewhere   = errors.New("the message already stands elsewhere in Slack")
	ErrUnsigned    = errors.New("too many fetches wait that anybody could have told of")
)

// wrap adds the operation to an error that a method returns.
func wrap(err *error, format string, args ...any) {
	if *err != nil {
		*err = fmt.Errorf("%s: %w", fmt.Sprintf(format, args...), *err)
	}
}

func notFound(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return handoff.ErrNotFound
	}
	return err
}

// isDuplicate tells whether a unique index refused a row.
func isDuplicate(err error) bool {
	if e, ok := errors.AsType[sqlite3.Error](err); ok {
		return e.ExtendedCode == sqlite3.ErrConstraintUnique || e.ExtendedCode == sqlite3.ErrConstraintPrimaryKey
	}
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "23505" // unique_violation
}

// isNoTable tells whether PostgreSQL has no such table.
func isNoTable(err error) bool {
	e, ok := errors.AsType[*pgconn.PgError](err)
	return ok && e.Code == "42P01" // undefined_table
}

// isBusy tells whether SQLite had the database locked for somebody else.
func isBusy(err error) bool {
	e, ok := errors.AsType[sqlite3.Error](err)
	return ok && e.Code == sqlite3.ErrBusy
}

// isNotDatabase tells whether SQLite found something else than a sound database in the file.
func isNotDatabase(err error) bool {
	e, ok := errors.AsType[sqlite3.Error](err)
	return ok && (e.Code == sqlite3.ErrNotADB || e.Code == sqlite3.ErrCorrupt)
}
