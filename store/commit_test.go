package store_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
	"relevo/store/storetest"
)

// crowded has acts on workspace 1 wait until all of them do, so that they are committed together, and returns what each
// returned. On PostgreSQL the first of them waits in a transaction of its own.
func crowded(t *testing.T, s *store.Store, acts ...func() error) []error {
	t.Helper()
	begun, until := make(chan struct{}), make(chan struct{})
	errs := make([]error, len(acts))
	var all sync.WaitGroup
	all.Go(func() { must(t, store.Hold(s, 1, begun, until)) })
	<-begun
	for i, act := range acts {
		all.Go(func() { errs[i] = act() })
	}
	for store.Queued(s, 1) < len(acts) {
		runtime.Gosched()
	}
	close(until)
	all.Wait()
	return errs
}

// commits counts the commits in the write-ahead log: the last page of each says how long the database is then.
func commits(t *testing.T, path string) (n int) {
	t.Helper()
	log, err := os.ReadFile(path + "-wal")
	must(t, err)
	size := int(binary.BigEndian.Uint32(log[8:]))
	for frame := log[32:]; len(frame) >= 24+size; frame = frame[24+size:] {
		if binary.BigEndian.Uint32(frame[4:]) > 0 {
			n++
		}
	}
	return n
}

func TestCommittedTogether(t *testing.T) {
	path := storetest.SQLite(t)
	s := storetest.OpenAt(t, path)
	ws := workspace(t, s)
	add(t, s, ws, person(1))
	before := commits(t, path)
	gone := ws
	gone.ID = 99
	var acts []func() error
	for n := 2; n < 60; n++ {
		acts = append(acts, func() error { _, err := s.AddLeads(t.Context(), ws, []handoff.Arrival{person(n)}); return err })
	}
	acts = append(acts,
		func() error { _, err := s.AddLeads(t.Context(), gone, []handoff.Arrival{person(1)}); return err },
		func() error { return s.SaveWorkspace(t.Context(), gone) },
		func() error {
			_, _, err := s.Decide(t.Context(), ws.ID, 1, "V1", accept(ws, "U1", monday), ws.Rules())
			return err
		},
		func() (err error) {
			defer func() { err = fmt.Errorf("%v", recover()) }()
			_, _, err = s.Decide(t.Context(), ws.ID, 1, "V2", func(handoff.Lead) (handoff.Decision, error) { panic("no such rule") }, ws.Rules())
			return err
		})
	errs := crowded(t, s, acts...)
	last := len(errs) - 4
	for i, err := range errs {
		if i != last && i != last+1 && i != last+3 && err != nil {
			t.Errorf("act %d failed beside others: %v", i, err)
		}
	}
	for _, err := range errs[last : last+2] {
		if !errors.Is(err, handoff.ErrNotFound) {
			t.Errorf("in a workspace that is not there the error is %v", err)
		}
	}
	if err := errs[last+3]; err == nil || !strings.Contains(err.Error(), "no such rule") {
		t.Errorf("a panic came back as %v", err)
	}
	if n := commits(t, path) - before; n != 1 {
		t.Errorf("%d acts took %d commits", len(acts), n)
	}
	for n := 1; n < 60; n++ {
		if l, err := s.LeadByEmail(t.Context(), ws.ID, person(n).Email); err != nil || n == 1 && l.State != handoff.Accepted {
			t.Errorf("person %d is %s, %v", n, l.State, err)
		}
	}
}

// A crowd is taken in as if its requests had come one by one, also when one of them spoils it.
func TestCrowd(t *testing.T) {
	for _, spoil := range []bool{false, true} {
		s := storetest.Open(t)
		ws := workspace(t, s)
		if spoil { // a rule of which the store knows nothing
			rule := `CREATE TRIGGER spoiled BEFORE INSERT ON leads WHEN new.name = 'Person 7' BEGIN SELECT RAISE(ABORT, 'spoiled'); END`
			if s.Engine() == "postgres" {
				rule = `ALTER TABLE leads ADD CONSTRAINT spoiled CHECK (name <> 'Person 7')`
			}
			must2(store.Exec(t.Context(), s, rule))
		}
		receipts := make([][]handoff.Receipt, 20)
		var acts []func() error
		for i := range receipts {
			acts = append(acts, func() (err error) {
				receipts[i], err = s.AddLeads(t.Context(), ws, []handoff.Arrival{person(i % 10), person(100 + i)})
				return err
			})
		}
		fates := map[handoff.Fate]int{}
		for i, err := range crowded(t, s, acts...) {
			if (err != nil) != (spoil && i%10 == 7) {
				t.Errorf("request %d: %v", i, err)
			}
			for k, r := range receipts[i] {
				fates[r.Fate]++
				if want := person([]int{i % 10, 100 + i}[k]).Email; byNumber(t, s, ws, r.Number).Email != want {
					t.Errorf("request %d was told lead %d, which is not %s", i, r.Number, want)
				}
			}
		}
		want := map[handoff.Fate]int{handoff.FateNew: 30, handoff.FateMerged: 10}
		if spoil {
			want = map[handoff.Fate]int{handoff.FateNew: 27, handoff.FateMerged: 9}
		}
		if fmt.Sprint(fates) != fmt.Sprint(want) {
			t.Errorf("the receipts say %v, want %v", fates, want)
		}
		if s.Engine() == "postgres" && !spoil {
			if n := store.Ask(t, s, `SELECT count(DISTINCT xmin::text) FROM leads`); n > 2 {
				t.Errorf("%d requests were taken in %d times, want no more than the first ones and all others", len(acts), n)
			}
		}
	}
}

