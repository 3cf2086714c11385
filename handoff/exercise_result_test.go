package handoff

import (
	"fmt"
	"reflect"
	"testing"
)

func answered(side Side, best, worst []int64, weights ...int) ExerciseAnswer {
	a := ExerciseAnswer{Side: side, Best: best, Worst: worst, Weights: map[string]int{}}
	for i, w := range weights {
		a.Weights[[]string{"i", "w"}[i]] = w
	}
	return a
}

func TestConclude(t *testing.T) {
	x := Exercise{Leads: []int64{1, 2, 3, 4}, Profile: twoMarks()}
	e := x.Evidence()
	for i := range 20 {
		l := Lead{ID: int64(i + 1), Person: Person{Website: "x.example"}}
		switch { // 8 of 10 accepted in logistics, 1 of 6 elsewhere, and 4 that say nothing
		case i < 10:
			l.Industry = "logistics"
			e.Add(l, i < 8)
		case i < 16:
			l.Industry, l.Website = "Retail", ""
			e.Add(l, i == 10)
		default:
			e.Add(l, true)
		}
	}
	r := x.Conclude([]ExerciseAnswer{
		answered(SideSales, []int64{1, 2}, []int64{3}, 3, 0), answered(SideSales, []int64{1}, []int64{3}, 2, 0), answered(SideSales, []int64{4}, []int64{99}, 3, 1),
		answered(SideMarketing, []int64{1, 3}, []int64{4}, 1, 0),
	}, e)
	if r.Answers[SideSales] != 3 || r.Answers[SideMarketing] != 1 || (r.Accepted != Proportion{13, 20}) {
		t.Errorf("answers %v, accepted %v", r.Answers, r.Accepted)
	}
	for i, want := range []struct {
		accord           Accord
		sales, marketing Votes
	}{{Agree, Votes{2, 0}, Votes{1, 0}}, {Undecided, Votes{1, 0}, Votes{}}, {Differ, Votes{0, 2}, Votes{1, 0}}, {Differ, Votes{1, 0}, Votes{0, 1}}} {
		if j := r.Leads[i]; j.Accord() != want.accord || j.Sales != want.sales || j.Marketing != want.marketing || j.Verdict != Accept {
			t.Errorf("lead %d: %+v, %v, want %+v", i+1, j, j.Accord(), want)
		}
	}
	industry, website := r.Marks[0], r.Marks[1]
	if industry.Shows != (Proportion{8, 10}) || industry.Lacks != (Proportion{1, 6}) || industry.Accord() != Differ || (industry.Sales != Weights{3, 8}) || (industry.Marketing != Weights{1, 1}) {
		t.Errorf("industry: %+v, %v", industry, industry.Accord())
	}
	if website.Shows != (Proportion{12, 14}) || website.Lacks != (Proportion{1, 6}) || website.Accord() != Agree {
		t.Errorf("website: %+v, %v", website, website.Accord())
	}
	// Sales 2.67 and marketing 1 make 2; both round to 0 for the website, which goes.
	want := x.Profile.Characteristics[0]
	want.Weight = 2
	if !reflect.DeepEqual(r.Next.Characteristics, []Characteristic{want}) {
		t.Errorf("next: %+v", r.Next)
	}
	if x.Result = &r; x.Stays() {
		t.Error("another profile follows, and the one in force stays")
	}
	if r = x.Conclude([]ExerciseAnswer{answered(SideSales, nil, nil, 2, 1), answered(SideMarketing, nil, nil, 2, 1)}, e); !x.Stays() {
		t.Errorf("the profile in force does not stay: %+v", r.Next)
	}
	if none := x.Conclude(nil, e); len(none.Next.Characteristics) != 0 || none.Marks[0].Accord() != Undecided {
		t.Errorf("without answers: %+v", none)
	}
}

