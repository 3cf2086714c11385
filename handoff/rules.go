package handoff

import (
	"cmp"
	"slices"
	"time"
	"unicode/utf8"
)

// MaxText is how many characters a note may have, and any other text of a lead.
const (
	MaxNote = 2000
	MaxText = 500
)

// MaxBack is how far away the day may be on which a lead comes back.
const MaxBack = 2 * 365 * 24 * time.Hour

// Rules are what the decisions of one workspace follow.
type Rules struct {
	Reasons       Reasons
	Hours         Hours
	Due           DueTimes
	Routes        []Route // where a lead can be passed on to
	AnyoneDecides bool    // nobody was named for sales yet
	AnyoneAnswers bool    // nobody was named for marketing yet
}

// DueAt returns when a lead offered at this time should be decided.
func (r Rules) DueAt(offered time.Time, asksContact bool) time.Time {
	return r.Hours.Add(offered, r.Due.Within(asksContact))
}

// Accept returns the decision that makes the lead's round an SQL. It fails as MayDecide does, with ErrRoundOver
// when the lead has moved on to another round, with ErrErased, and with FieldErrors when the need note is missing or too long, or
// another answer is none of those offered. Whether the round is still undecided is for the caller to look up: see
// Decided.
func (r Rules) Accept(l Lead, round int, a Actor, in Acceptance, now time.Time) (Decision, error) {
	if err := r.ready(l, round, a); err != nil {
		return Decision{}, err
	}
	var wrong FieldErrors
	note := checkNote("need", in.Need, true, &wrong)
	in.Horizon, in.Foreseen = cmp.Or(in.Horizon, HorizonUnknown), cmp.Or(in.Foreseen, ForeseenUnsure)
	if !slices.Contains(Horizons(), in.Horizon) {
		wrong = append(wrong, FieldError{Field: "horizon", Problem: Unknown})
	}
	if !slices.Contains(ForeseenAnswers(), in.Foreseen) {
		wrong = append(wrong, FieldError{Field: "foreseen", Problem: Unknown})
	}
	if err := wrong.Err(); err != nil {
		return Decision{}, err
	}
	d := r.decision(l, a, now)
	d.Verdict, d.Note, d.Horizon, d.Foreseen = Accept, note, in.Horizon, in.Foreseen
	return d, nil
}

// Reject returns the decision that the round is not an SQL, or not now when the reason recycles. It fails as
// Accept does, with FieldErrors when the reason is unknown or no longer offered, a note that it asks for is missing, the day to
// come back is not in the future, or there is no such route to pass the lead on to; and with ErrThere when it is that route's.
func (r Rules) Reject(l Lead, round int, a Actor, in Rejection, now time.Time) (Decision, error) {
	if err := r.ready(l, round, a); err != nil {
		return Decision{}, err
	}
	var wrong FieldErrors
	reason, ok := r.Reasons.Find(in.Reason)
	switch {
	case in.Reason == "":
		wrong = append(wrong, FieldError{Field: "reason", Problem: Missing})
	case !ok:
		wrong = append(wrong, FieldError{Field: "reason", Problem: Unknown})
	case reason.Retired:
		wrong = append(wrong, FieldError{Field: "reason", Problem: Retired})
	}
	if in.To != "" && (reason.FollowUp != Reroute || !slices.ContainsFunc(r.Routes, func(to Route) bool { return to.ID == in.To })) {
		wrong = append(wrong, FieldError{Field: "route", Problem: Unknown})
	}
	note := checkNote("note", in.Note, reason.NeedsNote, &wrong)
	d := r.decision(l, a, now)
	d.Verdict, d.Reason, d.Note = Reject, reason.Key, note
	if reason.FollowUp == Recycle {
		d.Verdict = NotNow
		d.Back = in.Back
		if d.Back.IsZero() {
			d.Back = r.BackDefault(reason, now)
		}
		switch {
		case !d.Back.After(now):
			wrong = append(wrong, FieldError{Field: "back", Problem: NotFuture})
		case d.Back.After(now.Add(MaxBack)):
			wrong = append(wrong, FieldError{Field: "back", Problem: TooFar})
		}
	}
	if err := wrong.Err(); err != nil {
		return Decision{}, err
	}
	if in.To != "" && in.To == l.Route {
		return Decision{}, ErrThere
	}
	return d, nil
}

// BackDefault is when a lead comes back that is rejected now for a reason that recycles: at the start of the
// working day, the reason's number of days from today.
func (r Rules) BackDefault(reason Reason, now time.Time) time.Time {
	y, m, d := now.In(r.Hours.Zone).Date()
	return r.BackOn(y, m, d+reason.Days)
}

