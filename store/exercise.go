package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"time"

	"relevo/handoff"
)

// The parts of KindExercise that are direct messages.
const (
	ExerciseRemind = 1 // somebody has not answered yet
	ExerciseAgain  = 2 // to a manager: the last one was some time ago
)

func exerciseSubject(id int64) string { return fmt.Sprintf("exercise:%d", id) }

const exerciseColumns = `workspace_id, started_by, started_at, closes_at, remind_at, closed_at, again_at, profile_version, profile, leads, invited, result`

type exerciseRow struct {
	handoff.Exercise
	At      millis  `db:"started_at"`
	Closes  millis  `db:"closes_at"`
	Remind  millis  `db:"remind_at"`
	Closed  millis  `db:"closed_at"`
	Again   millis  `db:"again_at"`
	Profile Profile `db:"profile"`
	Leads   string  `db:"leads"`
	Invited string  `db:"invited"`
	Result  string  `db:"result"`
}

func (r exerciseRow) exercise() (handoff.Exercise, error) {
	x := r.Exercise
	x.At, x.Closes, x.Remind, x.Closed, x.Again = r.At.time(), r.Closes.time(), r.Remind.time(), r.Closed.time(), r.Again.time()
	x.Profile = r.Profile.Profile
	for _, id := range strings.Fields(r.Leads) {
		n, err := strconv.ParseInt(id, 10, 64)
		if err != nil {
			return x, err
		}
		x.Leads = append(x.Leads, n)
	}
	return x, errors.Join(scanJSON(r.Invited, &x.Invited), scanJSON(r.Result, &x.Result))
}

func joinIDs(ids []int64) string {
	all := make([]string, len(ids))
	for i, id := range ids {
		all[i] = strconv.FormatInt(id, 10)
	}
	return strings.Join(all, " ")
}

// StartExercise stores an exercise as it begins, with the profile in force and leads that are drawn by the seed, and invites to it in the leads' channel.
// submission is the key of the act in Slack: when it comes again, the exercise that it started is returned. It fails with handoff.ErrRuns while another
// one runs.
func (s *Store) StartExercise(ctx context.Context, ws int64, x handoff.Exercise, submission string, seed uint64) (_ handoff.Exercise, err error) {
	defer wrap(&err, "start an exercise")
	err = s.tx(ctx, func(tx db) error {
		lock, err := lockWorkspace(ctx, tx, ws)
		if err != nil {
			return err
		}
		again, err := findExercise(ctx, tx, `workspace_id = ? AND submission = ?`, ws, submission)
		if !errors.Is(err, handoff.ErrNotFound) {
			x = again
			return err
		}
		last, err := findExercise(ctx, tx, `workspace_id = ? ORDER BY id DESC LIMIT 1`, ws)
		if err != nil && !errors.Is(err, handoff.ErrNotFound) {
			return err
		}
		if err == nil && last.Closed.IsZero() {
			return handoff.ErrRuns
		}
		x.Workspace, x.Profile, x.Version = ws, lock.Profile.Profile, lock.ProfileVersion
		x.At, x.Closes, x.Remind = stored(x.At), stored(x.Closes), stored(x.Remind)
		all, err := pasts(ctx, tx, lock.Workspace, x.At.Add(-handoff.Lookback), x.At)
		if err != nil {
			return err
		}
		if x.Leads, err = handoff.Draw(all, last.Leads, seed, s.shows(ctx, tx, lock.Workspace)); err != nil {
			return err
		}
		invited, err := json.Marshal(x.Invited)
		if err != nil {
			return err
		}
		values := []any{ws, x.By, toMillis(x.At), toMillis(x.Closes), toMillis(x.Remind), 0, 0, x.Version, Profile{x.Profile}, joinIDs(x.Leads), string(invited), "", orNull(submission)}
		if err := tx.get(ctx, &x.ID, `INSERT INTO exercises (`+exerciseColumns+`, submission) VALUES (`+marks(len(values))+`) RETURNING id`, values...); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `UPDATE exercises SET again_at = 0 WHERE workspace_id = ? AND again_at > 0`, ws); err != nil {
			return err
		}
		return addMessage(ctx, tx, Message{Workspace: ws, Subject: exerciseSubject(x.ID), Kind: KindExercise, Ref: x.ID, Created: x.At})
	})
	if err != nil {
		return handoff.Exercise{}, err
	}
	s.signal()
	return x, nil
}

// Exercise returns an exercise by its id, or fails with handoff.ErrNotFound.
func (s *Store) Exercise(ctx context.Context, ws, id int64) (_ handoff.Exercise, err error) {
	defer wrap(&err, "exercise %d", id)
	return findExercise(ctx, s.read, `workspace_id = ? AND id = ?`, ws, id)
}

