package outbound

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// The worker in a process of its own, to be killed.
const (
	childDB      = "RELEVO_TEST_CHILD_DB"
	childKey     = "RELEVO_TEST_CHILD_KEY"
	childHubSpot = "RELEVO_TEST_CHILD_HUBSPOT"
	childAhead   = "RELEVO_TEST_CHILD_AHEAD"
)

func TestMain(m *testing.M) {
	if os.Getenv(childDB) == "" {
		os.Exit(m.Run())
	}
	if err := child(context.Background()); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func child(ctx context.Context) error {
	keys, err := store.NewKeyring(os.Getenv(childKey))
	if err != nil {
		return err
	}
	s, err := store.Open(ctx, os.Getenv(childDB), store.WithKeyring(keys))
	if err != nil {
		return err
	}
	texts, err := text.Load()
	if err != nil {
		return err
	}
	ahead, err := time.ParseDuration(os.Getenv(childAhead))
	if err != nil {
		return err
	}
	now := func() time.Time { return time.Now().Add(ahead) }
	return New(Config{Store: s, Texts: texts, Now: now, Logger: slog.New(slog.DiscardHandler), HubSpot: hubspotAt(os.Getenv(childHubSpot))}).Run(ctx)
}

// A process after another is killed while it tells, each one request later than the one before; what the request asked for is
// done all the same. In the end every message has arrived under its one id, and HubSpot has each decision and one note of it.
func TestKilled(t *testing.T) {
	b, f := hubspotBay(t)
	r := b.receiver(t, nil)
	b.hook(t, r.URL)
	const leads, kills = 5, 6
	for n := range leads {
		id := fmt.Sprint(100 + n)
		f.set(id, "lifecyclestage", mql, "hs_lead_status", "NEW")
		receipts, err := b.store.AddLeads(t.Context(), b.ws, []handoff.Arrival{{ExternalID: "hubspot:" + id, Person: handoff.Person{Email: "p" + id + "@example.com"}, At: b.now()}})
		if err != nil {
			t.Fatal(err)
		}
		l, err := b.store.LeadByNumber(t.Context(), b.ws.ID, receipts[0].Number)
		if err != nil {
			t.Fatal(err)
		}
		b.accept(t, l.ID)
	}
	var mu sync.Mutex
	var running *exec.Cmd
	left := 0
	strike := func() { // at the last request that a process is granted, which is carried out
		mu.Lock()
		defer mu.Unlock()
		if left--; left == 0 {
			running.Process.Kill()
		}
	}
	f.mu.Lock()
	f.before = strike
	f.mu.Unlock()
	r.mu.Lock()
	r.before = strike
	r.mu.Unlock()
	for n := range kills {
		cmd := exec.CommandContext(t.Context(), os.Args[0])
		cmd.Env = append(os.Environ(), childDB+"="+b.path, childKey+"="+b.key, childHubSpot+"="+f.URL, childAhead+"="+(time.Duration(n)*10*time.Minute).String())
		cmd.Stderr = os.Stderr
		mu.Lock()
		running, left = cmd, n+1
		err := cmd.Start()
		mu.Unlock()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err == nil || cmd.ProcessState.Exited() {
			t.Fatalf("process %d was not killed: %v", n, err)
		}
	}
	b.pass((kills + 1) * 10 * time.Minute)
	b.work(t)
	if n := b.waiting(t) + len(b.givenUp(t)); n != 0 {
		t.Errorf("%d are left: %v", n, b.givenUp(t))
	}
	ids := map[string]bool{}
	for _, p := range r.got() {
		ids[p.header.Get("webhook-id")] = true
	}
	if len(ids) != 2*leads {
		t.Errorf("%d messages, want %d", len(ids), 2*leads)
	}
	notes := map[string]int{}
	for _, n := range f.noted() {
		notes[n.contact]++
	}
	for n := range leads {
		id := fmt.Sprint(100 + n)
		if got := f.says(id); !strings.HasPrefix(got, "salesqualifiedlead/IN_PROGRESS") || notes[id] != 1 {
			t.Errorf("contact %s: %s with %d notes", id, got, notes[id])
		}
	}
}
