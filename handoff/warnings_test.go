package handoff

import (
	"reflect"
	"slices"
	"testing"
)

// weeksOf has twelve weeks, the oldest first: each so often.
func weeksOf(spans ...[]Tally) Ledger {
	l := ledger(12, nil, nil)
	for i, span := range spans {
		l.Tallies[TrendWeeks-len(spans)+i] = span
	}
	return l
}

// times repeats a week.
func times(n int, week ...Tally) (all [][]Tally) {
	for range n {
		all = append(all, week)
	}
	return all
}

func kinds(ws []Warning) (all []WarningKind) {
	for _, w := range ws {
		all = append(all, w.Kind)
	}
	return all
}

func TestOverFiltering(t *testing.T) {
	usual := []Tally{received(40), accepted(12), rejected("wrong-size", 12), notNow("no-need-now", 9)}
	filtered := []Tally{received(20), accepted(11), rejected("wrong-size", 2), notNow("no-need-now", 4)}
	for name, tt := range map[string]struct {
		weeks [][]Tally
		want  bool
	}{
		"fewer and surer for four weeks":  {append(times(8, usual...), times(4, filtered...)...), true},
		"nothing changed":                 {times(12, usual...), false},
		"fewer, and as many are accepted": {append(times(8, usual...), times(4, received(20), accepted(6), rejected("wrong-size", 6))...), false},
		"surer, and as many come in":      {append(times(8, usual...), times(4, received(40), accepted(22), rejected("wrong-size", 4))...), false},
		"a fifth fewer, and surer":        {append(times(8, received(400), accepted(12), rejected("wrong-size", 12)), times(4, received(320), accepted(22), rejected("wrong-size", 4))...), false},
		"a single week":                   {append(times(11, usual...), []Tally{received(1), accepted(40)}), false},
		"two weeks, and two as usual":     {append(append(times(8, usual...), times(2, usual...)...), times(2, received(5), accepted(40))...), false},
		"surer, and most are rejected still": {
			append(times(8, received(40), accepted(2), rejected("wrong-size", 22)), times(4, received(20), accepted(6), rejected("wrong-size", 7))...), false},
		"few leads":                 {append(times(8, received(2), accepted(1), rejected("wrong-size", 1)), times(4, received(1), accepted(1))...), false},
		"always this sure":          {append(times(8, received(40), accepted(30)), times(4, received(20), accepted(14))...), false},
		"only timing was left out":  {append(times(8, usual...), times(4, received(20), accepted(6), rejected("wrong-size", 6), notNow("no-need-now", 1))...), false},
		"a fair made the volume":    {append(append(times(7, received(20), accepted(6), rejected("wrong-size", 6)), []Tally{received(180), accepted(6), rejected("wrong-size", 6)}), times(4, received(18), accepted(11), rejected("wrong-size", 1))...), false},
		"the beginning of a store":  {append(times(3, usual...), times(4, filtered...)...), false},
		"eight weeks, four of each": {append(times(4, usual...), times(4, filtered...)...), true},
	} {
		l := weeksOf(tt.weeks...)
		l.First = l.Week.Add(1 - len(tt.weeks)).Start()
		if got := slices.Contains(kinds(l.Figures().Warnings), WarnOverFiltering); got != tt.want {
			t.Errorf("%s: warned %v", name, got)
		}
	}
	l := weeksOf(append(times(8, usual...), times(4, filtered...)...)...)
	want := []Warning{{Kind: WarnOverFiltering, Now: Proportion{44, 52}, Before: Proportion{96, 192}, Leads: 20, Usual: 40}}
	if got := l.Figures().Warnings; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	l.Now = l.Week.Start().Add(50 * 3600e9)
	if got := l.Figures().Warnings; len(got) != 0 {
		t.Errorf("a week that is not over: %+v", got)
	}
}

func TestPileUp(t *testing.T) {
	usual := []Tally{received(10), accepted(5)}
	for name, tt := range map[string]struct {
		weeks   int
		backlog Backlog
		want    bool
	}{
		"more past due than come in":      {9, Backlog{Open: 14, Overdue: 11}, true},
		"as many":                         {9, Backlog{Open: 10, Overdue: 10}, true},
		"fewer":                           {9, Backlog{Open: 40, Overdue: 9}, false},
		"many open, none late":            {9, Backlog{Open: 60}, false},
		"there is no usual week yet":      {1, Backlog{Open: 60, Overdue: 60}, false},
		"the second week has a usual one": {2, Backlog{Open: 60, Overdue: 60}, true},
	} {
		l := ledger(tt.weeks, usual, usual)
		l.Backlog = tt.backlog
		if got := slices.Contains(kinds(l.Figures().Warnings), WarnPileUp); got != tt.want {
			t.Errorf("%s: warned %v", name, got)
		}
	}
	l := ledger(9, []Tally{received(2)}, nil)
	l.Backlog = Backlog{Open: 4, Overdue: 4}
	if got := l.Figures().Warnings; len(got) != 0 {
		t.Errorf("four are few: %+v", got)
	}
}

