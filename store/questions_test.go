package store_test

import (
	"errors"
	"reflect"
	"sync"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
)

// ask is a marketer's question to sales.
func ask(ws store.Workspace, user string, at time.Time, named ...string) func(handoff.Lead) (handoff.Question, error) {
	return func(l handoff.Lead) (handoff.Question, error) {
		return ws.Rules().Ask(l, l.Round, handoff.Actor{User: user}, handoff.RoleSales, "Why not?", named, at.UTC())
	}
}

func answer(ws store.Workspace, user string, at time.Time) func(handoff.Question) (handoff.Question, error) {
	return func(q handoff.Question) (handoff.Question, error) {
		return ws.Rules().Answered(q, handoff.Actor{User: user}, "Because", at.UTC())
	}
}

func waiting(t *testing.T, s *store.Store, ws store.Workspace, f store.QuestionFilter) int {
	t.Helper()
	_, n, err := s.WaitingQuestions(t.Context(), ws.ID, f, 1)
	must(t, err)
	return n
}

// A form is one question however often it comes, and a question is answered once: by somebody or by a decision.
func TestQuestions(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		add(t, s, ws, person(1))
		l := byNumber(t, s, ws, 1)
		q, err := s.Ask(ctx, ws.ID, l.ID, "V1", ask(ws, "U3", monday, "U1", "S1"))
		must(t, err)
		again, err := s.Ask(ctx, ws.ID, l.ID, "V1", ask(ws, "U4", monday))
		if err != nil || !reflect.DeepEqual(again, q) {
			t.Errorf("the same form asked %+v, %v, want %+v", again, err, q)
		}
		if got, err := s.Question(ctx, ws.ID, q.ID); err != nil || !reflect.DeepEqual(got, q) {
			t.Errorf("stored is %+v, %v, want %+v", got, err, q)
		}
		second, err := s.Ask(ctx, ws.ID, l.ID, "V2", ask(ws, "U4", monday.Add(time.Minute)))
		must(t, err)
		for _, tt := range []struct {
			f    store.QuestionFilter
			want int
		}{
			{store.QuestionFilter{}, 2}, {store.QuestionFilter{Asks: handoff.RoleSales}, 2}, {store.QuestionFilter{Asks: handoff.RoleMarketing}, 0},
			{store.QuestionFilter{By: "U4"}, 1}, {store.QuestionFilter{Lead: l.ID}, 2}, {store.QuestionFilter{Lead: l.ID + 1}, 0},
			{store.QuestionFilter{Of: "U1"}, 1}, {store.QuestionFilter{Of: "U"}, 0}, {store.QuestionFilter{Of: "U9"}, 0},
			{store.QuestionFilter{Of: "U1", Shared: true}, 2}, {store.QuestionFilter{Of: "U9", Shared: true}, 1},
		} {
			if got := waiting(t, s, ws, tt.f); got != tt.want {
				t.Errorf("%+v finds %d, want %d", tt.f, got, tt.want)
			}
		}
		got, err := s.Answer(ctx, ws.ID, q.ID, answer(ws, "U1", monday.Add(time.Hour)))
		if err != nil || got.Waiting() || got.Answer != "Because" || got.AnsweredBy != "U1" || !got.Remind.IsZero() {
			t.Errorf("answered it is %+v, %v", got, err)
		}
		if _, err := s.Answer(ctx, ws.ID, q.ID, answer(ws, "U2", monday)); !errors.Is(err, handoff.ErrAnswered) {
			t.Errorf("a second answer gave %v", err)
		}
		_, _, err = s.Decide(ctx, ws.ID, l.ID, "V3", accept(ws, "U2", monday.Add(2*time.Hour)), ws.Rules())
		must(t, err)
		closed, err := s.Question(ctx, ws.ID, second.ID)
		if err != nil || closed.Waiting() || closed.AnsweredBy != "U2" || closed.Answer != "" {
			t.Errorf("after a decision it is %+v, %v", closed, err)
		}
		if kept, err := s.Question(ctx, ws.ID, q.ID); err != nil || !reflect.DeepEqual(kept, got) {
			t.Errorf("a decision made %+v of the answer, %v", kept, err)
		}
		_, err = s.Ask(ctx, ws.ID, l.ID, "V4", ask(ws, "U3", monday))
		if first, ok := errors.AsType[*handoff.AlreadyDecided](err); !ok || first.First.By != "U2" {
			t.Errorf("a question about a decided lead gave %v", err)
		}
		events, err := s.History(ctx, ws.ID, l.ID)
		must(t, err)
		var kinds []handoff.EventKind
		for _, e := range events {
			kinds = append(kinds, e.Kind)
		}
		want := []handoff.EventKind{handoff.EventReceived, handoff.EventAsked, handoff.EventAsked, handoff.EventAnswered, handoff.EventAccepted}
		if !reflect.DeepEqual(kinds, want) {
			t.Errorf("the history is %q, want %q", kinds, want)
		}
	})
}

// A question is reminded of once, in working time, however many processes look.
func TestRemindQuestions(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		add(t, s, ws, person(1), person(2), person(3))
		for n := range int64(3) {
			_, err := s.Ask(ctx, ws.ID, byNumber(t, s, ws, n+1).ID, "", ask(ws, "U3", monday, "U1"))
			must(t, err)
		}
		answered, _, err := s.WaitingQuestions(ctx, ws.ID, store.QuestionFilter{Lead: byNumber(t, s, ws, 2).ID}, 1)
		must(t, err)
		_, err = s.Answer(ctx, ws.ID, answered[0].ID, answer(ws, "U1", monday))
		must(t, err)
		_, _, err = s.Decide(ctx, ws.ID, byNumber(t, s, ws, 3).ID, "", accept(ws, "U1", monday), ws.Rules())
		must(t, err)
		due := ws.Rules().Hours.Add(monday, handoff.QuestionPatience)
		look := func(at time.Time, want int) {
			t.Helper()
			var mu sync.Mutex
			var all sync.WaitGroup
			sum := 0
			for range 4 {
				all.Go(func() {
					n, err := s.RemindQuestions(ctx, at)
					mu.Lock()
					defer mu.Unlock()
					sum += n
					if err != nil {
						t.Error(err)
					}
				})
			}
			all.Wait()
			if sum != want {
				t.Errorf("at %v %d are reminded of, want %d", at, sum, want)
			}
		}
		look(due.Add(-time.Minute), 0)
		night := due.Add(14 * time.Hour)
		for ws.Rules().Hours.At(night) {
			night = night.Add(time.Hour)
		}
		look(night, 0) // nobody works
		look(ws.Rules().Hours.Next(night), 1)
		look(night.AddDate(0, 0, 7), 0)
		if next, err := s.NextDue(ctx); err != nil || next.After(night) {
			t.Errorf("next is %v, %v", next, err)
		}
	})
}
