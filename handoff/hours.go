package handoff

import (
	"slices"
	"time"
)

// Hours is when people work: the same span on every working day, in one zone.
type Hours struct {
	Zone  *time.Location
	Start time.Duration // since midnight
	End   time.Duration // since midnight, after Start
	Days  [7]bool       // by time.Weekday
	Off   []string      // holidays, sorted: "2026-12-25", or "12-25" of every year
}

// DefaultHours is Monday to Friday, 9:00 to 18:00.
func DefaultHours(zone *time.Location) Hours {
	return Hours{
		Zone: zone, Start: 9 * time.Hour, End: 18 * time.Hour,
		Days: [7]bool{time.Monday: true, time.Tuesday: true, time.Wednesday: true, time.Thursday: true, time.Friday: true},
	}
}

// Due times of a workspace that has set none, in working hours.
const (
	DueAsked = 2 * time.Hour // for a person who asked to be contacted
	DueOther = 8 * time.Hour
)

// span returns the working span of the day that lies this many days after t's; start and end are equal on a day off.
// It counts calendar days, not 24 hours, so it is right when the clocks change, even at midnight.
func (h Hours) span(t time.Time, days int) (start, end time.Time) {
	y, m, d := t.In(h.Zone).Date()
	at := func(since time.Duration) time.Time {
		return time.Date(y, m, d+days, 0, int(since/time.Minute), 0, 0, h.Zone)
	}
	if noon := at(12 * time.Hour); !h.Days[noon.Weekday()] || h.off(noon) {
		return at(h.Start), at(h.Start)
	}
	return at(h.Start), at(h.End)
}

// off tells whether the day is a holiday.
func (h Hours) off(day time.Time) bool {
	if len(h.Off) == 0 {
		return false
	}
	_, once := slices.BinarySearch(h.Off, day.Format(time.DateOnly))
	_, yearly := slices.BinarySearch(h.Off, day.Format("01-02"))
	return once || yearly
}

// At tells whether t lies in working time.
func (h Hours) At(t time.Time) bool {
	if h.never() {
		return true
	}
	start, end := h.span(t, 0)
	return !t.Before(start) && t.Before(end)
}

// Next returns the first moment of working time that is not before t.
func (h Hours) Next(t time.Time) time.Time {
	if h.never() || h.At(t) {
		return t
	}
	for day := 0; ; day++ {
		if start, end := h.span(t, day); end.After(start) && !start.Before(t) {
			return start
		}
	}
}

func (h Hours) never() bool { return h.Days == [7]bool{} || h.End <= h.Start }

// Add returns the time at which this much working time has passed since t. Hours without any working time count
// every hour.
func (h Hours) Add(t time.Time, work time.Duration) time.Time {
	if h.never() {
		return t.Add(work)
	}
	for day := 0; ; day++ {
		start, end := h.span(t, day)
		from := start
		if t.After(start) {
			from = t
		}
		if left := end.Sub(from); left > 0 {
			if work <= left {
				return from.Add(work)
			}
			work -= left
		}
	}
}

// Between returns how much working time lies between two times; zero when to is not after from.
func (h Hours) Between(from, to time.Time) time.Duration {
	if h.never() {
		return max(0, to.Sub(from))
	}
	var work time.Duration
	for day := 0; ; day++ {
		start, end := h.span(from, day)
		if !start.Before(to) {
			return work
		}
		if start.Before(from) {
			start = from
		}
		if end.After(to) {
			end = to
		}
		work += max(0, end.Sub(start))
	}
}
