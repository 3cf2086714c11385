package store

import (
	"context"
	"errors"
	"strings"
	"time"
)

// Work is what is to be done with a message.
type Work int

// The two kinds of work.
const (
	Post   Work = iota // it is not in Slack yet
	Update             // it shows less than it should
)

// clockSkew is how far the clocks of two processes may differ. A lease that ends later than any process can have
// meant was made before a clock was set back, and holds nobody up.
const clockSkew = 5 * time.Minute

// Claim returns a message with work to do, which nobody else gets before the lease is over, or fails with
// handoff.ErrNotFound when there is none. by names the process. Of messages to post, digests come first, then the
// oldest. Claiming a post counts as a doubt until Posted, or Failed with a definite failure, says what became of
// it: whoever dies in between leaves it behind. Workspaces that Slack lets us into no more, and those of except, have none;
// one that is not set up has only what is for one person.
func (s *Store) Claim(ctx context.Context, w Work, by string, now time.Time, lease time.Duration, except ...int64) (_ Message, err error) {
	defer wrap(&err, "claim message")
	var row messageRow
	args := []any{by, toMillis(now.Add(lease)), toMillis(now), toMillis(now), toMillis(now.Add(lease + clockSkew))}
	if w == Post {
		args = append([]any{toMillis(now)}, args...)
	}
	for _, ws := range except {
		args = append(args, ws)
	}
	err = s.returning(ctx, &row, claimQuery(w, s.engine, len(except)), args...)
	return row.message(), err
}

func claimQuery(w Work, e engine, except int) string {
	const shut = `SELECT 1 FROM workspaces w WHERE w.id = messages.workspace_id AND (w.closed_at > 0 OR w.unready AND messages.target = '')`
	others := ``
	if except > 0 {
		others = ` AND workspace_id NOT IN (?` + strings.Repeat(`, ?`, except-1) + `)`
	}
	// What is in doubt is looked for, and posted, where it was tried before; what stands in a thread, where the thread
	// is. Slack's threads have no threads: the answer to an answer stands beside it.
	const parent = `FROM messages p WHERE p.workspace_id = messages.workspace_id AND p.subject = messages.thread`
	set, due, order := `doubts = doubts + 1, doubt_since = CASE WHEN doubts = 0 THEN ? ELSE doubt_since END, thread_ts = CASE
		WHEN doubts > 0 THEN thread_ts
		WHEN thread <> '' THEN (SELECT COALESCE(NULLIF(p.thread_ts, ''), p.ts) `+parent+`)
		ELSE '' END, channel = CASE
		WHEN doubts > 0 THEN channel
		WHEN thread <> '' THEN (SELECT p.channel `+parent+`)
		WHEN target <> '' THEN target
		WHEN kind = 'digest' THEN (SELECT feedback_channel FROM workspaces WHERE workspaces.id = messages.workspace_id)
		ELSE (SELECT leads_channel FROM workspaces WHERE workspaces.id = messages.workspace_id) END, `, duePost, `kind DESC, week, part, id`
	if w == Update {
		set, due, order = ``, dueUpdate, `id`
	}
	return `UPDATE messages SET ` + set + `lease_by = ?, lease_until = ?
		WHERE id = (SELECT id FROM messages WHERE ` + due + ` AND next_try_at <= ? AND (lease_until <= ? OR lease_until > ?)` + others + ` AND NOT EXISTS (` + shut + `)
			ORDER BY ` + order + ` LIMIT 1` + e.skipLocked() + `)
		RETURNING ` + messageColumns
}

const release = `lease_by = '', lease_until = 0`

// Posted stores where a claimed message was posted. If it has changed since it was claimed it is due for Update at
// once. It fails with ErrElsewhere when the message stands somewhere else already: what was posted now is one too
// many.
func (s *Store) Posted(ctx context.Context, m Message, channel, ts string) error {
	return s.standsAt(ctx, m, channel, ts, m.Wanted)
}

// Found stores where a claimed message was found that an earlier post had made. What it shows is not known, so it
// is due for Update at once.
func (s *Store) Found(ctx context.Context, m Message, channel, ts string) error {
	return s.standsAt(ctx, m, channel, ts, 0)
}

func (s *Store) standsAt(ctx context.Context, m Message, channel, ts string, shown int64) (err error) {
	defer wrap(&err, "store where message %d stands", m.ID)
	err = s.tx(ctx, func(tx db) error {
		// It is true even when the lease is over.
		n, err := tx.exec(ctx, `
			UPDATE messages SET channel = ?, ts = ?, shown = CASE WHEN shown < ? THEN ? ELSE shown END, doubts = 0, doubt_since = 0,
				failures = 0, next_try_at = 0, problem = '', `+release+`
			WHERE id = ? AND (ts = '' OR ts = ?)`, channel, ts, shown, shown, m.ID, ts)
		if err != nil {
			return err
		}
		if n == 0 {
			return ErrElsewhere
		}
		return tellPosted(ctx, tx, m)
	})
	if err == nil {
		s.signal()
	}
	return err
}

