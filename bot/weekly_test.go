package bot_test

import (
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

func at(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04:05", s, madrid())
	if err != nil {
		panic(err)
	}
	return t
}

// planned waits until the bot has planned the digest of a week.
func (w *world) planned(week string) {
	w.t.Helper()
	w.until("the digest of "+week+" is planned", func() bool {
		got, err := w.store.LastDigest(w.t.Context(), 1)
		return err == nil && got == week
	})
}

// looked waits until the bot has looked at what is due: a lead whose day comes now has come back.
func (w *world) looked(number int64) {
	w.t.Helper()
	w.until("the bot looks at the time", func() bool { return w.lead(number).Round == 2 })
}

// nurtures sends a lead to nurturing until a time.
func (w *world) nurtures(number int64, back time.Time) {
	w.t.Helper()
	rules := w.workspace().Rules()
	_, _, err := w.store.Decide(w.t.Context(), 1, w.lead(number).ID, "", func(l handoff.Lead) (handoff.Decision, error) {
		return rules.Reject(l, l.Round, handoff.Actor{User: slackfake.Luke}, handoff.Rejection{Reason: "bad-timing", Back: back}, w.fake.Now())
	}, rules)
	if err != nil {
		w.t.Fatal(err)
	}
}

// The digest comes on Monday at nine by the workspace's clock, not a second before, also in the weeks in which the
// clocks change.
func TestDigestComesOnMondayAtNine(t *testing.T) {
	for _, tt := range []struct{ start, monday, week string }{
		{"2026-10-21 10:00:00", "2026-10-26 09:00:00", "2026-W43"}, // winter time since Sunday
		{"2026-03-25 10:00:00", "2026-03-30 09:00:00", "2026-W13"}, // summer time since Sunday
		{"2026-12-30 10:00:00", "2027-01-04 09:00:00", "2026-W53"},
	} {
		t.Run(tt.week, func(t *testing.T) {
			t.Parallel()
			w := emptyWorld(t, "http", "en")
			w.fake.SetNow(at(tt.start))
			w.start()
			early, late := w.arrives(ana), w.arrives(handoff.Arrival{Person: handoff.Person{Phone: "5"}})
			w.truth()
			w.nurtures(early.Number, at(tt.monday).Add(-time.Second))
			w.nurtures(late.Number, at(tt.monday).Add(time.Minute))
			w.fake.SetNow(at(tt.monday).Add(-time.Second))
			w.looked(early.Number)
			w.settled()
			if n := len(w.digests()); n != 0 {
				t.Fatalf("%d digests a second before", n)
			}
			w.fake.SetNow(at(tt.monday))
			w.planned(tt.week)
			w.truth()
			w.fake.SetNow(at(tt.monday).Add(time.Minute))
			w.looked(late.Number)
			w.truth()
			if n := len(w.digests()); n != 1 {
				t.Errorf("%d digests, want 1:\n%s", n, w.fake.Transcript(slackfake.ChannelFeedback))
			}
		})
	}
}

// After three weeks without the bot each week gets its digest, once, in order; after many weeks the newest four do.
func TestDigestAfterDowntime(t *testing.T) {
	for _, tt := range []struct {
		weeks int
		want  []string
	}{
		{3, []string{"16–22 Nov", "23–29 Nov", "30 Nov – 6 Dec", "7–13 Dec"}},
		{10, []string{"16–22 Nov", "4–10 Jan", "11–17 Jan", "18–24 Jan", "25–31 Jan"}},
	} {
		t.Run(tt.want[1], func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, "http", "en")
			w.arrives(ana)
			w.nextMonday("2026-W47")
			w.truth()
			w.stop()
			w.fake.SetNow(w.fake.Now().AddDate(0, 0, 7*tt.weeks).Add(26 * time.Hour))
			w.start()
			w.seen("the digests stand", func() bool { return len(w.digests()) == len(tt.want) })
			w.truth()
			w.stop()
			w.start()
			w.truth()
			var titles []string
			for _, m := range w.digests() {
				titles = append(titles, strings.SplitN(m.Text, "\n", 2)[0])
			}
			for i, want := range tt.want {
				if len(titles) != len(tt.want) || !strings.Contains(titles[i], want) {
					t.Fatalf("digests %q, want those of the weeks from %q", titles, tt.want)
				}
			}
		})
	}
}

// There is no digest before the first lead, nor of the weeks before it.
func TestNoDigestBeforeTheFirstLead(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "http", "en")
	w.fake.SetNow(at("2026-11-30 09:30:00"))
	r := w.arrives(ana)
	w.nurtures(r.Number, at("2026-11-30 10:00:00"))
	w.fake.SetNow(at("2026-11-30 10:00:00"))
	w.looked(r.Number)
	w.truth()
	if n := len(w.digests()); n != 0 {
		t.Errorf("%d digests of weeks before the first lead:\n%s", n, w.fake.Transcript(slackfake.ChannelFeedback))
	}
	w.fake.SetNow(at("2026-12-07 09:00:00"))
	w.planned("2026-W49")
	w.truth()
	if n := len(w.digests()); n != 1 {
		t.Errorf("%d digests, want 1", n)
	}
}
