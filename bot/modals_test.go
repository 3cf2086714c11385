package bot

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// modalCase is a modal, and the inputs that its handler reads: block and action id.
type modalCase struct {
	name  string
	view  slack.ModalViewRequest
	reads []string
}

func modalCases(t testing.TB, p *text.Printer) []modalCase {
	zone := cardZone(t)
	rules := handoff.Rules{Reasons: handoff.DefaultReasons(), Hours: handoff.DefaultHours(zone)}
	lead := cardLead()
	ref := modalRef{cardRef: cardRef{7, 1, "K3Y"}}
	reject := func(key string) slack.ModalViewRequest {
		reason, _ := rules.Reasons.Find(key)
		v := rejectView(p, rules, lead, ref, cardNow)
		v.Blocks.BlockSet = append(v.Blocks.BlockSet[:1:1], reasonInputs(p, rules, reason, cardNow)...)
		return v
	}
	owned := lead
	owned.Owner, owned.Route = "U0ANA00001", "es"
	rules.Routes = []handoff.Route{{ID: "es", Name: "Spain"}, {ID: "latam", Name: "Latinoamérica"}, {ID: "big", Name: "Large companies"}}
	elsewhere, _ := rules.Reasons.Find("other-team")
	elsewhere.Route = "latam"
	passed := rejectView(p, rules, owned, ref, cardNow)
	passed.Blocks.BlockSet = append(passed.Blocks.BlockSet[:1:1], reasonInputs(p, rules, elsewhere, cardNow, doors(p, viewReject, rules.Routes, owned.Route, elsewhere)...)...)
	first := cardDecision(1, 1, handoff.Accept, "", "They lose parcels")
	app := New(Config{Texts: texts(t), Now: func() time.Time { return cardNow }})
	second := scene{P: p}
	second.Workspace.Zone = "Europe/Madrid"
	decided := Card{Lead: lead, Round: 1, Decisions: []handoff.Decision{first}, Zone: zone}
	events := []handoff.Event{
		{Kind: handoff.EventReceived, Round: 1, At: cardNow, Source: "Google", Campaign: "Spring webinar", Note: "Asked for a demo"},
		{Kind: handoff.EventMerged, Round: 1, At: cardNow.Add(time.Minute), Actor: "U0MARTA001", Source: "Fair"},
		{Kind: handoff.EventNotNow, Round: 1, At: cardNow.Add(time.Hour), Actor: "U0LUKE0001", Reason: "bad-timing", Note: "Budget in January"},
		{Kind: handoff.EventTakenBack, Round: 1, At: cardNow.Add(2 * time.Hour), Actor: "U0GRACE001", Note: "A slip"},
		{Kind: handoff.EventRejected, Round: 1, At: cardNow.Add(3 * time.Hour), Actor: "U0LUKE0001", Reason: "wrong-size"},
		{Kind: handoff.EventNewRound, Round: 2, At: cardNow.Add(4 * time.Hour)},
		{Kind: handoff.EventReturned, Round: 2, At: cardNow.Add(5 * time.Hour)},
		{Kind: handoff.EventAssigned, Round: 2, At: cardNow.Add(5 * time.Hour), Actor: "U0GRACE001", Note: "U0ANA00001"},
		{Kind: handoff.EventAssigned, Round: 2, At: cardNow.Add(5 * time.Hour), Actor: "U0LUKE0001", Note: "U0LUKE0001"},
		{Kind: handoff.EventRerouted, Round: 3, At: cardNow.Add(5 * time.Hour), Actor: "U0LUKE0001", Note: "Latinoamérica"},
		{Kind: handoff.EventAccepted, Round: 2, At: cardNow.Add(6 * time.Hour), Actor: "U0ANA00001", Note: "They lose parcels"},
	}
	history := func(events []handoff.Event, c Card, now time.Time) slack.ModalViewRequest {
		v := modal(p, "history", p.T("history.title", "Number", c.Lead.Number), "", nil)
		v.Blocks.BlockSet, _ = renderLead(p, c, events, "https://slack.example/archives/C1/p1", now, false)
		return v
	}
	overdue := Card{Lead: lead, Round: 1, Zone: zone}
	withExtras, erased := overdue, Card{Lead: erasedLead(), Round: 1, Decisions: []handoff.Decision{first}, Zone: zone}
	withExtras.Lead.Extras, withExtras.Lead.Mailbox = cardExtras(), handoff.MailboxFree
	withdrawn := []handoff.Event{{Kind: handoff.EventErased, Round: 1, At: cardNow.Add(7 * time.Hour)}}
	newLead := []string{"asks_contact value"}
	for _, f := range newLeadFields {
		newLead = append(newLead, f.name+" value")
	}
	people, groups := teamInputs()
	agreed := scene{P: p, Workspace: store.Workspace{Language: p.Lang(), Zone: "Europe/Madrid"}}
	admin := agreed
	admin.Actor.Roles = handoff.Roles{handoff.RoleAdmin}
	admin.Workspace.Settings.Settings = agreedSettings()
	kept := store.Workspace{Zone: "Europe/Madrid"}
	kept.Settings.Retention = handoff.Retention{Rejected: 6, Open: 12}
	return []modalCase{
		{"team", teamView(p, handoff.Team{}, 0, groupPick{trouble: "team.no_groups.plan"}), people},
		{"team_named", teamView(p, namedTeam(), 7, groupPick{options: groupOptions(3)}), slices.Concat(people, groups)},
		{"settings", app.settingsView(admin), nil},
		{"settings_read_only", app.settingsView(agreed), nil},
		{"setup", setUpView(p, store.Workspace{Language: "en", Zone: "Europe/Madrid"}), []string{"leads_channel value", "feedback_channel value", "language value", "zone value"}},
		{"setup_done", setUpDoneView(p, store.Workspace{LeadsChannel: "C0LEADS001", FeedbackChannel: "C0FEEDBACK"}), nil},
		{"setup_done_one", setUpDoneView(p, store.Workspace{LeadsChannel: "C0LEADS001", FeedbackChannel: "C0LEADS001"}), nil},
		{"settings_door", doorView(p, true), []string{}},
		{"settings_token", tokenView(p, "relevo_example", "https://relevo.example"), nil},
		{"settings_hours", hoursView(p, admin.Workspace), []string{"days value", "start value", "end value"}},
		{"settings_holidays", holidaysView(p, admin.Workspace), []string{"holidays value"}},
		{"settings_privacy", privacyView(p, kept), []string{"open value", "nurturing value", "rejected value", "accepted value"}},
		{"forget", forgetView(scene{P: p, Workspace: kept}, []handoff.Lead{lead, erased.Lead}, nil), []string{"confirm value"}},
		{"forget_dropped", forgetView(scene{P: p, Workspace: kept}, slices.Repeat([]handoff.Lead{lead}, 12), []string{"U0LUKE0001", "U0MARTA001"}), []string{"confirm value"}},
		{"settings_due", dueView(p, admin.Workspace), []string{"asked value", "other value", "sources value"}},
		{"accept", acceptView(p, lead, ref), []string{"need value", "horizon value", "foreseen value"}},
		{"reject", reject(""), []string{"reason reject.reason", "note value"}},
		{"reject_other", reject("other"), []string{"reason reject.reason", "note value"}},
		{"reject_bad-timing", reject("bad-timing"), []string{"reason reject.reason", "note value", "back:bad-timing value"}},
		{"ask_sales", askView(p, lead, modalRef{cardRef: cardRef{7, 1, "K3Y"}, Asks: handoff.RoleSales}, []string{"U0LUKE0001"}), []string{"question value"}},
		{"ask_marketing", askView(p, lead, modalRef{cardRef: cardRef{7, 1, "K3Y"}, Asks: handoff.RoleMarketing}, nil), []string{"question value"}},
		{"answer", answerView(p, askedQuestion(func(*Asked) {})(t)), []string{"answer value"}},
		{"reject_other-team", passed, []string{"reason reject.reason", "note value", "route:other-team value"}},
		{"assign", assignView(p, owned, ref), []string{"owner value"}},
		{"reject_own", rejectView(p, handoff.Rules{Reasons: ownReasons(cardNow), Hours: rules.Hours}, lead, ref, cardNow), []string{"reason reject.reason", "note value"}},
		{"takeback", takeBackView(p, decided, first, ref), []string{"why value"}},
		{"newlead", newLeadView(p, handoff.Arrival{}), newLead},
		{"newlead_filled", newLeadView(p, guessLead(slack.Msg{Text: messageWithALead})), newLead},
		{"reason_answer", reasonAnswerView(p, rules, "", nil, cardNow), []string{"reason value", "campaign value", "what value", "since value"}},
		{"reason_answer_chosen", reasonAnswerView(p, rules, "not-a-buyer", []string{"Spring webinar", strings.Repeat("ñ", handoff.MaxText)}, cardNow), []string{"reason value", "campaign value", "what value", "since value"}},
		{"definitions", definitionsView(p, handoff.Agreement{Kind: handoff.AgreementDefinitions}), []string{"mql value", "sql value", "why value"}},
		{"profile", profileView(p, agreedProfile(), false), []string{"why value"}},
		{"profile_none", profileView(p, handoff.Profile{}, true), []string{"why value"}},
		{"characteristic_role", characteristicView(p, agreedProfile().Characteristics[3]), []string{"attribute characteristic.attribute", "values:role value", "weight value", "name value"}},
		{"characteristic_size", characteristicView(p, agreedProfile().Characteristics[1]), []string{"attribute characteristic.attribute", "min:size value", "max:size value", "weight value", "name value"}},
		{"characteristic_website", characteristicView(p, agreedProfile().Characteristics[4]), []string{"attribute characteristic.attribute", "weight value", "name value"}},
		{"characteristic_extra", characteristicView(p, agreedProfile().Characteristics[5]), []string{"attribute characteristic.attribute", "label:extra value", "values:extra value", "weight value", "name value"}},
		{"already", app.alreadyDecidedView(second, first, []string{"A note of mine", "Another"}), nil},
		{"notice", noticeView(p, p.T("error.too_late"), nil), nil},
		{"history_decided", history(events, decided, cardNow), nil},
		{"history_overdue", history(events[:1], overdue, cardNow.AddDate(0, 0, 3)), nil},
		{"history_extras", history(events[:1], withExtras, cardNow), nil},
		{"history_erased", history(slices.Concat(events[:1], withdrawn), erased, cardNow), nil},
		{"notice_erased", noticeView(p, app.explain(t.Context(), p, handoff.ErrErased), nil), nil},
		{"history_long", history(slices.Repeat(events, 8), decided, cardNow), nil},
	}
}

