package bot

import (
	"fmt"
	"strings"
	"testing"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// The form that rejects several leads, and what it says afterwards, are as their golden files; Slack takes them, also when
// there are as many as a menu has.
func TestBulkGoldens(t *testing.T) {
	s := newStage(t)
	lead := func(n int64, name string) handoff.Lead {
		l := cardLead()
		l.ID, l.Number, l.Name = n, 1000+n, name
		return l
	}
	var many []handoff.Lead
	for i := range int64(maxBulk) {
		many = append(many, lead(i+1, strings.Repeat("<Ñandú> ", 60)))
	}
	rules := handoff.Rules{Reasons: ownReasons(cardNow), Hours: handoff.DefaultHours(cardZone(t))}
	accepted, notNow := cardDecision(1, 1, handoff.Accept, "", "They lose parcels"), cardDecision(2, 1, handoff.NotNow, "bad-timing", "")
	some := []store.Decided{
		{Lead: lead(1, "Ana Peña"), Decision: notNow}, {Lead: lead(2, "Bob Stone"), Decision: notNow},
		{Lead: lead(3, "Zoë"), Err: &handoff.AlreadyDecided{First: accepted}}, {Lead: lead(4, "Max"), Err: &handoff.AlreadyDecided{First: notNow}},
		{Lead: lead(5, "Eva"), Err: handoff.ErrRoundOver}, {Lead: erasedLead(), Err: handoff.ErrErased},
	}
	elsewhere, _ := rules.Reasons.Find("other-team")
	rules.Routes = []handoff.Route{{ID: "es", Name: "Spain"}, {ID: "latam", Name: "Latinoamérica"}}
	passed := handoff.Rejection{Reason: elsewhere.Key, To: "latam"}
	moved := []store.Decided{{Lead: lead(1, "Ana Peña"), Decision: cardDecision(3, 1, handoff.Reject, elsewhere.Key, "")}, {Lead: lead(2, "Bob Stone"), Err: handoff.ErrThere}}
	var none []store.Decided
	for _, l := range many {
		none = append(none, store.Decided{Lead: l, Err: &handoff.AlreadyDecided{First: accepted}})
	}
	for _, lang := range text.Languages() {
		p := texts(t).In(lang)
		where := scene{P: p, Workspace: store.Workspace{Zone: "Europe/Madrid", Settings: store.Settings{Settings: handoff.Settings{Reasons: rules.Reasons, Routes: rules.Routes}}}}
		app := New(Config{Texts: texts(t)})
		var read strings.Builder
		asks := bulkView(p, rules, many[:2], nil, cardNow)
		asks.Blocks.BlockSet = append(asks.Blocks.BlockSet[:1:1], reasonInputs(p, rules, elsewhere, cardNow, doors(p, viewBulk, rules.Routes, "", elsewhere)...)...)
		for _, c := range []modalCase{
			{"form", bulkView(p, rules, many[:2], many[2:4], cardNow), []string{"leads value", "reason reject.reason", "note value"}},
			{"form_others", bulkView(p, rules, nil, []handoff.Lead{lead(1, "Ana Peña")}, cardNow), []string{"leads value", "reason reject.reason", "note value"}},
			{"form_many", bulkView(p, rules, nil, many, cardNow), []string{"leads value", "reason reject.reason", "note value"}},
			{"form_door", asks, []string{"leads value", "reason reject.reason", "route:other-team value", "note value"}},
			{"passed", app.bulkDoneView(t.Context(), where, passed, moved), nil},
			{"done", app.bulkDoneView(t.Context(), where, handoff.Rejection{Reason: "bad-timing"}, some), nil},
			{"none", app.bulkDoneView(t.Context(), where, handoff.Rejection{Reason: "wrong-size"}, none), nil},
		} {
			golden(t, fmt.Sprintf("bulk_%s_%s.json", c.name, lang), indented(t, c.view))
			v := s.opened(c.view)
			if v == nil {
				t.Fatalf("%s was not opened", c.name)
			}
			checkInputs(t, c)
			checkAnswer(t, c)
			if c.name != "none" && c.name != "form_many" {
				fmt.Fprintf(&read, "== %s: %s [%s]\n%s\n\n", c.name, v.Title, v.Submit, s.fake.Text(v.Blocks))
			}
		}
		golden(t, "bulk_"+lang+".txt", []byte(read.String()))
	}
	for _, want := range []bulkRef{{1, 1}, {1 << 62, 99}} {
		if got, err := parseBulkRef(want.String()); err != nil || got != want {
			t.Errorf("%v is read as %v (%v)", want, got, err)
		}
	}
	if got, err := parseBulkRef("a:b"); err == nil {
		t.Errorf("nonsense is read as %v", got)
	}
}
