// Package request names what is done at somebody's asking: a request, an envelope, a job. Every line of the log that belongs to it
// carries that name.
package request

import (
	"context"
	"crypto/rand"
	"log/slog"
	"strings"
)

// Request is one such thing.
type Request struct {
	ID     string // made here: nobody else can choose or guess it
	SentAs string // the sender's own X-Request-Id, not to be trusted; empty when there is none that can be shown

	proved func()
}

type key struct{}

// New returns a request with a new id. proved is called when its sender has proved who they are; nil for nobody.
func New(sentAs string, proved func()) *Request {
	return &Request{ID: rand.Text()[:16], SentAs: shown(sentAs), proved: proved}
}

// In returns a context in which r is the request.
func (r *Request) In(ctx context.Context) context.Context { return context.WithValue(ctx, key{}, r) }

// Begin returns a context with a new request that nobody sent over HTTP.
func Begin(ctx context.Context) context.Context { return New("", nil).In(ctx) }

// Proved notes that the sender of the context's request has proved who they are.
func Proved(ctx context.Context) {
	if r, ok := ctx.Value(key{}).(*Request); ok && r.proved != nil {
		r.proved()
	}
}

// maxSentAs is how much of a sender's id is kept.
const maxSentAs = 64

// shown returns what of a sender's id can stand in a log: nothing when it has other characters than ids have.
func shown(id string) string {
	other := func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-_.", r)
	}
	if len(id) > maxSentAs || strings.ContainsFunc(id, other) {
		return ""
	}
	return id
}

// Handler returns a handler that adds the request of each record's context to it, as "request" and "sent_as".
func Handler(h slog.Handler) slog.Handler { return handler{h} }

type handler struct{ slog.Handler }

func (h handler) Handle(ctx context.Context, line slog.Record) error {
	if r, ok := ctx.Value(key{}).(*Request); ok {
		line = line.Clone()
		line.AddAttrs(slog.String("request", r.ID))
		if r.SentAs != "" {
			line.AddAttrs(slog.String("sent_as", r.SentAs))
		}
	}
	return h.Handler.Handle(ctx, line)
}

func (h handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return handler{h.Handler.WithAttrs(attrs)}
}
func (h handler) WithGroup(name string) slog.Handler { return handler{h.Handler.WithGroup(name)} }