// LastExercise returns the exercise that was started last, or fails with handoff.ErrNotFound.
func (s *Store) LastExercise(ctx context.Context, ws int64) (_ handoff.Exercise, err error) {
	defer wrap(&err, "last exercise")
	return findExercise(ctx, s.read, `workspace_id = ? ORDER BY id DESC LIMIT 1`, ws)
}

// ExerciseMessage returns the message that invites to an exercise and shows its result, or fails with handoff.ErrNotFound.
func (s *Store) ExerciseMessage(ctx context.Context, ws, id int64) (_ Message, err error) {
	defer wrap(&err, "message of exercise %d", id)
	var row messageRow
	err = s.read.get(ctx, &row, `SELECT `+messageColumns+` FROM messages WHERE workspace_id = ? AND subject = ?`, ws, exerciseSubject(id))
	return row.message(), err
}

// ExerciseAnswers returns what was answered, in the order in which people first did.
func (s *Store) ExerciseAnswers(ctx context.Context, ws, id int64) (_ []handoff.ExerciseAnswer, err error) {
	defer wrap(&err, "answers of exercise %d", id)
	return exerciseAnswers(ctx, s.read, ws, id)
}

func exerciseAnswers(ctx context.Context, on db, ws, id int64) (all []handoff.ExerciseAnswer, err error) {
	var rows []struct {
		User   string       `db:"user_id"`
		Side   handoff.Side `db:"side"`
		At     millis       `db:"at"`
		Answer string       `db:"answer"`
	}
	err = on.list(ctx, &rows, `SELECT user_id, side, at, answer FROM exercise_answers WHERE workspace_id = ? AND exercise_id = ? ORDER BY at, user_id`, ws, id)
	for _, row := range rows {
		a := handoff.ExerciseAnswer{}
		err = errors.Join(err, json.Unmarshal([]byte(row.Answer), &a))
		a.User, a.Side, a.At = row.User, row.Side, row.At.time()
		all = append(all, a)
	}
	return all, err
}

// AnswerExercise stores what somebody answers, in place of what they answered before. When everybody has answered who was invited, the exercise closes now.
// It fails with handoff.FieldErrors, with handoff.ErrOver when no answers are taken any more, unless it is the answer that was given already, and with
// handoff.ErrNotFound.
func (s *Store) AnswerExercise(ctx context.Context, ws, id int64, a handoff.ExerciseAnswer) (err error) {
	defer wrap(&err, "answer exercise %d", id)
	err = s.tx(ctx, func(tx db) error {
		if _, err := lockWorkspace(ctx, tx, ws); err != nil {
			return err
		}
		x, err := findExercise(ctx, tx, `workspace_id = ? AND id = ?`, ws, id)
		if err != nil {
			return err
		}
		answers, err := exerciseAnswers(ctx, tx, ws, id)
		if err != nil {
			return err
		}
		checked, err := x.Check(a)
		mine := slices.IndexFunc(answers, func(b handoff.ExerciseAnswer) bool { return b.User == a.User })
		if !x.Running(a.At) {
			if mine >= 0 && sameAnswer(answers[mine], checked) {
				return nil
			}
			return handoff.ErrOver
		}
		if err != nil {
			return err
		}
		body, err := json.Marshal(checked)
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `INSERT INTO exercise_answers (exercise_id, workspace_id, user_id, side, at, answer) VALUES (?, ?, ?, ?, ?, ?)
			ON CONFLICT (exercise_id, user_id) DO UPDATE SET side = excluded.side, answer = excluded.answer`, id, ws, a.User, a.Side, toMillis(a.At), string(body))
		if err != nil {
			return err
		}
		if mine < 0 && x.Complete(append(answers, checked)) {
			if _, err := tx.exec(ctx, `UPDATE exercises SET closes_at = ? WHERE id = ?`, toMillis(a.At), id); err != nil {
				return err
			}
		}
		return makeStale(ctx, tx, ws, exerciseSubject(id))
	})
	if err == nil {
		s.signal()
	}
	return err
}

func sameAnswer(a, b handoff.ExerciseAnswer) bool {
	a.At = b.At
	return reflect.DeepEqual(a, b)
}

// DueExercises returns the exercises that something is to be done about at this time: to remind of, to close, or to remind managers of the next one.
func (s *Store) DueExercises(ctx context.Context, now time.Time) (all []handoff.Exercise, err error) {
	defer wrap(&err, "look for exercises")
	at := toMillis(now)
	var rows []exerciseRow
	err = s.read.list(ctx, &rows, `SELECT id, `+exerciseColumns+` FROM exercises
		WHERE closed_at = 0 AND (closes_at <= ? OR remind_at > 0 AND remind_at <= ?) OR again_at > 0 AND again_at <= ? ORDER BY id`, at, at, at)
	for _, row := range rows {
		x, wrong := row.exercise()
		all, err = append(all, x), errors.Join(err, wrong)
	}
	return all, err
}

