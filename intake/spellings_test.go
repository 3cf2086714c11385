package intake

import (
	"encoding/csv"
	"maps"
	"os"
	"strings"
	"testing"

	"golang.org/x/text/encoding/unicode"
)

const realFolder = "../../shared/data/x-education/"

// A real export in three spellings gives the same leads: commas, Spanish headers with semicolons, and the UTF-16 with
// tabs that is made of it here.
func TestRealFileInThreeSpellings(t *testing.T) {
	plain, err := os.ReadFile(realFolder + "Leads.csv")
	if err != nil {
		t.Skip("the real file is not here:", err)
	}
	spanish, err := os.ReadFile(realFolder + "Leads.es-semicolon.derived.csv")
	if err != nil {
		t.Fatal(err)
	}
	type count struct {
		leads, refused int
		ids            map[string]int
		outcomes       map[string]int // by source and verdict
	}
	read := func(file string, o FileOptions) count {
		f, err := OpenFile(strings.NewReader(file), o)
		if err != nil {
			t.Fatal(err)
		}
		c := count{ids: map[string]int{}, outcomes: map[string]int{}}
		for row, err := range f.Rows() {
			switch {
			case err != nil:
				t.Fatal(err)
			case len(row.Wrong) > 0:
				c.refused++
				continue
			}
			c.leads++
			c.ids[row.Arrival.ExternalID]++
			source := strings.Replace(row.Arrival.Source, "Olark Chat", "Chat", 1) // the Spanish file's own word
			c.outcomes[source+" "+string(row.Arrival.Outcome.Verdict)]++
		}
		return c
	}
	english := options(func(o *FileOptions) {
		o.Map, o.Empty, o.History = []string{"external_id=Lead Number", "source=Lead Source"}, []string{"Select"}, true
	})
	want := read(string(plain), english)
	if want.leads != 9240 || want.refused != 0 || len(want.ids) != 9240 || want.outcomes["Google accept"] == 0 {
		t.Fatalf("%d leads, %d refused, %d ids, %v", want.leads, want.refused, len(want.ids), want.outcomes)
	}
	for name, got := range map[string]count{
		"UTF-16 with tabs": read(asUTF16(t, string(plain)), english),
		"Spanish, semicolons": read(string(spanish), options(func(o *FileOptions) {
			o.Map, o.Empty, o.History = []string{"external_id=id"}, []string{"Select"}, true
		})),
	} {
		if got.leads != want.leads || got.refused != want.refused || !maps.Equal(got.ids, want.ids) || !maps.Equal(got.outcomes, want.outcomes) {
			t.Errorf("%s: %d leads, %d refused, %v\nwant %d, %d, %v", name, got.leads, got.refused, got.outcomes, want.leads, want.refused, want.outcomes)
		}
	}
}

func asUTF16(t *testing.T, file string) string {
	t.Helper()
	rows, err := csv.NewReader(strings.NewReader(file)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var tabs strings.Builder
	w := csv.NewWriter(&tabs)
	w.Comma, w.UseCRLF = '\t', true
	if err := w.WriteAll(rows); err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(tabs.String())
	if err != nil {
		t.Fatal(err)
	}
	return wide
}
