package handoff

import "time"

// Side is one of the two that agree.
type Side string

// The sides.
const (
	SideSales     Side = "sales"
	SideMarketing Side = "marketing"
)

// Sides lists both sides in the order in which they are shown.
func Sides() []Side { return []Side{SideSales, SideMarketing} }

// AgreementKind is what is agreed on.
type AgreementKind string

// The kinds of agreements.
const (
	AgreementDefinitions AgreementKind = "definitions"
	AgreementProfile     AgreementKind = "profile"
)

// Definitions are the agreed texts of what an MQL and an SQL are. Empty texts are the catalogue's, with which every workspace
// begins.
type Definitions struct {
	MQL string `json:"mql,omitzero"`
	SQL string `json:"sql,omitzero"`
}

// Agreement is a version of the definitions or of the profile, or a proposal to become the next.
type Agreement struct {
	ID        int64         `db:"id"`
	Workspace int64         `db:"workspace_id"`
	Kind      AgreementKind `db:"kind"`
	Version   int           `db:"version"` // from 1; 0 while it is a proposal
	Base      int           `db:"base"`    // the version that it was proposed to replace; 0 is what every workspace begins with
	Why       string        `db:"why"`
	By        string        `db:"proposed_by"` // Slack user id
	At        time.Time     `db:"proposed_at"`
	Exercise  int64         `db:"exercise_id"` // that it came out of; 0 for none

	Definitions Definitions `db:"-"` // of AgreementDefinitions
	Profile     Profile     `db:"-"` // of AgreementProfile

	SalesBy     string    `db:"sales_by"` // who signed for sales; empty while nobody did
	SalesAt     time.Time `db:"sales_at"`
	MarketingBy string    `db:"marketing_by"`
	MarketingAt time.Time `db:"marketing_at"`
	InForce     time.Time `db:"in_force_at"`  // since when it is in force; zero for a proposal
	WithdrawnBy string    `db:"withdrawn_by"` // of a proposal that was taken back or overtaken
	WithdrawnAt time.Time `db:"withdrawn_at"`
}
