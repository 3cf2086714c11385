package handoff

import (
	"testing"
	"time"
	_ "time/tzdata" // the zones are the same wherever the tests run

	"pgregory.net/rapid"
)

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestWeekStart(t *testing.T) {
	for _, tt := range []struct {
		zone, week string
		start      string
		hours      int
	}{
		{"UTC", "2026-W47", "2026-11-16T00:00:00Z", 168},
		{"Europe/Madrid", "2026-W13", "2026-03-23T00:00:00+01:00", 167}, // the clocks go forward on its Sunday
		{"Europe/Madrid", "2026-W43", "2026-10-19T00:00:00+02:00", 169}, // and back
		{"America/New_York", "2026-W44", "2026-10-26T00:00:00-04:00", 169},
		{"America/Sao_Paulo", "2018-W44", "2018-10-29T00:00:00-03:00", 167}, // Sunday has no 0:00
		{"America/Havana", "2026-W44", "2026-10-26T00:00:00-04:00", 169},    // Sunday has 0:00 twice
		{"Asia/Tehran", "2021-W12", "2021-03-22T01:00:00+04:30", 167},       // Monday has no 0:00
		{"Asia/Tehran", "2021-W11", "2021-03-15T00:00:00+03:30", 168},
		{"Asia/Kathmandu", "2026-W01", "2025-12-29T00:00:00+05:45", 168},
		{"Pacific/Apia", "2011-W52", "2011-12-26T00:00:00-10:00", 144}, // its Friday was left out
		{"UTC", "2020-W53", "2020-12-28T00:00:00Z", 168},
		{"UTC", "2021-W01", "2021-01-04T00:00:00Z", 168},
		{"UTC", "2027-W01", "2027-01-04T00:00:00Z", 168},
	} {
		w, err := ParseWeek(tt.week, zone(t, tt.zone))
		if err != nil {
			t.Errorf("%s %s: %v", tt.zone, tt.week, err)
			continue
		}
		if got := w.Start().Format(time.RFC3339); got != tt.start {
			t.Errorf("%s %s: starts %s, want %s", tt.zone, tt.week, got, tt.start)
		}
		if got := w.End().Sub(w.Start()); got != time.Duration(tt.hours)*time.Hour {
			t.Errorf("%s %s: lasts %v, want %d h", tt.zone, tt.week, got, tt.hours)
		}
		if w.String() != tt.week {
			t.Errorf("%s: written as %s", tt.week, w)
		}
	}
}

func TestParseWeek(t *testing.T) {
	for s, want := range map[string]string{"2026-W47": "2026-W47", "2026w7": "2026-W07", "2026-w53": "2026-W53", "2025-W53": "", "2026-W00": "", "2026-W54": "", "47": "", "": "", " 2026-W47": "", "2026-W471": ""} {
		w, err := ParseWeek(s, time.UTC)
		if got := w.String(); want != "" && (err != nil || got != want) {
			t.Errorf("%q: got %s, %v", s, got, err)
		}
		if want == "" && err == nil {
			t.Errorf("%q: no error", s)
		}
	}
}

func TestLastDigest(t *testing.T) {
	madrid := zone(t, "Europe/Madrid")
	for now, want := range map[string]string{
		"2026-11-23T08:59:59+01:00": "2026-W46",
		"2026-11-23T09:00:00+01:00": "2026-W47",
		"2026-11-29T23:59:59+01:00": "2026-W47",
		"2026-03-30T06:59:59Z":      "2026-W12", // 8:59 there: the clocks went forward the day before
		"2026-03-30T07:00:00Z":      "2026-W13",
		"2026-10-26T08:00:00Z":      "2026-W43",
		"2027-01-04T09:00:00+01:00": "2026-W53",
	} {
		at, err := time.Parse(time.RFC3339, now)
		if err != nil {
			t.Fatal(err)
		}
		if got := LastDigest(at, madrid); got.String() != want {
			t.Errorf("%s: got %s, want %s", now, got, want)
		}
	}
}

func zones() []string {
	return []string{
		"UTC", "Europe/Madrid", "Europe/London", "America/New_York", "America/Sao_Paulo", "America/Havana", "America/Asuncion",
		"America/St_Johns", "Africa/Cairo", "Asia/Beirut", "Asia/Tehran", "Asia/Amman", "Asia/Kolkata", "Asia/Kathmandu",
		"Australia/Lord_Howe", "Pacific/Chatham", "Pacific/Kiritimati", "Atlantic/Azores", "America/Nuuk",
	}
}

func drawTime(t *rapid.T, z *time.Location) time.Time {
	from := time.Date(1995, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	return time.Unix(rapid.Int64Range(from, from+40*366*24*3600).Draw(t, "time"), 0).In(z)
}

// Every instant is in exactly one week, and the weeks follow each other, whatever the clocks do.
func TestWeekProperties(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		z := zone(t, rapid.SampledFrom(zones()).Draw(rt, "zone"))
		checkWeek(rt, drawTime(rt, z), z)
	})
}

// The same at every Monday of forty years, where clocks that change at midnight hurt.
func TestEveryMonday(t *testing.T) {
	for _, name := range zones() {
		z := zone(t, name)
		for day := 2; day < 40*365; day += 7 { // 2 January 1995 was a Monday
			noon := time.Date(1995, 1, day, 12, 0, 0, 0, z)
			checkWeek(t, noon, z)
			w := WeekOf(noon, z)
			if start, noonDay := w.Start(), noon.Day(); start.Day() != noonDay || start.Add(-1).Day() == noonDay {
				t.Fatalf("%s: %s starts at %v", name, w, start)
			}
		}
	}
}

func checkWeek(t interface{ Fatalf(string, ...any) }, at time.Time, z *time.Location) {
	w := WeekOf(at, z)
	if at.Before(w.Start()) || !at.Before(w.End()) {
		t.Fatalf("%v is not within %s, from %v to %v", at, w, w.Start(), w.End())
	}
	if w.Start().Weekday() != time.Monday || WeekOf(w.Start(), z) != w || WeekOf(w.End().Add(-1), z) != w {
		t.Fatalf("%s in %s is from %v to %v", w, z, w.Start(), w.End())
	}
	if next := w.Add(1); next == w || next.Add(-1) != w || next.Start() != w.End() || w.Add(53).Add(-53) != w {
		t.Fatalf("%s in %s is followed by %s", w, z, next)
	}
	if p, err := ParseWeek(w.String(), z); err != nil || p != w {
		t.Fatalf("%s in %s is read as %v, %v", w, z, p, err)
	}
	if h, m, _ := w.DigestAt().Clock(); h != 9 || m != 0 || LastDigest(w.DigestAt(), z) != w || LastDigest(w.DigestAt().Add(-1), z) != w.Add(-1) {
		t.Fatalf("the digest of %s in %s is at %v", w, z, w.DigestAt())
	}
}
