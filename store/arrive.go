package store

import (
	"context"
	"slices"
	"time"

	"relevo/handoff"
)

// chunk is how many arrivals are looked up and written together.
const chunk = 2048

// AddLeads takes arrivals in, all or none, and returns a receipt for each, in their order. The arrivals are Clean.
//
// An idempotency key or an external id seen before: nothing is changed (FateRepeated), unless the sender knows more of the
// person by now, which is filled in (FateMerged), or the lead is decided and is handed over Again: its next round. The e-mail of an open lead:
// merged into it. The e-mail of a lead that is decided or nurturing: its next round. Otherwise a new lead. Whoever
// is open afterwards has a card in the projection. An arrival with an outcome is stored as decided and has none.
func (s *Store) AddLeads(ctx context.Context, ws Workspace, as []handoff.Arrival) ([]handoff.Receipt, error) {
	return s.add(ctx, ws, as, true)
}

// AddHistory is AddLeads for what happened before Relevo: no arrival gets a card, even when it is open.
func (s *Store) AddHistory(ctx context.Context, ws Workspace, as []handoff.Arrival) ([]handoff.Receipt, error) {
	return s.add(ctx, ws, as, false)
}

func (s *Store) add(ctx context.Context, ws Workspace, as []handoff.Arrival, cards bool) (_ []handoff.Receipt, err error) {
	defer wrap(&err, "add leads")
	if len(as) == 0 {
		return nil, nil
	}
	r := &request{crowd: crowd{ws.ID, ws.Language, ws.Zone, cards}, ws: ws, arrivals: as}
	if err := s.takeRequest(ctx, r); err != nil {
		return nil, err
	}
	s.signal()
	return r.receipts, nil
}

// takeIn stores the arrivals. It locks the workspace, also when there are none.
func (s *Store) takeIn(ctx context.Context, tx db, ws Workspace, as []handoff.Arrival, cards bool) (receipts []handoff.Receipt, err error) {
	lock, err := lockWorkspace(ctx, tx, ws.ID)
	if err != nil || len(as) == 0 {
		return nil, err
	}
	lock.Language, lock.Zone = ws.Language, ws.Zone // an import may be told others than were ever stored
	var had past
	if err := tx.get(ctx, &had, anyPast, ws.ID, ws.ID); err != nil {
		return nil, err
	}
	var ways *routing
	if cards && len(lock.Settings.Routes) > 0 {
		if ways, err = loadRouting(ctx, tx, lock.Workspace); err != nil {
			return nil, err
		}
	}
	at := slices.MaxFunc(as, func(a, b handoff.Arrival) int { return a.At.Compare(b.At) }).At
	receipts = make([]handoff.Receipt, 0, len(as))
	for as := range slices.Chunk(as, chunk) {
		b := newBatch(lock, cards, len(as))
		b.at = stored(at)
		b.ways = ways
		if err := s.recall(ctx, tx, b, as, had); err != nil {
			return nil, err
		}
		if ways != nil {
			if err := ways.recall(ctx, tx, 0, keys(as, func(a handoff.Arrival) string { return a.Domain() })); err != nil {
				return nil, err
			}
		}
		for _, a := range as {
			receipts = append(receipts, b.arrive(a))
		}
		if err := b.write(ctx, tx); err != nil {
			return nil, err
		}
		lock = b.lock
	}
	_, err = tx.exec(ctx, `UPDATE workspaces SET last_number = ? WHERE id = ?`, lock.LastNumber, ws.ID)
	return receipts, err
}

