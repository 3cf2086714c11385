package bot_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"relevo/bot"
	"relevo/internal/slackfake"
)

// importing drops a file of so many rows into a world and hands it over; step is called for each thousand rows, with
// what tells how far the import has come.
func importing(t *testing.T, w *world, rows int, step func(ctx context.Context, done int) error) {
	t.Helper()
	w.readLeads = func(ctx context.Context, job bot.LeadFile) (bot.FileReport, error) {
		report := bot.FileReport{Rows: rows, Good: rows, Columns: []bot.FileColumn{{Field: "email", Headers: []string{"email"}}}}
		for done := 1000; job.Take && done <= rows; done += 1000 {
			if err := step(ctx, done); err != nil {
				return bot.FileReport{}, err
			}
			job.Progress(done, rows)
		}
		return report, nil
	}
	w.start()
	if _, err := w.fake.Drop(t.Context(), slackfake.Luke, slackfake.Luke, "leads.csv", []byte("email\nana@example.com\n"), ""); err != nil {
		t.Fatal(err)
	}
	w.click(slackfake.Luke, w.answers("Hand over "), "file.take", "")
}

// answers waits until the bot's answer to the file says something.
func (w *world) answers(what string) (m slackfake.Message) {
	w.t.Helper()
	w.seen("the answer says "+what, func() bool {
		for _, m = range w.fake.Messages(slackfake.Luke) {
			if m.Bot && strings.Contains(m.Text+w.fake.Text(m.Blocks), what) {
				return true
			}
		}
		return false
	})
	return m
}

// progress is every "so far" that the answer was made to say.
func (w *world) progress() (said []string) {
	for _, s := range w.fake.Sent() {
		if _, rest, ok := strings.Cut(s.Text, "… "); ok && s.Method == "chat.update" && strings.Contains(rest, " rows so far") {
			said = append(said, rest[:strings.Index(rest, " rows")])
		}
	}
	return said
}

// The answer says how far a large file has come, no more often than every few seconds, however many rows that are, and
// its last word is what became of it.
func TestProgressOfAFile(t *testing.T) {
	w := emptyWorld(t, "socket", "en")
	importing(t, w, 20_000, func(context.Context, int) error { w.fake.Advance(time.Second); return nil })
	w.answers("20,000 leads of leads.csv are handed over")
	if got := strings.Join(w.progress(), "; "); got != "5,000 of 20,000; 10,000 of 20,000; 15,000 of 20,000" {
		t.Errorf("it said %s", got)
	}
}

// An import does not wait for a Slack that takes no progress, and has its last word all the same.
func TestProgressWhileSlackIsInTrouble(t *testing.T) {
	w := emptyWorld(t, "socket", "en")
	importing(t, w, 20_000, func(_ context.Context, done int) error {
		if w.fake.Advance(10 * time.Second); done == 1000 {
			w.fault(slackfake.Fault{Kind: "rate_limited", Method: "chat.update", RetryAfter: 1, Times: 1})
		}
		return nil
	})
	w.answers("20,000 leads of leads.csv are handed over")
	if got := w.progress(); len(got) > 1 { // the one that was refused
		t.Errorf("it said %v", got)
	}
}

// A bot that is killed in the middle leaves an answer that is still true, and that says what to do; dropped again, the
// file goes on.
func TestProgressSurvivesAKill(t *testing.T) {
	w := emptyWorld(t, "socket", "en")
	killed := make(chan struct{})
	importing(t, w, 20_000, func(ctx context.Context, done int) error {
		if w.fake.Advance(10 * time.Second); done < 8000 {
			return nil
		}
		w.fault(slackfake.Fault{Kind: "down"}) // a killed bot has no last word
		close(killed)
		<-ctx.Done()
		return ctx.Err()
	})
	<-killed
	w.stop()
	w.fault(slackfake.Fault{Kind: "up"})
	m := w.answers("7,000 of 20,000 rows so far")
	if said := w.fake.Text(m.Blocks); !strings.Contains(said, "drop the file again: no lead is taken twice") {
		t.Errorf("it says %s", said)
	}
	w.readLeads = func(context.Context, bot.LeadFile) (bot.FileReport, error) {
		return bot.FileReport{Rows: 20_000, Good: 20_000, New: 13_000, Repeated: 7000}, nil
	}
	w.start()
	if _, err := w.fake.Drop(t.Context(), slackfake.Luke, slackfake.Luke, "leads.csv", []byte("email\nana@example.com\n"), ""); err != nil {
		t.Fatal(err)
	}
	w.click(slackfake.Luke, w.answers("Hand over "), "file.take", "")
	w.answers("7,000 known already")
}
