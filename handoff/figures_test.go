package handoff

import (
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var utc = time.UTC

func week47() Week { return Week{Year: 2026, Number: 47, Zone: utc} }

// ledger has this many weeks of tallies, the last of them for week 47.
func ledger(weeks int, before, week []Tally) Ledger {
	l := Ledger{Week: week47(), Now: week47().DigestAt(), Reasons: DefaultReasons()}
	l.First = week47().Add(1 - weeks).Start()
	for range TrendWeeks - weeks {
		l.Tallies = append(l.Tallies, nil)
	}
	for range weeks - 1 {
		l.Tallies = append(l.Tallies, before)
	}
	l.Tallies = append(l.Tallies, week)
	return l
}

func received(n int) Tally { return Tally{First: true, Count: n} }
func accepted(n int) Tally { return Tally{Verdict: Accept, Count: n} }
func rejected(reason string, n int) Tally {
	return Tally{Verdict: Reject, Reason: reason, Count: n}
}
func notNow(reason string, n int) Tally {
	return Tally{Verdict: NotNow, Reason: reason, Count: n}
}

func TestFigures(t *testing.T) {
	l := ledger(12,
		[]Tally{received(10), accepted(4), rejected("wrong-size", 1), notNow("no-need-now", 2)},
		[]Tally{received(12), {Count: 3}, accepted(3), rejected("wrong-size", 2), rejected("other-team", 1), notNow("no-need-now", 4), rejected(NoReason, 2)})
	l.Backlog, l.Pace = Backlog{Open: 7, Overdue: 2}, Pace{Timed: 9, Median: time.Hour, P90: 5 * time.Hour}
	f := l.Figures()

	if want := (Counts{Week: week47(), Received: 12, Returned: 3, Accepted: 3, Rejected: 5, NotNow: 4}); f.Counts != want {
		t.Errorf("counts: got %+v, want %+v", f.Counts, want)
	}
	if f.Counts.Offered() != 15 || f.Counts.Decided() != 12 {
		t.Errorf("got %d offered, %d decided", f.Offered(), f.Decided())
	}
	if f.Acceptance != (Proportion{3, 7}) || f.Before != (Proportion{32, 40}) || f.Change != Unclear {
		t.Errorf("acceptance: got %v, before %v, %d", f.Acceptance, f.Before, f.Change)
	}
	if f.Norm != 8 || f.Usual != 10 || len(f.Trend) != 12 || f.Trend[11] != f.Counts || f.Trend[0].Week.String() != "2026-W36" {
		t.Errorf("got a norm of %d weeks, usually %v, %d weeks from %v", f.Norm, f.Usual, len(f.Trend), f.Trend[0].Week)
	}
	if f.Backlog != l.Backlog || f.Pace != l.Pace || f.Running {
		t.Errorf("got %+v %+v, running %v", f.Backlog, f.Pace, f.Running)
	}
	want := []LaneCount{
		{Lane: LaneProfile, Count: 2, Usual: 1, Reasons: []ReasonCount{{Reason: "wrong-size", Week: Proportion{2, 7}, Before: Proportion{8, 40}, Usual: 1}}},
		{Lane: LaneTiming, Count: 4, Usual: 2, Reasons: []ReasonCount{{Reason: "no-need-now", Week: Proportion{4, 12}, Before: Proportion{16, 56}, Usual: 2}}},
		{Lane: LaneRouting, Count: 1, Reasons: []ReasonCount{{Reason: "other-team", Week: Proportion{1, 12}, Before: Proportion{0, 56}}}},
		{Lane: "", Count: 2, Reasons: []ReasonCount{{Reason: NoReason, Week: Proportion{2, 7}, Before: Proportion{0, 40}}}},
	}
	if !reflect.DeepEqual(f.Lanes, want) {
		t.Errorf("lanes: got  %+v\nwant %+v", f.Lanes, want)
	}
}

func TestFiguresWithoutAPast(t *testing.T) {
	for name, l := range map[string]Ledger{
		"first week": ledger(1, nil, []Tally{received(3), accepted(2)}),
		"no lead":    {Week: week47(), Now: week47().DigestAt(), Reasons: DefaultReasons(), Tallies: make([][]Tally, TrendWeeks)},
		"no tallies": {Week: week47(), Now: week47().DigestAt()},
	} {
		if f := l.Figures(); f.Norm != 0 || f.Usual != 0 || len(f.Trend) != 1 || f.Change != Unclear {
			t.Errorf("%s: got a norm of %d weeks, usually %v, a trend of %d weeks", name, f.Norm, f.Usual, len(f.Trend))
		}
	}
	l := ledger(4, []Tally{received(6)}, nil)
	if f := l.Figures(); f.Norm != 3 || f.Usual != 6 || len(f.Trend) != 4 {
		t.Errorf("fourth week: got a norm of %d weeks, usually %v, a trend of %d weeks", f.Norm, f.Usual, len(f.Trend))
	}
	l.Now = l.Week.Start().Add(50 * time.Hour)
	if !l.Figures().Running {
		t.Error("a week in its third day is not running")
	}
}

// A lane shows a reason that clearly vanished, and none that was never frequent.
func TestLanesShowWhatVanished(t *testing.T) {
	l := ledger(9, []Tally{rejected("wrong-size", 5), rejected("wrong-data", 1), accepted(5)}, []Tally{accepted(12)})
	f := l.Figures()
	if len(f.Lanes) != 1 || len(f.Lanes[0].Reasons) != 1 {
		t.Fatalf("got %+v", f.Lanes)
	}
	if r := f.Lanes[0].Reasons[0]; r.Reason != "wrong-size" || r.Change != Down || r.Usual != 5 {
		t.Errorf("got %+v", r)
	}
}

func drawTallies(t *rapid.T, name string) []Tally {
	keys := []string{NoReason, "dropped"}
	for _, r := range DefaultReasons() {
		keys = append(keys, r.Key)
	}
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Tally {
		tally := Tally{
			Source: rapid.StringN(0, 1, 4).Draw(t, "source"), Campaign: rapid.String().Draw(t, "campaign"),
			Count: rapid.IntRange(1, 40).Draw(t, "count"), Verdict: rapid.SampledFrom([]Verdict{"", Accept, Reject, NotNow}).Draw(t, "verdict"),
		}
		switch tally.Verdict {
		case "":
			tally.First = rapid.Bool().Draw(t, "first")
		case Reject:
			tally.Reason = rapid.SampledFrom(keys).Draw(t, "reason")
		case NotNow:
			tally.Reason = rapid.SampledFrom([]string{"no-need-now", "bad-timing", "unreachable"}).Draw(t, "reason")
		}
		return tally
	}), 0, 40).Draw(t, name)
}

