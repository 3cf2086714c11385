package bot

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"relevo/handoff"
)

// A year of leads that was made up: what comes in varies as it does, with weeks that are busier than chance alone would make
// them, a slow August and a slow Christmas. Nothing else changes, unless it is planted. The same seed makes the same year.

// effort is a campaign: how many leads it brings in a week, and what sales makes of them.
type effort struct {
	source, campaign string
	weekly           float64
	outcomes         map[string]float64 // share by the key of the reason, "" for accepted
}

// lived is one lead of the year.
type lived struct {
	source, campaign string
	reason           string // empty for accepted
	offered, decided time.Time
}

// plant changes an effort in a week of the year.
type plant func(week int, e *effort)

func efforts() []effort {
	outcomes := func(accepted, size, industry, buyer, data float64) map[string]float64 {
		return map[string]float64{
			"": accepted, "wrong-size": size, "wrong-industry": industry, "not-a-buyer": buyer, "wrong-data": data, "wrong-role": 0.04, "duplicate": 0.01,
			"no-need-now": 0.14, "bad-timing": 0.06, "existing-customer": 0.04,
		}
	}
	return []effort{
		{"Google Ads", "Brand", 14, outcomes(0.30, 0.08, 0.05, 0.25, 0.04)},
		{"Webinar", "Cold chain", 12, outcomes(0.38, 0.16, 0.08, 0.04, 0.05)},
		{"Content", "Fleet guide", 10, outcomes(0.42, 0.10, 0.10, 0.05, 0.04)},
		{"Trade fair", "Logistics Madrid", 6, outcomes(0.44, 0.08, 0.08, 0.05, 0.06)},
	}
}

// season is how much of the usual comes in.
func season(week int) float64 {
	switch {
	case week >= 32 && week <= 34:
		return 0.6
	case week == 1 || week == 52:
		return 0.5
	}
	return 1
}

// year makes up the leads of 2026, oldest first.
func year(seed uint64, zone *time.Location, plants ...plant) (all []lived) {
	r := rand.New(rand.NewPCG(seed, 2026))
	for n := 1; n <= 52; n++ {
		monday := handoff.Week{Year: 2026, Number: n, Zone: zone}.Start()
		for _, e := range efforts() {
			for _, p := range plants {
				p(n, &e)
			}
			busy := math.Exp(0.2*r.NormFloat64() - 0.02)
			for range poisson(r, e.weekly*season(n)*busy) {
				l := lived{source: e.source, campaign: e.campaign, reason: drawn(r, e.outcomes)}
				l.offered = monday.AddDate(0, 0, r.IntN(5)).Add(9*time.Hour + time.Duration(r.IntN(8*60*60))*time.Second)
				l.decided = l.offered.Add(10*time.Minute + time.Duration(r.ExpFloat64()*float64(8*time.Hour)))
				if r.IntN(8) == 0 {
					l.decided = l.offered.Add(time.Duration(24+r.IntN(96)) * time.Hour) // somebody was away
				}
				all = append(all, l)
			}
		}
	}
	slices.SortFunc(all, func(a, b lived) int { return a.offered.Compare(b.offered) })
	return all
}

// drawn draws an outcome.
func drawn(r *rand.Rand, shares map[string]float64) string {
	keys := make([]string, 0, len(shares))
	sum := 0.0
	for key, share := range shares {
		keys = append(keys, key)
		sum += share
	}
	slices.Sort(keys)
	x := r.Float64() * sum
	for _, key := range keys {
		if x -= shares[key]; x < 0 {
			return key
		}
	}
	return keys[len(keys)-1]
}

// poisson draws how many of something rare came.
func poisson(r *rand.Rand, mean float64) (n int) {
	for p := r.Float64(); p > math.Exp(-mean); p *= r.Float64() {
		n++
	}
	return n
}

// verdict is what sales decided.
func (l lived) verdict(reasons handoff.Reasons) handoff.Verdict {
	reason, ok := reasons.Find(l.reason)
	switch {
	case !ok:
		return handoff.Accept
	case reason.FollowUp == handoff.Recycle:
		return handoff.NotNow
	}
	return handoff.Reject
}

// tallied counts as the store does what happened in each week of the year; the first is week 1.
func tallied(year []lived, zone *time.Location) (weeks [52][]handoff.Tally, overdue [52]int) {
	reasons, rules := handoff.DefaultReasons(), handoff.Settings{}.Rules(zone)
	counts := [52]map[handoff.Tally]int{}
	for i := range counts {
		counts[i] = map[handoff.Tally]int{}
	}
	for _, l := range year {
		offered, decided := handoff.WeekOf(l.offered, zone), handoff.WeekOf(l.decided, zone)
		counts[offered.Number-1][handoff.Tally{Source: l.source, Campaign: l.campaign, First: true}]++
		if decided.Year == 2026 && decided.Number <= 52 {
			counts[decided.Number-1][handoff.Tally{Source: l.source, Campaign: l.campaign, Verdict: l.verdict(reasons), Reason: l.reason}]++
		}
		if decided != offered && rules.DueAt(l.offered, false).Before(offered.End()) {
			overdue[offered.Number-1]++
		}
	}
	for i, of := range counts {
		for t, n := range of {
			t.Count = n
			weeks[i] = append(weeks[i], t)
		}
	}
	return weeks, overdue
}