// arrive takes one arrival in and returns its receipt.
func (b *batch) arrive(a handoff.Arrival) handoff.Receipt {
	a.At = stored(a.At)
	a.AsksContact = a.AsksContact || b.asks(a.Source)
	e, fate := b.seen(a), handoff.FateRepeated
	switch {
	case e != nil && e.State == handoff.Open && a.Outcome == nil && b.learns(e, a):
		a.ExternalID, a.OnceKey = "", "" // the arrival that came first has them
		b.merge(e, a)                    // the sender knows more of the person by now
		fate = handoff.FateMerged
	case e != nil && b.anew(e, a):
		a.ExternalID = ""
		b.again(e, a)
		fate = handoff.FateNewRound
	case e != nil && e.State != handoff.Erased && b.learns(e, a):
		a.ExternalID, a.OnceKey = "", ""
		b.complete(e, a)
		fate = handoff.FateMerged
	case e == nil:
		e, fate = b.take(a)
	}
	return handoff.Receipt{Number: e.Number, State: e.State, Fate: fate}
}

// asks tells whether whoever comes from a source is taken to have asked to be contacted.
func (b *batch) asks(source string) bool {
	if b.asking == nil {
		b.asking = map[string]bool{}
	}
	asks, known := b.asking[source]
	if !known {
		asks = b.rules.Due.AskedBy(source, fold)
		b.asking[source] = asks
	}
	return asks
}

// anew tells whether a lead that is known by its external id was decided, and then handed over once more. What was
// received before its round began is part of that round, however late it arrives.
func (b *batch) anew(e *entry, a handoff.Arrival) bool {
	decided := e.State != handoff.Open && e.State != handoff.Erased
	received := a.Received
	if received.IsZero() {
		received = a.At
	}
	return a.Again && decided && b.once[a.OnceKey] == nil && received.After(e.Offered)
}

// seen returns the lead that this very arrival made or joined before, or nil.
func (b *batch) seen(a handoff.Arrival) *entry {
	if e := b.once[a.OnceKey]; e != nil {
		return e
	}
	return b.external[a.ExternalID]
}

func (b *batch) take(a handoff.Arrival) (*entry, handoff.Fate) {
	e := b.byEmail[a.Email]
	switch {
	case e == nil:
		e = b.receive(a)
		b.decided(e, a)
		return e, handoff.FateNew
	case e.State == handoff.Open:
		b.merge(e, a)
		// An outcome from before the round began is not the round's.
		if a.Outcome != nil && !stored(a.Outcome.At).Before(e.Offered) {
			b.decided(e, a)
		}
		return e, handoff.FateMerged
	case a.Outcome != nil && a.At.Before(e.Offered):
		// It was decided in a round before this one: it goes into the history, and changes nothing of today.
		b.arrived(e, handoff.EventMerged, a)
		return e, handoff.FateMerged
	default:
		b.again(e, a)
		b.decided(e, a)
		return e, handoff.FateNewRound
	}
}

// receive makes a new lead.
func (b *batch) receive(a handoff.Arrival) *entry {
	b.lock.LastNumber++
	e := &entry{Lead: handoff.Lead{
		Workspace: b.lock.ID, Number: b.lock.LastNumber, Person: a.Person, Touch: a.Touch, Extras: a.Extras,
		State: handoff.Open, Round: 1, Touches: 1, Owner: a.Owner,
		Received: a.At, Offered: a.At, Version: 1,
	}}
	e.Lead = timed(b.rules.Begin(e.Lead, a.At))
	if !b.cards {
		e.Nudge = time.Time{}
	}
	if !a.Received.IsZero() {
		e.Received = stored(a.Received)
	}
	if e.Email != "" {
		b.byEmail[e.Email] = e
	}
	b.judge(e)
	if a.Outcome == nil {
		b.ways.offer(&e.Lead, a.Owner)
	}
	b.start(e, "")
	b.arrived(e, handoff.EventReceived, a)
	return e
}

// merge adds the arrival to an open lead: whoever asks to be contacted waits no longer for having come before.
func (b *batch) merge(e *entry, a handoff.Arrival) {
	b.join(e, a)
	e.Touches++
	if a.AsksContact {
		e.Lead = timed(b.rules.Hurry(e.Lead, a.At))
	}
	if b.cards && e.Unwatched() { // it has a card from now on
		e.Lead = timed(b.rules.Timed(e.Lead))
	}
	e.Version++
	b.judge(e)
	b.resume(e)
	b.arrived(e, handoff.EventMerged, a)
}

