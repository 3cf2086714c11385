package handoff

import "time"

// Verdict is what a rep decided.
type Verdict string

// The verdicts.
const (
	Accept Verdict = "accept"  // an SQL
	Reject Verdict = "reject"  // not an SQL
	NotNow Verdict = "not_now" // right profile, no need yet
)

// State is the state that the verdict puts a lead into.
func (v Verdict) State() State {
	switch v {
	case Accept:
		return Accepted
	case NotNow:
		return Nurturing
	default:
		return Rejected
	}
}

// Horizon is when the customer needs it.
type Horizon string

// The horizons that the accept modal offers, soonest first.
const (
	HorizonNow     Horizon = "now"     // at once
	HorizonQuarter Horizon = "quarter" // within three months
	HorizonYear    Horizon = "year"    // within a year
	HorizonUnknown Horizon = "unknown" // not said
)

// Horizons lists the horizons in the order in which they are offered.
func Horizons() []Horizon {
	return []Horizon{HorizonNow, HorizonQuarter, HorizonYear, HorizonUnknown}
}

// Foreseen is whether marketing could have known of the need.
type Foreseen string

// The answers to "could marketing have known?".
const (
	ForeseenYes    Foreseen = "yes"
	ForeseenNo     Foreseen = "no"
	ForeseenUnsure Foreseen = "unsure"
)

// ForeseenAnswers lists the answers in the order in which they are offered.
func ForeseenAnswers() []Foreseen { return []Foreseen{ForeseenYes, ForeseenNo, ForeseenUnsure} }

// Decision is a rep's verdict on one round of a lead. It is never deleted, only taken back.
type Decision struct {
	ID        int64    `db:"id"`
	Workspace int64    `db:"workspace_id"`
	LeadID    int64    `db:"lead_id"`
	Round     int      `db:"round"`
	Verdict   Verdict  `db:"verdict"`
	Reason    string   `db:"reason"`   // key; empty for Accept
	Note      string   `db:"note"`     // the need note of an acceptance, the rep's note otherwise
	Horizon   Horizon  `db:"horizon"`  // of an acceptance
	Foreseen  Foreseen `db:"foreseen"` // of an acceptance

	Back        time.Time `db:"back_at"`      // when a NotNow comes back
	OwnerBefore string    `db:"owner_before"` // who owned the lead until it was accepted
	By          string    `db:"decided_by"`   // Slack user id; empty in imported history
	At          time.Time `db:"decided_at"`

	// The versions in force when it was taken: what an MQL and an SQL are, and the profile by which the lead was judged.
	DefinitionsVersion int `db:"definitions_version"`
	ProfileVersion     int `db:"profile_version"`

	// Wall and working time between the offer and the decision; nil when the offer's time is not known.
	Took   *time.Duration `db:"took"`
	Worked *time.Duration `db:"worked"`

	TakenBackBy  string    `db:"taken_back_by"`
	TakenBackAt  time.Time `db:"taken_back_at"` // zero while the decision stands
	TakenBackWhy string    `db:"taken_back_why"`
}

// Stands tells whether the decision has not been taken back.
func (d Decision) Stands() bool { return d.TakenBackAt.IsZero() }

// Actor is a person who acts in Slack.
type Actor struct {
	User     string // Slack user id
	External bool   // belongs to another organisation (Slack Connect)
	Guest    bool   // of the workspace
	Roles    Roles
	Unsure   bool // they may have more roles: Slack has not said who is in the team's user groups
}

// Acceptance is what the accept modal asks.
type Acceptance struct {
	Need     string // what the customer needs, in the customer's words
	Horizon  Horizon
	Foreseen Foreseen
}

// Rejection is what the reject modal asks.
type Rejection struct {
	Reason string // key
	Note   string
	Back   time.Time // of a reason that recycles; zero takes the reason's own number of days
	To     string    // of a reason that reroutes: the ID of the route that the lead is passed on to; empty for nowhere
}
