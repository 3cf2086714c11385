package handoff

import (
	"slices"
	"strings"
	"time"
)

// Lane is whose knowledge a reason is.
type Lane string

// The lanes, in the order in which they are shown.
const (
	LaneProfile Lane = "profile" // marketing: not like our customer
	LaneData    Lane = "data"    // marketing: wrong or missing data
	LaneTiming  Lane = "timing"  // sales: right profile, no need yet
	LaneRouting Lane = "routing" // neither: wrong door
)

// Lanes lists the lanes in the order in which they are shown.
func Lanes() []Lane { return []Lane{LaneProfile, LaneData, LaneTiming, LaneRouting} }

// OfMarketing tells whether a rejection in this lane says something about marketing's choice of leads.
// Timing never counts against marketing, and routing against nobody.
func (l Lane) OfMarketing() bool { return l == LaneProfile || l == LaneData || l == "" }

// FollowUp is what a reason does to the lead next.
type FollowUp string

// The follow-ups.
const (
	Close   FollowUp = "close"   // the lead is rejected
	Recycle FollowUp = "recycle" // the lead is nurtured and comes back
	Reroute FollowUp = "reroute" // the lead is rejected here and belongs behind another door
)

// Reason is why a lead is not an SQL. The words of a default reason stand in the catalogue under "reason.<key>", until
// the workspace gives it a name of its own.
type Reason struct {
	Key       string   `json:"key"` // stays the same through edits
	Lane      Lane     `json:"lane"`
	FollowUp  FollowUp `json:"follow_up"`
	Days      int      `json:"days,omitzero"`       // until a recycled lead comes back, unless the rep names another day
	NeedsNote bool     `json:"needs_note,omitzero"` // the rep must say more
	Names     []Name   `json:"names,omitempty"`     // the workspace's own, oldest first; none: the catalogue's
	Retired   bool     `json:"retired,omitzero"`    // no longer offered; its history stays
	Route     string   `json:"route,omitzero"`      // of Reroute: the ID of the route that takes the lead; empty: the rep says which, or the rules do
}

// Name is what a reason was called from some time on.
type Name struct {
	Name  string    `json:"name"` // empty: the catalogue's again
	Since time.Time `json:"since"`
}

// NameAt returns what the workspace called the reason at some time; empty stands for the catalogue's words. The zero
// time means now. A name without a time of its own is from the beginning.
func (r Reason) NameAt(t time.Time) string {
	name := ""
	for _, n := range r.Names {
		if t.IsZero() || !n.Since.After(t) {
			name = n.Name
		}
	}
	return name
}

// NoReason is the key of a rejection of which only the outcome is known. Only imported history may have it.
const NoReason = "no-reason-given"

// Reasons is a list of reasons in the order in which it is offered.
type Reasons []Reason

// DefaultReasons returns the list that every workspace starts with.
func DefaultReasons() Reasons { return slices.Clone(defaultReasons) }

var defaultReasons = Reasons{
	{Key: "wrong-industry", Lane: LaneProfile, FollowUp: Close},
	{Key: "wrong-size", Lane: LaneProfile, FollowUp: Close},
	{Key: "wrong-region", Lane: LaneProfile, FollowUp: Close},
	{Key: "wrong-role", Lane: LaneProfile, FollowUp: Close},
	{Key: "not-a-buyer", Lane: LaneProfile, FollowUp: Close},
	{Key: "wrong-data", Lane: LaneData, FollowUp: Close},
	{Key: "duplicate", Lane: LaneData, FollowUp: Close},
	{Key: "no-need-now", Lane: LaneTiming, FollowUp: Recycle, Days: 90},
	{Key: "bad-timing", Lane: LaneTiming, FollowUp: Recycle, Days: 60},
	{Key: "unreachable", Lane: LaneTiming, FollowUp: Recycle, Days: 30},
	{Key: "existing-customer", Lane: LaneRouting, FollowUp: Reroute},
	{Key: "other-team", Lane: LaneRouting, FollowUp: Reroute},
	{Key: "other", Lane: LaneRouting, FollowUp: Close, NeedsNote: true},
}

// Find returns the reason with this key; false when there is none.
func (rs Reasons) Find(key string) (Reason, bool) {
	i := rs.index(key)
	if i < 0 {
		return Reason{}, false
	}
	return rs[i], true
}

// Named returns the reason with this key, or that the workspace calls so or has called so, in whatever case; false when
// there is none.
func (rs Reasons) Named(s string) (Reason, bool) {
	if r, ok := rs.Find(s); ok {
		return r, true
	}
	for _, is := range []func(Reason) bool{
		func(r Reason) bool { return strings.EqualFold(r.NameAt(time.Time{}), s) },
		func(r Reason) bool {
			return slices.ContainsFunc(r.Names, func(n Name) bool { return strings.EqualFold(n.Name, s) })
		},
	} {
		if i := slices.IndexFunc(rs, is); i >= 0 && s != "" {
			return rs[i], true
		}
	}
	return Reason{}, false
}

// Offered returns the reasons that a rep may give, in their order.
func (rs Reasons) Offered() Reasons {
	var all Reasons
	for _, r := range rs {
		if !r.Retired {
			all = append(all, r)
		}
	}
	return all
}

// Lane returns the lane of the reason with this key, or "" when the key is not in the list
// (history without a reason, or a reason that was dropped). What belongs behind another door says nothing of marketing's
// choice, whatever lane the reason stands in.
func (rs Reasons) Lane(key string) Lane {
	r, _ := rs.Find(key)
	if r.FollowUp == Reroute {
		return LaneRouting
	}
	return r.Lane
}