// However the tallies are, nothing is lost between the sums and the rows.
func TestFiguresAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		week, before := drawTallies(t, "week"), drawTallies(t, "before")
		f := ledger(rapid.IntRange(1, 12).Draw(t, "weeks"), before, week).Figures()
		for _, shares := range [][]Share{f.Sources, f.Campaigns} {
			var sum Share
			for i, s := range shares {
				sum.Accepted, sum.Received = sum.Accepted.Plus(s.Accepted), sum.Received+s.Received
				if i > 0 && s.Others == 0 && s.Accepted.Of > shares[i-1].Accepted.Of {
					t.Fatal("a smaller base stands first")
				}
			}
			if sum.Accepted != f.Acceptance || sum.Received != f.Received || len(shares) > maxShares+1 {
				t.Fatalf("%d rows sum up to %+v, want %v of %d", len(shares), sum, f.Acceptance, f.Received)
			}
		}
		var given int
		for _, l := range f.Lanes {
			given += l.Count
			for _, r := range l.Reasons {
				if r.Week.Count > r.Week.Of || r.Before.Count > r.Before.Of {
					t.Fatalf("%+v counts more than its base", r)
				}
			}
		}
		if given != f.Rejected+f.NotNow {
			t.Fatalf("the lanes hold %d reasons, want %d", given, f.Rejected+f.NotNow)
		}
		if n := len(f.Verdict()); n < 1 || n > 3 {
			t.Fatalf("the verdict has %d findings", n)
		}
	})
}
