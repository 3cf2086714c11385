package store

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"time"

	"relevo/handoff"
)

// bursts are what a workspace remembers of each channel's newest cards, as JSON: empty when there is nothing.
type bursts map[string]handoff.Burst

// Value returns what is stored.
func (b bursts) Value() (driver.Value, error) {
	if len(b) == 0 {
		return "", nil
	}
	text, err := json.Marshal(b)
	return string(text), err
}

// Scan reads what is stored; it can be added to.
func (b *bursts) Scan(stored any) error {
	err := scanJSON(stored, b)
	if *b == nil {
		*b = bursts{}
	}
	return err
}

// waveCalm is how long an announcement that stands in Slack is not shown anew after a change, so that many changes
// are shown together.
const waveCalm = 10 * time.Second

// notAtOnce is what is set of an announcement that has become stale: a time before which it is not shown anew. Changes
// that come while it waits do not make it wait longer.
const notAtOnce = `wanted = messages.wanted + 1, next_try_at = CASE
	WHEN messages.ts <> '' AND (messages.shown = messages.wanted OR messages.lease_until > 0) THEN ? ELSE messages.next_try_at END`

// gather notes the new cards of the batch, and returns the subjects of the announcements in whose threads they
// stand, by channel: leads that come in together are one message in the channel. What was not posted yet of the same
// burst, and certainly was not, goes into the thread with them.
func (b *batch) gather(ctx context.Context, tx db) (threads map[string]string, err error) {
	made, at := map[string][]*entry{}, b.at // by channel
	for _, e := range b.entries {
		if b.cards && e.State == handoff.Open && (e.before == nil || e.before.Round != e.Round) {
			made[b.channel(e)] = append(made[b.channel(e)], e)
			if e.Offered.After(at) {
				at = e.Offered
			}
		}
	}
	if len(made) == 0 {
		return nil, nil
	}
	for channel, burst := range b.lock.Bursts {
		if burst.Over(at) {
			delete(b.lock.Bursts, channel)
		}
	}
	threads = map[string]string{}
	for channel, entries := range made {
		before, recent := b.lock.Bursts[channel]
		burst := before.Add(len(entries), at)
		if burst.Begins() {
			burst.Wave = "wave:" + cardSubject(entries[0].ID, entries[0].Round)
			if recent { // or none can be taken along, and an import need not look through all that wait
				if err := b.takeAlong(ctx, tx, channel, burst.Wave, at); err != nil {
					return nil, err
				}
			}
		}
		if burst.Wave != "" {
			threads[channel] = burst.Wave
			values := messageValues(Message{Workspace: b.lock.ID, Subject: burst.Wave, Kind: KindWave, Target: channel, Created: at})
			_, err := tx.exec(ctx, `INSERT INTO messages (`+newMessageColumns+`) VALUES (`+marks(len(values))+`)
				ON CONFLICT (workspace_id, subject) DO UPDATE SET `+notAtOnce, append(values, toMillis(at.Add(waveCalm)))...)
			if err != nil {
				return nil, err
			}
		}
		b.lock.Bursts[channel] = burst
	}
	_, err = tx.exec(ctx, `UPDATE workspaces SET bursts = ? WHERE id = ?`, b.lock.Bursts, b.lock.ID)
	return threads, err
}

// channel is where the lead's card is to stand; empty for the workspace's own channel, whatever that is by then.
func (b *batch) channel(e *entry) string {
	if e.Channel == b.lock.LeadsChannel {
		return ""
	}
	return e.Channel
}

// takeAlong moves the burst's cards that are not in Slack yet into its thread.
func (b *batch) takeAlong(ctx context.Context, tx db, channel, wave string, at time.Time) error {
	_, err := tx.exec(ctx, `
		UPDATE messages SET thread = ? WHERE workspace_id = ? AND kind = 'card' AND ts = '' AND doubts = 0 AND thread = ''
			AND CASE WHEN target = ? THEN '' ELSE target END = ? AND created_at > ?`,
		wave, b.lock.ID, b.lock.LeadsChannel, channel, toMillis(at.Add(-handoff.BurstSpan)))
	return err
}

