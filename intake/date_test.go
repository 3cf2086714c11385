package intake

import (
	"testing"
	"time"
)

func TestDates(t *testing.T) {
	madrid, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ in, want string }{ // want is empty for what is no date, "?" for what needs the rest of its column
		{"2018-02-01", "2018-02-01T00:00:00+01:00"},
		{"2018/2/1", "2018-02-01T00:00:00+01:00"},
		{"2024-03-12 09:14", "2024-03-12T09:14:00+01:00"},
		{"2024-07-12T09:14:30", "2024-07-12T09:14:30+02:00"},
		{"2026-08-31T12:12:17-05:00", "2026-08-31T12:12:17-05:00"},
		{"2026-08-31T12:12:17.25Z", "2026-08-31T12:12:17Z"},
		{"2026-08-31 12:12:17 UTC", "2026-08-31T12:12:17Z"},
		{"2026-08-31T12:12:17+0000", "2026-08-31T12:12:17Z"},
		{"3/15/2024 2:30 PM", "2024-03-15T14:30:00+01:00"},
		{"15/3/2024 14:30", "2024-03-15T14:30:00+01:00"},
		{"03/03/2024", "2024-03-03T00:00:00+01:00"},
		{"01.02.2018", "2018-02-01T00:00:00+01:00"},
		{"12 Mar 2024", "2024-03-12T00:00:00+01:00"},
		{"March 12, 2024", "2024-03-12T00:00:00+01:00"},
		{"2/1/2018", "?"}, {"01-02-2018", "?"}, {"01-02-2018 10:00", "?"},
		{"31/02/2024", ""}, {"2024-02-30", ""}, {"13/13/2024", ""}, {"1/2/18", ""}, {"1-2/2018", ""}, {"2024-03-12 25:00", ""},
		{"tomorrow", ""}, {"", ""}, {"20240312", ""}, {"2024", ""}, {"00/05/2024", ""},
	} {
		d, ok := parseDate(tt.in, madrid)
		got := ""
		if ok {
			if at, sure := (column{}).read(d); sure {
				got = at.Format(time.RFC3339)
			} else {
				got = "?"
			}
		}
		if got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestTheColumnTellsTheOrder(t *testing.T) {
	for _, tt := range []struct {
		column []string
		want   string // of 02/03/2024
	}{
		{[]string{"25/12/2023"}, "2024-03-02"},
		{[]string{"12/25/2023", "2023-05-06"}, "2024-02-03"},
		{[]string{"2023-05-06", "05/05/2024", "1/2/2024"}, ""},
		{[]string{"25/12/2023", "12/25/2023"}, ""},
	} {
		var c column
		for _, s := range tt.column {
			d, ok := parseDate(s, time.UTC)
			if !ok {
				t.Fatalf("%q is no date", s)
			}
			c.see(d)
		}
		d, _ := parseDate("02/03/2024", time.UTC)
		at, ok := c.read(d)
		if ok != (tt.want != "") || ok && at.Format(time.DateOnly) != tt.want {
			t.Errorf("%v: got %v %v, want %q", tt.column, at, ok, tt.want)
		}
	}
}
