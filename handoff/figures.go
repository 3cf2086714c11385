package handoff

import (
	"errors"
	"time"
)

// How far back the figures look.
const (
	TrendWeeks = 12 // shown in the chart, the week itself included
	NormWeeks  = 8  // before the week, what it is measured against
)

// ErrWeekAhead says that a week has not begun yet, so that there is nothing to count.
var ErrWeekAhead = errors.New("this week has not begun")

// Ledger is what is known of a week and of the weeks before it. See docs/figures.md for what is made of it.
type Ledger struct {
	Week    Week
	Now     time.Time
	First   time.Time // when the workspace's first lead was offered; zero when there is none
	Tallies [][]Tally // of the trend's weeks, oldest first; the last is the week's own
	Reasons Reasons
	Pace    Pace
	Backlog Backlog
	Needs   []Need
	Back    Returns // in the week
	Lately  Returns // in the ReturnWeeks that end with it
	Late    []Lead  // past due now, oldest first; empty when the digest of a later week is out
	LateAll int     // how many there are, also of those that Late leaves out

	Unanswered []Unanswered // as of now; empty like Late
	Asked      Asked
	Agreed     []Agreement // what came into force until the week\'s end, of each kind oldest first
	Answers    []Answered  // given in the week and the AnswerWeeks before it, oldest first
}

// Figures are what the digest of a week shows.
type Figures struct {
	Week    Week
	Running bool // the week is not over
	Norm    int  // how many weeks before it is measured against: NormWeeks, fewer in the beginning, zero in the first week

	Counts
	Usual   float64 // leads received in one week of the norm
	Pace    Pace
	Backlog Backlog // at the end of the week
	Trend   []Counts

	Acceptance, Before Proportion // in the week and in its norm
	Change             Direction
	Sources, Campaigns []Share
	Lanes              []LaneCount
	Reasons            Reasons // the workspace's list, by which the reasons' keys are read

	Needs   []Need
	Back    Returns // from a "not now" whose day had come, in the week
	Lately  Returns // and in the ReturnWeeks that end with it
	Late    []Lead
	LateAll int
	Owed    []Unanswered // reasons that marketing owes an answer to
	Effects []Effect     // what became of the reasons that it answered

	Warnings []Warning
	Versions Versions
}

// Counts are the sums of one week.
type Counts struct {
	Week                       Week
	Received                   int // first rounds offered
	Returned                   int // later rounds offered
	Accepted, Rejected, NotNow int // standing decisions
}

// Offered is how many rounds began.
func (c Counts) Offered() int { return c.Received + c.Returned }

// Decided is how many decisions were taken.
func (c Counts) Decided() int { return c.Accepted + c.Rejected + c.NotNow }

// Figures sums the ledger up.
func (l Ledger) Figures() Figures {
	f := Figures{
		Week: l.Week, Running: l.Now.Before(l.Week.End()), Pace: l.Pace, Backlog: l.Backlog,
		Needs: l.Needs, Back: l.Back, Lately: l.Lately, Late: l.Late, LateAll: l.LateAll, Reasons: l.Reasons,
	}
	last := len(l.Tallies) - 1
	var week, before []Tally
	if last >= 0 {
		week = l.Tallies[last]
	}
	f.Counts = count(l.Week, week)
	var received int
	for i := range last {
		w := l.Week.Add(i - last)
		if l.First.IsZero() || !w.End().After(l.First) {
			continue // before the first lead there was nothing to count
		}
		counts := count(w, l.Tallies[i])
		f.Trend = append(f.Trend, counts)
		if last-i <= NormWeeks {
			f.Norm++
			received += counts.Received
			before = append(before, l.Tallies[i]...)
		}
	}
	f.Trend = append(f.Trend, f.Counts)
	if f.Norm > 0 {
		f.Usual = float64(received) / float64(f.Norm)
	}
	f.Acceptance, f.Before = total(week, l.Reasons), total(before, l.Reasons)
	f.Change = Compare(f.Acceptance, f.Before, 1)
	f.Sources = sharesBy(func(t Tally) string { return t.Source }, week, before, l.Reasons)
	f.Campaigns = sharesBy(func(t Tally) string { return t.Campaign }, week, before, l.Reasons)
	f.Lanes = lanes(week, before, f.Norm, l.Reasons)
	f.Owed, f.Effects = l.owed(), l.effects()
	f.Warnings, f.Versions = l.warnings(f), l.versions()
	return f
}

func count(w Week, tallies []Tally) Counts {
	c := Counts{Week: w}
	for _, t := range tallies {
		switch {
		case t.Verdict == Accept:
			c.Accepted += t.Count
		case t.Verdict == Reject:
			c.Rejected += t.Count
		case t.Verdict == NotNow:
			c.NotNow += t.Count
		case t.First:
			c.Received += t.Count
		default:
			c.Returned += t.Count
		}
	}
	return c
}

func total(tallies []Tally, reasons Reasons) Proportion {
	var sum Proportion
	for _, t := range tallies {
		sum = sum.Plus(acceptance(t, reasons))
	}
	return sum
}
