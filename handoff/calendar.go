package handoff

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Limits of what a calendar and due times may say.
const (
	MinSpan       = 30 * time.Minute // of a working day
	MinDue        = 15 * time.Minute
	MaxDue        = 400 * time.Hour
	MaxAskSources = 50
)

// Check returns the calendar's days and hours as they are kept, or FieldErrors of the fields days, start and end.
func (c Calendar) Check() (Calendar, error) {
	var wrong FieldErrors
	c.Days = slices.Clone(c.Days)
	slices.SortFunc(c.Days, func(a, b time.Weekday) int { return cmp.Compare((a+6)%7, (b+6)%7) })
	c.Days = slices.Compact(c.Days)
	if len(c.Days) == 0 {
		wrong = append(wrong, FieldError{Field: "days", Problem: Missing})
	}
	if c.Start < 0 || c.End > 24*60 || time.Duration(c.End-c.Start)*time.Minute < MinSpan {
		wrong = append(wrong, FieldError{Field: "end", Problem: NotAfterStart})
	}
	return c, wrong.Err()
}

// ParseHolidays reads holidays as people type them, one a line: "2026-12-25 Christmas", or "12-25" for every year. A day
// that is named twice counts once. It fails with FieldErrors of the field holidays, which say in which line the first
// mistake is.
func ParseHolidays(typed string) ([]Holiday, error) {
	var all []Holiday
	for i, line := range strings.Split(clean(typed), "\n") {
		line = strings.TrimSpace(line)
		if line == "" {
			continue
		}
		day, name, _ := strings.Cut(line, " ")
		if !isHoliday(day) {
			return nil, FieldErrors{{Field: "holidays", Problem: NotADay, Line: i + 1, Typed: day}}
		}
		if !slices.ContainsFunc(all, func(h Holiday) bool { return h.Day == day }) {
			all = append(all, Holiday{Day: day, Name: oneLine(strings.TrimSpace(name))})
		}
	}
	if len(all) > MaxHolidays {
		return nil, FieldErrors{{Field: "holidays", Problem: TooMany, Limit: MaxHolidays}}
	}
	slices.SortStableFunc(all, func(a, b Holiday) int { return cmp.Compare(a.order(), b.order()) })
	return all, nil
}

// isHoliday tells whether it is a day of one year or of every year; 29 February comes every four years.
func isHoliday(day string) bool {
	if _, err := time.Parse(time.DateOnly, day); err == nil {
		return true
	}
	_, err := time.Parse(time.DateOnly, "2000-"+day)
	return err == nil && len(day) == len("01-02")
}

// order puts the days of every year first, then the others as they come.
func (h Holiday) order() string {
	if h.Yearly() {
		return "0000-" + h.Day
	}
	return h.Day
}

// Yearly tells whether it is a holiday of every year.
func (h Holiday) Yearly() bool { return len(h.Day) == len("01-02") }

// Date returns the day; that of a yearly holiday in the leap year 2000.
func (h Holiday) Date() time.Time {
	day := h.Day
	if h.Yearly() {
		day = "2000-" + day
	}
	t, _ := time.Parse(time.DateOnly, day) // ParseHolidays took it
	return t
}

// String is the holiday as it is typed.
func (h Holiday) String() string { return strings.TrimSpace(h.Day + " " + h.Name) }

// Check returns the due times as they are kept, or FieldErrors of the fields asked, other and sources.
func (d DueTimes) Check() (DueTimes, error) {
	var wrong FieldErrors
	for _, f := range []struct {
		name string
		due  time.Duration
	}{{"asked", d.Asked}, {"other", d.Other}} {
		if f.due < MinDue || f.due > MaxDue {
			wrong = append(wrong, FieldError{Field: f.name, Problem: NotADue})
		}
	}
	var sources []string
	for _, s := range d.Sources {
		if s = oneLine(clean(s)); s != "" && !slices.Contains(sources, s) {
			sources = append(sources, s)
		}
	}
	d.Sources = sources
	if len(sources) > MaxAskSources {
		wrong = append(wrong, FieldError{Field: "sources", Problem: TooMany, Limit: MaxAskSources})
	}
	return d, wrong.Err()
}
