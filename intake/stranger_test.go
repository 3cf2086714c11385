package intake

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"relevo/store/storetest"
)

// Strangers learn of no source and no setting; the log tells what an admin must know, but not as often as they knock.
func TestStrangers(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	off := i.config
	off.Secrets = Secrets{}
	closed := httptest.NewServer(New(off))
	t.Cleanup(closed.Close)
	for range 3 {
		for _, s := range i.config.Secrets.States() {
			for url, want := range map[string]int{i.url: http.StatusUnauthorized, closed.URL: http.StatusServiceUnavailable, i.url + "/hooks/fax#": http.StatusNotFound} {
				if len(s.Missing) > 0 && want == http.StatusUnauthorized {
					want = http.StatusServiceUnavailable
				}
				r, err := http.NewRequest(http.MethodPost, url+"/hooks/"+s.Name, strings.NewReader("{}"))
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set(linkedinSignature, "00")
				r.Header.Set("Content-Type", "application/json")
				resp, err := http.DefaultClient.Do(r)
				if err != nil {
					t.Fatal(err)
				}
				said, err := io.ReadAll(resp.Body)
				resp.Body.Close()
				if err != nil || resp.StatusCode != want || strings.Contains(string(said), "RELEVO_") || strings.Contains(string(said), s.Name) || strings.Contains(string(said), "/hooks") {
					t.Errorf("%s: %s %s, %v, want %d", r.URL, resp.Status, said, err, want)
				}
				if (resp.Header.Get("Retry-After") != "") != (want == http.StatusServiceUnavailable) {
					t.Errorf("%s: %v", r.URL, resp.Header)
				}
			}
		}
	}
	knock := func() {
		r := i.signed(t, "hubspot", "[]")
		r.Header.Set("X-HubSpot-Signature-v3", "AAAA")
		do(t, r)
	}
	for _, want := range []string{"RELEVO_TYPEFORM_SECRET", "settings=\"RELEVO_HUBSPOT_SECRET", "known=\"/hooks/json"} {
		if !strings.Contains(i.log.String(), want) {
			t.Errorf("the log does not tell %s:\n%s", want, i.log)
		}
	}
	lines := strings.Count(i.log.String(), "source=hubspot settings=")
	knock()
	i.now.pass(logEvery)
	knock()
	if now := strings.Count(i.log.String(), "source=hubspot settings="); lines != 1 || now != 2 {
		t.Errorf("refusals are logged %d and then %d times", lines, now)
	}
	i.secrecy(t)
}
