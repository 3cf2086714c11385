package store

import (
	"context"
	"crypto/rand"
	"slices"
	"strconv"
	"strings"
	"time"

	"relevo/handoff"
)

// Kind is what a message shows.
type Kind string

// The kinds of messages.
const (
	KindCard   Kind = "card"   // one round of a lead
	KindDigest Kind = "digest" // one part of a week's digest: part 0 stands in the channel, the others in its thread

	// In a card's thread.
	KindQuestion Kind = "question" // what one side asks the other, and the answer
	KindHalf     Kind = "half"     // the owner is reminded: half of the time is over

	KindProposal Kind = "proposal" // what is to be agreed on, for both sides to sign

	KindExercise    Kind = "exercise"    // part 0 invites and shows the result, the others remind by direct message: see ExerciseRemind
	KindCalibration Kind = "calibration" // a masked lead that both sides judge

	KindOverdue Kind = "overdue" // a channel's list of leads that are past due
	KindLate    Kind = "late"    // a manager's list of leads that have taken twice their time, as a direct message
	KindTempo   Kind = "tempo"   // tells a manager of decisions taken by the clock in a week, as a direct message
	KindSheet   Kind = "sheet"   // a week's rounds as a file, for whoever asked; forgotten once it is sent
	KindWelcome Kind = "welcome" // tells whoever installed the bot what comes next, as a direct message
	KindWave    Kind = "wave"    // says that many leads came in together; their cards stand in its thread
)

// Message is a message that shall exist in Slack, and what is known of it there. The store says how often it must
// be shown anew; what it shows is made from the leads when that is done.
type Message struct {
	ID        int64  `db:"id"`
	Workspace int64  `db:"workspace_id"`
	Subject   string `db:"subject"` // what it shows, unique in the workspace
	Key       string `db:"key"`     // says nothing to anybody: goes into the message's metadata to find it again
	Kind      Kind   `db:"kind"`
	LeadID    int64  `db:"lead_id"` // of a card or a question
	Round     int    `db:"round"`   // of these
	Week      string `db:"week"`    // of a digest
	Ref       int64  `db:"ref"`     // id of a question, whose part 1 reminds of it; of a proposal, an exercise or a calibration
	Thread    string `db:"thread"`  // subject of the message in whose thread it stands; empty for one in the channel
	Part      int    `db:"part"`
	Target    string `db:"target"`    // the channel or person that it is for; empty: the leads' or the feedback channel, by its kind
	Channel   string `db:"channel"`   // where it stands, or shall stand: filled when it is claimed
	TS        string `db:"ts"`        // empty while it is not posted
	Again     bool   `db:"again"`     // it was deleted in Slack, and is posted anew
	ThreadTS  string `db:"thread_ts"` // of the message that the thread hangs on; empty for one in the channel

	Wanted int64 `db:"wanted"` // rises with every change that it must show
	Shown  int64 `db:"shown"`  // the Wanted that it shows

	Doubts     int       `db:"doubts"` // posts whose outcome is not known, the claimed one included: above 1, look for Key before posting
	DoubtSince time.Time `db:"doubt_since"`
	Failures   int       `db:"failures"` // in a row
	NextTry    time.Time `db:"next_try_at"`
	LeaseUntil time.Time `db:"lease_until"`
	LeaseBy    string    `db:"lease_by"`
	Created    time.Time `db:"created_at"`
	Problem    string    `db:"problem"` // of the last failure

	Picture   string `db:"picture"`    // id of the file that was uploaded for it
	PictureOf string `db:"picture_of"` // what that file shows
}

