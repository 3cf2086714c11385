package bot

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/text"
)

// The cards that there can be, each as its golden file in both languages. cards_en.txt and cards_es.txt are the
// same as people read them.

var cardNow = time.Date(2026, 11, 16, 9, 30, 0, 0, time.UTC)

func cardZone(t testing.TB) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// cardLead is a lead of which everything is known.
func cardLead() handoff.Lead {
	return handoff.Lead{
		ID: 7, Workspace: 1, Number: 1042,
		Person: handoff.Person{
			Name: "Ana Peña", Email: "ana@acme.example", Phone: "+34 600 000 000", Company: "Acme Iberia", Website: "https://acme.example", Role: "Head of Operations",
			Country: "ES", Industry: "Logistics", Size: "51–200", Link: "https://crm.example/leads/7",
		},
		Touch: handoff.Touch{Source: "Google", Campaign: "Spring webinar", Activity: "Asked for a demo of route planning"},
		State: handoff.Open, Round: 1, Touches: 1, Received: cardNow, Offered: cardNow, Due: cardNow.Add(8 * time.Hour), Version: 1,
	}
}

func cardDecision(id int64, round int, v handoff.Verdict, reason, note string) handoff.Decision {
	d := handoff.Decision{ID: id, Workspace: 1, LeadID: 7, Round: round, Verdict: v, Reason: reason, Note: note, By: "U0LUKE0001", At: cardNow.Add(time.Hour)}
	if v == handoff.NotNow {
		d.Back = cardNow.AddDate(0, 0, 60)
	}
	return d
}

// cardExtras are more than a card shows.
func cardExtras() []handoff.Extra {
	return []handoff.Extra{
		{Label: "How many vans?", Value: "seven", Shown: true}, {Label: "Newsletter", Value: "yes"}, {Label: "Why now?", Value: "<!channel> the *lease* ends", Shown: true},
		{Label: "utm_medium", Value: "cpc"}, {Label: "Warehouses", Value: "2", Shown: true}, {Label: "Cold chain", Value: "no", Shown: true}, {Label: "A fifth", Value: "too many", Shown: true},
	}
}

func erasedLead() handoff.Lead { return handoff.Rules{}.Erased(cardLead()) }

type cardCase struct {
	name string
	card Card
}

