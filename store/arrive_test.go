package store_test

import (
	"fmt"
	"reflect"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"relevo/handoff"
	"relevo/store"
	"relevo/store/storetest"
)

func TestReceipts(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ws := workspace(t, s)
		withKeys := func(n int, once, external string) handoff.Arrival {
			a := person(n)
			a.OnceKey, a.ExternalID = once, external
			return a
		}
		anonymous := person(0)
		anonymous.Email, anonymous.Phone = "", "555"
		for _, test := range []struct {
			name    string
			arrival handoff.Arrival
			want    handoff.Receipt
		}{
			{"new", withKeys(1, "o1", "x1"), handoff.Receipt{Number: 1, State: handoff.Open, Fate: handoff.FateNew}},
			{"all again", withKeys(1, "o1", "x1"), handoff.Receipt{Number: 1, State: handoff.Open, Fate: handoff.FateRepeated}},
			{"same request, other person", withKeys(2, "o1", ""), handoff.Receipt{Number: 1, State: handoff.Open, Fate: handoff.FateRepeated}},
			{"same external id, other request", withKeys(1, "o2", "x1"), handoff.Receipt{Number: 1, State: handoff.Open, Fate: handoff.FateRepeated}},
			{"same e-mail, no keys", withKeys(1, "", ""), handoff.Receipt{Number: 1, State: handoff.Open, Fate: handoff.FateMerged}},
			{"same e-mail, other keys", withKeys(1, "o3", "x3"), handoff.Receipt{Number: 1, State: handoff.Open, Fate: handoff.FateMerged}},
			{"what was merged, again", withKeys(1, "", "x3"), handoff.Receipt{Number: 1, State: handoff.Open, Fate: handoff.FateRepeated}},
			{"without an e-mail", anonymous, handoff.Receipt{Number: 2, State: handoff.Open, Fate: handoff.FateNew}},
			{"without an e-mail, once more", anonymous, handoff.Receipt{Number: 3, State: handoff.Open, Fate: handoff.FateNew}},
		} {
			if got := add(t, s, ws, test.arrival)[0]; got != test.want {
				t.Errorf("%s: receipt is %+v, want %+v", test.name, got, test.want)
			}
		}
		if l := byNumber(t, s, ws, 1); l.Touches != 3 || l.Version != 3 {
			t.Errorf("lead has %d touches and version %d, want 3 and 3", l.Touches, l.Version)
		}
	})
}

func TestMerge(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		first := handoff.Arrival{
			Person: handoff.Person{Email: "ana@example.com", Name: "Ana"},
			Touch:  handoff.Touch{Source: "Webinar", Campaign: "Autumn", Activity: "watched"}, At: monday,
		}
		second := handoff.Arrival{
			Person: handoff.Person{Email: "ana@example.com", Name: "Ana María", Company: "Nordwind", Role: "CTO"},
			Touch:  handoff.Touch{Source: "Google", Campaign: "Brand", Activity: "asked for a call", AsksContact: true},
			Owner:  "U7", By: "U8", At: monday.Add(time.Hour),
		}
		third := second
		third.Source, third.At, third.Owner = "Fair", monday.Add(2*time.Hour), "U9"
		add(t, s, ws, first)
		must(t, s.Posted(ctx, claim(t, s, store.Post, monday), "C1", "1.1"))
		add(t, s, ws, second, third)
		claim(t, s, store.Update, monday) // the card says that it was merged
		want := handoff.Lead{
			ID: 1, Workspace: ws.ID, Number: 1,
			Person: handoff.Person{Email: "ana@example.com", Name: "Ana", Company: "Nordwind", Role: "CTO"},
			Touch:  handoff.Touch{Source: "Webinar", Campaign: "Autumn", Activity: "watched", AsksContact: true},
			State:  handoff.Open, Round: 1, Touches: 3, Owner: "U7", Received: monday, Offered: monday,
			DueFrom: monday.Add(time.Hour), Due: monday.Add(time.Hour + handoff.DueAsked), Nudge: monday.Add(time.Hour + handoff.DueAsked/2), Version: 3,
		}
		got := byNumber(t, s, ws, 1)
		if !reflect.DeepEqual(got, want) {
			t.Errorf("lead is\n%+v, want\n%+v", got, want)
		}
		events, err := s.History(ctx, ws.ID, got.ID)
		if err != nil {
			t.Fatal(err)
		}
		wantEvents := []handoff.Event{
			{Kind: handoff.EventReceived, Round: 1, At: monday, Source: "Webinar", Campaign: "Autumn", Note: "watched"},
			{Kind: handoff.EventMerged, Round: 1, At: monday.Add(time.Hour), Actor: "U8", Source: "Google", Campaign: "Brand", Note: "asked for a call"},
			{Kind: handoff.EventMerged, Round: 1, At: monday.Add(2 * time.Hour), Actor: "U8", Source: "Fair", Campaign: "Brand", Note: "asked for a call"},
		}
		if !slices.Equal(events, wantEvents) {
			t.Errorf("history is\n%+v, want\n%+v", events, wantEvents)
		}
		if found, _, err := s.Search(ctx, ws.ID, "nordwind", 10); err != nil || len(found) != 1 {
			t.Errorf("the company learnt later finds %v, %v", found, err)
		}
		backlog, err := s.Backlog(ctx, ws.ID, got.Due.Add(time.Minute))
		if want := (handoff.Backlog{Open: 1, Overdue: 1}); err != nil || backlog != want {
			t.Errorf("after the earlier due time the backlog is %+v, %v, want %+v", backlog, err, want)
		}
	})
}

