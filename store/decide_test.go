package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
	"relevo/store/storetest"
)

// first adds one lead and returns it.
func first(t fataler, s *store.Store, ws store.Workspace) handoff.Lead {
	t.Helper()
	return byNumber(t, s, ws, add(t, s, ws, person(1))[0].Number)
}

func TestDecide(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		l := first(t, s, ws)
		at := monday.Add(90 * time.Minute)
		got, d, err := s.Decide(ctx, ws.ID, l.ID, "V1", accept(ws, "U1", at), ws.Rules())
		if err != nil {
			t.Fatal(err)
		}
		if got.State != handoff.Accepted || got.Owner != "U1" || got.Version != 2 || !reflect.DeepEqual(got, byNumber(t, s, ws, 1)) {
			t.Errorf("lead is %+v, stored %+v", got, byNumber(t, s, ws, 1))
		}
		decisions, err := s.Decisions(ctx, ws.ID, l.ID)
		if err != nil || len(decisions) != 1 {
			t.Fatalf("decisions are %v, %v", decisions, err)
		}
		stored := decisions[0]
		if stored.ID != d.ID || stored.Verdict != handoff.Accept || stored.Note != "a faster line" || stored.By != "U1" || !stored.At.Equal(at) ||
			*stored.Took != 90*time.Minute || *stored.Worked != 90*time.Minute || !stored.Stands() {
			t.Errorf("decision is %+v", stored)
		}
		events, err := s.History(ctx, ws.ID, l.ID)
		want := handoff.Event{Kind: handoff.EventAccepted, Round: 1, At: at, Actor: "U1", Note: "a faster line"}
		if err != nil || len(events) != 2 || events[1] != want {
			t.Errorf("history is %+v, %v, want %+v at its end", events, err, want)
		}
	})
}

func TestRedelivery(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		l := first(t, s, ws)
		decide := func() (handoff.Decision, error) {
			_, d, err := s.Decide(ctx, ws.ID, l.ID, "V1", accept(ws, "U1", monday.Add(time.Hour)), ws.Rules())
			return d, err
		}
		once, err := decide()
		if err != nil {
			t.Fatal(err)
		}
		if again, err := decide(); err != nil || again.ID != once.ID {
			t.Errorf("the same submission again gave %+v, %v", again, err)
		}
		if _, err := s.TakeBack(ctx, ws.ID, l.ID, once.ID, takeBack(ws, "U1", monday.Add(2*time.Hour)), ws.Rules()); err != nil {
			t.Fatal(err)
		}
		if late, err := decide(); err != nil || late.ID != once.ID || late.Stands() {
			t.Errorf("the same submission after it was taken back gave %+v, %v", late, err)
		}
		if l := byNumber(t, s, ws, 1); l.State != handoff.Open {
			t.Errorf("a late redelivery decided again: %+v", l)
		}
	})
}

func TestDecideRefused(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		l := first(t, s, ws)
		if _, _, err := s.Decide(ctx, ws.ID, l.ID, "", accept(ws, "U1", monday), ws.Rules()); err != nil {
			t.Fatal(err)
		}
		rules := ws.Rules()
		for _, test := range []struct {
			name string
			lead int64
			rule func(handoff.Lead) (handoff.Decision, error)
			want error
		}{
			{"decided before", l.ID, reject(ws, "U2", "wrong-size", monday), handoff.ErrAlreadyDecided},
			{"a careless rule", l.ID, func(handoff.Lead) (handoff.Decision, error) { return handoff.Decision{Verdict: handoff.Accept}, nil }, handoff.ErrAlreadyDecided},
			{"an outsider", l.ID, func(l handoff.Lead) (handoff.Decision, error) {
				return rules.Accept(l, l.Round, handoff.Actor{User: "U2", External: true}, handoff.Acceptance{Need: "x"}, monday)
			}, handoff.ErrOutsider},
			{"another round", l.ID, func(l handoff.Lead) (handoff.Decision, error) {
				return rules.Accept(l, l.Round+1, handoff.Actor{User: "U2"}, handoff.Acceptance{Need: "x"}, monday)
			}, handoff.ErrRoundOver},
			{"no such lead", l.ID + 1, accept(ws, "U1", monday), handoff.ErrNotFound},
		} {
			_, _, err := s.Decide(ctx, ws.ID, test.lead, "", test.rule, rules)
			if !errors.Is(err, test.want) {
				t.Errorf("%s: error is %v, want %v", test.name, err, test.want)
			}
			if already, ok := errors.AsType[*handoff.AlreadyDecided](err); ok != (test.want == handoff.ErrAlreadyDecided) || ok && already.First.By != "U1" {
				t.Errorf("%s: error is %#v", test.name, err)
			}
		}
		add(t, s, ws, person(2))
		noNote := func(l handoff.Lead) (handoff.Decision, error) {
			return rules.Accept(l, l.Round, handoff.Actor{User: "U2"}, handoff.Acceptance{}, monday)
		}
		_, _, err := s.Decide(ctx, ws.ID, byNumber(t, s, ws, 2).ID, "", noNote, rules)
		if fields, ok := errors.AsType[handoff.FieldErrors](err); !ok || fields[0].Field != "need" {
			t.Errorf("without a need note the error is %v, want the field error", err)
		}
		if decisions, err := s.Decisions(ctx, ws.ID, l.ID); err != nil || len(decisions) != 1 {
			t.Errorf("decisions are %v, %v, want the first alone", decisions, err)
		}
	})
}

