package cli

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"relevo/internal/slackfake"
	"relevo/store"
)

// A dropping is a bot to which people drop files.
type dropping struct {
	t    *testing.T
	fake *slackfake.Slack
	db   *store.Store
}

func newDropping(t *testing.T, transport string) *dropping {
	t.Helper()
	o := slackfake.Options{Scopes: botScopes(), Events: botEvents(), Locale: "en-US", AckTimeout: 20 * time.Second}
	var bot atomic.Pointer[httputil.ReverseProxy]
	if transport == "signed HTTP" {
		web := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { bot.Load().ServeHTTP(w, r) }))
		t.Cleanup(web.Close)
		o.EventsURL, o.InteractionsURL, o.CommandsURL = web.URL+"/slack/events", web.URL+"/slack/interactions", web.URL+"/slack/commands"
	}
	d := &dropping{t: t, fake: startSlack(t, o)}
	settings := env(t, d.fake)
	if transport == "signed HTTP" {
		settings["SLACK_APP_TOKEN"] = ""
	}
	c := check(t, settings)
	address, stop := start(t, c, time.Now, io.Discard)
	to, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	bot.Store(httputil.NewSingleHostReverseProxy(to))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	ready(t, ctx, address)
	if d.db, err = store.Open(t.Context(), c.DB); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Error(err)
		}
		d.db.Close()
		for _, p := range d.fake.Problems() {
			t.Errorf("Slack refused: %v", p)
		}
	})
	return d
}

// drop drops a file, which is delivered twice.
func (d *dropping) drop(user, name, content string) {
	d.t.Helper()
	if err := d.fake.Fault(slackfake.Fault{Kind: "deliver_twice"}); err != nil {
		d.t.Fatal(err)
	}
	if _, err := d.fake.Drop(d.t.Context(), user, user, name, []byte(content), ""); err != nil {
		d.t.Fatal(err)
	}
}

// says waits until the bot's last message in a person's direct messages says all of this.
func (d *dropping) says(user string, what ...string) slackfake.Message {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), 20*time.Second)
	defer cancel()
	var last slackfake.Message
	err := d.fake.Wait(ctx, func() bool {
		last = slackfake.Message{}
		for _, m := range d.fake.Messages(user) {
			if m.Bot && m.ThreadTS != m.TS && m.ThreadTS != "" {
				continue
			}
			if m.Bot {
				last = m
			}
		}
		said := last.Text + "\n" + d.fake.Text(last.Blocks)
		for _, w := range what {
			if !strings.Contains(said, w) {
				return false
			}
		}
		return true
	})
	if err != nil {
		d.t.Fatalf("waited in vain for %q:\n%s", what, d.fake.Transcript(user))
	}
	return last
}

// answers is how many messages of the bot there are with a person, those of threads left out.
func (d *dropping) answers(user string) (n int) {
	for _, m := range d.fake.Messages(user) {
		if m.Bot && (m.ThreadTS == "" || m.ThreadTS == m.TS) {
			n++
		}
	}
	return n
}

func (d *dropping) press(user string, m slackfake.Message, action string) {
	d.t.Helper()
	if err := d.fake.Fault(slackfake.Fault{Kind: "deliver_twice"}); err != nil {
		d.t.Fatal(err)
	}
	if err := d.fake.Click(d.t.Context(), user, slackfake.InMessage(m.Channel, m.TS), action, ""); err != nil {
		d.t.Fatal(err)
	}
}

func (d *dropping) leads() int {
	d.t.Helper()
	return waitForLeads(d.t, d.db, 0)
}

// refused returns the file of refused rows that hangs on a message.
func (d *dropping) refused(user string, m slackfake.Message) (name, content string) {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), 20*time.Second)
	defer cancel()
	var file slackfake.FileRef
	if d.fake.Wait(ctx, func() bool {
		for _, reply := range d.fake.Messages(user) {
			if reply.ThreadTS == m.TS && len(reply.Files) == 1 {
				file = reply.Files[0]
				return true
			}
		}
		return false
	}) != nil {
		d.t.Fatalf("no file of refused rows:\n%s", d.fake.Transcript(user))
	}
	req, err := http.NewRequest(http.MethodGet, file.URL, nil)
	if err != nil {
		d.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+d.fake.BotToken())
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		d.t.Fatal(err)
	}
	return file.Name, string(body)
}

func overBoth(t *testing.T, f func(t *testing.T, d *dropping)) {
	for _, transport := range []string{"socket mode", "signed HTTP"} {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			f(t, newDropping(t, transport))
		})
	}
}

const droppedFile = "Record ID,First Name,Last Name,Email,Company Name\n1,Ana,Ruiz,ana@example.com,Acme\n2,Bo,Berg,bo,Acme\n3,Cy,Cole,cy@example.com,Acme\n"

