package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// routes gives the workspace these routes.
func (w *world) routes(routes ...handoff.Route) {
	w.t.Helper()
	_, err := w.store.ChangeSettings(w.t.Context(), w.workspace().ID, slackfake.Grace, w.fake.Now(), func(s *handoff.Settings) error {
		s.Routes = routes
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// cardIn waits for a message of a channel that shows all of these words.
func (w *world) cardIn(channel string, shows ...string) slackfake.Message {
	w.t.Helper()
	var found slackfake.Message
	w.seen("a card in "+channel+" shows "+strings.Join(shows, ", ")+"; there is\n"+w.fake.Transcript(channel), func() bool {
		return slices.ContainsFunc(w.fake.Messages(channel), func(m slackfake.Message) bool {
			said := w.fake.Text(m.Blocks)
			found = m
			return !slices.ContainsFunc(shows, func(s string) bool { return !strings.Contains(said, s) })
		})
	})
	return found
}

// of is a lead of a country, each of a company of their own.
func of(country, name string) handoff.Arrival {
	a := ana
	a.Name, a.Country, a.Email = name, country, strings.ToLower(name)+"@"+strings.ToLower(name)+".example"
	return a
}

// A card is posted to its route's channel and names whose turn it is. Where the bot is not let in, it goes to the leads
// channel and says so.
func TestRoutedCards(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		latam := w.fake.AddChannel("mql-latam", slackfake.Ana, slackfake.Luke, w.fake.BotUser())
		closed := w.fake.AddChannel("mql-closed", slackfake.Ana)
		w.routes(
			handoff.Route{ID: "mx", Name: "Mexico", When: handoff.Conditions{Countries: []string{"MX"}}, Channel: latam, Owners: []handoff.RouteOwner{{User: slackfake.Ana}, {User: slackfake.Luke}}},
			handoff.Route{ID: "fr", Name: "France", When: handoff.Conditions{Countries: []string{"FR"}}, Channel: closed, Owners: []handoff.RouteOwner{{User: slackfake.Luke, PerDay: 1}}},
		)
		w.arrives(of("MX", "Uno"))
		w.arrives(of("MX", "Dos"))
		w.arrives(of("FR", "Trois"))
		w.arrives(of("FR", "Quatre"))
		w.cardIn(latam, "Uno", "owner @Ana Ruiz")
		w.cardIn(latam, "Dos", "owner @Luke Carter")
		w.cardIn(slackfake.ChannelLeads, "Trois", "owner @Luke Carter", "This card belongs in #mql-closed, where I can't post")
		w.cardIn(slackfake.ChannelLeads, "Quatre", "everybody of “France” is away or has had their leads for today")
		w.settled()
		if n := len(w.fake.Messages(slackfake.ChannelLeads)) + len(w.fake.Messages(latam)); n != 4 {
			t.Errorf("%d messages, want the four cards", n)
		}
		moved, err := w.fake.MoveChannel(t.Context(), latam)
		if err != nil {
			t.Fatal(err)
		}
		w.until("the route follows its channel", func() bool { return w.workspace().Settings.Routes[0].Channel == moved })
		w.arrives(of("MX", "Cinco"))
		w.cardIn(moved, "Cinco", "owner @Ana Ruiz")
	})
}

// Whoever's status says that they are away is passed by: as an event tells, or as is seen within the hour.
func TestAwayByStatus(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.routes(handoff.Route{ID: "all", Name: "All", Owners: []handoff.RouteOwner{{User: slackfake.Ana, Weight: 5}, {User: slackfake.Luke}}})
		known := func() bool {
			ms, err := w.store.Members(t.Context(), w.workspace().ID, []string{slackfake.Ana, slackfake.Luke})
			return err == nil && len(ms) == 2
		}
		w.fake.Advance(2 * time.Minute)
		w.until("the owners are known", known)
		w.arrives(of("ES", "Uno"))
		w.card(1, "owner @Ana Ruiz")
		until := w.fake.Now().Add(48 * time.Hour)
		if err := w.fake.ChangeUser(t.Context(), slackfake.Ana, func(u *slackfake.User) {
			u.StatusEmoji, u.StatusText, u.StatusUntil = ":palm_tree:", "Vacaciones", until
		}); err != nil {
			t.Fatal(err)
		}
		away := func(want bool) func() bool {
			return func() bool {
				m, err := w.store.Member(t.Context(), w.workspace().ID, slackfake.Ana)
				return err == nil && m.AwayAt(w.fake.Now()) == want
			}
		}
		w.until("it is known that Ana is away", away(true))
		w.arrives(of("ES", "Dos"))
		w.card(2, "owner @Luke Carter")
		w.fake.SetNow(until.Add(time.Hour))
		w.arrives(of("ES", "Tres"))
		w.card(3, "owner @Ana Ruiz")
		w.fake.AddUser(slackfake.User{ID: slackfake.Ana, Name: "ana.ruiz", RealName: "Ana Ruiz", Locale: "es-ES", StatusEmoji: ":face_with_thermometer:"}) // no event tells
		w.fake.Advance(2 * time.Hour)
		w.until("it is seen that Ana is ill", away(true))
	})
}

