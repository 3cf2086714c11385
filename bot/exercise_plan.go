package bot

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"strconv"
	"time"

	"relevo/handoff"
	"relevo/store"
)

// What time does to exercises and calibrations: it reminds, closes, and begins the week's.

// planExercises does what is due of exercises.
func (a *App) planExercises(ctx context.Context) error {
	now := a.Now()
	due, err := a.Store.DueExercises(ctx, now)
	if err != nil {
		return err
	}
	var wrong error
	for _, x := range due {
		wrong = errors.Join(wrong, a.planExercise(ctx, x, now))
	}
	return wrong
}

func (a *App) planExercise(ctx context.Context, x handoff.Exercise, now time.Time) error {
	ws, err := a.Store.WorkspaceByID(ctx, x.Workspace)
	switch {
	case err != nil || !a.reaches(ws): // who the managers are, Slack knows
		return err
	case !x.Closed.IsZero():
		return a.askAgain(ctx, ws, x)
	case !now.Before(x.Closes):
		return a.Store.CloseExercise(ctx, ws, x, now)
	}
	answers, err := a.Store.ExerciseAnswers(ctx, ws.ID, x.ID)
	if err != nil {
		return err
	}
	return a.Store.RemindExercise(ctx, x, x.Missing(answers), now)
}

// askAgain reminds the managers of both sides that the last exercise was some time ago, unless the workspace does not want that.
func (a *App) askAgain(ctx context.Context, ws store.Workspace, x handoff.Exercise) error {
	var users []string
	if !ws.Settings.Learning.Unreminded {
		var err error
		if users, err = a.managers(ctx, ws); err != nil {
			return err
		}
	}
	next := handoff.AgainAt(x.Again)
	for !next.After(a.Now()) { // quarters that nobody was there for
		next = handoff.AgainAt(next)
	}
	return a.Store.AskAgain(ctx, x, users, next, a.Now())
}

// planCalibrations closes those whose time is over, and begins the week's in each workspace that wants one.
func (a *App) planCalibrations(ctx context.Context) error {
	now := a.Now()
	if _, err := a.Store.CloseCalibrations(ctx, now); err != nil {
		return err
	}
	all, err := a.Store.Workspaces(ctx)
	if err != nil {
		return err
	}
	for _, ws := range all {
		hours := ws.Rules().Hours
		week := handoff.WeekOf(now, ws.Location())
		at, some := handoff.CalibrationAt(week, hours)
		if !ws.Settings.Learning.Calibrates(at) || ws.LeadsChannel == "" || ws.Closed || !some || now.Before(at) || !hours.At(now) || a.tenant(ws.ID).calibrated == week.String() {
			continue
		}
		seed := fnv.New64a()
		seed.Write([]byte(strconv.FormatInt(ws.ID, 10) + " " + week.String()))
		c := handoff.Calibration{Week: week.String(), At: now, Closes: handoff.CalibrationCloses(now, hours)}
		if _, err := a.Store.PlanCalibration(ctx, ws.ID, c, seed.Sum64()); err != nil {
			return fmt.Errorf("workspace %d: %w", ws.ID, err)
		}
		a.tenant(ws.ID).calibrated = week.String() // also when there is none to show: not every second anew
	}
	return nil
}
