package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"relevo/handoff"
)

const questionColumns = `workspace_id, lead_id, round, asks, asked_by, asked_at, question, named, remind_at, answered_by, answered_at, answer`

type questionRow struct {
	handoff.Question
	Named      string `db:"named"`
	At         millis `db:"asked_at"`
	Remind     millis `db:"remind_at"`
	AnsweredAt millis `db:"answered_at"`
}

func (r questionRow) question() handoff.Question {
	q := r.Question
	if r.Named != "" {
		q.Named = strings.Fields(r.Named)
	}
	q.At, q.Remind, q.AnsweredAt = r.At.time(), r.Remind.time(), r.AnsweredAt.time()
	return q
}

func questionValues(q handoff.Question) []any {
	return []any{q.Workspace, q.LeadID, q.Round, q.Asks, q.By, toMillis(q.At), q.Text, strings.Join(q.Named, " "), toMillis(q.Remind),
		q.AnsweredBy, toMillis(q.AnsweredAt), q.Answer}
}

// The messages of a question.
const (
	QuestionAsked    = iota // the question itself, in the thread of its lead's card
	QuestionReminder        // the one that reminds of it, there too
	QuestionTold            // tells whoever asked of the answer, as a direct message
)

func questionSubject(id int64, part int) string { return fmt.Sprintf("question:%d:%d", id, part) }

// Ask stores the question that the rule makes of the lead, to be posted in the thread of its card. submission is the key of
// the act in Slack: when it comes again, the question that it asked is returned. Errors are as those of Decide.
func (s *Store) Ask(ctx context.Context, ws, leadID int64, submission string, rule func(handoff.Lead) (handoff.Question, error)) (q handoff.Question, err error) {
	defer wrap(&err, "ask about lead %d", leadID)
	err = s.tx(ctx, func(tx db) error {
		l, err := s.lockLead(ctx, tx, ws, leadID)
		if err != nil {
			return err
		}
		if submission != "" {
			q, err = findQuestion(ctx, tx, `workspace_id = ? AND submission = ?`, ws, submission)
			if !errors.Is(err, handoff.ErrNotFound) {
				return err
			}
		}
		if q, err = rule(l); err != nil {
			return whoWasFirst(ctx, tx, l, err)
		}
		q.Workspace, q.LeadID, q.Round = ws, leadID, l.Round
		q.At, q.Remind = stored(q.At), stored(q.Remind)
		values := append(questionValues(q), orNull(submission))
		if err := tx.get(ctx, &q.ID, `INSERT INTO questions (`+questionColumns+`, submission) VALUES (`+marks(len(values))+`) RETURNING id`, values...); err != nil {
			return err
		}
		if err := postQuestion(ctx, tx, q, QuestionAsked, q.At); err != nil {
			return err
		}
		return happened(ctx, tx, l, handoff.Event{Kind: handoff.EventAsked, Round: q.Round, At: q.At, Actor: q.By, Reason: string(q.Asks), Note: q.Text})
	})
	if err != nil {
		return handoff.Question{}, err
	}
	s.signal()
	return q, nil
}

// Answer stores the question as the rule returns it, answered. The rule's error is returned as it is. It fails with
// handoff.ErrNotFound when the workspace has no such question.
func (s *Store) Answer(ctx context.Context, ws, id int64, rule func(handoff.Question) (handoff.Question, error)) (q handoff.Question, err error) {
	defer wrap(&err, "answer question %d", id)
	err = s.tx(ctx, func(tx db) error {
		var err error
		if q, err = findQuestion(ctx, tx, `workspace_id = ? AND id = ?`, ws, id); err != nil {
			return err
		}
		// The lead is locked before the question, as by a decision, which answers too.
		l, err := s.lockLead(ctx, tx, ws, q.LeadID)
		if err != nil {
			return err
		}
		if q, err = findQuestion(ctx, tx, `workspace_id = ? AND id = ?`, ws, id); err != nil {
			return err
		}
		if q, err = rule(q); err != nil {
			return err
		}
		q.AnsweredAt = stored(q.AnsweredAt)
		_, err = tx.exec(ctx, `UPDATE questions SET answered_by = ?, answered_at = ?, answer = ?, remind_at = 0 WHERE id = ?`,
			q.AnsweredBy, toMillis(q.AnsweredAt), q.Answer, id)
		if err != nil {
			return err
		}
		if err := answered(ctx, tx, q); err != nil {
			return err
		}
		return happened(ctx, tx, l, handoff.Event{
			Kind: handoff.EventAnswered, Round: q.Round, At: q.AnsweredAt, Actor: q.AnsweredBy, Reason: string(q.Asks), Note: q.Answer,
		})
	})
	if err != nil {
		return handoff.Question{}, err
	}
	s.signal()
	return q, nil
}

