package store_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
)

// x0viera is a person of whom every text is stored nowhere else: each has a word that begins with x0v, which no random key has.
func x0viera(once, external string) handoff.Arrival {
	return handoff.Arrival{
		OnceKey: once, ExternalID: external,
		Person: handoff.Person{
			Name: "X0viera X0vdottir", Email: "x0v@x0vco.example", Phone: "+34 x0v 1", Company: "X0vco", Website: "https://www.x0vco.example/x0vi",
			Role: "x0vrole", Country: "x0vland", Industry: "x0vs", Size: "x0v 5", Link: "https://crm.example/x0v", Mailbox: handoff.MailboxFree,
		},
		Touch:  handoff.Touch{Source: "Webinar", Campaign: "Autumn", Activity: "asked x0v", AsksContact: true},
		Extras: []handoff.Extra{{Label: "x0vlabel", Value: "x0vvalue", Shown: true}},
		Owner:  "x0vowner", At: monday,
	}
}

// lived lets x0viera come in three ways, be accepted, taken back, sent to nurturing, come back and be accepted again,
// and returns her lead.
func lived(t fataler, s *store.Store, ws store.Workspace) handoff.Lead {
	t.Helper()
	ctx, id := t.Context(), ws.ID
	check := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	l := byNumber(t, s, ws, add(t, s, ws, x0viera("x0v-once-1", "form:x0v-1"), x0viera("x0v-once-2", "crm:x0v-2"))[0].Number)
	need := func(at time.Time) func(l handoff.Lead) (handoff.Decision, error) {
		return func(l handoff.Lead) (handoff.Decision, error) {
			return ws.Rules().Accept(l, l.Round, handoff.Actor{User: "U1"}, handoff.Acceptance{Need: "x0vneed"}, at)
		}
	}
	ask := func(submission, text string, at time.Time) handoff.Question {
		q, err := s.Ask(ctx, id, l.ID, submission, func(l handoff.Lead) (handoff.Question, error) {
			return ws.Rules().Ask(l, l.Round, handoff.Actor{User: "U3"}, handoff.RoleSales, text, []string{"U1"}, at)
		})
		check(err)
		return q
	}
	_, err := s.Answer(ctx, id, ask("V8", "x0vquestion", monday).ID, func(q handoff.Question) (handoff.Question, error) {
		return ws.Rules().Answered(q, handoff.Actor{User: "U1"}, "x0vanswer", monday.Add(time.Minute))
	})
	check(err)
	_, d, err := s.Decide(ctx, id, l.ID, "V1", need(monday.Add(time.Hour)), ws.Rules())
	check(err)
	_, err = s.TakeBack(ctx, id, l.ID, d.ID, func(l handoff.Lead, d handoff.Decision) (handoff.Decision, error) {
		return ws.Rules().TakeBack(l, d, handoff.Actor{User: "U1"}, "x0vwhy", monday.Add(2*time.Hour))
	}, ws.Rules())
	check(err)
	_, _, err = s.Decide(ctx, id, l.ID, "V2", func(l handoff.Lead) (handoff.Decision, error) {
		return ws.Rules().Reject(l, l.Round, handoff.Actor{User: "U2"}, handoff.Rejection{Reason: "no-need-now", Note: "x0vnote"}, monday.Add(3*time.Hour))
	}, ws.Rules())
	check(err)
	again := x0viera("x0v-once-3", "form:x0v-3")
	again.At = monday.AddDate(0, 0, 1)
	add(t, s, ws, again)
	ask("V9", "x0vagain", again.At)
	_, _, err = s.Decide(ctx, id, l.ID, "V3", need(monday.AddDate(0, 0, 2)), ws.Rules())
	check(err)
	_, err = s.AddFetches(ctx, ws, []store.Fetch{{Source: "form", Key: "x0vkey", Ref: "x0v-3", Received: monday}, {Source: "form", Key: "other", Ref: "9", Received: monday}})
	check(err)
	return byNumber(t, s, ws, l.Number)
}

