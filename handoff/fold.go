package handoff

import (
	"strings"
	"unicode"
)

// accented pairs letters of Latin scripts with the letter that is left of each without its accent.
var accented = func() map[rune]rune {
	bare := map[rune]rune{}
	for letter, all := range map[rune]string{
		'a': "àáâãäåāăą", 'c': "çćĉċč", 'd': "ďđð", 'e': "èéêëēĕėęě", 'g': "ĝğġģ", 'h': "ĥħ", 'i': "ìíîïĩīĭįı", 'j': "ĵ", 'k': "ķ",
		'l': "ĺļľŀł", 'n': "ñńņňŉ", 'o': "òóôõöøōŏő", 'r': "ŕŗř", 's': "śŝşšș", 't': "ţťŧț", 'u': "ùúûüũūŭůűų", 'w': "ŵ", 'y': "ýÿŷ", 'z': "źżž",
	} {
		for _, r := range all {
			bare[r] = letter
		}
	}
	return bare
}()

// plain returns the words of a text without regard to case, accents and what stands between them.
func plain(s string) string {
	bare := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) { // an accent that stands for itself
			return -1
		}
		if p, ok := accented[r]; ok {
			return p
		}
		return r
	}, strings.ToLower(s))
	return strings.Join(strings.FieldsFunc(bare, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) }), " ")
}
