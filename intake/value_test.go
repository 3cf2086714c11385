package intake

import "testing"

func TestTitle(t *testing.T) {
	for name, want := range map[string]string{
		"COMPANY_SIZE": "Company size", "company_size": "Company size", "CompanySize__c": "Company size", "Kilns_in_Use__c": "Kilns in use",
		"Teléfono": "Teléfono", "ñandú": "Ñandú", "": "", "__c": "", "a": "A",
	} {
		if got := title(name); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestTextAt(t *testing.T) {
	said, err := decode([]byte(`{"a":{"b":[1,true,"x",null,[2,{}]]},"n":1e3,"o":{}}`))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		names []string
		want  string
	}{{[]string{"a", "b"}, "1, true, x, 2"}, {[]string{"n"}, "1e3"}, {[]string{"o"}, ""}, {[]string{"a"}, ""}, {[]string{"no", "such"}, ""}, {[]string{"n", "deeper"}, ""}} {
		if got := textAt(said, tt.names...); got != tt.want {
			t.Errorf("%v: got %q, want %q", tt.names, got, tt.want)
		}
	}
}
