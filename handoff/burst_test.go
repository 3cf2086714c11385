package handoff

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestBurst(t *testing.T) {
	at := func(seconds float64) time.Time {
		return time.Unix(1_800_000_000, 0).Add(time.Duration(seconds * float64(time.Second)))
	}
	type cards struct {
		n  int
		at float64
	}
	steady := func(n int, every float64) (all []cards) {
		for i := range n {
			all = append(all, cards{1, float64(i) * every})
		}
		return all
	}
	for name, tt := range map[string]struct {
		cards  []cards
		begins bool
	}{
		"none":                             {nil, false},
		"one":                              {steady(1, 0), false},
		"twenty at once":                   {[]cards{{20, 0}}, false},
		"twenty-one at once":               {[]cards{{21, 0}}, true},
		"five hundred at once":             {[]cards{{500, 0}}, true},
		"twenty-one in under a minute":     {steady(21, 2.99), true},
		"twenty-one in a minute":           {steady(21, 3), false},
		"a long day of one every 3 s":      {steady(2000, 3), false},
		"across what a clock calls minute": {[]cards{{11, 50}, {10, 70}}, true},
		"a minute apart":                   {[]cards{{20, 0}, {20, 60}}, false},
		"the clock was set back":           {[]cards{{20, 3600}, {20, 0}}, false},
		"two clocks that differ a little":  {[]cards{{11, 1}, {10, 0}}, true},
	} {
		var b Burst
		for _, c := range tt.cards {
			b = b.Add(c.n, at(c.at))
		}
		if b.Begins() != tt.begins {
			t.Errorf("%s: begins is %v", name, b.Begins())
		}
	}
	b := Burst{}.Add(21, at(0))
	b.Wave = "w"
	if b = b.Add(1, at(59)); b.Wave != "w" || b.Begins() || len(b.Times) != 1 || b.Over(at(118)) {
		t.Errorf("a burst that goes on is %+v", b)
	}
	if b = b.Add(1, at(118.9)); b.Wave != "w" {
		t.Errorf("a slow burst is %+v", b)
	}
	if !b.Over(at(178.9)) {
		t.Error("a minute without a lead does not end it")
	}
	if b = b.Add(1, at(179)); b.Wave != "" || b.Begins() || len(b.Times) != 1 {
		t.Errorf("after a burst there is %+v", b)
	}
}

// A burst begins exactly when more than twenty of the cards ever made lie within a minute, the last one among them.
func TestBurstCountsAsPlainCountingDoes(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		now := time.Unix(1_800_000_000, 0)
		var b Burst
		var all []time.Time
		for range rapid.IntRange(1, 60).Draw(t, "batches") {
			now = now.Add(time.Duration(rapid.IntRange(0, 20_000).Draw(t, "milliseconds")) * time.Millisecond)
			n := rapid.IntRange(1, 6).Draw(t, "cards")
			b = b.Add(n, now)
			for range n {
				all = append(all, now)
			}
			within := 0
			for _, at := range all {
				if now.Sub(at) < BurstSpan {
					within++
				}
			}
			if b.Begins() != (within > BurstSize) || len(b.Times) > BurstSize+1 {
				t.Fatalf("%d cards within a minute, and begins is %v with %d remembered", within, b.Begins(), len(b.Times))
			}
		}
	})
}
