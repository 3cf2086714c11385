package handoff

import (
	"errors"
	"reflect"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestClean(t *testing.T) {
	outcome := &Outcome{Verdict: Reject, Reason: "other", Note: " no\x00 thanks "}
	a, err := Arrival{
		ExternalID: " 77 ", Owner: "\tU1\n", Outcome: outcome,
		Person: Person{Name: "\u00a0José\x00 Peña ", Email: " Ana@Example.COM", Company: "a\xffb", Link: "https://crm.example/7?a=b"},
		Touch:  Touch{Source: " Google "},
	}.Clean()
	if err != nil {
		t.Fatal(err)
	}
	want := Arrival{
		ExternalID: "77", Owner: "U1", Outcome: &Outcome{Verdict: Reject, Reason: "other", Note: "no thanks"},
		Person: Person{Name: "José Peña", Email: "ana@example.com", Company: "a\uFFFDb", Link: "https://crm.example/7?a=b"},
		Touch:  Touch{Source: "Google"},
	}
	if !reflect.DeepEqual(a, want) {
		t.Errorf("got  %+v\nwant %+v", a, want)
	}
	if outcome.Note != " no\x00 thanks " {
		t.Error("the sender's outcome was changed")
	}
}

func TestCleanRefuses(t *testing.T) {
	for name, tt := range map[string]struct {
		a    Arrival
		want string
	}{
		"nothing to know them by": {Arrival{Person: Person{Name: "Ana"}}, "email: needs_key"},
		"no domain":               {Arrival{Person: Person{Email: "ana@"}}, "email: not_an_email"},
		"no dot":                  {Arrival{Person: Person{Email: "ana@localhost"}}, "email: not_an_email"},
		"two @":                   {Arrival{Person: Person{Email: "ana@b.es@c.es"}}, "email: not_an_email"},
		"dot at the end":          {Arrival{Person: Person{Email: "ana@b.es."}}, "email: not_an_email"},
		"dot in front":            {Arrival{Person: Person{Email: "ana@.es.es"}}, "email: not_an_email"},
		"two dots":                {Arrival{Person: Person{Email: "ana@b..es"}}, "email: not_an_email"},
		"a space":                 {Arrival{Person: Person{Email: "ana ruiz@b.es"}}, "email: not_an_email"},
		"a space that looks not":  {Arrival{Person: Person{Email: "ana\u2003ruiz@b.es"}}, "email: not_an_email"},
		"a next line":             {Arrival{Person: Person{Email: "ana\u0085@b.es"}}, "email: not_an_email"},
		"a name around it":        {Arrival{Person: Person{Email: "Ana <ana@b.es>"}}, "email: not_an_email"},
		"not a web address":       {Arrival{ExternalID: "1", Person: Person{Link: "javascript:alert(1)"}}, "link: not_a_url"},
		"no host":                 {Arrival{ExternalID: "1", Person: Person{Link: "https://:80/x"}}, "link: not_a_url"},
		"too long":                {Arrival{ExternalID: "1", Person: Person{Name: strings.Repeat("ñ", MaxText+1)}}, "name: too_long"},
		"an outcome's note":       {Arrival{ExternalID: "1", Outcome: &Outcome{Note: strings.Repeat("x", MaxNote+1)}}, "note: too_long"},
		"everything at once": {Arrival{Person: Person{Email: "x", Phone: strings.Repeat("1", 65), Link: "ftp://x"}},
			"phone: too_long; email: not_an_email; link: not_a_url"},
	} {
		_, err := tt.a.Clean()
		var wrong FieldErrors
		if !errors.As(err, &wrong) || wrong.Error() != tt.want {
			t.Errorf("%s: got %v, want %s", name, err, tt.want)
		}
	}
	for _, a := range []Arrival{
		{Person: Person{Phone: "+34 600"}}, {ExternalID: "1"}, {Person: Person{Email: "o'neil+mql@mail.ejemplo.es"}},
		{ExternalID: "1", Person: Person{Name: strings.Repeat("ñ", MaxText)}},
	} {
		if _, err := a.Clean(); err != nil {
			t.Errorf("%+v: %v", a, err)
		}
	}
}

func TestFill(t *testing.T) {
	known := Person{Name: "Ana", Email: "ana@b.es"}
	other := Person{Name: "Eva", Email: "eva@b.es", Phone: "1", Company: "B", Website: "b.es", Role: "CTO", Country: "ES", Industry: "IT", Size: "9", Link: "https://b.es"}
	want := other
	want.Name, want.Email = "Ana", "ana@b.es"
	if got := known.Fill(other); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := (Person{}).Fill(other).Email; got != "" {
		t.Errorf("took the e-mail %q", got)
	}
}

// What Clean lets through is well formed, within the limits, and clean.
func FuzzClean(f *testing.F) {
	f.Add("1", " Ana ", "Ana@Example.com", "https://crm.example/1", "Google", "note")
	f.Add("", "\xff\x00", "İ@b.es", "http://[::1]", "<!channel>", "\x00")
	f.Add("x", strings.Repeat("é", 501), "a@b.c\u2028", "https://", "", " ")
	f.Fuzz(func(t *testing.T, id, name, email, link, source, note string) {
		in := Arrival{ExternalID: id, Person: Person{Name: name, Email: email, Link: link}, Touch: Touch{Source: source}, Outcome: &Outcome{Note: note}}
		a, err := in.Clean()
		if in.Outcome.Note != note {
			t.Fatal("the sender's outcome was changed")
		}
		if err != nil {
			return
		}
		for _, fd := range a.fields() {
			v := *fd.value
			if !utf8.ValidString(v) || strings.Contains(v, "\x00") || v != strings.TrimSpace(v) || utf8.RuneCountInString(v) > fd.limit {
				t.Errorf("%s: %q was let through", fd.name, v)
			}
		}
		if a.Email == "" && a.ExternalID == "" {
			t.Error("nothing to know them by")
		}
		again, err := a.Clean()
		if err != nil || !reflect.DeepEqual(again, a) {
			t.Errorf("cleaning twice: %v\n%+v\n%+v", err, again, a)
		}
	})
}
