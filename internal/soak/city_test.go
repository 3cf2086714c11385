package soak

import (
	"context"
	"encoding/binary"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"relevo/internal/slackfake"
	"relevo/store"
	"relevo/store/storetest"
)

// A city is a Slack workspace, a database, the bot in processes of its own between them, and the people who use it.
type city struct {
	t     *testing.T
	setup setup
	fake  *slackfake.Slack
	front *httptest.Server // the one address of all replicas
	wire  *wire            // to the database; nil for a file
	disk  *disk            // the file's; nil when it can't be filled
	dsn   string           // as the bot is given it
	clock string           // the file
	store *store.Store     // this process's own view of the database, past the wire

	replicas []*replica
	ledger   *ledger
	happened map[string]int
	mondays  int // that have begun, at nine
	close    func()
}

const intakeToken = "soak-intake-token-of-no-value"

func newCity(t *testing.T, s setup) *city {
	t.Helper()
	c := &city{t: t, setup: s, ledger: newLedger(), happened: map[string]int{}, clock: filepath.Join(t.TempDir(), "clock")}
	var own string // past the wire
	if s.postgres {
		own = storetest.Postgres(t)
		c.wire = newWire(t, own)
		c.dsn = c.wire.dsn
	} else {
		c.disk = newDisk(t)
		c.dsn = filepath.Join(c.disk.folder, "relevo.db")
		own = c.dsn
	}
	c.front = httptest.NewServer(http.HandlerFunc(c.forward))
	t.Cleanup(c.front.Close)
	o := slackfake.Options{}
	if !s.socket {
		o.EventsURL, o.InteractionsURL, o.CommandsURL = c.front.URL+"/slack/events", c.front.URL+"/slack/interactions", c.front.URL+"/slack/commands"
	}
	c.fake = slackfake.New(o)
	c.fake.OnClock(c.writeClock)
	c.fake.SetNow(time.Date(2026, 11, 19, 10, 0, 0, 0, c.fake.Zone()))
	if err := c.fake.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	served := make(chan struct{})
	go func() { defer close(served); c.fake.Serve(context.WithoutCancel(t.Context())) }()
	t.Cleanup(func() { c.fake.Close(); <-served })
	t.Cleanup(c.stopAll)
	for i := range s.replicas {
		r := &replica{city: c, index: i, temp: t.TempDir()}
		c.replicas = append(c.replicas, r)
		r.start()
		r.listens(t.Context())
	}
	c.store = storetest.OpenAt(t, own)
	c.receivesOne()
	return c
}

// receivesOne has a first lead come in: before there is one no week has a digest.
func (c *city) receivesOne() {
	c.t.Helper()
	s := sender{city: c, name: "first", random: rand.New(rand.NewPCG(0, 0))}
	if !s.send(c.t.Context(), "first", []byte(`{"external_id":"first","phone":"+34 600 000 001","source":"Soak"}`)) {
		c.t.Fatal("the first lead is not received")
	}
}

// idle tells whether too little has happened to prove anything.
func (c *city) idle() bool {
	return len(c.ledger.leads) < 20 || len(c.ledger.notes) < 5 || c.happened["kill"] == 0
}

// writeClock tells the processes what time it is.
func (c *city) writeClock(now time.Time) {
	b := binary.LittleEndian.AppendUint64(nil, uint64(time.Until(now)))
	temp := c.clock + ".new"
	if err := os.WriteFile(temp, b, 0o600); err != nil {
		c.t.Error(err)
	} else if err := os.Rename(temp, c.clock); err != nil {
		c.t.Error(err)
	}
}

// advance moves the clock, a working week at the most: digests are made up for, but not without end.
func (c *city) advance(d time.Duration) {
	before := c.fake.Now()
	c.fake.Advance(d)
	c.mondays += mondays(before, c.fake.Now(), c.fake.Zone())
}

// mondays counts the digests that become due after one time and until another.
func mondays(after, until time.Time, zone *time.Location) (n int) {
	at := after.In(zone)
	at = time.Date(at.Year(), at.Month(), at.Day(), 9, 0, 0, 0, zone)
	for ; !at.After(until); at = at.AddDate(0, 0, 1) {
		if at.Weekday() == time.Monday && at.After(after) {
			n++
		}
	}
	return n
}

// openForBusiness lets people and senders work until closeForToday.
func (c *city) openForBusiness(random *rand.Rand) {
	ctx, cancel := context.WithCancel(c.t.Context())
	var all sync.WaitGroup
	for _, user := range []string{slackfake.Luke, slackfake.Grace} {
		r := rep{city: c, user: user, random: rand.New(rand.NewPCG(random.Uint64(), 0))}
		all.Go(func() { r.work(ctx) })
	}
	for i := range 3 {
		s := sender{city: c, name: string(rune('a' + i)), random: rand.New(rand.NewPCG(random.Uint64(), 0))}
		all.Go(func() { s.work(ctx) })
	}
	c.close = func() { cancel(); all.Wait() }
}

func (c *city) closeForToday() { c.close() }

// mend takes every trouble away.
func (c *city) mend() {
	c.t.Helper()
	if err := c.fake.Fault(slackfake.Fault{Kind: "up"}); err != nil {
		c.t.Error(err)
	}
	if c.disk != nil {
		c.disk.clear()
	}
	if c.wire != nil {
		c.wire.restore()
	}
	for _, r := range c.replicas {
		r.start()
	}
}

// patience is how long the city may take to come to rest, in real time.
const patience = 90 * time.Second

// calm lets time pass until Slack agrees with the store and every digest that is due was posted. A list that came to be sent after hours
// waits for the next working day, and that may be Monday.
func (c *city) calm() {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(25 * time.Millisecond)
	defer tick.Stop()
	for {
		waiting, err := c.store.Pending(ctx, c.fake.Now().Add(time.Hour))
		digests := c.digests()
		if err == nil && waiting == 0 && len(digests) >= c.mondays {
			return
		}
		select {
		case <-ctx.Done():
			c.t.Fatalf("%d messages wait (%v), %d digests after %d Mondays; faults left: %d; it is %v\n%s", waiting, err, len(digests), c.mondays, c.fake.Faults(), c.fake.Now(), c.logs())
		case <-tick.C:
			c.advance(5 * time.Second)
		}
	}
}

// forward passes a request on to a replica that is up, as a load balancer does.
func (c *city) forward(w http.ResponseWriter, r *http.Request) {
	var up []*replica
	for _, one := range c.replicas {
		if one.door() != nil {
			up = append(up, one)
		}
	}
	if len(up) == 0 {
		http.Error(w, "nobody is here", http.StatusBadGateway)
		return
	}
	if door := up[rand.IntN(len(up))].door(); door != nil {
		door.ServeHTTP(w, r)
	}
}
