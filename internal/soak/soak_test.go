// Package soak holds the bot to its promises for as long as one likes: whole processes, killed and cut off from Slack, from
// their database and from the disk at random, while people and senders go on using them.
package soak

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

var (
	duration = flag.Duration("soak", 0, "how long each of the soak's set-ups is troubled; without it the soak is skipped")
	seed     = flag.Uint64("seed", 0, "runs the troubles of an earlier soak again; it prints its own")
)

// round is how long there is trouble before everything is mended and looked at.
const round = 8 * time.Second

// setups are the ways in which Relevo is run.
var setups = []setup{
	{name: "SQLite, Socket Mode", replicas: 1, socket: true},
	{name: "SQLite, signed HTTP", replicas: 1},
	{name: "PostgreSQL, three replicas", replicas: 3, postgres: true},
}

// Whatever goes wrong: what was acknowledged is there, every lead has one card and it shows the truth, every week has one
// digest, a stopped process leaves nothing behind, and no log names a person.
func TestSoak(t *testing.T) {
	if *duration == 0 {
		t.Skip("go test ./internal/soak -soak 2m runs it")
	}
	first := *seed
	if first == 0 {
		first = rand.Uint64()
	}
	for _, s := range setups {
		t.Run(s.name, func(t *testing.T) {
			t.Logf("-seed %d makes the same troubles again", first)
			c := newCity(t, s)
			random := rand.New(rand.NewPCG(first, 0))
			trouble := troubles(c)
			// On a slow machine it lasts until enough has happened.
			for end := time.Now().Add(*duration); (time.Now().Before(end) || c.idle()) && !t.Failed(); {
				c.openForBusiness(rand.New(rand.NewPCG(random.Uint64(), 0)))
				for over := time.After(round); ; {
					select {
					case <-over:
					default:
						k := trouble[random.IntN(len(trouble))]
						c.happened[k.name]++
						k.strike(random)
						continue
					}
					break
				}
				c.closeForToday()
				c.mend()
				c.calm()
				c.check()
			}
			c.stopAll()
			if t.Failed() {
				t.Log(c.logs())
			}
			t.Logf("%s: %d leads and %d decisions acknowledged, %d weeks; %v", s.name, len(c.ledger.leads), len(c.ledger.notes), c.mondays, c.happened)
		})
	}
}

// A setup is a way in which Relevo is run.
type setup struct {
	name     string
	replicas int
	socket   bool
	postgres bool
}

func (s setup) String() string { return fmt.Sprintf("%s × %d", s.name, s.replicas) }
