package cli

import (
	"encoding/json"
	"slices"
	"testing"
	"time"
	"unicode/utf8"

	"relevo/internal/text"
)

// The manifest keeps Slack's limits in each language, and is what Slack reads.
func TestManifestLimits(t *testing.T) {
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	within := func(what, s string, most int) {
		t.Helper()
		if n := utf8.RuneCountInString(s); n == 0 || n > most {
			t.Errorf("%s has %d characters, 1 to %d are allowed: %q", what, n, most, s)
		}
	}
	for _, lang := range text.Languages() {
		m := newManifest(texts.In(lang), "https://relevo.example", true)
		within("name", m.Display.Name, 35)
		within("description", m.Display.Description, 140)
		within("display name", m.Features.BotUser.DisplayName, 80)
		for _, s := range m.Features.Shortcuts {
			within("shortcut", s.Name, 24)
			within("description of "+s.Name, s.Description, 150)
		}
		if n := len(m.Features.Commands); n == 0 || n > 50 {
			t.Errorf("%d slash commands", n)
		}
		for _, c := range m.Features.Commands {
			within("command", c.Command, 32)
			within("description of "+c.Command, c.Description, 2000)
			within("hint of "+c.Command, c.UsageHint, 1000)
		}
	}
}

// What the manifest asks for is among what Slack's facts list, each once.
func TestManifestScopes(t *testing.T) {
	known := []string{
		"chat:write", "commands", "users:read", "users:read.email", "usergroups:read", "channels:read", "groups:read",
		"channels:join", "channels:history", "groups:history", "im:history", "files:read", "files:write", "im:write", "reactions:write",
	}
	scopes := botScopes()
	for i, s := range scopes {
		if !slices.Contains(known, s) || slices.Contains(scopes[:i], s) {
			t.Errorf("%q is unknown or there twice", s)
		}
	}
}

func TestManifestIsOfOneKind(t *testing.T) {
	for _, tt := range []struct {
		args   []string
		socket bool
		url    string
	}{
		{[]string{"manifest"}, true, ""},
		{[]string{"manifest", "--url", "https://relevo.example/"}, false, "https://relevo.example/slack/events"},
	} {
		code, out, stderr := run(t, nil, time.Now, tt.args...)
		var m struct {
			Settings struct {
				Socket bool `json:"socket_mode_enabled"`
				Events struct {
					URL  string   `json:"request_url"`
					List []string `json:"bot_events"`
				} `json:"event_subscriptions"`
			} `json:"settings"`
		}
		if err := json.Unmarshal([]byte(out), &m); err != nil || code != exitOK {
			t.Fatalf("%d %v %s", code, err, stderr)
		}
		if m.Settings.Socket != tt.socket || m.Settings.Events.URL != tt.url || !slices.Equal(m.Settings.Events.List, botEvents()) {
			t.Errorf("%v: got %+v", tt.args, m.Settings)
		}
	}
}
