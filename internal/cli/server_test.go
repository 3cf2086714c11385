package cli

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"relevo/internal/slackfake"
)

// Every line of a request carries one id, which its answer tells; what the sender calls it stands beside.
func TestRequestIsNamed(t *testing.T) {
	fake := startSlack(t, slackfake.Options{})
	c := check(t, env(t, fake))
	var log bytes.Buffer
	s, err := wire(t.Context(), c, time.Now, newLogger(&log, slog.LevelDebug))
	if err != nil {
		t.Fatal(err)
	}
	defer s.store.Close()
	server := httptest.NewServer(s.gate)
	defer server.Close()
	r, err := http.NewRequest(http.MethodPost, server.URL+"/hooks/json", strings.NewReader(`[{"email":"ana@example.com"},{}]`))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{"Authorization": "Bearer " + hookToken, "Content-Type": "application/json", "X-Request-Id": "theirs-1"} {
		r.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	id := resp.Header.Get("X-Request-Id")
	lines := 0
	for line := range strings.Lines(log.String()) {
		var said struct{ Request, SentAs string }
		if err := json.Unmarshal([]byte(strings.Replace(line, "sent_as", "SentAs", 1)), &said); err != nil {
			t.Fatal(err)
		}
		if said.SentAs != "theirs-1" {
			continue
		}
		lines++
		if said.Request != id || id == "" {
			t.Errorf("the answer calls the request %q, the log %s", id, line)
		}
	}
	if lines < 2 || strings.Contains(log.String(), "ana@example.com") {
		t.Errorf("%d lines of the request:\n%s", lines, log.String())
	}
}
