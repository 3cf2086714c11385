package gate

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"relevo/internal/request"
)

var tuesday = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

// house is a gate with two doors: /in takes bodies and believes whoever says "ours", /up takes none.
func house(t *testing.T, c Config) *Gate {
	t.Helper()
	if c.Now == nil {
		c.Now = func() time.Time { return tuesday }
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	g := New(c)
	g.Handle("POST /in", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		switch {
		case err != nil:
			w.WriteHeader(http.StatusRequestTimeout)
		case !strings.HasPrefix(string(body), "ours"):
			w.WriteHeader(http.StatusUnauthorized)
		default:
			request.Proved(r.Context())
			w.WriteHeader(http.StatusAccepted)
		}
	}))
	g.Handle("GET /broken", http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic("ana@example.com") }))
	g.Handle("GET /up", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	return g
}

func send(g http.Handler, from, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(http.MethodPost, "/in", strings.NewReader(body))
	r.RemoteAddr = from + ":1234"
	w := httptest.NewRecorder()
	g.ServeHTTP(w, r)
	return w
}

// A stranger who comes too often is told to wait; that keeps out nobody else, and nobody at an address that has proved itself.
func TestStrangersAreLimited(t *testing.T) {
	now := tuesday
	g := house(t, Config{Now: func() time.Time { return now }})
	if w := send(g, "192.0.2.7", "ours"); w.Code != http.StatusAccepted {
		t.Fatal(w.Code)
	}
	for range strangerBurst {
		if w := send(g, "192.0.2.1", "theirs"); w.Code != http.StatusUnauthorized {
			t.Fatalf("within the burst: %d", w.Code)
		}
	}
	for range 3 {
		if w := send(g, "192.0.2.1", "theirs"); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
			t.Errorf("beyond the burst: %d, Retry-After %q", w.Code, w.Header().Get("Retry-After"))
		}
	}
	for _, other := range []string{"192.0.2.2", "192.0.2.7"} {
		if w := send(g, other, "ours"); w.Code != http.StatusAccepted {
			t.Errorf("%s is kept out: %d", other, w.Code)
		}
	}
	for range 2 * strangerBurst { // a sender sends as much as it likes
		if w := send(g, "192.0.2.7", "ours"); w.Code != http.StatusAccepted {
			t.Fatalf("a sender is kept out: %d", w.Code)
		}
	}
	now = now.Add(time.Second)
	if w := send(g, "192.0.2.1", "theirs"); w.Code != http.StatusUnauthorized {
		t.Errorf("a second later: %d", w.Code)
	}
}

// However many strangers come, only so many are remembered, and none of them makes the gate forget who has proved itself.
func TestMemoryIsBounded(t *testing.T) {
	vs := newVisitors()
	sender := netip.MustParsePrefix("192.0.2.7/32")
	vs.prove(sender, tuesday)
	at := netip.MustParseAddr("10.0.0.0")
	for range 2 * remembered {
		at = at.Next()
		vs.enter(netip.PrefixFrom(at, 32), tuesday)
	}
	if n := vs.strangers.Len(); n != remembered {
		t.Errorf("%d strangers are remembered, want %d", n, remembered)
	}
	if _, pool, _ := vs.enter(sender, tuesday); pool != vs.ofKnown {
		t.Error("the sender was forgotten")
	}
	if _, pool, _ := vs.enter(sender, tuesday.Add(provedFor)); pool != vs.ofStrangers {
		t.Error("the sender is believed for ever")
	}
}

// A body that drips in slowly is cut off, and what it holds is given back.
func TestSlowBody(t *testing.T) {
	var statuses atomic.Int32
	g := house(t, Config{BodyPatience: 50 * time.Millisecond, Done: func(_ string, status int, _ time.Duration) { statuses.Store(int32(status)) }})
	server := httptest.NewServer(g)
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "POST /in HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nours"); err != nil {
		t.Fatal(err)
	}
	if answer, err := io.ReadAll(conn); err != nil || !strings.HasPrefix(string(answer), "HTTP/1.1 408") {
		t.Errorf("%q, %v", answer, err)
	}
	if !g.visitors.ofStrangers.TryAcquire(strangerBodies) {
		t.Error("its place was not given back")
	}
}

// One address holds a part of the strangers' places at most, and all strangers together none of a sender's.
func TestPlaces(t *testing.T) {
	vs := newVisitors()
	at := netip.MustParseAddr("10.0.0.0")
	for range strangerBodies / bodiesEach {
		at = at.Next()
		v, pool, _ := vs.enter(netip.PrefixFrom(at, 32), tuesday)
		for range bodiesEach {
			if !(&slot{}).take(t.Context(), v, pool) {
				t.Fatal("there is room")
			}
		}
		if v.bodies.TryAcquire(1) {
			t.Error("one address has more than its part")
		}
	}
	if vs.ofStrangers.TryAcquire(1) {
		t.Error("strangers have more than their places")
	}
	sender := netip.MustParsePrefix("192.0.2.7/32")
	vs.prove(sender, tuesday)
	v, pool, _ := vs.enter(sender, tuesday)
	if !(&slot{}).take(t.Context(), v, pool) {
		t.Error("strangers have taken a sender's place")
	}
}

// Every path takes no more than so much, is counted under its pattern and answers with its own name for the request.
func TestEveryPath(t *testing.T) {
	type done struct {
		pattern string
		status  int
	}
	var got []done
	g := house(t, Config{Done: func(p string, s int, _ time.Duration) { got = append(got, done{p, s}) }})
	for _, tt := range []struct {
		method, path, body string
		want               done
	}{
		{"POST", "/in", strings.Repeat("a", MaxBody+1), done{"POST /in", http.StatusRequestTimeout}},
		{"POST", "/in", "ours", done{"POST /in", http.StatusAccepted}},
		{"GET", "/in", "", done{"", http.StatusMethodNotAllowed}},
		{"GET", "/up", "", done{"GET /up", http.StatusOK}},
		{"GET", "/broken", "", done{"GET /broken", http.StatusInternalServerError}},
		{"GET", "/nowhere/ana@example.com", "", done{"", http.StatusNotFound}},
	} {
		r := httptest.NewRequest(tt.method, tt.path, strings.NewReader(tt.body))
		r.Header.Set("X-Request-Id", "theirs")
		w := httptest.NewRecorder()
		g.ServeHTTP(w, r)
		if last := got[len(got)-1]; last != tt.want {
			t.Errorf("%s %s: %+v, want %+v", tt.method, tt.path, last, tt.want)
		}
		if id := w.Header().Get("X-Request-Id"); len(id) != 16 {
			t.Errorf("%s %s is called %q", tt.method, tt.path, id)
		}
	}
}
