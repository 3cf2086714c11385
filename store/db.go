package store

import (
	"context"
	"database/sql/driver"
	"strings"

	"github.com/jmoiron/sqlx"
)

// db runs queries written with ? on either engine, in a transaction or on a pool.
type db struct {
	on interface {
		sqlx.ExtContext
		DriverName() string
		Rebind(query string) string
	}
	direct *direct         // in a transaction of SQLite's
	during context.Context // of a transaction that is carried out to its end whoever has gone; nil for that of whoever asks
}

func (d db) context(ctx context.Context) context.Context {
	if d.during != nil {
		return d.during
	}
	return ctx
}

// sql returns a query as the engine takes it. SQLite's planner looks at the values of bare placeholders and has a statement that
// was prepared planned anew once they change; the driver takes them out between two uses, so that it would be at each use. A
// plus, which changes no value, keeps it from looking.
func (d db) sql(query string) string {
	if d.on.DriverName() == "sqlite3" {
		return strings.ReplaceAll(query, "?", "+?")
	}
	return d.on.Rebind(query)
}

// exec returns how many rows the statement changed.
func (d db) exec(ctx context.Context, query string, args ...any) (int64, error) {
	result, err := d.on.ExecContext(d.context(ctx), d.sql(query), args...)
	if err != nil {
		return 0, err
	}
	return result.RowsAffected()
}

// put carries out a statement with many values, and takes the query as sql returns it.
func (d db) put(ctx context.Context, query string, values []any) error {
	if d.direct != nil {
		return d.direct.put(d.context(ctx), query, values)
	}
	_, err := d.on.ExecContext(d.context(ctx), query, values...)
	return err
}

// get scans one row into dst, or fails with handoff.ErrNotFound.
func (d db) get(ctx context.Context, dst any, query string, args ...any) error {
	return notFound(sqlx.GetContext(d.context(ctx), d.on, dst, d.sql(query), args...))
}

// list scans all rows into the slice that dst points to.
func (d db) list(ctx context.Context, dst any, query string, args ...any) error {
	return sqlx.SelectContext(d.context(ctx), d.on, dst, d.sql(query), args...)
}

// direct leads a transaction's statements past database/sql, which makes lists of all values for each, to SQLite's driver.
type direct struct {
	conn   *sqlx.Conn
	values []driver.NamedValue // filled anew for each statement
}

// put asks the driver as for rows, though there are none: of such a query it hands the values over all at once, and of any
// other statement one by one.
func (d *direct) put(ctx context.Context, query string, values []any) error {
	d.values = d.values[:0]
	for i, value := range values {
		plain, err := driver.DefaultParameterConverter.ConvertValue(value)
		if err != nil {
			return err
		}
		d.values = append(d.values, driver.NamedValue{Ordinal: i + 1, Value: plain})
	}
	return d.conn.Raw(func(conn any) error {
		rows, err := conn.(driver.QueryerContext).QueryContext(ctx, query, d.values)
		if err != nil {
			return err
		}
		return rows.Close()
	})
}
