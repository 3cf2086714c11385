package handoff

import (
	"reflect"
	"testing"
)

func TestVerdict(t *testing.T) {
	usual := []Tally{received(12), accepted(4), rejected("wrong-industry", 1), rejected("wrong-size", 3), notNow("no-need-now", 2)}
	timing := []Tally{received(12), accepted(1), rejected("wrong-size", 1), notNow("no-need-now", 30), rejected("other-team", 20)}
	for name, tt := range map[string]struct {
		weeks   int
		week    []Tally
		backlog Backlog
		want    []Finding
	}{
		"an empty week": {9, nil, Backlog{}, []Finding{{Kind: FoundQuiet}}},
		"an empty week with a pile": {9, nil, Backlog{Open: 5, Overdue: 3}, []Finding{
			{Kind: FoundQuiet}, {Kind: FoundLate, Week: Proportion{3, 5}},
		}},
		"late leads that pile up":  {9, nil, Backlog{Open: 20, Overdue: 20}, []Finding{{Kind: FoundQuiet}}}, // of that there is a warning
		"open leads, none late":    {9, nil, Backlog{Open: 5}, []Finding{{Kind: FoundQuiet}}},
		"nothing decided":          {9, []Tally{received(7), {Count: 2}}, Backlog{}, []Finding{{Kind: FoundUndecided, Week: Proportion{0, 9}}}},
		"only timing and routing":  {9, timing[2+1:], Backlog{}, []Finding{{Kind: FoundAside, Week: Proportion{0, 50}}}},
		"one decision is no aside": {9, []Tally{accepted(1), notNow("no-need-now", 9)}, Backlog{}, []Finding{{Kind: FoundAcceptance, Week: Proportion{1, 1}, Before: Proportion{32, 64}}}},
		"a usual week":             {9, usual, Backlog{}, []Finding{{Kind: FoundAcceptance, Week: Proportion{4, 8}, Before: Proportion{32, 64}}}},
		"the first week":           {1, usual, Backlog{}, []Finding{{Kind: FoundAcceptance, Week: Proportion{4, 8}}}},
		"acceptance rose": {9, []Tally{accepted(14), rejected("wrong-size", 2)}, Backlog{}, []Finding{
			{Kind: FoundAcceptance, Week: Proportion{14, 16}, Before: Proportion{32, 64}, Change: Up},
		}},
		"acceptance fell": {9, []Tally{accepted(1), rejected("wrong-size", 8), rejected("wrong-role", 4), rejected("wrong-industry", 3)}, Backlog{}, []Finding{
			{Kind: FoundAcceptance, Week: Proportion{1, 16}, Before: Proportion{32, 64}, Change: Down},
		}},
		"too little to say that it fell": {9, []Tally{accepted(4), rejected("wrong-size", 6), rejected("wrong-role", 4), rejected("wrong-industry", 2)}, Backlog{}, []Finding{
			{Kind: FoundAcceptance, Week: Proportion{4, 16}, Before: Proportion{32, 64}},
		}},
		"a week without leads, with a decision": {9, []Tally{accepted(1)}, Backlog{}, []Finding{{Kind: FoundAcceptance, Week: Proportion{1, 1}, Before: Proportion{32, 64}}}},
		"a lead, and nothing decided":           {9, []Tally{received(1)}, Backlog{}, []Finding{{Kind: FoundUndecided, Week: Proportion{0, 1}}}},
		"too few to say that it rose": {9, []Tally{accepted(4)}, Backlog{}, []Finding{
			{Kind: FoundAcceptance, Week: Proportion{4, 4}, Before: Proportion{32, 64}},
		}},
		"a reason grew": {9, []Tally{accepted(10), rejected("wrong-industry", 12), rejected("wrong-size", 3)}, Backlog{}, []Finding{
			{Kind: FoundAcceptance, Week: Proportion{10, 25}, Before: Proportion{32, 64}},
			{Kind: FoundReason, Reason: "wrong-industry", Week: Proportion{12, 25}, Before: Proportion{8, 64}, Change: Up},
		}},
		"too little to say that it grew": {9, []Tally{accepted(10), rejected("wrong-industry", 6), rejected("wrong-size", 6)}, Backlog{}, []Finding{
			{Kind: FoundAcceptance, Week: Proportion{10, 22}, Before: Proportion{32, 64}},
		}},
		"a reason shrank": {9, []Tally{accepted(10), rejected("wrong-industry", 4), rejected("wrong-role", 5), notNow("no-need-now", 9)}, Backlog{Open: 1, Overdue: 1}, []Finding{
			{Kind: FoundAcceptance, Week: Proportion{10, 19}, Before: Proportion{32, 64}},
			{Kind: FoundReason, Reason: "wrong-size", Week: Proportion{0, 19}, Before: Proportion{24, 64}, Change: Down},
			{Kind: FoundLate, Week: Proportion{1, 1}},
		}},
		"timing and routing grew": {9, timing, Backlog{}, []Finding{
			{Kind: FoundAcceptance, Week: Proportion{1, 2}, Before: Proportion{32, 64}},
		}},
		"history without reasons": {9, []Tally{accepted(10), rejected(NoReason, 12), rejected("wrong-size", 6)}, Backlog{}, []Finding{
			{Kind: FoundAcceptance, Week: Proportion{10, 28}, Before: Proportion{32, 64}},
		}},
	} {
		l := ledger(tt.weeks, usual, tt.week)
		l.Backlog = tt.backlog
		if got := l.Figures().Verdict(); !reflect.DeepEqual(got, tt.want) {
			t.Errorf("%s:\ngot  %+v\nwant %+v", name, got, tt.want)
		}
	}
}

// Two reasons that changed: the larger change is told, however the week is ordered.
func TestVerdictTellsTheLargestChange(t *testing.T) {
	l := ledger(9, []Tally{accepted(10), rejected("wrong-size", 1)}, []Tally{accepted(20), rejected("wrong-role", 12), rejected("wrong-data", 20)})
	found := l.Figures().Verdict()
	if len(found) != 2 || found[1].Reason != "wrong-data" || found[1].Change != Up {
		t.Errorf("got %+v", found)
	}
}
