package handoff

import (
	"fmt"
	"strings"
	"testing"
)

func TestLoads(t *testing.T) {
	loads := Loads([]Load{
		{User: "U2", Open: 3, Overdue: 1},
		{User: "U1", Open: 9, Tallies: []Tally{{Verdict: Accept, Count: 7}, {Verdict: Reject, Reason: "wrong-size", Count: 3}, {Verdict: Reject, Reason: "other-team", Count: 2}, {Verdict: NotNow, Reason: "no-need-now", Count: 5}}},
		{User: "", Open: 4, Overdue: 1},
		{User: "U3", Tallies: []Tally{{Verdict: Accept, Count: 99}}},
	}, []string{"U0", "U1", "U9"})
	var got []string
	for _, l := range loads {
		got = append(got, fmt.Sprintf("%s %d/%d %d %v", l.User, l.Overdue, l.Open, l.Decided(), l.Acceptance(DefaultReasons())))
	}
	want := " 1/4 0 {0 0}|U2 1/3 0 {0 0}|U1 0/9 17 {7 10}|U0 0/0 0 {0 0}|U3 0/0 99 {99 99}|U9 0/0 0 {0 0}"
	if s := strings.Join(got, "|"); s != want {
		t.Errorf("got  %s\nwant %s", s, want)
	}
}
