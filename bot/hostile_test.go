package bot_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// naughty returns the Big List of Naughty Strings, with a few that aim at Slack. Under the race detector, which
// makes all of it many times slower, a part of the list has to do.
func naughty(t *testing.T) (all []string) {
	t.Helper()
	raw, err := os.ReadFile("testdata/blns/blns.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatal(err)
	}
	if withRace {
		var some []string
		for i := 0; i < len(all); i += 17 {
			some = append(some, all[i])
		}
		all = some
	}
	return append(all,
		"<!channel>", "<!here|here>", "<!everyone>", "<@U0LUKE0001>", "<#C0GENERAL1>", "<!subteam^S0SALES001>", "@channel", "@here", "@luke.carter", "#general",
		"<https://evil.example|Acme>", "https://evil.example", "<mailto:x@evil.example|x>", "&lt;!channel&gt;", "&amp;lt;!channel&amp;gt;", "*bold* _it_ ~no~ `code`",
		"> quote", ":tada:", "<!date^1^{date}|x>", "{{.Name}}", "{{call .X}}", "%!s(MISSING) %d", "\uE000\uE001", "\u202Eevil\u202C", "a\x00b", strings.Repeat("ñ", 500),
		strings.Repeat("<", 500), strings.Repeat("&", 500), strings.Repeat("🧑‍🚀", 160), strings.Repeat("\U0010FFFF", 300), "\r\n\r\n", "\u200B", "\u00A0", "\uFEFF",
	)
}

// typed is what is left of a text that somebody typed: what surrounds it and what no store can hold is gone.
func typed(s string) string {
	return strings.TrimSpace(strings.ReplaceAll(s, "\x00", ""))
}

// start is as much of a text as every place shows.
func start(s string) string {
	if utf8.RuneCountInString(s) > 190 {
		s = string([]rune(s)[:190])
	}
	return strings.TrimSpace(s)
}

// Whatever is typed as a name, a company, a note, a reason to take back or a query is stored and shown as it was
// typed, and does nothing. What every payload must not have (mrkdwn, links, mentions) is held in checkPayloads.
func TestNaughtyStrings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "http", "en")
	list := naughty(t)
	arrivals := make([]handoff.Arrival, len(list))
	for i, s := range list {
		a := handoff.Arrival{
			ExternalID: fmt.Sprint("x", i), Owner: s, At: w.fake.Now(),
			Person: handoff.Person{Name: s, Company: list[(i+1)%len(list)], Role: list[(i+2)%len(list)], Industry: list[(i+3)%len(list)]},
			Touch:  handoff.Touch{Activity: list[(i+4)%len(list)]},
		}
		for _, f := range []struct {
			s   *string
			max int
		}{{&a.Owner, 64}, {&a.Source, 200}, {&a.Campaign, 200}} {
			*f.s = string([]rune(*f.s)[:min(f.max, utf8.RuneCountInString(*f.s))])
		}
		clean, err := a.Clean()
		if err != nil {
			t.Fatalf("%q: %v", s, err)
		}
		arrivals[i] = clean
	}
	if _, err := w.store.AddLeads(t.Context(), w.workspace(), arrivals); err != nil {
		t.Fatal(err)
	}
	w.truth()
	cards := w.fake.Messages(slackfake.ChannelLeads)[1:] // behind the one that announces them
	if len(cards) != len(list) {
		t.Fatalf("%d cards for %d leads", len(cards), len(list))
	}
	for i, s := range list {
		lead, card := w.lead(int64(i+1)), cards[i]
		if lead.Name != typed(s) {
			t.Errorf("the name %q is stored as %q", s, lead.Name)
		}
		said := w.fake.Text(card.Blocks)
		for _, want := range []string{lead.Name, lead.Company, lead.Role, lead.Industry, strings.ReplaceAll(lead.Activity, "\n", "\n> ")} {
			if n := utf8.RuneCountInString(lead.Role + lead.Company + lead.Industry); n < 390 && !strings.Contains(said, start(want)) {
				t.Errorf("the card of %q does not show %q:\n%s", s, want, said)
			}
		}
		w.noted(card, i, s)
	}
	w.truth()
	cards = w.fake.Messages(slackfake.ChannelLeads)[1:]
	for i, s := range list {
		note := typed(s)
		if said := w.fake.Text(cards[i].Blocks); !strings.Contains(said, start(strings.ReplaceAll(note, "\n", "\n> "))) {
			t.Errorf("the note %q is shown as:\n%s", s, said)
		}
		got, err := w.fake.Command(t.Context(), slackfake.Luke, slackfake.ChannelLeads, "/lead "+s)
		if err != nil || got.Text == "" || strings.Contains(got.Text, "went wrong") {
			t.Errorf("/lead %q answers %q (%v)", s, got.Text, err)
		}
		if answer := w.fake.Text(got.Blocks); strings.HasPrefix(answer, "No lead matches") && !strings.Contains(answer, start(strings.TrimSpace(s))) {
			t.Errorf("the query %q is shown as %q", s, answer)
		}
	}
	for _, user := range []string{slackfake.Luke, slackfake.Ana} {
		w.home(user)
	}
}

