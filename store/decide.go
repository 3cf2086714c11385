package store

import (
	"context"
	"errors"

	"relevo/handoff"
)

// Rule makes a decision of a lead as it is.
type Rule func(handoff.Lead) (handoff.Decision, error)

// Decide stores the decision that the rule makes of the lead, and returns it with the lead as it leaves it.
// submission is the key of the act in Slack: when it comes again, what it did the first time is returned.
//
// The rule is asked first; its error is returned as it is, but for handoff.ErrAlreadyDecided, which comes as
// *handoff.AlreadyDecided with the decision that stands. It fails with handoff.ErrNotFound when the workspace has
// no such lead.
func (s *Store) Decide(ctx context.Context, ws, leadID int64, submission string, rule Rule, rules handoff.Rules) (l handoff.Lead, d handoff.Decision, err error) {
	defer wrap(&err, "decide on lead %d", leadID)
	err = s.tx(ctx, func(tx db) (err error) {
		l, d, _, err = s.decide(ctx, tx, ws, leadID, submission, rule, rules)
		return err
	})
	if err != nil {
		return handoff.Lead{}, handoff.Decision{}, err
	}
	s.signal()
	return l, d, nil
}

// whoWasFirst returns the error, with the decision that stands when it is handoff.ErrAlreadyDecided.
func whoWasFirst(ctx context.Context, tx db, l handoff.Lead, err error) error {
	if !errors.Is(err, handoff.ErrAlreadyDecided) {
		return err
	}
	first, err := findDecision(ctx, tx, `workspace_id = ? AND lead_id = ? AND round = ? AND taken_back_at = 0`, l.Workspace, l.ID, l.Round)
	if err != nil {
		return err
	}
	return &handoff.AlreadyDecided{First: first}
}

// decide also tells whether the decision is new, and returns the lead as it is when nothing was decided on it.
func (s *Store) decide(ctx context.Context, tx db, ws, leadID int64, submission string, rule Rule, rules handoff.Rules) (l handoff.Lead, d handoff.Decision, fresh bool, err error) {
	if l, err = s.lockLead(ctx, tx, ws, leadID); err != nil {
		return l, d, false, err
	}
	if submission != "" {
		d, err = findDecision(ctx, tx, `workspace_id = ? AND submission = ?`, ws, submission)
		if !errors.Is(err, handoff.ErrNotFound) {
			return l, d, false, err
		}
	}
	d, err = rule(l)
	if err == nil && l.State == handoff.Erased {
		err = handoff.ErrErased
	}
	if err == nil && l.State != handoff.Open {
		err = handoff.ErrAlreadyDecided
	}
	if err != nil {
		return l, d, false, whoWasFirst(ctx, tx, l, err)
	}
	d.Workspace, d.LeadID, d.Round, d.ProfileVersion = ws, leadID, l.Round, l.ProfileVersion
	if err := tx.get(ctx, &d.DefinitionsVersion, `SELECT definitions_version FROM workspaces WHERE id = ?`, ws); err != nil {
		return l, d, false, err
	}
	d.At, d.Back = stored(d.At), stored(d.Back)
	before := l
	l = rules.Decided(l, d)
	return l, d, true, writeDecision(ctx, tx, before, l, &d, submission)
}

func writeDecision(ctx context.Context, tx db, before, l handoff.Lead, d *handoff.Decision, submission string) error {
	values := append(decisionValues(*d), orNull(submission))
	err := tx.get(ctx, &d.ID, `INSERT INTO decisions (`+decisionColumns+`, submission) VALUES (`+marks(len(values))+`) RETURNING id`, values...)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `UPDATE rounds SET closed_at = ?, verdict = ?, reason = ? WHERE lead_id = ? AND round = ?`, toMillis(d.At), d.Verdict, d.Reason, l.ID, l.Round)
	if err != nil {
		return err
	}
	if err := closeQuestions(ctx, tx, l, d.By, d.At); err != nil {
		return err
	}
	return changed(ctx, tx, before, l, decisionEvent(*d))
}

// TakeBack stores the decision as the rule returns it, taken back, and returns the lead as it is then: open again
// in the same round. The rule's error is returned as it is. It fails with handoff.ErrNotFound when the lead has no
// such decision.
func (s *Store) TakeBack(ctx context.Context, ws, leadID, decisionID int64,
	rule func(handoff.Lead, handoff.Decision) (handoff.Decision, error), rules handoff.Rules,
) (l handoff.Lead, err error) {
	defer wrap(&err, "take back decision %d", decisionID)
	err = s.tx(ctx, func(tx db) error {
		if l, err = s.lockLead(ctx, tx, ws, leadID); err != nil {
			return err
		}
		d, err := findDecision(ctx, tx, `workspace_id = ? AND lead_id = ? AND id = ?`, ws, leadID, decisionID)
		if err != nil {
			return err
		}
		if d, err = rule(l, d); err != nil {
			return err
		}
		if l.State == handoff.Erased {
			return handoff.ErrErased
		}
		d.TakenBackAt = stored(d.TakenBackAt)
		_, err = tx.exec(ctx, `UPDATE decisions SET taken_back_by = ?, taken_back_at = ?, taken_back_why = ? WHERE id = ?`,
			d.TakenBackBy, toMillis(d.TakenBackAt), d.TakenBackWhy, decisionID)
		if err != nil {
			return err
		}
		before := l
		l = rules.Reopened(l, d, d.TakenBackAt)
		l = timed(l)
		_, err = tx.exec(ctx, `UPDATE rounds SET due_at = ?, closed_at = 0, verdict = '', reason = '' WHERE lead_id = ? AND round = ?`, toMillis(l.Due), l.ID, l.Round)
		if err != nil {
			return err
		}
		return changed(ctx, tx, before, l, handoff.Event{Kind: handoff.EventTakenBack, At: d.TakenBackAt, Actor: d.TakenBackBy, Note: d.TakenBackWhy})
	})
	if err != nil {
		return handoff.Lead{}, err
	}
	s.signal()
	return l, nil
}

// changed writes the lead, which was different before, and what happened in its current round, and makes stale what shows it.
func changed(ctx context.Context, tx db, before, l handoff.Lead, e handoff.Event) error {
	if err := saveLead(ctx, tx, before, l); err != nil {
		return err
	}
	e.Round = l.Round
	if err := record(ctx, tx, l.Workspace, eventColumns, eventValues(l, e)); err != nil {
		return err
	}
	if err := ripple(ctx, tx, l.Workspace, cardSubject(l.ID, l.Round), e.At); err != nil {
		return err
	}
	if err := makeStale(ctx, tx, l.Workspace, cardSubject(l.ID, l.Round)); err != nil {
		return err
	}
	return relist(ctx, tx, l)
}

func findDecision(ctx context.Context, tx db, where string, args ...any) (handoff.Decision, error) {
	var row decisionRow
	err := tx.get(ctx, &row, `SELECT id, `+decisionColumns+` FROM decisions WHERE `+where, args...)
	return row.decision(), err
}

// decisionEvent returns the line of history that the decision makes.
func decisionEvent(d handoff.Decision) handoff.Event {
	kind := map[handoff.Verdict]handoff.EventKind{
		handoff.Accept: handoff.EventAccepted, handoff.Reject: handoff.EventRejected, handoff.NotNow: handoff.EventNotNow,
	}[d.Verdict]
	return handoff.Event{Kind: kind, At: d.At, Actor: d.By, Reason: d.Reason, Note: d.Note}
}
