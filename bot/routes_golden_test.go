package bot

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// routeCases are the routing rules in every form that they are shown in.
func routeCases(p *text.Printer, zone *time.Location) (cases []modalCase) {
	owners := []handoff.RouteOwner{{User: "U0ANA00001", Weight: 2}, {User: "U0LUKE0001", PerDay: 5}, {User: "U0GRACE001"}}
	big := handoff.Route{ID: "big", Name: "LATAM and Spain, large", Channel: "C0LATAM001", Owners: owners, When: handoff.Conditions{Countries: []string{"ES", "MX", "IT"}, SizeMin: 201}}
	every := handoff.Route{ID: "every", Name: "<!channel> *everything*", When: handoff.Conditions{
		Industries: []string{"Logística", "<@U0ANA00001>"}, Sources: []string{"LinkedIn Ads", "Google", "Outbrain"}, Campaigns: []string{"Otoño, 2026"}, Languages: []string{"es", "en"}, SizeMin: 11, SizeMax: 50, FitMin: 60,
	}}
	long := handoff.Route{ID: "long", Name: strings.Repeat("Ñ", handoff.MaxRouteName), When: handoff.Conditions{SizeMax: 50}}
	for i := range handoff.MaxConditions {
		long.When.Industries = append(long.When.Industries, strings.Repeat("日", 40)+fmt.Sprint(i))
	}
	for i := range handoff.MaxOwners {
		long.Owners = append(long.Owners, handoff.RouteOwner{User: fmt.Sprintf("U0OWNER%03d", i), Weight: handoff.MaxWeight, PerDay: maxPerDay})
	}
	people := map[string]handoff.Member{
		"U0ANA00001": {User: "U0ANA00001", Away: true}, "U0LUKE0001": {User: "U0LUKE0001", OffUntil: cardNow.AddDate(0, 0, 9)}, "U0GRACE001": {User: "U0GRACE001", Standing: handoff.StandingGone},
	}
	s := scene{P: p, Actor: handoff.Actor{User: "U0GRACE001", Roles: handoff.Roles{handoff.RoleAdmin}}}
	s.Workspace.Zone, s.Workspace.LeadsChannel = "Europe/Madrid", "C0MQLLEADS"
	reader := s
	reader.Actor.Roles = nil
	with := func(s scene, routes ...handoff.Route) scene {
		s.Workspace.Settings.Routes = routes
		return s
	}
	full := make([]handoff.Route, handoff.MaxRoutes)
	for i := range full {
		full[i] = long
		full[i].ID = fmt.Sprint("r", i)
	}
	form := []string{"name value", "countries value", "size_min value", "size_max value", "industries value", "sources value", "campaigns value", "languages value", "fit_min value", "channel value", "owners value"}
	ownersForm := []string{}
	for _, o := range owners {
		ownersForm = append(ownersForm, "weight:"+o.User+" value", "per_day:"+o.User+" value", "off:"+o.User+" value")
	}
	tried := func(c handoff.Choice) slack.ModalViewRequest {
		return routeTryView(p, triedBlocks(p, with(s, every, big).Workspace, cardLead(), c, people, cardNow))
	}
	away := []handoff.Passed{{User: "U0ANA00001", Why: handoff.PassedAway}, {User: "U0LUKE0001", Why: handoff.PassedAway}, {User: "U0GRACE001", Why: handoff.PassedFull, Full: 5}}
	return []modalCase{
		{"none", routesView(s, nil, cardNow), nil},
		{"list", routesView(with(s, big, every, handoff.Route{ID: "rest", Name: "Rest", Owners: owners[:1]}), people, cardNow), nil},
		{"read_only", routesView(with(reader, big), nil, cardNow), nil},
		{"full", routesView(with(s, full...), nil, cardNow), nil},
		{"new", routeView(p, handoff.Route{}), form},
		{"edit", routeView(p, every), form},
		{"edit_owners", routeView(p, big), form},
		{"owners", routeOwnersView(p, big, people, zone, cardNow), ownersForm},
		{"delete", routeDeleteView(p, big, "C0MQLLEADS"), []string{}},
		{"try", routeTryView(p, nil), []string{"number value"}},
		{"tried", tried(handoff.Choice{Route: big, Owner: "U0LUKE0001", Claim: handoff.ClaimTurn, Passed: away[:1]}), []string{"number value"}},
		{"tried_kept", tried(handoff.Choice{Route: every, Owner: "U0LUKE0001", Claim: handoff.ClaimKept}), []string{"number value"}},
		{"tried_nobody", tried(handoff.Choice{Route: big, Passed: away}), []string{"number value"}},
		{"tried_none", tried(handoff.Choice{}), []string{"number value"}},
	}
}

// The routing rules are as their golden files, in both languages; Slack takes each view, and it has every input that is read.
func TestRouteGoldens(t *testing.T) {
	s := newStage(t)
	for _, lang := range text.Languages() {
		p := texts(t).In(lang)
		var read strings.Builder
		for _, c := range routeCases(p, cardZone(t)) {
			if c.name != "full" {
				golden(t, fmt.Sprintf("routes_%s_%s.json", c.name, lang), indented(t, c.view))
			}
			v := s.opened(c.view)
			if v == nil {
				t.Fatalf("%s was not opened", c.name)
			}
			if c.name != "full" {
				fmt.Fprintf(&read, "== %s: %s [%s]\n%s\n\n", c.name, v.Title, v.Submit, s.fake.Text(v.Blocks))
			}
			has := map[string]bool{}
			for _, b := range c.view.Blocks.BlockSet {
				if in, ok := b.(*slack.InputBlock); ok {
					has[in.BlockID+" "+actionOf(t, in.Element)] = true
				}
			}
			for _, id := range c.reads {
				if !has[id] {
					t.Errorf("%s has no input %s", c.name, id)
				}
			}
			if len(has) != len(c.reads) {
				t.Errorf("%s has the inputs %v, its handler reads %v", c.name, has, c.reads)
			}
			if _, handled := s.handled(c.view.CallbackID); handled != (c.reads != nil) {
				t.Errorf("%s is handled: %v", c.name, handled)
			}
		}
		golden(t, "routes_"+lang+".txt", []byte(read.String()))
	}
}

func TestSplit(t *testing.T) {
	for typed, want := range map[string][]string{
		"a, b": {"a", " b"}, "a, b\nc": {"a, b", "c"}, "a, b;": {"a, b", ""}, "a": {"a"}, "a\n": {"a\n"},
	} {
		if got := split(typed); fmt.Sprintf("%q", got) != fmt.Sprintf("%q", want) {
			t.Errorf("%q is read as %q, want %q", typed, got, want)
		}
	}
	for typed, want := range map[string]string{
		"Spain and Mexico": "[ES MX]", "España, Italia e Irlanda": "[ES IT IE]", "Trinidad and Tobago": "[TT]", "es\nMX; Atlantis": "[ES MX  Atlantis]", "": "[]",
	} {
		if got := fmt.Sprint(codes(typed, text.CountryCode)); got != want {
			t.Errorf("%q is read as %s, want %s", typed, got, want)
		}
	}
}