// BackOn is the time of a day at which a nurturing lead comes back: when work starts.
func (r Rules) BackOn(y int, m time.Month, d int) time.Time {
	return time.Date(y, m, d, 0, int(r.Hours.Start/time.Minute), 0, 0, r.Hours.Zone)
}

// Decided returns the lead as the decision leaves it. Whoever accepts a lead owns it.
func (r Rules) Decided(l Lead, d Decision) Lead {
	l.State = d.Verdict.State()
	l.Back, l.Nudge, l.Decided, l.Decider = d.Back, time.Time{}, d.At, d.By
	if d.Verdict == Accept && d.By != "" {
		l.Owner = d.By
	}
	l.Version++
	return l
}

// TakeBack returns the decision as taken back. It fails as MayTakeBack does, with ErrNotDecided when the decision was
// already taken back, with ErrRoundOver when the lead has moved on to another round, with ErrErased, and with FieldErrors when no
// reason is given.
func (r Rules) TakeBack(l Lead, d Decision, a Actor, why string, now time.Time) (Decision, error) {
	if err := r.MayTakeBack(a, d); err != nil {
		return Decision{}, err
	}
	if l.State == Erased {
		return Decision{}, ErrErased
	}
	if l.Round != d.Round {
		return Decision{}, ErrRoundOver
	}
	if !d.Stands() || l.State == Open {
		return Decision{}, ErrNotDecided
	}
	var wrong FieldErrors
	why = checkNote("why", why, true, &wrong)
	if err := wrong.Err(); err != nil {
		return Decision{}, err
	}
	d.TakenBackBy, d.TakenBackAt, d.TakenBackWhy = a.User, now, why
	return d, nil
}

// Reopened returns the lead as it is after its decision was taken back: open in the same round, due as long from
// now as a new one. Whoever owned it before it was accepted owns it again.
func (r Rules) Reopened(l Lead, d Decision, now time.Time) Lead {
	if d.Verdict == Accept {
		l.Owner = d.OwnerBefore
	}
	l.State, l.Back, l.Decided, l.Decider = Open, time.Time{}, time.Time{}, ""
	l.Version++
	return r.Begin(l, now)
}

// NewRound returns the lead offered to sales once more: because its day has come, or because the person came again.
func (r Rules) NewRound(l Lead, now time.Time) Lead {
	l.State, l.Back, l.Decided, l.Decider = Open, time.Time{}, time.Time{}, ""
	l.Round++
	l.Touches = 1
	l.Offered = now
	l.Version++
	return r.Begin(l, now)
}

// Erased returns the lead without the person: its number and what the figures count stay.
func (r Rules) Erased(l Lead) Lead {
	l.Person, l.Extras, l.Activity, l.AsksContact, l.Owner = Person{}, nil, "", false, ""
	l.State, l.Back, l.Nudge, l.Decided, l.Decider = Erased, time.Time{}, time.Time{}, time.Time{}, ""
	l.Version++
	return l
}

// ready tells whether the actor may decide on this round of the lead.
func (r Rules) ready(l Lead, round int, a Actor) error {
	if err := r.MayDecide(a); err != nil {
		return err
	}
	return l.undecided(round)
}

// undecided tells whether something can still be done about this round of the lead.
func (l Lead) undecided(round int) error {
	if l.State == Erased {
		return ErrErased
	}
	if l.Round != round {
		return ErrRoundOver
	}
	if l.State != Open {
		return ErrAlreadyDecided
	}
	return nil
}

func (r Rules) decision(l Lead, a Actor, now time.Time) Decision {
	d := Decision{Workspace: l.Workspace, LeadID: l.ID, Round: l.Round, OwnerBefore: l.Owner, By: a.User, At: now}
	if !l.Offered.IsZero() {
		took, worked := max(0, now.Sub(l.Offered)), r.Hours.Between(l.Offered, now)
		d.Took, d.Worked = &took, &worked
	}
	return d
}

// checkNote returns the note without surrounding space and adds what is wrong with it.
func checkNote(field, note string, required bool, wrong *FieldErrors) string {
	note = clean(note)
	switch {
	case note == "" && required:
		*wrong = append(*wrong, FieldError{Field: field, Problem: Missing})
	case utf8.RuneCountInString(note) > MaxNote:
		*wrong = append(*wrong, FieldError{Field: field, Problem: TooLong, Limit: MaxNote})
	}
	return note
}
