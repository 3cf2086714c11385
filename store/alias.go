package store

import (
	"context"
	"slices"
	"strings"
	"time"
)

// Merge says that people whom a tool had under several external ids are one person there. Leads stay what they are:
// two that are merged are found, and erased, by any of the ids.
type Merge struct {
	Into string   // the external id of the person who is left
	From []string // those of the people who were merged, perhaps with Into among them
}

// merge joins what is known under the ids, in whatever order a tool tells of merges. If whoever is left was erased
// before, so are the others now. It needs the workspace's lock.
func (s *Store) merge(ctx context.Context, tx db, ws int64, m Merge, now time.Time) error {
	var ids []string
	for _, id := range append([]string{m.Into}, m.From...) {
		if id = askable(id); id != "" && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	var known []struct {
		ID     string `db:"external_id"`
		Person string `db:"person"`
	}
	either := bothForms(ids)
	args := slices.AppendSeq([]any{ws}, anys(slices.Values(either)))
	err := tx.list(ctx, &known, `SELECT external_id, person FROM aliases WHERE workspace_id = ? AND `+among("external_id", len(either)), args...)
	if err != nil {
		return err
	}
	person, had := tombstone(ids[0]), map[string]bool{}
	for _, k := range known {
		had[k.ID] = true
		if k.Person == person {
			continue
		}
		if _, err := tx.exec(ctx, `UPDATE aliases SET person = ? WHERE workspace_id = ? AND person = ?`, person, ws, k.Person); err != nil {
			return err
		}
	}
	var values []any
	for _, id := range ids {
		if !had[id] && !had[tombstone(id)] {
			values = append(values, ws, id, person)
		}
	}
	if err := insert(ctx, tx, "aliases", "workspace_id, external_id, person", values, ""); err != nil {
		return err
	}
	if !had[tombstone(ids[0])] {
		return nil
	}
	_, err = s.erase(ctx, tx, ws, Erasure{ExternalID: ids[0]}, now)
	return err
}

// bothForms returns the ids and what is left of them after an erasure.
func bothForms(ids []string) []string {
	both := slices.Clone(ids)
	for _, id := range ids {
		both = append(both, tombstone(id))
	}
	return both
}

// aliases returns, for those of the ids of whom there are any, the other ids of the same person, as they are stored.
func aliases(ctx context.Context, tx db, ws int64, ids []string) (map[string][]string, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	plain := map[string]string{}
	for _, id := range ids {
		plain[id], plain[tombstone(id)] = id, id
	}
	var rows []struct {
		ID    string `db:"id"`
		Other string `db:"other"`
	}
	either := bothForms(ids)
	args := slices.AppendSeq([]any{ws}, anys(slices.Values(either)))
	err := tx.list(ctx, &rows, aliasQuery(len(either)), args...)
	others := map[string][]string{}
	for _, row := range rows {
		others[plain[row.ID]] = append(others[plain[row.ID]], row.Other)
	}
	return others, err
}

func aliasQuery(ids int) string {
	return `SELECT a.external_id AS id, b.external_id AS other FROM aliases a
		JOIN aliases b ON b.workspace_id = a.workspace_id AND b.person = a.person AND b.external_id <> a.external_id
		WHERE a.workspace_id = ? AND ` + among("a.external_id", ids)
}

// eraseAliases leaves of ids their hashes. That of who withdrew is kept also when nothing was known of them: the merge
// may be told later.
func eraseAliases(ctx context.Context, tx db, ws int64, who string, ids map[string]bool) error {
	for id := range ids {
		if _, err := tx.exec(ctx, `UPDATE aliases SET external_id = ? WHERE workspace_id = ? AND external_id = ?`, tombstone(id), ws, id); err != nil {
			return err
		}
	}
	if who == "" {
		return nil
	}
	_, err := tx.exec(ctx, `INSERT INTO aliases (workspace_id, external_id, person) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`, ws, tombstone(who), tombstone(who))
	return err
}

func buriedAlready(key string) bool { return strings.HasPrefix(key, tombstonePrefix) }

// Known tells whether there is a lead, not erased, of the person with that external id.
func (s *Store) Known(ctx context.Context, ws int64, external string) (known bool, err error) {
	defer wrap(&err, "look for an external id")
	external = askable(external)
	others, err := aliases(ctx, s.read, ws, []string{external})
	if err != nil {
		return false, err
	}
	ids := append(slices.DeleteFunc(others[external], buriedAlready), external)
	args := slices.AppendSeq([]any{ws}, anys(slices.Values(ids)))
	err = s.read.get(ctx, &known, `SELECT EXISTS (SELECT 1 FROM events WHERE workspace_id = ? AND `+among("external_id", len(ids))+`)`, args...)
	return known, err
}
