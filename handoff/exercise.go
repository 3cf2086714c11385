package handoff

import (
	"slices"
	"time"
)

// Exercise is the perfect-customer exercise: both sides say, each for themselves, which of some past leads are best and worst and what
// matters how much.
type Exercise struct {
	ID        int64     `db:"id"`
	Workspace int64     `db:"workspace_id"`
	By        string    `db:"started_by"` // Slack user id
	At        time.Time `db:"started_at"`
	Closes    time.Time `db:"closes_at"`
	Remind    time.Time `db:"remind_at"` // when whoever has not answered is reminded; zero once they were
	Closed    time.Time `db:"closed_at"` // zero while it runs
	Again     time.Time `db:"again_at"`  // when the managers are reminded of the next one; zero for never

	Leads   []int64           `db:"-"` // drawn, without those that were erased since
	Invited map[Side][]string `db:"-"` // who was named on each side when it began; nobody of a side: anybody may answer for it
	Profile Profile           `db:"-"` // in force when it began
	Version int               `db:"profile_version"`
	Result  *Result           `db:"-"` // once it is closed
}

// How long an exercise runs, in days.
const (
	ExerciseDays    = 7
	MaxExerciseDays = 60
)

// Answer limits: how many leads may be called best, and how many worst.
const MaxPicks = 2

// ExerciseAnswer is what one person says.
type ExerciseAnswer struct {
	User    string         `json:"-"`
	Side    Side           `json:"-"`
	At      time.Time      `json:"-"`
	Best    []int64        `json:"best,omitempty"`
	Worst   []int64        `json:"worst,omitempty"`
	Weights map[string]int `json:"weights,omitempty"` // by the characteristic's ID: 0 does not matter, to MaxProfileWeight
}

// Asked returns the characteristics that are weighed: those of the profile in force when the exercise began, and without one the
// attributes of a lead, which have no values.
func (x Exercise) Asked() []Characteristic {
	if len(x.Profile.Characteristics) > 0 {
		return x.Profile.Characteristics
	}
	var all []Characteristic
	for _, at := range Attributes() {
		if at != AttributeExtra {
			all = append(all, Characteristic{ID: string(at), Attribute: at})
		}
	}
	return all
}

// Running tells whether answers are taken.
func (x Exercise) Running(now time.Time) bool { return x.Closed.IsZero() && now.Before(x.Closes) }

// Begin returns the exercise as it begins: it closes at the end of work on a day, and half of that time is over when those who have not answered
// are reminded. FieldErrors of the field closes when that is not in the future, or too far away.
func (x Exercise) Begin(day time.Time, h Hours, now time.Time) (Exercise, error) {
	y, m, d := day.Date()
	x.At, x.Closes = now, time.Date(y, m, d, 0, int(h.End/time.Minute), 0, 0, h.Zone)
	switch {
	case !x.Closes.After(now):
		return x, FieldErrors{{Field: "closes", Problem: NotFuture}}
	case x.Closes.After(now.AddDate(0, 0, MaxExerciseDays+1)):
		return x, FieldErrors{{Field: "closes", Problem: TooFar}}
	}
	x.Remind = h.Next(now.Add(x.Closes.Sub(now) / 2))
	return x, nil
}

// Check returns the answer as it is kept, or FieldErrors: best and worst want one or two leads each and no lead twice, and each characteristic a weight, under
// WeightField. A lead that was erased since the form was opened is no mistake of whoever chose it: it is left out.
func (x Exercise) Check(a ExerciseAnswer) (ExerciseAnswer, error) {
	var wrong FieldErrors
	add := func(field string, problem Problem, limit int) {
		wrong = append(wrong, FieldError{Field: field, Problem: problem, Limit: limit})
	}
	for _, picks := range []struct {
		field string
		of    *[]int64
	}{{"best", &a.Best}, {"worst", &a.Worst}} {
		var kept []int64
		for _, l := range *picks.of {
			if slices.Contains(x.Leads, l) && !slices.Contains(kept, l) {
				kept = append(kept, l)
			}
		}
		*picks.of = kept
		switch {
		case len(kept) > MaxPicks:
			add(picks.field, TooMany, MaxPicks)
		case len(kept) == 0 && len(x.Leads) > 1:
			add(picks.field, Missing, 0)
		}
	}
	if slices.ContainsFunc(a.Worst, func(l int64) bool { return slices.Contains(a.Best, l) }) {
		add("worst", Contradicts, 0)
	}
	weights := map[string]int{}
	for _, c := range x.Asked() {
		w, said := a.Weights[c.ID]
		switch {
		case !said:
			add(WeightField(c), Missing, 0)
		case w < 0 || w > MaxProfileWeight:
			add(WeightField(c), Unknown, 0)
		}
		weights[c.ID] = w
	}
	a.Weights = weights
	return a, wrong.Err()
}

// WeightField is the name of the field in which a characteristic is weighed.
func WeightField(c Characteristic) string { return "weight-" + c.ID }

// Complete tells whether everybody has answered who was invited, and somebody of each side was.
func (x Exercise) Complete(answers []ExerciseAnswer) bool {
	return len(x.Invited[SideSales]) > 0 && len(x.Invited[SideMarketing]) > 0 && len(x.Missing(answers)) == 0
}

// Missing lists who was invited and has not answered, sales first.
func (x Exercise) Missing(answers []ExerciseAnswer) (users []string) {
	for _, side := range Sides() {
		for _, user := range x.Invited[side] {
			if !slices.ContainsFunc(answers, func(a ExerciseAnswer) bool { return a.User == user }) {
				users = append(users, user)
			}
		}
	}
	return users
}

// AgainAt is when the managers are reminded that an exercise was three months ago, or that the last reminder was.
func AgainAt(last time.Time) time.Time { return last.AddDate(0, 3, 0) }
