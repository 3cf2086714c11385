package intake

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/text"
)

func readMapping(t *testing.T, file string) Mapping {
	t.Helper()
	m, err := ReadMapping(file)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

const someMapping = `
[sources]
"Google" = ["adwords"]
"Fair" = ["feria", "Messe"]
"X Corp" = ["twitter"]

[campaigns]
"Spring webinar" = ["spring-webinar", "webinar_2026_spring"]

[mailboxes]
free = ["Café.example"]
company = ["gmail.com"]

[fields.all]
"Newsletter" = { keep = "Newsletter" }
"Consent text" = "ignore"

[fields.typeform]
"How many vans?" = "size"
"why_now" = { card = "Why now" }
"Newsletter" = "ignore"
"Signed up" = "received"

[fields.json]
"vans" = "size"
"company" = { keep = "Sender's company" }
"org" = "company"

[fields.csv]
"Furgonetas" = "size"
"Motivo" = { card = "Why now" }
"Email" = "ignore"
`

func TestMappingOfNames(t *testing.T) {
	n := NewNormaliser("", "en", readMapping(t, someMapping))
	for _, tt := range []struct{ source, want string }{
		{"google", "Google"}, {"AdWords", "Google"}, {"Google Ads", "Google Ads"}, {"google cpc", "Google Ads"},
		{"FERIA", "Fair"}, {"Twitter", "X Corp"}, {"t.co", "X"}, {"x corp", "X Corp"},
	} {
		if got := n.source.of(tt.source); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.source, got, tt.want)
		}
	}
	if got := n.campaign.of("SPRING WEBINAR"); got != "Spring webinar" {
		t.Errorf("got %q", got)
	}
	for email, want := range map[string]handoff.Mailbox{"a@xn--caf-dma.example": handoff.MailboxFree, "a@gmail.com": "", "a@gmx.de": handoff.MailboxFree} {
		if got := n.mailbox(email); got != want {
			t.Errorf("%s: got %q, want %q", email, got, want)
		}
	}
}