// A lead is taken and assigned from its card's menu, by whoever decides on leads, to whoever does.
func TestTakeAndAssign(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.staffed()
		card := w.card(w.arrives(ana).Number, "Take", "Assign…")
		from := func(what string) string { return w.menu(card, what) }
		menu := func(user, what string) { w.click(user, card, "card.menu", from(what)) }
		for user, want := range map[string]string{
			slackfake.Marta: "Whether a lead is an SQL is for sales", slackfake.Otto: "Only members of this workspace", admin: "Whether a lead is an SQL is for sales",
		} {
			for _, what := range []string{"take", "assign"} {
				if got := w.told(user, func() { menu(user, what) }); !strings.Contains(got, want) {
					t.Errorf("%s wants to %s it, and is told %q", user, what, got)
				}
			}
		}
		menu(slackfake.Luke, "take")
		card = w.card(1, "owner @Luke Carter")
		if got := w.told(slackfake.Luke, func() { menu(slackfake.Luke, "take") }); !strings.Contains(got, "yours already") {
			t.Errorf("Luke takes what is his, and is told %q", got)
		}
		menu(slackfake.Grace, "assign")
		for _, to := range []string{slackfake.Otto, slackfake.Marta, guest} {
			if got := w.submit(slackfake.Grace, map[string]string{"owner": to}); !strings.Contains(got.Errors["owner"], "choose somebody of sales") {
				t.Errorf("assigned to %s: %+v", to, got)
			}
		}
		if got := w.submit(slackfake.Grace, map[string]string{"owner": slackfake.Ana}); !got.Closed {
			t.Errorf("assigned to Ana: %+v", got)
		}
		card = w.card(1, "owner @Ana Ruiz")
		menu(slackfake.Ana, "history")
		if said := w.fake.Text(w.fake.Modal(slackfake.Ana).Blocks); !strings.Contains(said, "Taken by @Luke Carter.") || !strings.Contains(said, "Assigned to @Ana Ruiz by @Grace Hall.") {
			t.Errorf("the history says\n%s", said)
		}
		menu(slackfake.Luke, "assign") // decided while he chooses
		w.click(slackfake.Ana, card, "card.accept", "")
		w.submit(slackfake.Ana, map[string]string{"need": "Parcels"})
		if got := w.submit(slackfake.Luke, map[string]string{"owner": slackfake.Luke}); got.View == nil || !strings.Contains(w.fake.Text(got.View.Blocks), "decided") {
			t.Errorf("assigned once decided: %+v", got)
		}
		if card = w.card(1, "Accepted as SQL"); findValue(card.Blocks, "take:")+findValue(card.Blocks, "assign:") != "" {
			t.Error("a decided card offers to take it")
		}
	})
}

