package handoff

import (
	"slices"
	"time"
)

// When leads come in together, so many that a channel is to hear of them once and not each by each.
const (
	BurstSize = 20          // more cards than this
	BurstSpan = time.Minute // within this; and as long without a card ends it
)

// Burst is what is remembered of the cards that were made for a channel: when the newest ones were, oldest first, as
// long as they may become, or are, a burst.
type Burst struct {
	Times []time.Time `json:"times"`
	Wave  string      `json:"wave,omitempty"` // what announces the burst; empty until there is one
}

// Add returns the burst with n more cards made at this time. One that has ended is forgotten.
func (b Burst) Add(n int, at time.Time) Burst {
	recent := slices.DeleteFunc(slices.Clone(b.Times), func(t time.Time) bool { return at.Sub(t).Abs() >= BurstSpan })
	if len(recent) == 0 {
		b.Wave = ""
	}
	recent = append(recent, slices.Repeat([]time.Time{at}, min(n, BurstSize+1))...)
	keep := BurstSize + 1
	if b.Wave != "" {
		keep = 1 // only its end is waited for
	}
	b.Times = recent[max(0, len(recent)-keep):]
	return b
}

// Begins tells whether there are so many that they are to be announced, and are not yet.
func (b Burst) Begins() bool { return b.Wave == "" && len(b.Times) > BurstSize }

// Over tells whether nothing more can come of it at this time.
func (b Burst) Over(at time.Time) bool {
	return len(b.Times) == 0 || at.Sub(b.Times[len(b.Times)-1]).Abs() >= BurstSpan
}

// Wave is what the announcement of a burst says.
type Wave struct {
	Leads   int
	Open    int     // of these, not decided yet
	Sources []Named // of all, most leads first
	Owners  []Named // Slack user ids, of those that are open
}

// Named is a number of leads under the name that they have in common.
type Named struct {
	Name  string `db:"name"` // empty when they have none
	Count int    `db:"count"`
}
