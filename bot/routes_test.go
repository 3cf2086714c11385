package bot_test

import (
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// ask types a command and returns the answer's text.
func (w *world) ask(user, command string) string {
	w.t.Helper()
	r, err := w.fake.Command(w.t.Context(), user, slackfake.ChannelLeads, command)
	if err != nil {
		w.t.Fatal(err)
	}
	return r.Text
}

// shown returns what the modal says that somebody sees.
func (w *world) shown(user string) string {
	w.t.Helper()
	v := w.fake.Modal(user)
	if v == nil {
		w.t.Fatalf("%s sees no modal", user)
	}
	return v.Title + "\n" + w.fake.Text(v.Blocks)
}

// pressModal presses a button of the modal that somebody sees.
func (w *world) pressModal(user, action, value string) {
	w.t.Helper()
	if err := w.fake.Click(w.t.Context(), user, slackfake.InView(w.fake.Modal(user).ID), action, value); err != nil {
		w.t.Fatalf("%s presses %s: %v", user, action, err)
	}
}

// An admin builds the rules in Slack, orders them, tries them and deletes one; the leads go where they say.
func TestRoutesInSlack(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.staffed()
		latam := w.fake.AddChannel("mql-latam", slackfake.Ana) // the bot joins it by itself
		closed := w.fake.AddChannel("deals", slackfake.Ana)
		has := func(want ...string) {
			t.Helper()
			said := w.shown(admin)
			at := 0
			for _, s := range want {
				i := strings.Index(said[at:], s)
				if i < 0 {
					t.Fatalf("it does not say %q, or not in this order:\n%s", s, said)
				}
				at += i
			}
		}
		id := func(i int) string { return w.workspace().Settings.Routes[i].ID }
		w.ask(admin, "/mql settings")
		has("Routing", "There are no rules yet")
		w.pressModal(admin, "settings.edit", "routes") // lies over the settings, and its forms over it
		w.pressModal(admin, "routes.add", "")
		got := w.submit(admin, map[string]string{
			"name": "Large ones", "countries": "Spain and Mexico, Atlantis", "size_min": "201", "size_max": "100", "languages": "Klingon", "owners": slackfake.Ana + "," + slackfake.Marta,
		})
		for block, want := range map[string]string{"countries": "I don't know “Atlantis”", "size_max": "not be less", "languages": "I don't know “Klingon”"} {
			if !strings.Contains(got.Errors[block], want) {
				t.Errorf("%s: %q, want %q", block, got.Errors[block], want)
			}
		}
		if err := w.fake.SetArchived(closed, true); err != nil {
			t.Fatal(err)
		}
		got = w.submit(admin, map[string]string{"countries": "Spain and Mexico", "size_max": "", "languages": "", "channel": closed})
		if !strings.Contains(got.Errors["owners"], "somebody of sales") || !strings.Contains(got.Errors["channel"], "I can't post in this channel") {
			t.Errorf("Marta owns leads in an archived channel: %+v", got.Errors)
		}
		if got = w.submit(admin, map[string]string{"channel": latam, "owners": slackfake.Ana + "," + slackfake.Luke}); !got.Closed {
			t.Fatalf("the rule was refused: %+v", got)
		}
		has("1. Large ones", "Spain and Mexico, over 200 people → #mql-latam, @Ana Ruiz, @Luke Carter in turn")
		w.pressModal(admin, "routes.add", "")
		w.submit(admin, map[string]string{"name": "Spain", "countries": "españa", "sources": "Google\nLinkedIn Ads", "owners": slackfake.Grace})
		has("2. Spain", "Spain, from Google or LinkedIn Ads → #mql-leads, @Grace Hall")
		w.pressModal(admin, "routes.menu", "up:"+id(1))
		has("1. Spain", "2. Large ones")
		w.pressModal(admin, "routes.menu", "down:"+id(0))
		has("1. Large ones", "2. Spain")
		w.pressModal(admin, "routes.edit", id(1))
		w.submit(admin, map[string]string{"sources": "", "name": "The rest of Spain"})
		has("2. The rest of Spain", "\nSpain → #mql-leads")
		w.pressModal(admin, "routes.menu", "owners:"+id(0))
		w.submit(admin, map[string]string{"weight:" + slackfake.Luke: "2", "per_day:" + slackfake.Luke: "1", "off:" + slackfake.Ana: "2026-12-24"})
		has("@Ana Ruiz, @Luke Carter ×2 (at most 1 a day) in turn", "Away: @Ana Ruiz (until Dec 24, 2026)")

		big := of("MX", "Uno")
		big.Size = "201-500"
		w.arrives(big)
		w.cardIn(latam, "Uno", "owner @Luke Carter")
		w.pressModal(admin, "routes.try", "")
		if got := w.submit(admin, map[string]string{"number": "1042"}); !strings.Contains(got.Errors["number"], "I don't know “1042”") {
			t.Errorf("a lead that is not there: %+v", got)
		}
		w.submit(admin, map[string]string{"number": "#1"})
		has("Uno", "Rule 1, Large ones", "Nobody would own it", "@Ana Ruiz: away (until Dec 24, 2026)", "@Luke Carter: has had 1 today")
		w.arrives(of("FR", "Deux"))
		w.submit(admin, map[string]string{"number": "2"})
		has("Deux", "No rule takes it: it goes to #mql-leads.")
		if err := w.fake.CloseView(t.Context(), admin, w.fake.Modal(admin).ID); err != nil {
			t.Fatal(err)
		}
		w.pressModal(admin, "routes.menu", "delete:"+id(0))
		has("Delete the rule", "Large ones")
		w.submit(admin, nil)
		has("1. The rest of Spain")
		if n := len(w.workspace().Settings.Routes); n != 1 {
			t.Errorf("%d rules are left", n)
		}
		if err := w.fake.CloseView(t.Context(), admin, w.fake.Modal(admin).ID); err != nil {
			t.Fatal(err)
		}
		has("Working days", "Routing", "1. Spain → #mql-leads, @Grace Hall") // the settings under it
		w.pressModal(admin, "settings.edit", "routes")
		w.pressModal(admin, "routes.edit", id(0)) // deleted while it is edited
		w.routes()
		if got := w.submit(admin, map[string]string{"name": "Late"}); got.View == nil || !strings.Contains(w.fake.Text(got.View.Blocks), "not there any more") {
			t.Errorf("edited once deleted: %+v", got)
		}
	})
}

