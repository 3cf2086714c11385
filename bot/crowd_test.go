package bot_test

import (
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// crowd adds so many members, who all see the leads.
func (w *world) crowd(n int) []string {
	w.t.Helper()
	users := make([]string, n)
	for i := range users {
		users[i] = fmt.Sprintf("U0CROWD%03d", i)
		w.fake.AddUser(slackfake.User{ID: users[i], RealName: fmt.Sprintf("Rep %03d", i)})
		if err := w.fake.SetMember(slackfake.ChannelLeads, users[i], true); err != nil {
			w.t.Fatal(err)
		}
	}
	return users
}

// all runs f for each of the crowd at the same time.
func all(users []string, f func(i int, user string)) {
	var running sync.WaitGroup
	for i, user := range users {
		running.Go(func() { f(i, user) })
	}
	running.Wait()
}

// Two hundred decide on one lead at once (fewer under the race detector): one does, and everybody else is told who was first and gets back what
// they wrote.
func TestTwoHundredAtOnce(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		many := 200
		if withRace { // which makes it many times slower
			many = map[string]int{"http": 100, "socket": 30}[w.transport]
		}
		users := w.crowd(many)
		card := w.card(w.arrives(ana).Number, "[Accept as SQL]")
		all(users, func(i int, user string) {
			action := []string{"card.accept", "card.reject"}[i%2]
			if err := w.fake.Click(t.Context(), user, slackfake.InMessage(card.Channel, card.TS), action, ""); err != nil {
				t.Errorf("%s clicks: %v", user, err)
			}
		})
		var first, told atomic.Int64
		var winner atomic.Value
		results, wrote := make([]slackfake.Result, len(users)), make([]string, len(users))
		all(users, func(i int, user string) {
			v := w.fake.Modal(user)
			if v == nil {
				t.Errorf("%s sees no form", user)
				return
			}
			wrote[i] = "What " + user + " wrote, all of it"
			values := map[string]string{"need": wrote[i]}
			if i%2 == 1 {
				values = map[string]string{"reject.reason": "wrong-size", "note": wrote[i]}
			}
			got, err := w.fake.Submit(t.Context(), user, v.ID, values)
			if err != nil {
				t.Errorf("%s submits: %v", user, err)
				return
			}
			results[i] = got
			if got.Closed {
				first.Add(1)
				winner.Store(fmt.Sprintf("Rep %03d", i))
			}
		})
		name, _ := winner.Load().(string)
		for i, got := range results {
			if got.Closed || got.View == nil {
				continue
			}
			if said := w.fake.Text(got.View.Blocks); strings.Contains(said, "@"+name+" was first") && strings.Contains(said, wrote[i]) {
				told.Add(1)
			} else {
				t.Errorf("%s is told:\n%s", users[i], said)
			}
		}
		if first.Load() != 1 || told.Load() != int64(many-1) {
			t.Errorf("%d decided and %d were told who was first, want 1 and %d", first.Load(), told.Load(), many-1)
		}
		w.truth()
		w.wants(1, 1)
		ds, err := w.store.Decisions(t.Context(), 1, 1)
		if err != nil || len(ds) != 1 || "What "+ds[0].By+" wrote, all of it" != ds[0].Note {
			t.Errorf("%d decisions (%v), %+v", len(ds), err, ds)
		}
		if events, err := w.store.History(t.Context(), 1, 1); err != nil || len(events) != 2 {
			t.Errorf("the history has %+v (%v), want that it came in and was decided", events, err)
		}
	})
}

// Everything at once: leads arrive, the same again, people decide, take back, ask and look, connections break and
// Slack fails now and then. In the end Slack shows the truth.
func TestEverythingAtOnce(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		other := w.copy()
		users := w.crowd(8)
		for range 10 {
			w.arrives(handoff.Arrival{Person: handoff.Person{Phone: "5"}})
		}
		w.truth()
		for _, method := range []string{"chat.postMessage", "chat.update", "views.open", "users.info", "conversations.history"} {
			w.fault(slackfake.Fault{Method: method, Kind: "did_then_drop", Times: 2})
			w.fault(slackfake.Fault{Method: method, Kind: "http_500", Times: 2})
			w.fault(slackfake.Fault{Method: method, Kind: "rate_limited", Times: 2})
		}
		w.fault(slackfake.Fault{Kind: "deliver_twice", Times: 10})
		all(users, func(i int, user string) {
			for n := range 3 {
				a := handoff.Arrival{Person: handoff.Person{Email: fmt.Sprintf("lead%d@example.com", (i+n)%5), Company: user}}
				if i%2 == 0 {
					w.arrives(a)
				} else {
					w.arrivesAt(other, a)
				}
				cards := w.fake.Messages(slackfake.ChannelLeads)
				card := cards[(i*7+n)%len(cards)]
				in := slackfake.InMessage(card.Channel, card.TS)
				// A card that is decided by now has no such button, and a form may not have been opened: then there is
				// nothing to do.
				if w.fake.Click(t.Context(), user, in, []string{"card.accept", "card.reject"}[n%2], "") == nil {
					if v := w.fake.Modal(user); v != nil && v.Submit != "" {
						values := map[string]map[string]string{"accept": {"need": "Need"}, "reject": {"reject.reason": "wrong-role"}}[v.CallbackID]
						w.fake.Submit(t.Context(), user, v.ID, values)
					}
				}
				if value := findValue(card.Blocks, "take_back:"); value != "" && w.fake.Click(t.Context(), user, in, "card.menu", value) == nil {
					if v := w.fake.Modal(user); v != nil && v.CallbackID == "take_back" {
						w.fake.Submit(t.Context(), user, v.ID, map[string]string{"why": "Because"})
					}
				}
				w.fake.OpenHome(t.Context(), user)
				w.fake.Command(t.Context(), user, slackfake.ChannelLeads, "/lead open")
				w.fake.Advance(time.Second)
			}
		})
		w.truth()
		w.wants(15, len(w.fake.Messages(slackfake.ChannelLeads)))
	})
}
