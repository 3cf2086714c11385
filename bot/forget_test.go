package bot_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"relevo/bot"
	"relevo/handoff"
	"relevo/internal/slackfake"
	"relevo/store"
	"relevo/store/storetest"
)

// locked is a log that is written while it is read.
type locked struct {
	mu  sync.Mutex
	all bytes.Buffer
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.Write(p)
}

func (l *locked) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.all.String()
}

// shownNow is all that people can read in Slack and the bot has put there, what was said privately aside: channels, direct messages, files,
// Homes and open modals.
func (w *world) shownNow() string {
	w.t.Helper()
	all := w.everything()
	for _, user := range []string{slackfake.Ana, slackfake.Luke, slackfake.Marta, slackfake.Grace} {
		for _, v := range []*slackfake.View{w.fake.Home(user), w.fake.Modal(user)} {
			if v != nil {
				all += fmt.Sprintln(w.fake.Text(v.Blocks), v.Blocks, v.PrivateMetadata)
			}
		}
		for _, f := range w.sheets(user) {
			if f.Name != "leads.csv" { // Luke's own
				all += w.read(f)
			}
		}
	}
	return all
}

// lives lets somebody of whom every text has quux in it come in, be asked about, be reminded of, be listed, be decided on, and
// come in a digest, in files and on Homes.
func (w *world) lives() {
	t := w.t
	w.readLeads = func(_ context.Context, job bot.LeadFile) (bot.FileReport, error) {
		io.WriteString(job.Refused, "email\nzelda@quux\n")
		return bot.FileReport{Rows: 2, Good: 1, Refused: 1, Columns: []bot.FileColumn{{Field: "email", Headers: []string{"email"}}}}, nil
	}
	w.start()
	w.managed()
	n := w.arrives(handoff.Arrival{
		Person: handoff.Person{Name: "Zelda Quux", Email: "zelda@quux.example", Company: "Quuxco", Phone: "+34600quux", Website: "quux.example", Link: "https://crm.example/quux"},
		Touch:  handoff.Touch{Source: "Fair", Activity: "asked for quux"}, Extras: []handoff.Extra{{Label: "quuxes", Value: "quux seven", Shown: true}},
		Owner: slackfake.Luke, By: slackfake.Luke, ExternalID: "form:quux-1",
	}).Number
	w.arrives(ana)
	if _, err := w.fake.Drop(t.Context(), slackfake.Luke, slackfake.Luke, "leads.csv", []byte("email\nzelda@quux\n"), ""); err != nil {
		t.Fatal(err)
	}
	w.click(slackfake.Luke, w.answers("Hand over "), "file.take", "")
	w.seen("the refused rows are there", func() bool { return len(w.sheets(slackfake.Luke)) == 2 })
	q, err := w.store.Ask(t.Context(), 1, w.lead(n).ID, "Q1", func(l handoff.Lead) (handoff.Question, error) {
		return w.workspace().Rules().Ask(l, l.Round, handoff.Actor{User: slackfake.Marta}, handoff.RoleSales, "Is Quux large?", []string{slackfake.Luke}, w.fake.Now())
	})
	if err == nil {
		_, err = w.store.Answer(t.Context(), 1, q.ID, func(q handoff.Question) (handoff.Question, error) {
			return w.workspace().Rules().Answered(q, handoff.Actor{User: slackfake.Luke}, "Quux is", w.fake.Now())
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	w.goes(0, 14, 0)
	w.goes(1, 9, 0)
	w.goes(1, 18, 0)
	w.decides(n, slackfake.Luke, "a faster quux")
	w.nextMonday("2026-W47")
	w.truth()
	for _, user := range []string{slackfake.Luke, slackfake.Grace} {
		w.home(user)
	}
}

// forget has Grace erase somebody, with a slip on the way.
func (w *world) forget(whom, shows string) {
	w.t.Helper()
	w.ask(slackfake.Grace, "/mql forget "+whom)
	if said := w.modalSays(slackfake.Grace); !strings.Contains(said, shows) {
		w.t.Fatalf("before it erases, it shows\n%s", said)
	}
	if got := w.submit(slackfake.Grace, map[string]string{"confirm": ana.Email}); got.Closed || got.Errors["confirm"] == "" {
		w.t.Fatalf("another person's address was taken: %+v", got)
	}
	w.submit(slackfake.Grace, map[string]string{"confirm": " " + strings.ToUpper(whom)})
	if said := w.modalSays(slackfake.Grace); !strings.Contains(said, "Erased.") {
		w.t.Fatalf("in the end it says\n%s", said)
	}
}

// Who is forgotten is found nowhere: not in Slack, not in the database, its log or a backup made afterwards, not in the bot's
// log; what was counted of them stays counted.
func TestForgottenNowhere(t *testing.T) {
	for _, transport := range transports {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			w := emptyWorld(t, transport, "en")
			log := &locked{}
			w.log = log
			w.lives()
			if said := w.shownNow() + storetest.Dump(t, w.dsn); strings.Count(strings.ToLower(said), "quux") < 40 {
				t.Fatalf("quux is hardly anywhere, the test tests nothing:\n%s", said)
			}
			before := bot.DigestText(catalogue(t).In("en"), w.figures())
			if said := w.ask(slackfake.Luke, "/mql forget zelda@quux.example"); !strings.Contains(said, "admin") || w.fake.Modal(slackfake.Luke) != nil {
				t.Errorf("Luke, who is no admin, is told %q", said)
			}
			w.forget("zelda@quux.example", "Zelda Quux")
			w.fake.Advance(time.Minute)
			w.recovered()
			w.until("nothing of them is shown", func() bool { return !strings.Contains(strings.ToLower(w.shownNow()), "quux") })
			w.until("nothing of them is in the files", func() bool { return !strings.Contains(w.bytes(), "quux") })
			if i := strings.Index(strings.ToLower(log.String()), "quux"); i >= 0 {
				t.Errorf("the log has …%s…", log.String()[max(0, i-200):])
			}
			after := bot.DigestText(catalogue(t).In("en"), w.figures())
			if counted, want := strings.SplitN(after, "\n\n", 2)[0], strings.SplitN(before, "\n\n", 2)[0]; counted != want {
				t.Errorf("the digest counts\n%s, before\n%s", counted, want)
			}
			if said := w.ask(slackfake.Grace, "/mql forget"); !strings.Contains(said, "One lead has been erased so far") {
				t.Errorf("the proof is\n%s", said)
			}
			if said := w.ask(slackfake.Grace, "/mql forget zelda@quux.example"); !strings.Contains(said, "Nobody is stored") {
				t.Errorf("once more it says\n%s", said)
			}
			w.truth()
		})
	}
}

// figures are those of the first week's digest.
func (w *world) figures() handoff.Figures {
	w.t.Helper()
	week, err := handoff.ParseWeek("2026-W47", madrid())
	if err != nil {
		w.t.Fatal(err)
	}
	d, err := bot.Digest(w.t.Context(), w.store, w.workspace(), week, nil, w.fake.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	return d
}

// bytes are those of the database, of its log and of a backup made now, in small letters.
func (w *world) bytes() string {
	w.t.Helper()
	if w.store.Engine() == "postgres" {
		return strings.ToLower(storetest.Dump(w.t, w.dsn))
	}
	backup := filepath.Join(w.t.TempDir(), "backup.db")
	if _, err := w.store.Backup(w.t.Context(), backup); err != nil {
		w.t.Fatal(err)
	}
	var all []byte
	for _, name := range []string{w.dsn, w.dsn + "-wal", w.dsn + "-shm", backup} {
		file, err := os.ReadFile(name)
		if err != nil {
			w.t.Fatal(err)
		}
		all = append(all, file...)
	}
	return strings.ToLower(string(all))
}

// Leads whose time is over are erased by and by, their cards and all.
func TestRetention(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		old := w.arrives(ana).Number
		w.card(old, "Ana Peña")
		w.decides(old, slackfake.Luke, "a faster quux")
		w.settings(slackfake.Grace)
		w.choose(slackfake.Grace, "settings.edit", "privacy")
		if got := w.submit(slackfake.Grace, map[string]string{"accepted": "0"}); got.Errors["accepted"] == "" {
			t.Fatalf("no months were taken: %+v", got)
		}
		got := w.submit(slackfake.Grace, map[string]string{"accepted": "6"})
		if got.View == nil || !strings.Contains(w.fake.Text(got.View.Blocks), "Accepted leads are erased 6 months after the decision") {
			t.Fatalf("the settings show %+v", got)
		}
		w.fake.SetNow(monday.AddDate(0, 5, 0))
		fresh := w.arrives(handoff.Arrival{Person: handoff.Person{Name: "Bob Stone", Phone: "555"}}).Number
		w.decides(fresh, slackfake.Luke, "a route planner")
		w.fake.SetNow(monday.AddDate(0, 6, 2))
		w.until("the old one is erased", func() bool { return w.lead(old).State == handoff.Erased })
		w.card(old, "This person was erased")
		if w.lead(fresh).State != handoff.Accepted {
			t.Error("so is the other one")
		}
		n, latest, err := w.store.Erasures(t.Context(), 1, 1)
		if err != nil || n != 1 || latest[0].By != store.ByRetention {
			t.Errorf("%d were erased, %+v, %v", n, latest, err)
		}
	})
}