// RemindExercise plans a direct message to each of these people that an exercise waits for their answer. It does so once, however often and by however many
// processes it is called.
func (s *Store) RemindExercise(ctx context.Context, x handoff.Exercise, users []string, now time.Time) (err error) {
	defer wrap(&err, "remind of exercise %d", x.ID)
	return s.tellExercise(ctx, x, ExerciseRemind, `remind_at`, x.Remind, time.Time{}, users, now)
}

// AskAgain plans a direct message to each of these people that the last exercise was some time ago, and when they are asked next.
func (s *Store) AskAgain(ctx context.Context, x handoff.Exercise, users []string, next, now time.Time) (err error) {
	defer wrap(&err, "remind of the exercise after %d", x.ID)
	return s.tellExercise(ctx, x, ExerciseAgain, `again_at`, x.Again, next, users, now)
}

func (s *Store) tellExercise(ctx context.Context, x handoff.Exercise, part int, column string, was, next time.Time, users []string, now time.Time) error {
	did := false
	err := s.tx(ctx, func(tx db) error {
		n, err := tx.exec(ctx, `UPDATE exercises SET `+column+` = ? WHERE workspace_id = ? AND id = ? AND `+column+` = ?`, toMillis(next), x.Workspace, x.ID, toMillis(was))
		if err != nil || n == 0 {
			return err
		}
		did = true
		for _, user := range users {
			err := addMessage(ctx, tx, Message{
				Workspace: x.Workspace, Subject: fmt.Sprintf("%s:%d:%d:%s", exerciseSubject(x.ID), part, toMillis(was), user), Kind: KindExercise, Ref: x.ID,
				Part: part, Target: user, Created: now,
			})
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil && did {
		s.signal()
	}
	return err
}

// CloseExercise closes an exercise and stores its result: the answers beside what was decided in the lookback. One that is closed already stays as it is.
func (s *Store) CloseExercise(ctx context.Context, ws Workspace, x handoff.Exercise, now time.Time) (err error) {
	defer wrap(&err, "close exercise %d", x.ID)
	e := x.Evidence()
	if err := s.weigh(ctx, s.read, ws, x.Closes.Add(-handoff.Lookback), x.Closes, e); err != nil {
		return err
	}
	err = s.tx(ctx, func(tx db) error {
		if _, err := lockWorkspace(ctx, tx, ws.ID); err != nil {
			return err
		}
		x, err := findExercise(ctx, tx, `workspace_id = ? AND id = ?`, ws.ID, x.ID)
		if err != nil || !x.Closed.IsZero() {
			return err
		}
		answers, err := exerciseAnswers(ctx, tx, ws.ID, x.ID)
		if err != nil {
			return err
		}
		result, err := json.Marshal(x.Conclude(answers, e))
		if err != nil {
			return err
		}
		_, err = tx.exec(ctx, `UPDATE exercises SET closed_at = ?, remind_at = 0, again_at = ?, result = ? WHERE id = ?`,
			toMillis(now), toMillis(handoff.AgainAt(now)), string(result), x.ID)
		if err != nil {
			return err
		}
		return makeStale(ctx, tx, ws.ID, exerciseSubject(x.ID))
	})
	if err == nil {
		s.signal()
	}
	return err
}

func findExercise(ctx context.Context, on db, where string, args ...any) (handoff.Exercise, error) {
	var row exerciseRow
	if err := on.get(ctx, &row, `SELECT id, `+exerciseColumns+` FROM exercises WHERE `+where, args...); err != nil {
		return handoff.Exercise{}, err
	}
	return row.exercise()
}

// eraseFromExercises takes a lead out of what is judged, and lets what showed it be shown anew.
func eraseFromExercises(ctx context.Context, tx db, l handoff.Lead) error {
	var rows []struct {
		ID    int64  `db:"id"`
		Leads string `db:"leads"`
	}
	id := strconv.FormatInt(l.ID, 10)
	if err := tx.list(ctx, &rows, `SELECT id, leads FROM exercises WHERE workspace_id = ? AND ' ' || leads || ' ' LIKE ?`, l.Workspace, `% `+id+` %`); err != nil {
		return err
	}
	for _, row := range rows {
		left := slices.DeleteFunc(strings.Fields(row.Leads), func(s string) bool { return s == id })
		if _, err := tx.exec(ctx, `UPDATE exercises SET leads = ? WHERE id = ?`, strings.Join(left, " "), row.ID); err != nil {
			return err
		}
		if err := makeStale(ctx, tx, l.Workspace, exerciseSubject(row.ID)); err != nil {
			return err
		}
	}
	var ids []int64
	if err := tx.list(ctx, &ids, `SELECT id FROM calibrations WHERE workspace_id = ? AND lead_id = ?`, l.Workspace, l.ID); err != nil {
		return err
	}
	for _, id := range ids {
		if err := eraseMessage(ctx, tx, l.Workspace, calibrationSubject(id)); err != nil {
			return err
		}
	}
	return nil
}
