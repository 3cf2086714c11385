package handoff

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestExtrasAreCut(t *testing.T) {
	long := strings.Repeat("ñ", 600)
	a, err := Arrival{Person: Person{Email: "ana@acme.es"}, Extras: []Extra{
		{Label: " How many\r\nvans?\x00 ", Value: "\tseven\u2028or so ", Shown: true},
		{Label: "nothing", Value: " \n"}, {Label: "\x00", Value: "nothing"},
		{Label: long, Value: long},
	}}.Clean()
	if err != nil {
		t.Fatal(err)
	}
	want := []Extra{
		{Label: "How many vans?", Value: "seven or so", Shown: true},
		{Label: long[:2*(MaxLabel-1)] + "…", Value: long[:2*(MaxValue-1)] + "…"},
	}
	if !slices.Equal(a.Extras, want) {
		t.Errorf("got  %+v\nwant %+v", a.Extras, want)
	}
	if n := utf8.RuneCountInString(a.Extras[1].Value); n != MaxValue {
		t.Errorf("a value has %d characters, at most %d are kept", n, MaxValue)
	}
	var many []Extra
	for i := range MaxExtras + 5 {
		many = append(many, Extra{Label: fmt.Sprint(i), Value: "x"})
	}
	if a, _ = (Arrival{Extras: many}).Clean(); !slices.Equal(a.Extras, many[:MaxExtras]) {
		t.Errorf("%d extras are kept, want the first %d", len(a.Extras), MaxExtras)
	}
}

func TestMoreExtras(t *testing.T) {
	x := func(label, value string) Extra { return Extra{Label: label, Value: value} }
	var full []Extra
	for i := range MaxExtras {
		full = append(full, x(fmt.Sprint("n", i), "x"))
	}
	for name, tt := range map[string]struct{ known, more, want []Extra }{
		"nothing":            {nil, nil, nil},
		"a new label":        {[]Extra{x("a", "1")}, []Extra{x("b", "2")}, []Extra{x("a", "1"), x("b", "2")}},
		"a known label":      {[]Extra{x("a", "1")}, []Extra{x("a", "2")}, []Extra{x("a", "1")}},
		"one question twice": {nil, []Extra{x("a", "1"), x("a", "2")}, []Extra{x("a", "1"), x("a", "2")}},
		"full":               {full, []Extra{x("b", "2")}, full},
	} {
		before := slices.Clone(tt.known)
		if got := MoreExtras(tt.known, tt.more); !slices.Equal(got, tt.want) {
			t.Errorf("%s: got %v, want %v", name, got, tt.want)
		}
		if !slices.Equal(before, tt.known) {
			t.Errorf("%s: what was known has become %v", name, tt.known)
		}
	}
}

func TestFillMailbox(t *testing.T) {
	for name, tt := range map[string]struct {
		mine, theirs Person
		want         Mailbox
	}{
		"of the same address":    {Person{Email: "ana@gmail.com"}, Person{Email: "ana@gmail.com", Mailbox: MailboxFree}, MailboxFree},
		"of another address":     {Person{Email: "ana@acme.es"}, Person{Email: "ana@gmail.com", Mailbox: MailboxFree}, ""},
		"known, theirs is empty": {Person{Email: "ana@gmail.com", Mailbox: MailboxFree}, Person{Email: "ana@gmail.com"}, MailboxFree},
	} {
		if got := tt.mine.Fill(tt.theirs).Mailbox; got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}
