package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"relevo/handoff"
	"relevo/internal/text"
)

func statsCases(t testing.TB) map[string]Stats {
	zone := madrid(t)
	span, err := handoff.ParseSpan("", time.Date(2026, 11, 24, 15, 0, 0, 0, zone), zone)
	if err != nil {
		t.Fatal(err)
	}
	reasons := handoff.DefaultReasons()
	var all, many []handoff.Tally
	for i, week := range fullLedger(t).Tallies {
		all = append(all, week...)
		if i > 9 {
			many = append(many, longLedger(t).Tallies[i]...)
		}
	}
	many = append(many, handoff.Tally{Verdict: handoff.Accept, Count: 3, Source: hostile(1000), Campaign: hostile(1000)})
	made := func(by StatsBy, tallies []handoff.Tally) Stats {
		st := Stats{By: by, Span: span, Reasons: reasons, Total: handoff.Total(tallies, reasons)}
		switch by {
		case StatsBySource:
			st.Rows = handoff.Records(handoff.BySource, tallies, reasons, maxStats)
		case StatsByCampaign:
			st.Rows = handoff.Records(handoff.ByCampaign, tallies, reasons, maxStats)
		case StatsByReason:
			st.Lanes = handoff.LanesOf(tallies, reasons)
		}
		return st
	}
	var reps []handoff.RepTally
	for i, tally := range all {
		if tally.Verdict != "" {
			reps = append(reps, handoff.RepTally{Tally: tally, By: []string{"U0LUKE0001", "U0ANA00001", "U0LUKE0001", ""}[i%4], Quarters: i%9 - 1})
		}
	}
	reps = append(reps, handoff.RepTally{Tally: decisions("", "", handoff.Accept, "", 2), By: "U0GRACE001", Quarters: 3}, handoff.RepTally{Tally: decisions("", "", handoff.Accept, "", 2), By: "Bo <!here> Olsen", Quarters: -1})
	return map[string]Stats{
		"source": made(StatsBySource, all), "campaign": made(StatsByCampaign, all), "reason": made(StatsByReason, all),
		"campaign_many": made(StatsByCampaign, many), "reason_many": made(StatsByReason, many), "none": made(StatsBySource, nil),
		"received": made(StatsBySource, []handoff.Tally{{First: true, Count: 1}}), "accepted": made(StatsByReason, []handoff.Tally{decisions("", "", handoff.Accept, "", 1)}),
		"rep": {By: StatsByRep, Span: span, Total: handoff.RepTotal(reps, reasons), Rows: handoff.RepRecords(reps, reasons, maxStats)},
	}
}

// All stats are as their golden files, in both languages, and Slack takes them.
func TestStatsGoldens(t *testing.T) {
	s := newStage(t)
	cases := statsCases(t)
	for _, lang := range text.Languages() {
		p := texts(t).In(lang)
		var read strings.Builder
		for _, name := range []string{"source", "campaign", "reason", "rep", "campaign_many", "reason_many", "received", "accepted", "none"} {
			blocks, said := cases[name].Render(p)
			golden(t, fmt.Sprintf("stats_%s_%s.json", name, lang), indented(t, map[string]any{"blocks": blocks, "text": said}))
			fmt.Fprintf(&read, "== %s\n%s\n-- read aloud: %s\n\n", name, s.posted(blocks, said), said)
			if n := utf8.RuneCountInString(said); n > 4000 || strings.Contains(said, "<!") {
				t.Errorf("%s: the text has %d characters, or calls everybody", name, n)
			}
		}
		golden(t, "stats_"+lang+".txt", []byte(read.String()))
	}
}