// Whoever is no admin reads the rules and tries them, and changes nothing, whatever they send.
func TestRoutesAreForAdmins(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.staffed()
		w.routes(handoff.Route{ID: "all", Name: "All", Owners: []handoff.RouteOwner{{User: slackfake.Ana}}})
		w.card(w.arrives(ana).Number) // so the channels are known
		w.ask(slackfake.Luke, "/mql routes")
		said := w.shown(slackfake.Luke)
		if !strings.Contains(said, "Every lead → #mql-leads, @Ana Ruiz") || strings.Contains(said, "[Edit]") || strings.Contains(said, "Add a rule") {
			t.Errorf("Luke reads\n%s", said)
		}
		w.pressModal(slackfake.Luke, "routes.try", "")
		w.submit(slackfake.Luke, map[string]string{"number": "1"})
		if said := w.shown(slackfake.Luke); !strings.Contains(said, "It would go to @Ana Ruiz, whose turn it is.") {
			t.Errorf("Luke is told\n%s", said)
		}
		for callback, state := range map[string]object{
			"route":        {"name": object{"value": object{"type": "plain_text_input", "value": "Mine"}}},
			"route_owners": {"weight:" + slackfake.Ana: object{"value": object{"type": "number_input", "value": "9"}}},
			"route_delete": {},
		} {
			w.delivers("interactive", formOf(callback, "all", slackfake.Luke, "", "T0RELEVO1", "T0RELEVO1", state))
		}
		if got := w.workspace().Settings; got.Routes[0].Name != "All" || got.Routes[0].Owners[0].Weight != 0 {
			t.Errorf("the rules are %+v", got.Routes)
		}
	})
}

// A person says themselves until when they are away.
func TestAwayCommand(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.routes(handoff.Route{ID: "all", Name: "All", Owners: []handoff.RouteOwner{{User: slackfake.Luke, Weight: 9}, {User: slackfake.Grace}}})
		for typed, want := range map[string]string{
			"/mql away": "/mql away 2026-11-30", "/mql away soon": "I don't know “soon”", "/mql away 2026-11-16": "a day after today", "/mql away 2036-11-16": "within two years",
		} {
			if got := w.ask(slackfake.Luke, typed); !strings.Contains(got, want) {
				t.Errorf("%s: got %q, want %q", typed, got, want)
			}
		}
		if got := w.ask(slackfake.Luke, "/mql away 2026-11-18"); !strings.Contains(got, "until 18 Nov 2026") {
			t.Errorf("got %q", got)
		}
		w.arrives(of("ES", "Uno"))
		w.card(1, "owner @Grace Hall")
		w.fake.SetNow(time.Date(2026, 11, 17, 23, 59, 0, 0, madrid()))
		w.arrives(of("ES", "Dos"))
		w.card(2, "owner @Grace Hall")
		w.fake.SetNow(time.Date(2026, 11, 18, 0, 0, 0, 0, madrid()))
		w.arrives(of("ES", "Tres"))
		w.card(3, "owner @Luke Carter")
		w.ask(slackfake.Luke, "/mql away 2026-11-25")
		if got := w.ask(slackfake.Luke, "/mql back"); !strings.Contains(got, "in turn again") {
			t.Errorf("got %q", got)
		}
		w.arrives(of("ES", "Cuatro"))
		w.card(4, "owner @Luke Carter")
	})
}
