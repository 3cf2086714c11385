package store

import (
	"context"
	"time"

	"relevo/handoff"
)

// batch collects what a transaction changes in a workspace's leads, so that thousands of them are written with few
// statements. Whoever makes one holds the workspace's lock: it ends as one lead when two processes take in the
// same e-mail at the same time.
type batch struct {
	lock  locked
	rules handoff.Rules
	cards bool      // new rounds get a card
	at    time.Time // of the newest that is taken in with this batch, or before or after it at once

	byID     map[int64]*entry // the leads that were there before
	byEmail  map[string]*entry
	once     map[string]*entry
	external map[string]*entry
	same     map[string][]string // the other ids of the people who have several
	asking   map[string]bool     // by source: whoever comes from it has asked to be contacted

	entries     []*entry // every lead that was touched, in the order in which they were
	rounds      []*round
	submissions []submission
	decisions   []decision
	events      []event
}

// entry is a lead in the batch.
type entry struct {
	handoff.Lead
	before  handoff.Lead // as it is stored; zero for a new one
	touched bool
	round   *round // the current one, once it was touched
}

type round struct {
	entry                *entry
	round                int
	origin               handoff.Origin
	source, campaign     string
	offered, due, closed time.Time
}

type submission struct {
	entry *entry
	round int
	handoff.Arrival
}

type decision struct {
	entry *entry
	handoff.Decision
}

type event struct {
	entry *entry
	handoff.Event
}

func newBatch(lock locked, cards bool) *batch {
	return &batch{
		lock: lock, rules: lock.Rules(), cards: cards,
		byID: map[int64]*entry{}, byEmail: map[string]*entry{}, once: map[string]*entry{}, external: map[string]*entry{},
	}
}

// know adds a lead that is stored already.
func (b *batch) know(l handoff.Lead) *entry {
	if e := b.byID[l.ID]; e != nil {
		return e
	}
	e := &entry{Lead: l, before: l}
	b.byID[l.ID] = e
	if l.Email != "" {
		b.byEmail[l.Email] = e
	}
	return e
}

// touch notes that the lead changes.
func (b *batch) touch(e *entry) {
	if !e.touched {
		e.touched = true
		b.entries = append(b.entries, e)
	}
}

// start notes that the lead's current round begins.
func (b *batch) start(e *entry, origin handoff.Origin) {
	b.touch(e)
	e.round = &round{entry: e, round: e.Round, origin: origin, source: e.Source, campaign: e.Campaign, offered: e.Offered, due: e.Due}
	b.rounds = append(b.rounds, e.round)
}

// resume notes that the lead's current round, which is open, changes.
func (b *batch) resume(e *entry) {
	b.touch(e)
	if e.round == nil {
		e.round = &round{entry: e, round: e.Round, source: e.Source, campaign: e.Campaign, offered: e.Offered}
		b.rounds = append(b.rounds, e.round)
	}
	e.round.due = e.Due
}

func (b *batch) happened(e *entry, ev handoff.Event) {
	ev.Round = e.Round
	b.events = append(b.events, event{e, ev})
}

// write stores everything that was collected.
func (b *batch) write(ctx context.Context, tx db) error {
	for _, step := range []func(context.Context, db) error{
		b.writeNew, b.writeChanged, b.writeWords, b.writeRounds, b.writeSubmissions, b.writeDecisions, b.writeEvents, b.writeMessages,
	} {
		if err := step(ctx, tx); err != nil {
			return err
		}
	}
	return nil
}

// writeNew stores the new leads and learns their ids.
func (b *batch) writeNew(ctx context.Context, tx db) error {
	var rows [][]any
	var first int64
	fresh := map[int64]*entry{}
	for _, e := range b.entries {
		if e.before.ID == 0 {
			rows = append(rows, leadValues(e.Lead))
			fresh[e.Number] = e
			if first == 0 {
				first = e.Number
			}
		}
	}
	if len(rows) == 0 {
		return nil
	}
	if err := insert(ctx, tx, "leads", leadColumns, rows, ""); err != nil {
		return err
	}
	var ids []struct{ ID, Number int64 }
	if err := tx.list(ctx, &ids, `SELECT id, number FROM leads WHERE workspace_id = ? AND number >= ?`, b.lock.ID, first); err != nil {
		return err
	}
	for _, row := range ids {
		fresh[row.Number].ID = row.ID
	}
	return nil
}