// again starts the next round of a lead that was decided.
func (b *batch) again(e *entry, a handoff.Arrival) {
	before := e.Lead
	b.join(e, a)
	e.Touch = a.Touch
	b.nextRound(e, handoff.OriginAgain, a.At)
	if a.Outcome == nil {
		b.ways.offer(&e.Lead, a.Owner, lately(before, a.At))
	}
	b.arrived(e, handoff.EventNewRound, a)
}

func (b *batch) nextRound(e *entry, origin handoff.Origin, at time.Time) {
	e.Lead = timed(b.rules.NewRound(e.Lead, at))
	if !b.cards {
		e.Nudge = time.Time{}
	}
	b.judge(e)
	b.start(e, origin)
}

// judge sets what an open lead shows of the profile in force.
func (b *batch) judge(e *entry) { e.Lead = b.lock.Profile.Judge(e.Lead, b.lock.ProfileVersion) }

// complete fills in what was missing of a lead, whatever its state, and changes nothing else of it.
func (b *batch) complete(e *entry, a handoff.Arrival) {
	b.join(e, a)
	e.Version++
	b.touch(e)
	b.arrived(e, handoff.EventMerged, a)
}

// filled returns the lead's person with what the arrival knows beyond it: also the e-mail, when it is nobody else's.
func (b *batch) filled(e *entry, a handoff.Arrival) handoff.Person {
	p := e.Person
	if p.Email == "" && b.byEmail[a.Email] == nil {
		p.Email = a.Email
	}
	return p.Fill(a.Person)
}

// learns tells whether the arrival says something of the person that was not known.
func (b *batch) learns(e *entry, a handoff.Arrival) bool {
	return b.filled(e, a) != e.Person || len(handoff.MoreExtras(e.Extras, a.Extras)) > len(e.Extras)
}

// join fills what was not known of the lead.
func (b *batch) join(e *entry, a handoff.Arrival) {
	e.Person = b.filled(e, a)
	if e.Email != "" {
		b.byEmail[e.Email] = e
	}
	e.Extras = handoff.MoreExtras(e.Extras, a.Extras)
	if e.Owner == "" {
		e.Owner = a.Owner
	}
}

func (b *batch) arrived(e *entry, kind handoff.EventKind, a handoff.Arrival) {
	b.happened(e, handoff.Event{Kind: kind, At: a.At, Actor: a.By, Source: a.Source, Campaign: a.Campaign, Note: a.Activity})
	ev := &b.events[len(b.events)-1]
	if ev.externalID = a.ExternalID; a.ExternalID != "" {
		for _, id := range append(b.same[a.ExternalID], a.ExternalID) {
			b.external[id] = e
		}
	}
	if ev.onceKey = a.OnceKey; a.OnceKey != "" {
		b.once[a.OnceKey] = e
	}
}

// decided closes the lead's round with the outcome of imported history, if there is one.
func (b *batch) decided(e *entry, a handoff.Arrival) {
	if a.Outcome == nil {
		return
	}
	o := *a.Outcome
	d := handoff.Decision{Workspace: b.lock.ID, Round: e.Round, Verdict: o.Verdict, Reason: o.Reason, Note: o.Note, Back: stored(o.Back), By: o.By, At: stored(o.At)}
	if o.Timed {
		took, worked := max(0, d.At.Sub(e.Offered)), b.rules.Hours.Between(e.Offered, d.At)
		d.Took, d.Worked = &took, &worked
	}
	d.OwnerBefore = e.Owner
	e.Lead = b.rules.Decided(e.Lead, d)
	e.round.closed, e.round.verdict, e.round.reason = d.At, d.Verdict, d.Reason
	b.decisions = append(b.decisions, decision{e, d})
	b.happened(e, decisionEvent(d))
}
