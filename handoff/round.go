package handoff

import "time"

// Round is one offer of a lead to sales, and what became of it. It says nothing of the person.
type Round struct {
	Lead     int64     `db:"number"`
	Round    int       `db:"round"`
	Source   string    `db:"source"`
	Campaign string    `db:"campaign"`
	Owner    string    `db:"owner"`       // of the lead now: Slack user id or empty; a name in imported history
	Received time.Time `db:"received_at"` // the lead
	Offered  time.Time `db:"offered_at"`
	Closed   time.Time `db:"closed_at"` // zero while it is open

	// The decision that stands; empty without one.
	Verdict Verdict        `db:"verdict"`
	Reason  string         `db:"reason"`
	By      string         `db:"decided_by"`
	Decided time.Time      `db:"decided_at"`
	Took    *time.Duration `db:"took"` // nil when it is not known
	Worked  *time.Duration `db:"worked"`
}

// State is what the verdict made of the lead; Open while it waits for one, Erased when the person withdrew before.
func (r Round) State() State {
	switch {
	case r.Verdict != "":
		return r.Verdict.State()
	case r.Closed.IsZero():
		return Open
	default:
		return Erased
	}
}
