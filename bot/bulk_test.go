package bot_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// Several leads are rejected at once for one reason: those that are still open, and of the others it is said who was first.
func TestBulk(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		for i := range 4 {
			w.arrives(handoff.Arrival{Person: handoff.Person{Name: fmt.Sprint("Lead ", i+1), Email: fmt.Sprintf("lead%d@example.com", i)}, Owner: []string{"", slackfake.Luke}[i%2]})
		}
		w.truth()
		w.home(slackfake.Luke)
		w.pressHome(slackfake.Luke, "bulk.open", "")
		contains(t, "the form", w.modalSays(slackfake.Luke), "#2  Lead 2 | #4  Lead 4 | #1  Lead 1 | #3  Lead 3") // his own first
		if got := w.submit(slackfake.Luke, map[string]string{"leads": "1:1,2:1,3:1"}); got.Errors["reason"] == "" {
			t.Fatalf("several leads were rejected without a reason: %+v", got)
		}
		w.choose(slackfake.Luke, "reject.reason", "other")
		if got := w.submit(slackfake.Luke, map[string]string{"leads": "1:1,2:1,3:1", "reject.reason": "other"}); got.Errors["note"] == "" {
			t.Fatalf("the note that the reason asks for was not missed: %+v", got)
		}
		w.decides(3, slackfake.Ana, "A need")
		w.fault(slackfake.Fault{Kind: "deliver_twice", Times: 1})
		got := w.submit(slackfake.Luke, map[string]string{"leads": "1:1,2:1,3:1", "reject.reason": "other", "note": "A list of last year's fair"})
		if got.View == nil {
			t.Fatalf("Luke is told nothing: %+v", got)
		}
		contains(t, "what came of it", w.fake.Text(got.View.Blocks), "2 leads rejected: Other.", "One was left as it is:", "#3  Lead 3: @Ana Ruiz was first: accepted.")
		for _, n := range []int64{1, 2} {
			w.card(n, "Not an SQL: Other", "last year's fair")
			if ds, err := w.store.Decisions(t.Context(), 1, w.lead(n).ID); err != nil || len(ds) != 1 {
				t.Errorf("#%d has %d decisions (%v)", n, len(ds), err)
			}
		}
		if l := w.lead(4); l.State != handoff.Open {
			t.Errorf("a lead that was not chosen is %s", l.State)
		}
		w.homeShows(slackfake.Luke, "One lead waits for your decision")
		w.truth()
	})
}

// What is chosen stays while the form follows the reason; a timing reason brings all of them back on its day.
func TestBulkNotNow(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.arrives(ana)
		w.arrives(handoff.Arrival{Person: handoff.Person{Name: "Bob Stone", Email: "bob@stone.example"}})
		w.truth()
		w.home(slackfake.Luke)
		w.pressHome(slackfake.Luke, "bulk.open", "")
		w.choose(slackfake.Luke, "reject.reason", "bad-timing")
		contains(t, "the form", w.modalSays(slackfake.Luke), "Which leads?", "#1  Ana Peña · Acme Iberia", "When should it come back?")
		got := w.submit(slackfake.Luke, map[string]string{"leads": "1:1,2:1", "reject.reason": "bad-timing", "back:bad-timing": "2026-12-01"})
		contains(t, "what came of it", w.fake.Text(got.View.Blocks), "2 leads come back later: Bad timing")
		for n := range int64(2) {
			if l := w.lead(n + 1); l.State != handoff.Nurturing || l.Back.In(madrid()).Format(time.DateOnly) != "2026-12-01" {
				t.Errorf("#%d is %s and comes back on %s", n+1, l.State, l.Back)
			}
		}
		w.nothingOnHome(slackfake.Luke)
		w.truth()
	})
}

// nothingOnHome checks that with nothing open there is nothing to decide.
func (w *world) nothingOnHome(user string) {
	w.t.Helper()
	w.homeShows(user, "Nothing is waiting")
	if said := w.home(user); strings.Contains(said, "[Decide several…]") {
		w.t.Errorf("Home offers to decide several of none:\n%s", said)
	}
}

// Several leads that belong behind another door are offered there at once; the form asks where.
func TestBulkToAnotherRoute(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.routes(
			handoff.Route{ID: "es", Name: "Spain", When: handoff.Conditions{Countries: []string{"ES"}}, Owners: []handoff.RouteOwner{{User: slackfake.Luke}}},
			handoff.Route{ID: "mx", Name: "Latin America", When: handoff.Conditions{Countries: []string{"MX"}}, Owners: []handoff.RouteOwner{{User: slackfake.Ana}}},
		)
		for _, name := range []string{"Uno", "Dos"} {
			w.arrives(of("ES", name))
		}
		w.arrives(of("MX", "Tres"))
		w.truth()
		w.home(slackfake.Luke)
		w.pressHome(slackfake.Luke, "bulk.open", "")
		w.choose(slackfake.Luke, "reject.reason", "other-team")
		contains(t, "the form", w.modalSays(slackfake.Luke), "Where do they belong?", "Spain | Latin America | Nowhere: close them")
		w.fault(slackfake.Fault{Kind: "deliver_twice", Times: 1})
		got := w.submit(slackfake.Luke, map[string]string{"leads": "1:1,2:1,3:1", "reject.reason": "other-team", "route:other-team": "mx"})
		if got.View == nil {
			t.Fatalf("Luke is told nothing: %+v", got)
		}
		contains(t, "what came of it", w.fake.Text(got.View.Blocks), "2 leads passed on to “Latin America”: Belongs to another team.", "#3  Tres · Acme Iberia: It is there already.")
		for n := range int64(2) {
			if l := w.lead(n + 1); l.State != handoff.Open || l.Round != 2 || l.Route != "mx" || l.Owner != slackfake.Ana {
				t.Errorf("#%d is %+v", n+1, l)
			}
		}
		w.truth()
	})
}
