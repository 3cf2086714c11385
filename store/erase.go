package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"relevo/handoff"
)

// Erasure says who is to be erased: by the external id of any of their submissions or of whom they were merged with, by
// their e-mail, by the phone of somebody who gave no e-mail, or by a lead of theirs. Any of them is enough.
type Erasure struct {
	ExternalID string
	Email      string // in whatever case
	Phone      string // as it is stored
	LeadID     int64
	By         string // who wants it: a Slack user, ByCommandLine or ByRetention; a tool when it is empty
}

// Erase blanks all that is stored of a person, and returns how many leads they were. Numbers, rounds, verdicts,
// reasons and times stay, so that no figure changes; so do source and campaign, which are marketing's. What is left of
// external ids and idempotency keys is their SHA-256: a late redelivery is recognised by it, and brings nobody back. Of a key
// that has the person's name, e-mail or phone in it nothing is left: its hash could be guessed.
// The cards and the digests that named the person are shown anew without them, and so is what Leave has noted.
//
// SQLite overwrites what is deleted (secure_delete), but for its write-ahead log: see Scrub. In PostgreSQL earlier versions
// are in the table until it is vacuumed. Backups are for whoever makes them.
func (s *Store) Erase(ctx context.Context, ws int64, who Erasure, now time.Time) (n int, err error) {
	defer wrap(&err, "erase a person")
	err = s.tx(ctx, func(tx db) error {
		if _, err := lockWorkspace(ctx, tx, ws); err != nil {
			return err
		}
		n, err = s.erase(ctx, tx, ws, who, now)
		return err
	})
	if err != nil {
		return 0, err
	}
	s.signal()
	return n, nil
}

// withdrawnQuery is two questions in one, so that each finds its index.
func withdrawnQuery(ids int) string {
	return `SELECT id, ` + leadColumns + ` FROM leads WHERE workspace_id = ? AND id IN (
		SELECT id FROM leads WHERE workspace_id = ? AND ` + byEmail + ` UNION
		SELECT id FROM leads WHERE workspace_id = ? AND phone = ? AND phone <> '' AND email = '' UNION
		SELECT id FROM leads WHERE workspace_id = ? AND id = ? UNION
		SELECT lead_id FROM events WHERE workspace_id = ? AND ` + among("external_id", ids) + `) AND state <> 'erased'`
}

// withdrawnArgs returns the query's arguments for somebody with these external ids.
func withdrawnArgs(ws int64, who Erasure, ids []string) []any {
	return slices.AppendSeq([]any{ws, ws, strings.ToLower(askable(who.Email)), ws, askable(who.Phone), ws, who.LeadID, ws}, anys(slices.Values(ids)))
}

// erase needs the workspace's lock, or a redelivery could come in between. A lead that is found may have other ids, and
// those other leads: it ends when there are no more.
func (s *Store) erase(ctx context.Context, tx db, ws int64, who Erasure, now time.Time) (n int, err error) {
	id := askable(who.ExternalID)
	known := map[string]bool{id: true}
	for {
		ids := slices.Collect(maps.Keys(known))
		others, err := aliases(ctx, tx, ws, ids)
		if err != nil {
			return 0, err
		}
		for _, more := range others {
			ids = append(ids, more...)
		}
		leads, err := s.leads(ctx, tx, withdrawnQuery(len(ids))+s.engine.forUpdate(), withdrawnArgs(ws, who, ids)...)
		if err != nil {
			return 0, err
		}
		for _, id := range ids {
			known[id] = true
		}
		if len(leads) == 0 {
			break
		}
		for _, l := range leads {
			ids, err := eraseLead(ctx, tx, l, who.By, stored(now))
			if err != nil {
				return 0, err
			}
			for _, id := range ids {
				known[id] = true
			}
		}
		n += len(leads)
	}
	maps.DeleteFunc(known, func(id string, _ bool) bool { return id == "" || buriedAlready(id) })
	if err := eraseAliases(ctx, tx, ws, id, known); err != nil {
		return 0, err
	}
	if err := eraseFetches(ctx, tx, ws, known); err != nil {
		return 0, err
	}
	return n, s.prove(ctx, tx, ws, who.By, n, now)
}

// eraseEvents returns the external ids that the lead came in with.
func eraseEvents(ctx context.Context, tx db, l handoff.Lead) (external []string, err error) {
	var rows []struct {
		ID       int64   `db:"id"`
		External *string `db:"external_id"`
		Once     *string `db:"once_key"`
	}
	if err := tx.list(ctx, &rows, `SELECT id, external_id, once_key FROM events WHERE lead_id = ?`, l.ID); err != nil {
		return nil, err
	}
	for _, row := range rows {
		if row.External != nil {
			external = append(external, *row.External)
		}
		_, err := tx.exec(ctx, `UPDATE events SET external_id = ?, once_key = ?, note = '' WHERE id = ?`,
			buried(l, row.External), buried(l, row.Once), row.ID)
		if err != nil {
			return nil, err
		}
	}
	return external, nil
}

// eraseLead blanks one lead and all that is stored of it, and returns the external ids that it came in with.
func eraseLead(ctx context.Context, tx db, l handoff.Lead, by string, now time.Time) (external []string, err error) {
	if external, err = eraseEvents(ctx, tx, l); err != nil {
		return nil, err
	}
	if err = eraseRest(ctx, tx, l, by, now); err != nil {
		return nil, err
	}
	return external, eraseOutbox(ctx, tx, l, slices.Clone(external))
}

