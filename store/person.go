package store

import (
	"context"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"
)

// Record is a row as the database has it: by the name of the column, times as text and JSON as JSON.
type Record map[string]any

// Person returns everything that is stored about a person, by the name of the table: every row of theirs and of every table that
// refers to a lead, their search words, and what their ids are known as. Nothing is stored when it is empty.
func (s *Store) Person(ctx context.Context, ws int64, who Erasure) (all map[string][]Record, err error) {
	defer wrap(&err, "gather what is stored of a person")
	leads, err := s.Withdrawing(ctx, ws, who)
	if err != nil || len(leads) == 0 {
		return nil, err
	}
	ids := []any{ws}
	for _, l := range leads {
		ids = append(ids, l.ID)
	}
	tables, err := s.tables(ctx, s.read)
	if err != nil {
		return nil, err
	}
	all = map[string][]Record{}
	theirs := marks(len(leads))
	for _, t := range tables {
		key := "lead_id"
		if t.name == "leads" {
			key = "id"
		}
		if !slices.ContainsFunc(t.columns, func(c column) bool { return c.Name == key }) {
			continue
		}
		if all[t.name], err = records(ctx, s.read, t, ` WHERE workspace_id = ? AND `+key+` IN (`+theirs+`)`, ids...); err != nil {
			return nil, err
		}
	}
	for _, l := range leads {
		runs, err := runsWith(ctx, s.read, ws, words(l.Person), spotOf(l))
		if err != nil {
			return nil, err
		}
		for _, word := range slices.Sorted(maps.Keys(runs)) {
			all["word_leads"] = append(all["word_leads"], Record{"lead_id": l.ID, "word": word, "workspace_id": ws})
		}
	}
	external := `SELECT external_id FROM events WHERE workspace_id = ? AND external_id IS NOT NULL AND lead_id IN (` + theirs + `)`
	for _, t := range tables {
		switch t.name {
		case "aliases":
			all[t.name], err = records(ctx, s.read, t, ` WHERE workspace_id = ? AND person IN (SELECT person FROM aliases WHERE external_id IN (`+external+`))`, slices.Concat(ids[:1], ids)...)
		case "fetches":
			all[t.name], err = records(ctx, s.read, t, ` WHERE waiting AND workspace_id = ? AND source || ':' || ref IN (`+external+`)`, slices.Concat(ids[:1], ids)...)
		}
		if err != nil {
			return nil, err
		}
	}
	for name, rows := range all {
		if len(rows) == 0 {
			delete(all, name)
		}
	}
	return all, nil
}

func records(ctx context.Context, d db, t table, where string, args ...any) (all []Record, err error) {
	rows, err := d.on.QueryxContext(ctx, d.sql(`SELECT `+t.names()+` FROM `+t.name+where), args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		r := Record{}
		if err := rows.MapScan(r); err != nil {
			return nil, err
		}
		for column, v := range r {
			r[column] = readable(column, v)
		}
		all = append(all, r)
	}
	return all, rows.Err()
}

// readable returns a value as whoever reads the export would write it.
func readable(column string, v any) any {
	switch v := v.(type) {
	case int64:
		if column == "at" || strings.HasSuffix(column, "_at") || column == "due_from" || strings.HasSuffix(column, "_until") {
			if v == 0 {
				return nil
			}
			return time.UnixMilli(v).UTC()
		}
	case string:
		if (strings.HasPrefix(v, "[") || strings.HasPrefix(v, "{")) && json.Valid([]byte(v)) {
			return json.RawMessage(v)
		}
	}
	return v
}
