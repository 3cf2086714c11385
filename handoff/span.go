package handoff

import (
	"errors"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// The ways in which a span can be none.
var (
	ErrNoSpan    = errors.New("this is no span of time")
	ErrSpanAhead = errors.New("this span has not begun")
)

// Span is a stretch of whole days that figures are asked for.
type Span struct {
	From, To time.Time // To is the first instant that is not in it
}

// SpanWeeks is how many weeks a span has when none is named, the running one included.
const SpanWeeks = 12

// maxSpan is how many days a span may have: ten years.
const maxSpan = 3660

var spanForm = regexp.MustCompile(`^(?:(\d{1,4})([wsd])|(\d{4})(?:-(\d{1,2}))?)$`)

// ParseSpan reads "4w" (the running week and the three before it; "4s" in Spanish), "90d" (today and the days before it),
// "2026-W40", "2026-10" or "2026"; SpanWeeks weeks for nothing. It ends today at the latest. It fails with ErrNoSpan, or with
// ErrSpanAhead.
func ParseSpan(s string, now time.Time, zone *time.Location) (Span, error) {
	if s == "" {
		s = strconv.Itoa(SpanWeeks) + "w"
	}
	span, err := parseSpan(s, now.In(zone))
	if err != nil {
		return Span{}, err
	}
	if now.Before(span.From) {
		return Span{}, ErrSpanAhead
	}
	if tomorrow := dayStart(now.In(zone), 1); span.To.After(tomorrow) {
		span.To = tomorrow
	}
	return span, nil
}

func parseSpan(s string, now time.Time) (Span, error) {
	if w, err := ParseWeek(s, now.Location()); err == nil {
		return Span{w.Start(), w.End()}, nil
	}
	m := spanForm.FindStringSubmatch(strings.ToLower(s))
	if m == nil {
		return Span{}, ErrNoSpan
	}
	count, _ := strconv.Atoi(m[1])
	year, _ := strconv.Atoi(m[3])
	month, _ := strconv.Atoi(m[4])
	first := func(month int) time.Time {
		return midnight(time.Date(year, time.Month(month), 1, 12, 0, 0, 0, now.Location()))
	}
	switch {
	case m[2] == "d" && count > 0 && count <= maxSpan:
		return Span{dayStart(now, 1-count), dayStart(now, 1)}, nil
	case m[2] != "" && m[2] != "d" && count > 0 && count <= maxSpan/7:
		w := WeekOf(now, now.Location())
		return Span{w.Add(1 - count).Start(), w.End()}, nil
	case year > 0 && m[4] == "":
		return Span{first(1), first(13)}, nil
	case year > 0 && month >= 1 && month <= 12:
		return Span{first(month), first(month + 1)}, nil
	}
	return Span{}, ErrNoSpan
}

// dayStart is when the day begins that is this many days after t.
func dayStart(t time.Time, days int) time.Time {
	y, m, d := t.Date()
	return midnight(time.Date(y, m, d+days, 12, 0, 0, 0, t.Location()))
}
