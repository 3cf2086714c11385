package store_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
)

// routed gives the workspace routes: Spain, with two leads for U1 and one for U2 in a turn, and Mexico.
func routed(t fataler, s *store.Store, ws store.Workspace) store.Workspace {
	t.Helper()
	ws, err := s.ChangeSettings(t.Context(), ws.ID, "U0", monday, func(settings *handoff.Settings) error {
		settings.Routes = []handoff.Route{
			{ID: "spain", Name: "Spain", When: handoff.Conditions{Countries: []string{"ES"}}, Channel: "C0SPAIN001", Owners: []handoff.RouteOwner{{User: "U1", Weight: 2}, {User: "U2"}}},
			{ID: "mexico", Name: "Mexico", When: handoff.Conditions{Countries: []string{"MX"}}, Owners: []handoff.RouteOwner{{User: "U3", PerDay: 2}}},
			{ID: "free", Name: "Free for all", When: handoff.Conditions{Countries: []string{"FR"}}, Channel: "C0FRANCE01"},
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ws
}

// from returns the n-th person of a country, each of a company of their own.
func from(country string, n int) handoff.Arrival {
	a := person(n)
	a.Country, a.Email = country, fmt.Sprintf("ana@firm%d.example", n)
	return a
}

// owned returns the leads' routes, channels and owners.
func owned(t fataler, s *store.Store, ws store.Workspace, numbers ...int64) string {
	t.Helper()
	var all []string
	for _, n := range numbers {
		l := byNumber(t, s, ws, n)
		all = append(all, strings.TrimSpace(strings.Join([]string{l.Route, l.Channel, l.Owner}, " ")))
	}
	return strings.Join(all, ", ")
}

func TestRouteAtArrival(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ws := routed(t, s, workspace(t, s))
		named, history := from("ES", 4), from("ES", 6)
		named.Owner = "U9"
		add(t, s, ws, from("ES", 1), from("ES", 2), from("ES", 3), named, from("DE", 5))
		_, err := s.AddHistory(t.Context(), ws, []handoff.Arrival{history})
		must(t, err)
		add(t, s, ws, from("MX", 7), from("MX", 8), from("MX", 9), from("FR", 10))
		want := "spain C0SPAIN001 U1, spain C0SPAIN001 U2, spain C0SPAIN001 U1, spain C0SPAIN001 U9, , , mexico  U3, mexico  U3, mexico, free C0FRANCE01"
		if got := owned(t, s, ws, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
		if m := claim(t, s, store.Post, monday); m.Target != "C0SPAIN001" || m.Channel != "C0SPAIN001" {
			t.Errorf("the first card is for %q and stands in %q", m.Target, m.Channel)
		}
		next := from("MX", 11) // the next day there is room again
		next.At = monday.AddDate(0, 0, 1)
		add(t, s, ws, next)
		if got := owned(t, s, ws, 11); got != "mexico  U3" {
			t.Errorf("the day after: got %s", got)
		}
	})
}

// A company's lead goes to whoever deals with the company, as long as they are there.
func TestCompanysOwner(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		ws := routed(t, s, workspace(t, s))
		rules := ws.Rules()
		n := 0
		// arrives takes one more person of a company in and returns whose they are.
		arrives := func(domain string, mailbox handoff.Mailbox, at time.Time) handoff.Lead {
			n++
			a := person(n)
			a.Country, a.Email, a.Mailbox, a.At = "ES", fmt.Sprintf("p%d@%s", n, domain), mailbox, at
			return byNumber(t, s, ws, add(t, s, ws, a)[0].Number)
		}
		decide := func(l handoff.Lead, by, reason string, at time.Time) {
			rule := reject(ws, by, reason, at)
			if reason == "" {
				rule = accept(ws, by, at)
			}
			_, _, err := s.Decide(ctx, ws.ID, l.ID, "", rule, rules)
			must(t, err)
		}
		expect := func(what string, l handoff.Lead, want string) {
			t.Helper()
			if l.Owner != want {
				t.Errorf("%s: %s owns it, want %s", what, l.Owner, want)
			}
		}
		later := func(days int) time.Time { return monday.AddDate(0, 0, days) }

		first := arrives("acme.example", "", monday)
		expect("the turn", first, "U1")
		expect("open with an owner", arrives("acme.example", "", monday), "U1")
		expect("another company", arrives("other.example", "", monday), "U2")
		expect("a free mailbox", arrives("gmail.example", handoff.MailboxFree, monday), "U1")
		expect("the same free mailbox", arrives("gmail.example", handoff.MailboxFree, monday), "U1")
		expect("and once more", arrives("gmail.example", handoff.MailboxFree, monday), "U2")

		solo := arrives("solo.example", "", monday)
		expect("solo", solo, "U1")
		decide(solo, "U7", "", monday)
		expect("decided by somebody else, who owns it since", arrives("solo.example", "", later(1)), "U7")
		must(t, s.SetOff(ctx, ws.ID, "U7", later(10)))
		expect("who is away", arrives("solo.example", "", later(2)), "U1") // whose turn it is
		expect("back, but U1 owns the newest open one", arrives("solo.example", "", later(20)), "U1")

		lone := arrives("lone.example", "", monday)
		_, err := s.Assign(ctx, ws.ID, lone.ID, "U1", monday, func(l handoff.Lead) (handoff.Lead, error) { l.Owner = ""; return l, nil })
		must(t, err)
		decide(byNumber(t, s, ws, lone.Number), "U8", "wrong-size", monday)
		expect("120 days after somebody rejected one that was nobody's", arrives("lone.example", "", later(120)), "U8")
		old := arrives("old.example", "", monday)
		decide(old, "U8", "", monday)
		before := owned(t, s, ws, old.Number)
		if l := arrives("old.example", "", later(121)); l.Owner == "U8" {
			t.Errorf("121 days after, %s still owns the next one", before)
		}

		// In one transaction as one after the other.
		var together []handoff.Arrival
		for i := range 3 {
			a := person(100 + i)
			a.Country, a.Email = "ES", fmt.Sprintf("p%d@together.example", i)
			together = append(together, a)
		}
		var owners []string
		for _, r := range add(t, s, ws, together...) {
			owners = append(owners, byNumber(t, s, ws, r.Number).Owner)
		}
		if len(slices.Compact(owners)) != 1 {
			t.Errorf("three of one company at once are of %v", owners)
		}
	})
}

