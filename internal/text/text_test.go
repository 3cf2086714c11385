package text

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/BurntSushi/toml"
)

// entries returns the texts of one language by key, the plural forms as key.one and key.other.
func entries(t *testing.T, lang string) map[string]string {
	t.Helper()
	all := map[string]string{}
	names, err := files.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range names {
		if !strings.HasSuffix(f.Name(), "."+lang+".toml") {
			continue
		}
		var in map[string]any
		if _, err := toml.DecodeFS(files, f.Name(), &in); err != nil {
			t.Fatalf("%s: %v", f.Name(), err)
		}
		for key, v := range in {
			if _, twice := all[key]; twice {
				t.Errorf("%s: %q stands in another file too", f.Name(), key)
			}
			switch v := v.(type) {
			case string:
				all[key] = v
			case map[string]any:
				for form, s := range v {
					all[key+"."+form] = s.(string)
				}
			}
		}
	}
	return all
}

// Both languages have the same keys, and each text has the same places to fill in.
func TestLanguagesAgree(t *testing.T) {
	place := regexp.MustCompile(`\{\{\s*\.\w+\s*\}\}`)
	en, es := entries(t, "en"), entries(t, "es")
	for _, key := range slices.Sorted(maps.Keys(en)) {
		if _, ok := es[key]; !ok {
			t.Errorf("es lacks %q", key)
			continue
		}
		places := func(s string) []string {
			found := place.FindAllString(s, -1)
			slices.Sort(found)
			return slices.Compact(found)
		}
		if strings.HasSuffix(key, ".one") { // "one lead" need not repeat the number
			continue
		}
		if got, want := places(es[key]), places(en[key]); !slices.Equal(got, want) {
			t.Errorf("%q fills %v in Spanish, %v in English", key, got, want)
		}
	}
	for key := range es {
		if _, ok := en[key]; !ok {
			t.Errorf("en lacks %q", key)
		}
	}
}

func TestFormats(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	en, es := c.In("en-GB"), c.In("es_MX")
	monday := time.Date(2026, 11, 23, 9, 5, 0, 0, time.UTC)
	for _, tt := range []struct{ got, want string }{
		{en.Int(1234567), "1,234,567"}, {es.Int(1234567), "1.234.567"}, {es.Int(1234), "1234"},
		{en.Percent(0.455), "46%"}, {es.Percent(0.455), "46\u00a0%"},
		{en.Span(20 * time.Second), "under a minute"}, {es.Span(45 * time.Minute), "45\u00a0min"},
		{en.Span(135 * time.Minute), "2\u00a0h 15\u00a0min"}, {en.Span(2 * time.Hour), "2\u00a0h"},
		{en.Span(24 * time.Hour), "1 day"}, {es.Span(50 * time.Hour), "2 días 2\u00a0h"},
		{en.Moment(monday), "Mon 23 Nov 09:05"}, {es.Date(monday), "23 nov 2026"},
		{en.Country("ES"), "Spain"}, {es.Country("ES"), "España"}, {es.Country("US"), "Estados Unidos"}, {en.Country("GB"), "United Kingdom"},
		{en.Country("Spain"), "Spain"}, {en.Country("es"), "es"}, {en.Country(""), ""}, {es.Country("UK"), "Reino Unido"}, {es.Country("MK"), "Macedonia del Norte"}, {en.Country("SZ"), "Eswatini"}, {en.Country("ZZ"), "ZZ"}, {en.Country("EU"), "EU"}, {en.Country("A1"), "A1"},
		{en.Language("es"), "Spanish"}, {es.Language("en"), "inglés"}, {es.Language("xx"), "xx"}, {es.Language(""), ""},
		{en.And([]string{"Spain", "Mexico", "Italy"}), "Spain, Mexico and Italy"}, {es.And([]string{"España", "Italia"}), "España e Italia"},
		{es.And([]string{"España", "México"}), "España y México"}, {es.And([]string{"Iberia", "Yemen"}), "Iberia y Yemen"}, {en.And([]string{"Spain"}), "Spain"}, {en.And(nil), ""},
		{en.Or([]string{"Google", "Fair"}), "Google or Fair"}, {es.Or([]string{"Google", "Outbrain"}), "Google u Outbrain"},
		{c.In("fr").Lang(), "en"}, {en.T("no.such.key"), "no.such.key"},
	} {
		if tt.got != tt.want {
			t.Errorf("got %q, want %q", tt.got, tt.want)
		}
	}
	for name, want := range map[string]string{"spanish": "es", "Español": "es", "INGLÉS": "en", "pt": "pt", "klingon": "", "": ""} {
		if got, ok := LanguageCode(name); got != want || ok != (want != "") {
			t.Errorf("the language %q is %q, want %q", name, got, want)
		}
	}
	for name, want := range map[string]string{"méxico": "MX", "Spain (España)": "ES", "fra": "FR", "Trinidad and Tobago": "TT", "Bosnia y Herzegovina": "BA", "Atlantis": ""} {
		if got, ok := CountryCode(name); got != want || ok != (want != "") {
			t.Errorf("the country %q is %q, want %q", name, got, want)
		}
	}
	if !es.Has("span.days") || es.Has("no.such.key") {
		t.Error("Has is wrong")
	}
}
