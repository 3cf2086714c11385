package handoff

// Origin is how a round began; empty for a lead's first one.
type Origin string

// The origins of the rounds after the first.
const (
	OriginAgain    Origin = "again"    // the person came again after a decision
	OriginReturned Origin = "returned" // "not now" was said, and its day came
	OriginRerouted Origin = "rerouted" // it was another door's, and is offered there
)

// ReturnWeeks is how many weeks what came back is summed up over, the week itself included: in one week there are
// seldom enough to tell anything.
const ReturnWeeks = 13

// Returns are the rounds of a span that began because the day of a "not now" had come, and what became of them until
// the span was over.
type Returns struct {
	Offered  int `db:"offered"`
	Accepted int `db:"accepted"`
	Rejected int `db:"rejected"`
	NotNow   int `db:"not_now"` // sent away again
	Open     int `db:"open"`    // the rest is of people who withdrew before anybody decided
}

// Acceptance is how many were accepted of those that were decided, whatever the reason: the profile was right once
// already, and it is the time that is asked about.
func (r Returns) Acceptance() Proportion {
	return Proportion{Count: r.Accepted, Of: r.Accepted + r.Rejected + r.NotNow}
}
