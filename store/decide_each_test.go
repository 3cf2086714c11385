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

// Of several leads each is decided by itself, once however often it is sent.
func TestDecideEach(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws, at := t.Context(), workspace(t, s), monday.Add(time.Hour)
		add(t, s, ws, person(1), person(2), person(3), person(4))
		var ids []int64
		for n := range int64(4) {
			ids = append(ids, byNumber(t, s, ws, 4-n).ID)
		}
		if _, _, err := s.Decide(ctx, ws.ID, ids[2], "V0", accept(ws, "U2", at), ws.Rules()); err != nil {
			t.Fatal(err)
		}
		once, err := s.DecideEach(ctx, ws.ID, append(ids, ids[0], 999), "V1", "", reject(ws, "U1", "wrong-size", at), ws.Rules())
		if err != nil || len(once) != 5 {
			t.Fatalf("got %+v, %v", once, err)
		}
		for i, one := range once {
			first, decided := errors.AsType[*handoff.AlreadyDecided](one.Err)
			switch {
			case one.LeadID == 999:
				if !errors.Is(one.Err, handoff.ErrNotFound) {
					t.Errorf("a lead that there is not: %+v", one)
				}
			case one.LeadID == ids[2]:
				if !decided || first.First.By != "U2" || one.Lead.State != handoff.Accepted {
					t.Errorf("a lead that was decided before: %+v", one)
				}
			case one.Err != nil || one.Lead.State != handoff.Rejected || !reflect.DeepEqual(one.Lead, byNumber(t, s, ws, one.Lead.Number)):
				t.Errorf("%d: %+v", i, one)
			}
		}
		again, err := s.DecideEach(ctx, ws.ID, ids, "V1", "", reject(ws, "U1", "wrong-size", at), ws.Rules())
		if err != nil || len(again) != 4 {
			t.Fatalf("again: %+v, %v", again, err)
		}
		for i, one := range again {
			if one.Decision.ID != once[i].Decision.ID || (one.Err == nil) != (once[i].Err == nil) {
				t.Errorf("sent again it is %+v, was %+v", one, once[i])
			}
		}
	})
}

// What is wrong with all of them decides none of them.
func TestDecideEachRefused(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		add(t, s, ws, person(1), person(2))
		ids := []int64{byNumber(t, s, ws, 1).ID, byNumber(t, s, ws, 2).ID}
		n := 0
		_, err := s.DecideEach(ctx, ws.ID, ids, "V1", "", func(l handoff.Lead) (handoff.Decision, error) {
			if n++; n == 2 {
				return handoff.Decision{}, handoff.FieldErrors{{Field: "note", Problem: handoff.Missing}}
			}
			return reject(ws, "U1", "wrong-size", monday)(l)
		}, ws.Rules())
		if _, ok := errors.AsType[handoff.FieldErrors](err); !ok || byNumber(t, s, ws, 1).State != handoff.Open {
			t.Errorf("got %v, and the first is %s", err, byNumber(t, s, ws, 1).State)
		}
	})
}

// Two reject the same hundred at the same time, in opposite order: each lead is decided once.
func TestTwoDecideEach(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		add(t, s, ws, many(100)...)
		leads, _, err := s.Leads(ctx, ws.ID, store.Filter{}, 100)
		if err != nil {
			t.Fatal(err)
		}
		var running sync.WaitGroup
		decided := make([]int, 2)
		for who := range decided {
			running.Go(func() {
				var ids []int64
				for i := range leads {
					ids = append(ids, leads[[]int{i, len(leads) - 1 - i}[who]].ID)
				}
				done, err := s.DecideEach(ctx, ws.ID, ids, []string{"V1", "V2"}[who], "", reject(ws, "U1", "wrong-size", monday.Add(time.Hour)), ws.Rules())
				if err != nil {
					t.Error(err)
				}
				for _, one := range done {
					if one.Err == nil {
						decided[who]++
					}
				}
			})
		}
		running.Wait()
		if decided[0]+decided[1] != len(leads) {
			t.Errorf("%d leads were decided as %v", len(leads), decided)
		}
	})
}
