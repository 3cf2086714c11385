package intake

import (
	"cmp"
	"net/http"
	"strings"
	"time"
)

// Whoever has not proved who they are is told no more than that; which sources there are, which are on, and what a
// source needs, stands in the log.

// logEvery is how often the same refusal is logged: anybody can be refused as often as they like.
const logEvery = time.Minute

func (d *door) unknownSource(r *http.Request, a answerer) {
	names := make([]string, len(d.sources))
	for i, s := range d.sources {
		names[i] = "/hooks/" + s.name
	}
	d.warn(r, "request to an address that is no source's", "", "known", strings.Join(names, ", "))
	a.refuse(http.StatusNotFound, "intake.unknown_source")
}

// sourceOff answers for a source that lacks settings. Some tools take a 404 for a door that is gone for good, and never
// knock again.
func (d *door) sourceOff(r *http.Request, a answerer, from source) {
	d.warn(r, "request to a source that is off", from.name, "set", strings.Join(from.missing(), ", "))
	a.w.Header().Set("Retry-After", "300")
	a.refuse(http.StatusServiceUnavailable, "intake.source_off")
}

// unauthorized answers a request that is not the sender's.
func (d *door) unauthorized(r *http.Request, a answerer, from source) {
	names := make([]string, len(from.needs))
	for i, n := range from.needs {
		names[i] = n.name
	}
	d.warn(r, "request refused: it does not prove that it is the sender's, or is too old", from.name, "settings", strings.Join(names, ", "))
	a.w.Header().Set("WWW-Authenticate", cmp.Or(from.challenge, `Signature realm="relevo"`))
	a.refuse(http.StatusUnauthorized, "intake.unauthorized")
}

func (d *door) warn(r *http.Request, what, source string, pairs ...any) {
	now := d.Now()
	d.mu.Lock()
	last, told := d.warned[what+source]
	again := !told || now.Sub(last) >= logEvery
	if again {
		d.warned[what+source] = now
	}
	d.mu.Unlock()
	if again {
		d.Logger.WarnContext(r.Context(), what, append([]any{"source", source}, pairs...)...)
	}
}
