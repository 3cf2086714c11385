package bot

import (
	"net/http/httptest"
	"testing"
	"time"
)

// A state is good as it was given, for the browser that it was given to, until it is too old; no other text stands for it, or it
// could be used again.
func TestState(t *testing.T) {
	now := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	in := &Installer{app: &App{Config: Config{Now: func() time.Time { return now }}}, key: []byte("key")}
	state := in.state("browser")
	for _, tt := range []struct {
		name, browser, state string
		later                time.Duration
		want                 bool
	}{
		{"as given", "browser", state, 0, true},
		{"of another browser", "other", state, 0, false},
		{"too old", "browser", state, stateAge, false},
		{"with a line break", "browser", state + "\n", 0, false},
		{"with one inside", "browser", state[:9] + "\r\n" + state[9:], 0, false},
		{"padded", "browser", state + "=", 0, false},
		{"none", "browser", "", 0, false},
	} {
		now = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC).Add(tt.later)
		r := httptest.NewRequest("GET", "/slack/oauth_redirect", nil)
		r.AddCookie(in.cookie(tt.browser, 60))
		if _, ok := in.checkState(r, tt.state); ok != tt.want {
			t.Errorf("%s: good %v, want %v", tt.name, ok, tt.want)
		}
	}
}