// Question returns a question by its id, or fails with handoff.ErrNotFound.
func (s *Store) Question(ctx context.Context, ws, id int64) (_ handoff.Question, err error) {
	defer wrap(&err, "question %d", id)
	return findQuestion(ctx, s.read, `workspace_id = ? AND id = ?`, ws, id)
}

// QuestionFilter says which questions are meant; a field that is empty asks for nothing.
type QuestionFilter struct {
	Asks   handoff.Role // the side that is asked
	Of     string       // a person who is asked by name
	Shared bool         // with Of: also questions that ask no person by name
	By     string       // whoever asked
	Lead   int64
}

// WaitingQuestions returns at most limit questions that nobody has answered, the oldest first, and how many there are.
func (s *Store) WaitingQuestions(ctx context.Context, ws int64, f QuestionFilter, limit int) (_ []handoff.Question, total int, err error) {
	defer wrap(&err, "waiting questions")
	where, args := `workspace_id = ? AND answered_at = 0`, []any{ws}
	and := func(condition string, values ...any) { where, args = where+` AND `+condition, append(args, values...) }
	if f.Asks != "" {
		and(`asks = ?`, f.Asks)
	}
	if f.By != "" {
		and(`asked_by = ?`, f.By)
	}
	if f.Lead != 0 {
		and(`lead_id = ?`, f.Lead)
	}
	named := `' ' || named || ' ' LIKE ?`
	switch {
	case f.Of != "" && f.Shared:
		and(`(`+named+` OR named NOT LIKE 'U%' AND named NOT LIKE 'W%')`, `% `+f.Of+` %`)
	case f.Of != "":
		and(named, `% `+f.Of+` %`)
	}
	var rows []questionRow
	err = s.read.list(ctx, &rows, `SELECT id, `+questionColumns+` FROM questions WHERE `+where+` ORDER BY asked_at, id LIMIT ?`, append(slices.Clone(args), limit)...)
	if err != nil {
		return nil, 0, err
	}
	var all []handoff.Question
	for _, row := range rows {
		all = append(all, row.question())
	}
	if len(all) < limit {
		return all, len(all), nil
	}
	err = s.read.get(ctx, &total, `SELECT count(*) FROM questions WHERE `+where, args...)
	return all, total, err
}

// RemindQuestions plans a reminder of each question that has waited long enough, in its card's thread, and returns how many
// there are. Outside a workspace's working time they wait for it. A question is reminded of once, however often and by
// however many processes this is called.
func (s *Store) RemindQuestions(ctx context.Context, now time.Time) (n int, err error) {
	defer wrap(&err, "remind of questions")
	var rows []questionRow
	err = s.read.list(ctx, &rows, `SELECT id, `+questionColumns+` FROM questions WHERE remind_at > 0 AND remind_at <= ? ORDER BY remind_at LIMIT 200`, toMillis(now))
	if err != nil || len(rows) == 0 {
		return 0, err
	}
	hours := map[int64]handoff.Hours{}
	for _, row := range rows {
		q := row.question()
		if _, ok := hours[q.Workspace]; !ok {
			ws, err := s.WorkspaceByID(ctx, q.Workspace)
			if err != nil {
				return n, err
			}
			hours[q.Workspace] = ws.Rules().Hours
		}
		did, err := s.remind(ctx, q, hours[q.Workspace], now)
		if err != nil {
			return n, err
		}
		if did {
			n++
		}
	}
	if n > 0 {
		s.signal()
	}
	return n, nil
}

