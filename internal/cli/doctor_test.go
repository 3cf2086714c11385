package cli

import (
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/slackfake"
	"relevo/store"
)

// Each thing that can be wrong is found, and told with what mends it; nothing else is found wrong.
func TestDoctor(t *testing.T) {
	fake := startSlack(t, slackfake.Options{})
	if err := fake.SetMember("#general", fake.BotUser(), false); err != nil {
		t.Fatal(err)
	}
	poor := startSlack(t, slackfake.Options{Scopes: []string{"chat:write", "channels:read", "groups:read"}})
	well := env(t, fake)

	foreign := t.TempDir() + "/foreign.db"
	db, err := store.Open(t.Context(), foreign)
	if err != nil {
		t.Fatal(err)
	}
	ws, err := db.DefaultWorkspace(t.Context(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	ws.TeamID, ws.Name = "T0OTHER01", "Another company"
	if err := db.SaveWorkspace(t.Context(), ws); err != nil {
		t.Fatal(err)
	}
	db.Close()

	routed := t.TempDir() + "/routed.db"
	db, err = store.Open(t.Context(), routed)
	if err != nil {
		t.Fatal(err)
	}
	if ws, err = db.DefaultWorkspace(t.Context(), time.Now()); err != nil {
		t.Fatal(err)
	}
	_, err = db.ChangeSettings(t.Context(), ws.ID, "U1", time.Now(), func(s *handoff.Settings) error {
		s.Routes = []handoff.Route{{ID: "es", Name: "Spain", Channel: slackfake.ChannelGeneral}, {ID: "mx", Name: "Mexico", Channel: "C0NOWHERE1"}, {ID: "fr", Name: "France"}}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	db.Close()

	for _, tt := range []struct {
		name   string
		change map[string]string
		late   time.Duration
		says   string // the line with the ✗; empty for a healthy one
	}{
		{"healthy", nil, 0, ""},
		{"healthy over HTTP", map[string]string{"SLACK_APP_TOKEN": ""}, 0, ""},
		{"a public channel is joined later", map[string]string{"RELEVO_FEEDBACK_CHANNEL": "general"}, 0, ""},
		{"nothing set", map[string]string{"SLACK_BOT_TOKEN": "", "SLACK_APP_TOKEN": "", "SLACK_SIGNING_SECRET": "", "RELEVO_LEADS_CHANNEL": ""}, 0, "SLACK_APP_TOKEN or SLACK_SIGNING_SECRET"},
		{"a wrong mapping file", map[string]string{"RELEVO_MAPPING": "/nowhere.toml"}, 0, "RELEVO_MAPPING: the file can't be read"},
		{"a wrong setting", map[string]string{"RELEVO_TIMEZONE": "Madrid"}, 0, "RELEVO_TIMEZONE: “Madrid”"},
		{"no database", map[string]string{"RELEVO_DB": "/nowhere/relevo.db"}, 0, "RELEVO_DB: the database cannot be opened"},
		{"another team's database", map[string]string{"RELEVO_DB": foreign}, 0, "another Slack workspace (Another company)"},
		{"a refused token", map[string]string{"SLACK_BOT_TOKEN": "xoxb-wrong"}, 0, "SLACK_BOT_TOKEN: Slack refuses the token (invalid_auth)"},
		{"a refused app token", map[string]string{"SLACK_APP_TOKEN": "xapp-wrong"}, 0, "SLACK_APP_TOKEN: Slack refuses the token (invalid_auth)"},
		{"no Slack", map[string]string{"SLACK_API_URL": "http://127.0.0.1:1/"}, 0, "Slack cannot be reached"},
		{"few scopes", map[string]string{"SLACK_API_URL": poor.APIURL()}, 0, "lacks scopes: commands, users:read, usergroups:read, channels:join, channels:history, groups:history"},
		{"no channel", map[string]string{"RELEVO_LEADS_CHANNEL": "nowhere"}, 0, "RELEVO_LEADS_CHANNEL: nowhere cannot be used"},
		{"a route's channel", map[string]string{"RELEVO_DB": routed}, 0, "Route “Mexico”: C0NOWHERE1 cannot be used"},
		{"a clock that is late", nil, 10 * time.Minute, "clock is 10\u00a0min off"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			settings := maps.Clone(well)
			maps.Copy(settings, tt.change)
			code, out, stderr := run(t, settings, func() time.Time { return time.Now().Add(-tt.late) }, "doctor")
			var ill []string
			for line := range strings.Lines(out) {
				if strings.HasPrefix(line, "✗") {
					ill = append(ill, line)
				}
			}
			switch {
			case tt.says == "":
				if code != exitOK || len(ill) > 0 || !strings.Contains(out, "✓") {
					t.Errorf("%d\n%s%s", code, out, stderr)
				}
			case code != exitFailure || len(ill) != 1 || !strings.Contains(ill[0], strings.ReplaceAll(tt.says, "\u00a0", " ")):
				t.Errorf("%d, want one ✗ with %q\n%s%s", code, tt.says, out, stderr)
			}
			for _, secret := range []string{"xoxb-", "xapp-", fake.SigningSecret(), hookToken} {
				if strings.Contains(out+stderr, secret) {
					t.Errorf("%q is shown:\n%s%s", secret, out, stderr)
				}
			}
		})
	}
}

// Which sources are on is told, and what would switch the others on.
func TestDoctorListsSources(t *testing.T) {
	settings := env(t, startSlack(t, slackfake.Options{}))
	settings["RELEVO_TYPEFORM_SECRET"] = "of-typeform"
	_, out, _ := run(t, settings, time.Now, "doctor")
	for _, line := range []string{"✓ Leads come in from: json, n8n, typeform.\n", "– Sources that are off,", "google-ads (RELEVO_GOOGLE_ADS_KEY)"} {
		if !strings.Contains(out, line) {
			t.Errorf("lacks %q:\n%s", line, out)
		}
	}
	settings["RELEVO_INTAKE_TOKEN"], settings["RELEVO_TYPEFORM_SECRET"] = "", ""
	if _, out, _ := run(t, settings, time.Now, "doctor"); !strings.Contains(out, "– No source is on") || !strings.Contains(out, "json (RELEVO_INTAKE_TOKEN)") {
		t.Errorf("got %s", out)
	}
}

// Secrets of lead tools without a workspace that they are for are told: their leads would be shown nowhere.
func TestDoctorFindsNobodysSecrets(t *testing.T) {
	settings := env(t, startSlack(t, slackfake.Options{}))
	for name, value := range map[string]string{
		"SLACK_BOT_TOKEN": "", "SLACK_APP_TOKEN": "", "SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s", "RELEVO_PUBLIC_URL": "https://relevo.example.com", "RELEVO_SECRET_KEY": store.NewSecretKey(),
	} {
		settings[name] = value
	}
	const said = "✗ Secrets of lead tools or of the CRM are set, but no workspace that they are for"
	if _, out, _ := run(t, settings, time.Now, "doctor"); !strings.Contains(out, said) {
		t.Errorf("lacks %q:\n%s", said, out)
	}
	settings["RELEVO_INTAKE_TOKEN"] = ""
	if _, out, _ := run(t, settings, time.Now, "doctor"); strings.Contains(out, said) {
		t.Errorf("none is set, and it is told all the same:\n%s", out)
	}
}

// Doctor asks the CRM that decisions are written to, and tells what is in the way there.
func TestDoctorAsksTheCRM(t *testing.T) {
	asked := 0
	crm := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked++
		if r.Header.Get("Authorization") != "Bearer pat-1" {
			w.WriteHeader(http.StatusUnauthorized)
		}
		w.Write([]byte(`{}`))
	}))
	defer crm.Close()
	settings := env(t, startSlack(t, slackfake.Options{}))
	settings["RELEVO_HUBSPOT_WRITE"], settings["RELEVO_HUBSPOT_TOKEN"], settings["RELEVO_HUBSPOT_API_URL"] = "id", "pat-1", crm.URL
	code, out, stderr := run(t, settings, time.Now, "doctor")
	if code != exitOK || !strings.Contains(out, "✓ HubSpot lets decisions be written, and has the fields.") || asked == 0 {
		t.Errorf("%d\n%s%s", code, out, stderr)
	}
	settings["RELEVO_HUBSPOT_TOKEN"] = "pat-2"
	code, out, stderr = run(t, settings, time.Now, "doctor")
	if code != exitFailure || !strings.Contains(out, "✗ Decisions can't be written to the CRM: HubSpot: answered with status 401. See docs/crm.md.") || strings.Contains(out+stderr, "pat-2") {
		t.Errorf("%d\n%s%s", code, out, stderr)
	}
}
