package store

import (
	"context"
	"time"

	"relevo/handoff"
)

// Batch is all that one request at marketing's door brings.
type Batch struct {
	Arrivals []handoff.Arrival // Clean
	Fetches  []Fetch
	Merges   []Merge
	Erasures []Erasure
	At       time.Time // when it came: the time of what it erases
}

// AddBatch stores a request, all of it or nothing, and returns a receipt for each arrival, in their order. Who was
// merged is merged first, and what is erased is erased last: also what arrived in the same request. It fails as AddLeads and
// AddFetches do.
func (s *Store) AddBatch(ctx context.Context, ws Workspace, in Batch) (receipts []handoff.Receipt, err error) {
	defer wrap(&err, "add batch")
	if len(in.Fetches)+len(in.Merges)+len(in.Erasures) == 0 {
		return s.add(ctx, ws, in.Arrivals, true)
	}
	err = s.tx(ctx, func(tx db) error {
		receipts, err = s.takeBatch(ctx, tx, ws, in)
		return err
	})
	if err != nil {
		return nil, err
	}
	s.signal()
	return receipts, nil
}

// takeBatch locks the workspace, whatever the batch has.
func (s *Store) takeBatch(ctx context.Context, tx db, ws Workspace, in Batch) ([]handoff.Receipt, error) {
	if _, err := lockWorkspace(ctx, tx, ws.ID); err != nil {
		return nil, err
	}
	for _, m := range in.Merges {
		if err := s.merge(ctx, tx, ws.ID, m, in.At); err != nil {
			return nil, err
		}
	}
	receipts, err := s.takeIn(ctx, tx, ws, in.Arrivals, true)
	if err != nil {
		return nil, err
	}
	if _, err := addFetches(ctx, tx, ws.ID, in.Fetches); err != nil {
		return nil, err
	}
	for _, who := range in.Erasures {
		if _, err := s.erase(ctx, tx, ws.ID, who, in.At); err != nil {
			return nil, err
		}
	}
	return receipts, nil
}
