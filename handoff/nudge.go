package handoff

import "time"

// Reminders of a lead that waits for its decision. Each round has three steps, each once: half of the time is over (its
// owner), all of it (the channel's list), twice as much (the managers' lists). See docs/states.md for the diagram.

// MaxHalves is how many half-way reminders an owner gets one by one at the same time; more come as one list.
const MaxHalves = 5

// Begin returns the lead as its time to decide begins to run: due, and reminded of, anew.
func (r Rules) Begin(l Lead, from time.Time) Lead {
	l.DueFrom, l.Due = from, r.DueAt(from, l.AsksContact)
	l.Nudges = NudgeHalf
	return r.Timed(l)
}

// Hurry returns the open lead as it is when the person asks to be contacted now: due sooner, if that is sooner.
func (r Rules) Hurry(l Lead, now time.Time) Lead {
	l.AsksContact = true
	if due := r.DueAt(now, true); due.Before(l.Due) {
		l.DueFrom, l.Due = now, due
		if !l.Unwatched() {
			l = r.Timed(l)
		}
	}
	return l
}

// Unwatched tells whether nobody is ever reminded of the lead: open leads of imported history have no card.
func (l Lead) Unwatched() bool { return l.Nudges == NudgeHalf && l.Nudge.IsZero() }

// Recount returns the open lead as it is once other rules are in force: due by their hours and due times, from when its time
// began to run. A lead that is past due no longer will be listed again when it is; nobody gets a second half-way reminder.
func (r Rules) Recount(l Lead, now time.Time) Lead {
	l.Due = r.DueAt(l.DueFrom, l.AsksContact)
	if l.Unwatched() {
		return l
	}
	if l.Due.After(now) {
		l.Nudges = min(l.Nudges, NudgeOverdue)
	}
	return r.Timed(l)
}

// Timed returns the lead with the time of the next step of its reminding, in working time of the workspace.
func (r Rules) Timed(l Lead) Lead {
	within := r.Hours.Between(l.DueFrom, l.Due)
	switch l.Nudges {
	case NudgeHalf:
		l.Nudge = r.Hours.Next(r.Hours.Add(l.DueFrom, within/2))
	case NudgeOverdue:
		l.Nudge = r.Hours.Next(l.Due)
	case NudgeManager:
		l.Nudge = r.Hours.Next(r.Hours.Add(l.Due, within))
	default:
		l.Nudge = time.Time{}
	}
	return l
}

// Reminders are what is to be done about a lead now.
type Reminders struct {
	Half    bool     // its owner is reminded
	Overdue bool     // it comes onto its channel's list
	Late    []string // managers onto whose lists it comes
}

// Remind returns what is to be done about the lead now, and the lead with the time at which to look again. hours says when
// somebody works: what names one person waits until they do. managers are those who have not been told yet.
//
// Steps that nobody was there to take are caught up with in their order; but who has let all the time go by is not told
// that half of it is over.
func (r Rules) Remind(l Lead, now time.Time, hours func(user string) Hours, managers []string) (Lead, Reminders) {
	var do Reminders
	for l.State == Open && !l.Nudge.IsZero() && !now.Before(l.Nudge) {
		switch l.Nudges {
		case NudgeHalf:
			if l.Owner != "" && now.Before(l.Due) {
				if h := hours(l.Owner); !h.At(now) {
					l.Nudge = soonest(h.Next(now), l.Due)
					return l, do
				}
				do.Half = true
			}
		case NudgeOverdue:
			if !r.Hours.At(now) { // the clock went over its time while nobody was there
				l.Nudge = r.Hours.Next(now)
				return l, do
			}
			do.Overdue = true
		case NudgeManager:
			var next time.Time
			for _, m := range managers {
				if h := hours(m); h.At(now) {
					do.Late = append(do.Late, m)
				} else {
					next = soonest(next, h.Next(now))
				}
			}
			if !next.IsZero() {
				l.Nudge = next
				return l, do
			}
		}
		l.Nudges++
		l = r.Timed(l)
	}
	return l, do
}

// soonest returns the earlier of two times; the zero time is none.
func soonest(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