func TestNewRound(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		add(t, s, ws, person(1))
		l := byNumber(t, s, ws, 1)
		if _, _, err := s.Decide(ctx, ws.ID, l.ID, "", accept(ws, "U1", monday.Add(time.Hour)), ws.Rules()); err != nil {
			t.Fatal(err)
		}
		again := person(1)
		again.Source, again.Campaign, again.At = "Fair", "Spring", monday.Add(48*time.Hour)
		want := handoff.Receipt{Number: 1, State: handoff.Open, Fate: handoff.FateNewRound}
		if got := add(t, s, ws, again)[0]; got != want {
			t.Errorf("receipt is %+v, want %+v", got, want)
		}
		got := byNumber(t, s, ws, 1)
		if got.Round != 2 || got.State != handoff.Open || got.Source != "Fair" || !got.Offered.Equal(again.At) || !got.Received.Equal(monday) {
			t.Errorf("lead is %+v", got)
		}
		old, err := s.CardOf(ctx, ws.ID, l.ID, 1)
		if err != nil || old.Wanted != 3 {
			t.Errorf("the first round's card was changed %d times, %v, want 3: made, decided, a new round", old.Wanted, err)
		}
		if card, err := s.CardOf(ctx, ws.ID, l.ID, 2); err != nil || card.Wanted != 1 || card.Key == old.Key {
			t.Errorf("the second round's card is %+v, %v", card, err)
		}
	})
}

// A batch must do what the same arrivals do one by one.
func TestBatchIsOneByOne(t *testing.T) {
	arrivals := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) handoff.Arrival {
		a := person(rapid.IntRange(1, 4).Draw(t, "person"))
		if rapid.Bool().Draw(t, "anonymous") {
			a.Email, a.Phone = "", "555"
		}
		a.Company = rapid.SampledFrom([]string{"", "Nordwind", "Südwind"}).Draw(t, "company")
		a.OnceKey = rapid.SampledFrom([]string{"", "", "o1", "o2"}).Draw(t, "once")
		a.ExternalID = rapid.SampledFrom([]string{"", "", "x1", "x2"}).Draw(t, "external")
		a.AsksContact = rapid.Bool().Draw(t, "asks")
		a.At = monday.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "hours")) * time.Hour)
		if rapid.Bool().Draw(t, "history") {
			a.Outcome = &handoff.Outcome{
				Verdict: rapid.SampledFrom([]handoff.Verdict{handoff.Accept, handoff.Reject}).Draw(t, "verdict"),
				At:      monday.Add(time.Duration(rapid.IntRange(0, 100).Draw(t, "decided")) * time.Hour), Timed: true,
			}
		}
		return a
	}), 1, 12)
	each(t, func(t *testing.T, s *store.Store) {
		fewer(t, 40)
		ws := workspace(t, s)
		rapid.Check(t, func(t *rapid.T) {
			as := arrivals.Draw(t, "arrivals")
			one, other := another(t, s, ws), another(t, s, ws)
			var singly []handoff.Receipt
			for _, a := range as {
				singly = append(singly, add(t, s, one, a)...)
			}
			together := add(t, s, other, as...)
			if !slices.Equal(singly, together) {
				t.Fatalf("receipts one by one\n%v, together\n%v", singly, together)
			}
			if a, b := summary(t, s, one), summary(t, s, other); a != b {
				t.Fatalf("one by one\n%s\ntogether\n%s", a, b)
			}
		})
	})
}

