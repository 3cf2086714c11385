package store

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"relevo/handoff"
)

// Profile is a profile as it is stored: JSON, empty for none.
type Profile struct{ handoff.Profile }

// Value returns what is stored.
func (p Profile) Value() (driver.Value, error) {
	if len(p.Characteristics) == 0 {
		return "", nil
	}
	text, err := json.Marshal(p.Profile)
	return string(text), err
}

// Scan reads what is stored.
func (p *Profile) Scan(stored any) error { return scanJSON(stored, &p.Profile) }

const agreementColumns = `workspace_id, kind, version, base, body, why, exercise_id, proposed_by, proposed_at,
	sales_by, sales_at, marketing_by, marketing_at, in_force_at, withdrawn_by, withdrawn_at`

type agreementRow struct {
	handoff.Agreement
	Version     *int   `db:"version"`
	Body        string `db:"body"`
	At          millis `db:"proposed_at"`
	SalesAt     millis `db:"sales_at"`
	MarketingAt millis `db:"marketing_at"`
	InForce     millis `db:"in_force_at"`
	WithdrawnAt millis `db:"withdrawn_at"`
}

func (r agreementRow) agreement() (handoff.Agreement, error) {
	g := r.Agreement
	if r.Version != nil {
		g.Version = *r.Version
	}
	g.At, g.SalesAt, g.MarketingAt, g.InForce, g.WithdrawnAt = r.At.time(), r.SalesAt.time(), r.MarketingAt.time(), r.InForce.time(), r.WithdrawnAt.time()
	if g.Kind == handoff.AgreementProfile {
		return g, json.Unmarshal([]byte(r.Body), &g.Profile)
	}
	return g, json.Unmarshal([]byte(r.Body), &g.Definitions)
}

// agreementValues returns the agreement's values in the order of agreementColumns.
func agreementValues(g handoff.Agreement) ([]any, error) {
	var body any = g.Definitions
	if g.Kind == handoff.AgreementProfile {
		body = g.Profile
	}
	text, err := json.Marshal(body)
	var version *int
	if g.Version != 0 {
		version = &g.Version
	}
	return []any{g.Workspace, g.Kind, version, g.Base, string(text), g.Why, g.Exercise, g.By, toMillis(g.At),
		g.SalesBy, toMillis(g.SalesAt), g.MarketingBy, toMillis(g.MarketingAt), toMillis(g.InForce), g.WithdrawnBy, toMillis(g.WithdrawnAt)}, err
}

func proposalSubject(id int64) string { return fmt.Sprintf("proposal:%d", id) }

// Propose stores a proposal, which is Proposed of the domain, and gives it a message in the leads' channel. submission is
// the key of the act in Slack: when it comes again, the proposal that it made is returned.
func (s *Store) Propose(ctx context.Context, ws int64, g handoff.Agreement, submission string) (_ handoff.Agreement, err error) {
	defer wrap(&err, "propose %s", g.Kind)
	err = s.tx(ctx, func(tx db) error {
		if _, err := lockWorkspace(ctx, tx, ws); err != nil {
			return err
		}
		again, err := findAgreement(ctx, tx, `workspace_id = ? AND submission = ?`, ws, submission)
		if !errors.Is(err, handoff.ErrNotFound) {
			g = again
			return err
		}
		g.Workspace, g.At = ws, stored(g.At)
		values, err := agreementValues(g)
		if err != nil {
			return err
		}
		values = append(values, orNull(submission))
		if err := tx.get(ctx, &g.ID, `INSERT INTO agreements (`+agreementColumns+`, submission) VALUES (`+marks(len(values))+`) RETURNING id`, values...); err != nil {
			return err
		}
		if err := makeStale(ctx, tx, ws, exerciseSubject(g.Exercise)); err != nil {
			return err
		}
		return insert(ctx, tx, "messages", newMessageColumns, messageValues(Message{
			Workspace: ws, Subject: proposalSubject(g.ID), Kind: KindProposal, Ref: g.ID, Created: g.At,
		}), "")
	})
	if err != nil {
		return handoff.Agreement{}, err
	}
	s.signal()
	return g, nil
}

