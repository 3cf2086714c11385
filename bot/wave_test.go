package bot_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// comeTogether takes n leads in at once, as an import does.
func (w *world) comeTogether(n int, source string) {
	w.t.Helper()
	var as []handoff.Arrival
	for i := range n {
		a, err := handoff.Arrival{
			Person: handoff.Person{Name: fmt.Sprintf("%s %d", source, i), Email: fmt.Sprintf("%s%d@example.com", source, i)},
			Touch:  handoff.Touch{Source: source}, At: w.fake.Now(),
		}.Clean()
		if err != nil {
			w.t.Fatal(err)
		}
		as = append(as, a)
	}
	if _, err := w.store.AddLeads(w.t.Context(), w.workspace(), as); err != nil {
		w.t.Fatal(err)
	}
}

// heard returns what stands in the channel of the leads itself, outside threads.
func (w *world) heard() (all []slackfake.Message) {
	for _, m := range w.fake.Messages(slackfake.ChannelLeads) {
		if m.ThreadTS == "" || m.ThreadTS == m.TS {
			all = append(all, m)
		}
	}
	return all
}

// says waits until the channel's only message says this.
func (w *world) says(words ...string) slackfake.Message {
	w.t.Helper()
	var m slackfake.Message
	w.seen("the announcement says "+strings.Join(words, ", "), func() bool {
		heard := w.heard()
		if len(heard) != 1 {
			return false
		}
		m = heard[0]
		for _, s := range words {
			if !strings.Contains(w.fake.Text(m.Blocks), s) {
				return false
			}
		}
		return true
	})
	return m
}

// An import is one message in the channel. Its cards stand in the thread and are decided there like any other; the
// announcement counts what is left, and the addresses of cards lead into the thread.
func TestManyLeadsAtOnce(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.comeTogether(30, "HubSpot")
		wave := w.says("30 leads came in together (HubSpot)", "30 are still open")
		card := w.card(7, "[Accept as SQL]")
		if card.ThreadTS != wave.TS {
			t.Errorf("the card stands in the thread %q of %q", card.ThreadTS, wave.TS)
		}
		w.comeTogether(10, "Excel")
		w.truth()
		w.wants(40, 41)

		w.click(slackfake.Luke, card, "card.accept", "")
		w.submit(slackfake.Luke, map[string]string{"need": "Parcels"})
		decided := w.card(7, "Accepted as SQL")
		if decided.TS != card.TS || decided.ThreadTS != wave.TS {
			t.Errorf("the decided card stands at %s in %s", decided.TS, decided.ThreadTS)
		}
		before := w.fake.Calls("chat.update")
		for number := int64(1); number <= 3; number++ {
			w.decides(number, slackfake.Luke, "Parcels")
		}
		w.truth()
		if n := w.fake.Calls("chat.update") - before; n > 5 {
			t.Errorf("%d updates for three decisions and one announcement", n)
		}
		w.says("40 leads came in together (HubSpot\u00a030 · Excel\u00a010)", "36 are still open")

		w.click(slackfake.Luke, decided, "card.menu", w.menu(decided, "take_back"))
		w.submit(slackfake.Luke, map[string]string{"why": "The wrong one"})
		w.truth()
		w.says("37 are still open")
		answer, err := w.fake.Command(t.Context(), slackfake.Grace, slackfake.ChannelLeads, "/lead #7")
		if err != nil {
			t.Fatal(err)
		}
		where := fmt.Sprintf("/p%s?thread_ts=%s&cid=%s", strings.ReplaceAll(card.TS, ".", ""), wave.TS, card.Channel)
		if shown, err := json.Marshal(answer.Blocks); err != nil || !strings.Contains(strings.ReplaceAll(string(shown), `\u0026`, "&"), where) {
			t.Errorf("the answer does not lead to %s:\n%s", where, shown)
		}
		w.withdraws("hubspot9@example.com")
		w.fake.Advance(time.Minute)
		w.truth()
		w.says("40 leads came in together", "36 are still open")

		w.fake.Advance(time.Minute)
		w.arrives(ana)
		w.truth()
		if heard := w.heard(); len(heard) != 2 || heard[1].ThreadTS != "" {
			t.Errorf("after the burst the channel has\n%s", w.fake.Transcript(slackfake.ChannelLeads))
		}
	})
}

// Whatever goes wrong while a burst is posted, each lead has one card, and the channel one announcement.
func TestManyLeadsAndManyFaults(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.copy()
		for _, kind := range []string{"did_then_drop", "http_500", "rate_limited"} {
			w.fault(slackfake.Fault{Method: "chat.postMessage", Kind: kind, Times: 4})
			w.fault(slackfake.Fault{Method: "chat.update", Kind: kind, Times: 2})
		}
		w.fault(slackfake.Fault{Method: "conversations.replies", Kind: "http_500", Times: 2})
		w.comeTogether(40, "HubSpot")
		w.truth()
		w.decides(1, slackfake.Luke, "Parcels")
		w.truth()
		w.wants(40, 41)
		w.says("40 leads", "39 are still open")
	})
}

// Somebody deletes the announcement. While cards wait for it there is a new one, and they stand in its thread; later nobody
// misses it. A card that is deleted is posted anew, in the thread if there is one.
func TestAnnouncementIsDeleted(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "http", "en")
	w.fault(slackfake.Fault{Method: "chat.postMessage", Kind: "rate_limited", RetryAfter: 30, After: 5})
	w.comeTogether(30, "HubSpot")
	first := w.says("30 leads")
	w.tried("chat.postMessage", 6)
	w.delete(first)
	w.truth()
	var second slackfake.Message
	threads := map[string]int{}
	for _, m := range w.fake.Messages(slackfake.ChannelLeads) {
		if strings.Contains(m.Text, "came in together") {
			second = m
		} else {
			threads[m.ThreadTS]++
		}
	}
	if threads[first.TS] != 4 || threads[second.TS] != 26 || second.TS == first.TS {
		t.Errorf("the cards stand in %v, announced at %s and then at %s", threads, first.TS, second.TS)
	}
	w.delete(second)
	card := w.card(20, "[Accept as SQL]")
	w.delete(card)
	w.decides(20, slackfake.Luke, "Parcels")
	w.truth()
	if again := w.card(20, "Accepted as SQL"); again.TS == card.TS || again.ThreadTS != "" {
		t.Errorf("the card stands at %s in the thread %q, want it by itself", again.TS, again.ThreadTS)
	}
	w.wants(30, 30)
}