// agreedSettings are of a workspace with hours, holidays and due times of its own.
func agreedSettings() handoff.Settings {
	set := handoff.Settings{
		Calendar: handoff.Calendar{Days: []time.Weekday{time.Monday, time.Wednesday, time.Thursday}, Start: 8*60 + 30, End: 17 * 60},
		Due:      handoff.DueTimes{Asked: 90 * time.Minute, Other: 16 * time.Hour, Sources: []string{"Demo request", "<!channel> *Feria*"}},
	}
	for i := range 12 {
		set.Calendar.Holidays = append(set.Calendar.Holidays, handoff.Holiday{Day: fmt.Sprintf("%02d-06", i+1), Name: "<!here> Día *libre*"})
	}
	set.Calendar.Holidays[11].Day, set.Calendar.Holidays[11].Name = "2026-12-25", ""
	set.Calendar.Holidays[1], set.Calendar.Holidays[11] = set.Calendar.Holidays[11], set.Calendar.Holidays[1]
	return set
}

// Every modal is as its golden file, in both languages; Slack takes it, and it has every input that its handler reads.
func TestModalGoldens(t *testing.T) {
	s := newStage(t)
	for _, lang := range text.Languages() {
		p := texts(t).In(lang)
		var read strings.Builder
		for _, c := range modalCases(t, p) {
			golden(t, fmt.Sprintf("modal_%s_%s.json", c.name, lang), indented(t, c.view))
			v := s.opened(c.view)
			if v == nil {
				t.Fatalf("%s was not opened", c.name)
			}
			fmt.Fprintf(&read, "== %s: %s [%s]\n%s\n\n", c.name, v.Title, v.Submit, s.fake.Text(v.Blocks))
			checkInputs(t, c)
			// What the forms of definitions and profile remember is of no card: see TestDefinitionsAreSigned.
			if ref := c.view.PrivateMetadata; ref != "" && c.view.CallbackID != viewForget && c.view.CallbackID != viewDefinitions && c.view.CallbackID != viewCharacteristic {
				if got, err := parseModalRef(ref); err != nil || got.Question == 0 && c.view.CallbackID != viewTeam && (got.Lead != 7 || got.Key != "K3Y") || got.String() != ref {
					t.Errorf("%s remembers %s, which is read as %+v (%v)", c.name, ref, got, err)
				}
			}
			if _, handled := s.handled(c.view.CallbackID); handled != (c.reads != nil) {
				t.Errorf("%s is handled: %v", c.name, handled)
			}
		}
		golden(t, "modals_"+lang+".txt", []byte(read.String()))
	}
}

