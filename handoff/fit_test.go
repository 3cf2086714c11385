package handoff

import (
	"errors"
	"testing"
)

func TestJudge(t *testing.T) {
	p := Profile{Characteristics: []Characteristic{
		{ID: "i", Attribute: AttributeIndustry, Values: []string{"Logística", "Retail"}, Weight: 3},
		{ID: "s", Attribute: AttributeSize, Min: 50, Max: 500, Weight: 2},
		{ID: "c", Attribute: AttributeCountry, Values: []string{"ES", "MX"}, Weight: 1},
		{ID: "r", Attribute: AttributeRole, Values: []string{"operations"}, Weight: 1},
		{ID: "w", Attribute: AttributeWebsite, Weight: 1},
		{ID: "m", Attribute: AttributeMailbox, Weight: 1},
		{ID: "x", Attribute: AttributeExtra, Label: "Fleet size", Values: []string{"More than 20"}, Weight: 1},
		{ID: "o", Attribute: AttributeSource, Values: []string{"Webinar"}, Weight: 1},
	}}
	if wrong := func() FieldErrors { _, w := p.check(); return w }(); wrong != nil {
		t.Fatalf("the profile is refused: %v", wrong)
	}
	for _, tt := range []struct {
		name      string
		lead      Lead
		marks     string
		fit, ofIt int
	}{
		{"nothing is known", Lead{}, "????0???", 0, 11},
		{"everything fits", Lead{
			Person: Person{Industry: "logistica", Size: "51-200", Country: "ES", Role: "Head of Operations", Website: "acme.example", Email: "a@acme.example"},
			Touch:  Touch{Source: "WEBINAR"}, Extras: []Extra{{Label: "fleet size", Value: "more than 20"}},
		}, "11111111", 11, 11},
		{"nothing fits", Lead{
			Person: Person{Industry: "Banking", Size: "10000+", Country: "DE", Role: "Cooperations", Email: "a@gmail.com", Mailbox: MailboxFree},
			Touch:  Touch{Source: "Google"}, Extras: []Extra{{Label: "Fleet size", Value: "3"}},
		}, "00000000", 0, 11},
		{"a span that reaches beyond", Lead{Person: Person{Size: "11-50"}}, "?0??0???", 0, 11},
	} {
		l := p.Judge(tt.lead, 7)
		if l.FitMarks != tt.marks || l.Fit != tt.fit || l.FitOf != tt.ofIt || l.ProfileVersion != 7 {
			t.Errorf("%s: got %q, %d of %d by version %d, want %q, %d of %d", tt.name, l.FitMarks, l.Fit, l.FitOf, l.ProfileVersion, tt.marks, tt.fit, tt.ofIt)
		}
	}
	if l := (Profile{}).Judge(Lead{FitMarks: "1", Fit: 1, FitOf: 1, ProfileVersion: 3}, 0); l.FitMarks != "" || l.FitOf != 0 || l.ProfileVersion != 0 {
		t.Errorf("without a profile a lead has the fit %+v", l)
	}
}

func TestCharacteristicIsRefused(t *testing.T) {
	for _, tt := range []struct {
		c    Characteristic
		want FieldError
	}{
		{Characteristic{Weight: 1}, FieldError{Field: "attribute", Problem: Missing}},
		{Characteristic{Attribute: "colour", Weight: 1}, FieldError{Field: "attribute", Problem: Unknown}},
		{Characteristic{Attribute: AttributeRole, Weight: 1, Values: []string{" ", ""}}, FieldError{Field: "values", Problem: Missing}},
		{Characteristic{Attribute: AttributeRole, Weight: 4, Values: []string{"buyer"}}, FieldError{Field: "weight", Problem: OutOfRange, Limit: 3}},
		{Characteristic{Attribute: AttributeSize, Weight: 1}, FieldError{Field: "max", Problem: OutOfOrder}},
		{Characteristic{Attribute: AttributeSize, Weight: 1, Min: 9, Max: 3}, FieldError{Field: "max", Problem: OutOfOrder}},
		{Characteristic{Attribute: AttributeExtra, Weight: 1, Values: []string{"yes"}}, FieldError{Field: "label", Problem: Missing}},
		{Characteristic{Attribute: AttributeCountry, Weight: 1, Values: []string{"Spain"}}, FieldError{Field: "values", Problem: NoSuch, Typed: "Spain"}},
	} {
		if _, wrong := tt.c.Clean(); len(wrong) != 1 || wrong[0] != tt.want {
			t.Errorf("%+v: got %v, want %v", tt.c, wrong, tt.want)
		}
	}
}

func TestMoved(t *testing.T) {
	p := Profile{Characteristics: []Characteristic{{ID: "a"}, {ID: "b"}, {ID: "c"}}}
	for _, tt := range []struct {
		i     int
		where string
		want  string
	}{{0, "up", "abc"}, {1, "up", "bac"}, {1, "down", "acb"}, {2, "down", "abc"}, {1, "remove", "ac"}} {
		got := ""
		for _, c := range p.Moved(tt.i, tt.where).Characteristics {
			got += c.ID
		}
		if got != tt.want {
			t.Errorf("%d %s: got %s, want %s", tt.i, tt.where, got, tt.want)
		}
	}
	if got := p.With(Characteristic{ID: "b", Weight: 3}); got.Characteristics[1].Weight != 3 || p.Characteristics[1].Weight != 0 || len(got.Characteristics) != 3 {
		t.Errorf("put in its place: %+v, and the one before %+v", got, p)
	}
	if got := p.With(Characteristic{ID: "d"}); got.Index("d") != 3 {
		t.Errorf("added: %+v", got)
	}
}

func TestProposeIsRefused(t *testing.T) {
	inForce := Agreement{Definitions: Definitions{MQL: "m", SQL: "s"}, Profile: Profile{Characteristics: []Characteristic{{ID: "w", Attribute: AttributeWebsite, Weight: 1}}}}
	for _, tt := range []struct {
		g    Agreement
		want string
	}{
		{Agreement{Kind: AgreementDefinitions, Why: "so", Definitions: Definitions{MQL: " m ", SQL: "s"}}, "mql: unchanged"},
		{Agreement{Kind: AgreementDefinitions, Definitions: Definitions{MQL: "m"}}, "why: missing; sql: missing"},
		{Agreement{Kind: AgreementProfile, Why: "so"}, "characteristics: missing"},
		{Agreement{Kind: AgreementProfile, Why: "so", Profile: inForce.Profile}, "why: unchanged"},
	} {
		_, err := tt.g.Propose(inForce)
		if err == nil || err.Error() != tt.want {
			t.Errorf("%+v: got %v, want %s", tt.g, err, tt.want)
		}
	}
	if _, err := (Agreement{Kind: AgreementDefinitions, Why: "so", Definitions: Definitions{MQL: "other", SQL: "s"}}).Propose(inForce); err != nil {
		t.Errorf("a change is refused: %v", err)
	}
	var wrong FieldErrors
	if _, err := (Agreement{Kind: AgreementProfile, Why: "so", Profile: Profile{Characteristics: []Characteristic{inForce.Profile.Characteristics[0], inForce.Profile.Characteristics[0]}}}).Propose(inForce); !errors.As(err, &wrong) {
		t.Errorf("the same characteristic twice: %v", err)
	}
}
