package intake

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"relevo/handoff"
)

// clockSlack is how far ahead of ours a sender's clock may be.
const clockSlack = 5 * time.Minute

// form is what a sender said of one lead: text by the name of the field.
type form map[string]string

// first returns the first of the fields that is filled.
func (f form) first(names ...string) string {
	for _, n := range names {
		if v := strings.TrimSpace(f[n]); v != "" {
			return v
		}
	}
	return ""
}

// fieldNames lists the names that mean something in a form; all others are ignored.
var fieldNames = append([]string{
	"external_id", "name", "first_name", "last_name", "email", "phone", "company", "website",
	"role", "title", "job_title", "country", "industry", "size", "source", "campaign",
	"activity", "asks_contact", "link", "owner", "received_at",
}, trailNames...)

// arrival makes the arrival that the form describes, not yet Clean, or says what is wrong with it. Dates without a zone are
// in the given one. What is wrong already is passed in.
func (f form) arrival(now time.Time, zone *time.Location, wrong Problems) (handoff.Arrival, Problems) {
	a := handoff.Arrival{
		ExternalID: f.first("external_id"),
		Person: handoff.Person{
			Name: f.first("name"), Email: f.first("email"), Phone: f.first("phone"),
			Company: f.first("company"), Website: f.first("website"), Role: f.first("role", "title", "job_title"),
			Country: f.first("country"), Industry: f.first("industry"), Size: f.first("size"), Link: f.first("link"),
		},
		Touch: handoff.Touch{
			Source: f.first("source", "utm_source"), Campaign: f.first("campaign", "utm_campaign"), Activity: f.first("activity"),
		},
		Owner: f.first("owner"),
		At:    now,
	}
	if a.Name == "" {
		a.Name = strings.TrimSpace(f.first("first_name") + " " + f.first("last_name"))
	}
	if s := f.first("asks_contact"); s != "" {
		yes, ok := yesNo(s)
		if !ok {
			wrong = append(wrong, Problem{Field: "asks_contact", Code: notYesNo})
		}
		a.AsksContact = yes
	}
	if a.Owner != "" && !memberID.MatchString(a.Owner) {
		wrong = append(wrong, Problem{Field: "owner", Code: notAMember})
	}
	if s := f.first("received_at"); s != "" {
		at, ok := moment(s, zone)
		switch {
		case !ok:
			wrong = append(wrong, Problem{Field: "received_at", Code: notATime})
		case at.After(now.Add(clockSlack)):
			wrong = append(wrong, Problem{Field: "received_at", Code: inFuture})
		case at.Before(now):
			a.Received = at
		}
	}
	if a.Source == "" {
		for _, name := range clickNames {
			if f.first(name) != "" {
				a.Source = clickSource(name)
				break
			}
		}
	}
	return a, wrong
}

// memberID is the form of a Slack user's id. Any other text would make a mention that Slack refuses.
var memberID = regexp.MustCompile(`^[UW][A-Z0-9]{2,}$`)

// yesNo reads a yes or a no as forms and spreadsheets write it, in English and Spanish.
func yesNo(s string) (yes, ok bool) {
	switch strings.ToLower(s) {
	case "true", "yes", "y", "1", "on", "x", "sí", "si", "s", "verdadero":
		return true, true
	case "false", "no", "n", "0", "off", "falso":
		return false, true
	}
	return false, false
}

// moment reads a time that needs no guess: ISO 8601 with or without time and zone, or a Unix time in seconds or
// milliseconds.
func moment(s string, zone *time.Location) (time.Time, bool) {
	if n, err := strconv.ParseInt(s, 10, 64); err == nil {
		if n > 1e11 { // in seconds that would be the year 5138
			return plausible(time.UnixMilli(n))
		}
		return plausible(time.Unix(n, 0))
	}
	d, ok := parseDate(s, zone)
	if !ok || d.unsure {
		return time.Time{}, false
	}
	return plausible(d.time(yearFirst))
}

// plausible refuses times before this kind of tool existed: they are a zero, a wrong unit or a wrong column.
func plausible(t time.Time) (time.Time, bool) {
	return t, t.Year() >= 1990
}
