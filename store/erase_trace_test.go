package store_test

import (
	"os"
	"strings"
	"testing"

	"relevo/handoff"
	"relevo/store"
	"relevo/store/storetest"
)

// Nothing of a person stays: not in any column of any table, and not between the rows of SQLite's file.
func TestEraseLeavesNothing(t *testing.T) {
	for name, who := range map[string]store.Erasure{
		"by e-mail": {Email: " X0V@x0vco.example"}, "by external id": {ExternalID: "crm:x0v-2"},
		"by both": {ExternalID: "form:x0v-1", Email: "x0v@x0vco.example"},
	} {
		t.Run(name, func(t *testing.T) {
			eachDSN(t, func(t *testing.T, dsn string) {
				s := storetest.OpenAt(t, dsn)
				ws := workspace(t, s)
				add(t, s, ws, person(1))
				l := lived(t, s, ws)
				add(t, s, ws, person(2))
				if n := strings.Count(storetest.Dump(t, dsn), "x0v"); n < 30 {
					t.Fatalf("only %d texts are stored: the test tests nothing", n)
				}
				if n, err := s.Erase(t.Context(), ws.ID, who, monday.AddDate(0, 0, 3)); err != nil || n != 1 {
					t.Fatalf("%d leads were erased, %v", n, err)
				}
				noTrace(t, storetest.Dump(t, dsn))
				if got := byNumber(t, s, ws, l.Number); got.State != handoff.Erased || got.Round != 2 || got.Received != l.Received || got.Source != "Webinar" {
					t.Errorf("the lead is %+v", got)
				}
				must(t, s.Close()) // its last write-ahead log is written over
				if s.Engine() == "sqlite" {
					file, err := os.ReadFile(dsn)
					if err != nil {
						t.Fatal(err)
					}
					noTrace(t, string(file))
					if _, err := os.Stat(dsn + "-wal"); err == nil {
						t.Error("the write-ahead log is still there")
					}
				}
			})
		})
	}
}

func noTrace(t *testing.T, text string) {
	t.Helper()
	// What is random in a row, the keys, is written with capital letters and the digits from 2 to 7.
	for _, word := range []string{"x0v", "X0v", "X0V", "free"} {
		if i := strings.Index(text, word); i >= 0 {
			t.Errorf("%q is still stored: …%q…", word, text[max(0, i-40):min(len(text), i+40)])
		}
	}
}
