package store

import (
	"context"
	"time"

	"relevo/handoff"
)

// OwesPart is the part of a digest that lists what each side owes the other. An answer lets the newest one be shown anew.
const OwesPart = 6

const answerColumns = `id, workspace_id, reason, campaign, what, since, answered_by, answered_at`

type answerRow struct {
	handoff.Answer
	Since millis `db:"since"`
	At    millis `db:"answered_at"`
}

func (r answerRow) answer() handoff.Answer {
	a := r.Answer
	a.Since, a.At = r.Since.time(), r.At.time()
	return a
}

// AddAnswer stores what marketing changed because of a reason. submission is the key of the form that it came with: the
// same one again stores nothing.
func (s *Store) AddAnswer(ctx context.Context, ws int64, submission string, a handoff.Answer) (err error) {
	defer wrap(&err, "add answer to %s", a.Reason)
	err = s.tx(ctx, func(tx db) error {
		n, err := tx.exec(ctx, `
			INSERT INTO answers (workspace_id, reason, campaign, what, since, submission, answered_by, answered_at)
			VALUES (?, ?, ?, ?, ?, NULLIF(?, ''), ?, ?) ON CONFLICT DO NOTHING`,
			ws, a.Reason, a.Campaign, a.What, toMillis(a.Since), submission, a.By, toMillis(a.At))
		if err != nil || n == 0 {
			return err
		}
		_, err = tx.exec(ctx, `
			UPDATE messages SET wanted = wanted + 1 WHERE workspace_id = ? AND kind = 'digest' AND part = ?
				AND week = (SELECT max(week) FROM messages m WHERE m.workspace_id = ? AND m.kind = 'digest')`, ws, OwesPart, ws)
		return err
	})
	if err == nil {
		s.signal()
	}
	return err
}

// Answers returns the answers that were given from one time until before another, oldest first.
func (s *Store) Answers(ctx context.Context, ws int64, from, to time.Time) (as []handoff.Answer, err error) {
	defer wrap(&err, "answers")
	var rows []answerRow
	err = s.read.list(ctx, &rows, `
		SELECT `+answerColumns+` FROM answers WHERE workspace_id = ? AND answered_at >= ? AND answered_at < ? ORDER BY answered_at, id`,
		ws, toMillis(from), toMillis(to))
	for _, row := range rows {
		as = append(as, row.answer())
	}
	return as, err
}

var outcomesQuery = `
	SELECT source, campaign, FALSE AS first, verdict, reason, count(*) AS count
	FROM rounds WHERE workspace_id = ? AND ` + span("offered_at") + ` AND verdict <> '' AND closed_at < ?
	GROUP BY source, campaign, verdict, reason
	ORDER BY 1, 2, 4, 5`

// Outcomes returns what was decided until before a time on the rounds offered from one time until before another, counted
// like Tally.
func (s *Store) Outcomes(ctx context.Context, ws int64, from, to, until time.Time) (ts []handoff.Tally, err error) {
	defer wrap(&err, "outcomes")
	err = s.read.list(ctx, &ts, outcomesQuery, append(append([]any{ws}, spanOf(from, to)...), toMillis(until))...)
	return ts, err
}

const unansweredQuery = `
	SELECT d.reason, count(*) AS count, sum(CASE WHEN d.decided_at < ? THEN 1 ELSE 0 END) AS waited, min(d.decided_at) AS since
	FROM decisions d LEFT JOIN (SELECT reason, max(answered_at) AS at FROM answers WHERE workspace_id = ? AND answered_at <= ? GROUP BY reason) a ON a.reason = d.reason
	WHERE d.workspace_id = ? AND d.taken_back_at = 0 AND d.decided_at >= ? AND d.decided_at < ? AND d.reason <> ''
		AND (a.at IS NULL OR d.decided_at > a.at)
	GROUP BY d.reason ORDER BY d.reason`

// Unanswered returns how often each reason was given, from one time until before another, since marketing answered it last.
func (s *Store) Unanswered(ctx context.Context, ws int64, from, to time.Time) (us []handoff.Unanswered, err error) {
	defer wrap(&err, "unanswered reasons")
	var rows []struct {
		handoff.Unanswered
		Since millis `db:"since"`
	}
	err = s.read.list(ctx, &rows, unansweredQuery, toMillis(to.Add(-handoff.OwedAfter)), ws, toMillis(to), ws, toMillis(from), toMillis(to))
	for _, row := range rows {
		row.Unanswered.Since = row.Since.time()
		us = append(us, row.Unanswered)
	}
	return us, err
}

// Campaigns returns the campaigns that leads were offered from since a time, the most frequent first, at most limit.
func (s *Store) Campaigns(ctx context.Context, ws int64, since time.Time, limit int) (names []string, err error) {
	defer wrap(&err, "campaigns")
	err = s.read.list(ctx, &names, `
		SELECT campaign FROM rounds WHERE workspace_id = ? AND `+weekOf("offered_at")+` >= ? AND offered_at >= ? AND campaign <> ''
		GROUP BY campaign ORDER BY count(*) DESC, campaign LIMIT ?`, ws, week(since), toMillis(since), limit)
	return names, err
}
