package store

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"relevo/handoff"
)

// routing is how leads find their channel and their owner, within one transaction that holds the workspace's lock: so the
// turns stay exact, whoever takes leads in at the same time.
type routing struct {
	handoff.Settings
	ws        int64
	zone      *time.Location
	people    map[string]handoff.Member // who is away, or may be
	turns     map[string]handoff.Turns  // by the route's ID
	changed   map[string]bool           // the routes whose turns are to be written
	companies map[string]company        // by domain
}

// company is who deals with one.
type company struct {
	Domain  string `db:"domain"`
	Open    string `db:"open_owner"` // who owns its newest open lead that somebody owns
	Owner   string `db:"last_owner"` // who owned its last decided lead, or decided on it
	Decided millis `db:"last_decided"`
}

// loadRouting reads what all leads of a transaction have in common.
func loadRouting(ctx context.Context, on db, ws Workspace) (*routing, error) {
	r := &routing{
		Settings: ws.Settings.Settings, ws: ws.ID, zone: ws.Location(),
		people: map[string]handoff.Member{}, turns: map[string]handoff.Turns{}, changed: map[string]bool{}, companies: map[string]company{},
	}
	var people []memberRow
	err := on.list(ctx, &people, `SELECT `+memberColumns+` FROM people WHERE workspace_id = ? AND (away OR off_until > 0 OR standing = ?)`, ws.ID, handoff.StandingGone)
	if err != nil {
		return nil, err
	}
	for _, p := range people {
		r.people[p.User] = p.member()
	}
	var turns []struct {
		Route, Owner string
		handoff.Turn
	}
	if err := on.list(ctx, &turns, `SELECT route, owner, credit, day, given FROM turns WHERE workspace_id = ?`, ws.ID); err != nil {
		return nil, err
	}
	for _, t := range turns {
		r.turnsOf(t.Route)[t.Owner] = t.Turn
	}
	return r, nil
}

func (r *routing) turnsOf(route string) handoff.Turns {
	if r.turns[route] == nil {
		r.turns[route] = handoff.Turns{}
	}
	return r.turns[route]
}

// recall reads who deals with the companies of these domains, whatever came of the lead except.
func (r *routing) recall(ctx context.Context, on db, except int64, domains []string) error {
	if r == nil || len(domains) == 0 || len(r.Routes) == 0 {
		return nil
	}
	once := map[string]bool{}
	for _, d := range domains {
		once[d] = true
	}
	var rows []company
	args := slices.AppendSeq([]any{r.ws, except, r.ws, except, r.ws, except}, anys(maps.Keys(once)))
	if err := on.list(ctx, &rows, companyQuery(len(once)), args...); err != nil {
		return err
	}
	for _, c := range rows {
		r.companies[c.Domain] = c
	}
	return nil
}

// companyQuery has its conditions written so that the engines see that the index fits.
func companyQuery(n int) string {
	const of, newest = ` FROM leads WHERE workspace_id = ? AND domain = column1 AND domain <> '' AND id <> ? AND `, ` ORDER BY decided_at DESC, id DESC LIMIT 1), `
	return `SELECT column1 AS domain,
		COALESCE((SELECT owner` + of + `decided_at = 0 AND state = 'open' AND owner <> ''` + newest + `'') AS open_owner,
		COALESCE((SELECT CASE WHEN owner <> '' THEN owner ELSE decided_by END` + of + `decided_at > 0` + newest + `'') AS last_owner,
		COALESCE((SELECT decided_at` + of + `decided_at > 0` + newest + `0) AS last_decided
		FROM (` + values(n) + `) AS domains`
}

// away tells whether somebody takes no leads at a time. Of whom nothing is known, is there.
func (r *routing) away(at time.Time) func(user string) bool {
	return func(user string) bool {
		p, known := r.people[user]
		return known && (p.Standing == handoff.StandingGone || p.AwayAt(at))
	}
}

