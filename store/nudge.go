package store

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"relevo/handoff"
)

// Reminders are messages of the projection: in the thread of a card, or a list of its own. The table reminded says which leads
// a list shows. What a list says of them is made when it is shown.

// MaxListed is how many leads a list of reminders shows.
const MaxListed = 25

const nudgeQuery = `SELECT workspace_id, owner FROM leads WHERE nudge_at > 0 AND nudge_at <= ?
	AND workspace_id NOT IN (SELECT id FROM workspaces WHERE closed_at > 0) GROUP BY workspace_id, owner`

// NudgeDue returns the owners of the leads that somebody is to be reminded of now, by their workspaces; the owner is empty
// for leads that have none. It reads nothing but what is due.
func (s *Store) NudgeDue(ctx context.Context, now time.Time) (owners map[int64][]string, err error) {
	defer wrap(&err, "look for reminders")
	var rows []struct {
		Workspace int64  `db:"workspace_id"`
		Owner     string `db:"owner"`
	}
	if err := s.read.list(ctx, &rows, nudgeQuery, toMillis(now)); err != nil || len(rows) == 0 {
		return nil, err
	}
	owners = map[int64][]string{}
	for _, row := range rows {
		owners[row.Workspace] = append(owners[row.Workspace], row.Owner)
	}
	return owners, nil
}

// Nudge plans the reminders of a workspace that are due, as messages to post, and returns how many leads they are about. zones
// are those of owners and managers; who has none there works in the workspace's. Two processes that plan at the same time plan
// each reminder once.
func (s *Store) Nudge(ctx context.Context, ws int64, now time.Time, managers []string, zones map[string]*time.Location) (n int, err error) {
	defer wrap(&err, "plan reminders")
	err = s.tx(ctx, func(tx db) error {
		lock, err := lockWorkspace(ctx, tx, ws)
		if err != nil {
			return err
		}
		leads, err := s.leads(ctx, tx, `SELECT id, `+leadColumns+` FROM leads
			WHERE nudge_at > 0 AND nudge_at <= ? AND workspace_id = ? ORDER BY due_at, id`+s.engine.forUpdate(), toMillis(now), ws)
		if err != nil {
			return err
		}
		told, err := toldLate(ctx, tx, leads)
		if err != nil {
			return err
		}
		p := nudges{ws: lock.Workspace, now: now, lists: map[listKey][]handoff.Lead{}}
		rules := lock.Rules()
		hours := func(user string) handoff.Hours {
			if zone := zones[user]; zone != nil {
				return lock.Settings.Calendar.Hours(zone)
			}
			return rules.Hours
		}
		for _, l := range leads {
			untold := slices.DeleteFunc(slices.Clone(managers), func(m string) bool { return told[teller{l.ID, millis(toMillis(l.Due)), m}] })
			after, do := rules.Remind(l, now, hours, untold)
			p.add(l, do)
			_, err := tx.exec(ctx, `UPDATE leads SET nudge_at = ?, nudges = ? WHERE id = ?`, toMillis(after.Nudge), after.Nudges, l.ID)
			if err != nil {
				return err
			}
		}
		n = p.count
		return p.write(ctx, tx)
	})
	if err == nil && n > 0 {
		s.signal()
	}
	return n, err
}

// teller is one manager and one due time of a lead.
type teller struct {
	lead    int64
	due     millis
	manager string
}

// toldLate returns which managers' lists the leads are on already.
func toldLate(ctx context.Context, tx db, leads []handoff.Lead) (map[teller]bool, error) {
	told := map[teller]bool{}
	for some := range slices.Chunk(leads, chunk) {
		var ids []any
		for _, l := range some {
			if l.Nudges == handoff.NudgeManager {
				ids = append(ids, l.ID)
			}
		}
		if ids == nil {
			continue
		}
		var rows []struct {
			Lead   int64  `db:"lead_id"`
			Due    millis `db:"due_at"`
			Target string `db:"target"`
		}
		if err := tx.list(ctx, &rows, `SELECT lead_id, due_at, target FROM reminded WHERE kind = 'late' AND lead_id IN (`+marks(len(ids))+`)`, ids...); err != nil {
			return nil, err
		}
		for _, row := range rows {
			told[teller{row.Lead, row.Due, row.Target}] = true
		}
	}
	return told, nil
}

// nudges are the reminders that are planned together.
type nudges struct {
	ws    Workspace
	now   time.Time
	count int // leads that somebody is reminded of
	lists map[listKey][]handoff.Lead
}

// listKey is one list: of a kind, for a channel or a person.
type listKey struct {
	kind   Kind
	target string
}

func (k listKey) compare(other listKey) int {
	return cmp.Or(cmp.Compare(k.kind, other.kind), cmp.Compare(k.target, other.target))
}

func (p *nudges) add(l handoff.Lead, do handoff.Reminders) {
	add := func(kind Kind, target string) {
		p.lists[listKey{kind, target}] = append(p.lists[listKey{kind, target}], l)
	}
	if do.Half {
		add(KindHalf, l.Owner)
	}
	if do.Overdue {
		add(KindOverdue, cmp.Or(l.Channel, p.ws.LeadsChannel))
	}
	for _, m := range do.Late {
		add(KindLate, m)
	}
	if do.Half || do.Overdue || do.Late != nil {
		p.count++
	}
}

// list is what comes onto one list, and the message that shows the list today, if there is one.
type list struct {
	listKey
	fresh   []handoff.Lead
	before  []handoff.Lead // were on it already, and are to stay
	current Message        // its ID is 0 when there is none
}

