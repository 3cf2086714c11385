package handoff

import "slices"

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

// Reason is why a lead is not an SQL. Its words stand in the catalogue under "reason.<key>".
type Reason struct {
	Key       string
	Lane      Lane
	FollowUp  FollowUp
	Days      int  // until a recycled lead comes back, unless the rep names another day
	NeedsNote bool // the rep must say more
}

// NoReason is the key of a rejection of which only the outcome is known. Only imported history may have it.
const NoReason = "no-reason-given"

// Reasons is a list of reasons in the order in which it is offered.
type Reasons []Reason

// DefaultReasons returns the list that every workspace starts with.
func DefaultReasons() Reasons {
	return Reasons{
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
}

// Find returns the reason with this key; false when there is none.
func (rs Reasons) Find(key string) (Reason, bool) {
	i := slices.IndexFunc(rs, func(r Reason) bool { return r.Key == key })
	if i < 0 {
		return Reason{}, false
	}
	return rs[i], true
}

// Lane returns the lane of the reason with this key, or "" when the key is not in the list
// (history without a reason, or a reason that was dropped).
func (rs Reasons) Lane(key string) Lane {
	r, _ := rs.Find(key)
	return r.Lane
}
