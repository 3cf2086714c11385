package bot_test

import (
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// Whoever asks for stats reads them in their language, whichever language's words they type; what is wrong is explained.
func TestStats(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		says := func(user, line string, want ...string) {
			t.Helper()
			got, err := w.fake.Command(t.Context(), user, slackfake.ChannelGeneral, line)
			if err != nil {
				t.Fatal(err)
			}
			read := w.fake.Text(got.Blocks) + "\n" + got.Text
			for _, s := range want {
				if !strings.Contains(read, s) {
					t.Errorf("%s is answered\n%s\nwithout %q", line, read, s)
				}
			}
		}
		says(slackfake.Luke, "/mql stats", "Nothing came in and nothing was decided: 31 Aug – 16 Nov 2026")
		w.arrives(ana)
		w.arrives(handoff.Arrival{Person: handoff.Person{Phone: "555"}, Touch: handoff.Touch{Source: "Fair"}})
		w.fake.SetNow(monday.Add(2 * time.Hour))
		w.decides(1, slackfake.Luke, "They lose parcels")
		w.nurtures(2, monday.AddDate(0, 0, 30))
		says(slackfake.Luke, "/mql stats", "Acceptance by source, 31 Aug – 16 Nov 2026", "2 leads received; 2 decisions; accepted 1\u00a0of\u00a01 · few; one for timing or routing.", "Fair", "Google")
		says(slackfake.Luke, "/mql stats CAMPAÑA 4s", "Acceptance by campaign, 26 Oct – 16 Nov 2026", "Spring webinar", "no campaign")
		says(slackfake.Ana, "/mql stats campaign 2026-11", "Aceptación por campaña, 1–16 nov 2026", "Spring webinar", "sin campaña")
		says(slackfake.Luke, "/mql stats reason 1d", "Why not, by lane, 16 Nov 2026", "Bad timing")
		says(slackfake.Ana, "/mql stats motivos", "Por qué no, por ámbito", "Momento")
		says(slackfake.Luke, "/mql stats 2026-W40", "Nothing came in and nothing was decided: 28 Sep – 4 Oct 2026")
		says(slackfake.Luke, "/mql stats 2027", "“2027” has not begun yet")
		says(slackfake.Ana, "/mql stats fuente ayer", "«ayer» no es algo por lo que pueda contar")
		says(slackfake.Luke, "/mql stats source 4w <!channel>", "“source 4w &lt;!channel&gt;” is nothing that I can count by")
		says(slackfake.Luke, "/mql stats 4w source", "“4w source” is nothing")
	})
}

// How single people decide is shown to managers and admins only.
func TestStatsByRep(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "http", "en")
	w.arrives(ana)
	w.decides(1, slackfake.Luke, "They lose parcels")
	w.staffed()
	for user, want := range map[string]string{
		slackfake.Grace: "<@" + slackfake.Luke + ">: accepted 1\u00a0of\u00a01 · few", admin: "Decisions by person",
		slackfake.Luke: "for managers and admins to see", slackfake.Marta: "for managers and admins to see", member: "for managers and admins to see",
		guestSales: "for managers and admins to see", guest: "Guests of the workspace",
	} {
		got, err := w.fake.Command(t.Context(), user, slackfake.ChannelLeads, "/mql stats rep")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(got.Text, want) {
			t.Errorf("%s reads %q, want %q", user, got.Text, want)
		}
	}
}
