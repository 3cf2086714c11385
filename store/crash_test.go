package store_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"relevo/handoff"
	"relevo/store"
	"relevo/store/storetest"
)

// crashing names the variable by which this program, started anew, becomes the process that is killed.
const crashing = "RELEVO_STORE_CRASH"

func TestMain(m *testing.M) {
	if dsn := os.Getenv(crashing); dsn != "" {
		if err := work(context.Background(), dsn); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
	}
	if backup, path, ok := strings.Cut(os.Getenv(restoring), "|"); ok {
		if _, err := store.Restore(context.Background(), backup, path, time.Now()); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

// work takes leads in and decides on every third, several at a time, and says so after each, until it is killed.
func work(ctx context.Context, dsn string) error {
	s, err := store.Open(ctx, dsn)
	if err != nil {
		return err
	}
	ws, err := s.DefaultWorkspace(ctx, monday)
	if err != nil {
		return err
	}
	_, total, err := s.Leads(ctx, ws.ID, store.Filter{}, 1)
	if err != nil {
		return err
	}
	var n atomic.Int64
	n.Store(int64(total) * 1000) // whoever was killed came less far
	var all errgroup.Group
	for range 8 {
		all.Go(func() error {
			for {
				if err := workOn(ctx, s, ws, int(n.Add(1))); err != nil {
					return err
				}
			}
		})
	}
	return all.Wait()
}

func workOn(ctx context.Context, s *store.Store, ws store.Workspace, n int) error {
	receipts, err := s.AddLeads(ctx, ws, []handoff.Arrival{person(n)})
	if err != nil {
		return err
	}
	fmt.Println("added", n, receipts[0].Number)
	if n%3 != 0 {
		return nil
	}
	l, err := s.LeadByNumber(ctx, ws.ID, receipts[0].Number)
	if err != nil {
		return err
	}
	if _, _, err := s.Decide(ctx, ws.ID, l.ID, fmt.Sprint("V", n), accept(ws, "U1", monday), ws.Rules()); err != nil {
		return err
	}
	fmt.Println("decided", n, l.Number)
	return nil
}

func TestKilled(t *testing.T) {
	eachDSN(t, func(t *testing.T, dsn string) {
		var said []string
		for _, lines := range []int{1, 40, 77} {
			said = append(said, killed(t, dsn, lines)...)
		}
		s := storetest.OpenAt(t, dsn)
		ws := workspace(t, s)
		for _, line := range said {
			var did string
			var n int
			var number int64
			if _, err := fmt.Sscan(line, &did, &n, &number); err != nil {
				t.Fatalf("%q: %v", line, err)
			}
			checkKept(t, s, ws, did, n, number)
		}
		if len(said) < 118 {
			t.Errorf("only %d acts were acknowledged", len(said))
		}
	})
}

// killed runs the worker, kills it after so many lines, and returns all that it had said by then.
func killed(t *testing.T, dsn string, lines int) []string {
	t.Helper()
	c := exec.CommandContext(t.Context(), os.Args[0])
	c.Env = append(os.Environ(), crashing+"="+dsn)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	must(t, err)
	must(t, c.Start())
	var said []string
	scanner := bufio.NewScanner(out)
	for scanner.Scan() {
		said = append(said, scanner.Text())
		if len(said) == lines {
			must(t, c.Process.Kill())
		}
	}
	if err := c.Wait(); err == nil || !strings.Contains(err.Error(), "killed") {
		t.Fatalf("the worker was not killed: %v", err)
	}
	return said
}

// checkKept fails when something is missing of what was acknowledged.
func checkKept(t *testing.T, s *store.Store, ws store.Workspace, did string, n int, number int64) {
	t.Helper()
	l := byNumber(t, s, ws, number)
	if l.Email != person(n).Email {
		t.Errorf("lead %d is %+v, want that of person %d", number, l, n)
	}
	if did == "decided" && l.State != handoff.Accepted {
		t.Errorf("lead %d is %s, but its decision was acknowledged", number, l.State)
	}
	if kinds := kindsOf(t, s, ws, l); len(kinds) == 0 || kinds[0] != handoff.EventReceived {
		t.Errorf("lead %d has the history %v", number, kinds)
	}
	if _, err := s.CardOf(t.Context(), ws.ID, l.ID, 1); err != nil {
		t.Errorf("lead %d has no card: %v", number, err)
	}
	finds(t, s, ws, number, l.Email)
}
