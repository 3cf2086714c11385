package outbound

import (
	"errors"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"syscall"
	"time"
)

// What is wrong with the address of a webhook.
var (
	ErrNoAddress  = errors.New("not a web address")
	ErrNotHTTPS   = errors.New("not encrypted: it must begin with https://")
	ErrCredential = errors.New("user and password are in it")
	ErrPrivate    = errors.New("in a private network")
)

// CheckURL tells whether a webhook may have this address: https://, and not in a private network, unless it is internal. It
// fails with one of the errors above. What a name stands for is looked at when it is called.
func CheckURL(address string, isInternal bool) error {
	u, err := url.Parse(address)
	switch {
	case err != nil || u.Hostname() == "" || u.Fragment != "" || u.Scheme != "https" && u.Scheme != "http":
		return ErrNoAddress
	case u.User != nil:
		return ErrCredential
	case u.Scheme == "http" && !isInternal:
		return ErrNotHTTPS
	}
	may := public
	if isInternal {
		may = internal
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !may(ip) {
		return ErrPrivate
	}
	return nil
}

// special are the networks that are not the public internet though they look like it to net/netip.
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"), netip.MustParsePrefix("100.64.0.0/10"), netip.MustParsePrefix("192.0.0.0/24"), netip.MustParsePrefix("198.18.0.0/15"), netip.MustParsePrefix("240.0.0.0/4"),
	netip.MustParsePrefix("64:ff9b::/96"), netip.MustParsePrefix("64:ff9b:1::/48"), netip.MustParsePrefix("2001::/32"), netip.MustParsePrefix("2002::/16"), netip.MustParsePrefix("fec0::/10"), netip.MustParsePrefix("::/96"),
}

// public tells whether an address is of the public internet.
func public(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	return ip.IsGlobalUnicast() && !ip.IsPrivate() && !slices.Contains(metadata, ip) && !slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(ip) })
}

// internal tells whether an address may be called that an admin says is their own. Link-local ones never are, nor others where
// clouds answer with a machine's credentials.
func internal(ip netip.Addr) bool {
	ip = ip.Unmap().WithZone("")
	return public(ip) || (ip.IsPrivate() || ip.IsLoopback() || special[1].Contains(ip)) && !slices.Contains(metadata, ip)
}

// metadata are the clouds' own services for their machines, as far as they are not link-local: Amazon's, Google's, Alibaba's, Azure's.
var metadata = []netip.Addr{
	netip.MustParseAddr("fd00:ec2::254"), netip.MustParseAddr("fd20:ce::254"), netip.MustParseAddr("100.100.100.200"), netip.MustParseAddr("168.63.129.16"),
}

// forbiddenAddress says that a name stands for an address that must not be called.
type forbiddenAddress struct{ ip netip.Addr }

func (e *forbiddenAddress) Error() string {
	return "its name stands for " + e.ip.String() + ", which is not a public address"
}

// newClient returns a client that calls no other addresses than these, whatever a name stands for, and follows no
// redirection. It uses no proxy, which would call in its place.
func newClient(may func(netip.Addr) bool) *http.Client {
	dialer := &net.Dialer{Timeout: callPatience, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil {
			return err
		}
		if !may(at.Addr()) {
			return &forbiddenAddress{at.Addr()}
		}
		return nil
	}}
	return &http.Client{Timeout: callPatience, CheckRedirect: noRedirect, Transport: &http.Transport{
		DialContext: dialer.DialContext, TLSHandshakeTimeout: callPatience, ResponseHeaderTimeout: callPatience,
		MaxResponseHeaderBytes: 64 << 10, ForceAttemptHTTP2: true, MaxIdleConns: 100, MaxIdleConnsPerHost: maxLanes, IdleConnTimeout: time.Minute,
	}}
}
