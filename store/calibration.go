package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"relevo/handoff"
)

func calibrationSubject(id int64) string { return fmt.Sprintf("calibration:%d", id) }

const calibrationColumns = `workspace_id, week, lead_id, decision_id, started_at, closes_at, closed_at`

type calibrationRow struct {
	handoff.Calibration
	At     millis `db:"started_at"`
	Closes millis `db:"closes_at"`
	Closed millis `db:"closed_at"`
}

func (r calibrationRow) calibration() handoff.Calibration {
	c := r.Calibration
	c.At, c.Closes, c.Closed = r.At.time(), r.Closes.time(), r.Closed.time()
	return c
}

// PlanCalibration draws a past lead for a week and has it shown, once a week: none that was shown before, nor one of the last exercise. It returns false when
// the week has one, or when there is none to draw.
func (s *Store) PlanCalibration(ctx context.Context, ws int64, c handoff.Calibration, seed uint64) (planned bool, err error) {
	defer wrap(&err, "plan the calibration of %s", c.Week)
	const week = `workspace_id = ? AND week = ?`
	if _, err := findCalibration(ctx, s.read, week, ws, c.Week); !errors.Is(err, handoff.ErrNotFound) {
		return false, err
	}
	err = s.tx(ctx, func(tx db) error {
		lock, err := lockWorkspace(ctx, tx, ws)
		if err != nil {
			return err
		}
		if _, err := findCalibration(ctx, tx, week, ws, c.Week); !errors.Is(err, handoff.ErrNotFound) {
			return err
		}
		var skip []int64
		if err := tx.list(ctx, &skip, `SELECT lead_id FROM calibrations WHERE workspace_id = ?`, ws); err != nil {
			return err
		}
		last, err := findExercise(ctx, tx, `workspace_id = ? ORDER BY id DESC LIMIT 1`, ws)
		if err != nil && !errors.Is(err, handoff.ErrNotFound) {
			return err
		}
		all, err := pasts(ctx, tx, lock.Workspace, c.At.Add(-handoff.Lookback), c.At)
		if err != nil {
			return err
		}
		p, some, err := handoff.DrawOne(all, append(skip, last.Leads...), seed, s.shows(ctx, tx, lock.Workspace))
		if err != nil || !some {
			return err
		}
		planned = true
		values := []any{ws, c.Week, p.Lead, p.Decision, toMillis(c.At), toMillis(c.Closes), 0}
		if err := tx.get(ctx, &c.ID, `INSERT INTO calibrations (`+calibrationColumns+`) VALUES (`+marks(len(values))+`) RETURNING id`, values...); err != nil {
			return err
		}
		return addMessage(ctx, tx, Message{Workspace: ws, Subject: calibrationSubject(c.ID), Kind: KindCalibration, Ref: c.ID, Created: c.At})
	})
	if err != nil {
		return false, err
	}
	if planned {
		s.signal()
	}
	return planned, nil
}

// Calibration returns a calibration by its id, or fails with handoff.ErrNotFound.
func (s *Store) Calibration(ctx context.Context, ws, id int64) (_ handoff.Calibration, err error) {
	defer wrap(&err, "calibration %d", id)
	return findCalibration(ctx, s.read, `workspace_id = ? AND id = ?`, ws, id)
}

func findCalibration(ctx context.Context, on db, where string, args ...any) (handoff.Calibration, error) {
	var row calibrationRow
	err := on.get(ctx, &row, `SELECT id, `+calibrationColumns+` FROM calibrations WHERE `+where, args...)
	return row.calibration(), err
}

// AnswerCalibration stores whether somebody would accept the lead, in place of what they said before. It fails with handoff.ErrOver when no answers are taken
// any more and theirs is not that already, and with handoff.ErrNotFound.
func (s *Store) AnswerCalibration(ctx context.Context, ws, id int64, user string, side handoff.Side, accepts bool, now time.Time) (err error) {
	defer wrap(&err, "answer calibration %d", id)
	err = s.tx(ctx, func(tx db) error {
		if _, err := lockWorkspace(ctx, tx, ws); err != nil {
			return err
		}
		c, err := findCalibration(ctx, tx, `workspace_id = ? AND id = ?`, ws, id)
		if err != nil {
			return err
		}
		if !c.Running(now) {
			var same bool
			err := tx.get(ctx, &same, `SELECT count(*) > 0 FROM calibration_answers WHERE calibration_id = ? AND user_id = ? AND accepts = ?`, id, user, accepts)
			if err != nil || same {
				return err
			}
			return handoff.ErrOver
		}
		_, err = tx.exec(ctx, `INSERT INTO calibration_answers (calibration_id, workspace_id, user_id, side, at, accepts) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (calibration_id, user_id) DO UPDATE SET side = excluded.side, at = excluded.at, accepts = excluded.accepts`, id, ws, user, side, toMillis(now), accepts)
		if err != nil {
			return err
		}
		return makeStale(ctx, tx, ws, calibrationSubject(id))
	})
	if err == nil {
		s.signal()
	}
	return err
}