// ChangeProposal stores the proposal as the rule returns it, signed or withdrawn; the rule is told which version is in
// force. One that both sides have signed is in force at once: every other proposal of its kind is overtaken, and by a new
// profile every open lead is judged anew. The rule's error is returned as it is. It fails with handoff.ErrNotFound when the
// workspace has no such proposal.
func (s *Store) ChangeProposal(ctx context.Context, ws, id int64, rule func(g handoff.Agreement, inForce int) (handoff.Agreement, error)) (g handoff.Agreement, err error) {
	defer wrap(&err, "change proposal %d", id)
	err = s.tx(ctx, func(tx db) error {
		lock, err := lockWorkspace(ctx, tx, ws)
		if err != nil {
			return err
		}
		if g, err = findAgreement(ctx, tx, `workspace_id = ? AND id = ?`, ws, id); err != nil {
			return err
		}
		inForce := lock.DefinitionsVersion
		if g.Kind == handoff.AgreementProfile {
			inForce = lock.ProfileVersion
		}
		if g, err = rule(g, inForce); err != nil {
			return err
		}
		values, err := agreementValues(g)
		if err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `UPDATE agreements SET `+assignments(agreementColumns)+` WHERE id = ?`, append(values, id)...); err != nil {
			return err
		}
		if err := makeStale(ctx, tx, ws, proposalSubject(id)); err != nil || g.InForce.IsZero() {
			return err
		}
		return s.putInForce(ctx, tx, lock, g)
	})
	if err != nil {
		return handoff.Agreement{}, err
	}
	s.signal()
	return g, nil
}

// putInForce makes a version that both sides have signed the one that arrivals and decisions go by.
func (s *Store) putInForce(ctx context.Context, tx db, lock locked, g handoff.Agreement) error {
	_, err := tx.exec(ctx, `UPDATE messages SET wanted = wanted + 1 WHERE workspace_id = ? AND kind = 'proposal' AND ref IN (
		SELECT id FROM agreements WHERE workspace_id = ? AND kind = ? AND in_force_at = 0 AND withdrawn_at = 0)`, lock.ID, lock.ID, g.Kind)
	if err != nil {
		return err
	}
	_, err = tx.exec(ctx, `UPDATE agreements SET withdrawn_at = ? WHERE workspace_id = ? AND kind = ? AND in_force_at = 0 AND withdrawn_at = 0`,
		toMillis(g.InForce), lock.ID, g.Kind)
	if err != nil {
		return err
	}
	if g.Kind == handoff.AgreementDefinitions {
		_, err = tx.exec(ctx, `UPDATE workspaces SET definitions_version = ? WHERE id = ?`, g.Version, lock.ID)
		return err
	}
	_, err = tx.exec(ctx, `UPDATE workspaces SET profile = ?, profile_version = ? WHERE id = ?`, Profile{g.Profile}, g.Version, lock.ID)
	if err != nil {
		return err
	}
	return s.judgeOpen(ctx, tx, lock.ID, g.Profile, g.Version)
}

// judgeOpen sets the fit of every open lead to what a profile makes of it, and shows it on the cards.
func (s *Store) judgeOpen(ctx context.Context, tx db, ws int64, p handoff.Profile, version int) error {
	after := int64(0)
	for {
		leads, err := s.leads(ctx, tx, `SELECT id, `+leadColumns+` FROM leads WHERE workspace_id = ? AND state = 'open' AND id > ? ORDER BY id LIMIT ?`+s.engine.forUpdate(), ws, after, chunk)
		if err != nil || len(leads) == 0 {
			return err
		}
		for _, l := range leads {
			l = p.Judge(l, version)
			l.Version++
			_, err := tx.exec(ctx, `UPDATE leads SET fit = ?, fit_of = ?, fit_marks = ?, profile_version = ?, version = ? WHERE id = ?`,
				l.Fit, l.FitOf, l.FitMarks, l.ProfileVersion, l.Version, l.ID)
			if err != nil {
				return err
			}
			if err := makeStale(ctx, tx, ws, cardSubject(l.ID, l.Round)); err != nil {
				return err
			}
		}
		after = leads[len(leads)-1].ID
	}
}

