package storetest

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"testing"
)

// Dump returns every value of every table of the database at the path or URL, a row a line.
func Dump(t testing.TB, dsn string) string {
	t.Helper()
	driver, tables := "sqlite3", `SELECT name FROM sqlite_master WHERE type = 'table'`
	if strings.HasPrefix(dsn, "postgres") {
		driver, tables = "pgx", `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()`
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var all strings.Builder
	for _, row := range values(t, db, tables) {
		table := fmt.Sprint(row[0])
		for _, row := range values(t, db, `SELECT * FROM `+table) {
			fmt.Fprintf(&all, "%s: %v\n", table, row)
		}
	}
	return all.String()
}

func values(t testing.TB, db *sql.DB, query string) (all [][]any) {
	t.Helper()
	rows, err := db.QueryContext(context.Background(), query)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	columns, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		if err := rows.Scan(into...); err != nil {
			t.Fatal(err)
		}
		for i := range row {
			if b, ok := row[i].([]byte); ok {
				row[i] = string(b)
			}
		}
		all = append(all, row)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	return all
}
