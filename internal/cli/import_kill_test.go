package cli

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"relevo/store"
	"relevo/store/storetest"
)

// An import that is killed in its middle is run again: every row is a lead once, and what was there is told.
func TestImportIsResumedAfterAKill(t *testing.T) {
	const rows = 6000
	folder := t.TempDir()
	file, dsn := filepath.Join(folder, "leads.csv"), storetest.SQLite(t)
	writeLeads(t, file, rows)
	run := func() *exec.Cmd {
		cmd := exec.Command("relevo", "import", file, "--db", dsn)
		cmd.Dir, cmd.Env = folder, append(os.Environ(), "RELEVO_LANGUAGE=en")
		return cmd
	}
	db := storetest.OpenAt(t, dsn)
	first := run()
	if err := first.Start(); err != nil {
		t.Fatal(err)
	}
	before := waitForLeads(t, db, 1)
	if err := first.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = first.Wait() // it was killed
	before = waitForLeads(t, db, before)
	if before >= rows {
		t.Skip("the import had ended before it could be killed")
	}
	out, err := run().CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	told := func(what string) int {
		m := regexp.MustCompile(`(?m)^ *([\d,]+) ` + what).FindSubmatch(out)
		if m == nil {
			t.Fatalf("nothing is told of %q:\n%s", what, out)
		}
		n, err := strconv.Atoi(strings.ReplaceAll(string(m[1]), ",", ""))
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	if after := waitForLeads(t, db, rows); after != rows {
		t.Errorf("%d leads, want %d", after, rows)
	}
	if known, added := told("known already"), told("new leads"); known != before || added != rows-before {
		t.Errorf("%d are told as known and %d as new; %d were there of %d", known, added, before, rows)
	}
}

func writeLeads(t *testing.T, path string, rows int) {
	t.Helper()
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	w := csv.NewWriter(out)
	w.Write([]string{"name", "email", "company", "source", "created"})
	for i := range rows {
		w.Write([]string{fmt.Sprintf("Ana %d", i), fmt.Sprintf("ana%d@example.com", i), "Acme", "Google", "2026-01-02"})
	}
	w.Flush()
	if err := w.Error(); err != nil {
		t.Fatal(err)
	}
}

// waitForLeads waits until there are as many leads, and returns how many there are.
func waitForLeads(t *testing.T, db *store.Store, atLeast int) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	ws, err := db.DefaultWorkspace(ctx, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	tick := time.NewTicker(time.Millisecond)
	defer tick.Stop()
	for {
		_, n, err := db.Leads(ctx, ws.ID, store.Filter{}, 1)
		if err != nil {
			t.Fatal(err)
		}
		if n >= atLeast {
			return n
		}
		select {
		case <-ctx.Done():
			t.Fatalf("%d leads in vain, want %d", n, atLeast)
		case <-tick.C:
		}
	}
}
