package bot_test

import (
	"strings"
	"testing"

	"relevo/bot"
	"relevo/internal/slackfake"
)

// A message becomes a lead: the form opens filled, and what is sent is handed over.
func TestHandOverAMessage(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.fake.SetShortcuts([]slackfake.Shortcut{{CallbackID: bot.ShortcutHandOver, Name: "Hand over as a lead"}})
		if err := w.fake.Say(t.Context(), slackfake.Luke, slackfake.ChannelGeneral, "Rosa Luna, <mailto:rosa@luna.example|rosa@luna.example>, wants a demo"); err != nil {
			t.Fatal(err)
		}
		use := func(user, channel string) error {
			all := w.fake.Messages(channel)
			return w.fake.Shortcut(t.Context(), user, channel, all[len(all)-1].TS, bot.ShortcutHandOver)
		}
		if err := use(slackfake.Marta, slackfake.ChannelGeneral); err != nil {
			t.Fatal(err)
		}
		v := w.fake.Modal(slackfake.Marta)
		if v == nil {
			t.Fatal("the form is not open")
		}
		if got := w.submit(slackfake.Marta, map[string]string{"campaign": "Fair"}); got.View == nil {
			t.Fatalf("the lead was refused: %+v", got)
		}
		ws := w.workspace()
		l, err := w.store.LeadByEmail(t.Context(), ws.ID, "rosa@luna.example")
		if err != nil || l.Name != "Rosa Luna" || l.Campaign != "Fair" || !strings.Contains(l.Activity, "wants a demo") {
			t.Fatalf("the lead is %+v, %v", l, err)
		}
		w.card(l.Number, "Rosa Luna", "[Accept as SQL]")
		// From outside nobody hands over: they are told so.
		if err := w.fake.Say(t.Context(), slackfake.Luke, slackfake.ChannelLeads, "bo@example.com"); err != nil {
			t.Fatal(err)
		}
		if err := use(slackfake.Otto, slackfake.ChannelLeads); err != nil {
			t.Fatal(err)
		}
		v = w.fake.Modal(slackfake.Otto)
		if v == nil || v.CallbackID != "notice" {
			t.Errorf("from outside: %+v", v)
		}
	})
}
