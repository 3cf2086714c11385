package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
)

var exerciseStart = monday.AddDate(0, 0, 7)

// decided makes so many leads that say something about themselves, the first ones accepted and the others rejected, each an hour after the other.
func decided(t *testing.T, s *store.Store, ws store.Workspace, accepted, rejected int) {
	t.Helper()
	for i := range accepted + rejected {
		a := person(1000 + i)
		a.Industry, a.Country, a.Website = []string{"Logistics", "Retail"}[i%2], "ES", map[bool]string{true: "x.example"}[i%3 == 0]
		n := add(t, s, ws, a)[0].Number
		rule := reject(ws, "U1", "wrong-size", monday.Add(time.Duration(i)*time.Hour))
		if i < accepted {
			rule = accept(ws, "U1", monday.Add(time.Duration(i)*time.Hour))
		}
		_, _, err := s.Decide(t.Context(), ws.ID, byNumber(t, s, ws, n).ID, "", rule, ws.Rules())
		must(t, err)
	}
}

func start(t *testing.T, s *store.Store, ws store.Workspace, submission string, at time.Time) handoff.Exercise {
	t.Helper()
	x, err := s.StartExercise(t.Context(), ws.ID, handoff.Exercise{
		By: "U1", At: at, Closes: at.AddDate(0, 0, 7), Remind: at.AddDate(0, 0, 3), Invited: map[handoff.Side][]string{handoff.SideSales: {"U1", "U2"}, handoff.SideMarketing: {"U3"}},
	}, submission, 7)
	must(t, err)
	return x
}

func answerOf(x handoff.Exercise, user string, side handoff.Side, best, worst, weight int, at time.Time) handoff.ExerciseAnswer {
	a := handoff.ExerciseAnswer{User: user, Side: side, At: at, Weights: map[string]int{}}
	if len(x.Leads) > 0 {
		a.Best, a.Worst = []int64{x.Leads[best]}, []int64{x.Leads[worst]}
	}
	for _, c := range x.Asked() {
		a.Weights[c.ID] = weight
	}
	return a
}

