package handoff

import (
	"slices"
	"unicode/utf8"
)

// Extra is something that the person said, or that is known of them, beside the fields that every lead has: the
// answer to a question of a form, a property of a CRM.
type Extra struct {
	Label string
	Value string
	Shown bool // on the card; else only in the details
}

// How much of extras is kept: of each, in characters, and how many of them.
const (
	MaxLabel  = 100
	MaxValue  = 500
	MaxExtras = 30
)

// MoreExtras returns what is known and, behind it, what has a label that is new, at most MaxExtras. What is known is
// never overwritten.
func MoreExtras(known, more []Extra) []Extra {
	all := slices.Clone(known)
	for _, x := range more {
		if len(all) < MaxExtras && !slices.ContainsFunc(known, func(k Extra) bool { return k.Label == x.Label }) {
			all = append(all, x)
		}
	}
	return all
}

// cleanExtras returns the extras that say something, each in one line and cut to what is kept.
func cleanExtras(extras []Extra) []Extra {
	var all []Extra
	for _, x := range extras {
		x.Label, x.Value = cut(oneLine(clean(x.Label)), MaxLabel), cut(oneLine(clean(x.Value)), MaxValue)
		if x.Label != "" && x.Value != "" && len(all) < MaxExtras {
			all = append(all, x)
		}
	}
	return all
}

// cut returns the first n characters, the last of them an ellipsis when something was cut.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n-1]) + "…"
}
