package handoff

import (
	"cmp"
	"slices"
	"time"
)

// Record is how the leads of one source or campaign, or those that one person decided on, fared in a span.
type Record struct {
	Name     string // empty when it was not said, and for others
	Others   int    // how many this row sums up; zero when it is one by itself
	Received int    // leads whose first round was offered
	Accepted Proportion
	Aside    int // decisions for timing or routing: they say nothing about the choice of leads

	worked map[int]int // decisions by the quarters of an hour that they took
}

// Decided is how many decisions were taken.
func (s Record) Decided() int { return s.Accepted.Of + s.Aside }

// Pace is how long the decisions took, to the quarter of an hour.
func (s Record) Pace() Pace {
	p := Pace{}
	for _, n := range s.worked {
		p.Timed += n
	}
	quarters := make([]int, 0, len(s.worked))
	for q := range s.worked {
		quarters = append(quarters, q)
	}
	slices.Sort(quarters)
	rank := func(percent int) time.Duration {
		left := (p.Timed*percent + 99) / 100
		for _, q := range quarters {
			if left -= s.worked[q]; left <= 0 {
				return time.Duration(q) * PaceStep
			}
		}
		return 0
	}
	p.Median, p.P90 = rank(50), rank(90)
	return p
}

// PaceStep is how exact the pace of one person is.
const PaceStep = 15 * time.Minute

// RepTally counts standing decisions of one person that had one verdict and reason and took equally long.
type RepTally struct {
	Tally
	By       string `db:"decided_by"` // Slack user id; empty or a name in imported history
	Quarters int    `db:"quarters"`   // quarters of an hour of working time; -1 when that is not known
}

// Total sums tallies up.
func Total(tallies []Tally, reasons Reasons) Record {
	var s Record
	for _, t := range tallies {
		s.count(t, reasons)
	}
	return s
}

// RepTotal sums tallies of people up.
func RepTotal(tallies []RepTally, reasons Reasons) Record {
	var s Record
	for _, t := range tallies {
		s.count(t.Tally, reasons)
	}
	return s
}

// BySource is the name under which Records counts a tally by source, ByCampaign by campaign.
func BySource(t Tally) string   { return t.Source }
func ByCampaign(t Tally) string { return t.Campaign }

// Records counts by what name gives, bigger bases first. Those whose base is small stand behind them by their names, in
// no order of merit. What goes beyond the top is one last row.
func Records(name func(Tally) string, tallies []Tally, reasons Reasons, top int) []Record {
	rows := map[string]*Record{}
	for _, t := range tallies {
		row(rows, name(t)).count(t, reasons)
	}
	return ordered(rows, top)
}

// RepRecords is Records by who decided.
func RepRecords(tallies []RepTally, reasons Reasons, top int) []Record {
	rows := map[string]*Record{}
	for _, t := range tallies {
		s := row(rows, t.By)
		s.count(t.Tally, reasons)
		if t.Quarters >= 0 {
			s.worked[t.Quarters] += t.Count
		}
	}
	return ordered(rows, top)
}

// LanesOf counts the reasons of a span by lane, most frequent first.
func LanesOf(tallies []Tally, reasons Reasons) []LaneCount { return lanes(tallies, nil, 0, reasons) }

func row(rows map[string]*Record, name string) *Record {
	if rows[name] == nil {
		rows[name] = &Record{Name: name, worked: map[int]int{}}
	}
	return rows[name]
}

func (s *Record) count(t Tally, reasons Reasons) {
	switch of := acceptance(t, reasons); {
	case t.Verdict == "" && t.First:
		s.Received += t.Count
	case t.Verdict != "" && of.Of == 0:
		s.Aside += t.Count
	default:
		s.Accepted = s.Accepted.Plus(of)
	}
}

func ordered(rows map[string]*Record, top int) []Record {
	var all []Record
	for _, s := range rows {
		if s.Received+s.Decided() > 0 {
			all = append(all, *s)
		}
	}
	base := func(s Record) int {
		if s.Accepted.Small() {
			return 0
		}
		return s.Accepted.Of
	}
	slices.SortFunc(all, func(a, b Record) int { return cmp.Or(cmp.Compare(base(b), base(a)), cmp.Compare(a.Name, b.Name)) })
	if len(all) <= top+1 {
		return all
	}
	rest := Record{Others: len(all) - top, worked: map[int]int{}}
	for _, s := range all[top:] {
		rest.Received += s.Received
		rest.Accepted = rest.Accepted.Plus(s.Accepted)
		rest.Aside += s.Aside
		for q, n := range s.worked {
			rest.worked[q] += n
		}
	}
	return append(all[:top:top], rest)
}
