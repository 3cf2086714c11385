package store

import (
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"relevo/handoff"
)

// maxWord is how many runes of a word count; PostgreSQL limits the size of what is indexed.
const maxWord = 64

// maxQueryWords is how many words of a query count.
const maxQueryWords = 8

// fold makes texts equal that differ only in case, accents or width.
func fold(s string) string {
	if isASCII(s) { // nearly all are, in an import of many
		return strings.ToLower(s)
	}
	// Folding leaves Cherokee's two cases as they are, and can bring out marks: İ becomes i with a dot above.
	s = strings.ToLower(cases.Fold().String(norm.NFKD.String(s)))
	s = strings.Map(func(r rune) rune {
		if unicode.Is(unicode.M, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(s))
	return unaccented.Replace(s)
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// unaccented has the letters that people take for accented ones though Unicode doesn't.
var unaccented = strings.NewReplacer("ł", "l", "ø", "o", "đ", "d", "ħ", "h", "ı", "i", "æ", "ae", "œ", "oe", "þ", "th", "ð", "d")

// tokens splits a text at spaces and invisible characters, and folds it. Punctuation around a token and a leading
// www. are dropped unless there is nothing else.
func tokens(s string) []string {
	fields := strings.FieldsFunc(fold(s), func(r rune) bool { return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) })
	for i, f := range fields {
		if bare := strings.TrimFunc(strings.TrimPrefix(f, "www."), notWord); bare != "" {
			f = bare
		}
		fields[i] = short(f)
	}
	return fields
}

func isWord(r rune) bool { return unicode.IsLetter(r) || unicode.IsNumber(r) }

func notWord(r rune) bool { return !isWord(r) }

func short(word string) string {
	n := 0
	for i := range word {
		if n == maxWord {
			return word[:i]
		}
		n++
	}
	return word
}

// words returns the words by which a person is found, sorted: those of the name, the company, the e-mail and the
// website's domain, each whole and in its parts.
func words(p handoff.Person) []string {
	var found []string
	_, domain, _ := strings.Cut(p.Email, "@")
	for _, text := range []string{p.Name, p.Company, p.Email, domain, host(p.Website)} {
		for _, token := range tokens(text) {
			found = append(found, token)
			if strings.ContainsFunc(token, notWord) {
				found = append(found, strings.FieldsFunc(token, notWord)...)
			}
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// longest returns those of sorted words that begin no other: whoever looks for a word's beginning needs no more.
func longest(words []string) []string {
	var kept []string
	for i, word := range words {
		if i+1 == len(words) || !strings.HasPrefix(words[i+1], word) {
			kept = append(kept, word)
		}
	}
	return kept
}

// host returns the domain of a web address.
func host(website string) string {
	if website == "" {
		return ""
	}
	if !strings.Contains(website, "//") {
		website = "//" + website
	}
	u, err := url.Parse(website)
	if err != nil {
		return ""
	}
	return u.Hostname()
}

// newWords returns the words to store of the person, sorted, but for those that are stored of the person before.
func newWords(before, now handoff.Person) []string {
	if before == now {
		return nil
	}
	known := storedWords(before)
	return slices.DeleteFunc(storedWords(now), func(word string) bool {
		_, found := slices.BinarySearch(known, word)
		return found
	})
}

// storedWords returns the words without which the person would not be found, sorted. None has punctuation unless it is nothing
// else: what has some is found by its parts.
func storedWords(p handoff.Person) []string {
	return longest(slices.DeleteFunc(words(p), composed))
}

// composed tells whether a word has parts.
func composed(word string) bool {
	return strings.ContainsFunc(word, notWord) && strings.ContainsFunc(word, isWord)
}
