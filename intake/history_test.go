package intake

import (
	"context"
	"encoding/csv"
	"os"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
)

// realTags says what the tags of the real file mean, as its owner would say it on the command line.
const realTags = "Tags:Already a student=existing-customer,Not doing further education=not-a-buyer,Diploma holder (Not Eligible)=not-a-buyer," +
	"invalid number=wrong-data,wrong number given=wrong-data,number not provided=wrong-data," +
	"Ringing=unreachable,switched off=unreachable,opp hangup=unreachable,Busy=unreachable," +
	"Interested in other courses=other-team,Interested in full time MBA=other-team,Graduation in progress=bad-timing," +
	"Will revert after reading the email=no-need-now"

// A real export of 9,240 leads is imported as history twice; what the store counts is what a count of the file by
// hand gives.
func TestRealHistory(t *testing.T) {
	const path = "../../shared/data/x-education/Leads.csv"
	if _, err := os.Stat(path); err != nil {
		t.Skip("the real file is not here:", err)
	}
	h := open(t)
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	f, err := OpenFile(in, options(func(o *FileOptions) {
		o.Map, o.Empty = []string{"external_id=Prospect ID", "source=Lead Source"}, []string{"Select"}
		o.History, o.Decision, o.Reason = true, "Converted:1=accepted,0=rejected", realTags
	}))
	if err != nil {
		t.Fatal(err)
	}
	add := func(ctx context.Context, as []handoff.Arrival) ([]handoff.Receipt, error) {
		return h.store.AddHistory(ctx, h.ws, as)
	}
	refusedWhy := map[string]int{}
	run := func() Report {
		report, err := f.Import(t.Context(), add, func(r Row) error { refusedWhy[r.Wrong.Error()]++; return nil }, func(Report) {})
		if err != nil {
			t.Fatal(err)
		}
		return report
	}

	want := countByHand(t, path)
	first := run()
	if first.Rows != 9240 || first.Good+first.Refused != 9240 || first.New != first.Good || first.Undated != first.Good {
		t.Errorf("got %+v", first)
	}
	if first.Refused != want.refused || refusedWhy["Tags: unknown_reason"] != want.refused {
		t.Errorf("refused %v, want %d", refusedWhy, want.refused)
	}
	tally := func() map[handoff.Tally]int {
		ts, err := h.store.Tally(t.Context(), h.ws.ID, tuesday, tuesday.Add(time.Second))
		if err != nil {
			t.Fatal(err)
		}
		got := map[handoff.Tally]int{}
		for _, one := range ts {
			n := one.Count
			one.Count = 0
			got[one] += n
		}
		return got
	}
	check := func() {
		got := tally()
		for key, n := range want.tally {
			if got[key] != n {
				t.Errorf("%+v: got %d, want %d", key, got[key], n)
			}
		}
		if len(got) != len(want.tally) {
			t.Errorf("%d kinds are counted, want %d", len(got), len(want.tally))
		}
	}
	check()

	second := run()
	if second.Repeated != first.Good || second.New+second.Merged+second.NewRounds != 0 {
		t.Errorf("the second time: %+v", second)
	}
	check()
	if n, err := h.store.Pending(t.Context(), tuesday); n != 0 || err != nil {
		t.Errorf("%d messages are pending, %v: history posts nothing", n, err)
	}
	if _, total, err := h.store.Leads(t.Context(), h.ws.ID, store.Filter{}, 1); total != first.Good || err != nil {
		t.Errorf("%d leads, want %d, %v", total, first.Good, err)
	}
}

type handCount struct {
	refused int
	tally   map[handoff.Tally]int
}

// countByHand counts the file with nothing of ours but the words for reasons.
func countByHand(t *testing.T, path string) handCount {
	in, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	all, err := csv.NewReader(in).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, name := range all[0] {
		at[name] = i
	}
	means := map[string]string{"": handoff.NoReason}
	for pair := range strings.SplitSeq(strings.TrimPrefix(realTags, "Tags:"), ",") {
		tag, reason, _ := strings.Cut(pair, "=")
		means[strings.ToLower(tag)] = reason
	}
	folded := map[string]string{
		"google": "Google", "bing": "Bing", "Organic Search": "Organic search", "Direct Traffic": "Direct traffic",
		"Social Media": "Social media", "Pay per Click Ads": "Paid search",
	}
	count := handCount{tally: map[handoff.Tally]int{}}
	for _, row := range all[1:] {
		tally := handoff.Tally{Source: row[at["Lead Source"]], Verdict: handoff.Accept}
		if one := folded[tally.Source]; one != "" {
			tally.Source = one
		}
		if row[at["Converted"]] == "0" {
			reason, ok := means[strings.ToLower(strings.ReplaceAll(row[at["Tags"]], "  ", " "))]
			if !ok {
				count.refused++
				continue
			}
			tally.Verdict, tally.Reason = handoff.Reject, reason
		}
		count.tally[tally]++
		count.tally[handoff.Tally{Source: tally.Source, First: true}]++
	}
	return count
}