func TestManyDecide(t *testing.T) {
	eachDSN(t, func(t *testing.T, dsn string) {
		stores := []*store.Store{storetest.OpenAt(t, dsn), storetest.OpenAt(t, dsn)} // as two processes have it
		s, ctx := stores[0], t.Context()
		ws := workspace(t, s)
		l := first(t, s, ws)
		var won, lost atomic.Int64
		var firsts sync.Map
		var all sync.WaitGroup
		for i := range 200 {
			all.Go(func() {
				_, d, err := stores[i%2].Decide(ctx, ws.ID, l.ID, fmt.Sprint("V", i), accept(ws, fmt.Sprint("U", i), monday), ws.Rules())
				if already, ok := errors.AsType[*handoff.AlreadyDecided](err); ok {
					lost.Add(1)
					firsts.Store(already.First.ID, already.First.By)
				} else if err != nil {
					t.Error(err)
				} else {
					won.Add(1)
					firsts.Store(d.ID, d.By)
				}
			})
		}
		all.Wait()
		n := 0
		firsts.Range(func(any, any) bool { n++; return true })
		if won.Load() != 1 || lost.Load() != 199 || n != 1 {
			t.Errorf("%d won, %d were told of %d first decisions; want 1, 199, 1", won.Load(), lost.Load(), n)
		}
		if decisions, err := s.Decisions(ctx, ws.ID, l.ID); err != nil || len(decisions) != 1 {
			t.Errorf("%d decisions are stored, %v", len(decisions), err)
		}
	})
}

func TestTakeBack(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		l := first(t, s, ws)
		_, d, err := s.Decide(ctx, ws.ID, l.ID, "V1", reject(ws, "U1", "no-need-now", monday.Add(time.Hour)), ws.Rules())
		if err != nil {
			t.Fatal(err)
		}
		at := monday.Add(2 * time.Hour)
		opened, err := s.TakeBack(ctx, ws.ID, l.ID, d.ID, takeBack(ws, "U2", at), ws.Rules())
		if err != nil {
			t.Fatal(err)
		}
		if !reflect.DeepEqual(opened, byNumber(t, s, ws, 1)) || opened.State != handoff.Open || !opened.Back.IsZero() || !opened.Due.Equal(ws.Rules().DueAt(at, false)) {
			t.Errorf("lead is %+v, stored %+v", opened, byNumber(t, s, ws, 1))
		}
		if _, err := s.TakeBack(ctx, ws.ID, l.ID, d.ID, takeBack(ws, "U3", at), ws.Rules()); !errors.Is(err, handoff.ErrNotDecided) {
			t.Errorf("taking back twice gave %v, want ErrNotDecided", err)
		}
		if _, err := s.TakeBack(ctx, ws.ID, l.ID, d.ID+1, takeBack(ws, "U3", at), ws.Rules()); !errors.Is(err, handoff.ErrNotFound) {
			t.Errorf("taking back what is not there gave %v, want ErrNotFound", err)
		}
		add(t, s, ws, person(2))
		if _, err := s.TakeBack(ctx, ws.ID, byNumber(t, s, ws, 2).ID, d.ID, takeBack(ws, "U3", at), ws.Rules()); !errors.Is(err, handoff.ErrNotFound) {
			t.Errorf("taking back another lead's decision gave %v, want ErrNotFound", err)
		}
		if _, _, err := s.Decide(ctx, ws.ID, l.ID, "V2", accept(ws, "U4", monday.Add(3*time.Hour)), ws.Rules()); err != nil {
			t.Fatal(err)
		}
		decisions, err := s.Decisions(ctx, ws.ID, l.ID)
		if err != nil || len(decisions) != 2 {
			t.Fatalf("decisions are %+v, %v", decisions, err)
		}
		if old := decisions[0]; old.Stands() || old.TakenBackBy != "U2" || !old.TakenBackAt.Equal(at) || old.TakenBackWhy != "wrong lead" || old.Verdict != handoff.NotNow {
			t.Errorf("the first decision is %+v", old)
		}
		if !decisions[1].Stands() || decisions[1].Verdict != handoff.Accept {
			t.Errorf("the second decision is %+v", decisions[1])
		}
		kinds := kindsOf(t, s, ws, l)
		if want := []handoff.EventKind{handoff.EventReceived, handoff.EventNotNow, handoff.EventTakenBack, handoff.EventAccepted}; !slices.Equal(kinds, want) {
			t.Errorf("history is %v, want %v", kinds, want)
		}
	})
}

// Whoever owned a lead before somebody accepted it by mistake owns it again.
func TestOwnerAfterTakeBack(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		a := person(1)
		a.Owner = "U7"
		add(t, s, ws, a)
		l, d, err := s.Decide(ctx, ws.ID, byNumber(t, s, ws, 1).ID, "", accept(ws, "U1", monday), ws.Rules())
		must(t, err)
		if l.Owner != "U1" {
			t.Errorf("accepted, it is %s's", l.Owner)
		}
		l, err = s.TakeBack(ctx, ws.ID, l.ID, d.ID, takeBack(ws, "U1", monday), ws.Rules())
		must(t, err)
		if l.Owner != "U7" || byNumber(t, s, ws, 1).Owner != "U7" {
			t.Errorf("taken back, it is %s's, want U7's", l.Owner)
		}
	})
}

// kindsOf returns what happened to a lead.
func kindsOf(t fataler, s *store.Store, ws store.Workspace, l handoff.Lead) []handoff.EventKind {
	t.Helper()
	events, err := s.History(t.Context(), ws.ID, l.ID)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []handoff.EventKind
	for _, e := range events {
		kinds = append(kinds, e.Kind)
	}
	return kinds
}