// What a tool says of a person becomes fields and extras, by the file, by the tool's own types, by what is obvious.
func TestMappingOfQuestions(t *testing.T) {
	n := NewNormaliser("ES", "en", readMapping(t, someMapping))
	typeform := source{name: "typeform", as: "Typeform", deaf: true}
	long := strings.Repeat("ñ", 600)
	for _, tt := range []struct {
		name string
		from source
		in   entry
		want handoff.Arrival
	}{
		{"by the file", typeform, entry{form: form{"external_id": "t1"}, asked: []question{
			{key: "f1", label: "how many VANS", value: "11 a 50"},
			{key: "why_now", label: "Why are you asking us now?", value: "the contract ends"},
			{key: "f3", label: "Newsletter", value: "yes"},
			{key: "f4", label: "Consent text", value: "I agree"},
			{key: "f5", label: "Signed up", value: "2026-11-20T10:00:00Z"},
			{key: "f6", label: "Favourite colour", value: "blue"},
			{key: "f7", label: "Nothing said", value: "  "},
		}}, handoff.Arrival{
			ExternalID: "typeform:t1", Person: handoff.Person{Size: "11-50"}, Touch: handoff.Touch{Source: "Typeform"},
			Received: time.Date(2026, 11, 20, 10, 0, 0, 0, time.UTC),
			Extras:   []handoff.Extra{{Label: "Why now", Value: "the contract ends", Shown: true}, {Label: "Favourite colour", Value: "blue"}},
		}},
		{"by type and by obvious names", typeform, entry{form: form{"external_id": "t2"}, asked: []question{
			{label: "Where can we reach you?", value: "ana@example.com", field: "email"},
			{label: "Another one?", value: "ana@home.example", field: "email"},
			{label: "The same again?", value: "ana@example.com", field: "email"},
			{label: "Empresa", value: "Acme"}, {label: "Work email", value: "boss@example.com"},
			{label: "Contact me", value: "on Mondays"}, {label: "Country/Region", value: "España"},
			{label: "UTM Source", value: "adwords"}, {key: "utm_medium", label: "hidden", value: "cpc"}, {label: "GCLID", value: "abc"},
			{key: "hs_score", label: "Score", value: "7", aside: true},
		}}, handoff.Arrival{
			ExternalID: "typeform:t2", Person: handoff.Person{Email: "ana@example.com", Company: "Acme", Country: "ES"}, Touch: handoff.Touch{Source: "Google"},
			Extras: []handoff.Extra{{Label: "Another one?", Value: "ana@home.example"}, {Label: "Work email", Value: "boss@example.com"},
				{Label: "Contact me", Value: "on Mondays"}, {Label: "utm_medium", Value: "cpc"}, {Label: "gclid", Value: "abc"}},
		}},
		{"where a click came from", typeform, entry{form: form{"external_id": "t3", "gclid": "abc", "campaign": "Autumn", "utm_campaign": "spring-webinar"}}, handoff.Arrival{
			ExternalID: "typeform:t3", Touch: handoff.Touch{Source: "Google Ads", Campaign: "Autumn"},
			Extras: []handoff.Extra{{Label: "utm_campaign", Value: "spring-webinar"}, {Label: "gclid", Value: "abc"}},
		}},
		{"an address of a page", typeform, entry{form: form{"external_id": "t4"}, asked: []question{
			{key: "page", label: "Page", value: "https://acme.example/demo?utm_source=newsletter&utm_campaign=webinar_2026_spring&utm_term=a%20b", aside: true},
		}}, handoff.Arrival{
			ExternalID: "typeform:t4", Touch: handoff.Touch{Source: "Newsletter", Campaign: "Spring webinar"}, Extras: []handoff.Extra{{Label: "utm_term", Value: "a b"}},
		}},
		{"too long for a field", typeform, entry{form: form{"external_id": "t5"}, asked: []question{{label: "Company", value: long}}}, handoff.Arrival{
			ExternalID: "typeform:t5", Person: handoff.Person{Company: strings.Repeat("ñ", handoff.MaxText-1) + "…"}, Touch: handoff.Touch{Source: "Typeform"},
		}},
		{"our own names", source{name: "json", ownIDs: true}, entry{form: form{"external_id": "7", "company": "Sender Ltd", "source": "feria"}, once: "k", asked: []question{
			{key: "org", label: "org", value: "Acme", aside: true}, {key: "vans", label: "vans", value: "10k+", aside: true}, {key: "other", label: "other", value: "x", aside: true},
		}}, handoff.Arrival{
			ExternalID: "7", OnceKey: "json:k", Person: handoff.Person{Company: "Acme", Size: "10000+"}, Touch: handoff.Touch{Source: "Fair"},
			Extras: []handoff.Extra{{Label: "Sender's company", Value: "Sender Ltd"}},
		}},
	} {
		got, wrong := n.arrival(tt.from, tt.in, tuesday, time.UTC)
		tt.want.At = tuesday
		if len(wrong) > 0 || got.Person != tt.want.Person || got.Touch != tt.want.Touch || got.ExternalID != tt.want.ExternalID ||
			got.OnceKey != tt.want.OnceKey || !got.Received.Equal(tt.want.Received) || !slices.Equal(got.Extras, tt.want.Extras) {
			t.Errorf("%s: %v\ngot  %+v\nwant %+v", tt.name, wrong, got, tt.want)
		}
	}
}

func TestMappingOfColumns(t *testing.T) {
	f, err := OpenFile(strings.NewReader("ID externo,Email,Correo,Furgonetas,Motivo,utm_medium,Size,Nothing\n1,a@b.co,c@d.co,más de 200,now,cpc,5,x\n"), options(func(o *FileOptions) {
		o.Normaliser = NewNormaliser("", "en", readMapping(t, someMapping))
	}))
	if err != nil {
		t.Fatal(err)
	}
	for row, err := range f.Rows() {
		if err != nil || len(row.Wrong) > 0 {
			t.Fatal(err, row.Wrong)
		}
		a := row.Arrival
		extras := []handoff.Extra{{Label: "Why now", Value: "now", Shown: true}, {Label: "utm_medium", Value: "cpc"}}
		if a.Email != "c@d.co" || a.Size != "200+" || !slices.Equal(a.Extras, extras) {
			t.Errorf("got %+v", a)
		}
	}
}

