package bot

import (
	"fmt"
	"strings"
	"testing"

	"github.com/slack-go/slack"

	"relevo/internal/text"
)

// fileCases are the answers to a file that people see.
func fileCases(p *text.Printer) map[string]fileSaid {
	report := FileReport{
		Tool: "Typeform", Rows: 1204, Good: 1190, Refused: 14, Outcome: "Status",
		Columns: []FileColumn{{"external_id", []string{"#"}}, {"first_name", []string{"First name"}}, {"email", []string{"Work e-mail", "Other e-mail"}}, {"received", []string{"Submit Date (UTC)"}}},
		Kept:    []string{"How many vans?", "Why now?"},
		Why:     []RefusedFor{{"E-mail: This is not an e-mail address.", 12}, {"Received on: This is not a date.", 2}},
	}
	taken := report
	taken.New, taken.Merged, taken.NewRounds, taken.Repeated, taken.Undated = 1000, 150, 20, 20, 3
	one := FileReport{Rows: 1, Good: 1, New: 1, Columns: []FileColumn{{"email", []string{"email"}}}}
	none := FileReport{Rows: 1, Refused: 1, Columns: []FileColumn{{"email", []string{"email"}}}, Why: []RefusedFor{{"E-mail: This is not an e-mail address.", 1}}}
	long := FileReport{Rows: 40, Refused: 40, Outcome: strings.Repeat("<!channel> & ", 100)}
	for _, field := range []string{"external_id", "name", "first_name", "last_name", "email", "phone", "company", "website", "role", "country", "industry", "size", "source", "campaign", "activity", "asks_contact", "link", "owner", "received", "decided"} {
		long.Columns = append(long.Columns, FileColumn{field, []string{strings.Repeat("<@U1> 日本 ", 100)}})
		long.Kept = append(long.Kept, strings.Repeat("*ü* ", 200))
		long.Why = append(long.Why, RefusedFor{strings.Repeat("& why ", 400), 2})
	}
	return map[string]fileSaid{
		"reading": sayReading(p, "leads.csv"), "offer": sayOffer(p, "F1", "leads.csv", report), "offer_one": sayOffer(p, "F1", "leads.csv", one),
		"offer_none": sayOffer(p, "F1", "leads.csv", none), "offer_long": sayOffer(p, "F1", strings.Repeat("<long> ", 100)+".csv", long),
		"taking": sayFile(p, fileTaking, "file.taking", "File", "leads.csv"), "taking_rows": sayFile(p, fileTaking, "file.taking_rows", "File", "leads.csv", "Done", p.Int(4000), "Rows", p.Int(12000)),
		"taken":     sayTaken(p, "leads.csv", false, taken),
		"taken_one": sayTaken(p, "leads.csv", false, one), "taken_history": sayTaken(p, "leads.csv", true, taken),
		"left": sayFile(p, fileDone, "file.left", "File", "leads.csv"), "broke_off": sayFile(p, fileDone, "file.broke_off", "File", "leads.csv"),
		"not_given_back": sayTaken(p, "leads.csv", false, taken).and(p.T("file.not_given_back")),
	}
}

// Every answer to a file is as its golden file, in both languages, Slack takes it, and each of its buttons is handled.
func TestFileGoldens(t *testing.T) {
	s := newStage(t)
	clicks := New(Config{}).clicks
	for _, lang := range text.Languages() {
		p := texts(t).In(lang)
		cases := fileCases(p)
		var read strings.Builder
		for _, name := range []string{"reading", "offer", "offer_one", "offer_none", "offer_long", "taking", "taking_rows", "taken", "taken_one", "taken_history", "left", "broke_off", "not_given_back"} {
			said := cases[name]
			golden(t, fmt.Sprintf("file_%s_%s.json", name, lang), indented(t, slack.NewBlockMessage(said.blocks...)))
			fmt.Fprintf(&read, "== %s (%s)\n%s\n-- read aloud: %s\n\n", name, said.state, s.posted(said.blocks, said.text), said.text)
			for _, b := range said.blocks {
				if actions, ok := b.(*slack.ActionBlock); ok {
					for _, e := range actions.Elements.ElementSet {
						if id := e.(*slack.ButtonBlockElement).ActionID; clicks[id] == nil {
							t.Errorf("nobody handles %s", id)
						}
					}
				}
			}
		}
		golden(t, "files_"+lang+".txt", []byte(read.String()))
	}
}

// Every field that a file can have is called by a name in the answer.
func TestFieldsHaveNames(t *testing.T) {
	for _, lang := range text.Languages() {
		p := texts(t).In(lang)
		for _, c := range fileCases(p)["offer_long"].blocks {
			if said := string(indented(t, c)); strings.Contains(said, "field.") {
				t.Errorf("%s: a field without a name:\n%s", lang, said)
			}
		}
	}
}
