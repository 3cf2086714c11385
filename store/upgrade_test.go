package store_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
	"relevo/store/storetest"
)

// A database of each schema that was in use is brought up to date by opening it: nothing of it is lost, and the store works
// with it. A schema that is left for a newer one gets a file testdata/schema_N.sql.
func TestUpgrade(t *testing.T) {
	files, err := filepath.Glob("testdata/schema_*.sql")
	if err != nil || len(files) == 0 {
		t.Fatal("no older schema to upgrade from", err)
	}
	for _, file := range files {
		var version int64
		if _, err := fmt.Sscanf(filepath.Base(file), "schema_%d.sql", &version); err != nil {
			t.Fatal(err)
		}
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		t.Run(filepath.Base(file), func(t *testing.T) {
			eachNew(t, func(t *testing.T, dsn string) { upgrade(t, dsn, version, string(content)) })
		})
	}
}

func upgrade(t *testing.T, dsn string, version int64, content string) {
	must(t, store.OlderSchema(t.Context(), dsn, version, content))
	s := storetest.OpenAt(t, dsn)
	got, err := s.Version(t.Context())
	must(t, err)
	if newest, err := store.Newest(s); err != nil || got != newest || got <= version {
		t.Errorf("the schema is version %d after %d, the newest is %d (%v)", got, version, newest, err)
	}

	ws := workspace(t, s)
	count := func(table string) int { return strings.Count(content, "INSERT INTO "+table+" ") }
	leads, total, err := s.Leads(t.Context(), ws.ID, store.Filter{}, 1000)
	must(t, err)
	if total != count("leads") || len(leads) != total {
		t.Errorf("%d leads, want %d", total, count("leads"))
	}
	decisions, takenBack, lines := 0, 0, 0
	for _, l := range leads {
		ds, err := s.Decisions(t.Context(), ws.ID, l.ID)
		must(t, err)
		decisions += len(ds)
		if l.Name != "" {
			finds(t, s, ws, l.Number, l.Name)
		}
		for _, d := range ds {
			if !d.Stands() {
				takenBack++
			}
		}
		history, err := s.History(t.Context(), ws.ID, l.ID)
		must(t, err)
		lines += len(history)
	}
	if decisions != count("decisions") || lines != count("events") {
		t.Errorf("%d decisions and %d lines of history, want %d and %d", decisions, lines, count("decisions"), count("events"))
	}
	// The verdicts that rounds have been told since are counted too.
	tally, err := s.Tally(t.Context(), ws.ID, time.Unix(0, 0), monday.AddDate(10, 0, 0))
	must(t, err)
	offered, decided := 0, 0
	for _, x := range tally {
		if x.Verdict == "" {
			offered += int(x.Count)
		} else {
			decided += int(x.Count)
		}
	}
	if standing := count("decisions") - takenBack; offered != count("rounds") || decided != standing {
		t.Errorf("%d rounds and %d decisions are counted, want %d and %d", offered, decided, count("rounds"), standing)
	}

	// It goes on.
	r := add(t, s, ws, person(4711))[0]
	l := byNumber(t, s, ws, r.Number)
	if r.Number <= leads[0].Number || l.State != handoff.Open {
		t.Errorf("a new lead is #%d and %s after #%d", r.Number, l.State, leads[0].Number)
	}
}