// The next weight counts both sides alike; only what both call 0 goes.
func TestNextWeight(t *testing.T) {
	for _, tt := range []struct {
		sales, marketing []int
		want             int
	}{
		{[]int{3, 3}, []int{3}, 3}, {[]int{0, 0, 0}, []int{0}, 0}, {[]int{0}, []int{1}, 1}, {[]int{0, 0, 0, 0, 0}, []int{3}, 2}, {[]int{0, 0, 1}, []int{0}, 0}, {nil, []int{2}, 2}, {nil, nil, 0}, {[]int{1, 0}, []int{0}, 1},
	} {
		var w Weighed
		for _, s := range tt.sales {
			w.Sales.Count, w.Sales.Sum = w.Sales.Count+1, w.Sales.Sum+s
		}
		for _, m := range tt.marketing {
			w.Marketing.Count, w.Marketing.Sum = w.Marketing.Count+1, w.Marketing.Sum+m
		}
		if got := w.next(); got != tt.want {
			t.Errorf("sales %v and marketing %v make %d, want %d", tt.sales, tt.marketing, got, tt.want)
		}
	}
}

// Without a profile the next one is made of what accepted leads have in common, and can be proposed as it is.
func TestConcludeWithoutProfile(t *testing.T) {
	x := Exercise{}
	e := x.Evidence()
	for i := range 40 {
		l := Lead{ID: int64(i + 1), Person: Person{Industry: "Logistics", Size: []string{"11-50", "51-200", "201-500", "10000+"}[i%4], Country: "ES", Role: fmt.Sprint("Role ", i)}}
		switch {
		case i%5 == 0:
			l.Industry = "retail"
		case i%5 == 1:
			l.Industry, l.Country = "", ""
		}
		e.Add(l, i < 30)
	}
	weights := map[string]int{}
	for _, c := range x.Asked() {
		weights[c.ID] = 2
	}
	r := x.Conclude([]ExerciseAnswer{{Side: SideSales, Weights: weights}}, e)
	want := []Characteristic{
		{ID: "industry", Attribute: AttributeIndustry, Values: []string{"Logistics", "retail"}, Weight: 2}, {ID: "size", Attribute: AttributeSize, Min: 11, Max: 500, Weight: 2},
		{ID: "country", Attribute: AttributeCountry, Values: []string{"ES"}, Weight: 2}, {ID: "website", Attribute: AttributeWebsite, Weight: 2}, {ID: "mailbox", Attribute: AttributeMailbox, Weight: 2},
	}
	if !reflect.DeepEqual(r.Next.Characteristics, want) {
		t.Errorf("next: %+v", r.Next.Characteristics)
	}
	for i, want := range []struct{ shows, lacks Proportion }{
		{Proportion{24, 32}, Proportion{}}, // all who say their industry; eight do not
		{Proportion{23, 30}, Proportion{7, 10}},
		{Proportion{24, 32}, Proportion{}},
		{}, // no role is common
	} {
		if m := r.Marks[i]; m.Shows != want.shows || m.Lacks != want.lacks {
			t.Errorf("%s: accepted with it %v, without %v", m.ID, m.Shows, m.Lacks)
		}
	}
	g := Agreement{Kind: AgreementProfile, Why: "the exercise", Profile: r.Next}
	if _, err := g.Propose(Agreement{}); err != nil {
		t.Error(err)
	}
}

func TestSpeaksFor(t *testing.T) {
	team := Team{People: map[Role][]string{RoleSales: {"Ana"}, RoleManager: {"Grace", "Mona"}, RoleMarketing: {"Mona"}}}
	for _, tt := range []struct {
		team Team
		a    Actor
		want string
	}{
		{team, Actor{User: "Ana"}, "[sales] <nil>"}, {team, Actor{User: "Grace"}, "[sales] <nil>"}, {team, Actor{User: "Mona"}, "[marketing] <nil>"},
		{team, Actor{User: "Otto"}, "[] " + ErrNoSide.Error()}, {team, Actor{User: "Otto", Unsure: true}, "[] " + ErrUnsure.Error()},
		{Team{}, Actor{User: "Otto"}, "[sales marketing] <nil>"}, {Team{}, Actor{User: "Otto", Guest: true}, "[] " + ErrGuest.Error()},
		{Team{}, Actor{User: "Otto", External: true}, "[] " + ErrOutsider.Error()}, {Team{People: map[Role][]string{RoleSales: {"Ana"}}}, Actor{User: "Otto"}, "[marketing] <nil>"},
	} {
		sides, err := tt.team.SpeaksFor(tt.a, nil)
		if got := fmt.Sprint(sides, " ", err); got != tt.want {
			t.Errorf("%+v: %s, want %s", tt.a, got, tt.want)
		}
	}
}
