package handoff

import (
	"cmp"
	"math"
	"slices"
)

// WarningKind says what a warning is about. Its sentence stands in the catalogue.
type WarningKind string

// The warnings, in the order in which they are told.
const (
	WarnOverFiltering WarningKind = "over_filtering" // marketing hands over fewer and surer leads: people who would become customers are left out
	WarnNeedHunting   WarningKind = "need_hunting"   // marketing asks for budget, timeline or need, which is for sales to find out
	WarnPileUp        WarningKind = "pile_up"        // leads are not decided
	WarnBadData       WarningKind = "bad_data"       // the data of one campaign's leads has gone bad
)

// Warning is one thing to look at, with the numbers that carry it.
type Warning struct {
	Kind WarningKind

	// Of WarnOverFiltering the acceptance, of WarnBadData the rejections for data: of late and before.
	Now, Before Proportion
	// Of WarnOverFiltering: leads received in a week, of late and before. Of WarnPileUp: leads past due, and received in a
	// usual week.
	Leads, Usual float64

	Campaign string   // of WarnBadData
	Where    Hunted   // of WarnNeedHunting
	Words    []string // of WarnNeedHunting: what asks, as it is written
}

// How warnings look back.
const (
	filterWeeks = 4           // what over-filtering calls "of late"; the weeks of the norm before them are "before"
	highShare   = 0.5         // of acceptance: the whole interval must be above it
	fewerLeads  = 0.75        // of the leads that came in before: no more may come in of late
	surer       = 10          // a campaign's data is looked at in every week of every campaign: that much surer than a direction
	fewestWeeks = filterWeeks // of the norm, without which over-filtering is not looked for
)

// warnings finds what there is to look at.
func (l Ledger) warnings(f Figures) []Warning {
	var all []Warning
	if w, ok := l.overFiltering(f); ok {
		all = append(all, w)
	}
	all = append(all, l.needHunting()...)
	if w, ok := pileUp(f); ok {
		all = append(all, w)
	}
	return append(all, l.badData(f)...)
}

// overFiltering is found when the acceptance of the last four weeks is high and clearly above that of the weeks before them, the leads
// received are clearly fewer, and both hold in each half of the four weeks, so that no single week makes it. A week that is
// not over has received less than a week, and is not judged.
func (l Ledger) overFiltering(f Figures) (Warning, bool) {
	last := len(f.Trend)
	if f.Running || last < filterWeeks+fewestWeeks {
		return Warning{}, false
	}
	half := last - filterWeeks/2
	late, earlier := f.Trend[last-filterWeeks:], f.Trend[max(0, last-filterWeeks-NormWeeks):last-filterWeeks]
	w := Warning{
		Kind: WarnOverFiltering, Now: l.acceptedIn(filterWeeks, 0), Before: l.acceptedIn(filterWeeks+len(earlier), filterWeeks),
		Leads: perWeek(receivedIn(late), len(late)), Usual: perWeek(receivedIn(earlier), len(earlier)),
	}
	low, _ := w.Now.Interval()
	if low <= highShare || Compare(w.Now, w.Before, 1) != Up || !fewer(late, earlier) {
		return Warning{}, false
	}
	for i, weeks := range [][]Counts{f.Trend[half:], f.Trend[last-filterWeeks : half]} {
		accepted := l.acceptedIn(filterWeeks/2*(i+1), filterWeeks/2*i)
		if accepted.Share() <= w.Before.Share() || perWeek(receivedIn(weeks), len(weeks)) >= w.Usual {
			return Warning{}, false
		}
	}
	return w, true
}

// acceptedIn is the acceptance of the weeks from so many weeks back until before so many weeks back, the last one being 0.
func (l Ledger) acceptedIn(from, until int) Proportion {
	var p Proportion
	for i := len(l.Tallies) - from; i < len(l.Tallies)-until; i++ {
		if i >= 0 {
			p = p.Plus(total(l.Tallies[i], l.Reasons))
		}
	}
	return p
}

func receivedIn(weeks []Counts) (n int) {
	for _, c := range weeks {
		n += c.Received
	}
	return n
}

// fewer tells whether clearly fewer leads a week came in, by a quarter at least. If nothing had changed, each lead would have come in the late weeks
// with their share of all weeks. Leads come in bursts (a fair, a webinar), so that neighbouring weeks differ more than by chance:
// the counts are divided by how much more the earlier ones did (half of the mean square of their differences by their mean, at
// least one).
func fewer(late, earlier []Counts) bool {
	mean := perWeek(receivedIn(earlier), len(earlier))
	var squares float64
	for i, c := range earlier[1:] {
		step := float64(c.Received - earlier[i].Received)
		squares += step * step
	}
	spread := 1.0
	if mean > 0 {
		spread = max(1, squares/2/float64(len(earlier)-1)/mean)
	}
	scaled := func(n int) int { return int(math.Round(float64(n) / spread)) }
	both := receivedIn(late) + receivedIn(earlier)
	p := Proportion{Count: scaled(receivedIn(late)), Of: scaled(both)}
	_, high := p.Interval()
	return !p.Small() && perWeek(receivedIn(late), len(late)) <= fewerLeads*mean && high < float64(len(late))/float64(len(late)+len(earlier))
}

// pileUp is found when more leads are past due than come in in a usual week.
func pileUp(f Figures) (Warning, bool) {
	late := f.Backlog.Overdue
	if f.Norm == 0 || late < SmallBase || float64(late) < f.Usual {
		return Warning{}, false
	}
	return Warning{Kind: WarnPileUp, Leads: float64(late), Usual: f.Usual}, true
}

// badData finds the campaigns whose leads were rejected for their data clearly more often than the campaign's own in the
// norm.
func (l Ledger) badData(f Figures) []Warning {
	var week, before []Tally
	if last := len(l.Tallies) - 1; last >= 0 {
		week = l.Tallies[last]
		for _, tallies := range l.Tallies[max(0, last-f.Norm):last] {
			before = append(before, tallies...)
		}
	}
	now, then := l.dataByCampaign(week), l.dataByCampaign(before)
	var all []Warning
	tests := 0
	for campaign, p := range now {
		if !p.Small() && !then[campaign].Small() {
			tests++
			all = append(all, Warning{Kind: WarnBadData, Campaign: campaign, Now: p, Before: then[campaign]})
		}
	}
	all = slices.DeleteFunc(all, func(w Warning) bool { return w.Now.Count < SmallBase || Compare(w.Now, w.Before, tests*surer) != Up })
	slices.SortFunc(all, func(a, b Warning) int { return cmp.Compare(a.Campaign, b.Campaign) })
	return all
}

// dataByCampaign is how many leads of each named campaign were rejected for their data, of those that say something about
// the choice of leads.
func (l Ledger) dataByCampaign(tallies []Tally) map[string]Proportion {
	by := map[string]Proportion{}
	for _, t := range tallies {
		p := Proportion{Of: acceptance(t, l.Reasons).Of}
		if t.Verdict == Reject && l.Reasons.Lane(t.Reason) == LaneData {
			p.Count = t.Count
		}
		if t.Campaign != "" && p.Of > 0 {
			by[t.Campaign] = by[t.Campaign].Plus(p)
		}
	}
	return by
}
