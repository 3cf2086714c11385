package intake

import (
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// dig returns what stands in decoded JSON under the names, one object in another, or nil.
func dig(v any, names ...string) any {
	for _, name := range names {
		object, _ := v.(map[string]any)
		v = object[name]
	}
	return v
}

// list returns the list that stands there, or none.
func list(v any, names ...string) []any {
	all, _ := dig(v, names...).([]any)
	return all
}

// textAt returns what stands there as text: a number and a yes or no as they are written, a list with commas, and
// an object as nothing.
func textAt(v any, names ...string) string {
	v = dig(v, names...)
	if s, ok := scalar(v); ok {
		return s
	}
	var all []string
	for _, item := range list(v) {
		if s := textAt(item); s != "" {
			all = append(all, s)
		}
	}
	return strings.Join(all, ", ")
}

// names returns an object's names in order, as JSON has none of its own.
func names(v any) []string {
	object, _ := v.(map[string]any)
	return slices.Sorted(maps.Keys(object))
}

// title makes a label for people of a name for programs: COMPANY_SIZE, company_size and CompanySize__c are
// "Company size".
func title(name string) string {
	name = strings.TrimSuffix(name, "__c")
	var b strings.Builder
	var last rune
	for _, r := range name {
		if unicode.IsUpper(r) && unicode.IsLower(last) {
			b.WriteRune('_')
		}
		b.WriteRune(r)
		last = r
	}
	said := strings.ToLower(strings.Join(strings.FieldsFunc(b.String(), func(r rune) bool { return r == '_' || unicode.IsSpace(r) }), " "))
	first, size := utf8.DecodeRuneInString(said)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(first)) + said[size:]
}
