package cli

import (
	"log/slog"
	"maps"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"relevo/intake"
	"relevo/internal/text"
	"relevo/store"
)

// sourceSettings switches every source on.
func sourceSettings() map[string]string {
	return map[string]string{
		"RELEVO_INTAKE_TOKEN": "correct-horse-battery", "RELEVO_TYPEFORM_SECRET": "typeform-topsecret", "RELEVO_WEBFLOW_SECRET": "webflow-topsecret",
		"RELEVO_CALENDLY_KEY": "calendly-topsecret", "RELEVO_GOOGLE_ADS_KEY": "google-ads-topsecret", "RELEVO_SALESFORCE_SECRET": "salesforce-topsecret",
		"RELEVO_SALESFORCE_ORG": "00D000000000001EAA", "RELEVO_PUBLIC_URL": "https://leads.example.com",
		"RELEVO_HUBSPOT_SECRET": "hubspot-topsecret", "RELEVO_HUBSPOT_TOKEN": "hubspot-token", "RELEVO_META_APP_SECRET": "meta-topsecret",
		"RELEVO_META_VERIFY_TOKEN": "meta-verify-topsecret", "RELEVO_META_TOKEN": "meta-token", "RELEVO_LINKEDIN_SECRET": "linkedin-topsecret",
		"RELEVO_LINKEDIN_TOKEN": "linkedin-token",
	}
}

// door serves the sources with these settings and returns its address.
func door(t *testing.T, env map[string]string) string {
	t.Helper()
	var g grammar
	parser, err := newParser(&g, Env{Getenv: func(name string) string { return env[name] }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse([]string{"serve"}); err != nil {
		t.Fatal(err)
	}
	config, err := g.Serve.check()
	if err != nil {
		t.Fatal(err)
	}
	db, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "relevo.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	ws, err := db.DefaultWorkspace(t.Context(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(intake.New(intake.Config{
		Store: db, Workspace: ws, Secrets: config.Secrets, Normaliser: config.Normaliser, Texts: texts, Now: time.Now, Logger: slog.New(slog.DiscardHandler),
	}))
	t.Cleanup(server.Close)
	return server.URL
}

func send(t *testing.T, env map[string]string, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	return run(t, env, time.Now, append([]string{"send"}, args...)...)
}

// Every source takes what is sent as its tool, and a bot with another secret refuses it, as far as it has one.
func TestSend(t *testing.T) {
	right := door(t, sourceSettings())
	others := maps.Clone(sourceSettings())
	for name, value := range others {
		others[name] = "x" + strings.TrimSuffix(value, "A")
	}
	others["RELEVO_SALESFORCE_ORG"], others["RELEVO_PUBLIC_URL"] = sourceSettings()["RELEVO_SALESFORCE_ORG"], sourceSettings()["RELEVO_PUBLIC_URL"]
	wrong := door(t, others)
	for _, source := range strings.Split(sourceNames(), ", ") {
		code, out, complaint := send(t, sourceSettings(), "--as", source, "--to", right)
		if code != exitOK || !strings.HasPrefix(out, "20") || complaint != "" {
			t.Errorf("%s: %d\n%s%s", source, code, out, complaint)
		}
		code, out, complaint = send(t, sourceSettings(), "--as", source, "--to", wrong)
		if code != exitFailure || !strings.HasPrefix(out, "401 Unauthorized\n") || !strings.Contains(complaint, "refused it as "+source) {
			t.Errorf("%s, another secret: %d\n%s%s", source, code, out, complaint)
		}
		if strings.Contains(out+complaint, "topsecret") {
			t.Errorf("%s: a secret is shown: %s%s", source, out, complaint)
		}
	}
}

func TestSendFile(t *testing.T) {
	url := door(t, sourceSettings())
	file := filepath.Join(t.TempDir(), "lead.json")
	if err := os.WriteFile(file, []byte(`{"email":"ana@example.com"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, fate := range []string{"new", "merged"} { // no id in it by which it would be known again
		if code, out, complaint := send(t, sourceSettings(), file, "--as", "json", "--to", url+"/"); code != exitOK || !strings.Contains(out, `"fate":"`+fate+`"`) {
			t.Errorf("%d\n%s%s", code, out, complaint)
		}
	}
	if err := os.WriteFile(file, []byte(`{"email":"nobody"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	if code, out, _ := send(t, sourceSettings(), file, "--as", "json", "--to", url); code != exitFailure || !strings.HasPrefix(out, "400") || !strings.Contains(out, "not_an_email") {
		t.Errorf("%d %s", code, out)
	}
}

func TestSendExplainsItself(t *testing.T) {
	for _, tt := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{"--as", "fax"}, exitUsage, "json, n8n, typeform"},
		{[]string{"--as", "webflow", "--to", "leads.example.com"}, exitUsage, "not a web address"},
		{[]string{"--as", "webflow", "no-such-file.json"}, exitUsage, "no-such-file.json"},
		{[]string{"--as", "google-ads", os.DevNull}, exitUsage, "empty"},
		{[]string{"--as", "salesforce", "--to", "http://127.0.0.1:1"}, exitFailure, "Is the bot running there?"},
		{nil, exitUsage, "--as"},
	} {
		code, _, complaint := send(t, sourceSettings(), tt.args...)
		if code != tt.code || !strings.Contains(complaint, tt.says) || strings.Contains(complaint, "topsecret") || strings.Count(complaint, "\n") != 1 {
			t.Errorf("%v: %d %s", tt.args, code, complaint)
		}
	}
	if code, _, complaint := send(t, nil, "--as", "salesforce"); code != exitUsage || !strings.Contains(complaint, "RELEVO_SALESFORCE_SECRET, RELEVO_SALESFORCE_ORG is not set") {
		t.Errorf("%d %s", code, complaint)
	}
}

func TestOwnAddress(t *testing.T) {
	for listen, want := range map[string]string{
		"127.0.0.1:8080": "http://127.0.0.1:8080", ":8080": "http://127.0.0.1:8080", "0.0.0.0:80": "http://127.0.0.1:80", "[::]:80": "http://127.0.0.1:80",
		"[::1]:80": "http://[::1]:80", "leads.internal:80": "http://leads.internal:80",
	} {
		if got := ownAddress(Config{Listen: listen}); got != want {
			t.Errorf("%s: got %s, want %s", listen, got, want)
		}
	}
}
