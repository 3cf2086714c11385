package intake

import (
	"strconv"
	"strings"
	"unicode"

	"github.com/nyaruka/phonenumbers"
)

// phone returns the number in E.164 when it is a valid one of the person's country, or else of ours; as it was
// typed when it is not. What exports put before a number is taken off, as often as it is there: a spreadsheet's apostrophe,
// the advertisers' "p:".
func (n *Normaliser) phone(s, country string) string {
	for typed := ""; s != typed; {
		typed = s
		s = strings.TrimPrefix(strings.TrimPrefix(strings.TrimPrefix(strings.TrimFunc(s, notSeen), "'"), "p:"), "tel:")
	}
	if isE164(s) {
		return s
	}
	return n.parsePhone(s, country)
}

func (n *Normaliser) parsePhone(s, country string) string {
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

// isE164 tells quickly whether it is a valid number in that form already, as a million of them are in an export. One
// that may begin with a prefix within its country is left to the parser.
func isE164(s string) bool {
	if len(s) < 8 || len(s) > 16 || s[0] != '+' || s[1] == '0' || strings.Trim(s[1:], "0123456789") != "" {
		return false
	}
	for end := 2; end <= 4; end++ { // no country's code begins another's
		code, _ := strconv.ParseInt(s[1:end], 10, 32)
		if region := phonenumbers.GetRegionCodeForCountryCode(int(code)); region != phonenumbers.UNKNOWN_REGION {
			national, _ := strconv.ParseUint(s[end:], 10, 64)
			prefix := phonenumbers.GetNddPrefixForRegion(region, true)
			if s[end] == '0' || prefix != "" && strings.HasPrefix(s[end:], prefix) {
				return false
			}
			return phonenumbers.IsValidNumber(&phonenumbers.PhoneNumber{CountryCode: new(int32(code)), NationalNumber: &national})
		}
	}
	return false
}

// IsCountry tells whether it is the ISO 3166-1 alpha-2 code of a country whose phone numbers are known.
func IsCountry(code string) bool { return phonenumbers.GetSupportedRegions()[code] }
