package intake

import (
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// phone returns the number in E.164 when it is a valid one of the person's country, or else of ours; as it was
// typed when it is not. What exports put before a number is taken off: a spreadsheet's apostrophe, the
// advertisers' "p:".
func (n *Normaliser) phone(s, country string) string {
	s = strings.TrimFunc(s, notSeen)
	s = strings.TrimPrefix(strings.TrimPrefix(s, "'"), "p:")
	s = strings.TrimPrefix(s, "tel:")
	international := s
	if rest, ok := strings.CutPrefix(s, "00"); ok {
		international = "+" + rest
	}
	for _, try := range []struct{ number, region string }{{s, country}, {s, n.region}, {international, ""}} {
		number, err := phonenumbers.Parse(try.number, try.region)
		if err != nil || !phonenumbers.IsValidNumber(number) {
			continue
		}
		if number.GetExtension() == "" && strings.ContainsFunc(s, unicode.IsLetter) {
			break // "600 111 222, after five": the words are worth more than the form
		}
		formatted := phonenumbers.Format(number, phonenumbers.E164)
		if number.GetExtension() != "" {
			formatted += " ext. " + number.GetExtension()
		}
		return formatted
	}
	return s
}

// IsCountry tells whether it is the ISO 3166-1 alpha-2 code of a country whose phone numbers are known.
func IsCountry(code string) bool { return phonenumbers.GetSupportedRegions()[code] }
