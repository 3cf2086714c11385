package bot_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

const lukeIM = "D0LUKE0001"

// sheets are the files that somebody got by direct message.
func (w *world) sheets(im string) (all []slackfake.FileRef) {
	for _, m := range w.fake.Messages(im) {
		all = append(all, m.Files...)
	}
	return all
}

// read returns what is in a file.
func (w *world) read(f slackfake.FileRef) string {
	w.t.Helper()
	req, err := http.NewRequestWithContext(w.t.Context(), http.MethodGet, f.URL, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+w.fake.BotToken())
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		w.t.Fatal(err)
	}
	return string(body)
}

// overAWeek is a world in which a digest stands.
func overAWeek(t *testing.T, transport string) (w *world, digest slackfake.Message) {
	w = newWorld(t, transport, "en")
	w.arrives(ana)
	w.arrives(handoff.Arrival{Person: handoff.Person{Name: "Bob Stone", Phone: "555"}, Touch: handoff.Touch{Source: "=1+1"}, Owner: slackfake.Luke})
	w.fake.SetNow(monday.Add(2*time.Hour + 30*time.Minute))
	w.decides(1, slackfake.Luke, "They lose parcels")
	w.nextMonday("2026-W47")
	w.settled()
	return w, w.digests()[0]
}

// Whoever presses the button gets the leads of the week as a file, in their language, and nothing that names a person.
func TestSheet(t *testing.T) {
	for _, transport := range transports {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			w, digest := overAWeek(t, transport)
			w.click(slackfake.Luke, digest, "digest.sheet", "")
			w.seen("Luke has the file", func() bool { return len(w.sheets(lukeIM)) == 1 })
			w.settled()
			f := w.sheets(lukeIM)[0]
			want := "\ufeffLead,Round,Received,Offered,Decided,Source,Campaign,Outcome,Reason key,Reason,Lane,Hours to decide,Working hours to decide\r\n" +
				"1,1,2026-11-16 10:00,2026-11-16 10:00,2026-11-16 12:30,Google,Spring webinar,accepted,,,,2.50,2.50\r\n" +
				"2,1,2026-11-16 10:00,2026-11-16 10:00,,'=1+1,,open,,,,,\r\n"
			if got := w.read(f); f.Name != "leads-2026-W47.csv" || got != want {
				t.Errorf("got %s\n%s\nwant\n%s", f.Name, got, want)
			}
			said := fmt.Sprint(w.fake.Ephemerals(slackfake.Luke))
			if !strings.Contains(said, "The leads of 16–22 Nov 2026 come to you as a file") {
				t.Errorf("Luke was told %s", said)
			}
			w.click(slackfake.Luke, digest, "digest.sheet", "") // once it is sent, it may be asked for again
			w.seen("Luke has it twice", func() bool { return len(w.sheets(lukeIM)) == 2 })
			w.settled() // until it is known to be sent, asking again asks for the same

			w.names(func(team *handoff.Team) {
				team.People = map[handoff.Role][]string{handoff.RoleManager: {slackfake.Luke}}
			})
			w.click(slackfake.Luke, digest, "digest.sheet", "") // who decided is for managers to see
			w.seen("Luke has it with whoever decided", func() bool { return len(w.sheets(lukeIM)) == 3 })
			if got := w.read(w.sheets(lukeIM)[2]); !strings.Contains(got, "2.50,2.50,"+slackfake.Luke+","+slackfake.Luke+"\r\n") {
				t.Errorf("a manager reads\n%s", got)
			}

			answer, err := w.fake.Command(t.Context(), slackfake.Ana, slackfake.ChannelGeneral, "/mql digest 2026-W47")
			if err != nil {
				t.Fatal(err)
			}
			if err := w.fake.Click(t.Context(), slackfake.Ana, slackfake.InMessage(slackfake.ChannelGeneral, answer.TS), "digest.sheet", ""); err != nil {
				t.Fatal(err)
			}
			if v := w.fake.Modal(slackfake.Ana); v == nil || !strings.Contains(w.fake.Text(v.Blocks), "en un archivo") { // the bot is not in #general
				t.Errorf("Ana sees %+v", v)
			}
			w.seen("Ana has the file", func() bool { return len(w.sheets("D0ANA00001")) == 1 })
			if got := w.read(w.sheets("D0ANA00001")[0]); !strings.HasPrefix(got, "\ufeffLead;Ronda;Recibido") || !strings.Contains(got, ";2,50;2,50\r\n") {
				t.Errorf("Ana reads\n%s", got)
			}
		})
	}
}

