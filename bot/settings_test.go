package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// settings opens the settings as somebody sees them.
func (w *world) settings(user string) string {
	w.t.Helper()
	if _, err := w.fake.Command(w.t.Context(), user, slackfake.ChannelGeneral, "/mql settings"); err != nil {
		w.t.Fatal(err)
	}
	v := w.fake.Modal(user)
	if v == nil {
		w.t.Fatalf("%s sees no settings", user)
	}
	return w.fake.Text(v.Blocks)
}

// An admin changes each section; the settings under the form show it at once.
func TestSettings(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		if said := w.settings(slackfake.Grace); !strings.Contains(said, "Monday to Friday, 09:00 to 18:00") || !strings.Contains(said, "8\u00a0h for everybody else") {
			t.Fatalf("the settings say:\n%s", said)
		}
		for _, edit := range []struct {
			section string
			wrong   map[string]string
			errs    string
			values  map[string]string
			says    string
		}{
			{"hours", map[string]string{"days": "1,2,3", "start": "10:00", "end": "10:15"}, "end",
				map[string]string{"days": "1,2,3,4", "start": "08:30", "end": "17:00"}, "Monday to Thursday, 08:30 to 17:00"},
			{"holidays", map[string]string{"holidays": "12-25 Christmas\nEaster"}, "holidays",
				map[string]string{"holidays": "2026-12-24\n12-25 Christmas"}, "25 Dec, every year · Christmas"},
			{"due", map[string]string{"other": "0.2"}, "other",
				map[string]string{"asked": "0.5", "other": "16", "sources": "Demo request"}, "16\u00a0h for everybody else"},
		} {
			w.choose(slackfake.Grace, "settings.edit", edit.section)
			if got := w.submit(slackfake.Grace, edit.wrong); got.Closed || got.Errors[edit.errs] == "" {
				t.Fatalf("%s: %v was taken: %+v", edit.section, edit.wrong, got)
			}
			got := w.submit(slackfake.Grace, edit.values)
			if !got.Closed || got.View == nil || !strings.Contains(w.fake.Text(got.View.Blocks), edit.says) {
				t.Fatalf("%s: after %v it is %+v", edit.section, edit.values, got)
			}
		}
		ws := w.workspace()
		want := handoff.Settings{
			Calendar: handoff.Calendar{
				Days: []time.Weekday{1, 2, 3, 4}, Start: 510, End: 1020, Holidays: []handoff.Holiday{{Day: "12-25", Name: "Christmas"}, {Day: "2026-12-24"}},
			},
			Due: handoff.DueTimes{Asked: 30 * time.Minute, Other: 16 * time.Hour, Sources: []string{"Demo request"}},
		}
		if got := ws.Settings.Settings; !slices.Equal(got.Calendar.Days, want.Calendar.Days) || got.Calendar.Start != 510 || got.Calendar.End != 1020 ||
			!slices.Equal(got.Calendar.Holidays, want.Calendar.Holidays) || got.Due.Asked != want.Due.Asked || !slices.Equal(got.Due.Sources, want.Due.Sources) {
			t.Errorf("stored %+v, want %+v", got, want)
		}
		if ws.SettingsVersion != 3 {
			t.Errorf("version %d, want 3", ws.SettingsVersion)
		}
	})
}

// Whoever is no admin sees the settings without buttons, and can't send a form that they were never shown.
func TestSettingsAreForAdmins(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		if said := w.settings(slackfake.Luke); strings.Contains(said, "[Edit]") || !strings.Contains(said, "Only admins") {
			t.Errorf("the settings say:\n%s", said)
		}
		w.settings(slackfake.Grace)
		w.choose(slackfake.Grace, "settings.edit", "due")
		demoted := slackfake.User{ID: slackfake.Grace, RealName: "Grace Hall", Role: "rep"}
		w.fake.AddUser(demoted)
		w.fake.SetNow(w.fake.Now().Add(2 * time.Hour)) // what Slack said of her is too old by now
		got := w.submit(slackfake.Grace, map[string]string{"other": "16"})
		if got.View == nil || !strings.Contains(w.fake.Text(got.View.Blocks), "Only an admin") {
			t.Errorf("she is told %+v", got)
		}
		if v := w.workspace().SettingsVersion; v != 0 {
			t.Errorf("version %d", v)
		}
	})
}
