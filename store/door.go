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
	Erasures []Erasure
	At       time.Time // when it came: the time of the erasures
}

// AddBatch stores a request, all of it or nothing, and returns a receipt for each arrival, in their order. What is
// erased is erased last: also what arrived in the same request. It fails as AddLeads does.
func (s *Store) AddBatch(ctx context.Context, ws Workspace, in Batch) (receipts []handoff.Receipt, err error) {
	defer wrap(&err, "add batch")
	err = s.tx(ctx, func(tx db) error {
		if receipts, err = s.takeIn(ctx, tx, ws, in.Arrivals, true); err != nil {
			return err
		}
		if _, err := addFetches(ctx, tx, ws.ID, in.Fetches); err != nil {
			return err
		}
		for _, who := range in.Erasures {
			if _, err := s.erase(ctx, tx, ws.ID, who, in.At); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.signal()
	return receipts, nil
}
