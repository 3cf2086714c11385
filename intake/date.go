package intake

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

// order says how a date of three numbers is to be read.
type order int

const (
	yearFirst  order = iota // 2018-02-01: needs no guess
	dayFirst                // 01-02-2018 is 1 February
	monthFirst              // 2/1/2018 is 1 February
)

// date is a date as it was written. Of an unsure one only the whole column can tell which number is the day.
type date struct {
	fixed        time.Time // of one that needs no guess
	unsure       bool
	first, other int // of an unsure one: the two numbers before the year
	year         int
	clock        time.Duration
	zone         *time.Location
}

var (
	numbers  = regexp.MustCompile(`^(\d{1,4})([-/.])(\d{1,2})([-/.])(\d{1,4})(?:[T ,]+(.+))?$`)
	clocks   = []string{"15:04:05", "15:04", "3:04 PM", "3:04PM", "3:04:05 PM", "3:04:05PM"}
	worded   = []string{"2 Jan 2006", "2-Jan-2006", "Jan 2, 2006", "Jan 2 2006", "2 January 2006", "January 2, 2006"}
	withZone = []string{time.RFC3339, "2006-01-02T15:04Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02 15:04:05Z07:00", "2006-01-02 15:04:05 Z0700", "2006-01-02 15:04:05 MST", time.RFC1123Z}
)

// parseDate reads a date, with or without a time, in the forms that exports write. It is false for anything else.
func parseDate(s string, zone *time.Location) (date, bool) {
	s = strings.TrimSpace(s)
	if d, ok := plainDate(s, zone); ok {
		return d, true
	}
	for _, layout := range withZone {
		if t, err := time.Parse(layout, s); err == nil && (!strings.Contains(layout, "MST") || strings.HasSuffix(s, " UTC") || strings.HasSuffix(s, " GMT")) {
			return date{fixed: t}, true
		}
	}
	for _, layout := range worded {
		if t, err := time.ParseInLocation(layout, s, zone); err == nil {
			return date{fixed: t}, true
		}
	}
	m := numbers.FindStringSubmatch(s)
	if m == nil || m[2] != m[4] {
		return date{}, false
	}
	clock, ok := parseClock(m[6])
	if !ok {
		return date{}, false
	}
	a, _ := strconv.Atoi(m[1])
	b, _ := strconv.Atoi(m[3])
	c, _ := strconv.Atoi(m[5])
	d := date{clock: clock, zone: zone}
	switch {
	case len(m[1]) == 4 && len(m[5]) <= 2:
		d.year, d.first, d.other = a, b, c
		d.fixed, ok = d.on(b, c)
		return d, ok
	case len(m[5]) != 4 || len(m[1]) > 2:
		return date{}, false
	case m[2] == ".": // nobody writes the month first with dots
		d.year = c
		d.fixed, ok = d.on(b, a)
		return d, ok
	}
	d.year, d.first, d.other, d.unsure = c, a, b, true
	_, asDay := d.on(b, a)
	_, asMonth := d.on(a, b)
	return d, asDay || asMonth
}

// plainDate reads "2006-01-02", with or without a time, which is what nearly every file has, a million times over.
func plainDate(s string, zone *time.Location) (date, bool) {
	if len(s) < 10 || s[4] != '-' || s[7] != '-' {
		return date{}, false
	}
	year, yearErr := strconv.ParseUint(s[:4], 10, 16)
	month, monthErr := strconv.ParseUint(s[5:7], 10, 8)
	day, dayErr := strconv.ParseUint(s[8:10], 10, 8)
	if yearErr != nil || monthErr != nil || dayErr != nil {
		return date{}, false
	}
	d := date{year: int(year), first: int(month), other: int(day), zone: zone}
	if rest := s[10:]; rest != "" {
		clock, ok := parseClock(rest[1:])
		if !ok || rest[0] != ' ' && rest[0] != 'T' || len(rest) == 1 {
			return date{}, false
		}
		d.clock = clock
	}
	var ok bool
	d.fixed, ok = d.on(d.first, d.other)
	return d, ok
}

func parseClock(s string) (time.Duration, bool) {
	if s == "" {
		return 0, true
	}
	for _, layout := range clocks {
		if t, err := time.Parse(layout, strings.ToUpper(strings.TrimSpace(s))); err == nil {
			h, m, s := t.Clock()
			return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute + time.Duration(s)*time.Second, true
		}
	}
	return 0, false
}

// on returns the date with this month and day; false when there is no such day.
func (d date) on(month, day int) (time.Time, bool) {
	t := time.Date(d.year, time.Month(month), day, 0, 0, 0, int(d.clock), d.zone)
	noon := time.Date(d.year, time.Month(month), day, 12, 0, 0, 0, time.UTC)
	return t, int(noon.Month()) == month && noon.Day() == day
}

// order returns how the date must be read, if the date itself tells: a 13 is no month. The same number twice reads
// the same either way.
func (d date) order() (order, bool) {
	if !d.unsure || d.first == d.other {
		return yearFirst, true
	}
	_, asDay := d.on(d.other, d.first)
	_, asMonth := d.on(d.first, d.other)
	switch {
	case !asMonth:
		return dayFirst, true
	case !asDay:
		return monthFirst, true
	}
	return yearFirst, false
}

// time returns the instant, of an unsure date read in this order.
func (d date) time(o order) time.Time {
	if !d.unsure {
		return d.fixed
	}
	month, day := d.other, d.first
	if o == monthFirst {
		month, day = day, month
	}
	t, _ := d.on(month, day)
	return t
}

// column gathers what the dates of a column tell of their order.
type column struct{ day, month bool }

func (c *column) see(d date) {
	switch o, sure := d.order(); {
	case sure && o == dayFirst:
		c.day = true
	case sure && o == monthFirst:
		c.month = true
	}
}

// read returns the instant of one of the column's dates. It is false when neither the date nor the column tells
// the order, or the column has dates in both.
func (c column) read(d date) (time.Time, bool) {
	if o, sure := d.order(); sure {
		return d.time(o), true
	}
	switch {
	case c.day && !c.month:
		return d.time(dayFirst), true
	case c.month && !c.day:
		return d.time(monthFirst), true
	}
	return time.Time{}, false
}
