package store

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"relevo/handoff"
)

// Decided is what became of one lead of several.
type Decided struct {
	LeadID   int64
	Lead     handoff.Lead // as it is now; zero when it was not found
	Decision handoff.Decision
	Err      error // why nothing was decided: of handoff's errors
}

// DecideEach decides on each of these leads by itself, as Decide does, in the order of their ids. What keeps one from being
// decided keeps no other; but handoff.FieldErrors are about what all have in common, and then nothing is decided at all. All is
// stored at once or nothing is.
func (s *Store) DecideEach(ctx context.Context, ws int64, leadIDs []int64, submission string, rule Rule, rules handoff.Rules) (done []Decided, err error) {
	defer wrap(&err, "decide on %d leads", len(leadIDs))
	ids := slices.Compact(slices.Sorted(slices.Values(leadIDs))) // whoever locks several does it in the same order
	err = s.tx(ctx, func(tx db) error {
		done = done[:0]
		for _, id := range ids {
			one := Decided{LeadID: id}
			one.Lead, one.Decision, _, one.Err = s.decide(ctx, tx, ws, id, fmt.Sprintf("%s:%d", submission, id), rule, rules)
			if one.Err != nil && !isOfOne(one.Err) {
				return one.Err
			}
			done = append(done, one)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	s.signal()
	return done, nil
}

// isOfOne tells whether an error is about one lead and leaves the others alone.
func isOfOne(err error) bool {
	for _, of := range []error{handoff.ErrAlreadyDecided, handoff.ErrRoundOver, handoff.ErrErased, handoff.ErrNotFound} {
		if errors.Is(err, of) {
			return true
		}
	}
	return false
}
