package handoff

import (
	"cmp"
	"slices"
	"strings"
	"unicode/utf8"
)

// How much a profile may hold.
const (
	MaxCharacteristics = 10
	MaxProfileWeight   = 3
)

// Judge returns the lead with what it shows of the profile: FitMarks has a Mark for each characteristic, in their order, Fit the
// weights of those that it shows, FitOf those of all. What is not known of a lead counts as not shown.
func (p Profile) Judge(l Lead, version int) Lead {
	l.Fit, l.FitOf, l.ProfileVersion = 0, 0, version
	var all strings.Builder
	for _, c := range p.Characteristics {
		m := c.Of(l)
		all.WriteByte(byte(m))
		l.FitOf += c.Weight
		if m == Shows {
			l.Fit += c.Weight
		}
	}
	l.FitMarks = all.String()
	return l
}

// Of tells whether the lead shows the characteristic.
func (c Characteristic) Of(l Lead) Mark {
	switch c.Attribute {
	case AttributeWebsite:
		return mark(true, l.Website != "")
	case AttributeMailbox:
		return mark(l.Email != "", l.Mailbox == "")
	case AttributeSize:
		_, _, known := sizeOf(l.Size)
		return mark(known, Conditions{SizeMin: c.Min, SizeMax: c.Max}.meetsSize(l.Size))
	case AttributeCountry:
		return mark(l.Country != "", meetsAny(c.Values, l.Country, strings.ToUpper))
	case AttributeIndustry:
		return mark(l.Industry != "", meetsAny(c.Values, l.Industry, plain))
	case AttributeSource:
		return mark(l.Source != "", meetsAny(c.Values, l.Source, plain))
	case AttributeRole:
		return mark(l.Role != "", slices.ContainsFunc(c.Values, func(v string) bool { return hasWords(l.Role, v) }))
	case AttributeExtra:
		i := slices.IndexFunc(l.Extras, func(x Extra) bool { return plain(x.Label) == plain(c.Label) })
		return mark(i >= 0, i >= 0 && meetsAny(c.Values, l.Extras[i].Value, plain))
	default:
		return NotSaid
	}
}

func mark(known, shows bool) Mark {
	switch {
	case !known:
		return NotSaid
	case shows:
		return Shows
	default:
		return Lacks
	}
}

// hasWords tells whether the words stand in the text one after the other: "operations" in "Head of Operations", not in
// "Cooperations".
func hasWords(text, words string) bool {
	words = plain(words)
	return words != "" && strings.Contains(" "+plain(text)+" ", " "+words+" ")
}

// check returns the profile without surrounding space and empty values, and what is wrong with it: field is "characteristics"
// or the name of a characteristic's own field.
func (p Profile) check() (Profile, FieldErrors) {
	var wrong FieldErrors
	add := func(field string, problem Problem, limit int) {
		wrong = append(wrong, FieldError{Field: field, Problem: problem, Limit: limit})
	}
	if len(p.Characteristics) == 0 {
		add("characteristics", Missing, 0)
	}
	if len(p.Characteristics) > MaxCharacteristics {
		add("characteristics", TooMany, MaxCharacteristics)
	}
	checked := Profile{Characteristics: slices.Clone(p.Characteristics)}
	for i, c := range checked.Characteristics {
		c, problems := c.Clean()
		wrong = append(wrong, problems...)
		checked.Characteristics[i] = c
		if slices.ContainsFunc(checked.Characteristics[:i], func(other Characteristic) bool { return other.ID == c.ID }) {
			add("characteristics", Unknown, 0)
		}
	}
	return checked, wrong
}

// Clean returns the characteristic without surrounding space, empty and repeated values and what its attribute does not
// use, and what is wrong with it.
func (c Characteristic) Clean() (Characteristic, FieldErrors) {
	var wrong FieldErrors
	add := func(field string, problem Problem, limit int) {
		wrong = append(wrong, FieldError{Field: field, Problem: problem, Limit: limit})
	}
	if !slices.Contains(Attributes(), c.Attribute) {
		add("attribute", cmp.Or(unlessKnown(c.Attribute), Unknown), 0)
		return c, wrong
	}
	c.Name, c.Label = oneLine(clean(c.Name)), oneLine(clean(c.Label))
	for field, s := range map[string]string{"name": c.Name, "label": c.Label} {
		if utf8.RuneCountInString(s) > MaxRouteName {
			add(field, TooLong, MaxRouteName)
		}
	}
	if c.Weight < 1 || c.Weight > MaxProfileWeight {
		add("weight", OutOfRange, MaxProfileWeight)
	}
	var form func(string) string
	var known func(string) bool
	if c.Attribute == AttributeCountry {
		form, known = strings.ToUpper, twoLetters
	}
	values, problem := cleanList(c.Values, form, known)
	if problem.Problem != "" {
		problem.Field = "values"
		wrong = append(wrong, problem)
	}
	c.Values = values
	switch c.Attribute {
	case AttributeSize:
		c.Values = nil
		if c.Min < 0 || c.Max < 0 || c.Max > 0 && c.Max < c.Min || c.Min == 0 && c.Max == 0 {
			add("max", OutOfOrder, 0)
		}
	case AttributeWebsite, AttributeMailbox:
		c.Values = nil
	default:
		if len(c.Values) == 0 {
			add("values", Missing, 0)
		}
	}
	if c.Attribute != AttributeSize {
		c.Min, c.Max = 0, 0
	}
	if c.Attribute != AttributeExtra {
		c.Label = ""
	} else if c.Label == "" {
		add("label", Missing, 0)
	}
	return c, wrong
}

func unlessKnown(a Attribute) Problem {
	if a == "" {
		return Missing
	}
	return ""
}

// Index returns where in the profile the characteristic stands; -1 when it has none with this ID.
func (p Profile) Index(id string) int {
	return slices.IndexFunc(p.Characteristics, func(c Characteristic) bool { return c.ID == id })
}

// Moved returns the profile with its characteristic i moved "up" or "down" by one, or without it when it is to "remove".
func (p Profile) Moved(i int, where string) Profile {
	all := slices.Clone(p.Characteristics)
	switch {
	case where == "up" && i > 0:
		all[i-1], all[i] = all[i], all[i-1]
	case where == "down" && i < len(all)-1:
		all[i], all[i+1] = all[i+1], all[i]
	case where == "remove":
		all = slices.Delete(all, i, i+1)
	}
	return Profile{Characteristics: all}
}

// With returns the profile with the characteristic in place of the one that has its ID, or added at the end.
func (p Profile) With(c Characteristic) Profile {
	all := slices.Clone(p.Characteristics)
	if i := p.Index(c.ID); i >= 0 {
		all[i] = c
	} else {
		all = append(all, c)
	}
	return Profile{Characteristics: all}
}
