package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// table is a table as the database itself describes it, so that whoever walks over all of them forgets none that a migration adds.
type table struct {
	name     string
	columns  []column // by name
	identity string   // the column that numbers new rows, on PostgreSQL
}

type column struct {
	Table string `db:"in_table"`
	Name  string `db:"name"`
	Type  string `db:"type"`
	Self  bool   `db:"self"` // numbers new rows
}

// names returns the columns, separated by commas.
func (t table) names() string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.Name
	}
	return strings.Join(names, ", ")
}

// tables returns all tables but that of the migrations, each behind those that its rows refer to.
func (s *Store) tables(ctx context.Context, d db) ([]table, error) {
	columnsQuery, needsQuery := `SELECT m.name AS in_table, c.name, lower(c.type) AS type, FALSE AS self FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY m.name, c.name`,
		`SELECT m.name, f."table" AS needs FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table'`
	if s.engine == postgres {
		columnsQuery, needsQuery = `SELECT c.table_name AS in_table, c.column_name AS name, c.data_type AS type, c.is_identity = 'YES' AS self
			FROM information_schema.columns c JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
			WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' ORDER BY c.table_name, c.column_name COLLATE "C"`,
			`SELECT a.relname AS name, b.relname AS needs FROM pg_constraint f JOIN pg_class a ON a.oid = f.conrelid JOIN pg_class b ON b.oid = f.confrelid
			JOIN pg_namespace n ON n.oid = f.connamespace WHERE f.contype = 'f' AND n.nspname = current_schema()`
	}
	var columns []column
	if err := d.list(ctx, &columns, columnsQuery); err != nil {
		return nil, err
	}
	var needs []struct {
		Name  string `db:"name"`
		Needs string `db:"needs"`
	}
	if err := d.list(ctx, &needs, needsQuery); err != nil {
		return nil, err
	}
	var left []table
	for _, c := range columns {
		if c.Table == "goose_db_version" {
			continue
		}
		if len(left) == 0 || left[len(left)-1].name != c.Table {
			left = append(left, table{name: c.Table})
		}
		t := &left[len(left)-1]
		t.columns = append(t.columns, c)
		if c.Self {
			t.identity = c.Name
		}
	}
	slices.SortFunc(left, func(a, b table) int { return cmp.Compare(a.name, b.name) })
	var sorted []table
	waits := func(t table) bool {
		for _, n := range needs {
			if n.Name == t.name && n.Needs != t.name && slices.ContainsFunc(left, func(other table) bool { return other.name == n.Needs }) {
				return true
			}
		}
		return false
	}
	for len(left) > 0 {
		i := slices.IndexFunc(left, func(t table) bool { return !waits(t) })
		if i < 0 {
			return nil, errors.New("tables refer to each other in a circle")
		}
		sorted = append(sorted, left[i])
		left = slices.Delete(left, i, i+1)
	}
	return sorted, nil
}

// sameTables fails when two databases have not the same tables with the same columns.
func sameTables(a, b []table) error {
	describe := func(all []table) (lines []string) {
		for _, t := range all {
			lines = append(lines, t.name+" ("+t.names()+")")
		}
		slices.Sort(lines)
		return lines
	}
	one, other := describe(a), describe(b)
	for _, line := range append(slices.Clone(one), other...) {
		if !slices.Contains(one, line) || !slices.Contains(other, line) {
			return fmt.Errorf("the two databases do not have the same table %s", line)
		}
	}
	return nil
}
