package gate

import (
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"
)

// Only what a trusted proxy has seen itself is believed.
func TestClient(t *testing.T) {
	for _, tt := range []struct {
		name, from, proxies string
		told                []string
		want                string
	}{
		{"nobody between", "192.0.2.1:80", "", nil, "192.0.2.1/32"},
		{"a stranger's own claim", "192.0.2.1:80", "", []string{"203.0.113.9"}, "192.0.2.1/32"},
		{"a stranger beside the proxy", "192.0.2.1:80", "10.0.0.0/8", []string{"203.0.113.9"}, "192.0.2.1/32"},
		{"one proxy", "10.0.0.1:80", "10.0.0.0/8", []string{"203.0.113.9"}, "203.0.113.9/32"},
		{"what the client claims stands further left", "10.0.0.1:80", "10.0.0.0/8", []string{"198.51.100.1, 203.0.113.9"}, "203.0.113.9/32"},
		{"a claim that it is a proxy", "10.0.0.1:80", "10.0.0.0/8", []string{"10.0.0.2, 203.0.113.9"}, "203.0.113.9/32"},
		{"two proxies", "10.0.0.1:80", "10.0.0.0/8", []string{"203.0.113.9, 10.0.0.2"}, "203.0.113.9/32"},
		{"two header lines", "10.0.0.1:80", "10.0.0.0/8", []string{"198.51.100.1", "203.0.113.9,10.0.0.2"}, "203.0.113.9/32"},
		{"nothing but proxies", "10.0.0.1:80", "10.0.0.0/8", []string{"10.0.0.3"}, "10.0.0.3/32"},
		{"no header", "10.0.0.1:80", "10.0.0.0/8", nil, "10.0.0.1/32"},
		{"an unreadable one", "10.0.0.1:80", "10.0.0.0/8", []string{"203.0.113.9, unknown"}, "10.0.0.1/32"},
		{"with a port", "10.0.0.1:80", "10.0.0.1", []string{"203.0.113.9:4711"}, "203.0.113.9/32"},
		{"IPv6", "[2001:db8:1:2:3::4]:80", "", nil, "2001:db8:1:2::/64"},
		{"IPv6 behind a proxy", "[::1]:80", "::1", []string{"[2001:db8:1:2::9]:80"}, "2001:db8:1:2::/64"},
		{"IPv4 in IPv6", "[::ffff:10.0.0.1]:80", "10.0.0.1", []string{"::ffff:203.0.113.9"}, "203.0.113.9/32"},
		{"with a zone", "[fe80::1%eth0]:80", "", nil, "fe80::/64"},
		{"no address", "@", "", nil, "invalid Prefix"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			proxies, err := ParseProxies(tt.proxies)
			if err != nil {
				t.Fatal(err)
			}
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = tt.from
			r.Header["X-Forwarded-For"] = tt.told
			if got := New(Config{Proxies: proxies, Log: slog.New(slog.DiscardHandler)}).client(r).String(); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
	for _, wrong := range []string{"proxy.example", "10.0.0.0/33", "10.0.0"} {
		if got, err := ParseProxies(wrong); err == nil {
			t.Errorf("%q is read as %v", wrong, got)
		}
	}
}

// A proxy that is not named is spoken of once.
func TestUnnamedProxy(t *testing.T) {
	var log strings.Builder
	g := New(Config{Log: slog.New(slog.NewTextHandler(&log, nil))})
	for range 3 {
		r := httptest.NewRequest("GET", "/", nil)
		r.Header.Set("X-Forwarded-For", "203.0.113.9")
		g.client(r)
	}
	if n := strings.Count(log.String(), "RELEVO_TRUSTED_PROXY"); n != 1 || strings.Contains(log.String(), "203.0.113.9") {
		t.Errorf("told %d times: %s", n, log.String())
	}
}
