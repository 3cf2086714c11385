package text

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/message"
)

// Int writes a whole number with the language's thousands mark: 12,450 or 12.450.
func (p *Printer) Int(n int) string {
	if n > -1000 && n < 1000 || p.lang == "es" && n > -10000 && n < 10000 { // Spanish writes four digits together
		return strconv.Itoa(n)
	}
	return message.NewPrinter(language.Make(p.lang)).Sprintf("%d", n)
}

// Percent writes a share between 0 and 1 in whole percent: 45% or 45 %, the space not breaking.
func (p *Printer) Percent(share float64) string {
	n := p.Int(int(math.Round(share * 100)))
	if p.lang == "es" {
		return n + "\u00a0%"
	}
	return n + "%"
}

// Span writes how long something took, in its two largest units: "3 days 4 h", "2 h 15 min", "under 1 min". A day
// has 24 hours.
func (p *Printer) Span(d time.Duration) string {
	const day = 24 * time.Hour
	switch d = d.Round(time.Minute); {
	case d < time.Minute:
		return p.T("span.under_a_minute")
	case d < time.Hour:
		return fmt.Sprintf("%d\u00a0min", d/time.Minute)
	case d < day:
		return joinUnits(fmt.Sprintf("%d\u00a0h", d/time.Hour), d%time.Hour/time.Minute, "min")
	default:
		return joinUnits(p.N("span.days", int(d/day)), d%day/time.Hour, "h")
	}
}

func joinUnits(first string, rest time.Duration, unit string) string {
	if rest == 0 {
		return first
	}
	return fmt.Sprintf("%s %d\u00a0%s", first, rest, unit)
}

// Day writes a day without its year: "Mon 24 Nov" or "lun 24 nov".
func (p *Printer) Day(t time.Time) string {
	return fmt.Sprintf("%s %d %s", p.T("weekday."+strconv.Itoa(int(t.Weekday()))), t.Day(), p.T("month."+strconv.Itoa(int(t.Month()))))
}

// Date writes a day with its year: "24 Nov 2026".
func (p *Printer) Date(t time.Time) string {
	return fmt.Sprintf("%d %s %d", t.Day(), p.T("month."+strconv.Itoa(int(t.Month()))), t.Year())
}

// DayOfYear writes a day of every year: "24 Nov".
func (p *Printer) DayOfYear(t time.Time) string {
	return fmt.Sprintf("%d %s", t.Day(), p.T("month."+strconv.Itoa(int(t.Month()))))
}

// Country writes the name of a country given by its ISO 3166-1 alpha-2 code: "ES" is Spain or España. What is no such
// code comes back as it is.
func (p *Printer) Country(code string) string {
	if len(code) != 2 || code[0] < 'A' || code[0] > 'Z' || code[1] < 'A' || code[1] > 'Z' {
		return code
	}
	if name, ok := p.countries.Load(code); ok {
		return name.(string)
	}
	name := p.country(code)
	p.countries.Store(code, name)
	return name
}

func (p *Printer) country(code string) string {
	region, err := language.ParseRegion(code)
	if err != nil || !region.IsCountry() {
		return code
	}
	if renamed := "country." + code; p.Has(renamed) { // since the names were collected
		return p.T(renamed)
	}
	names := map[string]*display.Dictionary{"en": display.English, "es": display.Spanish}[p.lang]
	return cmp.Or(names.Regions().Name(region), code)
}

// Moment writes a day and a time: "Mon 24 Nov 09:00".
func (p *Printer) Moment(t time.Time) string { return p.Day(t) + " " + t.Format("15:04") }

// Language writes the name of a language given by its ISO 639-1 code: "es" is Spanish or español. What is no such code comes
// back as it is.
func (p *Printer) Language(code string) string {
	base, err := language.ParseBase(code)
	if err != nil {
		return code
	}
	names := map[string]*display.Dictionary{"en": display.English, "es": display.Spanish}[p.lang]
	return cmp.Or(names.Languages().Name(base), code)
}

// And lists words of which all are meant: "Spain, Mexico and Italy", "España, México e Italia".
func (p *Printer) And(all []string) string {
	and := p.T("list.and")
	if p.lang == "es" && len(all) > 0 && startsLike(all[len(all)-1], "i", "hi", "y") && !startsLike(all[len(all)-1], "hie", "ya", "ye", "yo", "yu") {
		and = "e"
	}
	return list(all, and)
}

// Or lists words of which any is meant.
func (p *Printer) Or(all []string) string {
	or := p.T("list.or")
	if p.lang == "es" && len(all) > 0 && startsLike(all[len(all)-1], "o", "ho") {
		or = "u"
	}
	return list(all, or)
}

func list(all []string, last string) string {
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	return strings.Join(all[:len(all)-1], ", ") + " " + last + " " + all[len(all)-1]
}

func startsLike(word string, beginnings ...string) bool {
	return slices.ContainsFunc(beginnings, func(b string) bool { return strings.HasPrefix(Fold(word), b) })
}
