package handoff

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestParseHolidays(t *testing.T) {
	many := strings.Builder{}
	for day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC); day.YearDay() <= MaxHolidays+1; day = day.AddDate(0, 0, 1) {
		many.WriteString(day.Format(time.DateOnly) + "\n")
	}
	for _, tt := range []struct {
		typed string
		want  []string
		wrong *FieldError
	}{
		{"", nil, nil},
		{"2026-12-25  Christmas \n\n 12-26\n2026-01-06 Reyes", []string{"12-26", "2026-01-06 Reyes", "2026-12-25 Christmas"}, nil},
		{"12-25 Navidad\r\n12-25 twice", []string{"12-25 Navidad"}, nil},
		{"02-29", []string{"02-29"}, nil},
		{"12-25\n\n25/12/2026 Navidad", nil, &FieldError{"holidays", NotADay, 0, 3, "25/12/2026"}},
		{"2026-02-29", nil, &FieldError{"holidays", NotADay, 0, 1, "2026-02-29"}},
		{"13-01", nil, &FieldError{"holidays", NotADay, 0, 1, "13-01"}},
		{"1-6 Reyes", nil, &FieldError{"holidays", NotADay, 0, 1, "1-6"}},
		{"Navidad", nil, &FieldError{"holidays", NotADay, 0, 1, "Navidad"}},
		{many.String(), nil, &FieldError{"holidays", TooMany, MaxHolidays, 0, ""}},
	} {
		got, err := ParseHolidays(tt.typed)
		var lines []string
		for _, h := range got {
			lines = append(lines, h.String())
		}
		wrong, _ := errors.AsType[FieldErrors](err)
		if !slices.Equal(lines, tt.want) || (tt.wrong != nil) != (err != nil) || tt.wrong != nil && wrong[0] != *tt.wrong {
			t.Errorf("%.40q: got %q, %+v, want %q, %+v", tt.typed, lines, wrong, tt.want, tt.wrong)
		}
	}
}

func TestCheckCalendar(t *testing.T) {
	c, err := Calendar{Days: []time.Weekday{0, 5, 1, 5}, Start: 9 * 60, End: 9*60 + 30}.Check()
	if want := []time.Weekday{time.Monday, time.Friday, time.Sunday}; err != nil || !slices.Equal(c.Days, want) {
		t.Errorf("got %v, %v, want %v", c.Days, err, want)
	}
	for _, c := range []Calendar{{Start: 0, End: 60}, {Days: []time.Weekday{1}, Start: 18 * 60, End: 9 * 60}, {Days: []time.Weekday{1}, Start: -1, End: 60}} {
		if _, err := c.Check(); err == nil {
			t.Errorf("%+v was taken", c)
		}
	}
	d, err := DueTimes{Asked: MinDue, Other: MaxDue, Sources: []string{" Demo ", "", "Demo"}}.Check()
	if err != nil || !slices.Equal(d.Sources, []string{"Demo"}) {
		t.Errorf("got %+v, %v", d, err)
	}
	if _, err := (DueTimes{Asked: MinDue - 1, Other: MaxDue + 1}).Check(); err == nil || len(err.(FieldErrors)) != 2 {
		t.Errorf("got %v", err)
	}
}