func eraseRest(ctx context.Context, tx db, l handoff.Lead, by string, now time.Time) error {
	if err := dropWords(ctx, tx, l.Workspace, words(l.Person), spotOf(l)); err != nil { // also those stored before longer ones came
		return err
	}
	if err := eraseFromDigests(ctx, tx, l); err != nil {
		return err
	}
	if _, err := tx.exec(ctx, `UPDATE decisions SET note = '', taken_back_why = '', owner_before = '' WHERE lead_id = ?`, l.ID); err != nil {
		return err
	}
	// It was open until now, and is so in the backlog of the weeks before.
	if _, err := tx.exec(ctx, `UPDATE rounds SET closed_at = ? WHERE lead_id = ? AND closed_at = 0`, toMillis(now), l.ID); err != nil {
		return err
	}
	if err := eraseQuestions(ctx, tx, l, now); err != nil {
		return err
	}
	if err := eraseFromExercises(ctx, tx, l); err != nil {
		return err
	}
	for round := 1; round <= l.Round; round++ {
		if err := eraseCard(ctx, tx, l, round, now); err != nil {
			return err
		}
	}
	return changed(ctx, tx, l, handoff.Rules{}.Erased(l), handoff.Event{Kind: handoff.EventErased, At: now, Actor: userOf(by)})
}

// eraseCard lets a round's card be shown anew. One that certainly is not in Slack will never be.
func eraseCard(ctx context.Context, tx db, l handoff.Lead, round int, now time.Time) error {
	subject := cardSubject(l.ID, round)
	if err := ripple(ctx, tx, l.Workspace, subject, now); err != nil {
		return err
	}
	return eraseMessage(ctx, tx, l.Workspace, subject)
}

func eraseMessage(ctx context.Context, tx db, ws int64, subject string) error {
	_, err := tx.exec(ctx, `DELETE FROM messages WHERE workspace_id = ? AND subject = ? AND ts = '' AND doubts = 0`, ws, subject)
	if err != nil {
		return err
	}
	return makeStale(ctx, tx, ws, subject)
}

// NamingPart is the first part of a digest that names people: the parts from there on are shown anew without somebody
// who was erased.
const NamingPart = 5

// eraseFromDigests lets those digests be shown anew that can have named the lead: in the list of what is past due,
// when they were planned in a week in which a round was open; with a need note, when it was written in their week.
func eraseFromDigests(ctx context.Context, tx db, l handoff.Lead) error {
	var noted []millis
	err := tx.list(ctx, &noted, `SELECT decided_at FROM decisions WHERE lead_id = ? AND verdict = 'accept' AND note <> ''`, l.ID)
	if err != nil {
		return err
	}
	weeks := append(weeksAround(noted), "")
	args := []any{l.Workspace, NamingPart, l.ID, (7 * 24 * time.Hour).Milliseconds()}
	_, err = tx.exec(ctx, `
		UPDATE messages SET wanted = wanted + 1 WHERE workspace_id = ? AND kind = 'digest' AND part >= ? AND (
			EXISTS (SELECT 1 FROM rounds r WHERE r.lead_id = ?
				AND r.offered_at < messages.created_at + ? AND (r.closed_at = 0 OR r.closed_at >= messages.created_at))
			OR `+among("week", len(weeks))+`)`, slices.AppendSeq(args, anys(slices.Values(weeks)))...)
	return err
}

// weeksAround returns the weeks in which the times are in one zone or another.
func weeksAround(times []millis) (weeks []string) {
	const day = 24 * time.Hour
	for _, at := range times {
		for _, t := range []time.Time{at.time().Add(-day), at.time(), at.time().Add(day)} {
			if week := handoff.WeekOf(t, time.UTC).String(); !slices.Contains(weeks, week) {
				weeks = append(weeks, week)
			}
		}
	}
	return weeks
}

// eraseFetches drops what waits to be read of a person who withdrew.
func eraseFetches(ctx context.Context, tx db, ws int64, external map[string]bool) error {
	if len(external) == 0 {
		return nil
	}
	ids := slices.AppendSeq([]any{ws}, anys(maps.Keys(external)))
	_, err := tx.exec(ctx, `UPDATE fetches SET `+fetchEnds+`, problem = 'erased' WHERE waiting AND workspace_id = ? AND `+among(`source || ':' || ref`, len(external)), ids...)
	return err
}

// tombstonePrefix begins what is left of a key. No key that is Clean begins with a space.
const tombstonePrefix = " sha256:"

// tombstone is what is left of a key: enough to recognise it.
func tombstone(key string) string {
	sum := sha256.Sum256([]byte(key))
	return tombstonePrefix + hex.EncodeToString(sum[:])
}

// buried returns what is left of a key that a lead came in with.
func buried(l handoff.Lead, key *string) *string {
	switch {
	case key == nil:
		return nil
	case buriedAlready(*key):
		return key
	case tells(*key, l.Person):
		return nil
	}
	return new(tombstone(*key))
}

// tells tells whether a key has the person in it: whoever guesses who it was could tell from its hash that it was them.
func tells(key string, p handoff.Person) bool {
	key = fold(key)
	for _, mark := range []string{p.Email, p.Name, p.Phone, strings.TrimPrefix(p.Phone, "+")} {
		if mark != "" && strings.Contains(key, fold(mark)) {
			return true
		}
	}
	return false
}

// askable returns what can be asked for: PostgreSQL refuses what it can't store.
func askable(s string) string {
	if !utf8.ValidString(s) || strings.Contains(s, "\x00") {
		return ""
	}
	return strings.TrimSpace(s)
}