func TestBadData(t *testing.T) {
	of := func(campaign string, ts ...Tally) []Tally {
		ts = slices.Clone(ts)
		for i := range ts {
			ts[i].Campaign = campaign
		}
		return ts
	}
	before := append(of("Brand", accepted(6), rejected("wrong-size", 4), rejected("wrong-data", 1)), of("Fair", accepted(5), rejected("wrong-data", 5))...)
	for name, tt := range map[string]struct {
		week []Tally
		want []string
	}{
		"a campaign's form broke":    {of("Brand", accepted(3), rejected("wrong-data", 8), rejected("wrong-size", 1)), []string{"Brand"}},
		"duplicates are data too":    {of("Brand", accepted(3), rejected("duplicate", 8), rejected("wrong-size", 1)), []string{"Brand"}},
		"as ever":                    {before, nil},
		"it always was as bad":       {of("Fair", accepted(5), rejected("wrong-data", 7)), nil},
		"other reasons":              {of("Brand", accepted(1), rejected("wrong-size", 12)), nil},
		"timing says nothing":        {of("Brand", accepted(6), notNow("no-need-now", 20), rejected("other-team", 20)), nil},
		"too few":                    {of("Brand", rejected("wrong-data", 4)), nil},
		"a little more":              {of("Brand", accepted(6), rejected("wrong-size", 3), rejected("wrong-data", 3)), nil},
		"a new campaign has no past": {of("New", rejected("wrong-data", 20)), nil},
		"leads without a campaign":   {of("", rejected("wrong-data", 20)), nil},
		"two at once":                {append(of("Fair", rejected("wrong-data", 40)), of("Brand", rejected("wrong-data", 12))...), []string{"Brand", "Fair"}},
		"got better":                 {of("Fair", accepted(40)), nil},
	} {
		var got []string
		for _, w := range ledger(9, append(before, of("", accepted(5))...), tt.week).Figures().Warnings {
			if w.Kind == WarnBadData {
				got = append(got, w.Campaign)
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%s: warned of %q, want %q", name, got, tt.want)
		}
	}
}

func TestNeedHunting(t *testing.T) {
	for text, want := range map[string][]string{
		"Has a budget, a timeline and a need.":                               {"budget", "timeline", "need"},
		"Asked for a demo. Has BUDGET for this year; the deadline is known.": {"budget", "deadline"},
		"Empresa con presupuesto y plazo":                                    {"presupuesto", "plazo"},
		"Tiene NECESIDADES concretas, y es urgente":                          {"urgente", "necesidades"},
		"Intencio\u0301n de compra clara":                                    {"intencion de compra"},
		"VP Sales with a budget":                                             {"budget"},
		"":                                                                   nil,
		"Looks like our customer: logistics, 50 to 500 people, Spain.":       nil,
		"No need has to be known. Whether there is a budget is for sales to find out.": nil,
		"It does not matter whether they have a timeline":                              nil,
		"Sin preguntar por el presupuesto ni por el plazo":                             nil,
		"Qué necesita el cliente lo averigua ventas":                                   nil,
		"Kneedle and budgeteers":                                                       nil,
		"A person or company that shows the marks of our perfect customer and has done something that shows interest. Marketing hands it over for that alone; what it is about, sales finds out.": nil,
		"Una persona o empresa con los rasgos de nuestro cliente perfecto que ha hecho algo que muestra interés. Marketing la entrega solo por eso; de qué se trata lo averigua ventas.":          nil,
	} {
		if got := huntedIn(text); !slices.Equal(got, want) {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	for label, want := range map[string]bool{
		"Budget": true, "What is your budget?": true, "¿Cuál es tu presupuesto?": true, "When do you plan to buy?": true, "¿Cuándo piensas comprar?": true,
		"Time frame": true, "time_frame": true, "Urgencia": true, "What do you need?": true, "¿Qué necesitas?": true, "Pain points": true,
		"¿Quieres un presupuesto?": false, "Solicita tu presupuesto": false, "Do you need help?": false, "Vans": false, "utm_term": false, "When did you hear of us?": false,
		"Newsletter": false, "¿Cuándo te llamamos?": false, "Monthly ad spend": false, "Needle size": false, "País": false,
	} {
		if got := len(hunting(label)) > 0; got != want {
			t.Errorf("the label %q hunts: %v", label, got)
		}
	}
	l := ledger(9, nil, nil)
	if got := l.Figures().Warnings; len(got) != 0 {
		t.Errorf("nothing is asked: %+v", got)
	}
	l.Agreed = []Agreement{
		{Kind: AgreementDefinitions, Version: 1, Definitions: Definitions{MQL: "Has a timeline"}}, {Kind: AgreementDefinitions, Version: 2, Definitions: Definitions{MQL: "Has a budget"}},
		{Kind: AgreementProfile, Version: 9},
	}
	l.Asked = Asked{Forms: []string{"Vans", "Budget", "Budget"}, Mapping: []string{"Budget", "¿Qué plazo tienes?", "Size"}}
	want := []Warning{
		{Kind: WarnNeedHunting, Where: HuntedDefinition, Words: []string{"budget"}}, {Kind: WarnNeedHunting, Where: HuntedForm, Words: []string{"Budget"}},
		{Kind: WarnNeedHunting, Where: HuntedMapping, Words: []string{"¿Qué plazo tienes?"}},
	}
	if got := l.Figures().Warnings; !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

func TestTempo(t *testing.T) {
	for _, tt := range []struct {
		Tempo
		hasty, byTheClock bool
	}{
		{Tempo{Decided: 12, AtOnce: 9}, true, false},
		{Tempo{Decided: 20, AtOnce: 10}, true, false},
		{Tempo{Decided: 20, AtOnce: 5}, false, false},
		{Tempo{Decided: 5, AtOnce: 5}, true, false},
		{Tempo{Decided: 4, AtOnce: 4, AtDue: 4}, false, false},
		{Tempo{Decided: 12, AtDue: 12}, false, true},
		{Tempo{Decided: 12, AtDue: 10}, false, true},
		{Tempo{Decided: 12, AtDue: 7}, false, false},
		{Tempo{}, false, false},
	} {
		if tt.Hasty() != tt.hasty || tt.ByTheClock() != tt.byTheClock {
			t.Errorf("%+v: hasty %v, by the clock %v", tt.Tempo, tt.Hasty(), tt.ByTheClock())
		}
	}
}
