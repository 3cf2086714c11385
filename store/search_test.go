package store_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"relevo/handoff"
	"relevo/store"
)

func TestSearch(t *testing.T) {
	people := []handoff.Person{
		1:  {Name: "Ana Peña", Email: "ana.pena@nordwind.example", Company: "Nordwind & Söhne GmbH", Website: "https://www.nordwind.example/es?x=1"},
		2:  {Name: "JÜRGEN GROẞMANN", Email: "j+crm@strasse.test", Company: "Straßenbau"},
		3:  {Name: "İpek Yıldız", Email: "ipek@x.test"},
		4:  {Name: "Ελένη Παπαδοπούλου", Email: "eleni@x.test", Company: "ΟΔΥΣΣΕΥΣ ΑΕ"},
		5:  {Name: "Наталья Ёлкина", Email: "natalia@x.test"},
		6:  {Name: "Ｆｕｌｌ　Ｗｉｄｔｈ", Email: "full@x.test", Company: "ﬁne ﬂow"},
		7:  {Name: "100% Real_Name*", Email: "percent@x.test", Company: `back\slash 'quote' [x]`},
		8:  {Name: "Anna O’Brien-Smith", Email: "anna_o'brien@x.test"},
		9:  {Name: "Łukasz Øster Ærø", Email: "lukasz@x.test"},
		10: {Name: "田中 太郎", Email: "tanaka@x.test", Company: "株式会社"},
		11: {Name: "😍 Smile", Phone: "1"},
		12: {Name: "ana", Email: "penelope@nordwind.test", Website: "shop.südwind.example"},
	}
	each(t, func(t *testing.T, s *store.Store) {
		ws := workspace(t, s)
		for n, p := range people[1:] {
			add(t, s, ws, handoff.Arrival{Person: p, At: monday.Add(time.Duration(n) * time.Minute)})
		}
		for _, test := range []struct {
			query string
			want  []int64 // numbers, newest first
		}{
			{"pena", []int64{1}}, {"PEÑ", []int64{12, 1}}, {"PEÑA", []int64{1}}, {"Pen\u0303a", []int64{1}}, {"ena", nil},
			{"ana pen", []int64{12, 1}}, {"pen ana", []int64{12, 1}}, {"ana peña", []int64{1}}, {"an", []int64{12, 8, 1}}, {"ana ana", []int64{12, 1}},
			{"nordwind", []int64{12, 1}}, {"nordwind.ex", []int64{1}}, {"@nordwind.example", []int64{1}}, {"www.nordwind.example", []int64{1}},
			{"ana.pena@nordwind.example", []int64{1}}, {"ana.pen", []int64{1}}, {"Ana.Pena@NORD", []int64{1}}, {"sohne", []int64{1}}, {"gmbh, peña!", []int64{1}},
			{"südwind", []int64{12}}, {"shop.sudw", []int64{12}},
			{"strasse", []int64{2}}, {"STRAßE", []int64{2}}, {"grossm", []int64{2}}, {"groß", []int64{2}}, {"j+crm", []int64{2}}, {"crm", []int64{2}},
			{"ipek", []int64{3}}, {"İPEK", []int64{3}}, {"IPEK", []int64{3}}, {"yildiz", []int64{3}}, {"YILDIZ", []int64{3}},
			{"ελενη", []int64{4}}, {"ΠΑΠΑ", []int64{4}}, {"οδυσσευς", []int64{4}}, {"οδυσσευσ", []int64{4}},
			{"елкина", []int64{5}}, {"НАТАЛ", []int64{5}},
			{"full width", []int64{6}}, {"ＷＩＤ", []int64{6}}, {"fine", []int64{6}}, {"flow", []int64{6}},
			{"%", nil}, {"_", nil}, {"*", nil}, {"'", nil}, {`\`, nil}, {"100%", []int64{7}}, {"real_", []int64{7}}, {"real%", []int64{7}}, {"re_l", nil}, {"slash", []int64{7}}, {`back\s`, []int64{7}}, {"[quote]", []int64{7}},
			{"brien", []int64{8}}, {"o’b", []int64{8}}, {"smith", []int64{8}}, {"brien-sm", nil}, {"o’brien-sm", []int64{8}},
			{"lukasz", []int64{9}}, {"oster aero", []int64{9}}, {"田中", []int64{10}}, {"株式", []int64{10}}, {"😍", []int64{11}},
			{"", nil}, {" \t\u200b\x00", nil}, {"\xff\xfe", nil}, {strings.Repeat("ana ", 5000), []int64{12, 1}},
			{strings.Repeat("x", 5000), nil}, {"a b c d e f g h i j", nil},
		} {
			leads, more, err := s.Search(t.Context(), ws.ID, test.query, 10)
			if err != nil || more {
				t.Errorf("%.20q: more %v, %v", test.query, more, err)
			}
			var got []int64
			for _, l := range leads {
				got = append(got, l.Number)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("%.20q found %v, want %v", test.query, got, test.want)
			}
		}
		leads, more, err := s.Search(t.Context(), ws.ID, "x.test", 3)
		if err != nil || !more || len(leads) != 3 || leads[0].Number != 10 || leads[2].Number != 8 {
			t.Errorf("three of many are %v, more %v, %v", leads, more, err)
		}
	})
}

// Whoever types a name as it stands in the card, in whatever case, finds the lead.
func TestSearchFindsAnyName(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ws := workspace(t, s)
		rapid.Check(t, func(t *rapid.T) {
			a, err := handoff.Arrival{
				Person: handoff.Person{Name: rapid.String().Draw(t, "name"), Company: rapid.String().Draw(t, "company"), Phone: "1"}, At: monday,
			}.Clean()
			if err != nil {
				t.Skip(err)
			}
			number := add(t, s, ws, a)[0].Number
			finds(t, s, ws, number, a.Name)
			finds(t, s, ws, number, strings.ToUpper(a.Company))
		})
	})
}

// finds fails when the words of the text do not find the lead, or find something though there are none.
func finds(t fataler, s *store.Store, ws store.Workspace, number int64, text string) {
	t.Helper()
	leads, _, err := s.Search(t.Context(), ws.ID, text, 100_000)
	if err != nil {
		t.Fatal(err)
	}
	want := len(store.Tokens(text)) > 0
	if got := slices.ContainsFunc(leads, func(l handoff.Lead) bool { return l.Number == number }); got != want {
		t.Fatal(text, "found", got, "want", want)
	}
}

// Naughty strings must come back as they were written, and be found.
func TestNaughtyStrings(t *testing.T) {
	content, err := os.ReadFile(filepath.Join("..", "..", "shared", "data", "blns", "blns.json"))
	if errors.Is(err, os.ErrNotExist) {
		t.Skip("the list of naughty strings is not here")
	}
	var naughty []string
	if err := errors.Join(err, json.Unmarshal(content, &naughty)); err != nil {
		t.Fatal(err)
	}
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		var as []handoff.Arrival
		for _, text := range naughty {
			a, err := handoff.Arrival{
				Person: handoff.Person{Name: text, Company: text, Phone: "1"}, Touch: handoff.Touch{Source: text, Campaign: text, Activity: text}, At: monday,
			}.Clean()
			if err == nil {
				as = append(as, a)
			}
		}
		if len(as) < 400 {
			t.Fatalf("only %d of %d strings are left", len(as), len(naughty))
		}
		for i, r := range add(t, s, ws, as...) {
			l := byNumber(t, s, ws, r.Number)
			if l.Person != as[i].Person || l.Touch != as[i].Touch {
				t.Errorf("stored %+v, want %+v", l, as[i])
			}
			finds(t, s, ws, r.Number, as[i].Name)
			rule := func(l handoff.Lead) (handoff.Decision, error) {
				return ws.Rules().Accept(l, 1, handoff.Actor{User: "U1"}, handoff.Acceptance{Need: "note " + as[i].Name}, monday)
			}
			if _, d, err := s.Decide(ctx, ws.ID, l.ID, "", rule, ws.Rules()); err != nil || d.Note != strings.TrimSpace("note "+as[i].Name) {
				t.Errorf("note is %q, %v", d.Note, err)
			}
		}
		for _, text := range naughty {
			if _, err := s.LeadByEmail(ctx, ws.ID, text); !errors.Is(err, handoff.ErrNotFound) {
				t.Errorf("e-mail %q: %v", text, err)
			}
		}
	})
}

// A word is stored while no e-mail begins with it, and is forgotten with the person all the same.
func TestErasedIsNotFoundByEarlierWords(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ws := workspace(t, s)
		a := handoff.Arrival{ExternalID: "x:1", Person: handoff.Person{Name: "Ana Peña"}, At: monday}
		add(t, s, ws, a)
		a.Email = "ana.pena@nordwind.example"
		number := add(t, s, ws, a)[0].Number
		for _, word := range []string{"ana", "ana.pen", "peña", "nordwind"} {
			finds(t, s, ws, number, word)
		}
		if n, err := s.Erase(t.Context(), ws.ID, store.Erasure{ExternalID: "x:1"}, monday); err != nil || n != 1 {
			t.Fatalf("%d were erased, %v", n, err)
		}
		for _, word := range []string{"ana", "pen", "nordwind", "example"} {
			if leads, _, err := s.Search(t.Context(), ws.ID, word, 10); err != nil || len(leads) > 0 {
				t.Errorf("%q finds %v, %v", word, leads, err)
			}
		}
	})
}

// Words that many leads have are looked for in other ways than those of a few.
func TestSearchAmongMany(t *testing.T) {
	as := many(5500)
	for i := range as {
		as[i].Name = "Ana"
		as[i].Company += []string{" Acero", " Bravo"}[i%2]
		if i < 1200 { // longer ago than is looked through
			as[i].Name = fmt.Sprintf("Grace Q%d", i)
		}
	}
	each(t, func(t *testing.T, s *store.Store) { searchAmong(t, s, as) })
}

func searchAmong(t *testing.T, s *store.Store, as []handoff.Arrival) {
	ws := workspace(t, s)
	receipts, err := s.AddHistory(t.Context(), ws, as)
	must(t, err)
	for query, newest := range map[string]int{
		"ana": 5499, "f": 5499, "grace": 1199, "gra user": 1199, "example firm7": 5499, "grace user17@firm": 17, "ana user17@firm": -1, "example com grace f": 1199,
		"acero bravo": -1, "acero grace": 1198, "bravo acero gra": -1, "user11 grace bravo": 1199, "q": 1199, "ltd q": 1199, "q ana": -1,
	} {
		leads, more, err := s.Search(t.Context(), ws.ID, query, 3)
		switch {
		case err != nil:
			t.Errorf("%s: %v", query, err)
		case newest < 0 && len(leads) > 0, newest >= 0 && (len(leads) == 0 || query != "example firm7" && leads[0].Number != receipts[newest].Number):
			t.Errorf("%s finds %v, want lead %d first", query, leads, newest)
		case more != (newest > 100):
			t.Errorf("%s: more is %v", query, more)
		}
		if !slices.IsSortedFunc(leads, func(a, b handoff.Lead) int { return b.Received.Compare(a.Received) }) {
			t.Errorf("%s finds them in another order than the newest first: %v", query, leads)
		}
	}
}
