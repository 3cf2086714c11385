package store_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
	"relevo/store/storetest"
)

// restoring names the variable by which this program, started anew, becomes a restore that is killed.
const restoring = "RELEVO_STORE_RESTORE"

// A restore that is killed anywhere leaves the database that was there, whole, or the restored one, whole, in which who was erased
// since is erased: at whatever time, and at each new name in the folder. The next restore goes through, and leaves nothing behind of those that were killed.
func TestRestoreIsKilled(t *testing.T) {
	const before, since = 300, 200
	folder := t.TempDir()
	backup, old := filepath.Join(folder, "backup.db"), filepath.Join(folder, "old.db")
	s := storetest.OpenAt(t, old)
	ws := workspace(t, s)
	for n := range before {
		add(t, s, ws, person(n+1))
	}
	_, err := s.Backup(t.Context(), backup)
	must(t, err)
	_, err = s.Erase(t.Context(), ws.ID, store.Erasure{Email: person(7).Email}, monday)
	must(t, err)
	for n := range since {
		add(t, s, ws, person(before+n+1))
	}
	copies := map[string][]byte{} // as a killed bot leaves it: part of it in the log
	for _, suffix := range []string{"", "-wal"} {
		copies[suffix], err = os.ReadFile(old + suffix)
		must(t, err)
	}
	must(t, s.Close())
	if len(copies["-wal"]) == 0 {
		t.Fatal("nothing is in the write-ahead log")
	}

	live, path := "", ""
	begin := func() {
		live, err = os.MkdirTemp(folder, "live")
		must(t, err)
		path = filepath.Join(live, "relevo.db")
		for suffix, content := range copies {
			must(t, os.WriteFile(path+suffix, content, 0o600))
		}
	}
	check := func(when string) (restored bool) {
		t.Helper()
		s, err := store.Open(t.Context(), path)
		must(t, err)
		defer s.Close()
		_, n, err := s.Leads(t.Context(), ws.ID, store.Filter{}, 1)
		must(t, err)
		if l := byNumber(t, s, ws, 7); n != before && n != before+since || l.State != handoff.Erased {
			t.Errorf("killed %s: there are %d leads, and who was erased is %s", when, n, l.State)
		}
		return n == before
	}
	begin()
	whole := time.Now()
	must(t, restorer(t.Context(), backup, path).Run())
	took := time.Since(whole)
	if !check("never") {
		t.Fatal("it was not restored")
	}
	outcomes := map[bool]int{}
	kill := func(when string, c *exec.Cmd) {
		t.Helper()
		_ = c.Wait() // killed, or done
		outcomes[check(when)]++
	}
	const moments = 40
	for i := range moments {
		begin()
		after := took * time.Duration(i) / moments
		ctx, cancel := context.WithTimeout(t.Context(), after)
		c := restorer(ctx, backup, path)
		if c.Start() == nil {
			kill(fmt.Sprint("after ", after), c)
		}
		cancel()
	}
	for names := 3; names < 9; names++ { // the database, its log, and what comes
		begin()
		c := restorer(t.Context(), backup, path)
		must(t, c.Start())
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			for seen := map[string]bool{}; len(seen) < names && c.Process.Signal(syscall.Signal(0)) == nil; {
				entries, _ := os.ReadDir(live)
				for _, e := range entries {
					seen[e.Name()] = true
				}
			}
			_ = c.Process.Kill()
		}()
		kill(fmt.Sprintf("at %d names", names), c)
		<-ended
		must(t, restorer(t.Context(), backup, path).Run())
		if !check("before") {
			t.Error("a restore after a killed one has not restored")
		}
		left, err := filepath.Glob(filepath.Join(live, ".*"))
		must(t, err)
		if len(left) > 0 {
			t.Errorf("killed at %d names: %q are left", names, left)
		}
	}
	if outcomes[false] == 0 {
		t.Error("none was killed in time")
	}
	t.Logf("%d were killed before and %d after it was in place; a whole one took %v", outcomes[false], outcomes[true], took)
}

func restorer(ctx context.Context, backup, path string) *exec.Cmd {
	c := exec.CommandContext(ctx, os.Args[0])
	c.Env = append(slices.DeleteFunc(os.Environ(), func(s string) bool { return strings.HasPrefix(s, crashing) }), restoring+"="+backup+"|"+path)
	c.Stderr = os.Stderr
	return c
}
