package text

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/unicode/norm"
)

// What people call countries and languages, understood in English and Spanish whatever the reader's language is.

// CountryCode returns the ISO 3166-1 alpha-2 code of a country by its codes of two and three letters, its names in English and
// Spanish, and what else people write, without regard to case and accents; false for none that is known.
func CountryCode(name string) (code string, ok bool) {
	folded := Fold(name)
	for _, known := range []string{folded, ampersand.Replace(folded)} {
		if code, ok = countries()[known]; ok {
			return code, true
		}
	}
	if before, _, cut := strings.Cut(name, "("); cut { // "Spain (España)"
		code, ok = countries()[Fold(before)]
	}
	return code, ok
}

// LanguageCode returns the ISO 639-1 code of a language by its code or its names in English and Spanish, without regard to
// case and accents; false for none that is known.
func LanguageCode(name string) (code string, ok bool) {
	code, ok = languages()[Fold(name)]
	return code, ok
}

// ampersand takes out of a folded name what the lists of names write as "&": Bosnia and Herzegovina.
var ampersand = strings.NewReplacer(" and ", " ", " y ", " ")

var (
	countries = sync.OnceValue(countryNames)
	languages = sync.OnceValue(languageNames)
)

// otherCountryNames lists what people write beside the names in English and Spanish, folded.
func otherCountryNames() map[string]string {
	return map[string]string{
		"usa": "US", "u s": "US", "u s a": "US", "united states of america": "US", "the united states": "US",
		"eeuu": "US", "ee uu": "US", "e e u u": "US", "estados unidos de america": "US", "estados unidos de norteamerica": "US",
		"uk": "GB", "u k": "GB", "great britain": "GB", "britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB", "northern ireland": "GB",
		"the united kingdom": "GB", "gran bretana": "GB", "inglaterra": "GB", "escocia": "GB", "gales": "GB", "irlanda del norte": "GB",
		"espana": "ES", "espanya": "ES", "reino de espana": "ES", "spanien": "ES", "espagne": "ES", "spagna": "ES",
		"the netherlands": "NL", "holland": "NL", "holanda": "NL", "nederland": "NL", "los paises bajos": "NL",
		"deutschland": "DE", "allemagne": "DE", "germania": "DE", "osterreich": "AT", "schweiz": "CH", "suisse": "CH", "svizzera": "CH",
		"belgie": "BE", "belgique": "BE", "sverige": "SE", "norge": "NO", "danmark": "DK", "suomi": "FI", "polska": "PL", "frankreich": "FR",
		"republic of ireland": "IE", "eire": "IE", "republica de irlanda": "IE", "cesko": "CZ", "czech republic": "CZ", "republica checa": "CZ",
		"turkey": "TR", "turquia": "TR", "turkiye": "TR", "russian federation": "RU", "federacion rusa": "RU", "el": "GR", "hellas": "GR",
		"uae": "AE", "u a e": "AE", "emirates": "AE", "eau": "AE", "emiratos": "AE", "emiratos arabes": "AE", "ksa": "SA", "saudi": "SA",
		"korea": "KR", "republic of korea": "KR", "corea": "KR", "republica de corea": "KR", "prc": "CN", "people s republic of china": "CN", "mainland china": "CN",
		"hong kong": "HK", "macau": "MO", "macao": "MO", "viet nam": "VN", "burma": "MM", "birmania": "MM", "swaziland": "SZ", "cape verde": "CV", "macedonia": "MK",
		"mejico": "MX", "brasil": "BR", "brazil": "BR", "dominican republic": "DO", "rep dominicana": "DO", "santo domingo": "DO", "republica de colombia": "CO",
		"argentine republic": "AR", "republica argentina": "AR", "palestine": "PS", "palestina": "PS", "ivory coast": "CI", "costa de marfil": "CI",
		"drc": "CD", "democratic republic of the congo": "CD", "republica democratica del congo": "CD", "bosnia": "BA", "vatican": "VA", "vaticano": "VA",
	}
}

// countryNames returns the code of every country by its codes of two and three letters and its names in English and
// Spanish, folded.
func countryNames() map[string]string {
	names := map[string]string{}
	english, spanish := display.English.Regions(), display.Spanish.Regions()
	for a := 'A'; a <= 'Z'; a++ {
		for b := 'A'; b <= 'Z'; b++ {
			code := string([]rune{a, b})
			region, err := language.ParseRegion(code)
			if err != nil || !region.IsCountry() || region.Canonicalize().String() != code {
				continue
			}
			for _, name := range []string{code, region.ISO3(), english.Name(region), spanish.Name(region)} {
				if name = Fold(name); name != "" && name != "zzz" {
					names[name] = code
				}
			}
		}
	}
	for name, code := range otherCountryNames() {
		names[name] = code
	}
	return names
}

// languageNames returns the code of every language that has one of two letters, by it and by its names in English and
// Spanish, folded.
func languageNames() map[string]string {
	names := map[string]string{}
	english, spanish := display.English.Languages(), display.Spanish.Languages()
	for a := 'a'; a <= 'z'; a++ {
		for b := 'a'; b <= 'z'; b++ {
			code := string([]rune{a, b})
			base, err := language.ParseBase(code)
			if err != nil || base.String() != code {
				continue
			}
			for _, name := range []string{code, english.Name(base), spanish.Name(base)} {
				if name = Fold(name); name != "" {
					names[name] = code
				}
			}
		}
	}
	return names
}

// Fold brings a text into the form in which names and values are compared: without case, accents, and signs between words.
func Fold(s string) string {
	if isASCII(s) { // nearly all are
		return foldedWords(s)
	}
	plain := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(s))
	return foldedWords(norm.NFC.String(plain))
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// foldedWords returns the words of a text in lower case, with one space between them.
func foldedWords(s string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(s), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }), " ")
}
