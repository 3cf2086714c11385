package handoff

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

func near(a, b float64) bool { return math.Abs(a-b) < 0.00005 }

func TestInterval(t *testing.T) {
	for _, tt := range []struct {
		p         Proportion
		low, high float64
	}{
		// From Newcombe's paper on single proportions (Statistics in Medicine 17, 1998, p. 857–872), table I.
		{Proportion{81, 263}, 0.2553, 0.3662},
		{Proportion{15, 148}, 0.0624, 0.1605},
		{Proportion{0, 20}, 0, 0.1611},
		{Proportion{1, 29}, 0.0061, 0.1718},
		{Proportion{20, 20}, 0.8389, 1},
		{Proportion{}, 0, 1},
	} {
		if low, high := tt.p.Interval(); !near(low, tt.low) || !near(high, tt.high) {
			t.Errorf("%v: got %.4f to %.4f, want %.4f to %.4f", tt.p, low, high, tt.low, tt.high)
		}
	}
}

func TestDifference(t *testing.T) {
	for _, tt := range []struct {
		p, q      Proportion
		low, high float64
	}{
		// From Newcombe's paper on differences, table II, method 10.
		{Proportion{56, 70}, Proportion{48, 80}, 0.0524, 0.3339},
		{Proportion{9, 10}, Proportion{3, 10}, 0.1705, 0.8090},
		{Proportion{6, 7}, Proportion{2, 7}, 0.0582, 0.8062},
		{Proportion{5, 56}, Proportion{0, 29}, -0.0381, 0.1926},
		{Proportion{0, 10}, Proportion{0, 20}, -0.1611, 0.2775},
		{Proportion{10, 10}, Proportion{0, 20}, 0.6791, 1},
	} {
		if low, high := tt.p.minus(tt.q, quantile(1-confidence)); !near(low, tt.low) || !near(high, tt.high) {
			t.Errorf("%v - %v: got %.4f to %.4f, want %.4f to %.4f", tt.p, tt.q, low, high, tt.low, tt.high)
		}
	}
}

func TestCompare(t *testing.T) {
	for _, tt := range []struct {
		now, before Proportion
		tests       int
		want        Direction
	}{
		{Proportion{9, 10}, Proportion{30, 100}, 1, Up},
		{Proportion{1, 20}, Proportion{50, 100}, 1, Down},
		{Proportion{5, 10}, Proportion{40, 100}, 1, Unclear},
		{Proportion{4, 4}, Proportion{0, 100}, 1, Unclear}, // small base now
		{Proportion{10, 10}, Proportion{0, 4}, 1, Unclear}, // small base before
		{Proportion{}, Proportion{}, 0, Unclear},
		{Proportion{56, 70}, Proportion{48, 80}, 1, Up},
		{Proportion{56, 70}, Proportion{48, 80}, 20, Unclear}, // one of twenty questions must be surer
		{Proportion{54, 70}, Proportion{48, 80}, 1, Unclear},  // at 95 % it would be told
	} {
		if got := Compare(tt.now, tt.before, tt.tests); got != tt.want {
			t.Errorf("%v against %v, one of %d: got %d, want %d", tt.now, tt.before, tt.tests, got, tt.want)
		}
	}
}

func drawProportion(t *rapid.T, name string) Proportion {
	of := rapid.IntRange(0, 300).Draw(t, name+" of")
	return Proportion{Count: rapid.IntRange(0, of).Draw(t, name+" count"), Of: of}
}

func TestProportionProperties(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, q := drawProportion(t, "p"), drawProportion(t, "q")
		low, high := p.Interval()
		if !(0 <= low && low <= p.Share() && p.Share() <= high && high <= 1) && p.Of > 0 {
			t.Fatalf("%v is not within %f to %f", p, low, high)
		}
		tests := rapid.IntRange(1, 13).Draw(t, "tests")
		got := Compare(p, q, tests)
		if Compare(q, p, tests) != -got {
			t.Fatal("the other way round is not the opposite")
		}
		if got != Unclear && float64(got)*(p.Share()-q.Share()) <= 0 {
			t.Fatal("the direction is not that of the shares")
		}
		if more := Compare(p, q, tests+1); more != Unclear && more != got {
			t.Fatal("more questions made an answer surer")
		}
		if (p.Of < 5 || q.Of < 5) && got != Unclear {
			t.Fatal("a direction on a base under five")
		}
	})
}

func TestSharesOrder(t *testing.T) {
	week := []Tally{
		{Source: "tiny", Verdict: Accept, Count: 4},
		{Source: "big", Verdict: Accept, Count: 1}, {Source: "big", Verdict: Reject, Reason: "wrong-size", Count: 9},
		{Source: "good", Verdict: Accept, Count: 5},
		{Source: "", First: true, Count: 3}, {Source: "back", Count: 7},
		{Source: "aside", Verdict: NotNow, Reason: "no-need-now", Count: 50}, {Source: "aside", Verdict: Reject, Reason: "other-team", Count: 50},
	}
	before := []Tally{
		{Source: "big", Verdict: Accept, Count: 60}, {Source: "big", Verdict: Reject, Reason: NoReason, Count: 20},
		{Source: "gone", Verdict: Accept, Count: 60},
	}
	got := sharesBy(func(t Tally) string { return t.Source }, week, before, DefaultReasons())
	want := []Share{
		{Name: "big", Accepted: Proportion{1, 10}, Before: Proportion{60, 80}, Change: Down},
		{Name: "good", Accepted: Proportion{5, 5}},
		{Name: "tiny", Accepted: Proportion{4, 4}},
		{Name: "", Received: 3},
	}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got  %v\nwant %v", got, want)
	}
}

func TestSharesFold(t *testing.T) {
	var week []Tally
	for i := range 500 {
		week = append(week, Tally{Campaign: fmt.Sprint(i), Verdict: Accept, Count: 500 - i}, Tally{Campaign: fmt.Sprint(i), First: true, Count: 1})
	}
	by := func(t Tally) string { return t.Campaign }
	got := sharesBy(by, week, nil, DefaultReasons())
	if len(got) != maxShares+1 || got[0].Name != "0" || got[9].Name != "9" {
		t.Fatalf("got %d rows, from %q", len(got), got[0].Name)
	}
	if last := got[maxShares]; last.Others != 490 || last.Accepted.Of != 490*491/2 || last.Received != 490 {
		t.Errorf("others: got %+v", last)
	}
	if got := sharesBy(by, week[:22], nil, DefaultReasons()); len(got) != 11 || got[10].Others != 0 {
		t.Errorf("one row beyond the list is shown by itself: got %+v", got)
	}
}
