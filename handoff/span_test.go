package handoff

import (
	"errors"
	"testing"
	"time"
)

func TestParseSpan(t *testing.T) {
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 24, 15, 30, 0, 0, zone) // a Tuesday
	for _, tt := range []struct {
		typed, from, to string
		err             error
	}{
		{"", "2026-09-07", "2026-11-25", nil},
		{"1w", "2026-11-23", "2026-11-25", nil},
		{"4w", "2026-11-02", "2026-11-25", nil},
		{"4S", "2026-11-02", "2026-11-25", nil},
		{"1d", "2026-11-24", "2026-11-25", nil},
		{"90d", "2026-08-27", "2026-11-25", nil},
		{"2026-W40", "2026-09-28", "2026-10-05", nil},
		{"2026w48", "2026-11-23", "2026-11-25", nil},
		{"2026-10", "2026-10-01", "2026-11-01", nil},
		{"2026-2", "2026-02-01", "2026-03-01", nil},
		{"2025-12", "2025-12-01", "2026-01-01", nil},
		{"2026", "2026-01-01", "2026-11-25", nil},
		{"2025", "2025-01-01", "2026-01-01", nil},
		{"522w", "2016-11-28", "2026-11-25", nil},
		{"2026-12", "", "", ErrSpanAhead},
		{"2026-W49", "", "", ErrSpanAhead},
		{"2027", "", "", ErrSpanAhead},
		{"0w", "", "", ErrNoSpan}, {"0d", "", "", ErrNoSpan}, {"9999w", "", "", ErrNoSpan}, {"9999d", "", "", ErrNoSpan}, {"2026-13", "", "", ErrNoSpan},
		{"2026-00", "", "", ErrNoSpan}, {"0000", "", "", ErrNoSpan}, {"2026-W60", "", "", ErrNoSpan}, {"w", "", "", ErrNoSpan}, {"soon", "", "", ErrNoSpan},
		{"4 w", "", "", ErrNoSpan}, {"-4w", "", "", ErrNoSpan}, {"2026-10-01", "", "", ErrNoSpan},
	} {
		got, err := ParseSpan(tt.typed, now, zone)
		if !errors.Is(err, tt.err) {
			t.Errorf("%q: got %v, want %v", tt.typed, err, tt.err)
			continue
		}
		if err == nil && (got.From.Format(time.DateOnly+" 15:04") != tt.from+" 00:00" || got.To.Format(time.DateOnly+" 15:04") != tt.to+" 00:00") {
			t.Errorf("%q: got %v to %v, want %s to %s", tt.typed, got.From, got.To, tt.from, tt.to)
		}
	}
}
