package bot_test

import (
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/slackfake"
	"relevo/store"
)

// storeAll is the filter that lets every lead through.
var storeAll store.Filter

// fault makes something go wrong in Slack.
func (w *world) fault(f slackfake.Fault) {
	w.t.Helper()
	if err := w.fake.Fault(f); err != nil {
		w.t.Fatal(err)
	}
}

// recovered lets time pass until Slack agrees with the store, whatever had to be tried again. With two bots it
// passes slowly: what one is about must not be left to the other before it can be done.
func (w *world) recovered() {
	w.t.Helper()
	step := 5 * time.Second
	if w.copies > 0 {
		step = time.Second
	}
	w.until("everything is shown in the end", func() bool {
		n, err := w.store.Pending(w.t.Context(), w.fake.Now().AddDate(1, 0, 0))
		if err == nil && n == 0 {
			return true
		}
		w.fake.Advance(step)
		return false
	})
}

// tried waits until a method was called so often.
func (w *world) tried(method string, times int) {
	w.t.Helper()
	w.seen(method+" is tried", func() bool { return w.fake.Calls(method) >= times })
}

// putOff waits until the bot has understood that a lead's card must be tried again later.
func (w *world) putOff(number int64) {
	w.t.Helper()
	w.until("the card is put off", func() bool {
		m, err := w.store.CardOf(w.t.Context(), 1, w.lead(number).ID, 1)
		return err == nil && m.Failures > 0
	})
}

// truth holds that every lead has one card for each of its rounds, and that it shows what the store says.
func (w *world) truth() {
	w.t.Helper()
	w.recovered()
	if problems := untruths(w.t, w.fake, w.store); len(problems) > 0 {
		w.t.Errorf("%s\n%s", strings.Join(problems, "\n"), w.fake.Transcript(slackfake.ChannelLeads))
	}
}

// When Slack says to wait, nothing is posted before, and everything after.
func TestRateLimitedPosts(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		first := w.card(w.arrives(ana).Number, "[Accept as SQL]")
		w.settled()
		w.fault(slackfake.Fault{Method: "chat.postMessage", Kind: "rate_limited", RetryAfter: 30})
		for range 3 {
			w.arrives(handoff.Arrival{Person: handoff.Person{Phone: "5"}})
		}
		w.putOff(2)
		w.fake.Advance(29 * time.Second)
		// Something else happens meanwhile, which is shown: only posts were limited.
		w.click(slackfake.Luke, first, "card.accept", "")
		w.submit(slackfake.Luke, map[string]string{"need": "A need"})
		w.card(1, "Accepted as SQL")
		if n := w.fake.Calls("chat.postMessage"); n != 2 {
			t.Errorf("%d posts within the time that Slack asked to wait, want the first card and the refused one", n)
		}
		w.fake.Advance(time.Second)
		w.settled()
		w.truth()
		if n := w.fake.Calls("chat.postMessage"); n != 5 {
			t.Errorf("%d posts, want 4 cards and the refused one", n)
		}
	})
}

func TestRateLimitedUpdates(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		card := w.card(w.arrives(ana).Number, "[Accept as SQL]")
		w.settled()
		w.fault(slackfake.Fault{Method: "chat.update", Kind: "rate_limited", RetryAfter: 60})
		w.click(slackfake.Luke, card, "card.accept", "")
		w.submit(slackfake.Luke, map[string]string{"need": "A need"})
		w.putOff(1)
		w.fake.Advance(59 * time.Second)
		w.card(w.arrives(handoff.Arrival{Person: handoff.Person{Phone: "5"}}).Number, "[Reject]")
		if n := w.fake.Calls("chat.update"); n != 1 {
			t.Errorf("%d updates within the time that Slack asked to wait", n)
		}
		w.fake.Advance(time.Second)
		w.card(1, "Accepted as SQL")
		w.truth()
	})
}

