package bot_test

import (
	"bytes"
	"strings"
	"testing"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// loop goes once through everything that can be delivered: clicks, forms, commands and an event. before is called
// ahead of each delivery.
func loop(t *testing.T, w *world, before func()) {
	r := w.arrives(ana)
	card := w.card(r.Number, "[Accept as SQL]")
	before()
	w.click(slackfake.Luke, card, "card.accept", "")
	before()
	if got := w.submit(slackfake.Luke, map[string]string{"need": "They lose parcels"}); !got.Closed {
		t.Errorf("the acceptance was refused: %+v", got)
	}
	card = w.card(r.Number, "Accepted as SQL")
	before()
	w.click(slackfake.Grace, card, "card.menu", w.menu(card, "take_back"))
	before()
	if got := w.submit(slackfake.Grace, map[string]string{"why": "The wrong lead "}); !got.Closed {
		t.Errorf("the take-back was refused: %+v", w.fake.Text(got.View.Blocks))
	}
	card = w.card(r.Number, "Taken back", "[Reject]")
	before()
	w.click(slackfake.Ana, card, "card.reject", "")
	before()
	w.choose(slackfake.Ana, "reject.reason", "bad-timing")
	before()
	if got := w.submit(slackfake.Ana, map[string]string{"reject.reason": "bad-timing"}); !got.Closed {
		t.Errorf("the rejection was refused: %+v", got)
	}
	w.card(r.Number, "Not now")
	before()
	if _, err := w.fake.Command(t.Context(), slackfake.Marta, slackfake.ChannelGeneral, "/mql new"); err != nil {
		t.Error(err)
	}
	before()
	if got := w.submit(slackfake.Marta, map[string]string{"name": "Zoë", "email": "zoe@example.com"}); got.View == nil || !strings.Contains(w.fake.Text(got.View.Blocks), "#2") {
		t.Errorf("Marta is not told the number: %+v", got)
	}
	w.card(2, "Zoë")
	before()
	if got, err := w.fake.Command(t.Context(), slackfake.Luke, slackfake.ChannelGeneral, "/lead zoe@example.com"); err != nil || !strings.Contains(w.fake.Text(got.Blocks), "Zoë") {
		t.Errorf("/lead answers %+v, %v", got, err)
	}
	before()
	if said := w.home(slackfake.Grace); !strings.Contains(said, "Zoë") {
		t.Errorf("Grace's Home:\n%s", said)
	}
	w.settled()
	w.wants(2, 2)
	ds, err := w.store.Decisions(t.Context(), w.workspace().ID, w.lead(1).ID)
	if err != nil || len(ds) != 2 || ds[0].Verdict != handoff.Accept || ds[0].TakenBackWhy != "The wrong lead" || ds[1].Verdict != handoff.NotNow {
		t.Errorf("decisions %+v (%v), want one taken back and one that stands", ds, err)
	}
	for _, u := range w.fake.Users() {
		for _, m := range w.fake.Ephemerals(u.ID) {
			if !strings.Contains(w.fake.Text(m.Blocks), "Zoë") { // the answer of /lead
				t.Errorf("%s was told %q", u.RealName, m.Text)
			}
		}
	}
}

// wants holds how many leads and cards there are.
func (w *world) wants(leads, cards int) {
	w.t.Helper()
	_, total, err := w.store.Leads(w.t.Context(), w.workspace().ID, storeAll, 1)
	if err != nil || total != leads {
		w.t.Errorf("%d leads (%v), want %d", total, err, leads)
	}
	if n := len(w.fake.Messages(slackfake.ChannelLeads)); n != cards {
		w.t.Errorf("%d cards, want %d:\n%s", n, cards, w.fake.Transcript(slackfake.ChannelLeads))
	}
}

// Whatever Slack delivers twice happens once, and is answered both times.
func TestDeliveredTwice(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		loop(t, w, func() { w.fault(slackfake.Fault{Kind: "deliver_twice"}) })
		if n := w.fake.Faults(); n != 0 {
			t.Errorf("%d deliveries were not made twice", n)
		}
	})
}

// Slack's own retry over HTTP, and whoever recorded a request and sends it again, gets the same answer; nothing
// happens twice.
func TestRetriedRequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "http", "en")
	seen := 0
	again := func() {
		for _, e := range w.exchanged(seen) {
			for _, retry := range []bool{true, false} {
				got := w.replay(e, retry)
				if got.status != 200 || (len(got.answer) == 0) != (len(e.answer) == 0) || bytes.Contains(got.answer, []byte("errors")) {
					t.Errorf("%s was answered %q, and again %d %q", e.path, e.answer, got.status, got.answer)
				}
			}
		}
		seen = len(w.exchanged(0))
	}
	loop(t, w, again)
	again()
	w.settled()
	w.wants(2, 2)
}

// A connection that breaks before an acknowledgement: Slack delivers again over the other one, and finds it done.
func TestConnectionBreaksInMidFlight(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "socket", "en")
	loop(t, w, func() {
		w.seen("both connections stand", func() bool { return w.fake.Connections() == 2 })
		w.fault(slackfake.Fault{Kind: "disconnect", Reason: "mid_flight"})
	})
	if n := w.fake.Faults(); n != 0 {
		t.Errorf("%d connections did not break", n)
	}
}

// Slack asks for connections to be renewed, also both at once; nothing is missed.
func TestConnectionsRenewed(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "socket", "en")
	for _, reason := range []string{"warning", "refresh_requested"} {
		w.seen("both connections stand", func() bool { return w.fake.Connections() == 2 })
		w.fault(slackfake.Fault{Kind: "disconnect", Reason: reason, Times: 2})
	}
	loop(t, w, func() {})
}