// CloseCalibrations closes the calibrations whose time is over, so that their messages show the decision, and returns how many there are.
func (s *Store) CloseCalibrations(ctx context.Context, now time.Time) (n int, err error) {
	defer wrap(&err, "close calibrations")
	var rows []struct {
		ID        int64 `db:"id"`
		Workspace int64 `db:"workspace_id"`
	}
	at := toMillis(now)
	if err := s.read.list(ctx, &rows, `SELECT id, workspace_id FROM calibrations WHERE closed_at = 0 AND closes_at <= ?`, at); err != nil {
		return 0, err
	}
	for _, row := range rows {
		err := s.tx(ctx, func(tx db) error {
			// As whoever answers, who would else answer a calibration that is shown as closed.
			if _, err := lockWorkspace(ctx, tx, row.Workspace); err != nil {
				return err
			}
			did, err := tx.exec(ctx, `UPDATE calibrations SET closed_at = ? WHERE id = ? AND closed_at = 0`, at, row.ID)
			if err != nil || did == 0 {
				return err
			}
			n++
			return makeStale(ctx, tx, row.Workspace, calibrationSubject(row.ID))
		})
		if err != nil {
			return n, err
		}
	}
	if n > 0 {
		s.signal()
	}
	return n, nil
}

// Calibrated is what was answered to a calibration.
type Calibrated struct {
	Accepted bool // the decision; of Stands
	Stands   bool // false when the decision was taken back

	// By side: those who answered as was decided, of all who did; of this one, and of all that are closed up to this one.
	Right, SoFar map[handoff.Side]handoff.Proportion
}

// Calibrated returns what was answered to a calibration, and to those before it. Decisions that were taken back count in neither.
func (s *Store) Calibrated(ctx context.Context, c handoff.Calibration) (r Calibrated, err error) {
	defer wrap(&err, "answers of calibration %d", c.ID)
	r = Calibrated{Right: map[handoff.Side]handoff.Proportion{}, SoFar: map[handoff.Side]handoff.Proportion{}}
	var rows []struct {
		This  bool         `db:"this"`
		Side  handoff.Side `db:"side"`
		Right int          `db:"matching"`
		Of    int          `db:"answered"`
	}
	err = s.read.list(ctx, &rows, `SELECT c.id = ? AS this, a.side, count(*) FILTER (WHERE a.accepts = (d.verdict = 'accept')) AS matching, count(*) AS answered
		FROM calibrations c JOIN calibration_answers a ON a.calibration_id = c.id JOIN decisions d ON d.id = c.decision_id
		WHERE c.workspace_id = ? AND (c.id = ? OR c.id < ? AND c.closed_at > 0 AND d.taken_back_at = 0) GROUP BY 1, 2`, c.ID, c.Workspace, c.ID, c.ID)
	if err != nil {
		return r, err
	}
	var d struct {
		Verdict   handoff.Verdict `db:"verdict"`
		TakenBack int64           `db:"taken_back_at"`
	}
	if err := s.read.get(ctx, &d, `SELECT verdict, taken_back_at FROM decisions WHERE workspace_id = ? AND id = ?`, c.Workspace, c.Decision); err != nil {
		return r, err
	}
	r.Accepted, r.Stands = d.Verdict == handoff.Accept, d.TakenBack == 0
	for _, row := range rows {
		p := handoff.Proportion{Count: row.Right, Of: row.Of}
		if row.This {
			r.Right[row.Side] = p
		}
		if !row.This || r.Stands {
			r.SoFar[row.Side] = r.SoFar[row.Side].Plus(p)
		}
	}
	return r, nil
}