// The same person again goes to whoever had them, and a return to its owner, or to whoever said "not now".
func TestWhoseNextRound(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		ws := routed(t, s, workspace(t, s))
		notNow := func(number int64, by string) {
			_, _, err := s.Decide(ctx, ws.ID, byNumber(t, s, ws, number).ID, "", reject(ws, by, "unreachable", monday), ws.Rules())
			must(t, err)
		}
		add(t, s, ws, from("ES", 1), from("DE", 2), from("ES", 3), from("DE", 4))
		for number, by := range map[int64]string{1: "U7", 2: "U7", 3: "U8", 4: "U8"} {
			notNow(number, by)
		}
		must(t, s.SetOff(ctx, ws.ID, "U2", monday.AddDate(0, 0, 60))) // who owns 3
		must(t, s.SetOff(ctx, ws.ID, "U8", monday.AddDate(0, 0, 60)))
		n, err := s.ReturnDue(ctx, monday.AddDate(0, 0, 40))
		must(t, err)
		want := "spain C0SPAIN001 U1, U7, spain C0SPAIN001 U1, "
		if got := owned(t, s, ws, 1, 2, 3, 4); got != want || n != 4 {
			t.Errorf("%d came back: got %q, want %q", n, got, want)
		}
		_, _, err = s.Decide(ctx, ws.ID, byNumber(t, s, ws, 1).ID, "", reject(ws, "U9", "wrong-size", monday.AddDate(0, 0, 41)), ws.Rules())
		must(t, err)
		again := from("ES", 1)
		again.At = monday.AddDate(0, 0, 42)
		add(t, s, ws, again)
		if got := owned(t, s, ws, 1); got != "spain C0SPAIN001 U1" {
			t.Errorf("again: got %q", got)
		}
		origins, err := s.Origins(ctx, ws.ID)
		must(t, err)
		if want := "1/1  1/2 returned 1/3 again 2/1  2/2 returned 3/1  3/2 returned 4/1  4/2 returned"; origins != want {
			t.Errorf("rounds began %q, want %q", origins, want)
		}
	})
}