// choose returns where the lead goes that is offered now, to the first route that takes it.
func (r *routing) choose(l handoff.Lead, named string, kept ...string) handoff.Choice {
	if c, ok := r.companies[l.Domain()]; ok {
		kept = append(kept, c.Open)
		if c.Open == "" && !c.Decided.time().Before(l.Offered.AddDate(0, 0, -handoff.StickyDays)) {
			kept = append(kept, c.Owner)
		}
	}
	route, _ := r.RouteFor(l)
	return r.chooseIn(route, l, named, kept...)
}

func (r *routing) chooseIn(route handoff.Route, l handoff.Lead, named string, kept ...string) handoff.Choice {
	if len(route.Owners) > 0 {
		r.changed[route.ID] = true
	}
	return route.Choose(handoff.Offer{
		Day: l.Offered.In(r.zone).Format(time.DateOnly), Named: named, Kept: kept, Away: r.away(l.Offered),
	}, r.turnsOf(route.ID))
}

// offer gives the lead, whose round begins, its route, channel and owner: whoever the sender names, else the first of kept
// who is there, else whoever deals with its company, else whoever's turn it is. Nothing happens without routing.
func (r *routing) offer(l *handoff.Lead, named string, kept ...string) {
	if r != nil {
		r.give(l, r.choose(*l, named, kept...))
	}
}

func (r *routing) give(l *handoff.Lead, c handoff.Choice) {
	l.Route, l.Channel, l.Owner = c.Route.ID, c.Route.Channel, c.Owner
	if d := l.Domain(); d != "" && c.Owner != "" {
		r.companies[d] = company{Domain: d, Open: c.Owner}
	}
}

// lately returns who dealt with a lead that was decided not long before, or empty.
func lately(l handoff.Lead, at time.Time) string {
	if l.Decided.Before(at.AddDate(0, 0, -handoff.StickyDays)) {
		return ""
	}
	return cmp.Or(l.Owner, l.Decider)
}

// writeTurns stores whose turn it was.
func (b *batch) writeTurns(ctx context.Context, tx db) error {
	if b.ways == nil {
		return nil
	}
	var rows []any
	for route := range b.ways.changed {
		for owner, t := range b.ways.turns[route] {
			rows = append(rows, b.lock.ID, route, owner, int64(t.Credit), t.Day, int64(t.Given))
		}
	}
	clear(b.ways.changed)
	return insert(ctx, tx, "turns", "workspace_id, route, owner, credit, day, given", rows,
		` ON CONFLICT (workspace_id, route, owner) DO UPDATE SET credit = excluded.credit, day = excluded.day, given = excluded.given`)
}

// TryRoute returns where the lead would go if it were offered at this time for the first time. Nothing is changed.
func (s *Store) TryRoute(ctx context.Context, ws Workspace, l handoff.Lead, now time.Time) (c handoff.Choice, err error) {
	defer wrap(&err, "try the routes on lead %d", l.ID)
	r, err := loadRouting(ctx, s.read, ws)
	if err != nil {
		return c, err
	}
	if d := l.Domain(); d != "" {
		if err := r.recall(ctx, s.read, l.ID, []string{d}); err != nil {
			return c, err
		}
	}
	l.Offered = now
	return r.choose(l, ""), nil
}

// Assign stores whose the lead is, as the rule returns it, and returns it. by is the Slack user who wants it. The rule's error
// is returned as it is. It fails with handoff.ErrNotFound when the workspace has no such lead.
func (s *Store) Assign(ctx context.Context, ws, leadID int64, by string, now time.Time, rule func(handoff.Lead) (handoff.Lead, error)) (l handoff.Lead, err error) {
	defer wrap(&err, "assign lead %d", leadID)
	err = s.tx(ctx, func(tx db) error {
		before, err := s.lockLead(ctx, tx, ws, leadID)
		if err != nil {
			return err
		}
		if l, err = rule(before); err != nil || l.Owner == before.Owner {
			return err
		}
		return changed(ctx, tx, before, l, handoff.Event{Kind: handoff.EventAssigned, At: stored(now), Actor: by, Note: l.Owner})
	})
	if err != nil {
		return handoff.Lead{}, err
	}
	s.signal()
	return l, nil
}