func TestExercise(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		decided(t, s, ws, 12, 9)
		x := start(t, s, ws, "V1", exerciseStart)
		if len(x.Leads) != 6 || len(x.Asked()) != 7 {
			t.Fatalf("it began as %+v", x)
		}
		accepted := 0
		for _, id := range x.Leads {
			l, err := s.LeadByID(ctx, ws.ID, id)
			must(t, err)
			if l.State == handoff.Accepted {
				accepted++
			}
		}
		if accepted != 3 {
			t.Errorf("%d of six leads were accepted", accepted)
		}
		if again := start(t, s, ws, "V1", exerciseStart.Add(time.Minute)); again.ID != x.ID {
			t.Errorf("the same form started another one: %+v", again)
		}
		if _, err := s.StartExercise(ctx, ws.ID, handoff.Exercise{}, "V2", 1); !errors.Is(err, handoff.ErrRuns) {
			t.Errorf("a second one at once: %v", err)
		}
		must(t, same(must2(s.Exercise(ctx, ws.ID, x.ID)), x, nil))

		// Everybody who has not answered is reminded once, whoever asks how often.
		must(t, s.AnswerExercise(ctx, ws.ID, x.ID, answerOf(x, "U2", handoff.SideSales, 0, 1, 3, exerciseStart.Add(time.Hour))))
		if due, err := s.DueExercises(ctx, x.Remind.Add(-time.Second)); err != nil || len(due) != 0 {
			t.Errorf("too early: %v, %v", due, err)
		}
		for range 2 {
			due, err := s.DueExercises(ctx, x.Remind)
			must(t, err)
			for _, x := range append(due, x) {
				answers, err := s.ExerciseAnswers(ctx, ws.ID, x.ID)
				must(t, err)
				must(t, s.RemindExercise(ctx, x, x.Missing(answers), x.Remind))
			}
		}
		told := map[string]int{}
		for told["exercise0"]+told["exercise1U1"]+told["exercise1U3"] < 3 {
			m := claim(t, s, store.Post, x.Remind)
			told[fmt.Sprint(m.Kind, m.Part, m.Target)]++
			must(t, s.Posted(ctx, m, "C1", fmt.Sprint(m.ID)))
		}
		delete(told, "wave0")
		delete(told, "card0")
		if fmt.Sprint(told) != "map[exercise0:1 exercise1U1:1 exercise1U3:1]" {
			t.Errorf("told %v", told)
		}

		// An answer is changed until everybody has answered; then the exercise is over, and the same answer again is no mistake.
		must(t, s.AnswerExercise(ctx, ws.ID, x.ID, answerOf(x, "U1", handoff.SideSales, 0, 1, 3, exerciseStart.Add(2*time.Hour))))
		must(t, s.AnswerExercise(ctx, ws.ID, x.ID, answerOf(x, "U2", handoff.SideSales, 0, 2, 2, exerciseStart.Add(3*time.Hour))))
		if err := s.AnswerExercise(ctx, ws.ID, x.ID, handoff.ExerciseAnswer{User: "U3", Side: handoff.SideMarketing, At: exerciseStart.Add(time.Hour)}); !isFieldErrors(err) {
			t.Errorf("an empty answer: %v", err)
		}
		last := answerOf(x, "U3", handoff.SideMarketing, 0, 3, 0, exerciseStart.Add(4*time.Hour))
		must(t, s.AnswerExercise(ctx, ws.ID, x.ID, last))
		last.At = last.At.Add(time.Minute)
		must(t, s.AnswerExercise(ctx, ws.ID, x.ID, last))
		if err := s.AnswerExercise(ctx, ws.ID, x.ID, answerOf(x, "U3", handoff.SideMarketing, 1, 3, 0, last.At)); !errors.Is(err, handoff.ErrOver) {
			t.Errorf("changed when it was over: %v", err)
		}

		due, err := s.DueExercises(ctx, exerciseStart.Add(4*time.Hour))
		must(t, same(len(due), 1, err))
		for range 2 {
			must(t, s.CloseExercise(ctx, ws, due[0], exerciseStart.Add(5*time.Hour)))
		}
		x = must2(s.Exercise(ctx, ws.ID, x.ID))
		r := x.Result
		if r == nil || r.Answers[handoff.SideSales] != 2 || r.Answers[handoff.SideMarketing] != 1 || (r.Accepted != handoff.Proportion{Count: 12, Of: 21}) {
			t.Fatalf("the result is %+v", r)
		}
		if j := r.Leads[0]; (j.Sales != handoff.Votes{Best: 2}) || (j.Marketing != handoff.Votes{Best: 1}) || j.Accord() != handoff.Agree {
			t.Errorf("the first lead: %+v", j)
		}
		if m := r.Marks[5]; m.ID != "website" || m.Shows.Of != 7 || m.Lacks.Of != 14 || (m.Sales != handoff.Weights{Count: 2, Sum: 5}) {
			t.Errorf("website: %+v", m)
		}
		if len(r.Next.Characteristics) == 0 || r.Next.Characteristics[0].Values[0] != "Logistics" {
			t.Errorf("next: %+v", r.Next)
		}

		// It makes one proposal, and the message is shown anew for it.
		before := must2(s.ExerciseMessage(ctx, ws.ID, x.ID)).Wanted
		g := handoff.Agreement{Kind: handoff.AgreementProfile, Profile: r.Next, Exercise: x.ID}
		one, two := propose(t, s, ws, g, "exercise:1"), propose(t, s, ws, g, "exercise:1")
		of, err := s.AgreementOf(ctx, ws.ID, x.ID)
		must(t, same(of.ID, one.ID, err))
		if one.ID != two.ID || must2(s.ExerciseMessage(ctx, ws.ID, x.ID)).Wanted != before+1 {
			t.Errorf("proposals %d and %d", one.ID, two.ID)
		}

		// The managers are reminded of the next one each quarter until it starts, which shows other leads.
		quarter := handoff.AgainAt(x.Closed)
		due, err = s.DueExercises(ctx, quarter)
		must(t, same(len(due), 1, err))
		for range 2 {
			must(t, s.AskAgain(ctx, due[0], []string{"U1"}, handoff.AgainAt(quarter), quarter))
		}
		due, err = s.DueExercises(ctx, handoff.AgainAt(quarter))
		must(t, same(len(due), 1, err))
		next := start(t, s, ws, "V9", quarter)
		if slices.ContainsFunc(next.Leads, func(id int64) bool { return slices.Contains(x.Leads, id) }) || len(next.Leads) != 6 {
			t.Errorf("after %v it shows %v", x.Leads, next.Leads)
		}
		due, err = s.DueExercises(ctx, handoff.AgainAt(quarter).AddDate(-1, 0, 0))
		must(t, same(len(due), 0, err))
	})
}

