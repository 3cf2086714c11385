package bot_test

import (
	"strings"
	"testing"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// Off until an admin wants it; then a lead each Tuesday, which both sides judge before they read what was decided.
func TestCalibration(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.named(bothSides)
		pasts(t, w.store, w.workspace(), w.fake.Now(), 4, 4)
		if said := w.settings(slackfake.Grace); !strings.Contains(said, "No calibration.") {
			t.Errorf("the settings say\n%s", said)
		}
		w.choose(slackfake.Grace, "settings.edit", "learning")
		if got := w.submit(slackfake.Grace, map[string]string{"learning": "calibration"}); !got.Closed || got.View == nil || !strings.Contains(w.fake.Text(got.View.Blocks), "every Tuesday") {
			t.Fatalf("saved: %+v", got)
		}
		if l := w.workspace().Settings.Learning; !l.Unreminded || !l.Calibration || !l.Since.Equal(w.fake.Now()) {
			t.Errorf("stored %+v", l)
		}
		w.goes(1, 9, 59)
		for _, m := range w.fake.Messages(slackfake.ChannelLeads) {
			t.Errorf("too early: %s", w.fake.Text(m.Blocks))
		}
		w.goes(1, 10, 0)
		m := w.holding(slackfake.ChannelLeads, "Would you accept this lead?")
		if said := strings.ToLower(w.fake.Text(m.Blocks)); strings.Contains(said, "secret") || strings.Contains(said, "hidden") || strings.Contains(said, "#") {
			t.Errorf("it tells who: %s", said)
		}
		c, err := w.store.Calibration(t.Context(), 1, 1)
		if err != nil {
			t.Fatal(err)
		}
		lead, err := w.store.LeadByID(t.Context(), 1, c.Lead)
		if err != nil {
			t.Fatal(err)
		}
		right, wrong := "calibration.yes", "calibration.no"
		if lead.State == handoff.Rejected {
			right, wrong = wrong, right
		}
		if said := w.told(slackfake.Luke, func() { w.click(slackfake.Luke, m, wrong, "") }); !strings.Contains(said, "Noted") {
			t.Errorf("Luke is told %q", said)
		}
		w.click(slackfake.Luke, m, right, "") // changed
		w.click(slackfake.Ana, m, wrong, "")
		w.click(slackfake.Marta, m, right, "")
		w.holding(slackfake.ChannelLeads, "Sales: 2 answers  ·  Marketing: 1 answer")
		w.fake.AddUser(slackfake.User{ID: member, RealName: "Mo Member"})
		if err := w.fake.SetMember(slackfake.ChannelLeads, member, true); err != nil {
			t.Fatal(err)
		}
		if said := w.told(member, func() { w.click(member, m, right, "") }); !strings.Contains(said, "named for sales or for marketing") {
			t.Errorf("Mo is told %q", said)
		}
		w.goes(3, 9, 59)
		w.holding(slackfake.ChannelLeads, "Sales: 2 answers")
		w.goes(3, 10, 0)
		said := w.fake.Text(w.holding(slackfake.ChannelLeads, "Sales said the same: 1\u00a0of\u00a02  ·  Marketing said the same: 1\u00a0of\u00a01").Blocks)
		if !strings.Contains(said, "Sales had "+map[bool]string{true: "rejected", false: "accepted"}[lead.State == handoff.Rejected]+" it.") ||
			!strings.Contains(said, "Sales 1\u00a0of\u00a02 · few") || strings.Contains(said, "[Yes]") {
			t.Errorf("after two days it shows\n%s", said)
		}
		// Once a week, also for a bot that starts anew.
		w.stop()
		w.start()
		w.quiet()
		n := 0
		for _, m := range w.fake.Messages(slackfake.ChannelLeads) {
			if strings.Contains(w.fake.Text(m.Blocks), "Would you accept") {
				n++
			}
		}
		if n != 1 {
			t.Errorf("%d calibrations this week", n)
		}
	})
}

// Switched on when the week's time is over, it begins with the next week.
func TestCalibrationBeginsWithAWeek(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "http", "en")
	w.named(bothSides)
	pasts(t, w.store, w.workspace(), w.fake.Now(), 4, 4)
	w.goes(1, 10, 1)
	w.settings(slackfake.Grace)
	w.choose(slackfake.Grace, "settings.edit", "learning")
	w.submit(slackfake.Grace, map[string]string{"learning": "calibration"})
	w.goes(3, 12, 0)
	for _, m := range w.fake.Messages(slackfake.ChannelLeads) {
		t.Errorf("this week there is already\n%s", w.fake.Text(m.Blocks))
	}
	w.goes(8, 10, 0)
	w.holding(slackfake.ChannelLeads, "Would you accept this lead?")
}
