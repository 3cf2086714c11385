package request

import (
	"context"
	"log/slog"
	"strings"
	"testing"
)

// Every line of one request carries its id, and what the sender calls it when that can be shown; other lines carry none.
func TestHandler(t *testing.T) {
	var log strings.Builder
	l := slog.New(Handler(slog.NewTextHandler(&log, nil))).With("part", "door")
	r := New("order-7", nil)
	ctx := r.In(t.Context())
	l.InfoContext(ctx, "one")
	l.InfoContext(context.WithoutCancel(ctx), "two")
	l.Info("three")
	l.InfoContext(Begin(ctx), "four")
	lines := strings.Split(log.String(), "\n")
	for i, want := range []bool{true, true, false, false} {
		if got := strings.Contains(lines[i], "request="+r.ID) && strings.Contains(lines[i], "sent_as=order-7"); got != want {
			t.Errorf("%s: carries the request's names: %v, want %v", lines[i], got, want)
		}
	}
	if !strings.Contains(lines[3], "request=") {
		t.Errorf("%s: carries no name", lines[3])
	}
}

// What a sender calls a request is kept only when nobody can be fooled or named by it.
func TestSentAs(t *testing.T) {
	for sent, want := range map[string]string{
		"": "", "7f3a-9_B.c": "7f3a-9_B.c", "ana@example.com": "", "a b": "", "a\nlevel=ERROR": "", strings.Repeat("a", 64): strings.Repeat("a", 64), strings.Repeat("a", 65): "",
	} {
		if got := New(sent, nil).SentAs; got != want {
			t.Errorf("%q is kept as %q, want %q", sent, got, want)
		}
	}
}

// Whoever waits for the proof is told of it, and a context without a request does no harm.
func TestProved(t *testing.T) {
	told := 0
	ctx := New("", func() { told++ }).In(t.Context())
	Proved(ctx)
	Proved(t.Context())
	Proved(Begin(ctx))
	if told != 1 {
		t.Errorf("told %d times, want once", told)
	}
}