// noted decides on a lead with a note, as accepted or as rejected in turn; nothing but space is no note for an
// acceptance.
func (w *world) noted(card slackfake.Message, i int, note string) {
	w.t.Helper()
	action, values := "card.accept", map[string]string{"need": note}
	if i%2 == 1 {
		action, values = "card.reject", map[string]string{"reject.reason": "wrong-role", "note": note}
	}
	w.click(slackfake.Luke, card, action, "")
	got := w.submit(slackfake.Luke, values)
	if typed(note) == "" && action == "card.accept" {
		if got.Closed {
			w.t.Errorf("%q was taken for a need", note)
		}
		if got = w.submit(slackfake.Luke, map[string]string{"need": "–"}); !got.Closed {
			w.t.Errorf("refused: %+v", got)
		}
		return
	}
	if !got.Closed {
		w.t.Errorf("the note %q was refused: %+v", note, got)
		return
	}
	ds, err := w.store.Decisions(w.t.Context(), 1, int64(i+1))
	if err != nil || len(ds) != 1 || ds[0].Note != typed(note) {
		w.t.Errorf("the note %q is stored as %+v (%v)", note, ds, err)
	}
}

// The longest notes that a form takes, of characters that grow sixfold in JSON, still let whoever comes second
// know who was first.
func TestLongNotesOfBoth(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		card := w.card(w.arrives(ana).Number, "[Accept as SQL]")
		for _, user := range []string{slackfake.Luke, slackfake.Ana} {
			w.click(user, card, "card.accept", "")
		}
		long := strings.Repeat("<&>", 666)
		if got := w.submit(slackfake.Luke, map[string]string{"need": long}); !got.Closed {
			t.Fatalf("refused: %+v", got)
		}
		got := w.submit(slackfake.Ana, map[string]string{"need": long})
		if got.View == nil {
			t.Fatalf("whoever came second sees the form close: %+v", got)
		}
		if said := w.fake.Text(got.View.Blocks); !strings.Contains(said, "Luke Carter") || strings.Count(said, "<&><&>") < 300 {
			t.Errorf("whoever came second is told:\n%s", said)
		}
		w.truth()
	})
}

// A web address with what Slack takes for none does not keep a card out of the channel.
func TestStrangeLinks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "http", "en")
	for i, link := range []string{
		"https://crm.example/a b?q=c d", "HTTPS://CRM.example/ñ/日本?x=<y>|z", "https://crm.example/" + strings.Repeat("x", 1900), "http://user:pass@crm.example/",
		"https://crm.example/#<!channel>", "https://crm.example/%zz?%",
	} {
		a := ana
		a.Email, a.ExternalID, a.Link = "", fmt.Sprint("x", i), link
		clean, err := a.Clean()
		if err != nil {
			continue // it is refused at the door
		}
		w.arrives(clean)
	}
	w.truth()
	for _, card := range w.fake.Messages(slackfake.ChannelLeads) {
		w.click(slackfake.Luke, card, "card.menu", w.menu(card, "history"))
	}
}
