package handoff

import (
	"errors"
	"slices"
	"testing"
)

func pasts(accepted, rejected int) (all []Past) {
	for i := range accepted + rejected {
		all = append(all, Past{Lead: int64(i + 1), Decision: int64(1000 + i), Accepted: i < accepted})
	}
	return all
}

func always(int64) (bool, error) { return true, nil }

// How many of each are drawn, whatever there is to draw from.
func TestDrawHalves(t *testing.T) {
	for _, tt := range []struct{ accepted, rejected, wantAccepted, wantRejected int }{
		{50, 50, 3, 3}, {3, 3, 3, 3}, {1, 50, 1, 5}, {50, 2, 4, 2}, {0, 9, 0, 6}, {9, 0, 6, 0}, {2, 2, 2, 2}, {2, 1, 0, 0}, {0, 0, 0, 0}, {3, 2, 3, 2},
	} {
		for seed := range uint64(50) {
			drawn, err := Draw(pasts(tt.accepted, tt.rejected), nil, seed, always)
			accepted := 0
			for _, id := range drawn {
				if id <= int64(tt.accepted) {
					accepted++
				}
			}
			if err != nil || accepted != tt.wantAccepted || len(drawn)-accepted != tt.wantRejected {
				t.Fatalf("of %d accepted and %d rejected ones it drew %d and %d, %v", tt.accepted, tt.rejected, accepted, len(drawn)-accepted, err)
			}
		}
	}
}

// Over many seeds each lead is drawn as often as every other, old or new, and stands in each place as often.
func TestDrawIsFair(t *testing.T) {
	const seeds = 20_000
	all := pasts(30, 30)
	times := map[int64]int{}
	firstAccepted := 0
	for seed := range uint64(seeds) {
		drawn, _ := Draw(all, nil, seed, always)
		for _, id := range drawn {
			times[id]++
		}
		if drawn[0] <= 30 {
			firstAccepted++
		}
	}
	// Each is drawn with probability 1/10: 2000 times, give or take 42. Five times that is never seen by chance among 60.
	low, high := seeds, 0
	for _, p := range all {
		low, high = min(low, times[p.Lead]), max(high, times[p.Lead])
	}
	t.Logf("over %d seeds each of 60 leads was drawn 2000 times on average, at least %d, at most %d; an accepted one came first %d times", seeds, low, high, firstAccepted)
	if low < 2000-212 || high > 2000+212 {
		t.Errorf("drawn between %d and %d times", low, high)
	}
	if firstAccepted < seeds/2-354 || firstAccepted > seeds/2+354 {
		t.Errorf("an accepted lead came first %d times", firstAccepted)
	}
}

func TestDraw(t *testing.T) {
	all := pasts(10, 10)
	one, _ := Draw(all, nil, 7, always)
	back := slices.Clone(all)
	slices.Reverse(back)
	if again, _ := Draw(back, nil, 7, always); !slices.Equal(one, again) {
		t.Errorf("the same seed drew %v and %v", one, again)
	}
	for seed := range uint64(200) {
		drawn, _ := Draw(all, one, seed, func(id int64) (bool, error) { return id%2 == 0, nil })
		sorted := slices.Sorted(slices.Values(drawn))
		if len(slices.Compact(sorted)) != len(drawn) {
			t.Fatalf("%v has a lead twice", drawn)
		}
		for _, id := range drawn {
			if slices.Contains(one, id) || id%2 != 0 {
				t.Fatalf("%d was used last time, or has nothing to show", id)
			}
		}
	}
	broken := errors.New("broken")
	if _, err := Draw(all, nil, 1, func(int64) (bool, error) { return false, broken }); !errors.Is(err, broken) {
		t.Errorf("got %v", err)
	}
	looked := 0
	if drawn, _ := Draw(pasts(5000, 5000), nil, 1, func(int64) (bool, error) { looked++; return false, nil }); drawn != nil || looked > 2*maxLooked {
		t.Errorf("looked at %d leads, drew %v", looked, drawn)
	}
}

// One lead is accepted or rejected as often, whichever there are more of; and the other kind when there is only that.
func TestDrawOne(t *testing.T) {
	const seeds = 4000
	accepted := 0
	for seed := range uint64(seeds) {
		p, ok, err := DrawOne(pasts(5, 500), nil, seed, always)
		if !ok || err != nil {
			t.Fatal("none drawn", err)
		}
		if p.Accepted {
			accepted++
		}
	}
	t.Logf("an accepted lead was drawn %d of %d times", accepted, seeds)
	if accepted < seeds/2-160 || accepted > seeds/2+160 {
		t.Errorf("an accepted lead was drawn %d of %d times", accepted, seeds)
	}
	for seed := range uint64(20) {
		if p, ok, _ := DrawOne(pasts(0, 3), []int64{1, 2}, seed, always); !ok || p.Lead != 3 || p.Decision != 1002 {
			t.Fatalf("drew %+v, %v", p, ok)
		}
	}
	if _, ok, _ := DrawOne(nil, nil, 1, always); ok {
		t.Error("drew one of none")
	}
}
