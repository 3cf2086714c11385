package handoff

import "time"

// Tally counts one thing that happened, within a span of time, to leads of one source and campaign: rounds offered
// when Verdict is empty, else standing decisions.
type Tally struct {
	Source   string  `db:"source"`
	Campaign string  `db:"campaign"`
	First    bool    `db:"first"`   // of an offer: the lead's first round
	Verdict  Verdict `db:"verdict"` // empty for an offer
	Reason   string  `db:"reason"`  // of a rejection
	Count    int     `db:"count"`
}

// Pace is how long decisions took, in working time where nothing else is said.
type Pace struct {
	Timed       int // decisions whose time is known; the rest is meaningless when it is zero
	Median, P90 time.Duration
}

// Backlog is what is undecided at one time.
type Backlog struct {
	Open    int // undecided
	Overdue int // of these, past due
}

// Need is what a customer needs, as a rep wrote it down.
type Need struct {
	Number   int64  `db:"number"` // of the lead
	Company  string `db:"company"`
	Source   string `db:"source"`
	Campaign string `db:"campaign"`
	Text     string `db:"note"`
}