// However many take leads in at the same time, the turns are exact.
func TestTurnsTogether(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ws := routed(t, s, workspace(t, s))
		var wg sync.WaitGroup
		errs := make(chan error, 30)
		for i := range 30 {
			wg.Go(func() {
				_, err := s.AddLeads(t.Context(), ws, []handoff.Arrival{from("ES", i)})
				errs <- err
			})
		}
		wg.Wait()
		close(errs)
		for err := range errs {
			must(t, err)
		}
		for owner, want := range map[string]int{"U1": 20, "U2": 10} {
			if _, got, err := s.Leads(t.Context(), ws.ID, store.Filter{Owner: owner}, 1); got != want || err != nil {
				t.Errorf("%s has %d leads, %v, want %d", owner, got, err, want)
			}
		}
		for i := 1; i <= 30; i += 3 {
			var three []string
			for n := i; n < i+3; n++ {
				three = append(three, byNumber(t, s, ws, int64(n)).Owner)
			}
			if slices.Sort(three); strings.Join(three, " ") != "U1 U1 U2" {
				t.Errorf("from %d on it was the turn of %v", i, three)
			}
		}
	})
}

func TestAssign(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		add(t, s, ws, person(1))
		before := byNumber(t, s, ws, 1)
		for range 2 {
			l, err := s.Assign(ctx, ws.ID, before.ID, "U1", monday, func(l handoff.Lead) (handoff.Lead, error) {
				return ws.Rules().Assign(l, 1, handoff.Actor{User: "U1"}, handoff.Actor{User: "U2"})
			})
			must(t, err)
			if l.Owner != "U2" || l.Version != before.Version+1 || byNumber(t, s, ws, 1).Owner != "U2" {
				t.Errorf("it is %+v", l)
			}
		}
		events, err := s.History(ctx, ws.ID, before.ID)
		must(t, err)
		if len(events) != 2 || events[1].Kind != handoff.EventAssigned || events[1].Actor != "U1" || events[1].Note != "U2" {
			t.Errorf("the history is %+v", events)
		}
	})
}

// Trying a route changes nothing, and says who was passed by.
func TestTryRoute(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		ws := routed(t, s, workspace(t, s))
		add(t, s, ws, from("MX", 1), from("MX", 2), from("ES", 3))
		try := func(number int64, at time.Time) string {
			c, err := s.TryRoute(ctx, ws, byNumber(t, s, ws, number), at)
			must(t, err)
			return fmt.Sprint(c.Route.ID, " ", c.Owner, " ", c.Claim, " ", c.Passed)
		}
		must(t, s.SetOff(ctx, ws.ID, "U2", monday.AddDate(0, 0, 5)))
		for range 2 {
			if got, want := try(1, monday), "mexico   [{U3 full 2}]"; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
			if got, want := try(3, monday), "spain U1 turn [{U2 away 0}]"; got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		}
		if got, want := try(1, monday.AddDate(0, 0, 1)), "mexico U3 turn []"; got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	})
}

func TestRoutesFollowChannels(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ws := routed(t, s, workspace(t, s))
		add(t, s, ws, from("ES", 1))
		must(t, s.MoveChannel(t.Context(), ws.ID, "C0SPAIN001", "C0MOVED001"))
		ws = workspace(t, s)
		if r, _ := ws.Settings.Route("spain"); r.Channel != "C0MOVED001" || len(ws.Settings.Routes) != 3 {
			t.Errorf("the routes are %+v", ws.Settings.Routes)
		}
		m, err := s.CardOf(t.Context(), ws.ID, byNumber(t, s, ws, 1).ID, 1)
		must(t, err)
		if m.Target != "C0MOVED001" || byNumber(t, s, ws, 1).Channel != "C0MOVED001" {
			t.Errorf("the card is for %s", m.Target)
		}
		m = claim(t, s, store.Post, monday)
		must(t, s.Divert(t.Context(), m, "not_in_channel"))
		if m = claim(t, s, store.Post, monday); m.Target != "" || m.Channel != ws.LeadsChannel || m.Doubts != 1 {
			t.Errorf("diverted, the card is %+v", m)
		}
	})
}
