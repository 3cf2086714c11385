package cli

import (
	"context"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/slackfake"
	"relevo/store"
)

// Status says what waits and why, what is late, and names nobody; a database that is not there is not made.
func TestStatus(t *testing.T) {
	settings := env(t, startSlack(t, slackfake.Options{}))
	code, _, stderr := run(t, settings, time.Now, "status")
	if code != exitFailure || !strings.Contains(stderr, "There is no database") || !noFileYet(settings["RELEVO_DB"]) {
		t.Errorf("%d %s", code, stderr)
	}
	db, err := store.Open(t.Context(), settings["RELEVO_DB"])
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	ws, err := db.DefaultWorkspace(t.Context(), now)
	if err != nil {
		t.Fatal(err)
	}
	ws.TeamID, ws.Name, ws.LeadsChannel, ws.FeedbackChannel = "T1", "Norte", "C1", "C2"
	if err := db.SaveWorkspace(t.Context(), ws); err != nil {
		t.Fatal(err)
	}
	if err := db.SwitchCRM(t.Context(), ws.ID, store.Salesforce, true, now); err != nil {
		t.Fatal(err)
	}
	lead := handoff.Arrival{Person: handoff.Person{Name: "Ana Ruiz", Email: "ana@example.com"}, At: now.AddDate(0, 0, -5), Received: now.AddDate(0, 0, -5)}
	if _, err := db.AddLeads(t.Context(), ws, []handoff.Arrival{lead}); err != nil {
		t.Fatal(err)
	}
	m, err := db.Claim(t.Context(), store.Post, "p", now, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if err := db.Failed(t.Context(), m, "channel_not_found", true, now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	code, out, stderr := run(t, settings, func() time.Time { return now }, "status")
	for _, said := range []string{"Norte (T1): cards in C1, digest in C2", "open 1,", "past due 1", "1 messages", "channel_not_found", "late by", "Told outside of Slack: salesforce (1): 1 waits, for 5"} {
		if code != exitOK || !strings.Contains(out, said) {
			t.Errorf("%d, lacks %q:\n%s%s", code, said, out, stderr)
		}
	}
	_, text, _ := run(t, settings, func() time.Time { return now }, "status", "--json")
	var s status
	if err := json.Unmarshal([]byte(text), &s); err != nil {
		t.Fatal(err)
	}
	if w := s.Workspaces[0]; w.Leads[handoff.Open] != 1 || w.Failing != 1 || w.Oldest == nil || w.Oldest.Problem != "channel_not_found" || w.DigestLate != int64(25*time.Hour/time.Second) {
		t.Errorf("%+v", w)
	}
	if o := s.Workspaces[0].Outbound; len(o) != 1 || o[0].Tool != store.Salesforce || o[0].Waiting != 1 || !o[0].Since.Equal(lead.Received) {
		t.Errorf("%+v", o)
	}
	if strings.Contains(out+text, "Ana") || strings.Contains(out+text, "ana@") {
		t.Errorf("somebody is named:\n%s%s", out, text)
	}
}

// Doctor tells how far the way to the first card has been gone, step by step, and whether the bot that runs is reached as Slack
// reaches it.
func TestDoctorLeadsTheWay(t *testing.T) {
	fake := startSlack(t, slackfake.Options{})
	settings := env(t, fake)
	settings["SLACK_APP_TOKEN"] = ""
	next := func(want string) string {
		t.Helper()
		_, out, _ := run(t, settings, time.Now, "doctor")
		if !strings.Contains(out, "→ "+want) && !strings.HasSuffix(out, want+"\n") {
			t.Errorf("the next step is not %q:\n%s", want, out)
		}
		return out
	}
	token := settings["SLACK_BOT_TOKEN"]
	settings["SLACK_BOT_TOKEN"] = ""
	next("1. The app is installed")
	settings["SLACK_BOT_TOKEN"] = token
	if out := next("5. The bot runs"); !strings.Contains(out, "does not use: users:read.email, reactions:write") {
		t.Errorf("scopes that are too many are not told:\n%s", out)
	}
	address, stop := start(t, check(t, settings), time.Now, t.Output())
	ready(t, t.Context(), address)
	settings["RELEVO_LISTEN"] = strings.TrimPrefix(address, "http://")
	if out := next("6. A lead has come in"); !strings.Contains(out, "✓ A request signed as Slack signs reaches the bot") {
		t.Errorf("the way in was not tried:\n%s", out)
	}
	secret := settings["SLACK_SIGNING_SECRET"]
	settings["SLACK_SIGNING_SECRET"] = "another"
	if out := next("6. A lead has come in"); !strings.Contains(out, "✗ The bot at "+address+" refuses a request") {
		t.Errorf("another secret is not told of:\n%s", out)
	}
	settings["SLACK_SIGNING_SECRET"] = secret
	if code, out, _ := run(t, settings, time.Now, "send", "--as", "json"); code != exitOK {
		t.Fatal(out)
	}
	if err := fake.Wait(t.Context(), func() bool { return strings.Contains(fake.Transcript("#mql-leads"), "Accept") }); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for { // until what Slack has answered is stored
		_, out, _ := run(t, settings, time.Now, "doctor")
		if strings.HasSuffix(out, "their cards are posted.\n") {
			break
		}
		if ctx.Err() != nil {
			t.Fatalf("the card is not told of:\n%s", out)
		}
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	next("5. The bot runs")
}
