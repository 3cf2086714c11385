package outbound

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

var update = flag.Bool("update", false, "write the examples in docs/webhooks.md anew")

// examples are what docs/webhooks.md shows of each topic.
func examples(t *testing.T) map[handoff.Topic]payload {
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	ws := store.Workspace{TeamID: "T0123ABCD", Zone: "Europe/Madrid"}
	lead := handoff.Lead{
		ID: 7, Number: 1042, State: handoff.Open, Round: 1, Version: 1, Owner: "U0LAURA",
		Person: handoff.Person{
			Name: "Rosa Luna", Email: "rosa@luna.example", Phone: "+34600111222", Company: "Luna", Website: "https://luna.example", Role: "Head of logistics",
			Country: "ES", Industry: "Logistics", Size: "51-200", Language: "es", Link: "https://app.hubspot.com/contacts/1/record/0-1/512",
		},
		Touch:    handoff.Touch{Source: "Webinar", Campaign: "Autumn", Activity: "asked for a demo", AsksContact: true},
		Extras:   []handoff.Extra{{Label: "Vans", Value: "40"}},
		Received: at, Offered: at, Due: at.Add(2 * time.Hour),
	}
	decided := at.Add(time.Hour)
	accepted := handoff.Decision{ID: 1, Round: 1, Verdict: handoff.Accept, Note: "40 vans want routing before the summer", Horizon: handoff.HorizonQuarter, Foreseen: handoff.ForeseenYes, By: "U0LAURA", At: decided}
	rejected := handoff.Decision{ID: 1, Round: 1, Verdict: handoff.Reject, Reason: "wrong-size", Note: "three vans", By: "U0LAURA", At: decided}
	notNow := handoff.Decision{ID: 1, Round: 1, Verdict: handoff.NotNow, Reason: "no-need-now", Note: "contract until spring", Back: decided.AddDate(0, 0, 90), By: "U0LAURA", At: decided}
	takenBack := rejected
	takenBack.TakenBackBy, takenBack.TakenBackAt, takenBack.TakenBackWhy = "U0LAURA", decided.Add(time.Hour), "wrong lead"
	tell := func(kind handoff.EventKind, at time.Time, state handoff.State, version int64, d handoff.Decision) store.Told {
		l := lead
		l.State, l.Version, l.Back = state, version, d.Back
		return store.Told{Lead: l, ExternalIDs: []string{"hubspot:512"}, Event: handoff.Event{Kind: kind, At: at}, Decision: d}
	}
	back := tell(handoff.EventReturned, notNow.Back, handoff.Open, 3, handoff.Decision{})
	back.Lead.Round, back.Lead.Offered, back.Lead.Due, back.Lead.AsksContact = 2, notNow.Back, notNow.Back.Add(8*time.Hour), false
	all := map[handoff.Topic]payload{}
	for topic, told := range map[handoff.Topic]store.Told{
		handoff.TopicReceived:  tell(handoff.EventReceived, at, handoff.Open, 1, handoff.Decision{}),
		handoff.TopicAccepted:  tell(handoff.EventAccepted, decided, handoff.Accepted, 2, accepted),
		handoff.TopicRejected:  tell(handoff.EventRejected, decided, handoff.Rejected, 2, rejected),
		handoff.TopicNurturing: tell(handoff.EventNotNow, decided, handoff.Nurturing, 2, notNow),
		handoff.TopicRecycled:  back,
		handoff.TopicReopened:  tell(handoff.EventTakenBack, takenBack.TakenBackAt, handoff.Open, 3, takenBack),
		handoff.TopicErased: {
			Lead: handoff.Lead{Number: 1042, State: handoff.Erased}, ExternalIDs: []string{"hubspot:512"},
			Event: handoff.Event{Kind: handoff.EventErased, At: decided.AddDate(0, 1, 0)},
		},
	} {
		all[topic] = leadPayload(texts.In("en"), ws, topic, told)
	}
	week, err := handoff.ParseWeek("2026-W48", ws.Location())
	if err != nil {
		t.Fatal(err)
	}
	all[handoff.TopicDigest] = digestPayload(ws, store.Message{Week: "2026-W48", Channel: "C0FEEDBACK", TS: "1796112000.000100"},
		handoff.Counts{Week: week, Received: 31, Returned: 2, Accepted: 12, Rejected: 9, NotNow: 5})
	return all
}

// The examples in docs/webhooks.md are what is sent.
func TestExamples(t *testing.T) {
	const file = "../docs/webhooks.md"
	doc, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	all := examples(t)
	want := string(doc)
	for _, topic := range handoff.Topics() {
		body, err := all[topic].encode()
		if err != nil {
			t.Fatal(err)
		}
		var pretty bytes.Buffer
		if err := json.Indent(&pretty, body, "", "  "); err != nil {
			t.Fatal(err)
		}
		before, rest, found := strings.Cut(want, "### `"+string(topic)+"`")
		intro, rest, opened := strings.Cut(rest, "```json\n")
		_, after, closed := strings.Cut(rest, "```\n")
		if !found || !opened || !closed {
			t.Fatalf("docs/webhooks.md has no example of %s", topic)
		}
		want = before + "### `" + string(topic) + "`" + intro + "```json\n" + pretty.String() + "\n```\n" + after
	}
	if *update {
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want != string(doc) {
		t.Error("the examples of docs/webhooks.md are not what is sent; run the test with -update")
	}
}
