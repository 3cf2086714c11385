package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
)

// The cards of all rounds are shown anew; one that is not in Slack will never be, and one that may be is looked for.
func TestEraseCards(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		ws.LeadsChannel = "C1"
		must(t, s.SaveWorkspace(ctx, ws))
		lived(t, s, ws) // two rounds, two cards, a question and word of its answer
		for ts := range 4 {
			must(t, s.Posted(ctx, claim(t, s, store.Post, monday.AddDate(0, 0, 2)), "C1", fmt.Sprint(ts+1)))
		}
		at := monday.AddDate(0, 0, 3)
		add(t, s, ws, person(1), person(2)) // nobody has seen the first one's card, and somebody may have seen the second's
		waits := claim(t, s, store.Post, at)
		must(t, s.Failed(ctx, waits, "rate_limited", true, at))
		must(t, s.Failed(ctx, claim(t, s, store.Post, at.Add(-time.Hour)), "timeout", false, at.Add(time.Hour)))
		for _, email := range []string{"x0v@x0vco.example", "person1@example.com", "person2@example.com"} {
			_, err := s.Erase(ctx, ws.ID, store.Erasure{Email: email}, at)
			must(t, err)
		}
		for range 4 {
			m := claim(t, s, store.Update, at)
			if m.TS == "" || m.LeadID != 1 {
				t.Errorf("claimed %+v, want what shows the first lead", m)
			}
			must(t, s.Updated(ctx, m))
		}
		m := claim(t, s, store.Post, at.Add(2*time.Hour))
		if m.LeadID == waits.LeadID || m.Doubts != 2 {
			t.Errorf("claimed %+v, want the card that may be in Slack", m)
		}
		must(t, s.Found(ctx, m, "C1", "5"))
		if m := claim(t, s, store.Update, at.Add(2*time.Hour)); m.TS != "5" {
			t.Errorf("claimed %+v, want the card that was found", m)
		}
		nothing(t, s, store.Post, at.AddDate(1, 0, 0))
	})
}

// Those digests are shown anew that can have named the person, and of them only the parts with names.
func TestEraseFromDigests(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		ws.LeadsChannel, ws.FeedbackChannel = "C1", "F1"
		must(t, s.SaveWorkspace(ctx, ws))
		zone := time.UTC
		week := handoff.WeekOf(monday, zone)
		// Handed over in week 0, accepted in week 2 after being late, taken back and rejected in week 4.
		l := first(t, s, ws)
		must(t, s.Posted(ctx, claim(t, s, store.Post, monday), "C1", "1"))
		_, d, err := s.Decide(ctx, ws.ID, l.ID, "V1", accept(ws, "U1", monday.AddDate(0, 0, 15)), ws.Rules())
		must(t, err)
		_, err = s.TakeBack(ctx, ws.ID, l.ID, d.ID, takeBack(ws, "U1", monday.AddDate(0, 0, 28)), ws.Rules())
		must(t, err)
		_, _, err = s.Decide(ctx, ws.ID, l.ID, "V2", reject(ws, "U1", "wrong-size", monday.AddDate(0, 0, 29)), ws.Rules())
		must(t, err)
		for n := -3; n < 9; n++ {
			w := week.Add(n)
			_, err := s.PlanDigest(ctx, ws.ID, w.String(), store.OwesPart+1, nil, w.DigestAt())
			must(t, err)
			for part := range store.OwesPart + 1 {
				m := claim(t, s, store.Post, monday.AddDate(0, 0, 99))
				must(t, s.Posted(ctx, m, "F1", fmt.Sprintf("%s.%d", w, part)))
			}
		}
		at := monday.AddDate(0, 0, 99)
		must(t, s.Updated(ctx, claim(t, s, store.Update, at))) // the card
		nothing(t, s, store.Update, at)
		_, err = s.Erase(ctx, ws.ID, store.Erasure{Email: l.Email}, at)
		must(t, err)
		var stale []string
		for range 99 {
			m, err := s.Claim(ctx, store.Update, "p", at, time.Minute)
			if err != nil {
				break
			}
			if m.Kind == store.KindDigest {
				stale = append(stale, fmt.Sprintf("%s.%d", m.Week, m.Part))
			}
		}
		// Past due on the Mondays of weeks -1 to 3 (the first list can be written up to a week late), need note in week 2.
		var want []string
		for n := -1; n <= 3; n++ {
			for part := store.NamingPart; part <= store.OwesPart; part++ {
				want = append(want, fmt.Sprintf("%s.%d", week.Add(n), part))
			}
		}
		if !slices.Equal(stale, want) {
			t.Errorf("shown anew are\n%v, want\n%v", stale, want)
		}
	})
}