// ripple lets the announcement be shown anew in whose thread a card stands, if it stands in one: what it counts has
// changed.
func ripple(ctx context.Context, tx db, ws int64, card string, at time.Time) error {
	_, err := tx.exec(ctx, `UPDATE messages SET `+notAtOnce+` WHERE workspace_id = ?
		AND subject = (SELECT c.thread FROM messages c WHERE c.workspace_id = ? AND c.subject = ? AND c.thread <> '')`,
		toMillis(at.Add(waveCalm)), ws, ws, card)
	return err
}

const (
	ofWave     = ` FROM messages m JOIN rounds r ON r.lead_id = m.lead_id AND r.round = m.round WHERE m.workspace_id = ? AND m.thread = ? AND m.thread <> '' AND m.kind = 'card'`
	wavesQuery = `SELECT r.source AS name, count(*) AS count, count(*) FILTER (WHERE r.closed_at = 0) AS open` + ofWave + ` GROUP BY r.source ORDER BY 2 DESC, 1`
	waveOwners = `SELECT l.owner AS name, count(*) AS count FROM messages m JOIN leads l ON l.id = m.lead_id AND l.round = m.round
		WHERE m.workspace_id = ? AND m.thread = ? AND m.thread <> '' AND m.kind = 'card' AND l.state = 'open' AND l.owner <> '' GROUP BY l.owner ORDER BY 2 DESC, 1`
)

// Wave returns what the announcement with this subject says; nothing when the workspace has none.
func (s *Store) Wave(ctx context.Context, ws int64, subject string) (w handoff.Wave, err error) {
	defer wrap(&err, "wave")
	var sources []struct {
		handoff.Named
		Open int `db:"open"`
	}
	if err := s.read.list(ctx, &sources, wavesQuery, ws, subject); err != nil {
		return handoff.Wave{}, err
	}
	for _, source := range sources {
		w.Leads += source.Count
		w.Open += source.Open
		w.Sources = append(w.Sources, source.Named)
	}
	err = s.read.list(ctx, &w.Owners, waveOwners, ws, subject)
	return w, err
}

// Follow sees to it that a claimed card whose thread Slack does not have any more is posted elsewhere: in the thread
// of the announcement that stands instead, which is posted anew once, or by itself.
func (s *Store) Follow(ctx context.Context, m Message, now time.Time) (err error) {
	defer wrap(&err, "follow the announcement of message %d", m.ID)
	thread := m.Thread
	again, err := s.announce(ctx, m.Workspace, m.Thread, m.ThreadTS)
	if err != nil {
		return err
	}
	if !again {
		thread = ""
	}
	_, err = s.end(ctx, m, `thread = ?, doubts = 0, failures = failures + 1, next_try_at = ?, problem = 'thread_not_found'`, thread, toMillis(now))
	s.signal()
	return err
}

// announce lets an announcement that was deleted in Slack, where it stood at ts, be posted anew when cards still wait
// to stand in its thread. That happens once: whoever deletes it again does not want it. It tells whether the cards may
// wait for it.
func (s *Store) announce(ctx context.Context, ws int64, subject, ts string) (again bool, err error) {
	_, err = s.exec(ctx, `UPDATE messages SET `+anew+` WHERE workspace_id = ? AND subject = ? AND ts = ? AND ts <> '' AND NOT again
		AND EXISTS (SELECT 1 FROM messages c WHERE c.workspace_id = messages.workspace_id AND c.thread = messages.subject AND c.ts = '')`, ws, subject, ts)
	if err != nil {
		return false, err
	}
	err = s.returning(ctx, &again, `SELECT EXISTS (SELECT 1 FROM messages WHERE workspace_id = ? AND subject = ? AND ts <> ?)`, ws, subject, ts)
	return again, err
}