// ProposalMessage returns the message that shows a proposal, or fails with handoff.ErrNotFound.
func (s *Store) ProposalMessage(ctx context.Context, ws, id int64) (_ Message, err error) {
	defer wrap(&err, "message of proposal %d", id)
	var row messageRow
	err = s.read.get(ctx, &row, `SELECT `+messageColumns+` FROM messages WHERE workspace_id = ? AND subject = ?`, ws, proposalSubject(id))
	return row.message(), err
}

// Agreement returns a version or a proposal by the store's own key, or fails with handoff.ErrNotFound.
func (s *Store) Agreement(ctx context.Context, ws, id int64) (_ handoff.Agreement, err error) {
	defer wrap(&err, "agreement %d", id)
	return findAgreement(ctx, s.read, `workspace_id = ? AND id = ?`, ws, id)
}

// AgreementOf returns the proposal that came out of an exercise, or fails with handoff.ErrNotFound.
func (s *Store) AgreementOf(ctx context.Context, ws, exercise int64) (_ handoff.Agreement, err error) {
	defer wrap(&err, "proposal of exercise %d", exercise)
	return findAgreement(ctx, s.read, `workspace_id = ? AND exercise_id = ? AND exercise_id > 0`, ws, exercise)
}

// AgreementVersion returns a version of the definitions or of the profile, or fails with handoff.ErrNotFound: version 0, with
// which every workspace begins, is not stored.
func (s *Store) AgreementVersion(ctx context.Context, ws int64, kind handoff.AgreementKind, version int) (_ handoff.Agreement, err error) {
	defer wrap(&err, "version %d of the %s", version, kind)
	return findAgreement(ctx, s.read, `workspace_id = ? AND kind = ? AND version = ?`, ws, kind, version)
}

// Agreements returns the versions of a kind that came into force from one time to before another, oldest first.
func (s *Store) Agreements(ctx context.Context, ws int64, kind handoff.AgreementKind, from, to time.Time) (_ []handoff.Agreement, err error) {
	defer wrap(&err, "versions of the %s", kind)
	return listAgreements(ctx, s.read, `workspace_id = ? AND kind = ? AND in_force_at >= ? AND in_force_at < ? AND version IS NOT NULL ORDER BY version`,
		ws, kind, max(1, toMillis(from)), toMillis(to))
}

// Proposals returns the proposals of a kind that can still be signed, oldest first.
func (s *Store) Proposals(ctx context.Context, ws int64, kind handoff.AgreementKind) (_ []handoff.Agreement, err error) {
	defer wrap(&err, "proposals for the %s", kind)
	return listAgreements(ctx, s.read, `workspace_id = ? AND kind = ? AND in_force_at = 0 AND withdrawn_at = 0 ORDER BY proposed_at, id`, ws, kind)
}

func findAgreement(ctx context.Context, on db, where string, args ...any) (handoff.Agreement, error) {
	var row agreementRow
	if err := on.get(ctx, &row, `SELECT id, `+agreementColumns+` FROM agreements WHERE `+where, args...); err != nil {
		return handoff.Agreement{}, err
	}
	return row.agreement()
}

func listAgreements(ctx context.Context, on db, where string, args ...any) ([]handoff.Agreement, error) {
	var rows []agreementRow
	if err := on.list(ctx, &rows, `SELECT id, `+agreementColumns+` FROM agreements WHERE `+where, args...); err != nil {
		return nil, err
	}
	all := make([]handoff.Agreement, len(rows))
	for i, row := range rows {
		var err error
		if all[i], err = row.agreement(); err != nil {
			return nil, err
		}
	}
	return all, nil
}
