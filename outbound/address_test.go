package outbound

import (
	"errors"
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

func TestCheckURL(t *testing.T) {
	for _, tt := range []struct {
		url                string
		outside, ourselves error
	}{
		{"https://crm.example.com/hooks?key=1", nil, nil},
		{"https://93.184.215.14/", nil, nil},
		{"http://crm.example.com/", ErrNotHTTPS, nil},
		{"https://127.0.0.1/", ErrPrivate, nil},
		{"http://[::1]:8080/", ErrNotHTTPS, nil},
		{"https://10.1.2.3/", ErrPrivate, nil},
		{"https://169.254.169.254/latest", ErrPrivate, ErrPrivate},
		{"https://[fe80::1%25eth0]/", ErrPrivate, ErrPrivate},
		{"https://user:pw@crm.example.com/", ErrCredential, ErrCredential},
		{"ftp://crm.example.com/", ErrNoAddress, ErrNoAddress},
		{"crm.example.com", ErrNoAddress, ErrNoAddress},
		{"https://crm.example.com/#x", ErrNoAddress, ErrNoAddress},
		{"https:///x", ErrNoAddress, ErrNoAddress},
	} {
		if got := CheckURL(tt.url, false); !errors.Is(got, tt.outside) {
			t.Errorf("%s: got %v, want %v", tt.url, got, tt.outside)
		}
		if got := CheckURL(tt.url, true); !errors.Is(got, tt.ourselves) {
			t.Errorf("%s, internal: got %v, want %v", tt.url, got, tt.ourselves)
		}
	}
}

func TestNetworks(t *testing.T) {
	for ip, want := range map[string]string{
		"93.184.215.14": "public", "2606:4700::1": "public",
		"10.0.0.1": "internal", "172.31.0.1": "internal", "192.168.1.1": "internal", "127.0.0.1": "internal", "::1": "internal", "fd12::1": "internal",
		"100.64.0.1": "internal", "::ffff:10.0.0.1": "internal", "::ffff:127.0.0.1": "internal",
		"169.254.169.254": "", "::ffff:169.254.169.254": "", "fe80::1": "", "fd00:ec2::254": "", "0.0.0.0": "", "::": "", "224.0.0.1": "", "ff02::1": "",
		"255.255.255.255": "", "64:ff9b::a9fe:a9fe": "", "2002:a9fe:a9fe::1": "", "0.1.2.3": "",
		"100.100.100.200": "", "fd20:ce::254": "", "168.63.129.16": "", "::127.0.0.1": "", "::10.0.0.1": "",
	} {
		addr := netip.MustParseAddr(ip)
		got := ""
		switch {
		case public(addr):
			got = "public"
		case internal(addr):
			got = "internal"
		}
		if got != want {
			t.Errorf("%s is %q, want %q", ip, got, want)
		}
	}
}

// A name that turns out to stand for an address of our own is not called, whatever it looked like.
func TestDial(t *testing.T) {
	b := openBay(t, nil)
	r := b.receiver(t, nil)
	named := strings.Replace(r.URL, "127.0.0.1", "localhost", 1)
	if _, err := newClient(public).Get(named); err == nil || notReached(err) == "" || !strings.Contains(notReached(err), "not a public address") {
		t.Error(err)
	}
	r.answer = answers(http.StatusFound, "Location", r.URL+"/elsewhere")
	w, err := newClient(internal).Get(named)
	if err != nil {
		t.Fatal(err)
	}
	w.Body.Close()
	if len(r.got()) != 1 || w.StatusCode != http.StatusFound {
		t.Errorf("%d requests, status %d", len(r.got()), w.StatusCode)
	}
}