// Updated stores that a claimed message now shows what it should have shown when it was claimed.
func (s *Store) Updated(ctx context.Context, m Message) (err error) {
	defer wrap(&err, "store that message %d is updated", m.ID)
	n, err := s.end(ctx, m, `shown = ?, failures = 0, next_try_at = CASE WHEN wanted = ? THEN 0 ELSE next_try_at END, problem = ''`, m.Wanted, m.Wanted)
	if err != nil || n > 0 {
		return err
	}
	// The lease was over, so somebody else may have updated it at the same time, and nobody knows what it shows now.
	_, err = s.exec(ctx, `UPDATE messages SET wanted = wanted + 1 WHERE id = ?`, m.ID)
	s.signal()
	return err
}

// Failed stores that a claimed message could not be posted or updated, and when it is to be tried again. definite
// says that it was certainly not posted; otherwise the doubt remains.
func (s *Store) Failed(ctx context.Context, m Message, problem string, definite bool, next time.Time) (err error) {
	defer wrap(&err, "store that message %d failed", m.ID)
	_, err = s.end(ctx, m, `doubts = CASE WHEN ? THEN 0 ELSE doubts END, failures = failures + 1, next_try_at = ?, problem = ?`, definite, toMillis(next), problem)
	s.signal()
	return err
}

// Pictured stores which file was uploaded for a claimed message and what that shows, and gives the claim back: the message
// certainly was not sent, and is tried again at the time next.
func (s *Store) Pictured(ctx context.Context, m Message, file, shows string, next time.Time) (err error) {
	defer wrap(&err, "store the picture of message %d", m.ID)
	_, err = s.end(ctx, m, `picture = ?, picture_of = ?, doubts = 0, next_try_at = ?`, file, shows, toMillis(next))
	s.signal()
	return err
}

// anew is what is set of a message that was deleted in Slack.
const anew = `again = TRUE, ts = '', shown = 0, doubts = 0, doubt_since = 0, failures = 0, next_try_at = 0, problem = '', ` + release

// Gone stores that a message was deleted in Slack, so that it is posted anew: an announcement once, and only when cards
// still wait to stand in its thread.
func (s *Store) Gone(ctx context.Context, m Message) (err error) {
	defer wrap(&err, "store that message %d is gone", m.ID)
	if m.Kind == KindWave {
		if again, err := s.announce(ctx, m.Workspace, m.Subject, m.TS); err != nil || !again {
			return errors.Join(err, s.Updated(ctx, m)) // nobody misses it
		}
		s.signal()
		return nil
	}
	_, err = s.exec(ctx, `
		UPDATE messages SET `+anew+` WHERE id = ? AND ts = ? AND ts <> ''`, m.ID, m.TS)
	s.signal()
	return err
}

// Drop forgets a message that is not missed, with what waits to stand in its thread: it was deleted in Slack, or there is
// nothing left to show.
func (s *Store) Drop(ctx context.Context, m Message) (err error) {
	defer wrap(&err, "drop message %d", m.ID)
	return s.tx(ctx, func(tx db) error { return drop(ctx, tx, m) })
}

func drop(ctx context.Context, tx db, m Message) error {
	if _, err := tx.exec(ctx, `DELETE FROM reminded WHERE workspace_id = ? AND subject = ?`, m.Workspace, m.Subject); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `DELETE FROM messages WHERE id = ? AND ts = ? OR workspace_id = ? AND thread = ? AND thread <> '' AND ts = ''`,
		m.ID, m.TS, m.Workspace, m.Subject)
	return err
}

// end gives a claim back, and returns 0 when the lease was over and the message is somebody else's.
func (s *Store) end(ctx context.Context, m Message, set string, args ...any) (int64, error) {
	return s.exec(ctx, `UPDATE messages SET `+set+`, `+release+` WHERE id = ? AND lease_by = ? AND lease_until = ?`,
		append(args, m.ID, m.LeaseBy, toMillis(m.LeaseUntil))...)
}

// SeenAt stores where a message stands, unless that is known: a click on it may come before the answer to its own
// post.
func (s *Store) SeenAt(ctx context.Context, m Message, channel, ts string) (err error) {
	defer wrap(&err, "store where a message was seen")
	n, err := s.exec(ctx, `UPDATE messages SET channel = ?, ts = ?, doubts = 0, doubt_since = 0, `+release+` WHERE id = ? AND ts = ''`, channel, ts, m.ID)
	if n > 0 {
		s.signal()
	}
	return err
}