// What was counted of a person stays counted, what could be done with their lead can't be, and whoever has the same
// keys in another workspace is somebody else.
func TestEraseKeepsCounts(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		l := lived(t, s, ws)
		other := another(t, s, ws)
		lived(t, s, other)
		before, otherBefore := counts(t, s, ws), summary(t, s, other)
		decisions, err := s.Decisions(ctx, ws.ID, l.ID)
		must(t, err)
		if n, err := s.Erase(ctx, ws.ID, store.Erasure{ExternalID: "form:x0v-1"}, monday.AddDate(0, 0, 3)); err != nil || n != 1 {
			t.Fatalf("%d leads were erased, %v", n, err)
		}
		if got := counts(t, s, ws); got != before {
			t.Errorf("counted now\n%s before\n%s", got, before)
		}
		if got := summary(t, s, other); got != otherBefore {
			t.Errorf("the other workspace has changed\n%s to\n%s", otherBefore, got)
		}
		after, err := s.Decisions(ctx, ws.ID, l.ID)
		must(t, err)
		for i, d := range decisions {
			d.Note, d.TakenBackWhy, d.OwnerBefore = "", "", ""
			if !reflect.DeepEqual(after[i], d) {
				t.Errorf("decision is %+v, want %+v", after[i], d)
			}
		}
		_, _, err = s.Decide(ctx, ws.ID, l.ID, "V9", func(l handoff.Lead) (handoff.Decision, error) { return handoff.Decision{Verdict: handoff.Accept}, nil }, ws.Rules())
		if !errors.Is(err, handoff.ErrErased) {
			t.Errorf("deciding gave %v", err)
		}
		_, err = s.TakeBack(ctx, ws.ID, l.ID, decisions[2].ID, func(_ handoff.Lead, d handoff.Decision) (handoff.Decision, error) { return d, nil }, ws.Rules())
		if !errors.Is(err, handoff.ErrErased) {
			t.Errorf("taking back gave %v", err)
		}
		for _, who := range []store.Erasure{{}, {Email: "x0v@x0vco.example"}, {ExternalID: "form:x0v-1"}, {ExternalID: "\x00", Email: "\xff"}} {
			if n, err := s.Erase(ctx, ws.ID, who, monday.AddDate(0, 0, 3)); err != nil || n != 0 {
				t.Errorf("%+v: %d leads were erased, %v", who, n, err)
			}
		}
		if n, _, err := s.Fetching(ctx, ws.ID); err != nil || n != 1 {
			t.Errorf("%d leads are being fetched, %v, want the other person's only", n, err)
		}
	})
}

// counts describes what of a workspace's leads is counted.
func counts(t *testing.T, s *store.Store, ws store.Workspace) string {
	t.Helper()
	var all strings.Builder
	for day := range 8 {
		from := monday.AddDate(0, 0, day-1)
		tally, err := s.Tally(t.Context(), ws.ID, from, from.AddDate(0, 0, 1))
		must(t, err)
		pace, err := s.Pace(t.Context(), ws.ID, from, from.AddDate(0, 0, 1))
		must(t, err)
		backlog, err := s.Backlog(t.Context(), ws.ID, from)
		must(t, err)
		fmt.Fprintln(&all, tally, pace, backlog)
	}
	_, total, err := s.Leads(t.Context(), ws.ID, store.Filter{}, 1)
	must(t, err)
	fmt.Fprintln(&all, total)
	return all.String()
}

// A redelivery of what was erased is recognised by any of its keys; a new submission is a new lead.
func TestEraseIsFinal(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		l := lived(t, s, ws)
		_, err := s.Erase(ctx, ws.ID, store.Erasure{Email: l.Email}, monday.AddDate(0, 0, 3))
		must(t, err)
		repeated := handoff.Receipt{Number: l.Number, State: handoff.Erased, Fate: handoff.FateRepeated}
		for _, a := range []handoff.Arrival{
			x0viera("x0v-once-1", "form:x0v-1"), x0viera("", "crm:x0v-2"), x0viera("x0v-once-3", ""), x0viera("another", "form:x0v-3"),
		} {
			a.Extras = append(a.Extras, handoff.Extra{Label: "new", Value: "to learn"})
			if got := add(t, s, ws, a)[0]; got != repeated {
				t.Errorf("%s %s came again as %+v", a.OnceKey, a.ExternalID, got)
			}
		}
		known, err := s.AddFetches(ctx, ws, []store.Fetch{{Source: "form", Key: "x0vkey", Ref: "x0v-3", Received: monday}})
		if err != nil || known != 0 {
			t.Errorf("%d fetches are new, %v", known, err)
		}
		a := x0viera("x0v-once-4", "form:x0v-4")
		a.At = monday.AddDate(0, 0, 4)
		got := add(t, s, ws, a)[0]
		if got.Fate != handoff.FateNew || got.Number == l.Number || byNumber(t, s, ws, got.Number).Round != 1 {
			t.Errorf("a new submission became %+v", got)
		}
		if found, _, err := s.Search(ctx, ws.ID, "x0viera", 9); err != nil || len(found) != 1 || found[0].Number != got.Number {
			t.Errorf("found %+v, %v", found, err)
		}
		if n, err := s.ReturnDue(ctx, monday.AddDate(3, 0, 0)); err != nil || n != 0 {
			t.Errorf("%d leads came back, %v", n, err)
		}
	})
}

