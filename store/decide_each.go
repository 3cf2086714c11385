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
// stored at once or nothing is. When to is not empty each is passed on to that route, as by Reroute.
func (s *Store) DecideEach(ctx context.Context, ws int64, leadIDs []int64, submission, to string, rule Rule, rules handoff.Rules) (done []Decided, err error) {
	defer wrap(&err, "decide on %d leads", len(leadIDs))
	ids := slices.Compact(slices.Sorted(slices.Values(leadIDs))) // whoever locks several does it in the same order
	err = s.tx(ctx, func(tx db) error {
		done = done[:0]
		var onward *batch
		if to != "" {
			if onward, err = passing(ctx, tx, ws, len(ids)); err != nil {
				return err
			}
		}
		for _, id := range ids {
			one, key := Decided{LeadID: id}, fmt.Sprintf("%s:%d", submission, id)
			if onward == nil {
				one.Lead, one.Decision, _, one.Err = s.decide(ctx, tx, ws, id, key, rule, rules)
			} else {
				one.Lead, one.Decision, one.Err = s.pass(ctx, tx, onward, id, key, to, rule, rules)
			}
			if one.Err != nil && !isOfOne(one.Err) {
				return one.Err
			}
			done = append(done, one)
		}
		if onward == nil {
			return nil
		}
		return onward.write(ctx, tx)
	})
	if err != nil {
		return nil, err
	}
	s.signal()
	return done, nil
}

// isOfOne tells whether an error is about one lead and leaves the others alone.
func isOfOne(err error) bool {
	for _, of := range []error{handoff.ErrAlreadyDecided, handoff.ErrRoundOver, handoff.ErrErased, handoff.ErrThere, handoff.ErrNotFound} {
		if errors.Is(err, of) {
			return true
		}
	}
	return false
}
