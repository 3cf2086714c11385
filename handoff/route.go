package handoff

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// How much a workspace's routing may hold.
const (
	MaxRoutes     = 30
	MaxRouteName  = 60
	MaxConditions = 50 // values of one condition
	MaxOwners     = 20 // of a route
	MaxWeight     = 100
)

// Route is one rule of where leads go: to a channel, and to owners in turn.
type Route struct {
	ID      string       `json:"id"` // stays the same through edits
	Name    string       `json:"name"`
	When    Conditions   `json:"when,omitzero"`
	Channel string       `json:"channel,omitzero"` // Slack channel id; empty: the workspace's own
	Owners  []RouteOwner `json:"owners,omitempty"` // none: leads of this route have no owner
}

// Conditions say which leads a route takes. A lead meets them when it meets each that is not empty; a list is met by any of
// its values. No conditions take every lead.
type Conditions struct {
	Countries  []string `json:"countries,omitempty"`  // ISO 3166-1 alpha-2
	Industries []string `json:"industries,omitempty"` // compared without regard to case and accents, as sources and campaigns are
	Sources    []string `json:"sources,omitempty"`
	Campaigns  []string `json:"campaigns,omitempty"`
	Languages  []string `json:"languages,omitempty"` // ISO 639-1
	SizeMin    int      `json:"size_min,omitzero"`   // people; a lead whose size is not known does not meet it
	SizeMax    int      `json:"size_max,omitzero"`
	FitMin     int      `json:"fit_min,omitzero"` // percent of the profile
}

// RouteOwner is one owner's part in a route.
type RouteOwner struct {
	User   string `json:"user"`             // Slack user id
	Weight int    `json:"weight,omitzero"`  // how many leads in a turn; 0 is 1
	PerDay int    `json:"per_day,omitzero"` // at most so many new leads a calendar day of the workspace; 0 is no limit
}

// Share is how many leads the owner gets in a turn.
func (o RouteOwner) Share() int { return min(max(o.Weight, 1), MaxWeight) }

// RouteFor returns the first of the workspace's routes that takes the lead; false when none does.
func (s Settings) RouteFor(l Lead) (Route, bool) {
	i := slices.IndexFunc(s.Routes, func(r Route) bool { return r.When.Meets(l) })
	if i < 0 {
		return Route{}, false
	}
	return s.Routes[i], true
}

// Route returns the route with this ID; false when there is none.
func (s Settings) Route(id string) (Route, bool) {
	i := slices.IndexFunc(s.Routes, func(r Route) bool { return r.ID == id })
	if i < 0 || id == "" {
		return Route{}, false
	}
	return s.Routes[i], true
}

