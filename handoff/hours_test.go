package handoff

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestDue(t *testing.T) {
	h := DefaultHours(zone(t, "Europe/Madrid"))
	for _, tt := range []struct {
		offered string
		asks    bool
		want    string
	}{
		{"2026-11-24T10:00:00+01:00", true, "2026-11-24T12:00:00+01:00"},
		{"2026-11-24T17:00:00+01:00", true, "2026-11-25T10:00:00+01:00"},
		{"2026-11-24T16:00:00+01:00", true, "2026-11-24T18:00:00+01:00"},
		{"2026-11-24T10:00:00+01:00", false, "2026-11-24T18:00:00+01:00"},
		{"2026-11-24T10:00:01+01:00", false, "2026-11-25T09:00:01+01:00"},
		{"2026-11-27T17:00:00+01:00", false, "2026-11-30T16:00:00+01:00"}, // over a weekend
		{"2026-11-28T12:00:00+01:00", true, "2026-11-30T11:00:00+01:00"},  // on a Saturday
		{"2026-11-24T03:00:00+01:00", true, "2026-11-24T11:00:00+01:00"},  // before work
		{"2026-03-27T17:00:00+01:00", false, "2026-03-30T16:00:00+02:00"}, // over a change of clocks
		{"2026-11-24T22:30:00Z", true, "2026-11-25T11:00:00+01:00"},
	} {
		at, err := time.Parse(time.RFC3339, tt.offered)
		if err != nil {
			t.Fatal(err)
		}
		if got := h.Add(at, DueTimes{}.Within(tt.asks)).In(h.Zone).Format(time.RFC3339); got != tt.want {
			t.Errorf("offered %s, asks %v: due %s, want %s", tt.offered, tt.asks, got, tt.want)
		}
	}
}

func TestHoursWithoutWork(t *testing.T) {
	at := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	for name, h := range map[string]Hours{
		"no day":    {Zone: time.UTC, Start: 9 * time.Hour, End: 18 * time.Hour},
		"no length": {Zone: time.UTC, Start: 9 * time.Hour, End: 9 * time.Hour, Days: [7]bool{true, true}},
	} {
		if got := h.Add(at, 30*time.Hour); got != at.Add(30*time.Hour) {
			t.Errorf("%s: got %v", name, got)
		}
		if got := h.Between(at, at.Add(30*time.Hour)); got != 30*time.Hour {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func drawHours(t *rapid.T, z *time.Location) Hours {
	h := Hours{Zone: z}
	h.Start = time.Duration(rapid.IntRange(0, 23*4).Draw(t, "start")) * 15 * time.Minute
	h.End = h.Start + time.Duration(rapid.IntRange(1, int((24*time.Hour-h.Start)/(15*time.Minute))).Draw(t, "length"))*15*time.Minute
	h.Days[rapid.IntRange(0, 6).Draw(t, "day")] = true
	for i := range h.Days {
		h.Days[i] = h.Days[i] || rapid.Bool().Draw(t, "another day")
	}
	return h
}

// What Add adds is what Between counts, and Between counts every piece once.
func TestHoursProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		h := drawHours(rt, zone(t, rapid.SampledFrom(zones()).Draw(rt, "zone")))
		from := drawTime(rt, h.Zone)
		work := time.Duration(rapid.IntRange(1, 200*3600).Draw(rt, "seconds of work")) * time.Second
		to := h.Add(from, work)
		if got := h.Between(from, to); got != work {
			rt.Fatalf("added %v, between are %v", work, got)
		}
		if h.Between(to, from) != 0 {
			rt.Fatal("work in a span that ends before it starts")
		}
		middle := from.Add(time.Duration(rapid.Int64Range(0, int64(to.Sub(from))).Draw(rt, "middle")))
		if got := h.Between(from, middle) + h.Between(middle, to); got != work {
			rt.Fatalf("in two pieces it is %v, want %v", got, work)
		}
		if longer := h.Add(from, work+time.Second); !longer.After(to) {
			rt.Fatalf("more work ends at %v, not after %v", longer, to)
		}
	})
}
