package store

import (
	"context"

	"relevo/handoff"
)

// Reroute is Decide for a decision that passes the lead on to another route: the next round is offered there in the same
// transaction, and its owner is whoever's turn it is. It also fails with handoff.FieldErrors when there is no such route.
func (s *Store) Reroute(ctx context.Context, ws, leadID int64, submission, to string, rule Rule, rules handoff.Rules) (l handoff.Lead, d handoff.Decision, err error) {
	defer wrap(&err, "reroute lead %d", leadID)
	err = s.tx(ctx, func(tx db) error {
		b, err := passing(ctx, tx, ws, 1)
		if err != nil {
			return err
		}
		if l, d, err = s.pass(ctx, tx, b, leadID, submission, to, rule, rules); err != nil {
			return err
		}
		return b.write(ctx, tx)
	})
	if err != nil {
		return handoff.Lead{}, handoff.Decision{}, err
	}
	s.signal()
	return l, d, nil
}

// passing begins to pass on about so many leads. Its batch holds the workspace's lock, which comes before the leads' for all
// who need both.
func passing(ctx context.Context, tx db, ws int64, leads int) (*batch, error) {
	lock, err := lockWorkspace(ctx, tx, ws)
	if err != nil {
		return nil, err
	}
	b := newBatch(lock, true, leads)
	b.ways, err = loadRouting(ctx, tx, lock.Workspace)
	return b, err
}

// pass decides on the lead as decide does, and collects in the batch that it is offered to the route as its next round.
func (s *Store) pass(ctx context.Context, tx db, b *batch, leadID int64, submission, to string, rule Rule, rules handoff.Rules) (handoff.Lead, handoff.Decision, error) {
	l, d, fresh, err := s.decide(ctx, tx, b.lock.ID, leadID, submission, rule, rules)
	if err != nil || !fresh {
		return l, d, err
	}
	route, ok := b.lock.Settings.Route(to)
	if !ok {
		return l, d, handoff.FieldErrors{{Field: "route", Problem: handoff.Unknown}}
	}
	e := b.know(l)
	b.nextRound(e, handoff.OriginRerouted, d.At)
	b.ways.give(&e.Lead, b.ways.chooseIn(route, e.Lead, ""))
	b.happened(e, handoff.Event{Kind: handoff.EventRerouted, At: d.At, Actor: d.By, Note: route.Name})
	return e.Lead, d, nil
}
