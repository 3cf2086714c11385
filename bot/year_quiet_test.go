package bot

import (
	"testing"
	"time"

	"relevo/handoff"
)

// How often the digests of years in which nothing happens may raise an alarm: see docs/figures.md.
const (
	quietYears = 20
	maxFalse   = 1 // warnings in all of these years
)

// figuresOf are the figures of a week of a year that was made up, straight from its tallies.
func figuresOf(n int, weeks [52][]handoff.Tally, overdue [52]int, zone *time.Location) handoff.Figures {
	week := handoff.Week{Year: 2026, Number: n, Zone: zone}
	l := handoff.Ledger{
		Week: week, Now: week.DigestAt(), First: week.Add(1 - n).Start().Add(time.Hour), Reasons: handoff.DefaultReasons(),
		Backlog: handoff.Backlog{Open: overdue[n-1], Overdue: overdue[n-1]},
	}
	for i := n - handoff.TrendWeeks; i < n; i++ {
		if i < 0 {
			l.Tallies = append(l.Tallies, nil)
		} else {
			l.Tallies = append(l.Tallies, weeks[i])
		}
	}
	return l.Figures()
}

// In years in which nothing happens the digests hardly ever say that something did.
func TestQuietYears(t *testing.T) {
	zone := madrid(t)
	warned, reasons, acceptance, rows, digests := map[handoff.WarningKind]int{}, 0, 0, 0, 0
	for seed := range uint64(quietYears) {
		weeks, overdue := tallied(year(seed, zone), zone)
		for n := 1; n <= 52; n++ {
			f := figuresOf(n, weeks, overdue, zone)
			digests++
			for _, w := range f.Warnings {
				warned[w.Kind]++
				t.Logf("year %d, week %d: %+v", seed, n, w)
			}
			for _, found := range f.Verdict() {
				switch {
				case found.Change == handoff.Unclear:
				case found.Kind == handoff.FoundReason:
					reasons++
				default:
					acceptance++
				}
			}
			for _, shares := range [][]handoff.Share{f.Sources, f.Campaigns} {
				for _, s := range shares {
					if s.Change != handoff.Unclear {
						rows++
					}
				}
			}
		}
	}
	all := 0
	for _, n := range warned {
		all += n
	}
	t.Logf("%d digests of quiet years: %d warnings %v; the verdict told %d changes of a reason and %d of the acceptance, the tables %d of a source or campaign",
		digests, all, warned, reasons, acceptance, rows)
	if all > maxFalse {
		t.Errorf("%d false warnings in %d quiet years, want at most %d", all, quietYears, maxFalse)
	}
}

// What is planted is found in most years, whichever way chance went.
func TestPlantedYears(t *testing.T) {
	zone := madrid(t)
	bad, filtered, others := 0, 0, 0
	for seed := range uint64(quietYears) {
		weeks, overdue := tallied(year(seed, zone, planted), zone)
		foundBad, foundFiltered := false, false
		for n := 1; n <= 52; n++ {
			for _, w := range figuresOf(n, weeks, overdue, zone).Warnings {
				switch {
				case w.Kind == handoff.WarnBadData && w.Campaign == "Cold chain" && n >= badFrom && n <= badUntil:
					foundBad = true
				case w.Kind == handoff.WarnOverFiltering && n >= filteredFrom && n <= filteredFrom+7:
					foundFiltered = true
				case w.Kind == handoff.WarnOverFiltering && n > filteredFrom: // it goes on
				default:
					others++
					t.Logf("year %d, week %d: %+v", seed, n, w)
				}
			}
		}
		if foundBad {
			bad++
		}
		if foundFiltered {
			filtered++
		}
	}
	t.Logf("of %d planted years, bad data was found in %d, over-filtering within eight weeks in %d; %d other warnings", quietYears, bad, filtered, others)
	if bad < quietYears*3/4 || filtered < quietYears*3/4 || others > maxFalse {
		t.Error("too little was found, or too much")
	}
}