// On PostgreSQL a workspace's leads keep nobody waiting who writes something else.
func TestLineOfOne(t *testing.T) {
	s := storetest.Open(t)
	if s.Engine() != "postgres" {
		t.Skip("SQLite has one writer")
	}
	ws := workspace(t, s)
	other := another(t, s, ws)
	begun, until := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() { must(t, store.Hold(s, ws.ID, begun, until)) })
	<-begun
	all.Go(func() { add(t, s, ws, person(1)) })
	for store.Queued(s, ws.ID) < 1 {
		runtime.Gosched()
	}
	add(t, s, other, person(1))
	store.SetPatience(s, other.ID, time.Nanosecond) // of a server that went silent
	if _, err := s.AddLeads(t.Context(), other, []handoff.Arrival{person(2)}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("whoever waits for PostgreSQL in vain is told %v", err)
	}
	store.SetPatience(s, other.ID, time.Minute)
	add(t, s, other, person(2))
	close(until)
	all.Wait()
}

func TestWithdrawn(t *testing.T) {
	s := storetest.OpenAt(t, storetest.SQLite(t))
	ws := workspace(t, s)
	ctx, cancel := context.WithCancel(t.Context())
	begun, until := make(chan struct{}), make(chan struct{})
	var all sync.WaitGroup
	all.Go(func() { must(t, store.Hold(s, 1, begun, until)) })
	<-begun
	all.Go(func() {
		if _, err := s.AddLeads(ctx, ws, []handoff.Arrival{person(1)}); !errors.Is(err, context.Canceled) {
			t.Errorf("whoever left before it began was told %v", err)
		}
	})
	for store.Queued(s, 1) < 1 {
		runtime.Gosched()
	}
	cancel()
	for store.Queued(s, 1) > 0 {
		runtime.Gosched()
	}
	close(until)
	all.Wait()
	if _, n, err := s.Leads(t.Context(), ws.ID, store.Filter{}, 1); err != nil || n != 0 {
		t.Errorf("%d leads are stored of whoever left, %v", n, err)
	}
}

// While the disk is full nothing is half stored, and all who were to be committed together are told so.
func TestFull(t *testing.T) {
	s := storetest.OpenAt(t, storetest.SQLite(t))
	ws := workspace(t, s)
	add(t, s, ws, many(200)...)
	full := func(pages string) { must2(store.Exec(t.Context(), s, `PRAGMA max_page_count = `+pages)) }
	full("1") // no fewer than there are
	acts := func() (acts []func() error) {
		for n := range 60 {
			acts = append(acts, func() error {
				as := many(260 + n*40)[200+n*40:]
				_, err := s.AddLeads(t.Context(), ws, as)
				return err
			})
		}
		return acts
	}
	failed := 0
	for _, err := range crowded(t, s, acts()...) {
		if err != nil {
			failed++
		}
	}
	_, n, err := s.Leads(t.Context(), ws.ID, store.Filter{}, 1)
	must(t, err)
	if failed == 0 || failed == 60 && n != 200 {
		t.Errorf("of 60 requests %d failed, and %d leads are stored", failed, n)
	}
	full("1073741823")
	for i, err := range crowded(t, s, acts()...) {
		if err != nil {
			t.Errorf("request %d failed though there is room again: %v", i, err)
		}
	}
	if _, n, err = s.Leads(t.Context(), ws.ID, store.Filter{}, 1); err != nil || n != 260+59*40 {
		t.Errorf("%d leads are stored, %v", n, err)
	}
}
