package cli

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"relevo/bot"
	"relevo/intake"
	"relevo/internal/text"
	"relevo/store/storetest"
)

// Whoever imports a dropped file is told how many rows are done and how many there are, refused ones too.
func TestLeadFileTellsHowFar(t *testing.T) {
	db := storetest.OpenAt(t, storetest.SQLite(t))
	ws, err := db.DefaultWorkspace(t.Context(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	var file strings.Builder
	file.WriteString("email\nnobody\n")
	for n := range 24_999 {
		fmt.Fprintf(&file, "p%d@example.com\n", n)
	}
	read := leadReader(db, intake.NewNormaliser("ES", "en", intake.Mapping{}), time.Now)
	for _, take := range []bool{true, false} {
		var told []int
		job := bot.LeadFile{Workspace: ws, Content: strings.NewReader(file.String()), P: texts.In("en"), Take: take, Refused: io.Discard}
		if take {
			job.Progress = func(done, of int) {
				if told = append(told, done); of != 25_000 {
					t.Errorf("told of %d rows", of)
				}
			}
		}
		report, err := read(t.Context(), job)
		if err != nil || report.Good != 24_999 || report.Refused != 1 {
			t.Errorf("%+v, %v", report, err)
		}
		if take && (len(told) < 3 || !slices.IsSorted(told) || told[len(told)-1] != 25_000) {
			t.Errorf("told %v", told)
		}
	}
}
