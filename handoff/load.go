package handoff

import (
	"cmp"
	"slices"
)

// LoadWeeks is how far back a load looks at decisions.
const LoadWeeks = 4

// Load is what one person has to decide, and what they decided.
type Load struct {
	User    string  `db:"owner"` // Slack user id; empty for leads that nobody owns
	Open    int     `db:"open"`
	Overdue int     `db:"overdue"` // of the open ones
	Tallies []Tally `db:"-"`       // of their decisions that stand, by verdict and reason
}

// Decided is how many decisions the person took.
func (l Load) Decided() int {
	n := 0
	for _, t := range l.Tallies {
		n += t.Count
	}
	return n
}

// Acceptance is what the person accepted, of what says something about the choice of leads.
func (l Load) Acceptance(reasons Reasons) Proportion { return total(l.Tallies, reasons) }

// Loads returns the loads with those of members who have none, whoever has most to decide first. How much anybody accepts
// orders nobody: who gets which leads is not theirs to choose.
func Loads(loads []Load, members []string) []Load {
	all := slices.Clone(loads)
	for _, m := range members {
		if !slices.ContainsFunc(all, func(l Load) bool { return l.User == m }) {
			all = append(all, Load{User: m})
		}
	}
	slices.SortFunc(all, func(a, b Load) int {
		return cmp.Or(cmp.Compare(b.Overdue, a.Overdue), cmp.Compare(b.Open, a.Open), cmp.Compare(a.User, b.User))
	})
	return all
}