func cardCases(t testing.TB) []cardCase {
	zone := cardZone(t)
	of := func(change func(*Card)) Card {
		c := Card{Lead: cardLead(), Round: 1, Key: "K3Y", Zone: zone}
		change(&c)
		c.Lead.Round = max(c.Lead.Round, c.Round)
		return c
	}
	decided := func(d handoff.Decision) Card {
		return of(func(c *Card) {
			c.Lead.State, c.Lead.Back = d.Verdict.State(), d.Back
			c.Decisions = []handoff.Decision{d}
		})
	}
	notNow := cardDecision(1, 1, handoff.NotNow, "bad-timing", "Budget in January")
	back := cardDecision(1, 1, handoff.Accept, "", "They lose parcels")
	back.TakenBackAt, back.TakenBackBy, back.TakenBackWhy = cardNow.Add(2*time.Hour), "U0GRACE001", "The wrong Acme"
	imported := cardDecision(1, 1, handoff.Reject, handoff.NoReason, "")
	imported.By = ""
	own := func(d handoff.Decision) Card { // told in the words that were in force then
		c := decided(d)
		c.Reasons = ownReasons(cardNow)
		return c
	}
	before := cardDecision(1, 1, handoff.Reject, "wrong-size", "Two people")
	before.At = cardNow.Add(-time.Hour)
	passed := func(round int) Card {
		return of(func(c *Card) {
			d := cardDecision(1, 1, handoff.Reject, "other-team", "Their head office is in Mexico")
			c.Round, c.Lead.Round, c.Lead.Offered = round, 2, d.At
			c.Decisions, c.Passed = []handoff.Decision{d}, map[int]string{2: "Latinoamérica <!channel>"}
		})
	}
	long := strings.Repeat
	return []cardCase{
		{"anyone_decides", of(func(c *Card) { c.Anyone = true })},
		{"open", of(func(*Card) {})},
		{"open_asks", of(func(c *Card) { c.Lead.AsksContact, c.Lead.Due = true, cardNow.Add(2*time.Hour) })},
		{"merged", of(func(c *Card) { c.Lead.Touches = 3 })},
		{"owned", of(func(c *Card) { c.Lead.Owner = "U0ANA00001" })},
		{"owned_by_name", of(func(c *Card) {
			c.Lead.Owner, c.Names = "U0ANA00001", map[string]string{"U0ANA00001": "Ana <!here> *Ruiz*"}
		})},
		{"unowned", of(func(c *Card) { c.Unowned = "Latinoamérica <!channel>" })},
		{"missed", of(func(c *Card) { c.Lead.Owner, c.Missed = "U0ANA00001", "C0LATAM001" })},
		{"owned_by_no_member", of(func(c *Card) { c.Lead.Owner = "<!channel>" })},
		{"nameless", of(func(c *Card) { c.Lead.Person, c.Lead.Touch = handoff.Person{}, handoff.Touch{} })},
		{"company_alone", of(func(c *Card) { c.Lead.Person = handoff.Person{Company: "Acme Iberia"} })},
		{"long", of(func(c *Card) {
			c.Lead.Person = handoff.Person{
				Name: long("Ñandú ", 83), Email: long("a", 200) + "@example.com", Phone: long("6", 64), Company: long("<Acme> ", 71), Role: long("&", 500),
				Country: long("ü", 100), Industry: long("日", 500), Size: long("9", 64), Website: long("w", 500), Link: "https://crm.example/" + long("x", 1980),
			}
			c.Lead.Touch = handoff.Touch{Source: long("s", 200), Campaign: long("c", 200), Activity: long("🧑‍🚀 did this and that. ", 90)}
		})},
		{"extras", of(func(c *Card) { c.Lead.Extras = cardExtras() })},
		{"long_extras", of(func(c *Card) {
			c.Lead.Extras = slices.Repeat([]handoff.Extra{{Label: long("<!channel> ", 9), Value: long("*日* & ", 80), Shown: true}}, handoff.MaxExtras)
		})},
		{"free_mailbox", of(func(c *Card) { c.Lead.Email, c.Lead.Mailbox = "ana@gmail.com", handoff.MailboxFree })},
		{"disposable_mailbox", of(func(c *Card) { c.Lead.Email, c.Lead.Mailbox = "x@mailinator.com", handoff.MailboxDisposable })},
		{"country_as_typed", of(func(c *Card) { c.Lead.Country = "Iberia" })},
		{"taken_back", of(func(c *Card) { c.Decisions = []handoff.Decision{back} })},
		{"round_2", of(func(c *Card) { c.Round, c.Lead.Round, c.Decisions = 2, 2, []handoff.Decision{notNow} })},
		{"returned", of(func(c *Card) {
			c.Round, c.Decisions = 2, []handoff.Decision{notNow}
			c.Lead.Offered = notNow.Back
			c.Lead.Due = notNow.Back.Add(8 * time.Hour)
		})},
		{"returned_long_note", of(func(c *Card) {
			d := cardDecision(1, 1, handoff.NotNow, "unreachable", long("<They> call & *call*. ", 100))
			c.Round, c.Decisions, c.Lead.Offered = 2, []handoff.Decision{d}, d.Back
		})},
		{"round_2_taken_back", of(func(c *Card) {
			again := back
			again.Round = 2
			c.Round, c.Decisions = 2, []handoff.Decision{notNow, again}
		})},
		{"accepted", decided(cardDecision(1, 1, handoff.Accept, "", "They lose parcels between the depot and the door"))},
		{"rejected", decided(cardDecision(1, 1, handoff.Reject, "wrong-size", "Two people"))},
		{"rejected_by_name", of(func(c *Card) {
			c.Lead.State, c.Names = handoff.Rejected, map[string]string{"U0LUKE0001": "Luke <!here> *Carter*"}
			c.Decisions = []handoff.Decision{cardDecision(1, 1, handoff.Reject, "wrong-size", "Two people")}
		})},
		{"rejected_without_a_note", decided(cardDecision(1, 1, handoff.Reject, "not-a-buyer", ""))},
		{"rejected_by_the_import", decided(imported)},
		{"not_now", decided(notNow)},
		{"rejected_as_it_was_called", own(before)},
		{"rejected_for_an_own_reason", own(cardDecision(1, 1, handoff.Reject, "wrong-size", ""))},
		{"not_now_for_an_own_reason", own(cardDecision(1, 1, handoff.NotNow, "next-season", ""))},
		{"rejected_for_a_retired_reason", own(cardDecision(1, 1, handoff.Reject, "wrong-role", ""))},
		{"long_note", decided(cardDecision(1, 1, handoff.Accept, "", long("<They> lose & find. ", 100)))},
		{"came_back", of(func(c *Card) { c.Lead.Round, c.Decisions = 2, []handoff.Decision{notNow} })},
		{"passed_on", passed(1)},
		{"passed_on_to", passed(2)},
		{"erased", of(func(c *Card) { c.Lead = erasedLead() })},
		{"erased_after_a_decision", of(func(c *Card) {
			c.Lead = erasedLead()
			c.Lead.Round, c.Decisions = 2, []handoff.Decision{cardDecision(1, 1, handoff.Reject, "wrong-size", "")}
		})},
		{"over", of(func(c *Card) { c.Lead.Round = 2 })},
	}
}