// Everything that is wrong with a file is told at once, in the order of its lines.
func TestWrongMappings(t *testing.T) {
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		file string
		want []string // how each line begins, in English
	}{
		{"[sources]\n\"Google\" = [\"a\"\n", []string{"line 2 is not TOML: "}},
		{"[sources]\n\"a\" = []\n\"a\" = []\n", []string{"line 3 is not TOML: "}},
		{"source = 1\n\n[fields.fax]\n\"q\" = \"size\"\n[fields.json]\n\"Q\" = \"sise\"\n", []string{
			"line 1: there is no section “source”. The sections are: campaigns, fields, mailboxes, sources.",
			"line 3: there is no source “fax”. The sources are: all, csv, json",
			"line 6: there is no field “sise”. What a question can become: external_id, name, ",
		}},
		{"[fields.all]\n\"How many?\" = \"size\"\n\"HOW MANY\" = \"role\"\n\"\" = \"role\"\na = { card = \"\" }\nb = { card = \"x\", keep = \"y\" }\nc = 7\nd = [\"size\"]\ne.card = \"fine\"\n", []string{
			"line 3: “HOW MANY” stands for “How many?” already",
			"line 4: a name is empty.",
			"line 5: what becomes of “a” is not understood. Write a field, as in \"size\", or { card = \"Label\" }",
			"line 6: what becomes of “b”", "line 7: what becomes of “c”", "line 8: what becomes of “d”",
		}},
		{"[sources]\n\"Google\" = \"adwords\"\n\"Meta\" = [\"fb\"]\n\"Facebook\" = [\"FB\", \"fb\"]\n\"B\" = [1]\n[mailboxes]\nfree = [\"gmail\"]\nbad = []\n", []string{
			"line 2: “Google” needs a list of texts",
			"line 4: “FB” stands for “Meta” already", "line 5: “B” needs a list of texts",
			"line 7: “gmail” is not a domain", "line 8: there is no kind of mailbox “bad”. The kinds are: company, disposable, free.",
		}},
		{"fields = 1\n[campaigns]\n[sources]\n", []string{"line 1: “fields” is a section with lines of its own: write [fields]"}},
		{"[fields]\njson = \"x\"\n", []string{"line 2: “json” is a section with lines of its own"}},
	} {
		_, err := ReadMapping(tt.file)
		wrong, _ := err.(Problems)
		ok := len(wrong) == len(tt.want)
		for i := range min(len(wrong), len(tt.want)) {
			ok = ok && strings.HasPrefix(wrong[i].Say(texts.In("en")), tt.want[i]) && wrong[i].Say(texts.In("es")) != wrong[i].Say(texts.In("en"))
		}
		if !ok {
			t.Errorf("%s\ngot  %q\nwant %q", tt.file, wrong.Say(texts.In("en")), tt.want)
		}
	}
	for _, empty := range []string{"", "# nothing\n", "\ufeff[sources]\r\n", "[fields.csv]\n"} {
		if _, err := ReadMapping(empty); err != nil {
			t.Errorf("%q: %v", empty, err)
		}
	}
}

// The example in the documentation is a mapping file, and its list of fields is that of the program.
func TestMappingIsDocumented(t *testing.T) {
	page, err := os.ReadFile("../docs/mapping.md")
	if err != nil {
		t.Fatal(err)
	}
	example := regexp.MustCompile("(?s)```toml\n(.*?)```").FindSubmatch(page)
	if example == nil {
		t.Fatal("docs/mapping.md has no example")
	}
	readMapping(t, string(example[1]))
	for _, field := range MappedFields() {
		if !strings.Contains(string(page), "`"+field+"`") {
			t.Errorf("docs/mapping.md does not tell of the field %s", field)
		}
	}
	for _, name := range mappedSources() {
		if !strings.Contains(string(page), "`"+name+"`") {
			t.Errorf("docs/mapping.md does not tell of the source %s", name)
		}
	}
}

// A mapping file is read or refused with lines that it has; what was read maps every question to a field that there is.
func FuzzMapping(f *testing.F) {
	for _, seed := range []string{someMapping, "a.b.c = 1", "[fields]\n[fields.json]\n'x' = {card='y'}\n", "[[sources]]\n", "fields.csv.\"a\" = \"size\"", "[sources]\n\"\\u0000\" = ['a']", "x = 1979-05-27"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, file string) {
		m, err := ReadMapping(file)
		if err != nil {
			for _, p := range err.(Problems) {
				if p.Limit > strings.Count(file, "\n")+1 {
					t.Fatalf("%q: %+v", file, p)
				}
			}
			return
		}
		for _, questions := range m.fields {
			for key, what := range questions {
				if what.field != "" && what.field != "received_at" && !slices.Contains(MappedFields(), what.field) {
					t.Fatalf("%q: %q becomes %+v", file, key, what)
				}
			}
		}
	})
}

// What forms ask is what becomes something, under both its names.
func TestMappingAsks(t *testing.T) {
	m, err := ReadMapping("[fields.all]\nConsent = \"ignore\"\n[fields.typeform]\n\"How soon?\" = \"activity\"\nq7 = { card = \"Budget\" }\n[fields.csv]\nBudget = { keep = \"Budget\" }\n")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := NewNormaliser("", "en", m).Asks(), []string{"Budget", "How soon?", "q7"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := NewNormaliser("", "en", Mapping{}).Asks(); len(got) != 0 {
		t.Errorf("without a file: %q", got)
	}
}
