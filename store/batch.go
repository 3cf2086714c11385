package store

import (
	"context"
	"slices"
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
	ways  *routing  // where new rounds go; nil for those that go nowhere

	byID     map[int64]*entry // the leads that were there before
	byEmail  map[string]*entry
	once     map[string]*entry
	external map[string]*entry
	same     map[string][]string // the other ids of the people who have several
	asking   map[string]bool     // by source: whoever comes from it has asked to be contacted

	entries   []*entry // every lead that was touched, in the order in which they were
	rounds    []*round
	decisions []decision
	events    []event
}

// entry is a lead in the batch.
type entry struct {
	handoff.Lead
	before  *handoff.Lead // as it is stored; nil for a new one
	touched bool
	round   *round // the current one, once it was touched
}

type round struct {
	entry                *entry
	round                int
	origin               handoff.Origin
	source, campaign     string
	offered, due, closed time.Time
	verdict              handoff.Verdict // that closed it
	reason               string
}

type decision struct {
	entry *entry
	handoff.Decision
}

type event struct {
	entry *entry
	handoff.Event
	externalID, onceKey string // of an arrival
}

// newBatch returns an empty batch with room for about so many leads.
func newBatch(lock locked, cards bool, leads int) *batch {
	return &batch{
		lock: lock, rules: lock.Rules(), cards: cards,
		byID: map[int64]*entry{}, byEmail: make(map[string]*entry, leads), once: make(map[string]*entry, leads), external: map[string]*entry{},
		entries: make([]*entry, 0, leads), rounds: make([]*round, 0, leads), events: make([]event, 0, leads),
	}
}

// know adds a lead that is stored already.
func (b *batch) know(l handoff.Lead) *entry {
	if e := b.byID[l.ID]; e != nil {
		return e
	}
	e := &entry{Lead: l, before: &l}
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
	b.events = append(b.events, event{entry: e, Event: ev})
}

// write stores everything that was collected.
func (b *batch) write(ctx context.Context, tx db) error {
	words := meanwhile(b.findWords)
	for _, step := range []func(context.Context, db) error{
		b.writeNew, b.writeChanged, b.writeRounds, b.writeDecisions, b.writeEvents, b.writeMessages, b.writeTurns,
	} {
		if err := step(ctx, tx); err != nil {
			return err
		}
	}
	return b.writeWords(ctx, tx, words())
}

// meanwhile does something on another processor. What it returns waits for the result, or panics as f did.
func meanwhile[T any](f func() T) func() T {
	var result T
	var fell any
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() { fell = recover() }()
		result = f()
	}()
	return func() T {
		if <-done; fell != nil {
			panic(fell)
		}
		return result
	}
}

// writeNew stores the new leads and learns their ids.
func (b *batch) writeNew(ctx context.Context, tx db) error {
	var fresh []*entry // with the numbers that follow one another
	values := room(len(b.entries), leadColumns)
	for _, e := range b.entries {
		if e.before == nil {
			values = appendLead(values, e.Lead)
			fresh = append(fresh, e)
		}
	}
	if len(fresh) == 0 {
		return nil
	}
	if err := insert(ctx, tx, "leads", leadColumns, values, ""); err != nil {
		return err
	}
	var ids []int64
	if err := tx.list(ctx, &ids, `SELECT id FROM leads WHERE workspace_id = ? AND number >= ? ORDER BY number`, b.lock.ID, fresh[0].Number); err != nil {
		return err
	}
	for i, id := range ids {
		fresh[i].ID = id
	}
	return nil
}

func (b *batch) writeChanged(ctx context.Context, tx db) error {
	for _, e := range b.entries {
		if e.before != nil {
			if err := saveLead(ctx, tx, *e.before, e.Lead); err != nil {
				return err
			}
		}
	}
	return nil
}

