package store

import (
	"context"
	"strings"
	"time"

	"relevo/handoff"
)

// LeadByID returns a lead of the workspace, or fails with handoff.ErrNotFound.
func (s *Store) LeadByID(ctx context.Context, ws, id int64) (_ handoff.Lead, err error) {
	defer wrap(&err, "lead by id %d", id)
	return s.lead(ctx, s.read, `id = ?`, ws, id)
}

// LeadByNumber returns the lead that people call by this number, or fails with handoff.ErrNotFound.
func (s *Store) LeadByNumber(ctx context.Context, ws, number int64) (_ handoff.Lead, err error) {
	defer wrap(&err, "lead by number %d", number)
	return s.lead(ctx, s.read, `number = ?`, ws, number)
}

// LeadByEmail returns the lead with this address, in whatever case, or fails with handoff.ErrNotFound.
func (s *Store) LeadByEmail(ctx context.Context, ws int64, email string) (_ handoff.Lead, err error) {
	defer wrap(&err, "lead by e-mail")
	return s.lead(ctx, s.read, byEmail, ws, strings.ToLower(askable(email)))
}

// byEmail has its second condition for the engines to see that the index, which leaves empty ones out, fits.
const byEmail = `email = ? AND email <> ''`

func (s *Store) lead(ctx context.Context, on db, where string, ws int64, arg any) (handoff.Lead, error) {
	var row leadRow
	err := on.get(ctx, &row, `SELECT id, `+leadColumns+` FROM leads WHERE workspace_id = ? AND `+where, ws, arg)
	return row.lead(), err
}

// lockLead returns a lead that nobody else changes until the transaction ends.
func (s *Store) lockLead(ctx context.Context, tx db, ws, id int64) (handoff.Lead, error) {
	return s.lead(ctx, tx, `id = ?`+s.engine.forUpdate(), ws, id)
}

func (s *Store) leads(ctx context.Context, on db, query string, args ...any) ([]handoff.Lead, error) {
	var rows []leadRow
	if err := on.list(ctx, &rows, query, args...); err != nil {
		return nil, err
	}
	leads := make([]handoff.Lead, len(rows))
	for i, row := range rows {
		leads[i] = row.lead()
	}
	return leads, nil
}

// Filter says which leads are meant. Its zero value means all.
type Filter struct {
	States    []handoff.State // none: in whatever state
	Owner     string          // Slack user id
	NotOwner  string          // Slack user id: not theirs
	DecidedBy string          // Slack user id: who took a decision that stands
	OverdueAt time.Time       // only open leads that were due before this time
}

// Leads returns the leads that the filter lets through, at most limit, and how many there are in all: the one due
// soonest first when only open ones are asked for, else the newest first.
func (s *Store) Leads(ctx context.Context, ws int64, f Filter, limit int) (leads []handoff.Lead, total int, err error) {
	defer wrap(&err, "list leads")
	where, args, order := f.sql(ws)
	if err := s.read.get(ctx, &total, `SELECT count(*) FROM leads WHERE `+where, args...); err != nil {
		return nil, 0, err
	}
	leads, err = s.leads(ctx, s.read, `SELECT id, `+leadColumns+` FROM leads WHERE `+where+` ORDER BY `+order+` LIMIT ?`, append(args, limit)...)
	return leads, total, err
}

func (f Filter) sql(ws int64) (where string, args []any, order string) {
	where, args, order = `workspace_id = ?`, []any{ws}, `received_at DESC, id DESC`
	and := func(condition string, values ...any) { where, args = where+` AND `+condition, append(args, values...) }
	onlyOpen := len(f.States) == 1 && f.States[0] == handoff.Open
	switch {
	case onlyOpen || !f.OverdueAt.IsZero():
		// In words and not by an argument, for the engines to see that the index of open leads fits.
		and(`state = 'open'`)
		order = `due_at, id`
	case len(f.States) > 0:
		var states []any
		for _, state := range f.States {
			states = append(states, state)
		}
		and(`state IN (?`+strings.Repeat(`, ?`, len(states)-1)+`)`, states...)
	}
	if f.Owner != "" {
		and(`owner = ? AND owner <> ''`, f.Owner)
	}
	if f.NotOwner != "" {
		and(`owner <> ?`, f.NotOwner)
	}
	if f.DecidedBy != "" {
		and(`id IN (SELECT lead_id FROM decisions WHERE workspace_id = ? AND decided_by = ? AND decided_by <> '' AND taken_back_at = 0)`, ws, f.DecidedBy)
	}
	if !f.OverdueAt.IsZero() {
		and(`due_at < ?`, toMillis(f.OverdueAt))
	}
	return where, args, order
}
