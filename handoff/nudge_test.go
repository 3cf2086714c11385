package handoff

import (
	"slices"
	"testing"
	"time"
)

// Remind is asked at each half hour of a week; what it says is compared with times that were counted by hand.
func TestRemind(t *testing.T) {
	madrid, mexico := zone(t, "Europe/Madrid"), zone(t, "America/Mexico_City")
	r := Settings{Calendar: Calendar{Holidays: []Holiday{{Day: "11-18"}}}}.Rules(madrid)
	hours := func(user string) Hours {
		h := r.Hours
		if user == "UMEX" {
			h.Zone = mexico
		}
		return h
	}
	monday := time.Date(2026, 11, 16, 0, 0, 0, 0, madrid)
	for _, tt := range []struct {
		name    string
		owner   string
		asks    bool
		at      string // of Monday
		looks   string // when the first look is; every half hour from then on
		manager string
		want    []string
	}{
		{"from the morning", "U1", false, "16 10:00", "16 10:00", "U9", []string{"16 14:00 half", "17 09:00 overdue", "17 17:00 late U9"}},
		{"nobody owns it", "", false, "16 10:00", "16 10:00", "U9", []string{"17 09:00 overdue", "17 17:00 late U9"}},
		{"asked", "U1", true, "16 10:00", "16 10:00", "U9", []string{"16 11:00 half", "16 12:00 overdue", "16 14:00 late U9"}},
		{"over a holiday", "U1", false, "17 10:00", "17 10:00", "U9", []string{"17 14:00 half", "19 09:00 overdue", "19 17:00 late U9"}},
		{"the owner sleeps, and wakes before it is due", "UMEX", false, "16 09:30", "16 09:30", "U9", []string{"16 16:00 half", "16 17:30 overdue", "17 16:30 late U9"}},
		{"the owner sleeps until it is due", "UMEX", true, "16 10:00", "16 10:00", "U9", []string{"16 12:00 overdue", "16 14:00 late U9"}},
		{"the manager sleeps", "U1", true, "16 10:00", "16 10:00", "UMEX", []string{"16 11:00 half", "16 12:00 overdue", "16 16:00 late UMEX"}},
		{"nobody manages", "U1", true, "16 10:00", "16 10:00", "", []string{"16 11:00 half", "16 12:00 overdue"}},
		{"nobody was there for days", "U1", false, "16 10:00", "19 20:00", "U9", []string{"20 09:00 overdue", "20 09:00 late U9"}},
		{"nobody was there at half", "U1", false, "16 10:00", "16 17:00", "U9", []string{"16 17:00 half", "17 09:00 overdue", "17 17:00 late U9"}},
	} {
		parse := func(s string) time.Time {
			at, err := time.ParseInLocation("2006-01 02 15:04", "2026-11 "+s, madrid)
			if err != nil {
				t.Fatal(err)
			}
			return at
		}
		l := r.Begin(Lead{State: Open, Owner: tt.owner, Touch: Touch{AsksContact: tt.asks}}, parse(tt.at))
		var managers, got []string
		if tt.manager != "" {
			managers = []string{tt.manager}
		}
		for now := parse(tt.looks); now.Before(monday.AddDate(0, 0, 14)); now = now.Add(30 * time.Minute) {
			before := l
			var do Reminders
			l, do = r.Remind(l, now, hours, managers)
			at := now.Format("02 15:04 ")
			if do.Half {
				got = append(got, at+"half")
			}
			if do.Overdue {
				got = append(got, at+"overdue")
			}
			for _, m := range do.Late {
				got, managers = append(got, at+"late "+m), nil
			}
			if !l.Nudge.IsZero() && !l.Nudge.After(now) || l.Nudges < before.Nudges {
				t.Fatalf("%s: at %v it is to be looked at again %v", tt.name, now, l.Nudge)
			}
		}
		if !slices.Equal(got, tt.want) || l.Nudges != NudgeNone || !l.Nudge.IsZero() {
			t.Errorf("%s: got %q, want %q; in the end %+v", tt.name, got, tt.want, l)
		}
	}
}