func must2[T any](got T, err error) T {
	if err != nil {
		panic(err)
	}
	return got
}

func isFieldErrors(err error) bool {
	_, is := errors.AsType[handoff.FieldErrors](err)
	return is
}

// Of an exercise nothing is left that is about a lead whose person withdrew, and the answers of those who chose it still count for the rest.
func TestEraseFromExercise(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		decided(t, s, ws, 6, 6)
		x := start(t, s, ws, "V1", exerciseStart)
		must(t, s.AnswerExercise(ctx, ws.ID, x.ID, answerOf(x, "U1", handoff.SideSales, 0, 1, 3, exerciseStart)))
		gone, err := s.LeadByID(ctx, ws.ID, x.Leads[0])
		must(t, err)
		before := must2(s.ExerciseMessage(ctx, ws.ID, x.ID)).Wanted
		_, err = s.Erase(ctx, ws.ID, store.Erasure{Email: gone.Email}, exerciseStart)
		must(t, err)
		now := must2(s.Exercise(ctx, ws.ID, x.ID))
		if slices.Contains(now.Leads, gone.ID) || len(now.Leads) != 5 || must2(s.ExerciseMessage(ctx, ws.ID, x.ID)).Wanted != before+1 {
			t.Errorf("it shows %v", now.Leads)
		}
		must(t, s.AnswerExercise(ctx, ws.ID, x.ID, handoff.ExerciseAnswer{
			User: "U3", Side: handoff.SideMarketing, At: exerciseStart, Best: []int64{gone.ID, x.Leads[2]}, Worst: x.Leads[3:4], Weights: answerOf(x, "", "", 0, 1, 1, monday).Weights,
		}))
		must(t, s.CloseExercise(ctx, ws, now, exerciseStart.AddDate(0, 0, 8)))
		r := must2(s.Exercise(ctx, ws.ID, x.ID)).Result
		if len(r.Leads) != 5 || r.Accepted.Of != 11 || r.Leads[0].Sales.Worst != 1 || r.Answers[handoff.SideSales] != 1 {
			t.Errorf("the result is %+v", r)
		}
	})
}

// Of many who start at the same time one does; of many who answer each answer is kept.
func TestExerciseAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		decided(t, s, ws, 5, 5)
		const people = 12
		started := make(chan error, people)
		for i := range people {
			go func() {
				_, err := s.StartExercise(ctx, ws.ID, handoff.Exercise{By: "U1", At: exerciseStart, Closes: exerciseStart.AddDate(0, 0, 7)}, fmt.Sprint("V", i), uint64(i))
				started <- err
			}()
		}
		n := 0
		for range people {
			if err := <-started; err == nil {
				n++
			} else if !errors.Is(err, handoff.ErrRuns) {
				t.Error(err)
			}
		}
		x := must2(s.LastExercise(ctx, ws.ID))
		answered := make(chan error, people)
		for i := range people {
			go func() {
				answered <- s.AnswerExercise(ctx, ws.ID, x.ID, answerOf(x, "U"+strings.Repeat("1", i+1), handoff.Sides()[i%2], i%3, 3, i%4, exerciseStart))
			}()
		}
		for range people {
			must(t, <-answered)
		}
		if answers := must2(s.ExerciseAnswers(ctx, ws.ID, x.ID)); n != 1 || len(answers) != people {
			t.Errorf("%d started, %d answers", n, len(answers))
		}
	})
}
