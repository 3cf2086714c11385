package outbound

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"relevo/store"
)

// What a receiver is allowed.
const (
	callPatience = 15 * time.Second
	maxAnswer    = 4 << 10 // bytes of its answer, which are read for the connection to be used again, and by nobody
)

// sender posts webhooks.
type sender struct {
	public, internal *http.Client
	now              func() time.Time
}

func newSender(now func() time.Time) *sender {
	return &sender{public: newClient(public), internal: newClient(internal), now: now}
}

// noRedirect keeps what is signed for one address from going to another.
func noRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }

// send posts a message, signed with each of the secrets.
func (s *sender) send(ctx context.Context, e store.Endpoint, secrets []string, id string, body []byte) outcome {
	now := s.now()
	var signatures []string
	for _, secret := range secrets {
		signer, err := standardwebhooks.NewWebhook(secret)
		if err != nil {
			return outcome{fate: dead, why: "its secret is no secret of Standard Webhooks"}
		}
		signature, err := signer.Sign(id, now, body)
		if err != nil {
			return outcome{fate: dead, why: "it can't be signed"}
		}
		signatures = append(signatures, signature)
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, e.URL, bytes.NewReader(body))
	if err != nil {
		return outcome{fate: dead, why: "its address can't be used"}
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "Relevo")
	r.Header.Set(standardwebhooks.HeaderWebhookID, id)
	r.Header.Set(standardwebhooks.HeaderWebhookTimestamp, strconv.FormatInt(now.Unix(), 10))
	r.Header.Set(standardwebhooks.HeaderWebhookSignature, strings.Join(signatures, " "))
	client := s.public
	if e.Internal {
		client = s.internal
	}
	w, err := client.Do(r)
	if err != nil {
		return outcome{fate: later, why: notReached(err), ill: true}
	}
	defer w.Body.Close()
	io.CopyN(io.Discard, w.Body, maxAnswer)
	return judge(w, now)
}

// judge tells what a receiver's answer means.
func judge(w *http.Response, now time.Time) outcome {
	out := outcome{fate: later, why: "answered with status " + strconv.Itoa(w.StatusCode), wait: retryAfter(w.Header, now)}
	switch status := w.StatusCode; {
	case status >= 200 && status < 300:
		return outcome{}
	case status == http.StatusGone:
		out.fate = gone
	case status == http.StatusTooManyRequests, status >= 500:
		out.ill = true
	}
	return out
}

// notReached says why there was no answer, without the address, which may hold a secret.
func notReached(err error) string {
	if outer, ok := errors.AsType[*url.Error](err); ok {
		if outer.Timeout() {
			return "no answer in time"
		}
		err = outer.Err
	}
	if refused, ok := errors.AsType[*forbiddenAddress](err); ok {
		return refused.Error()
	}
	return "not reached: " + err.Error()
}

// retryAfter returns how long whoever answered asks to be left alone, or 0.
func retryAfter(h http.Header, now time.Time) time.Duration {
	said := h.Get("Retry-After")
	if n, err := strconv.ParseUint(said, 10, 32); err == nil {
		return min(time.Duration(n)*time.Second, maxWait)
	}
	at, err := http.ParseTime(said)
	if err != nil {
		return 0
	}
	if theirs, err := http.ParseTime(h.Get("Date")); err == nil {
		now = theirs // measured by their own clock
	}
	return min(max(at.Sub(now), 0), maxWait)
}
