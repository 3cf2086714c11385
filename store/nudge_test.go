package store_test

import (
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
)

// agree changes the settings of a workspace and returns it.
func agree(t *testing.T, s *store.Store, ws store.Workspace, now time.Time, change func(*handoff.Settings)) store.Workspace {
	t.Helper()
	ws, err := s.ChangeSettings(t.Context(), ws.ID, "U8", now, func(set *handoff.Settings) error { change(set); return nil })
	must(t, err)
	return ws
}

// nudge plans reminders and returns of how many leads.
func nudge(t *testing.T, s *store.Store, ws store.Workspace, now time.Time, managers ...string) int {
	t.Helper()
	n, err := s.Nudge(t.Context(), ws.ID, now, managers, nil)
	must(t, err)
	return n
}

// numbers returns the numbers of the leads on a list, those that are new on it negative.
func numbers(t *testing.T, s *store.Store, m store.Message) (all []int64) {
	t.Helper()
	listed, err := s.Listed(t.Context(), m.Workspace, m.Subject)
	must(t, err)
	for _, l := range listed {
		n := l.Number
		if l.Fresh {
			n = -n
		}
		all = append(all, n)
	}
	return all
}

// Whoever comes from a source that the workspace names has asked to be contacted, however the source is spelt.
func TestAskedBySource(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ws := agree(t, s, workspace(t, s), monday, func(set *handoff.Settings) { set.Due.Sources = []string{"Petición de demo"} })
		asks := person(1)
		asks.Source = "PETICION DE DEMO"
		add(t, s, ws, asks, person(2))
		if l := byNumber(t, s, ws, 1); !l.AsksContact || !l.Due.Equal(monday.Add(handoff.DueAsked)) {
			t.Errorf("due %v, asks %v", l.Due, l.AsksContact)
		}
		if l := byNumber(t, s, ws, 2); l.AsksContact {
			t.Error("who comes from elsewhere has not asked")
		}
	})
}

// A change of hours or due times makes open leads due anew, from when their time began to run, and shows it on their cards.
func TestRecount(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ws := workspace(t, s)
		add(t, s, ws, person(1), person(2))
		for range 2 {
			m := claim(t, s, store.Post, monday)
			must(t, s.Posted(t.Context(), m, "C1", m.Subject))
		}
		decided := byNumber(t, s, ws, 2)
		_, _, err := s.Decide(t.Context(), ws.ID, decided.ID, "", accept(ws, "U1", monday.Add(time.Hour)), ws.Rules())
		must(t, err)
		must(t, s.Updated(t.Context(), claim(t, s, store.Update, monday)))
		decided = byNumber(t, s, ws, 2)

		ws = agree(t, s, ws, monday.Add(time.Hour), func(set *handoff.Settings) {
			set.Due.Other = 16 * time.Hour
			set.Calendar.Holidays = []handoff.Holiday{{Day: "11-24"}}
		})
		l := byNumber(t, s, ws, 1) // from Monday 10:00: 8 hours on Monday, none on Tuesday, 8 on Wednesday
		if want := monday.AddDate(0, 0, 2).Add(7 * time.Hour); !l.Due.Equal(want) || !l.Nudge.Equal(monday.AddDate(0, 0, 2).Add(-time.Hour)) || l.Version != 2 {
			t.Errorf("due %v, reminded %v, version %d, want due %v", l.Due, l.Nudge, l.Version, want)
		}
		if m := claim(t, s, store.Update, monday); m.LeadID != l.ID {
			t.Errorf("shown anew is %+v", m)
		}
		if got := byNumber(t, s, ws, 2); got.Version != decided.Version || !got.Due.Equal(decided.Due) {
			t.Errorf("a decided lead became %+v", got)
		}
		backlog, err := s.Backlog(t.Context(), ws.ID, monday.AddDate(0, 0, 1).Add(8*time.Hour))
		if must(t, err); backlog.Overdue != 0 {
			t.Errorf("the figures still count %d past due", backlog.Overdue)
		}
		version := ws.SettingsVersion
		if ws = agree(t, s, ws, monday, func(*handoff.Settings) {}); ws.SettingsVersion != version {
			t.Error("a change of nothing is kept")
		}
	})
}

// What is listed stays listed when it is due later; a lead whose new due time is to come is listed again then.
func TestRecountOfWhatIsListed(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ws := workspace(t, s)
		add(t, s, ws, person(1))
		late := monday.AddDate(0, 0, 1).Add(-time.Hour) // Tuesday 9:00
		if n := nudge(t, s, ws, late); n != 1 {
			t.Fatalf("%d leads are listed", n)
		}
		ws = agree(t, s, ws, late, func(set *handoff.Settings) { set.Due.Other = 7 * time.Hour })
		if n := nudge(t, s, ws, late); n != 0 {
			t.Errorf("%d leads are listed twice", n)
		}
		agree(t, s, ws, late, func(set *handoff.Settings) { set.Due.Other = 16 * time.Hour })
		if l := byNumber(t, s, ws, 1); !l.Nudge.Equal(l.Due) || !l.Due.After(late) {
			t.Errorf("due %v, it is looked at again %v", l.Due, l.Nudge)
		}
	})
}

