package handoff

import "time"

// AtOnce is how soon after a lead was offered a decision was too fast to have looked at it, and AtDue how near to its due
// time one was taken because of the clock.
const (
	AtOnce = time.Minute
	AtDue  = 15 * time.Minute
)

// Tempo is when in a lead's time somebody decided, in a week. It is for their manager alone.
type Tempo struct {
	By      string `db:"decided_by"` // Slack user id
	Decided int    `db:"decided"`    // decisions whose time is known
	AtOnce  int    `db:"at_once"`
	AtDue   int    `db:"at_due"`
}

// Shares above which decisions were taken by the clock, with their whole interval.
const (
	manyAtOnce = 0.2
	mostAtDue  = 0.5
)

// Hasty tells whether many of the decisions came within a minute of the card.
func (t Tempo) Hasty() bool { return clearlyAbove(t.AtOnce, t.Decided, manyAtOnce) }

// ByTheClock tells whether the decisions came when they were due, and not when there was something to decide.
func (t Tempo) ByTheClock() bool { return clearlyAbove(t.AtDue, t.Decided, mostAtDue) }

func clearlyAbove(count, of int, share float64) bool {
	p := Proportion{Count: count, Of: of}
	low, _ := p.Interval()
	return !p.Small() && low > share
}