func (s *Store) remind(ctx context.Context, q handoff.Question, hours handoff.Hours, now time.Time) (did bool, err error) {
	next := time.Time{}
	if !hours.At(now) {
		next = hours.Next(now)
	}
	err = s.tx(ctx, func(tx db) error {
		n, err := tx.exec(ctx, `UPDATE questions SET remind_at = ? WHERE id = ? AND remind_at = ?`, toMillis(next), q.ID, toMillis(q.Remind))
		if err != nil || n == 0 || !next.IsZero() {
			return err
		}
		did = true
		return postQuestion(ctx, tx, q, QuestionReminder, now)
	})
	return did, err
}

func findQuestion(ctx context.Context, on db, where string, args ...any) (handoff.Question, error) {
	var row questionRow
	err := on.get(ctx, &row, `SELECT id, `+questionColumns+` FROM questions WHERE `+where, args...)
	return row.question(), err
}

// postQuestion makes a message about a question.
func postQuestion(ctx context.Context, tx db, q handoff.Question, part int, now time.Time) error {
	m := Message{
		Workspace: q.Workspace, Subject: questionSubject(q.ID, part), Kind: KindQuestion, LeadID: q.LeadID, Round: q.Round, Ref: q.ID,
		Thread: cardSubject(q.LeadID, q.Round), Part: part, Created: now,
	}
	if part == QuestionTold {
		m.Thread, m.Target = "", q.By
	}
	return addMessage(ctx, tx, m)
}

// answered shows that a question is answered where it stands, and tells whoever asked: the question becomes another text, and
// Slack rings for no edit. Nobody is told of an erasure, nor of what they did themselves.
func answered(ctx context.Context, tx db, q handoff.Question) error {
	err := errors.Join(makeStale(ctx, tx, q.Workspace, questionSubject(q.ID, QuestionAsked)), makeStale(ctx, tx, q.Workspace, questionSubject(q.ID, QuestionReminder)))
	if err != nil || q.AnsweredBy == "" || q.AnsweredBy == q.By {
		return err
	}
	return postQuestion(ctx, tx, q, QuestionTold, q.AnsweredAt)
}

// closeQuestions makes a decision the answer to every question that waits about the lead.
func closeQuestions(ctx context.Context, tx db, l handoff.Lead, by string, at time.Time) error {
	var rows []questionRow
	err := tx.list(ctx, &rows, `UPDATE questions SET answered_by = ?, answered_at = ?, remind_at = 0 WHERE lead_id = ? AND answered_at = 0
		RETURNING id, `+questionColumns, by, toMillis(at), l.ID)
	for _, row := range rows {
		err = errors.Join(err, answered(ctx, tx, row.question()))
	}
	return err
}

// eraseQuestions empties what was asked and answered about a lead. What is not in Slack yet will never be.
func eraseQuestions(ctx context.Context, tx db, l handoff.Lead, now time.Time) error {
	if err := closeQuestions(ctx, tx, l, "", now); err != nil {
		return err
	}
	var ids []int64
	err := tx.list(ctx, &ids, `UPDATE questions SET question = '', answer = '' WHERE lead_id = ? RETURNING id`, l.ID)
	for _, id := range ids {
		for part := range QuestionTold + 1 {
			err = errors.Join(err, eraseMessage(ctx, tx, l.Workspace, questionSubject(id, part)))
		}
	}
	return err
}

// happened adds a line to a lead's history that changes nothing on its card.
func happened(ctx context.Context, tx db, l handoff.Lead, e handoff.Event) error {
	return record(ctx, tx, l.Workspace, eventColumns, eventValues(l, e))
}
