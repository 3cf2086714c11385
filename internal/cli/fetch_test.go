package cli

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"relevo/intake"
	"relevo/internal/slackfake"
)

// A contact of which HubSpot tells the id is read and has its card. While HubSpot refuses the token the lead waits,
// and the log, /readyz and doctor say so.
func TestFetch(t *testing.T) {
	var refuses atomic.Bool
	hubspot := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		id := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
		switch {
		case refuses.Load():
			w.WriteHeader(http.StatusUnauthorized)
		case id == "0":
			w.WriteHeader(http.StatusNotFound)
			io.WriteString(w, `{"category":"OBJECT_NOT_FOUND"}`)
		default:
			fmt.Fprintf(w, `{"id":%q,"properties":{"email":"contact%s@nordwind.example","company":"Nordwind %s"}}`, id, id, id)
		}
	}))
	defer hubspot.Close()
	fake := startSlack(t, slackfake.Options{Scopes: botScopes(), Events: botEvents()})
	settings := env(t, fake)
	settings["RELEVO_HUBSPOT_SECRET"], settings["RELEVO_HUBSPOT_TOKEN"] = "a-client-secret", "an-access-token"
	settings["RELEVO_HUBSPOT_API_URL"], settings["RELEVO_PUBLIC_URL"] = hubspot.URL, "https://leads.example.com"
	c := check(t, settings)
	c.Secrets.HubSpotSecret, c.Secrets.HubSpotToken, c.Secrets.HubSpotAPIURL = "a-client-secret", "an-access-token", hubspot.URL
	c.Secrets.PublicURL = "https://leads.example.com"
	var log bytes.Buffer
	address, stop := start(t, c, time.Now, &log)

	becomesMQL := func(id int) {
		t.Helper()
		body := fmt.Sprintf(`[{"subscriptionType":"contact.propertyChange","objectId":%d,"propertyName":"lifecyclestage","propertyValue":"marketingqualifiedlead"}]`, id)
		m, err := intake.Sign(c.Secrets, "hubspot", address, []byte(body), time.Now())
		if err != nil {
			t.Fatal(err)
		}
		req, err := http.NewRequest(http.MethodPost, m.URL, bytes.NewReader(m.Body))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = m.Header
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusAccepted {
			t.Fatal(resp.Status)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	becomesMQL(1)
	if err := fake.Wait(ctx, func() bool { return strings.Contains(fake.Transcript("#mql-leads"), "Nordwind 1") }); err != nil {
		t.Fatalf("no card: %v\n%s", err, fake.Transcript("#mql-leads"))
	}
	if code, out, _ := run(t, settings, time.Now, "doctor"); code != 0 || !strings.Contains(out, "✓ The leads of these sources can be fetched: hubspot.") {
		t.Errorf("doctor: %d\n%s", code, out)
	}

	refuses.Store(true)
	becomesMQL(2)
	for poll := time.NewTicker(10 * time.Millisecond); ctx.Err() == nil; <-poll.C {
		if status, body := get(t, address+"/readyz"); strings.Contains(body, "can't be fetched") {
			if status != http.StatusOK {
				t.Errorf("/readyz: %d %s, though all else works", status, body)
			}
			break
		}
	}
	code, out, _ := run(t, settings, time.Now, "doctor")
	if code == 0 || !strings.Contains(out, "✗ The leads of hubspot can't be fetched: the token was refused with status 401. See docs/sources/hubspot.md.") ||
		!strings.Contains(out, "1 lead is being fetched") {
		t.Errorf("doctor: %d\n%s", code, out)
	}
	later := func() time.Time { return time.Now().Add(50 * time.Hour) }
	if _, out, _ := run(t, settings, later, "doctor"); !strings.Contains(out, "✗ Leads wait to be fetched from their tool: 1, the oldest for 2 days 2 h.") {
		t.Errorf("doctor does not say how long the lead waits:\n%s", out)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
	for _, private := range []string{"an-access-token", "a-client-secret", "contact1@", "Nordwind"} {
		if strings.Contains(log.String(), private) {
			t.Errorf("the log tells %q:\n%s", private, log.String())
		}
	}
	if !strings.Contains(log.String(), "leads can't be fetched") {
		t.Errorf("the log does not tell:\n%s", log.String())
	}
}
