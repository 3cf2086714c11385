package gate

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// client returns the address of whoever sent the request: of the connection or, when a trusted proxy holds it, what that proxy says.
// Every proxy adds on the right whom it has seen, and anybody may have written what stands further left. Of IPv6 it is the
// network of 64 bits, which is what one client has.
func (g *Gate) client(r *http.Request) netip.Prefix {
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	addr := at.Addr().Unmap()
	if err != nil {
		return netip.Prefix{}
	}
	told := r.Header.Values("X-Forwarded-For")
	if len(told) > 0 && len(g.Proxies) == 0 {
		g.proxy.Do(func() {
			g.Log.WarnContext(r.Context(), "requests come through a proxy that RELEVO_TRUSTED_PROXY does not name, or from somebody who says so: all of them count as one client")
		})
	}
	hops := strings.Split(strings.Join(told, ","), ",")
	for _, hop := range slices.Backward(hops) {
		if !g.trusted(addr) {
			break
		}
		next, ok := parseHop(strings.TrimSpace(hop))
		if !ok {
			break // the last one who can be believed counts
		}
		addr = next
	}
	bits := addr.BitLen()
	if addr.Is6() {
		bits = 64
	}
	prefix, _ := addr.WithZone("").Prefix(bits) // the length is right
	return prefix
}

func (g *Gate) trusted(addr netip.Addr) bool {
	return slices.ContainsFunc(g.Proxies, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// parseHop reads an address with or without a port and brackets.
func parseHop(s string) (netip.Addr, bool) {
	if host, _, err := net.SplitHostPort(s); err == nil {
		s = host
	}
	addr, err := netip.ParseAddr(strings.Trim(s, "[]"))
	return addr.Unmap(), err == nil
}

// ParseProxies reads addresses and networks that are separated by commas or spaces: "10.0.0.0/8, ::1". It fails on anything else.
func ParseProxies(s string) ([]netip.Prefix, error) {
	var all []netip.Prefix
	for _, part := range strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' }) {
		prefix, err := netip.ParsePrefix(part)
		if err != nil {
			addr, err := netip.ParseAddr(part)
			if err != nil {
				return nil, err
			}
			prefix = netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen())
		}
		all = append(all, prefix.Masked())
	}
	return all, nil
}