func TestCardGoldens(t *testing.T) {
	s := newStage(t)
	for _, lang := range text.Languages() {
		p := texts(t).In(lang)
		var read strings.Builder
		for _, c := range cardCases(t) {
			blocks, said := c.card.Render(p)
			golden(t, fmt.Sprintf("card_%s_%s.json", c.name, lang), indented(t, map[string]any{"text": said, "blocks": blocks}))
			fmt.Fprintf(&read, "== %s\n%s\n-- as text\n%s\n\n", c.name, s.posted(blocks, said), said)
		}
		golden(t, "cards_"+lang+".txt", []byte(read.String()))
	}
}

// A lead that was read before a decision on it, and the decision after that, are the card of a lead that is decided.
func TestCardOfALeadDecidedMeanwhile(t *testing.T) {
	s := newStage(t)
	c := Card{Lead: cardLead(), Round: 1, Key: "K3Y", Zone: cardZone(t), Decisions: []handoff.Decision{cardDecision(1, 1, handoff.Accept, "", "They lose parcels")}}
	p := texts(t).In("en")
	got, said := c.Render(p)
	s.posted(got, said) // within Slack's limits
	c.Lead.State = handoff.Accepted
	if want, _ := c.Render(p); string(indented(t, map[string]any{"blocks": got})) != string(indented(t, map[string]any{"blocks": want})) {
		t.Errorf("got %s", s.posted(got, said))
	}
}

// What the card's buttons carry is what a click reads.
func TestCardValues(t *testing.T) {
	for _, want := range []cardRef{{1, 1, "A"}, {1 << 62, 99, strings.Repeat("K", 26)}} {
		if got, err := parseCardRef(want.String()); err != nil || got != want {
			t.Errorf("%v is read as %v (%v)", want, got, err)
		}
	}
	for _, s := range []string{"", ":", "1", "1:2", "1:2:", "a:b:c", "1:2.5:K", "999999999999999999999:1:K"} {
		if got, err := parseCardRef(s); err == nil {
			t.Errorf("%q is read as %v", s, got)
		}
	}
}
