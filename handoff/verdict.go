package handoff

import (
	"cmp"
	"slices"
)

// FindingKind says what a finding is about. Its sentence stands in the catalogue.
type FindingKind string

// The findings, in the order in which they are told.
const (
	FoundQuiet      FindingKind = "quiet"      // nothing came in and nothing was decided
	FoundUndecided  FindingKind = "undecided"  // leads came in, and none was decided
	FoundAcceptance FindingKind = "acceptance" // how many were accepted, of those that say something about the choice of leads
	FoundAside      FindingKind = "aside"      // decisions were taken, all of them for timing or routing
	FoundReason     FindingKind = "reason"     // a reason of marketing's lanes clearly grew or shrank
	FoundLate       FindingKind = "late"       // open leads are past due, and do not pile up: of that there is a warning
)

// Finding is one thing that the figures say, with the numbers that carry it.
type Finding struct {
	Kind   FindingKind
	Reason string     // of FoundReason: key
	Week   Proportion // FoundUndecided: leads offered; FoundAside: decisions; FoundLate: past due, of open
	Before Proportion // FoundAcceptance and FoundReason: in the weeks of the norm
	Change Direction
}

// Verdict sums the week up in at most three findings. It tells a change only when the numbers carry it, and never holds
// timing or routing against marketing.
func (f Figures) Verdict() []Finding {
	var found []Finding
	switch {
	case f.Decided() == 0 && f.Offered() == 0:
		found = append(found, Finding{Kind: FoundQuiet})
	case f.Decided() == 0:
		found = append(found, Finding{Kind: FoundUndecided, Week: Proportion{Of: f.Offered()}})
	case f.Acceptance.Of == 0:
		found = append(found, Finding{Kind: FoundAside, Week: Proportion{Of: f.Decided()}})
	default:
		found = append(found, Finding{Kind: FoundAcceptance, Week: f.Acceptance, Before: f.Before, Change: f.Change})
	}
	if r, ok := f.moved(); ok {
		found = append(found, Finding{Kind: FoundReason, Reason: r.Reason, Week: r.Week, Before: r.Before, Change: r.Change})
	}
	if _, warned := pileUp(f); f.Backlog.Overdue > 0 && !warned {
		found = append(found, Finding{Kind: FoundLate, Week: Proportion{Count: f.Backlog.Overdue, Of: f.Backlog.Open}})
	}
	return found
}

// moved is the reason of marketing's lanes whose share changed most, among those that clearly changed.
func (f Figures) moved() (ReasonCount, bool) {
	var all []ReasonCount
	for _, lane := range f.Lanes {
		if lane.Lane != LaneProfile && lane.Lane != LaneData {
			continue // a reason that nobody gave teaches nothing
		}
		for _, r := range lane.Reasons {
			if r.Change != Unclear {
				all = append(all, r)
			}
		}
	}
	if len(all) == 0 {
		return ReasonCount{}, false
	}
	by := func(r ReasonCount) float64 { return float64(r.Change) * (r.Week.Share() - r.Before.Share()) }
	return slices.MaxFunc(all, func(a, b ReasonCount) int {
		return cmp.Or(cmp.Compare(by(a), by(b)), cmp.Compare(b.Reason, a.Reason))
	}), true
}