// A lead that belongs behind another door is offered there at once.
func TestRejectToAnotherRoute(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		latam := w.fake.AddChannel("mql-latam", slackfake.Ana, slackfake.Luke, w.fake.BotUser())
		w.routes(
			handoff.Route{ID: "es", Name: "Spain", When: handoff.Conditions{Countries: []string{"ES"}}, Owners: []handoff.RouteOwner{{User: slackfake.Luke}}},
			handoff.Route{ID: "mx", Name: "Latin America", When: handoff.Conditions{Countries: []string{"MX"}}, Channel: latam, Owners: []handoff.RouteOwner{{User: slackfake.Ana}}},
		)
		w.arrives(of("ES", "Uno"))
		card := w.card(1, "owner @Luke Carter")
		w.click(slackfake.Luke, card, "card.reject", "")
		w.choose(slackfake.Luke, "reject.reason", "other-team")
		v := w.fake.Modal(slackfake.Luke)
		if said := w.fake.Text(v.Blocks); !strings.Contains(said, "Latin America | Nowhere: close it") || strings.Contains(said, "[Spain") {
			t.Errorf("it asks\n%s", said)
		}
		if got := w.submit(slackfake.Luke, map[string]string{"reject.reason": "other-team", "route:other-team": "mx", "note": "Their head office is in Mexico"}); !got.Closed {
			t.Fatalf("it was refused: %+v", got)
		}
		w.card(1, "Passed on to “Latin America”: Belongs to another team. @Luke Carter", "head office is in Mexico", "See its new card")
		moved := w.cardIn(latam, "Uno", "owner @Ana Ruiz", "Round 2: passed on by Luke Carter", "Belongs to another team")
		if l := w.lead(1); l.State != handoff.Open || l.Round != 2 || l.Route != "mx" {
			t.Errorf("the lead is %+v", l)
		}
		w.click(slackfake.Ana, moved, "card.accept", "")
		w.submit(slackfake.Ana, map[string]string{"need": "Parcels"})
		w.cardIn(latam, "Accepted as SQL")

		w.arrives(of("ES", "Dos"))
		card = w.card(2, "[Reject]")
		w.click(slackfake.Luke, card, "card.reject", "")
		w.choose(slackfake.Luke, "reject.reason", "other-team")
		if got := w.submit(slackfake.Luke, map[string]string{"reject.reason": "other-team"}); !got.Closed {
			t.Fatalf("it was refused: %+v", got)
		}
		w.card(2, "Not an SQL")
		if l := w.lead(2); l.State != handoff.Rejected || l.Round != 1 {
			t.Errorf("the lead is %+v", l)
		}
	})
}

// A burst that its channel does not take is announced in the leads channel, with its cards.
func TestDivertedBurst(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		closed := w.fake.AddChannel("mql-closed", slackfake.Ana)
		w.routes(handoff.Route{ID: "fr", Name: "France", When: handoff.Conditions{Countries: []string{"FR"}}, Channel: closed})
		var all []handoff.Arrival
		for i := range handoff.BurstSize + 5 {
			a := of("FR", "N"+text0(int64(i)))
			a.At = w.fake.Now()
			all = append(all, a)
		}
		if _, err := w.store.AddLeads(t.Context(), w.workspace(), all); err != nil {
			t.Fatal(err)
		}
		w.settled()
		top, cards := 0, 0
		for _, m := range w.fake.Messages(slackfake.ChannelLeads) {
			if said := w.fake.Text(m.Blocks); strings.Contains(said, "belongs in #mql-closed") && m.ThreadTS != "" {
				cards++
			} else {
				top++
			}
		}
		if top != 1 || cards != len(all) {
			t.Errorf("%d messages and %d cards in a thread:\n%s", top, cards, w.fake.Transcript(slackfake.ChannelLeads))
		}
	})
}