func (p *nudges) write(ctx context.Context, tx db) error {
	var all []list
	for _, key := range slices.SortedFunc(maps.Keys(p.lists), listKey.compare) {
		leads := p.lists[key]
		if key.kind == KindHalf && len(leads) <= handoff.MaxHalves {
			if err := p.half(ctx, tx, leads); err != nil {
				return err
			}
			continue
		}
		l := list{listKey: key, fresh: leads}
		var err error
		if l.current, err = p.current(ctx, tx, key); err != nil {
			return err
		}
		all = append(all, l)
	}
	// Everybody who changes several lists does it in the same order, or two would wait for each other.
	slices.SortStableFunc(all, func(a, b list) int { return cmp.Compare(a.current.ID, b.current.ID) })
	for _, l := range all {
		if err := p.list(ctx, tx, l); err != nil {
			return err
		}
	}
	return nil
}

// half has an owner reminded in the threads of the cards.
func (p *nudges) half(ctx context.Context, tx db, leads []handoff.Lead) error {
	for _, l := range leads {
		m := Message{
			Workspace: p.ws.ID, Subject: fmt.Sprintf("half:%d:%d:%d", l.ID, l.Round, toMillis(l.Due)), Kind: KindHalf,
			LeadID: l.ID, Round: l.Round, Thread: cardSubject(l.ID, l.Round), Created: p.now,
		}
		if err := addMessage(ctx, tx, m); err != nil {
			return err
		}
	}
	return nil
}

// addMessage adds a message to post; nothing happens when its subject is there already.
func addMessage(ctx context.Context, tx db, m Message) error {
	return insert(ctx, tx, "messages", newMessageColumns, messageValues(m), ` ON CONFLICT (workspace_id, subject) DO NOTHING`)
}

const currentListQuery = `SELECT ` + messageColumns + ` FROM messages
	WHERE workspace_id = ? AND kind = ? AND target = ? AND kind <> 'card' ORDER BY id DESC LIMIT 1`

// current returns the message that shows a list today: the last one, if it is not posted yet or was posted today. A half-way
// list that is posted is over: what is added to it later would remind nobody.
func (p *nudges) current(ctx context.Context, tx db, key listKey) (Message, error) {
	var rows []messageRow
	if err := tx.list(ctx, &rows, currentListQuery, p.ws.ID, key.kind, key.target); err != nil || len(rows) == 0 {
		return Message{}, err
	}
	m := rows[0].message()
	if m.TS == "" || key.kind != KindHalf && p.day(m.PostedAt()) >= p.day(p.now) {
		return m, nil
	}
	return Message{}, nil
}

// day is the workspace's calendar day of a time.
func (p *nudges) day(t time.Time) string { return t.In(p.ws.Location()).Format(time.DateOnly) }

// list puts leads onto a list: onto today's message, or onto a new one, with what was there before and still waits.
func (p *nudges) list(ctx context.Context, tx db, l list) error {
	subject := l.current.Subject
	if subject == "" {
		subject = fmt.Sprintf("%s:%s:%d", l.kind, l.target, toMillis(p.now))
		waiting, err := p.waiting(ctx, tx, l)
		if err != nil {
			return err
		}
		l.before = append(l.before, waiting...)
		err = addMessage(ctx, tx, Message{Workspace: p.ws.ID, Subject: subject, Kind: l.kind, Target: l.target, Created: p.now})
		if err != nil {
			return err
		}
	} else if err := makeStale(ctx, tx, p.ws.ID, subject); err != nil {
		return err
	}
	for _, some := range []struct {
		leads      []handoff.Lead
		fresh      bool
		onConflict string
	}{
		{l.fresh, true, `UPDATE SET round = excluded.round, due_at = excluded.due_at, fresh = excluded.fresh`},
		{l.before, false, `NOTHING`},
	} {
		var values []any
		for _, lead := range some.leads {
			values = append(values, p.ws.ID, subject, lead.ID, lead.Round, toMillis(lead.Due), some.fresh, l.kind, l.target)
		}
		err := insert(ctx, tx, "reminded", "workspace_id, subject, lead_id, round, due_at, fresh, kind, target", values,
			` ON CONFLICT (workspace_id, subject, lead_id) DO `+some.onConflict)
		if err != nil {
			return err
		}
	}
	return nil
}

// waiting returns the leads that were on a list before and still wait, the oldest first, as many as there is room for.
func (p *nudges) waiting(ctx context.Context, tx db, l list) ([]handoff.Lead, error) {
	room := MaxListed - len(l.fresh) - len(l.before)
	if room <= 0 || l.kind == KindHalf {
		return nil, nil
	}
	on, args := `nudges >= 2 AND channel = ?`, []any{l.target}
	switch {
	case l.kind == KindOverdue && l.target == p.ws.LeadsChannel:
		on = `nudges >= 2 AND channel IN (?, '')`
	case l.kind == KindLate:
		on, args = `EXISTS (SELECT 1 FROM reminded r WHERE r.lead_id = leads.id AND r.due_at = leads.due_at AND r.kind = 'late' AND r.target = ?)`, []any{l.target}
	}
	var rows []leadRow
	err := tx.list(ctx, &rows, `SELECT id, round, due_at FROM leads WHERE workspace_id = ? AND state = 'open' AND due_at < ? AND `+on+`
		ORDER BY due_at, id LIMIT ?`, append(append([]any{p.ws.ID, toMillis(p.now)}, args...), MaxListed)...)
	var leads []handoff.Lead
	for _, row := range rows {
		if !slices.ContainsFunc(l.fresh, func(f handoff.Lead) bool { return f.ID == row.ID }) && len(leads) < room {
			leads = append(leads, row.lead())
		}
	}
	return leads, err
}
