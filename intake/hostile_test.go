package intake

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"relevo/handoff"
)

// Every hostile string is stored as it was typed, by the webhook and from a file.
func TestHostileStrings(t *testing.T) {
	raw, err := os.ReadFile("../../shared/data/blns/blns.json")
	if err != nil {
		t.Skip("the hostile strings are not here:", err)
	}
	var hostile []string
	if err := json.Unmarshal(raw, &hostile); err != nil || len(hostile) < 400 {
		t.Fatalf("%d strings, %v", len(hostile), err)
	}
	hostile = slices.DeleteFunc(hostile, func(s string) bool { return utf8.RuneCountInString(s) > 200 }) // those are refused, with a reason
	h := open(t)
	address := func(door string, i int) string { return fmt.Sprintf("%s%d@example.com", door, i) }
	var list []map[string]string
	var file strings.Builder
	w := csv.NewWriter(&file)
	if err := w.Write([]string{"email", "name", "company", "activity", "campaign"}); err != nil {
		t.Fatal(err)
	}
	for i, s := range hostile {
		list = append(list, map[string]string{"email": address("hook", i), "name": s, "company": s, "activity": s, "campaign": s})
		if err := w.Write([]string{address("file", i), s, s, s, s}); err != nil {
			t.Fatal(err)
		}
	}
	w.Flush()
	body, err := json.Marshal(list)
	if err != nil {
		t.Fatal(err)
	}
	if rec, _ := h.post(t, string(body)); rec.Code != http.StatusAccepted {
		t.Fatalf("%d %.300s", rec.Code, rec.Body)
	}
	f, err := OpenFile(strings.NewReader(file.String()), options(nil))
	if err != nil {
		t.Fatal(err)
	}
	var fromFile []handoff.Arrival
	for row, err := range f.Rows() {
		if err != nil || len(row.Wrong) > 0 {
			t.Fatalf("line %d: %v %v", row.Line, row.Wrong, err)
		}
		fromFile = append(fromFile, row.Arrival)
	}
	if _, err := h.store.AddLeads(t.Context(), h.ws, fromFile); err != nil {
		t.Fatal(err)
	}
	for i, s := range hostile {
		want := strings.TrimSpace(s)
		for _, door := range []string{"hook", "file"} {
			l, err := h.store.LeadByEmail(t.Context(), h.ws.ID, address(door, i))
			if err != nil {
				t.Fatal(err)
			}
			if l.Name != want || l.Company != want || l.Activity != want || l.Campaign != want {
				t.Errorf("%s: %q became %q, %q, %q, %q", door, want, l.Name, l.Company, l.Activity, l.Campaign)
			}
		}
	}
}
