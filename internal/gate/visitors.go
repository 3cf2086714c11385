package gate

import (
	"context"
	"net/netip"
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"
)

// What strangers may do, each and together, and for how long it is remembered that somebody at an address has proved who they
// are. They have a room of their own then, which strangers can't fill.
const (
	strangerRate  = 10  // requests a second and address
	strangerBurst = 300 // at once, of an address that was quiet

	strangerBodies = 64 // at the same time, of all strangers
	provedBodies   = 256
	bodiesEach     = 16 // of one address

	provedFor  = time.Hour
	remembered = 10_000 // addresses of each kind; the one that was quiet longest goes first
)

// visitor is what is known of an address.
type visitor struct {
	tokens *rate.Limiter
	bodies *semaphore.Weighted
	proved time.Time
}

// visitors knows those who came lately.
type visitors struct {
	mu        sync.Mutex
	strangers *lru.LRU[netip.Prefix, *visitor]
	known     *lru.LRU[netip.Prefix, *visitor]

	ofStrangers, ofKnown *semaphore.Weighted
}

func newVisitors() *visitors {
	strangers, err := lru.NewLRU[netip.Prefix, *visitor](remembered, nil)
	known, err2 := lru.NewLRU[netip.Prefix, *visitor](remembered, nil)
	if err != nil || err2 != nil {
		panic("gate: remembered is no size") // a constant
	}
	return &visitors{strangers: strangers, known: known, ofStrangers: semaphore.NewWeighted(strangerBodies), ofKnown: semaphore.NewWeighted(provedBodies)}
}

// enter returns who comes, and the room that their body needs a place in; false when a stranger has come too often.
func (vs *visitors) enter(from netip.Prefix, now time.Time) (*visitor, *semaphore.Weighted, bool) {
	vs.mu.Lock()
	defer vs.mu.Unlock()
	if v, ok := vs.known.Get(from); ok && now.Sub(v.proved).Abs() < provedFor {
		return v, vs.ofKnown, true
	}
	v, ok := vs.strangers.Get(from)
	if !ok {
		v = &visitor{tokens: rate.NewLimiter(strangerRate, strangerBurst), bodies: semaphore.NewWeighted(bodiesEach)}
		vs.strangers.Add(from, v)
	}
	return v, vs.ofStrangers, v.tokens.AllowN(now, 1)
}

// prove notes that somebody at the address has proved who they are.
func (vs *visitors) prove(from netip.Prefix, now time.Time) {
	vs.mu.Lock()
	defer vs.mu.Unlock()
	v, ok := vs.known.Get(from)
	if !ok {
		v = &visitor{bodies: semaphore.NewWeighted(provedBodies)}
		vs.known.Add(from, v)
	}
	v.proved = now
}

// slot is the place that a body has while it comes in and nobody knows yet whose it is.
type slot struct {
	mu   sync.Mutex
	held []*semaphore.Weighted
}

// take waits for a place until the context ends, and tells whether there was one.
func (s *slot) take(ctx context.Context, v *visitor, pool *semaphore.Weighted) bool {
	for _, of := range []*semaphore.Weighted{v.bodies, pool} {
		if of.Acquire(ctx, 1) != nil {
			return false // what is held is freed at the end of the request
		}
		s.mu.Lock()
		s.held = append(s.held, of)
		s.mu.Unlock()
	}
	return true
}

// free gives the place to somebody else; it may be called again.
func (s *slot) free() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, of := range s.held {
		of.Release(1)
	}
	s.held = nil
}
