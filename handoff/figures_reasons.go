package handoff

import (
	"cmp"
	"slices"
)

// ReasonCount is how often a reason was given, in the week and in the weeks of its norm. The base of marketing's
// lanes is that of the acceptance, so that neither timing nor routing moves it; the base of the other lanes is all
// decisions.
type ReasonCount struct {
	Reason       string // key
	Week, Before Proportion
	Usual        float64 // times in one week of the norm
	Change       Direction
}

// LaneCount is how often the reasons of a lane were given.
type LaneCount struct {
	Lane    Lane // empty for reasons that have none, such as NoReason
	Count   int
	Usual   float64       // times in one week of the norm
	Reasons []ReasonCount // most frequent first
}

// Answerable tells whether marketing can answer a reason of the lane that was given in the week.
func (l LaneCount) Answerable() bool { return answerable(l.Lane) && l.Count > 0 }

// lanes counts the reasons of a week by lane.
func lanes(week, before []Tally, weeks int, reasons Reasons) []LaneCount {
	rows := map[string]*ReasonCount{}
	row := func(reason string) *ReasonCount {
		if rows[reason] == nil {
			ofMarketing := reasons.Lane(reason).OfMarketing()
			rows[reason] = &ReasonCount{
				Reason: reason,
				Week:   Proportion{Of: base(week, ofMarketing, reasons)},
				Before: Proportion{Of: base(before, ofMarketing, reasons)},
			}
		}
		return rows[reason]
	}
	for _, t := range week {
		if t.Reason != "" {
			row(t.Reason).Week.Count += t.Count
		}
	}
	for _, t := range before {
		if t.Reason != "" {
			row(t.Reason).Before.Count += t.Count
		}
	}
	tests := 0
	for _, r := range rows {
		r.Usual = perWeek(r.Before.Count, weeks)
		if r.tellable() {
			tests++
		}
	}
	sums := map[Lane]*LaneCount{}
	for _, r := range rows {
		if r.tellable() {
			r.Change = Compare(r.Week, r.Before, tests)
		}
		lane := reasons.Lane(r.Reason)
		if sums[lane] == nil {
			sums[lane] = &LaneCount{Lane: lane}
		}
		sum := sums[lane]
		sum.Count += r.Week.Count
		sum.Usual += r.Usual
		if r.Week.Count > 0 || r.Change != Unclear {
			sum.Reasons = append(sum.Reasons, *r)
		}
	}
	var all []LaneCount
	for _, lane := range append(Lanes(), "") {
		if sum := sums[lane]; sum != nil && len(sum.Reasons) > 0 {
			slices.SortFunc(sum.Reasons, func(a, b ReasonCount) int {
				return cmp.Or(cmp.Compare(b.Week.Count, a.Week.Count), cmp.Compare(b.Before.Count, a.Before.Count), cmp.Compare(a.Reason, b.Reason))
			})
			all = append(all, *sum)
		}
	}
	return all
}

// tellable tells whether a change of the reason may be looked for: a reason that was hardly ever given is as small
// a base as few decisions are.
func (r ReasonCount) tellable() bool {
	return !r.Week.Small() && !r.Before.Small() && r.Week.Count+r.Before.Count >= SmallBase
}

// base is how many decisions could have had a reason of marketing's lanes, or of the others.
func base(tallies []Tally, ofMarketing bool, reasons Reasons) int {
	if ofMarketing {
		return total(tallies, reasons).Of
	}
	n := 0
	for _, t := range tallies {
		if t.Verdict != "" {
			n += t.Count
		}
	}
	return n
}

func perWeek(count, weeks int) float64 {
	if weeks == 0 {
		return 0
	}
	return float64(count) / float64(weeks)
}
