package handoff

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// Week is a week from Monday to Sunday in a zone, numbered as ISO 8601 does.
type Week struct {
	Year, Number int
	Zone         *time.Location
}

// WeekOf returns the week that t is in.
func WeekOf(t time.Time, zone *time.Location) Week {
	y, n := t.In(zone).ISOWeek()
	return Week{Year: y, Number: n, Zone: zone}
}

var weekForm = regexp.MustCompile(`^(\d{4})-?[Ww](\d{1,2})$`)

// ParseWeek reads "2026-W47". It fails on anything else, and on a week that the year does not have.
func ParseWeek(s string, zone *time.Location) (Week, error) {
	m := weekForm.FindStringSubmatch(s)
	if m == nil {
		return Week{}, fmt.Errorf("%q is not a week; a week is written like 2026-W47", s)
	}
	y, _ := strconv.Atoi(m[1])
	n, _ := strconv.Atoi(m[2])
	w := Week{Year: y, Number: n, Zone: zone}
	if WeekOf(w.Start(), zone) != w {
		return Week{}, fmt.Errorf("the year %d has no week %d", y, n)
	}
	return w, nil
}

// String writes the week as ISO 8601 does: 2026-W47.
func (w Week) String() string { return fmt.Sprintf("%04d-W%02d", w.Year, w.Number) }

// Start is Monday 0:00 in the week's zone, or the first instant after it where the clocks leave 0:00 out.
func (w Week) Start() time.Time {
	// 4 January is always in week 1.
	jan4 := time.Date(w.Year, 1, 4, 0, 0, 0, 0, w.Zone)
	sinceMonday := (int(jan4.Weekday()) + 6) % 7
	return midnight(time.Date(w.Year, 1, 4-sinceMonday+7*(w.Number-1), 12, 0, 0, 0, w.Zone))
}

// midnight is the first instant of the day that noon is in. Where the clocks change at midnight, 0:00 may not
// exist that day, or come twice.
func midnight(noon time.Time) time.Time {
	y, m, d := noon.Date()
	t := time.Date(y, m, d, 0, 0, 0, 0, noon.Location())
	if t.Day() != d {
		_, t = t.ZoneBounds()
		return t
	}
	if before := t.Add(-1); before.Day() == d {
		hours, minutes, seconds := before.Clock()
		return before.Truncate(time.Second).Add(-time.Duration(hours*3600+minutes*60+seconds) * time.Second)
	}
	return t
}

// End is the Monday 0:00 after it: the first instant that is not in the week.
func (w Week) End() time.Time { return w.Add(1).Start() }

// Add returns the week that is this many weeks later, or earlier when n is negative.
func (w Week) Add(n int) Week {
	y, m, d := w.Start().Date()
	return WeekOf(time.Date(y, m, d+7*n, 12, 0, 0, 0, w.Zone), w.Zone)
}

// DigestAt is when the digest of the week is posted: the Monday after it, 9:00.
func (w Week) DigestAt() time.Time {
	y, m, d := w.End().Date()
	return time.Date(y, m, d, 9, 0, 0, 0, w.Zone)
}

// LastDigest returns the newest week whose digest is due at this time.
func LastDigest(now time.Time, zone *time.Location) Week {
	w := WeekOf(now, zone).Add(-1)
	if now.Before(w.DigestAt()) {
		return w.Add(-1)
	}
	return w
}