// Of many processes that plan at the same time one plans each reminder.
func TestNudgeOnce(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ws := workspace(t, s)
		for i := range 20 {
			a := person(i)
			a.Owner = "U1"
			add(t, s, ws, a)
		}
		var count atomic.Int64
		var running sync.WaitGroup
		for range 8 {
			running.Go(func() {
				n, err := s.Nudge(t.Context(), ws.ID, monday.AddDate(0, 0, 3), []string{"U8", "U9"}, nil)
				if err != nil {
					t.Error(err)
				}
				count.Add(int64(n))
			})
		}
		running.Wait()
		if count.Load() != 20 {
			t.Errorf("%d reminders, want 20", count.Load())
		}
		var kinds []store.Kind
		for range 3 {
			m := claim(t, s, store.Post, monday.AddDate(0, 0, 3))
			kinds = append(kinds, m.Kind)
			if got := numbers(t, s, m); len(got) != 20 || got[0] >= 0 {
				t.Errorf("%s lists %v", m.Kind, got)
			}
		}
		if want := []store.Kind{store.KindOverdue, store.KindLate, store.KindLate}; !slices.Equal(kinds, want) {
			t.Errorf("posted are %v, want %v", kinds, want)
		}
		if due, err := s.NudgeDue(t.Context(), monday.AddDate(9, 0, 0)); err != nil || len(due) != 0 {
			t.Errorf("still due: %v, %v", due, err)
		}
	})
}

// One list a channel and day: what is past due later that day comes onto the same message, and on the next day onto a new one
// with what still waits. What was decided before it was posted is taken off.
func TestOneListADay(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		at := func(day, hour int) time.Time {
			return monday.AddDate(0, 0, day).Add(time.Duration(hour-10) * time.Hour)
		}
		ts := func(t time.Time) string { return fmt.Sprintf("%d.000001", t.Unix()) }
		arrive := func(i, hour int) {
			a := person(i)
			a.At = at(0, hour)
			add(t, s, ws, a)
			must(t, s.Posted(ctx, claim(t, s, store.Post, a.At), "C1", fmt.Sprint(i)))
		}
		arrive(1, 10)
		arrive(2, 11)
		arrive(3, 12)
		decide := func(n int64, now time.Time) {
			_, _, err := s.Decide(ctx, ws.ID, byNumber(t, s, ws, n).ID, "", accept(ws, "U1", now), ws.Rules())
			must(t, err)
			must(t, s.Updated(ctx, claim(t, s, store.Update, now))) // its card
		}
		nudge(t, s, ws, at(1, 9)) // #1, due at 18:00 on Monday
		list := claim(t, s, store.Post, at(1, 9))
		must(t, s.Posted(ctx, list, "C1", ts(at(1, 9))))
		nudge(t, s, ws, at(1, 10)) // #2
		edited := claim(t, s, store.Update, at(1, 10))
		if got := numbers(t, s, edited); edited.ID != list.ID || !slices.Equal(got, []int64{-1, -2}) {
			t.Errorf("later that day %+v lists %v", edited, got)
		}
		must(t, s.Updated(ctx, edited))
		decide(1, at(1, 11))
		if m := claim(t, s, store.Update, at(1, 11)); m.ID != list.ID {
			t.Errorf("after a decision %+v is shown anew", m)
		} else {
			must(t, s.Updated(ctx, m))
		}
		nudge(t, s, ws, at(2, 9)) // #3 since Tuesday 11:00; nobody was there
		next := claim(t, s, store.Post, at(2, 9))
		if got := numbers(t, s, next); next.ID == list.ID || !slices.Equal(got, []int64{2, -3}) {
			t.Errorf("on the next day it lists %v", got)
		}
		must(t, s.Failed(ctx, next, "ratelimited", true, at(2, 9)))
		decide(3, at(2, 9))
		nothing(t, s, store.Update, at(2, 9))
		if got := numbers(t, s, next); !slices.Equal(got, []int64{2}) {
			t.Errorf("after a decision it lists %v", got)
		}
	})
}

// Nobody is reminded of imported history, until it comes in anew.
func TestHistoryIsNoNews(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ws := workspace(t, s)
		_, err := s.AddHistory(t.Context(), ws, []handoff.Arrival{person(1), person(2)})
		must(t, err)
		ws = agree(t, s, ws, monday, func(set *handoff.Settings) { set.Due.Other = 4 * time.Hour })
		if due, err := s.NudgeDue(t.Context(), monday.AddDate(1, 0, 0)); err != nil || len(due) != 0 {
			t.Errorf("due: %v, %v", due, err)
		}
		again := person(1)
		again.At = monday.Add(time.Hour)
		add(t, s, ws, again)
		if n := nudge(t, s, ws, monday.AddDate(0, 0, 1)); n != 1 {
			t.Errorf("%d leads are listed, want the one that has a card now", n)
		}
	})
}
