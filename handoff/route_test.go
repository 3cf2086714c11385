package handoff

import (
	"strings"
	"testing"
)

func TestMeets(t *testing.T) {
	l := Lead{Person: Person{Country: "ES", Industry: "Logística y Transporte", Size: "201-500", Language: "es-ES"}, Touch: Touch{Source: "LinkedIn Ads", Campaign: "Otoño 2026"}, Fit: 3, FitOf: 4}
	of := func(change func(*Lead)) Lead {
		other := l
		change(&other)
		return other
	}
	size := func(s string) Lead { return of(func(l *Lead) { l.Size = s }) }
	for name, tt := range map[string]struct {
		when Conditions
		lead Lead
		want bool
	}{
		"everything":                     {Conditions{}, l, true},
		"nothing known":                  {Conditions{}, Lead{}, true},
		"one of its countries":           {Conditions{Countries: []string{"MX", "es"}}, l, true},
		"another country":                {Conditions{Countries: []string{"MX", "AR"}}, l, false},
		"no country known":               {Conditions{Countries: []string{"ES"}}, Lead{}, false},
		"case and accents":               {Conditions{Industries: []string{"logistica Y  transporte"}}, l, true},
		"an accent that stands alone":    {Conditions{Industries: []string{"Logi\u0301stica y transporte"}}, l, true},
		"part of an industry":            {Conditions{Industries: []string{"Logística"}}, l, false},
		"Polish":                         {Conditions{Industries: []string{"SPRZEDAŻ ŁÓDŹ"}}, of(func(l *Lead) { l.Industry = "sprzedaz lodz" }), true},
		"another script":                 {Conditions{Industries: []string{"物流"}}, of(func(l *Lead) { l.Industry = "物流" }), true},
		"nothing but signs":              {Conditions{Industries: []string{"--"}}, of(func(l *Lead) { l.Industry = "!" }), false},
		"source and campaign":            {Conditions{Sources: []string{"linkedin ads"}, Campaigns: []string{"otono 2026"}}, l, true},
		"right source, wrong campaign":   {Conditions{Sources: []string{"LinkedIn Ads"}, Campaigns: []string{"Spring"}}, l, false},
		"language":                       {Conditions{Languages: []string{"es"}}, l, true},
		"another language":               {Conditions{Languages: []string{"en"}}, l, false},
		"the whole span is over":         {Conditions{SizeMin: 201}, l, true},
		"some of the span is not":        {Conditions{SizeMin: 250}, l, false},
		"the whole span is within":       {Conditions{SizeMin: 100, SizeMax: 500}, l, true},
		"some of the span is beyond":     {Conditions{SizeMax: 499}, l, false},
		"one number":                     {Conditions{SizeMin: 250, SizeMax: 250}, size("250"), true},
		"open upwards":                   {Conditions{SizeMin: 10000}, size("10000+"), true},
		"open upwards, but not so large": {Conditions{SizeMin: 10001}, size("10000+"), false},
		"open upwards has no end":        {Conditions{SizeMax: 50000}, size("10000+"), false},
		"size not known":                 {Conditions{SizeMin: 1}, size(""), false},
		"size in words":                  {Conditions{SizeMin: 1}, size("large"), false},
		"a size that is no span":         {Conditions{SizeMin: 1}, size("50-11"), false},
		"a size that makes no sense":     {Conditions{SizeMax: 10}, size("-5"), false},
		"fit":                            {Conditions{FitMin: 75}, l, true},
		"not enough fit":                 {Conditions{FitMin: 76}, l, false},
		"fit not known":                  {Conditions{FitMin: 1}, of(func(l *Lead) { l.FitOf = 0 }), false},
	} {
		if got := tt.when.Meets(tt.lead); got != tt.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

func TestRouteFor(t *testing.T) {
	s := Settings{Routes: []Route{
		{ID: "a", When: Conditions{Countries: []string{"ES"}, SizeMin: 201}}, {ID: "b", When: Conditions{Countries: []string{"ES"}}}, {ID: "c", When: Conditions{Countries: []string{"MX"}}},
	}}
	for want, l := range map[string]Lead{
		"a": {Person: Person{Country: "ES", Size: "201-500"}}, "b": {Person: Person{Country: "ES"}}, "c": {Person: Person{Country: "MX", Size: "9000"}}, "": {Person: Person{Country: "FR"}},
	} {
		if r, ok := s.RouteFor(l); r.ID != want || ok != (want != "") {
			t.Errorf("got %q, %v, want %q", r.ID, ok, want)
		}
	}
	if r, ok := s.Route("b"); !ok || r.ID != "b" {
		t.Errorf("got %+v, %v", r, ok)
	}
	if _, ok := s.Route(""); ok {
		t.Error("there is a route without an ID")
	}
}

func TestRouteClean(t *testing.T) {
	r, err := Route{
		Name: " LATAM\n", When: Conditions{Countries: []string{" mx", "MX", "", "ar"}, Industries: []string{"Logística", "LOGISTICA", "物流"}, Languages: []string{"ES"}},
		Owners: []RouteOwner{{User: "U1", Weight: 2}, {User: "U2", PerDay: 3}},
	}.Clean()
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Join([]string{r.Name, strings.Join(r.When.Countries, "+"), strings.Join(r.When.Industries, "+"), strings.Join(r.When.Languages, "+")}, " | ")
	if want := "LATAM | MX+AR | Logística+物流 | es"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	many := make([]string, MaxConditions+1)
	for i := range many {
		many[i] = strings.Repeat("x", i+1)
	}
	for want, r := range map[string]Route{
		"name: missing":                     {},
		"name: too_long":                    {Name: strings.Repeat("ñ", MaxRouteName+1)},
		"countries: no_such":                {Name: "x", When: Conditions{Countries: []string{"Spain"}}},
		"languages: no_such":                {Name: "x", When: Conditions{Languages: []string{"Klingon"}}},
		"sources: too_many":                 {Name: "x", When: Conditions{Sources: many}},
		"campaigns: too_long":               {Name: "x", When: Conditions{Campaigns: []string{strings.Repeat("x", MaxText+1)}}},
		"size_max: out_of_order":            {Name: "x", When: Conditions{SizeMin: 200, SizeMax: 100}},
		"fit_min: out_of_range":             {Name: "x", When: Conditions{FitMin: 101}},
		"owners: unknown":                   {Name: "x", Owners: []RouteOwner{{User: "U1"}, {User: "U1"}}},
		"owners: too_many; owners: unknown": {Name: "x", Owners: append(make([]RouteOwner, 0), owners(MaxOwners+1)...)},
		"weight: out_of_range":              {Name: "x", Owners: []RouteOwner{{User: "U1", Weight: MaxWeight + 1}}},
		"per_day: out_of_range":             {Name: "x", Owners: []RouteOwner{{User: "U1", PerDay: -1}}},
	} {
		if _, err := r.Clean(); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// owners returns n owners, the last two of them the same.
func owners(n int) []RouteOwner {
	all := make([]RouteOwner, n)
	for i := range all {
		all[i].User = "U" + strings.Repeat("X", min(i, n-2)+1)
	}
	return all
}

// A lead that belongs behind another door never counts against marketing, whatever lane its reason stands in.
func TestRerouteCountsAgainstNobody(t *testing.T) {
	rs := Reasons{{Key: "elsewhere", Lane: LaneData, FollowUp: Reroute}}
	if rs.Lane("elsewhere").OfMarketing() {
		t.Error("it counts against marketing")
	}
}

func TestDomain(t *testing.T) {
	for want, p := range map[string]Person{
		"acme.example": {Email: "ana@acme.example"}, "": {Email: "ana@gmail.com", Mailbox: MailboxFree},
	} {
		if got := p.Domain(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if (Person{}).Domain() != "" {
		t.Error("nobody has a domain")
	}
}