// Whatever becomes of a call whose answer is lost or says nothing, a lead has one card, and it shows the truth.
func TestUnclearOutcomes(t *testing.T) {
	const post, update, history = "chat.postMessage", "chat.update", "conversations.history"
	for name, faults := range map[string][]slackfake.Fault{
		"posted, answer lost":             {{Method: post, Kind: "did_then_drop"}},
		"posted, answer lost, history 5x": {{Method: post, Kind: "did_then_drop"}, {Method: history, Kind: "http_500", Times: 5}},
		"posted, history limited":         {{Method: post, Kind: "did_then_drop"}, {Method: history, Kind: "rate_limited", RetryAfter: 90}},
		"posted, history lost":            {{Method: post, Kind: "did_then_drop"}, {Method: history, Kind: "did_then_drop", Times: 2}},
		"every answer lost":               {{Method: post, Kind: "did_then_drop", Times: 9}, {Method: update, Kind: "did_then_drop", Times: 5}},
		"dropped":                         {{Method: post, Kind: "drop", Times: 3}},
		"internal errors":                 {{Method: post, Kind: "internal_error", Times: 3}},
		"5xx":                             {{Method: post, Kind: "http_500", Times: 3}},
		"one after the other": {
			{Method: post, Kind: "drop"}, {Method: post, Kind: "rate_limited", RetryAfter: 10}, {Method: post, Kind: "did_then_drop"}, {Method: history, Kind: "internal_error"},
		},
		"updates": {{Method: update, Kind: "http_500"}, {Method: update, Kind: "did_then_drop"}, {Method: update, Kind: "internal_error"}, {Method: update, Kind: "drop"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "http", "en")
			for _, f := range faults {
				w.fault(f)
			}
			for range 3 {
				w.arrives(handoff.Arrival{Person: handoff.Person{Phone: "5"}})
			}
			w.truth()
			card := w.card(1, "[Accept as SQL]")
			w.click(slackfake.Luke, card, "card.accept", "")
			w.submit(slackfake.Luke, map[string]string{"need": "A need"})
			w.truth()
			w.card(1, "Accepted as SQL")
			w.wants(3, 3)
			if n := w.fake.Faults(); n != 0 && name != "every answer lost" {
				t.Errorf("%d faults did not happen", n)
			}
		})
	}
}

// A click on a card tells where it stands before the answer to its own post is known; it is not posted again, and
// shows the decision.
func TestClickBeforeThePostIsKnown(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.fault(slackfake.Fault{Method: "chat.postMessage", Kind: "did_then_drop"})
		w.fault(slackfake.Fault{Method: "conversations.history", Kind: "http_500", Times: 1000})
		card := w.card(w.arrives(ana).Number, "[Accept as SQL]")
		w.click(slackfake.Luke, card, "card.accept", "")
		if got := w.submit(slackfake.Luke, map[string]string{"need": "A need"}); !got.Closed {
			t.Fatalf("refused: %+v", got)
		}
		w.truth()
		w.card(1, "Accepted as SQL")
	})
}

// Who deletes a lead's card in Slack has it posted anew with its next change. A digest that somebody deletes stays
// deleted.
func TestDeletedInSlack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "http", "en")
	card := w.card(w.arrives(ana).Number, "[Accept as SQL]")
	w.click(slackfake.Luke, card, "card.accept", "")
	w.delete(card)
	w.submit(slackfake.Luke, map[string]string{"need": "A need"})
	again := w.card(1, "Accepted as SQL")
	w.truth()
	if again.TS == card.TS {
		t.Error("the card was not deleted")
	}
	// The digest's first message is found again after its answer was lost, and deleted before it is shown anew.
	w.fault(slackfake.Fault{Method: "chat.postMessage", Kind: "did_then_drop"})
	w.fault(slackfake.Fault{Method: "chat.update", Kind: "error:message_not_found"})
	w.fault(slackfake.Fault{Method: "chat.postMessage", Kind: "error:thread_not_found", Times: 5})
	w.nextMonday("2026-W47")
	w.recovered()
	w.fake.Advance(time.Hour)
	w.recovered()
	if n := len(w.digests()); n != 1 {
		t.Errorf("%d digests:\n%s", n, w.fake.Transcript(slackfake.ChannelFeedback))
	}
	for _, m := range w.fake.Messages(slackfake.ChannelFeedback) {
		if m.ThreadTS == "" && !strings.HasPrefix(m.Text, "Weekly digest") {
			t.Errorf("a part of the digest stands outside its thread: %s", m.Text)
		}
	}
}