// PostedAt returns when Slack says that the message was posted, the zero time when it was not.
func (m Message) PostedAt() time.Time {
	seconds, _, _ := strings.Cut(m.TS, ".")
	at, err := strconv.ParseInt(seconds, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(at, 0)
}

type messageRow struct {
	Message
	DoubtSince millis `db:"doubt_since"`
	NextTry    millis `db:"next_try_at"`
	LeaseUntil millis `db:"lease_until"`
	Created    millis `db:"created_at"`
}

func (r messageRow) message() Message {
	m := r.Message
	m.DoubtSince, m.NextTry, m.LeaseUntil, m.Created = r.DoubtSince.time(), r.NextTry.time(), r.LeaseUntil.time(), r.Created.time()
	return m
}

const messageColumns = `id, workspace_id, subject, key, kind, COALESCE(lead_id, 0) AS lead_id, round, week, thread, part, channel, thread_ts, ts, again, ref, target, wanted, shown, doubts, doubt_since, failures, next_try_at, lease_until, lease_by, created_at, problem, picture, picture_of`

const newMessageColumns = `workspace_id, subject, key, kind, lead_id, round, week, thread, part, ref, target, created_at`

// messageValues returns the values of a message that is to be posted, in the order of newMessageColumns.
func messageValues(m Message) []any {
	var lead any
	if m.LeadID != 0 {
		lead = m.LeadID
	}
	return []any{m.Workspace, m.Subject, rand.Text(), string(m.Kind), lead, int64(m.Round), m.Week, m.Thread, int64(m.Part), m.Ref, m.Target, toMillis(m.Created)}
}

func cardSubject(leadID int64, round int) string {
	return "card:" + strconv.FormatInt(leadID, 10) + ":" + strconv.Itoa(round)
}

// makeStale lets a message be shown anew, if there is one with this subject.
func makeStale(ctx context.Context, tx db, ws int64, subject string) error {
	_, err := tx.exec(ctx, `UPDATE messages SET wanted = wanted + 1 WHERE workspace_id = ? AND subject = ?`, ws, subject)
	return err
}

// CardOf returns the message that shows this round of a lead, or fails with handoff.ErrNotFound.
func (s *Store) CardOf(ctx context.Context, ws, leadID int64, round int) (_ Message, err error) {
	defer wrap(&err, "card of lead %d", leadID)
	var row messageRow
	err = s.read.get(ctx, &row, `SELECT `+messageColumns+` FROM messages WHERE workspace_id = ? AND subject = ?`, ws, cardSubject(leadID, round))
	return row.message(), err
}

// CardsOf returns, by the ids of the leads, the messages that show their current rounds; a lead without a card is not among them.
func (s *Store) CardsOf(ctx context.Context, ws int64, leads []handoff.Lead) (_ map[int64]Message, err error) {
	defer wrap(&err, "cards of leads")
	cards := map[int64]Message{}
	for some := range slices.Chunk(leads, chunk) {
		args := []any{ws}
		for _, l := range some {
			args = append(args, cardSubject(l.ID, l.Round))
		}
		var rows []messageRow
		if err := s.read.list(ctx, &rows, `SELECT `+messageColumns+` FROM messages WHERE workspace_id = ? AND `+among("subject", len(some)), args...); err != nil {
			return nil, err
		}
		for _, row := range rows {
			cards[row.LeadID] = row.message()
		}
	}
	return cards, nil
}

// due restricts messages to those with something to do. What stands in a thread waits for the message that the thread
// is of, and a part of a digest for the parts before it unless they fail.
const (
	duePost = `ts = '' AND (thread = '' OR EXISTS (SELECT 1 FROM messages p
			WHERE p.workspace_id = messages.workspace_id AND p.subject = messages.thread AND p.ts <> '')
		AND (part < 2 OR NOT EXISTS (SELECT 1 FROM messages p
			WHERE p.workspace_id = messages.workspace_id AND p.thread = messages.thread AND p.thread <> '' AND p.part < messages.part
			AND p.ts = '' AND p.failures = 0)))`
	dueUpdate = `ts <> '' AND shown < wanted`
)

// Pending returns how many messages must be posted or shown anew at this time; those that somebody is about are
// counted, those that wait for another try are not.
func (s *Store) Pending(ctx context.Context, now time.Time) (n int, err error) {
	defer wrap(&err, "count pending messages")
	err = s.read.get(ctx, &n, `SELECT (SELECT count(*) FROM messages WHERE ts = '' AND next_try_at <= ?) +
		(SELECT count(*) FROM messages WHERE `+dueUpdate+` AND next_try_at <= ?)`, toMillis(now), toMillis(now))
	return n, err
}

// NextDue returns when there is something to do next: a message to post or to show anew, a lead that comes
// back, or a reminder. It is in the past when that is due already, and the zero time when there is nothing.
func (s *Store) NextDue(ctx context.Context) (_ time.Time, err error) {
	defer wrap(&err, "next due")
	const at = `CASE WHEN next_try_at > lease_until THEN next_try_at WHEN lease_until > 0 THEN lease_until ELSE created_at END`
	var next millis
	err = s.read.get(ctx, &next, `SELECT COALESCE(min(at), 0) FROM (
		SELECT min(`+at+`) AS at FROM messages WHERE `+duePost+`
		UNION ALL SELECT min(`+at+`) FROM messages WHERE `+dueUpdate+`
		UNION ALL SELECT min(remind_at) FROM questions WHERE remind_at > 0
		UNION ALL SELECT min(remind_at) FROM exercises WHERE closed_at = 0 AND remind_at > 0
		UNION ALL SELECT min(closes_at) FROM exercises WHERE closed_at = 0
		UNION ALL SELECT min(again_at) FROM exercises WHERE again_at > 0
		UNION ALL SELECT min(closes_at) FROM calibrations WHERE closed_at = 0
		UNION ALL SELECT min(back_at) FROM leads WHERE state = 'nurturing' AND back_at > 0
		UNION ALL SELECT min(nudge_at) FROM leads WHERE nudge_at > 0) AS times`)
	return next.time(), err
}

// MoveChannel follows a channel whose id has changed. It is no change of what the workspace agreed on.
func (s *Store) MoveChannel(ctx context.Context, ws int64, old, now string) (err error) {
	defer wrap(&err, "move channel %s to %s", old, now)
	return s.tx(ctx, func(tx db) error {
		lock, err := lockWorkspace(ctx, tx, ws)
		if err != nil {
			return err
		}
		for i, r := range lock.Settings.Routes {
			if r.Channel == old {
				lock.Settings.Routes[i].Channel = now
			}
		}
		_, err = tx.exec(ctx, `
			UPDATE workspaces SET settings = ?, leads_channel = CASE WHEN leads_channel = ? THEN ? ELSE leads_channel END,
				feedback_channel = CASE WHEN feedback_channel = ? THEN ? ELSE feedback_channel END WHERE id = ?`,
			lock.Settings, old, now, old, now, ws)
		if err != nil {
			return err
		}
		for _, column := range []string{"messages SET channel", "messages SET target", "leads SET channel"} {
			_, name, _ := strings.Cut(column, " SET ")
			if _, err := tx.exec(ctx, `UPDATE `+column+` = ? WHERE workspace_id = ? AND `+name+` = ?`, now, ws, old); err != nil {
				return err
			}
		}
		return nil
	})
}
