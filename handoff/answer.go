package handoff

import (
	"slices"
	"time"
	"unicode/utf8"
)

// Limits of answers.
const (
	MaxWhat     = 300                   // characters of what was changed
	MaxSince    = 26 * 7 * day          // how long ago a change may have been made
	AnswerWeeks = 8                     // how long digests tell what became of an answer, and how far back they look for what was before
	OwedLeads   = 3                     // how many leads make a reason one that marketing answers
	OwedAfter   = 14 * day              // how long they may have waited for it
	OwedSince   = AnswerWeeks * 7 * day // what is older is not asked for any more
	day         = 24 * time.Hour
)

// Answer is what marketing changed because of a reason: you said, we changed.
type Answer struct {
	ID        int64     `db:"id"`
	Workspace int64     `db:"workspace_id"`
	Reason    string    `db:"reason"`   // key, of a lane that counts against marketing
	Campaign  string    `db:"campaign"` // empty for all
	What      string    `db:"what"`     // was changed
	Since     time.Time `db:"since"`    // start of the day from which it holds
	By        string    `db:"answered_by"`
	At        time.Time `db:"answered_at"`
}

// MayAnswerReasons tells whether the actor may answer reasons: people of marketing, and while nobody was named for it anybody of
// the workspace but guests. ErrMarketingsTurn when not.
func (r Rules) MayAnswerReasons(a Actor) error {
	if err := r.May(a); err != nil {
		return err
	}
	if a.Roles.Has(RoleMarketing) || r.AnyoneAnswers && !a.Guest {
		return nil
	}
	return a.lacks(ErrMarketingsTurn)
}

// Answer returns the answer as it is stored. It fails as MayAnswerReasons does, and with FieldErrors when the reason is not one
// of marketing's, nothing is said, or the day is ahead or too long ago.
func (r Rules) Answer(a Actor, in Answer, now time.Time) (Answer, error) {
	if err := r.MayAnswerReasons(a); err != nil {
		return Answer{}, err
	}
	var wrong FieldErrors
	if _, ok := r.Answerable().Find(in.Reason); !ok {
		wrong = append(wrong, FieldError{Field: "reason", Problem: Unknown})
	}
	in.What = clean(in.What)
	switch {
	case in.What == "":
		wrong = append(wrong, FieldError{Field: "what", Problem: Missing})
	case utf8.RuneCountInString(in.What) > MaxWhat:
		wrong = append(wrong, FieldError{Field: "what", Problem: TooLong, Limit: MaxWhat})
	}
	switch {
	case in.Since.IsZero():
		wrong = append(wrong, FieldError{Field: "since", Problem: Missing})
	case in.Since.After(now):
		wrong = append(wrong, FieldError{Field: "since", Problem: NotPast})
	case in.Since.Before(now.Add(-MaxSince)):
		wrong = append(wrong, FieldError{Field: "since", Problem: TooLongAgo})
	}
	if err := wrong.Err(); err != nil {
		return Answer{}, err
	}
	in.By, in.At = a.User, now
	return in, nil
}

// Answerable returns the reasons that marketing can answer: those that count against it, retired ones included.
func (r Rules) Answerable() Reasons {
	return slices.DeleteFunc(slices.Clone(r.Reasons), func(reason Reason) bool { return !answerable(reason.Lane) })
}

func answerable(l Lane) bool { return l == LaneProfile || l == LaneData }

// Answered is an answer with what was decided on leads that were offered before and after the change. The tallies are of
// decisions only.
type Answered struct {
	Answer
	Before, After []Tally
}

// Effect is what became of a reason since it was answered: its share of the leads of the answer's campaign on which a
// decision says something about marketing's choice.
type Effect struct {
	Answer
	Before, After Proportion
	Change        Direction
}

// effects compares before and after; the direction is held to how many answers are looked at.
func (l Ledger) effects() []Effect {
	all := make([]Effect, len(l.Answers))
	tests := 0
	for i, a := range l.Answers {
		all[i] = Effect{Answer: a.Answer, Before: l.share(a.Answer, a.Before), After: l.share(a.Answer, a.After)}
		if !all[i].Before.Small() && !all[i].After.Small() {
			tests++
		}
	}
	for i, e := range all {
		all[i].Change = Compare(e.After, e.Before, tests)
	}
	return all
}

// share is the answered reason's share of the decisions that count.
func (l Ledger) share(a Answer, tallies []Tally) Proportion {
	var p Proportion
	for _, t := range tallies {
		if a.Campaign != "" && t.Campaign != a.Campaign {
			continue
		}
		p.Of += acceptance(t, l.Reasons).Of
		if t.Reason == a.Reason {
			p.Count += t.Count
		}
	}
	return p
}

// Unanswered is how often a reason was given since marketing answered it last.
type Unanswered struct {
	Reason string    `db:"reason"`
	Count  int       `db:"count"`
	Waited int       `db:"waited"` // of these, for longer than OwedAfter
	Since  time.Time `db:"since"`  // when the first of them was decided
}

// owed are the reasons that marketing owes an answer to, most frequent first.
func (l Ledger) owed() []Unanswered {
	var all []Unanswered
	for _, u := range l.Unanswered {
		if answerable(l.Reasons.Lane(u.Reason)) && u.Waited >= OwedLeads {
			all = append(all, u)
		}
	}
	slices.SortStableFunc(all, func(a, b Unanswered) int { return b.Count - a.Count })
	return all
}