// checkInputs holds the inputs of a modal against those that its handler reads.
func checkInputs(t testing.TB, c modalCase) {
	t.Helper()
	var has []string
	for _, b := range c.view.Blocks.BlockSet {
		if in, ok := b.(*slack.InputBlock); ok {
			has = append(has, in.BlockID+" "+actionOf(t, in.Element))
		}
	}
	slices.Sort(has)
	slices.Sort(c.reads)
	if !slices.Equal(has, c.reads) {
		t.Errorf("%s has the inputs %q, its handler reads %q", c.name, has, c.reads)
	}
}

// checkAnswer fails when a view that answers a form is so long that Slack drops it.
func checkAnswer(t testing.TB, c modalCase) {
	t.Helper()
	body, err := encode(slack.NewUpdateViewSubmissionResponse(&c.view))
	if err != nil || c.reads == nil && len(body) > 20_000 {
		t.Errorf("%s has %d bytes (%v)", c.name, len(body), err)
	}
}

// handled returns who takes a modal in.
func (s *stage) handled(callback string) (submitHandler, bool) {
	h, ok := New(Config{}).submits[callback]
	return h, ok
}

func actionOf(t testing.TB, e slack.BlockElement) string {
	switch e := e.(type) {
	case *slack.PlainTextInputBlockElement:
		return e.ActionID
	case *slack.RadioButtonsBlockElement:
		return e.ActionID
	case *slack.CheckboxGroupsBlockElement:
		return e.ActionID
	case *slack.SelectBlockElement:
		return e.ActionID
	case *slack.MultiSelectBlockElement:
		return e.ActionID
	case *slack.DatePickerBlockElement:
		return e.ActionID
	case *slack.TimePickerBlockElement:
		return e.ActionID
	case *slack.NumberInputBlockElement:
		return e.ActionID
	}
	t.Fatalf("an input of a new kind: %T", e)
	return ""
}
