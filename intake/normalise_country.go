package intake

import (
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
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
				if name = fold(name); name != "" && name != "zzz" {
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

// countryCode returns the ISO 3166-1 alpha-2 code of a country, or what was typed when it is none of the names.
func countryCode(names map[string]string, s string) string {
	typed := strings.TrimFunc(s, notSeen)
	if code, ok := names[fold(typed)]; ok {
		return code
	}
	if before, _, ok := strings.Cut(typed, "("); ok { // "Spain (España)"
		if code, ok := names[fold(before)]; ok {
			return code
		}
	}
	return typed
}