// A file is shown as what it is, handed over when its button is pressed, and the refused rows come back, are mended
// and dropped again. All of it is delivered twice, and happens once.
func TestDroppedFile(t *testing.T) {
	overBoth(t, func(t *testing.T, d *dropping) {
		d.drop(slackfake.Marta, "leads.csv", droppedFile)
		m := d.says(slackfake.Marta, "leads.csv · 3 rows · an export of HubSpot", "E-mail ← Email", "Company ← Company Name", "1 row is refused:",
			"1 × E-mail: This is not an e-mail address", "2 leads can be handed over", "[Hand over 2 leads]", "[Leave it]")
		if said := d.fake.Text(m.Blocks); strings.Contains(said, "history") || d.leads() != 0 {
			t.Errorf("%d leads, and it says:\n%s", d.leads(), said)
		}
		d.press(slackfake.Marta, m, "file.take")
		m = d.says(slackfake.Marta, "2 leads of leads.csv are handed over:", "2 new leads", "1 row is refused")
		if n := d.leads(); n != 2 {
			t.Errorf("%d leads, want 2", n)
		}
		name, content := d.refused(slackfake.Marta, m)
		if want := "line,why it was refused,Record ID,First Name,Last Name,Email,Company Name\n"; name != "leads (refused).csv" || !strings.HasPrefix(content, want) {
			t.Errorf("%s:\n%s", name, content)
		}
		d.drop(slackfake.Marta, name, strings.Replace(content, ",bo,", ",bo@example.com,", 1))
		d.press(slackfake.Marta, d.says(slackfake.Marta, "leads (refused).csv · 1 row", "[Hand over 1 lead]"), "file.take")
		d.says(slackfake.Marta, "1 lead of leads (refused).csv is handed over:", "1 new lead")
		d.drop(slackfake.Marta, "leads.csv", droppedFile)
		d.press(slackfake.Marta, d.says(slackfake.Marta, "leads.csv · 3 rows"), "file.take")
		d.says(slackfake.Marta, "2 known already, nothing changed")
		if n, answers := d.leads(), d.answers(slackfake.Marta); n != 3 || answers != 3 {
			t.Errorf("%d leads and %d answers, want 3 and 3", n, answers)
		}
		ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
		defer cancel()
		if err := d.fake.Wait(ctx, func() bool { return len(d.fake.Messages("#mql-leads")) == 3 }); err != nil {
			t.Errorf("cards:\n%s", d.fake.Transcript("#mql-leads"))
		}
	})
}

func TestDroppedHistoryAndOthers(t *testing.T) {
	overBoth(t, func(t *testing.T, d *dropping) {
		d.drop(slackfake.Grace, "deals.csv", "Person - Name,Person - Email,Status\nAna,ana@example.com,Won\nBo,bo@example.com,Lost\n")
		m := d.says(slackfake.Grace, "The column “Status” says what became of the leads", "[Hand over 2 leads]", "[As history]")
		d.press(slackfake.Grace, m, "file.history")
		d.says(slackfake.Grace, "2 leads of deals.csv are in the history:", "2 without a date")
		d.drop(slackfake.Grace, "book.xlsx", "PK\x03\x04 and no more")
		d.says(slackfake.Grace, "book.xlsx: The file looks like an Excel file")
		d.drop(slackfake.Grace, "photo.png", "\x89PNG")
		d.says(slackfake.Grace, "photo.png: Only CSV files")
		d.drop(slackfake.Grace, "names.csv", "colour,shape\nred,round\n")
		d.says(slackfake.Grace, "names.csv: No column is known to be", "colour, shape")
		d.drop(slackfake.Grace, "bad.csv", "email\nbo\n")
		if m := d.says(slackfake.Grace, "bad.csv", "There is no lead in it"); strings.Contains(d.fake.Text(m.Blocks), "[") {
			t.Errorf("it offers something:\n%s", d.fake.Text(m.Blocks))
		}
		d.drop(slackfake.Grace, "large.csv", strings.Repeat("x", 20<<20+1))
		d.says(slackfake.Grace, "large.csv: The file is larger than 20 MB")
		d.drop(slackfake.Grace, "later.csv", droppedFile)
		d.press(slackfake.Grace, d.says(slackfake.Grace, "later.csv", "[Leave it]"), "file.leave")
		d.says(slackfake.Grace, "later.csv was left alone")
		d.drop(slackfake.Otto, "theirs.csv", droppedFile)
		m = d.says(slackfake.Otto, "members of this workspace")
		if n := d.leads(); n != 2 || strings.Contains(m.Text, "rows") {
			t.Errorf("%d leads, want 2; from outside: %s", n, m.Text)
		}
		if n := len(d.fake.Messages("#mql-leads")); n != 0 {
			t.Errorf("%d cards of history", n)
		}
	})
}

// What is dropped while Slack is not to be relied on is still answered once.
func TestDroppedWhileSlackIsInTrouble(t *testing.T) {
	d := newDropping(t, "socket mode")
	if err := d.fake.Fault(slackfake.Fault{Kind: "http_500", Method: "chat.update", Times: 1}); err != nil {
		t.Fatal(err)
	}
	d.drop(slackfake.Marta, "leads.csv", droppedFile)
	m := d.says(slackfake.Marta, "[Hand over 2 leads]")
	if err := d.fake.Fault(slackfake.Fault{Kind: "error:file_not_found", Method: "files.info"}); err != nil {
		t.Fatal(err)
	}
	d.press(slackfake.Marta, m, "file.take")
	d.says(slackfake.Marta, "Something broke off while leads.csv was read. Drop it again")
	if n := d.answers(slackfake.Marta); n != 1 {
		t.Errorf("%d answers, want 1", n)
	}
}
