package handoff

import (
	"math/rand/v2"
	"slices"
	"time"
)

// Past leads are drawn for both sides to judge: for an exercise several, for a calibration one.

// Lookback is how far back the decisions reach that leads are drawn from, and that the result of an exercise is compared with.
const Lookback = 180 * 24 * time.Hour

// How many leads an exercise shows: MaxDrawn, and none where there are fewer than MinDrawn to choose between.
const (
	MaxDrawn = 6
	MinDrawn = 4
)

// maxLooked is how many leads of each kind are looked at for one that shows something: a workspace whose leads say nothing about
// themselves is not searched to its end.
const maxLooked = 200

// Past is what became of a past lead.
type Past struct {
	Lead     int64 `db:"lead_id"`
	Decision int64 `db:"id"`
	Accepted bool  `db:"accepted"`
}

// Draw returns the leads of an exercise: as many accepted as rejected ones when there are enough of both, each as likely as every other
// however recent it is, in an order that tells nothing. None of skip is drawn, nor one of which shows says that it has nothing to show. The
// same seed draws the same leads of the same outcomes. Its error is that of shows.
func Draw(outcomes []Past, skip []int64, seed uint64, shows func(lead int64) (bool, error)) ([]int64, error) {
	random := rand.New(rand.NewPCG(seed, 0))
	accepted, rejected := piles(outcomes, skip, random)
	var found [2][]Past
	for i, pile := range [][]Past{accepted, rejected} {
		var err error
		// Either can have to stand in for the other.
		if found[i], err = pick(pile, MaxDrawn, shows); err != nil {
			return nil, err
		}
	}
	half := func(mine, other []Past) []Past {
		return mine[:min(len(mine), max(MaxDrawn/2, MaxDrawn-len(other)))]
	}
	var drawn []int64
	for _, o := range slices.Concat(half(found[0], found[1]), half(found[1], found[0])) {
		drawn = append(drawn, o.Lead)
	}
	if len(drawn) < MinDrawn {
		return nil, nil
	}
	random.Shuffle(len(drawn), func(i, j int) { drawn[i], drawn[j] = drawn[j], drawn[i] })
	return drawn, nil
}

// DrawOne returns one past lead: accepted or rejected with the same chance, whichever there are more of. It is as Draw in everything else; false when
// there is none to draw.
func DrawOne(outcomes []Past, skip []int64, seed uint64, shows func(lead int64) (bool, error)) (Past, bool, error) {
	random := rand.New(rand.NewPCG(seed, 0))
	accepted, rejected := piles(outcomes, skip, random)
	order := [][]Past{accepted, rejected}
	if random.IntN(2) == 0 {
		slices.Reverse(order)
	}
	for _, pile := range order {
		if found, err := pick(pile, 1, shows); err != nil || len(found) > 0 {
			return slices.Concat(found, []Past{{}})[0], err == nil, err
		}
	}
	return Past{}, false, nil
}

// piles returns the accepted and the rejected leads, each pile shuffled.
func piles(outcomes []Past, skip []int64, random *rand.Rand) (accepted, rejected []Past) {
	for _, o := range outcomes {
		switch {
		case slices.Contains(skip, o.Lead):
		case o.Accepted:
			accepted = append(accepted, o)
		default:
			rejected = append(rejected, o)
		}
	}
	for _, pile := range [][]Past{accepted, rejected} {
		slices.SortFunc(pile, func(a, b Past) int { return int(a.Lead - b.Lead) })
		random.Shuffle(len(pile), func(i, j int) { pile[i], pile[j] = pile[j], pile[i] })
	}
	return accepted, rejected
}

// pick returns the first n of a pile that have something to show.
func pick(pile []Past, n int, shows func(int64) (bool, error)) (found []Past, err error) {
	for _, o := range pile[:min(len(pile), maxLooked)] {
		if len(found) == n {
			break
		}
		ok, err := shows(o.Lead)
		if err != nil {
			return nil, err
		}
		if ok {
			found = append(found, o)
		}
	}
	return found, nil
}