func (b *batch) writeChanged(ctx context.Context, tx db) error {
	for _, e := range b.entries {
		if e.before.ID != 0 {
			if err := saveLead(ctx, tx, e.Lead); err != nil {
				return err
			}
		}
	}
	return nil
}

// writeWords adds the words that are new: a person's empty fields are filled, what is known stays.
func (b *batch) writeWords(ctx context.Context, tx db) error {
	var rows [][]any
	for _, e := range b.entries {
		for _, word := range newWords(e.before.Person, e.Person) {
			rows = append(rows, []any{b.lock.ID, word, e.ID})
		}
	}
	return insert(ctx, tx, "lead_words", "workspace_id, word, lead_id", rows, "")
}

func (b *batch) writeRounds(ctx context.Context, tx db) error {
	var rows [][]any
	for _, r := range b.rounds {
		rows = append(rows, []any{r.entry.ID, r.round, b.lock.ID, r.source, r.campaign, toMillis(r.offered), toMillis(r.due), toMillis(r.closed), r.origin})
	}
	return insert(ctx, tx, "rounds", "lead_id, round, workspace_id, source, campaign, offered_at, due_at, closed_at, origin", rows,
		` ON CONFLICT (lead_id, round) DO UPDATE SET due_at = excluded.due_at, closed_at = excluded.closed_at`)
}

func (b *batch) writeSubmissions(ctx context.Context, tx db) error {
	var rows [][]any
	for _, s := range b.submissions {
		rows = append(rows, []any{b.lock.ID, s.entry.ID, s.round, orNull(s.ExternalID), orNull(s.OnceKey), s.Source, s.Campaign, s.Activity, toMillis(s.At)})
	}
	return insert(ctx, tx, "submissions", "workspace_id, lead_id, round, external_id, once_key, source, campaign, activity, received_at", rows, "")
}

func (b *batch) writeDecisions(ctx context.Context, tx db) error {
	var rows [][]any
	for _, d := range b.decisions {
		d.LeadID = d.entry.ID
		rows = append(rows, decisionValues(d.Decision))
	}
	return insert(ctx, tx, "decisions", decisionColumns, rows, "")
}

func (b *batch) writeEvents(ctx context.Context, tx db) error {
	var rows [][]any
	for _, e := range b.events {
		rows = append(rows, eventValues(e.entry.Lead, e.Event))
	}
	return insert(ctx, tx, "events", eventColumns, rows, "")
}

// writeMessages gives every open round a card, or makes the card stale that it has, and so the card of a round
// that ended.
func (b *batch) writeMessages(ctx context.Context, tx db) error {
	threads, err := b.gather(ctx, tx)
	if err != nil {
		return err
	}
	var cards [][]any
	for _, e := range b.entries {
		shows := b.cards && e.State == handoff.Open
		if shows {
			cards = append(cards, messageValues(Message{
				Workspace: b.lock.ID, Subject: cardSubject(e.ID, e.Round), Kind: KindCard, LeadID: e.ID, Round: e.Round, Target: e.Channel, Thread: threads[b.channel(e)], Created: e.Offered,
			}))
		}
		if e.before.ID != 0 && !(shows && e.before.Round == e.Round) {
			if err := makeStale(ctx, tx, b.lock.ID, cardSubject(e.ID, e.before.Round)); err != nil {
				return err
			}
			if err := ripple(ctx, tx, b.lock.ID, cardSubject(e.ID, e.before.Round), e.Offered); err != nil {
				return err
			}
		}
	}
	return insert(ctx, tx, "messages", newMessageColumns, cards, ` ON CONFLICT (workspace_id, subject) DO UPDATE SET wanted = messages.wanted + 1`)
}

// orNull keeps an empty key out of its unique index.
func orNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}
