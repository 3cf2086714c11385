package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
	"relevo/store/storetest"
)

// A record that comes again with an e-mail or a phone that its lead lacks completes it, whatever its state; what is
// known is never written over, nobody's e-mail is taken, and the history tells of it.
func TestComplete(t *testing.T) {
	for _, state := range handoff.States() {
		t.Run(string(state), func(t *testing.T) {
			each(t, func(t *testing.T, s *store.Store) {
				ctx, ws := t.Context(), workspace(t, s)
				first := handoff.Arrival{ExternalID: "crm:1", Person: handoff.Person{Name: "Ana", Company: "Nordwind"}, Touch: handoff.Touch{Source: "CRM"}, At: monday}
				add(t, s, ws, first, person(2))
				l := byNumber(t, s, ws, 1)
				decide := func(rule func(handoff.Lead) (handoff.Decision, error)) {
					t.Helper()
					_, _, err := s.Decide(ctx, ws.ID, l.ID, "V1", rule, ws.Rules())
					must(t, err)
				}
				switch at := monday.Add(time.Hour); state {
				case handoff.Accepted:
					decide(accept(ws, "U1", at))
				case handoff.Rejected:
					decide(reject(ws, "U1", "wrong-size", at))
				case handoff.Nurturing:
					decide(reject(ws, "U1", "no-need-now", at))
				case handoff.Erased:
					_, err := s.Erase(ctx, ws.ID, store.Erasure{ExternalID: "crm:1"}, at)
					must(t, err)
				}
				before := byNumber(t, s, ws, 1)
				if before.State != state {
					t.Fatalf("the lead is %s", before.State)
				}
				theirs, more, other := first, first, first
				theirs.Email = person(2).Email // another lead's
				more.Person = handoff.Person{Name: "Eva", Email: "ana@nordwind.example", Phone: "+34600111222", Company: "Südwind", Mailbox: handoff.MailboxFree}
				more.At = monday.AddDate(0, 0, 1)
				other.Email, other.Phone = "eva@nordwind.example", "+34600999999"
				known := handoff.FateMerged
				if state == handoff.Erased {
					known = handoff.FateRepeated
				}
				for i, tt := range []struct {
					in   handoff.Arrival
					want handoff.Fate
				}{{first, handoff.FateRepeated}, {theirs, handoff.FateRepeated}, {more, known}, {more, handoff.FateRepeated}, {other, handoff.FateRepeated}, {first, handoff.FateRepeated}} {
					if r := add(t, s, ws, tt.in)[0]; r.Fate != tt.want || r.Number != 1 || r.State != state {
						t.Errorf("arrival %d is %+v, want %s", i+1, r, tt.want)
					}
				}
				got, want := byNumber(t, s, ws, 1), before
				events, err := s.History(ctx, ws.ID, l.ID)
				must(t, err)
				last := events[len(events)-1]
				if state == handoff.Erased {
					if got.Person != (handoff.Person{}) || last.Kind != handoff.EventErased {
						t.Errorf("an erased lead is completed: %+v, %+v", got, last)
					}
					return
				}
				want.Person = handoff.Person{Name: "Ana", Email: more.Email, Phone: more.Phone, Company: "Nordwind", Mailbox: handoff.MailboxFree}
				if got.Person != want.Person || got.Round != want.Round || got.Due != want.Due || got.Owner != want.Owner || got.Version != want.Version+1 {
					t.Errorf("got  %+v\nwant %+v", got, want)
				}
				if last.Kind != handoff.EventMerged || last.Source != "CRM" || !last.At.Equal(more.At) {
					t.Errorf("the history ends with %+v", last)
				}
				if found, err := s.LeadByEmail(ctx, ws.ID, more.Email); err != nil || found.ID != l.ID {
					t.Errorf("by the new e-mail: %+v, %v", found, err)
				}
				if hits, _, err := s.Search(ctx, ws.ID, more.Email, 9); err != nil || len(hits) != 1 {
					t.Errorf("the search finds %+v, %v", hits, err)
				}
				if m, err := s.CardOf(ctx, ws.ID, l.ID, 1); err != nil || m.TS != "" && m.Shown >= m.Wanted {
					t.Errorf("its card is not shown anew: %+v, %v", m, err)
				}
			})
		})
	}
}

// History that is imported anew with the column that was missing completes the leads and decides nothing twice.
func TestCompleteHistory(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		a := handoff.Arrival{ExternalID: "crm:1", Person: handoff.Person{Name: "Ana"}, At: monday, Outcome: &handoff.Outcome{Verdict: handoff.Accept, At: monday.Add(time.Hour)}}
		more := a
		more.Email = "ana@nordwind.example"
		for i, want := range []handoff.Fate{handoff.FateNew, handoff.FateMerged, handoff.FateRepeated} {
			r, err := s.AddHistory(ctx, ws, []handoff.Arrival{[]handoff.Arrival{a, more, more}[i]})
			if err != nil || r[0].Fate != want || r[0].State != handoff.Accepted {
				t.Errorf("import %d: %+v, %v", i+1, r, err)
			}
		}
		l := byNumber(t, s, ws, 1)
		ds, err := s.Decisions(ctx, ws.ID, l.ID)
		if err != nil || len(ds) != 1 || l.Email != more.Email || l.Round != 1 {
			t.Errorf("%d decisions, %v, %+v", len(ds), err, l)
		}
	})
}

// Two leads that lack an e-mail and a new person come with the same one at once, by two processes: one has it.
func TestCompleteAtOnce(t *testing.T) {
	eachDSN(t, func(t *testing.T, dsn string) {
		stores := []*store.Store{storetest.OpenAt(t, dsn), storetest.OpenAt(t, dsn)}
		s := stores[0]
		ws := workspace(t, s)
		record := func(n int, email string) handoff.Arrival {
			return handoff.Arrival{ExternalID: fmt.Sprint("crm:", n), Person: handoff.Person{Name: fmt.Sprint("Ana ", n), Email: email}, At: monday}
		}
		const n = 8
		for i := range n {
			add(t, s, ws, record(i, ""))
		}
		_, _, err := s.Decide(t.Context(), ws.ID, byNumber(t, s, ws, 1).ID, "V1", accept(ws, "U1", monday.Add(time.Hour)), ws.Rules())
		must(t, err)
		var all sync.WaitGroup
		for i := range 4 * n {
			all.Go(func() {
				if _, err := stores[i%2].AddLeads(t.Context(), ws, []handoff.Arrival{record(i%n, "ana@nordwind.example")}); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		leads, total, err := s.Leads(t.Context(), ws.ID, store.Filter{}, 99)
		must(t, err)
		have := 0
		for _, l := range leads {
			if l.Email != "" {
				have++
			}
			events, err := s.History(t.Context(), ws.ID, l.ID)
			must(t, err)
			want := 1 // its arrival
			if l.State == handoff.Accepted {
				want++
			}
			if l.Email != "" {
				want++
			}
			if len(events) != want {
				t.Errorf("#%d with %q has the history %+v", l.Number, l.Email, events)
			}
		}
		if total != n || have != 1 {
			t.Errorf("%d leads, %d with the e-mail, want %d and 1", total, have, n)
		}
	})
}
