package bot

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/text"
)

// A sheet is as its golden file, in both languages: no cell is a formula, and nothing names anybody.
func TestSheetGoldens(t *testing.T) {
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 5, 0, 0, madrid(t)) }
	took, worked := 26*time.Hour+15*time.Minute, 10*time.Hour+15*time.Minute
	rounds := []handoff.Round{
		{Lead: 1031, Round: 2, Source: "Feria Córdoba", Campaign: "=HYPERLINK(\"https://evil.example\")", Owner: "U0LUKE0001", Received: at(2, 9), Offered: at(16, 9), Closed: at(17, 11),
			Verdict: handoff.Accept, By: "U0ANA00001", Decided: at(17, 11), Took: &took, Worked: &worked},
		{Lead: 1032, Round: 1, Source: "+34 600", Campaign: "a;=1+1,-2", Owner: "Grace Hopper", Received: at(16, 10), Offered: at(16, 10), Closed: at(18, 9),
			Verdict: handoff.Reject, Reason: "wrong-industry", By: "Grace Hopper", Decided: at(18, 9)},
		{Lead: 1033, Round: 1, Campaign: "one\ntwo \"three\"; four, five", Received: at(16, 10), Offered: at(16, 10), Closed: at(18, 9), Verdict: handoff.NotNow, Reason: "no-need-now", By: "U0ANA00001", Decided: at(18, 9)},
		{Lead: 1034, Round: 1, Source: "@here", Received: at(17, 10), Offered: at(17, 10)},
		{Lead: 1035, Round: 1, Received: at(17, 10), Offered: at(17, 10), Closed: at(17, 12)},
		{Lead: 1036, Round: 1, Received: at(17, 10), Offered: at(17, 10), Closed: at(17, 12), Verdict: handoff.Reject, Reason: "-dropped", Decided: at(17, 12)},
	}
	for _, lang := range text.Languages() {
		p := texts(t).In(lang)
		got := sheetCSV(p, handoff.DefaultReasons(), madrid(t), rounds, true)
		golden(t, "sheet_"+lang+".csv", got)
		if other := sheetCSV(p, handoff.DefaultReasons(), madrid(t), rounds, false); bytes.Contains(other, []byte("U0")) || bytes.Contains(other, []byte("Slack")) {
			t.Errorf("%s: who decided is told to everybody\n%s", lang, other)
		}
		body, ok := strings.CutPrefix(string(got), "\ufeff")
		if !ok || strings.Contains(body, "Grace") {
			t.Errorf("%s: it has no mark, or names somebody", lang)
		}
		for _, comma := range ",;\t|" { // whatever a spreadsheet takes for the separator
			r := csv.NewReader(strings.NewReader(body))
			r.Comma, r.FieldsPerRecord, r.LazyQuotes = comma, -1, true
			all, err := r.ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range all {
				for _, cell := range row {
					if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
						t.Errorf("%s, cut at %q: %q is a formula", lang, comma, cell)
					}
				}
			}
		}
	}
}

func FuzzLiteral(f *testing.F) {
	for _, s := range []string{"", "=1", "a,=1", "a;\n@x", "|+", "-,-", "\t=", "＝1", "a, =b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for _, cell := range strings.FieldsFunc(literal(s), func(r rune) bool { return strings.ContainsRune(",;|\t", r) }) {
			if cell = strings.TrimLeft(cell, " "); cell != "" && strings.ContainsRune("=+-@＝＋－＠", []rune(cell)[0]) {
				t.Errorf("%q becomes %q", s, literal(s))
			}
		}
	})
}

// Every column and every state has its words.
func TestSheetWords(t *testing.T) {
	for _, lang := range text.Languages() {
		for _, column := range sheetColumns {
			if key := "sheet.col." + column; !texts(t).In(lang).Has(key) {
				t.Errorf("%s lacks %s", lang, key)
			}
		}
		for _, state := range handoff.States() {
			if key := fmt.Sprint("sheet.state.", state); !texts(t).In(lang).Has(key) {
				t.Errorf("%s lacks %s", lang, key)
			}
		}
	}
}
