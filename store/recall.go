package store

import (
	"context"
	"maps"
	"slices"

	"relevo/handoff"
)

// past tells whether the workspace has people who withdrew, whose keys are to be recognised too, and people of several
// ids.
type past struct {
	Erased bool `db:"erased"`
	Merged bool `db:"merged"`
}

// anyPast is asked once a batch.
const anyPast = `SELECT EXISTS (SELECT 1 FROM leads WHERE workspace_id = ? AND state = 'erased') AS erased,
	EXISTS (SELECT 1 FROM aliases WHERE workspace_id = ?) AS merged`

// recall lets the batch know what is stored of the arrivals' keys and people.
func (s *Store) recall(ctx context.Context, tx db, b *batch, as []handoff.Arrival, had past) error {
	if emails := keys(as, func(a handoff.Arrival) string { return a.Email }); len(emails) > 0 {
		// The first condition lets the engines see that the index, which leaves empty ones out, fits.
		if err := s.recallLeads(ctx, tx, b, `email <> '' AND `+among("email", len(emails)), slices.Collect(anys(slices.Values(emails)))); err != nil {
			return err
		}
	}
	once := forms(keys(as, func(a handoff.Arrival) string { return a.OnceKey }), had)
	if err := s.recallSeen(ctx, tx, b, "once_key", once, b.once); err != nil {
		return err
	}
	ids := keys(as, func(a handoff.Arrival) string { return a.ExternalID })
	external := forms(ids, had)
	if had.Merged {
		var err error
		if b.same, err = aliases(ctx, tx, b.lock.ID, ids); err != nil {
			return err
		}
		for id, others := range b.same {
			for _, other := range others {
				external[other] = append(external[other], id)
			}
		}
	}
	return s.recallSeen(ctx, tx, b, "external_id", external, b.external)
}

// forms returns the keys by what may be stored of them.
func forms(keys []string, had past) map[string][]string {
	by := map[string][]string{}
	for _, key := range keys {
		by[key] = []string{key}
		if had.Erased {
			by[tombstone(key)] = []string{key}
		}
	}
	return by
}

// keys returns the keys of one kind that are not empty.
func keys[T any](as []T, key func(T) string) (known []string) {
	for _, a := range as {
		if k := key(a); k != "" {
			known = append(known, k)
		}
	}
	return known
}

func (s *Store) recallSeen(ctx context.Context, tx db, b *batch, column string, keys map[string][]string, seen map[string]*entry) error {
	if len(keys) == 0 {
		return nil
	}
	var rows []struct {
		Key    string `db:"key"`
		LeadID int64  `db:"lead_id"`
	}
	args := slices.AppendSeq([]any{b.lock.ID}, anys(maps.Keys(keys)))
	from := ` FROM events WHERE workspace_id = ? AND ` + among(column, len(keys))
	if err := tx.list(ctx, &rows, `SELECT `+column+` AS key, lead_id`+from, args...); err != nil || len(rows) == 0 {
		return err
	}
	if err := s.recallLeads(ctx, tx, b, `id IN (SELECT lead_id`+from+`)`, args); err != nil {
		return err
	}
	for _, row := range rows {
		for _, key := range keys[row.Key] {
			seen[key] = current(seen[key], b.byID[row.LeadID])
		}
	}
	return nil
}

// current returns which of a person's two leads is theirs today: the open one, or else the one that was offered last,
// and one that was erased only when there is no other.
func current(a, b *entry) *entry {
	rank := map[handoff.State]int{handoff.Erased: -1, handoff.Open: 1}
	if a == nil || rank[b.State] > rank[a.State] || rank[b.State] == rank[a.State] && b.Offered.After(a.Offered) {
		return b
	}
	return a
}

// recallLeads locks the leads, for a rep may be deciding on one of them, in the order in which whoever locks several does.
func (s *Store) recallLeads(ctx context.Context, tx db, b *batch, where string, args []any) error {
	leads, err := s.leads(ctx, tx, `SELECT id, `+leadColumns+` FROM leads WHERE workspace_id = ? AND `+where+s.engine.allForUpdate(), append([]any{b.lock.ID}, args...)...)
	for _, l := range leads {
		b.know(l)
	}
	return err
}
