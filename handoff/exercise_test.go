package handoff

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"
)

func twoMarks() Profile {
	return Profile{Characteristics: []Characteristic{
		{ID: "i", Attribute: AttributeIndustry, Values: []string{"Logistics"}, Weight: 2}, {ID: "w", Attribute: AttributeWebsite, Weight: 1},
	}}
}

func TestCheckAnswer(t *testing.T) {
	x := Exercise{Leads: []int64{1, 2, 3, 4, 5, 6}, Profile: twoMarks()}
	weights := map[string]int{"i": 3, "w": 0}
	for name, tt := range map[string]struct {
		in   ExerciseAnswer
		want FieldErrors
	}{
		"right":            {ExerciseAnswer{Best: []int64{1, 2}, Worst: []int64{3}, Weights: weights}, nil},
		"nothing":          {ExerciseAnswer{}, FieldErrors{{Field: "best", Problem: Missing}, {Field: "worst", Problem: Missing}, {Field: "weight-i", Problem: Missing}, {Field: "weight-w", Problem: Missing}}},
		"too many":         {ExerciseAnswer{Best: []int64{1, 2, 3}, Worst: []int64{4}, Weights: weights}, FieldErrors{{Field: "best", Problem: TooMany, Limit: 2}}},
		"twice":            {ExerciseAnswer{Best: []int64{1, 1}, Worst: []int64{4}, Weights: weights}, nil},
		"best and worst":   {ExerciseAnswer{Best: []int64{1}, Worst: []int64{1}, Weights: weights}, FieldErrors{{Field: "worst", Problem: Contradicts}}},
		"another's lead":   {ExerciseAnswer{Best: []int64{9}, Worst: []int64{1}, Weights: weights}, FieldErrors{{Field: "best", Problem: Missing}}},
		"erased meanwhile": {ExerciseAnswer{Best: []int64{9, 2}, Worst: []int64{1}, Weights: weights}, nil},
		"no such weight":   {ExerciseAnswer{Best: []int64{2}, Worst: []int64{1}, Weights: map[string]int{"i": 4, "w": -1}}, FieldErrors{{Field: "weight-i", Problem: Unknown}, {Field: "weight-w", Problem: Unknown}}},
	} {
		got, err := x.Check(tt.in)
		var wrong FieldErrors
		errors.As(err, &wrong)
		if !reflect.DeepEqual(wrong, tt.want) || err == nil && !maps.Equal(got.Weights, weights) {
			t.Errorf("%s: %+v, %v, want %v", name, got, err, tt.want)
		}
	}
	if got, err := x.Check(ExerciseAnswer{Best: []int64{9, 2, 2}, Worst: []int64{1}, Weights: map[string]int{"i": 1, "w": 1, "old": 3}}); err != nil || !slices.Equal(got.Best, []int64{2}) || len(got.Weights) != 2 {
		t.Errorf("kept %+v, %v", got, err)
	}
	if _, err := (Exercise{Profile: twoMarks()}).Check(ExerciseAnswer{Weights: weights}); err != nil {
		t.Errorf("without leads: %v", err)
	}
	if asked := (Exercise{}).Asked(); len(asked) != 7 || asked[0].ID != "industry" {
		t.Errorf("without a profile it asks for %+v", asked)
	}
}

func TestExerciseTimes(t *testing.T) {
	zone, _ := time.LoadLocation("Europe/Madrid")
	h := DefaultHours(zone)
	now := time.Date(2026, 11, 16, 10, 0, 0, 0, zone) // a Monday
	x, err := Exercise{}.Begin(now.AddDate(0, 0, 7), h, now)
	if err != nil || !x.Closes.Equal(time.Date(2026, 11, 23, 18, 0, 0, 0, zone)) || !x.Remind.Equal(time.Date(2026, 11, 20, 9, 0, 0, 0, zone)) {
		t.Errorf("it closes %v, reminds %v, %v", x.Closes, x.Remind, err)
	}
	if x, _ := (Exercise{}).Begin(now.AddDate(0, 0, 10), h, now); !h.At(x.Remind) {
		t.Errorf("it reminds at %v, when nobody works", x.Remind)
	}
	for days, want := range map[int]Problem{-1: NotFuture, MaxExerciseDays + 2: TooFar} {
		_, err := Exercise{}.Begin(now.AddDate(0, 0, days), h, now)
		if wrong, _ := errors.AsType[FieldErrors](err); len(wrong) != 1 || wrong[0].Problem != want {
			t.Errorf("in %d days: %v", days, err)
		}
	}
	if !x.Running(now) || x.Running(x.Closes) {
		t.Error("it runs from its beginning until it closes")
	}
	x.Invited = map[Side][]string{SideSales: {"Ana", "Luke"}, SideMarketing: {"Marta"}}
	answers := []ExerciseAnswer{{User: "Luke"}, {User: "Otto"}, {User: "Marta"}}
	if got := x.Missing(answers); !slices.Equal(got, []string{"Ana"}) || x.Complete(answers) {
		t.Errorf("missing: %v", got)
	}
	if answers = append(answers, ExerciseAnswer{User: "Ana"}); !x.Complete(answers) {
		t.Error("all have answered")
	}
	x.Invited[SideMarketing] = nil
	if x.Complete(answers) {
		t.Error("nobody was named for marketing: anybody may still answer")
	}
}

func TestCalibrationAt(t *testing.T) {
	zone, _ := time.LoadLocation("Europe/Madrid")
	week := WeekOf(time.Date(2026, 11, 18, 0, 0, 0, 0, zone), zone)
	for name, tt := range map[string]struct {
		change func(*Hours)
		want   string
	}{
		"usual":               {func(*Hours) {}, "2026-11-17 10:00"},
		"a holiday":           {func(h *Hours) { h.Off = []string{"2026-11-17"} }, "2026-11-18 10:00"},
		"afternoons":          {func(h *Hours) { h.Start = 14 * time.Hour }, "2026-11-17 14:00"},
		"early birds":         {func(h *Hours) { h.Start, h.End = 6*time.Hour, 10*time.Hour }, "2026-11-17 06:00"},
		"Mondays only":        {func(h *Hours) { h.Days = [7]bool{time.Monday: true} }, ""},
		"weekends":            {func(h *Hours) { h.Days = [7]bool{time.Sunday: true} }, "2026-11-22 10:00"},
		"holidays to the end": {func(h *Hours) { h.Off = []string{"11-17", "11-18", "11-19", "11-20"} }, ""},
	} {
		h := DefaultHours(zone)
		tt.change(&h)
		got, ok := CalibrationAt(week, h)
		if ok != (tt.want != "") || ok && got.Format("2006-01-02 15:04") != tt.want {
			t.Errorf("%s: %v, %v, want %s", name, got, ok, tt.want)
		}
	}
	if got := CalibrationCloses(time.Date(2026, 11, 19, 10, 0, 0, 0, zone), DefaultHours(zone)); !got.Equal(time.Date(2026, 11, 23, 10, 0, 0, 0, zone)) {
		t.Errorf("two days of work after Thursday it is %v", got)
	}
}
