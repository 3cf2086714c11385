package handoff

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func of(source string, t Tally) Tally { t.Source = source; return t }

// Bigger bases come first; small ones stand behind them in no order of merit, and the rest is one row.
func TestRecords(t *testing.T) {
	tallies := []Tally{
		of("b", accepted(3)), of("a", rejected("wrong-size", 4)), of("a", received(9)), of("big", accepted(6)), of("big", rejected("wrong-data", 4)), of("big", notNow("no-need-now", 7)),
		of("big", rejected("other-team", 2)), of("mid", rejected(NoReason, 5)), of("", received(2)), of("back", Tally{Count: 3}),
	}
	got := fmt.Sprint(named(Records(BySource, tallies, DefaultReasons(), 9)))
	if want := "[big 0 {6 10} 9 mid 0 {0 5} 0  2 {0 0} 0 a 9 {0 4} 0 b 0 {3 3} 0]"; got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	got = fmt.Sprint(named(Records(BySource, tallies, DefaultReasons(), 2)))
	if want := "[big 0 {6 10} 9 mid 0 {0 5} 0 3 others 11 {3 7} 0]"; got != want {
		t.Errorf("folded: got  %s\nwant %s", got, want)
	}
	sum := Total(tallies, DefaultReasons())
	if sum.Received != 11 || sum.Decided() != 31 || sum.Accepted != (Proportion{9, 22}) {
		t.Errorf("in all: got %+v", sum)
	}
}

func named(records []Record) (all []string) {
	for _, r := range records {
		name := r.Name
		if r.Others > 0 {
			name = fmt.Sprint(r.Others, " others")
		}
		all = append(all, fmt.Sprint(name, " ", r.Received, " ", r.Accepted, " ", r.Aside))
	}
	return all
}

func TestRepRecords(t *testing.T) {
	by := func(user string, quarters int, tally Tally) RepTally {
		return RepTally{Tally: tally, By: user, Quarters: quarters}
	}
	got := RepRecords([]RepTally{
		by("U1", 4, accepted(4)), by("U1", 1, rejected("wrong-size", 5)), by("U1", 40, notNow("no-need-now", 1)), by("U1", -1, accepted(3)),
		by("U2", 2, accepted(1)), by("", -1, rejected(NoReason, 30)),
	}, DefaultReasons(), 5)
	if len(got) != 3 || got[0].Name != "" || got[1].Name != "U1" || got[2].Name != "U2" {
		t.Fatalf("got %+v", got)
	}
	if want := (Pace{Timed: 10, Median: 15 * time.Minute, P90: time.Hour}); got[1].Pace() != want || got[1].Aside != 1 {
		t.Errorf("got %+v, want %+v", got[1].Pace(), want)
	}
	if got[0].Pace() != (Pace{}) {
		t.Errorf("of history: got %+v", got[0].Pace())
	}
}

// However many rows there are, they add up to the whole.
func TestRecordsAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tallies := drawTallies(t, "tallies")
		top := rapid.IntRange(1, 12).Draw(t, "top")
		var sum Record
		records := Records(ByCampaign, tallies, DefaultReasons(), top)
		for i, r := range records {
			sum.Received += r.Received
			sum.Aside += r.Aside
			sum.Accepted = sum.Accepted.Plus(r.Accepted)
			if i > 0 && i < top && records[i-1].Accepted.Small() && !r.Accepted.Small() {
				t.Fatal("a small base stands before one that is not")
			}
		}
		want := Total(tallies, DefaultReasons())
		if sum.Received != want.Received || sum.Aside != want.Aside || sum.Accepted != want.Accepted || len(records) > top+1 {
			t.Fatalf("%d rows add up to %+v, want %+v", len(records), sum, want)
		}
	})
}

// How single people decide is for managers and admins of the workspace.
func TestMaySeeReps(t *testing.T) {
	for _, tt := range []struct {
		actor Actor
		want  error
	}{
		{Actor{Roles: Roles{RoleManager}}, nil}, {Actor{Roles: Roles{RoleAdmin}}, nil},
		{Actor{}, ErrNotManager}, {Actor{Roles: Roles{RoleSales, RoleMarketing}}, ErrNotManager},
		{Actor{Guest: true}, ErrGuest}, {Actor{External: true, Roles: Roles{RoleManager}}, ErrOutsider}, {Actor{Unsure: true}, ErrUnsure},
	} {
		if got := (Rules{AnyoneDecides: true}).MaySeeReps(tt.actor); !errors.Is(got, tt.want) {
			t.Errorf("%+v: got %v, want %v", tt.actor, got, tt.want)
		}
	}
}
