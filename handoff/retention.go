package handoff

import "time"

// Retention is after how many months leads are erased, by what became of them: counted from the decision, and from when it was
// offered for a lead that has none. 0 keeps them.
type Retention struct {
	Open      int `json:"open,omitzero"`
	Accepted  int `json:"accepted,omitzero"`
	Rejected  int `json:"rejected,omitzero"`
	Nurturing int `json:"nurturing,omitzero"`
}

// MaxRetention is how many months leads are kept at most when they are erased at all.
const MaxRetention = 240

// Months returns after how many months leads of a state are erased, 0 for never.
func (r Retention) Months(s State) int {
	return map[State]int{Open: r.Open, Accepted: r.Accepted, Rejected: r.Rejected, Nurturing: r.Nurturing}[s]
}

// On tells whether any leads are erased by their age.
func (r Retention) On() bool { return r != Retention{} }

// Cutoff returns the time at which, or before which, a lead of a state was decided, or offered, that is erased now: the zero
// time when none is. A month back from 31 March is the last day of February.
func (r Retention) Cutoff(s State, now time.Time) time.Time {
	months := r.Months(s)
	if months <= 0 {
		return time.Time{}
	}
	at := now.AddDate(0, -months, 0)
	if at.Day() != now.Day() {
		at = at.AddDate(0, 0, -at.Day())
	}
	return at
}

// Check returns the retention, or FieldErrors for the fields open, accepted, rejected and nurturing.
func (r Retention) Check() (Retention, error) {
	var wrong FieldErrors
	for _, f := range []struct {
		field  string
		months int
	}{{"open", r.Open}, {"accepted", r.Accepted}, {"rejected", r.Rejected}, {"nurturing", r.Nurturing}} {
		if f.months < 0 || f.months > MaxRetention {
			wrong = append(wrong, FieldError{Field: f.field, Problem: OutOfRange, Limit: MaxRetention})
		}
	}
	if wrong != nil {
		return Retention{}, wrong
	}
	return r, nil
}