// Whatever goes wrong while the file is sent, it comes once.
func TestSheetComesOnce(t *testing.T) {
	for name, faults := range map[string][]slackfake.Fault{
		"sent, and never heard of":   {{Method: "files.completeUploadExternal", Kind: "did_then_drop"}},
		"not sent, and not known":    {{Method: "files.completeUploadExternal", Kind: "drop"}},
		"half uploaded":              {{Method: "upload", Kind: "http_500"}},
		"no address":                 {{Method: "files.getUploadURLExternal", Kind: "rate_limited", RetryAfter: 30}},
		"one after the other":        {{Method: "files.getUploadURLExternal", Kind: "drop"}, {Method: "upload", Kind: "did_then_drop"}, {Method: "files.completeUploadExternal", Kind: "http_500"}, {Method: "conversations.history", Kind: "http_500"}},
		"no direct message for long": {{Method: "conversations.open", Kind: "internal_error", Times: 6}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, digest := overAWeek(t, "http")
			for _, f := range faults {
				w.fault(f)
			}
			w.click(slackfake.Luke, digest, "digest.sheet", "")
			w.recovered()
			if n := len(w.sheets(lukeIM)); n != 1 || w.fake.Faults() != 0 {
				t.Errorf("%d files, %d faults left\n%s", n, w.fake.Faults(), w.fake.Transcript(lukeIM))
			}
		})
	}
}

// A bot that is killed before the file is sent sends it when it is back.
func TestSheetSurvivesARestart(t *testing.T) {
	t.Parallel()
	w, digest := overAWeek(t, "http")
	w.fault(slackfake.Fault{Method: "files.getUploadURLExternal", Kind: "http_500"})
	w.click(slackfake.Luke, digest, "digest.sheet", "")
	w.tried("files.getUploadURLExternal", 1)
	w.stop()
	w.start()
	w.recovered()
	if n := len(w.sheets(lukeIM)); n != 1 {
		t.Errorf("%d files\n%s", n, w.fake.Transcript(lukeIM))
	}
}

// When Slack takes no file, whoever waits for it is told.
func TestSheetRefused(t *testing.T) {
	t.Parallel()
	w, digest := overAWeek(t, "http")
	w.fault(slackfake.Fault{Method: "files.getUploadURLExternal", Kind: "error:file_uploads_disabled", Times: 5})
	w.click(slackfake.Luke, digest, "digest.sheet", "")
	w.recovered()
	got := w.fake.Messages(lukeIM)
	if len(got) != 1 || !strings.Contains(got[0].Text, "can't be sent: Slack refuses it (file_uploads_disabled)") {
		t.Errorf("Luke got %+v", got)
	}
}

// Guests without a role and people of other organisations get no file.
func TestSheetIsForTheWorkspace(t *testing.T) {
	t.Parallel()
	w, digest := overAWeek(t, "http")
	w.fake.AddUser(slackfake.User{ID: guest, RealName: "Gil Gast", Guest: "multi"})
	for _, user := range []string{guest, slackfake.Otto} {
		if err := w.fake.SetMember(slackfake.ChannelFeedback, user, true); err != nil {
			t.Fatal(err)
		}
		w.click(user, digest, "digest.sheet", "")
		w.seen(user+" is told", func() bool { return len(w.fake.Ephemerals(user)) == 1 })
	}
	w.recovered()
	if n := w.fake.Calls("files.completeUploadExternal"); n != 0 {
		t.Errorf("%d files were sent", n)
	}
}
