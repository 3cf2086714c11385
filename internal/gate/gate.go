// Package gate is what every request to the public address passes: it names the request, knows whose it is, keeps strangers from
// taking the room of those who have proved who they are, and tells the metrics what became of it.
package gate

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"relevo/internal/request"
)

// What is allowed.
const (
	MaxBody = 1 << 20 // bytes, on every path

	bodyPatience = 10 * time.Second // in which the whole body must have come
	slotPatience = 2 * time.Second  // how long a request waits for its turn to send its body
	retryAfter   = "1"              // seconds, of what is refused for now
)

// Config is what a gate is made of.
type Config struct {
	Proxies []netip.Prefix // whose X-Forwarded-For is believed
	Now     func() time.Time
	Log     *slog.Logger

	// Done is told of each request by the pattern of its path, which is one of a few; "" when it has none. Nil for nobody.
	Done func(pattern string, status int, took time.Duration)

	BodyPatience time.Duration // 0 for ten seconds
}

// Gate is the handler of a public address.
type Gate struct {
	Config
	mux      *http.ServeMux
	patterns []string
	visitors *visitors
	proxy    sync.Once // somebody was told of a proxy that is not named
}

// New returns a gate behind which nothing is yet.
func New(c Config) *Gate {
	if c.Done == nil {
		c.Done = func(string, int, time.Duration) {}
	}
	if c.BodyPatience == 0 {
		c.BodyPatience = bodyPatience
	}
	return &Gate{Config: c, mux: http.NewServeMux(), visitors: newVisitors()}
}

// Handle puts a handler behind the gate, as http.ServeMux does. A handler calls request.Proved once it knows the sender, and not
// before it has read the body.
func (g *Gate) Handle(pattern string, h http.Handler) {
	g.mux.Handle(pattern, h)
	g.patterns = append(g.patterns, pattern)
}

// Patterns returns what was given to Handle.
func (g *Gate) Patterns() []string { return slices.Clone(g.patterns) }

func (g *Gate) ServeHTTP(raw http.ResponseWriter, r *http.Request) {
	began := time.Now()
	w := &writer{ResponseWriter: raw}
	client := g.client(r)
	slot := &slot{}
	named := request.New(r.Header.Get("X-Request-Id"), func() {
		g.visitors.prove(client, g.Now())
		slot.free()
		_ = http.NewResponseController(raw).SetReadDeadline(time.Time{}) // or its end would cancel the handler
	})
	r = r.WithContext(named.In(r.Context()))
	w.Header().Set("X-Request-Id", named.ID)
	defer func() {
		if p := recover(); p != nil && p != http.ErrAbortHandler {
			g.Log.ErrorContext(r.Context(), "panic", "value", fmt.Sprintf("%T", p), "stack", string(debug.Stack()))
			if w.status == 0 {
				http.Error(w, "something went wrong", http.StatusInternalServerError)
			}
		}
		slot.free()
		took := time.Since(began)
		g.Done(r.Pattern, w.code(), took)
		g.Log.DebugContext(r.Context(), "request", "method", r.Method, "path", r.Pattern, "status", w.code(), "took", took.String())
	}()
	if !g.admit(w, r, client, slot) {
		_, r.Pattern = g.mux.Handler(r)
		return
	}
	r.Body = http.MaxBytesReader(raw, r.Body, MaxBody)
	g.mux.ServeHTTP(w, r)
}

// admit tells whether a request may come in, and answers it when it may not.
func (g *Gate) admit(w http.ResponseWriter, r *http.Request, client netip.Prefix, s *slot) bool {
	v, pool, ok := g.visitors.enter(client, g.Now())
	if ok && r.ContentLength != 0 {
		ctx, cancel := context.WithTimeout(r.Context(), slotPatience)
		defer cancel()
		ok = s.take(ctx, v, pool)
		// What drips in slowly holds its slot no longer than this. Where the server can't do that its own patience counts.
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(g.BodyPatience))
	}
	if !ok {
		w.Header().Set("Retry-After", retryAfter)
		w.Header().Set("Connection", "close") // its body is not read
		http.Error(w, "too many requests", http.StatusTooManyRequests)
	}
	return ok
}

// writer remembers the status of an answer.
type writer struct {
	http.ResponseWriter
	status int
}

func (w *writer) WriteHeader(status int) {
	if w.status == 0 && status >= http.StatusOK {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *writer) Write(b []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	return w.ResponseWriter.Write(b)
}

// Flush sends what was written so far.
func (w *writer) Flush() { _ = http.NewResponseController(w.ResponseWriter).Flush() }

// Unwrap is for http.ResponseController.
func (w *writer) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// code is the status that was answered; what is never written is 200.
func (w *writer) code() int {
	if w.status == 0 {
		return http.StatusOK
	}
	return w.status
}
