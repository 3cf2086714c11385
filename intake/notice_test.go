package intake

import (
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"relevo/store/storetest"
)

// notices is what each of the three tools sends of one lead, and the header with its signature.
func notices() []struct{ source, body, header string } {
	return []struct{ source, body, header string }{
		{"hubspot", hubspotMQLEvent(123, tuesday), "X-HubSpot-Signature-v3"},
		{"meta", metaNotice(77), "X-Hub-Signature-256"},
		{"linkedin", linkedinNotice("1a2b3c-4", "CREATED", 1), linkedinSignature},
	}
}

// What is not the tool's own is refused, and nothing of it is stored.
func TestNoticesRefused(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	for _, n := range notices() {
		for name, tt := range map[string]struct {
			change func(r *http.Request)
			status int
		}{
			"tampered":       {func(r *http.Request) { setBody(r, strings.Replace(n.body, "1", "2", 1)) }, http.StatusUnauthorized},
			"longer":         {func(r *http.Request) { setBody(r, n.body+" ") }, http.StatusUnauthorized},
			"truncated":      {func(r *http.Request) { setBody(r, n.body[:len(n.body)-1]) }, http.StatusUnauthorized},
			"oversized":      {func(r *http.Request) { setBody(r, n.body+strings.Repeat(" ", MaxBody)) }, http.StatusRequestEntityTooLarge},
			"forged":         {func(r *http.Request) { r.Header.Set(n.header, "AAAA") }, http.StatusUnauthorized},
			"in another way": {func(r *http.Request) { r.Method = http.MethodPut }, http.StatusMethodNotAllowed},
			"as a form":      {func(r *http.Request) { r.Header.Set("Content-Type", "application/x-www-form-urlencoded") }, http.StatusUnsupportedMediaType},
		} {
			r := i.signed(t, n.source, n.body)
			tt.change(r)
			if status, said := do(t, r); status != tt.status {
				t.Errorf("%s, %s: got %d %s, want %d", n.source, name, status, said, tt.status)
			}
		}
		if n.source != "linkedin" { // which need not sign
			r := i.signed(t, n.source, n.body)
			r.Header.Del(n.header)
			if status, said := do(t, r); status != http.StatusUnauthorized {
				t.Errorf("%s, unsigned: got %d %s", n.source, status, said)
			}
		}
		for _, bad := range []string{"", "{", "[", "null", `"x"`, "7", "[" + n.body, strings.Repeat("[", 40), n.body + n.body, "\xff", "\xef\xbb\xbf" + n.body} {
			if status, said := do(t, i.signed(t, n.source, bad)); status != http.StatusBadRequest {
				t.Errorf("%s, %q: got %d %s", n.source, bad, status, said)
			}
		}
	}
	stale := i.signed(t, "hubspot", notices()[0].body)
	i.now.pass(hubspotFresh + time.Second)
	if status, said := do(t, stale); status != http.StatusUnauthorized {
		t.Errorf("stale: got %d %s", status, said)
	}
	if n := i.fetching(t); n != 0 {
		t.Errorf("%d are being fetched", n)
	}
}

func setBody(r *http.Request, body string) {
	r.Body, r.ContentLength = io.NopCloser(strings.NewReader(body)), int64(len(body))
}

// A notice that comes twice, replayed or sent again, is one lead; so is one that comes again after it was read.
func TestNoticesTwice(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	i.hubspot.people["123"], i.meta.people["77"], i.linkedin.people["1a2b3c-4"] = hubspotAna, metaAna, linkedinAna
	for range 3 {
		for _, n := range notices() {
			i.send(t, n.source, n.body)
			i.send(t, n.source, n.body)
		}
		i.fetch(t, i.fetcher)
		i.now.pass(time.Minute)
	}
	if a, b, c := i.hubspot.times(), i.meta.times(), i.linkedin.times(); a != 1 || b != 1 || c != 1 {
		t.Errorf("asked %d, %d and %d times", a, b, c)
	}
	if got := i.leads(t); len(got) != 1 || got[0].Touches != 3 {
		t.Errorf("got %+v", got)
	}
}

// A connection that breaks in the middle of a body stores nothing.
func TestNoticesBroken(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	for _, n := range notices() {
		r := i.signed(t, n.source, n.body)
		c, err := net.Dial("tcp", strings.TrimPrefix(i.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		r.ContentLength = int64(len(n.body))
		if err := r.Write(&half{c, len(n.body) + 150}); err == nil {
			t.Fatal("it was sent whole")
		}
		c.(*net.TCPConn).CloseWrite()
		answer, err := io.ReadAll(c)
		c.Close()
		if err != nil || strings.Contains(string(answer), "200 OK") || strings.Contains(string(answer), "202 ") {
			t.Errorf("%s: %v %s", n.source, err, answer)
		}
	}
	if n := i.fetching(t); n != 0 {
		t.Errorf("%d are being fetched", n)
	}
}

// half writes so many bytes and no more.
type half struct {
	w    io.Writer
	left int
}

func (h *half) Write(p []byte) (int, error) {
	n, err := h.w.Write(p[:min(len(p), h.left)])
	if h.left -= n; err == nil && n < len(p) {
		err = io.ErrShortWrite
	}
	return n, err
}

// The tools' own samples, signed and sent to a real server, become fetches, erasures, or nothing with the reason.
func TestNoticeSamples(t *testing.T) {
	for _, tt := range []struct {
		source, file string
		fetching     int
		says         string
	}{
		{"hubspot", "hubspot-contact-propertyChange-mql.json", 1, `"fetching":1`},
		{"hubspot", "hubspot-contact-creation-docs.json", 0, "not an MQL"},
		{"hubspot", "hubspot-contact-creation-overview.json", 0, "not an MQL"},
		{"meta", "meta-leadgen-official.json", 2, `"fetching":2`},
		{"linkedin", "linkedin-lead-created.json", 1, `"fetching":1`},
		{"linkedin", "linkedin-lead-deleted.json", 0, `"erasing":1`},
	} {
		i := openInn(t, storetest.SQLite(t))
		status, said := do(t, i.signed(t, tt.source, shared(t, tt.file)))
		if n := i.fetching(t); status/100 != 2 || n != tt.fetching || !strings.Contains(said, tt.says) {
			t.Errorf("%s: %d %s, %d waiting", tt.file, status, said, n)
		}
	}
}