// delete is somebody deleting a message.
func (w *world) delete(m slackfake.Message) {
	w.t.Helper()
	client := slack.New(w.fake.BotToken(), slack.OptionAPIURL(w.fake.APIURL()))
	if _, _, err := client.DeleteMessageContext(w.t.Context(), m.Channel, m.TS); err != nil {
		w.t.Fatal(err)
	}
}

// Nothing is lost while the channel is archived, or the bot not in it.
func TestChannelOutOfReach(t *testing.T) {
	for name, out := range map[string]func(w *world, gone bool) error{
		"archived": func(w *world, gone bool) error { return w.fake.SetArchived(slackfake.ChannelLeads, gone) },
		"removed": func(w *world, gone bool) error {
			return w.fake.SetMember(slackfake.ChannelLeads, w.fake.BotUser(), !gone)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "http", "en")
			w.card(w.arrives(ana).Number)
			if err := out(w, true); err != nil {
				t.Fatal(err)
			}
			for range 3 {
				w.arrives(handoff.Arrival{Person: handoff.Person{Phone: "5"}})
			}
			w.tried("chat.postMessage", 4)
			if err := out(w, false); err != nil {
				t.Fatal(err)
			}
			w.truth()
			w.wants(4, 4)
		})
	}
}

// A card that may stand in a channel that the bot was taken out of does not keep the others waiting.
func TestDoubtfulCardInALostChannel(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "http", "en")
	w.fault(slackfake.Fault{Method: "chat.postMessage", Kind: "did_then_drop"})
	w.arrives(ana)
	w.tried("chat.postMessage", 1)
	if err := w.fake.SetMember(slackfake.ChannelLeads, w.fake.BotUser(), false); err != nil {
		t.Fatal(err)
	}
	ws := w.workspace()
	ws.LeadsChannel = w.fake.AddChannel("new-leads", slackfake.Luke, w.fake.BotUser())
	if err := w.store.SaveWorkspace(t.Context(), ws); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		w.arrives(handoff.Arrival{Person: handoff.Person{Phone: "5"}})
	}
	w.until("the other leads have their cards", func() bool {
		w.fake.Advance(time.Second)
		return len(w.fake.Messages(ws.LeadsChannel)) == 3
	})
	// Let in again, it finds the one that it had posted.
	if err := w.fake.SetMember(slackfake.ChannelLeads, w.fake.BotUser(), true); err != nil {
		t.Fatal(err)
	}
	w.truth()
	w.wants(4, 1)
}

// A channel's id changes when it is shared with another organisation; what comes next goes to the new one.
func TestChannelIDChanged(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.card(w.arrives(ana).Number)
		w.settled()
		shared := w.fake.AddChannel("mql-shared", slackfake.Luke, w.fake.BotUser())
		for range 2 {
			err := w.fake.Event(t.Context(), object{"type": "channel_id_changed", "old_channel_id": slackfake.ChannelLeads, "new_channel_id": shared})
			if err != nil {
				t.Fatal(err)
			}
		}
		w.arrives(handoff.Arrival{Person: handoff.Person{Phone: "5"}})
		w.seen("the card stands in the new channel", func() bool { return len(w.fake.Messages(shared)) == 1 })
		m, err := w.store.CardOf(t.Context(), 1, w.lead(1).ID, 1)
		if err != nil || m.Channel != shared {
			t.Errorf("the old card is looked for in %s (%v)", m.Channel, err)
		}
	})
}
