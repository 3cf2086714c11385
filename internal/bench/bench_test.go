package main

import (
	"context"
	"io"
	"os"
	"testing"
	"time"

	"github.com/alecthomas/kong"
)

// The test's program stands in for the other processes of a run, too.
func TestMain(m *testing.M) {
	if os.Getenv(selfEnv) == "" {
		os.Exit(m.Run())
	}
	parsed := kong.Parse(&commands{}, kong.BindTo(context.Background(), (*context.Context)(nil)))
	parsed.FatalIfErrorf(parsed.Run())
}

// Every scenario runs, and what is counted in it adds up. How long it took is not looked at.
func TestEverythingIsMeasured(t *testing.T) {
	const n, decisions = 1000, 120
	r, err := measure(t.Context(), runCmd{
		Leads: []int{n}, Seed: 1, For: 50 * time.Millisecond, Connections: 4, Decisions: decisions, Rate: 100, Starts: 1, Replicas: 1, Dir: t.TempDir(),
	}, io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"import", "history/1000"} {
		if w, _ := r.find(name); w.Import == nil || w.Import.Rows != n || w.Import.Bytes == 0 {
			t.Errorf("%s: %+v", name, w.Import)
		}
	}
	for name, want := range map[string]int{"decide": decisions, "socket/decide": decisions, "socket/email": decisions} {
		if w, _ := r.find(name); w.Load == nil || w.Load.Count != want {
			t.Errorf("%s: %+v, want %d", name, w.Load, want)
		}
	}
	for _, name := range []string{"slash/email/1000", "slash/words/1000", "bare/http/1000", "bare/commits", "intake", "mixed", "figures/digest"} {
		if w, _ := r.find(name); w.Load == nil || w.Load.Count == 0 || w.Load.P50 > w.Load.P999 {
			t.Errorf("%s: %+v", name, w.Load)
		}
	}
	if len(r.Aims) < 8 {
		t.Errorf("judged by %d aims only: %v", len(r.Aims), r.Aims)
	}
}

// Whoever asks for a lead by its number gets the same one again, and no two have the same address.
func TestLeadsAreMadeUpTheSame(t *testing.T) {
	seen := map[string]bool{}
	for i := range 20_000 {
		m := leads{7}.lead(i)
		if m != (leads{7}).lead(i) || seen[m.email] {
			t.Fatalf("lead %d: %+v", i, m)
		}
		seen[m.email] = true
	}
	if (leads{7}).lead(1) == (leads{8}).lead(1) {
		t.Error("another seed makes the same leads")
	}
}