// RouteOwners lists whoever is an owner of a route, each once.
func (s Settings) RouteOwners() []string {
	var all []string
	for _, r := range s.Routes {
		for _, o := range r.Owners {
			all = append(all, o.User)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Meets tells whether the lead meets the conditions. What is not known of a lead meets none.
func (c Conditions) Meets(l Lead) bool {
	language, _, _ := strings.Cut(l.Language, "-")
	return meetsAny(c.Countries, l.Country, strings.ToUpper) && meetsAny(c.Languages, language, strings.ToLower) &&
		meetsAny(c.Industries, l.Industry, plain) && meetsAny(c.Sources, l.Source, plain) && meetsAny(c.Campaigns, l.Campaign, plain) &&
		c.meetsSize(l.Size) && (c.FitMin == 0 || l.FitOf > 0 && l.Fit*100 >= c.FitMin*l.FitOf)
}

func meetsAny(wanted []string, is string, form func(string) string) bool {
	if len(wanted) == 0 {
		return true
	}
	is = form(is)
	return is != "" && slices.ContainsFunc(wanted, func(w string) bool { return form(w) == is })
}

// meetsSize tells whether a company of this size certainly has as many people as are wanted.
func (c Conditions) meetsSize(size string) bool {
	if c.SizeMin == 0 && c.SizeMax == 0 {
		return true
	}
	least, most, ok := sizeOf(size)
	return ok && least >= c.SizeMin && (c.SizeMax == 0 || most > 0 && most <= c.SizeMax)
}

// sizeOf reads a company's size in its normal form, "250", "11-50" or "10000+", of which most is 0; false for anything else.
func sizeOf(s string) (least, most int, ok bool) {
	if open, is := strings.CutSuffix(s, "+"); is {
		least, err := strconv.Atoi(open)
		return least, 0, err == nil && least >= 0
	}
	from, to, span := strings.Cut(s, "-")
	least, err := strconv.Atoi(from)
	if !span {
		return least, least, err == nil && least > 0
	}
	most, err2 := strconv.Atoi(to)
	return least, most, err == nil && err2 == nil && least >= 0 && least <= most
}

// Clean returns the route without surrounding space, empty and repeated values, or FieldErrors that say what is wrong.
// Whether its channel is there, only Slack knows.
func (r Route) Clean() (Route, error) {
	var wrong FieldErrors
	r.Name = oneLine(clean(r.Name))
	switch {
	case r.Name == "":
		wrong = append(wrong, FieldError{Field: "name", Problem: Missing})
	case utf8.RuneCountInString(r.Name) > MaxRouteName:
		wrong = append(wrong, FieldError{Field: "name", Problem: TooLong, Limit: MaxRouteName})
	}
	for _, list := range []struct {
		field  string
		values *[]string
		form   func(string) string
		known  func(string) bool
	}{
		{"countries", &r.When.Countries, strings.ToUpper, twoLetters},
		{"industries", &r.When.Industries, nil, nil},
		{"sources", &r.When.Sources, nil, nil},
		{"campaigns", &r.When.Campaigns, nil, nil},
		{"languages", &r.When.Languages, strings.ToLower, twoLetters},
	} {
		values, problem := cleanList(*list.values, list.form, list.known)
		if problem.Problem != "" {
			problem.Field = list.field
			wrong = append(wrong, problem)
		}
		*list.values = values
	}
	wrong = append(wrong, r.When.checkNumbers()...)
	wrong = append(wrong, checkOwners(r.Owners)...)
	return r, wrong.Err()
}

func twoLetters(s string) bool {
	return len(s) == 2 && !strings.ContainsFunc(strings.ToLower(s), func(r rune) bool { return r < 'a' || r > 'z' })
}

// cleanList returns the values that say something, each once.
func cleanList(values []string, form func(string) string, known func(string) bool) (all []string, wrong FieldError) {
	for _, v := range values {
		v = oneLine(clean(v))
		typed := v
		if form != nil {
			v = form(v)
		}
		switch {
		case v == "" || slices.ContainsFunc(all, func(other string) bool { return cmp.Or(plain(other), other) == cmp.Or(plain(v), v) }):
			continue
		case utf8.RuneCountInString(v) > MaxText:
			wrong = FieldError{Problem: TooLong, Limit: MaxText}
		case known != nil && !known(v):
			wrong = FieldError{Problem: NoSuch, Typed: typed}
		}
		all = append(all, v)
	}
	if len(all) > MaxConditions {
		wrong = FieldError{Problem: TooMany, Limit: MaxConditions}
	}
	return all, wrong
}

func (c Conditions) checkNumbers() (wrong FieldErrors) {
	if c.SizeMin < 0 || c.SizeMax < 0 || c.SizeMax > 0 && c.SizeMax < c.SizeMin {
		wrong = append(wrong, FieldError{Field: "size_max", Problem: OutOfOrder})
	}
	if c.FitMin < 0 || c.FitMin > 100 {
		wrong = append(wrong, FieldError{Field: "fit_min", Problem: OutOfRange, Limit: 100})
	}
	return wrong
}

func checkOwners(owners []RouteOwner) (wrong FieldErrors) {
	if len(owners) > MaxOwners {
		wrong = append(wrong, FieldError{Field: "owners", Problem: TooMany, Limit: MaxOwners})
	}
	seen := map[string]bool{}
	for _, o := range owners {
		if o.User == "" || seen[o.User] {
			wrong = append(wrong, FieldError{Field: "owners", Problem: Unknown})
		}
		seen[o.User] = true
		if o.Weight < 0 || o.Weight > MaxWeight {
			wrong = append(wrong, FieldError{Field: "weight", Problem: OutOfRange, Limit: MaxWeight})
		}
		if o.PerDay < 0 {
			wrong = append(wrong, FieldError{Field: "per_day", Problem: OutOfRange, Limit: 1000})
		}
	}
	return wrong
}