// findWords returns who is to be found from now on by which words: a person's empty fields are filled, what is known stays.
func (b *batch) findWords() map[string][]*entry {
	found := make(map[string][]*entry, 2*len(b.entries))
	for _, e := range b.entries {
		var before handoff.Person
		if e.before != nil {
			before = e.before.Person
		}
		for _, word := range newWords(before, e.Person) {
			found[word] = append(found[word], e)
		}
	}
	return found
}

func (b *batch) writeWords(ctx context.Context, tx db, found map[string][]*entry) error {
	spots := make(map[string][]spot, len(found))
	for word, entries := range found {
		all := make([]spot, len(entries))
		for i, e := range entries {
			all[i] = spotOf(e.Lead)
		}
		slices.SortFunc(all, spot.compare)
		spots[word] = all
	}
	return addWords(ctx, tx, b.lock.ID, spots)
}

const roundColumns = `lead_id, round, workspace_id, source, campaign, offered_at, due_at, closed_at, verdict, reason, origin`

func (b *batch) writeRounds(ctx context.Context, tx db) error {
	values := room(len(b.rounds), roundColumns)
	for _, r := range b.rounds {
		values = append(values, r.entry.ID, int64(r.round), b.lock.ID, r.source, r.campaign, toMillis(r.offered), toMillis(r.due), toMillis(r.closed), string(r.verdict), r.reason, string(r.origin))
	}
	return insert(ctx, tx, "rounds", roundColumns, values,
		` ON CONFLICT (lead_id, round) DO UPDATE SET due_at = excluded.due_at, closed_at = excluded.closed_at, verdict = excluded.verdict, reason = excluded.reason`)
}

func (b *batch) writeDecisions(ctx context.Context, tx db) error {
	values := room(len(b.decisions), decisionColumns)
	for _, d := range b.decisions {
		d.LeadID = d.entry.ID
		values = append(values, decisionValues(d.Decision)...)
	}
	return insert(ctx, tx, "decisions", decisionColumns, values, "")
}

const newEventColumns = eventColumns + `, external_id, once_key`

func (b *batch) writeEvents(ctx context.Context, tx db) error {
	values := room(len(b.events), newEventColumns)
	for _, e := range b.events {
		values = append(values, eventValues(e.entry.Lead, e.Event)...)
		values = append(values, orNull(e.externalID), orNull(e.onceKey))
	}
	if !b.cards { // what happened before Relevo is told nobody
		return insert(ctx, tx, "events", newEventColumns, values, "")
	}
	return record(ctx, tx, b.lock.ID, newEventColumns, values)
}

// writeMessages gives every open round a card, or makes the card stale that it has, and so the card of a round
// that ended.
func (b *batch) writeMessages(ctx context.Context, tx db) error {
	threads, err := b.gather(ctx, tx)
	if err != nil {
		return err
	}
	var values []any
	if b.cards {
		values = room(len(b.entries), newMessageColumns)
	}
	for _, e := range b.entries {
		shows := b.cards && e.State == handoff.Open
		if shows {
			values = append(values, messageValues(Message{
				Workspace: b.lock.ID, Subject: cardSubject(e.ID, e.Round), Kind: KindCard, LeadID: e.ID, Round: e.Round, Target: e.Channel, Thread: threads[b.channel(e)], Created: e.Offered,
			})...)
		}
		if e.before != nil && !(shows && e.before.Round == e.Round) {
			if err := makeStale(ctx, tx, b.lock.ID, cardSubject(e.ID, e.before.Round)); err != nil {
				return err
			}
			if err := ripple(ctx, tx, b.lock.ID, cardSubject(e.ID, e.before.Round), e.Offered); err != nil {
				return err
			}
		}
	}
	return insert(ctx, tx, "messages", newMessageColumns, values, ` ON CONFLICT (workspace_id, subject) DO UPDATE SET wanted = messages.wanted + 1`)
}

// orNull keeps an empty key out of its unique index.
func orNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}
