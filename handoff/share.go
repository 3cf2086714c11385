package handoff

import (
	"cmp"
	"math"
	"slices"
)

// SmallBase is the base under which a share is marked as small, and no change of it is shown.
const SmallBase = 5

// maxShares is how many sources or campaigns are listed by themselves.
const maxShares = 10

// confidence is that of every interval shown. A direction is held to certainty, after the correction for how many were
// looked at: a digest is read every week, and at 95 % each question would be answered wrongly every twentieth.
const (
	confidence = 0.95
	certainty  = 0.99
)

// Proportion is a count out of a base.
type Proportion struct{ Count, Of int }

// Plus adds counts to counts and bases to bases.
func (p Proportion) Plus(q Proportion) Proportion {
	return Proportion{Count: p.Count + q.Count, Of: p.Of + q.Of}
}

// Small tells whether the base is too small to say more than the counts.
func (p Proportion) Small() bool { return p.Of < SmallBase }

// Share is the count divided by the base, from 0 to 1; 0 when the base is empty.
func (p Proportion) Share() float64 {
	if p.Of == 0 {
		return 0
	}
	return float64(p.Count) / float64(p.Of)
}

// Interval is the 95 % Wilson score interval of the share; 0 to 1 when the base is empty.
func (p Proportion) Interval() (low, high float64) { return p.wilson(quantile(1 - confidence)) }

// wilson is the score interval for z standard deviations (E. B. Wilson, JASA 22, 1927, p. 209–212). Unlike the
// textbook interval it stays within 0 and 1 and keeps its promise on small bases.
func (p Proportion) wilson(z float64) (low, high float64) {
	if p.Of == 0 {
		return 0, 1
	}
	n, share := float64(p.Of), p.Share()
	centre := (share + z*z/(2*n)) / (1 + z*z/n)
	half := z / (1 + z*z/n) * math.Sqrt(share*(1-share)/n+z*z/(4*n*n))
	return max(0, min(share, centre-half)), min(1, max(share, centre+half))
}

// quantile is how many standard deviations leave out this much on both sides together: 1.96 for 0.05.
func quantile(left float64) float64 { return math.Sqrt2 * math.Erfinv(1-left) }

// Direction is where a share went.
type Direction int

// The directions.
const (
	Down    Direction = -1
	Unclear Direction = 0 // the numbers carry no direction
	Up      Direction = 1
)

// Compare tells where a share went, from before to now. It says Up or Down only when the interval of the difference
// leaves out zero and no base is small. Tests is how many such questions are asked at once: the more, the surer each
// answer has to be.
func Compare(now, before Proportion, tests int) Direction {
	if now.Small() || before.Small() {
		return Unclear
	}
	switch low, high := now.minus(before, quantile((1-certainty)/float64(max(1, tests)))); { // Bonferroni
	case low > 0:
		return Up
	case high < 0:
		return Down
	}
	return Unclear
}

// minus is the interval of the difference of two shares for z standard deviations, two Wilson intervals combined
// (R. G. Newcombe, Statistics in Medicine 17, 1998, p. 873–890, method 10).
func (p Proportion) minus(q Proportion, z float64) (low, high float64) {
	pLow, pHigh := p.wilson(z)
	qLow, qHigh := q.wilson(z)
	diff := p.Share() - q.Share()
	return diff - math.Hypot(p.Share()-pLow, qHigh-q.Share()), diff + math.Hypot(pHigh-p.Share(), q.Share()-qLow)
}

// Share is how the leads of one source or campaign were received, in a week and in the weeks before.
type Share struct {
	Name     string // as marketing wrote it; empty when it was not said, and for others
	Others   int    // how many sources or campaigns this row sums up; zero when it is one by itself
	Received int    // leads whose first round was offered in the week
	Accepted Proportion
	Before   Proportion
	Change   Direction
}

// sharesBy counts by what name gives, bigger bases first, and folds what goes beyond the longest list into one
// last row.
func sharesBy(name func(Tally) string, week, before []Tally, reasons Reasons) []Share {
	rows := map[string]*Share{}
	row := func(t Tally) *Share {
		if rows[name(t)] == nil {
			rows[name(t)] = &Share{Name: name(t)}
		}
		return rows[name(t)]
	}
	for _, t := range week {
		r := row(t)
		r.Accepted = r.Accepted.Plus(acceptance(t, reasons))
		if t.Verdict == "" && t.First {
			r.Received += t.Count
		}
	}
	for _, t := range before {
		if r := rows[name(t)]; r != nil {
			r.Before = r.Before.Plus(acceptance(t, reasons))
		}
	}
	var shares []Share
	for _, r := range rows {
		if r.Received+r.Accepted.Of > 0 {
			shares = append(shares, *r)
		}
	}
	slices.SortFunc(shares, func(a, b Share) int {
		return cmp.Or(cmp.Compare(b.Accepted.Of, a.Accepted.Of), cmp.Compare(b.Received, a.Received), cmp.Compare(a.Name, b.Name))
	})
	shares = fold(shares)
	tests := 0
	for _, s := range shares {
		if !s.Accepted.Small() && !s.Before.Small() {
			tests++
		}
	}
	for i, s := range shares {
		shares[i].Change = Compare(s.Accepted, s.Before, tests)
	}
	return shares
}

// fold sums up the rows beyond the longest list in one, unless that would be a single row.
func fold(shares []Share) []Share {
	if len(shares) <= maxShares+1 {
		return shares
	}
	others := Share{Others: len(shares) - maxShares}
	for _, s := range shares[maxShares:] {
		others.Received += s.Received
		others.Accepted = others.Accepted.Plus(s.Accepted)
		others.Before = others.Before.Plus(s.Before)
	}
	return append(shares[:maxShares:maxShares], others)
}

// acceptance is what a tally adds to the acceptance: accepted, of accepted and rejected. Rejections for timing and
// routing say nothing about marketing's choice of leads and are left out of the base.
func acceptance(t Tally, reasons Reasons) Proportion {
	switch {
	case t.Verdict == Accept:
		return Proportion{Count: t.Count, Of: t.Count}
	case t.Verdict == Reject && reasons.Lane(t.Reason).OfMarketing():
		return Proportion{Of: t.Count}
	}
	return Proportion{}
}