func TestSameEmailAtTheSameTime(t *testing.T) {
	eachDSN(t, func(t *testing.T, dsn string) {
		stores := []*store.Store{storetest.OpenAt(t, dsn), storetest.OpenAt(t, dsn)} // as two processes have it
		s := stores[0]
		ws := workspace(t, s)
		var all sync.WaitGroup
		fates := make([]handoff.Fate, 32)
		for i := range fates {
			all.Go(func() {
				a := person(1)
				a.ExternalID = fmt.Sprint(i)
				receipts, err := stores[i%2].AddLeads(t.Context(), ws, []handoff.Arrival{a, person(100 + i)})
				if err != nil {
					t.Error(err)
					return
				}
				fates[i] = receipts[0].Fate
			})
		}
		all.Wait()
		if n := len(slices.DeleteFunc(fates, func(f handoff.Fate) bool { return f != handoff.FateNew })); n != 1 {
			t.Errorf("%d arrivals made a new lead, want 1", n)
		}
		leads, total, err := s.Leads(t.Context(), ws.ID, store.Filter{}, 100)
		if err != nil || total != 33 {
			t.Fatalf("there are %d leads, %v, want 33", total, err)
		}
		numbers := map[int64]bool{}
		for _, l := range leads {
			numbers[l.Number] = true
		}
		if len(numbers) != 33 || !numbers[1] || !numbers[33] {
			t.Errorf("numbers are %v, want 1 to 33", numbers)
		}
		if l, err := s.LeadByEmail(t.Context(), ws.ID, "Person1@Example.com "); err != nil || l.Touches != 32 {
			t.Errorf("the one lead has %d touches, %v, want 32", l.Touches, err)
		}
	})
}

// All or none: what fails leaves nothing behind.
func TestAddLeadsFails(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ws := workspace(t, s)
		if _, err := s.AddLeads(t.Context(), store.Workspace{ID: 99}, []handoff.Arrival{person(1)}); err == nil {
			t.Error("a workspace that does not exist took a lead")
		}
		if receipts, err := s.AddLeads(t.Context(), ws, nil); err != nil || len(receipts) != 0 {
			t.Errorf("no arrivals give %v, %v", receipts, err)
		}
		if _, total, err := s.Leads(t.Context(), ws.ID, store.Filter{}, 10); err != nil || total != 0 {
			t.Errorf("there are %d leads, %v", total, err)
		}
	})
}

// A sender who knows more by now adds it; the same again changes nothing. What was received before is offered from
// when it came in.
func TestSameExternalIDWithMore(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ws := workspace(t, s)
		a := handoff.Arrival{ExternalID: "crm-1", Person: handoff.Person{Name: "Ana"}, At: monday, Received: monday.AddDate(0, 0, -30)}
		more := a
		more.Phone = "+34600111222"
		for i, tt := range []struct {
			in   handoff.Arrival
			want handoff.Fate
		}{{a, handoff.FateNew}, {a, handoff.FateRepeated}, {more, handoff.FateMerged}, {more, handoff.FateRepeated}, {a, handoff.FateRepeated}} {
			if got := add(t, s, ws, tt.in)[0].Fate; got != tt.want {
				t.Errorf("arrival %d is %s, want %s", i+1, got, tt.want)
			}
		}
		l := byNumber(t, s, ws, 1)
		if l.Phone != more.Phone || !l.Received.Equal(a.Received) || !l.Offered.Equal(monday) {
			t.Errorf("got %+v", l)
		}
	})
}