// An open lead leaves the backlog when it is erased, and was in it until then; so with a nurturing one's return.
func TestEraseOpenAndNurturing(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		add(t, s, ws, person(1), person(2))
		l := byNumber(t, s, ws, 2)
		_, _, err := s.Decide(ctx, ws.ID, l.ID, "V1", reject(ws, "U1", "unreachable", monday.Add(time.Hour)), ws.Rules())
		must(t, err)
		at := monday.AddDate(0, 0, 3)
		for n := range 2 {
			_, err := s.Erase(ctx, ws.ID, store.Erasure{Email: person(n + 1).Email}, at)
			must(t, err)
		}
		for _, test := range []struct {
			at   time.Time
			want handoff.Backlog
		}{{at, handoff.Backlog{Open: 1, Overdue: 1}}, {at.Add(time.Millisecond), handoff.Backlog{}}} {
			if got, err := s.Backlog(ctx, ws.ID, test.at); err != nil || got != test.want {
				t.Errorf("the backlog at %v is %+v, %v, want %+v", test.at, got, err, test.want)
			}
		}
		for _, f := range []store.Filter{{OverdueAt: at.AddDate(1, 0, 0)}, {States: []handoff.State{handoff.Open}}, {States: []handoff.State{handoff.Nurturing}}} {
			if leads, total, err := s.Leads(ctx, ws.ID, f, 9); err != nil || total != 0 || len(leads) != 0 {
				t.Errorf("%+v lists %+v, %v", f, leads, err)
			}
		}
		if n, err := s.ReturnDue(ctx, at.AddDate(1, 0, 0)); err != nil || n != 0 {
			t.Errorf("%d leads came back, %v", n, err)
		}
		events, err := s.History(ctx, ws.ID, 1)
		if want := (handoff.Event{Kind: handoff.EventErased, Round: 1, At: at}); err != nil || !slices.Contains(events, want) {
			t.Errorf("the history is %+v, %v", events, err)
		}
	})
}

// Who withdraws while a rep decides on them, and while they come in once more, is gone in the end.
func TestEraseAtOnce(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		const n = 12
		for i := range n {
			add(t, s, ws, x0viera(fmt.Sprint("once ", i), fmt.Sprint("x:", i)))
			l, _ := s.LeadByEmail(ctx, ws.ID, "x0v@x0vco.example")
			var all sync.WaitGroup
			all.Go(func() {
				_, _, err := s.Decide(ctx, ws.ID, l.ID, fmt.Sprint("V", i), accept(ws, "U1", monday.Add(time.Hour)), ws.Rules())
				if err != nil && !errors.Is(err, handoff.ErrErased) {
					t.Error(err)
				}
			})
			all.Go(func() { add(t, s, ws, x0viera(fmt.Sprint("once ", i), fmt.Sprint("x:", i))) })
			all.Go(func() {
				if n, err := s.Erase(ctx, ws.ID, store.Erasure{ExternalID: fmt.Sprint("x:", i)}, monday.Add(time.Hour)); err != nil || n != 1 {
					t.Errorf("%d leads were erased, %v", n, err)
				}
			})
			all.Wait()
			decisions, err := s.Decisions(ctx, ws.ID, l.ID)
			must(t, err)
			for _, d := range decisions {
				if d.Note != "" {
					t.Errorf("a note is left: %q", d.Note)
				}
			}
		}
		if leads, total, err := s.Leads(ctx, ws.ID, store.Filter{States: []handoff.State{handoff.Erased}}, n); err != nil || total != n {
			t.Errorf("%d of %d leads are erased, %v: %+v", total, n, err, leads)
		}
	})
}
