package bot_test

import (
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// quiet waits until nothing is due any more.
func (w *world) quiet() {
	w.t.Helper()
	w.until("nothing is due", func() bool {
		now := w.fake.Now()
		next, err := w.store.NextDue(w.t.Context())
		if err != nil || !next.IsZero() && !next.After(now) {
			return false
		}
		n, err := w.store.Pending(w.t.Context(), now)
		return err == nil && n == 0
	})
}

// goes jumps to a time on the day so many days after the world's Monday, and waits until nothing is due.
func (w *world) goes(days, hour, minute int) {
	w.t.Helper()
	w.fake.SetNow(time.Date(2026, 11, 16+days, hour, minute, 0, 0, madrid()))
	w.quiet()
}

// reminders returns what stands in a channel beside cards, in one line each.
func (w *world) reminders(channel string) (all []string) {
	for _, m := range w.fake.Messages(channel) {
		if said := w.fake.Text(m.Blocks); !strings.Contains(said, "[") {
			all = append(all, strings.ReplaceAll(said, "\n", " "))
		}
	}
	return all
}

// has holds that these reminders stand in a channel, each with its words.
func (w *world) has(channel string, want ...string) {
	w.t.Helper()
	got := w.reminders(channel)
	ok := len(got) == len(want)
	for i := range want {
		ok = ok && strings.Contains(got[i], want[i])
	}
	if !ok {
		w.t.Errorf("at %v there are\n%s\nwant\n%s", w.fake.Now().In(madrid()), strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func owned(by, phone string) handoff.Arrival {
	return handoff.Arrival{Person: handoff.Person{Name: "Lead " + phone, Phone: phone}, Owner: by}
}

// managed names Grace a manager, as a settings change would.
func (w *world) managed() {
	w.t.Helper()
	_, err := w.store.ChangeSettings(w.t.Context(), 1, slackfake.Grace, w.fake.Now(), func(set *handoff.Settings) error {
		set.Team.People = map[handoff.Role][]string{handoff.RoleManager: {slackfake.Grace}}
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

const graceIM = "D0GRACE001"

// A lead is due at 18:00 on the day on which it comes in at 10:00.
func TestReminders(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.managed()
		w.arrives(owned(slackfake.Luke, "1"))
		w.arrives(owned("", "2"))
		w.goes(0, 13, 59)
		w.has(slackfake.ChannelLeads)
		w.goes(0, 14, 0)
		w.has(slackfake.ChannelLeads, "@Luke Carter, half of the time to decide on #1 is over")
		w.goes(1, 8, 59)
		w.has(slackfake.ChannelLeads, "half")
		w.goes(1, 9, 0)
		w.has(slackfake.ChannelLeads, "half", "2 leads of this channel are past due - #1  Lead 1")
		w.decides(1, slackfake.Luke, "A need")
		w.quiet()
		w.has(slackfake.ChannelLeads, "half", "One lead of this channel is past due - #1  ~Lead 1~ · SQL - #2  Lead 2")
		w.has(graceIM)
		w.goes(1, 16, 59)
		w.has(graceIM)
		w.goes(1, 17, 0)
		w.has(graceIM, "One lead has taken twice its time - #2")
		w.decides(2, slackfake.Luke, "A need")
		w.goes(3, 9, 0)
		w.has(graceIM, "These leads are decided by now. - #2  ~Lead 2~ · SQL")
		w.has(slackfake.ChannelLeads, "half", "These leads are decided by now.")
	})
}

// After days without the bot there is one list of each kind; a clock that is set back reminds nobody twice.
func TestRemindersAfterDowntime(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "http", "en")
	w.managed()
	for _, phone := range []string{"1", "2", "3"} {
		w.arrives(owned(slackfake.Luke, phone))
		w.fake.SetNow(w.fake.Now().AddDate(0, 0, 1))
	}
	w.stop()
	w.fake.SetNow(time.Date(2026, 11, 27, 11, 0, 0, 0, madrid()))
	w.start()
	w.quiet()
	check := func() {
		t.Helper()
		lists := w.reminders(slackfake.ChannelLeads)
		if n := len(lists); n == 0 || !strings.Contains(lists[n-1], "3 leads of this channel are past due") {
			t.Errorf("the channel has %q", lists)
		}
		if got := w.reminders(graceIM); len(got) == 0 || !strings.Contains(got[len(got)-1], "3 leads") {
			t.Errorf("Grace has %q", got)
		}
	}
	check()
	lists, late := len(w.reminders(slackfake.ChannelLeads)), len(w.reminders(graceIM))
	for _, day := range []int{-1, 0, -3, 2} {
		w.stop()
		w.fake.SetNow(time.Date(2026, 11, 27+day, 12, 0, 0, 0, madrid()))
		w.start()
		w.quiet()
	}
	check()
	if got, direct := len(w.reminders(slackfake.ChannelLeads)), len(w.reminders(graceIM)); got != lists || direct != late {
		t.Errorf("%d and %d reminders, want the %d and %d from before", got, direct, lists, late)
	}
}

// What can't be posted until the evening waits for the morning, and is not posted at all when the lead is decided meanwhile.
func TestRemindersWaitForTheMorning(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "http", "en")
	w.arrives(owned(slackfake.Luke, "1"))
	w.arrives(owned(slackfake.Ana, "2"))
	w.quiet()
	w.fake.SetNow(time.Date(2026, 11, 16, 12, 0, 0, 0, madrid()))
	w.arrives(owned(slackfake.Luke, "3"))
	w.quiet()
	down := func() {
		if err := w.fake.Fault(slackfake.Fault{Method: "chat.postMessage", Kind: "error:channel_not_found", Times: 2}); err != nil {
			t.Fatal(err)
		}
	}
	down()
	calls := w.fake.Calls("chat.postMessage")
	w.fake.SetNow(time.Date(2026, 11, 17, 9, 0, 0, 0, madrid()))
	w.tried("chat.postMessage", calls+1)
	w.until("it is put off", func() bool { n, err := w.store.Pending(t.Context(), w.fake.Now()); return err == nil && n == 0 })
	w.has(slackfake.ChannelLeads)
	w.goes(1, 20, 0) // it could be posted again, but nobody works
	w.has(slackfake.ChannelLeads)
	w.decides(1, slackfake.Luke, "A need")
	w.goes(2, 8, 59)
	w.has(slackfake.ChannelLeads)
	w.goes(2, 9, 0)
	w.has(slackfake.ChannelLeads, "2 leads of this channel are past due - #2")
	if got := w.reminders(slackfake.ChannelLeads); len(got) > 0 && strings.Contains(got[0], "#1 ") {
		t.Errorf("what was decided before is listed: %q", got)
	}
}

// A list that somebody deletes is not missed, and a change of hours shows on cards at once.
func TestRemindersAndSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "http", "en")
	w.arrives(owned("", "1"))
	w.card(1, "today 18:00")
	w.settings(slackfake.Grace)
	w.choose(slackfake.Grace, "settings.edit", "hours")
	if got := w.submit(slackfake.Grace, map[string]string{"days": "1,2,3,4", "start": "08:00", "end": "16:00"}); !got.Closed {
		t.Fatalf("refused: %+v", got)
	}
	w.card(1, "tomorrow 10:00")
	w.goes(1, 10, 0)
	w.has(slackfake.ChannelLeads, "One lead of this channel")
	for _, m := range w.fake.Messages(slackfake.ChannelLeads) {
		if strings.Contains(w.fake.Text(m.Blocks), "past due") {
			w.delete(m)
		}
	}
	w.decides(1, slackfake.Luke, "A need")
	w.goes(2, 10, 0)
	w.has(slackfake.ChannelLeads)
}

// What is past due on a route whose channel does not take the bot is on the leads channel's list, where its cards are.
func TestDivertedList(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		closed := w.fake.AddChannel("mql-closed", slackfake.Ana)
		w.routes(handoff.Route{ID: "fr", Name: "France", When: handoff.Conditions{Countries: []string{"FR"}}, Channel: closed})
		w.arrives(of("FR", "Un"))
		w.arrives(of("ES", "Dos"))
		w.goes(0, 19, 0)
		w.goes(1, 9, 30)
		w.has(slackfake.ChannelLeads, "2 leads of this channel are past due")
		w.arrives(of("FR", "Trois"))
		w.goes(2, 10, 30)
		w.has(slackfake.ChannelLeads, "2 leads of this channel are past due", "3 leads of this channel are past due")
		w.stop()
		w.start()
		w.goes(2, 11, 0)
		w.has(slackfake.ChannelLeads, "2 leads of this channel are past due", "3 leads of this channel are past due")
	})
}
