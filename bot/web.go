package bot

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"strconv"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"relevo/internal/request"
)

// Web receives Slack's signed HTTP requests, for a bot that runs in many copies behind a public address.
type Web struct {
	app    *App
	secret string
	mux    *http.ServeMux
}

const (
	maxSlackBody = 1 << 20
	signatureAge = 5 * time.Minute
)

// NewWeb returns the transport; it is served at /slack/.
func NewWeb(a *App, signingSecret string) *Web {
	w := &Web{app: a, secret: signingSecret, mux: http.NewServeMux()}
	w.Register(w.mux)
	return w
}

// Register puts the transport's handlers on a mux.
func (w *Web) Register(mux interface {
	Handle(pattern string, h http.Handler)
}) {
	mux.Handle("POST /slack/events", w.verified(w.events))
	mux.Handle("POST /slack/interactions", w.verified(w.interactions))
	mux.Handle("POST /slack/commands", w.verified(w.commands))
}

// Run waits for the context's end: requests come in through ServeHTTP.
func (w *Web) Run(ctx context.Context) error {
	<-ctx.Done()
	return nil
}

// Ready is always true: requests can come in as soon as the server listens.
func (w *Web) Ready() bool { return true }

func (w *Web) ServeHTTP(rw http.ResponseWriter, r *http.Request) { w.mux.ServeHTTP(rw, r) }

// arrived is a request's body, and when the request began.
type arrived struct {
	body  []byte
	began time.Time
}

// verified lets a request through only when Slack signed it, less than five minutes ago.
func (w *Web) verified(next func(http.ResponseWriter, *http.Request, arrived)) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		began := time.Now()
		body, err := io.ReadAll(http.MaxBytesReader(rw, r.Body, maxSlackBody))
		if err != nil {
			http.Error(rw, "the body is too large, or it was cut off", unread(err))
			return
		}
		if err := checkSignature(w.secret, r.Header, body, w.app.Now()); err != nil {
			w.app.Log.WarnContext(r.Context(), "request to /slack refused", "path", r.URL.Path, "error", err)
			http.Error(rw, "not signed by Slack", http.StatusUnauthorized)
			return
		}
		request.Proved(r.Context())
		r.Body = io.NopCloser(bytes.NewReader(body))
		next(rw, r, arrived{body, began})
	})
}

// unread is the status for a body that could not be read.
func unread(err error) int {
	switch tooLarge := (*http.MaxBytesError)(nil); {
	case errors.As(err, &tooLarge):
		return http.StatusRequestEntityTooLarge
	case errors.Is(err, os.ErrDeadlineExceeded):
		return http.StatusRequestTimeout
	}
	return http.StatusBadRequest
}

var (
	errSignature = errors.New("the signature does not match")
	errStale     = errors.New("the request is older than five minutes, or from the future")
)

// checkSignature verifies a request as Slack's "Verifying requests from Slack" says: v0= and the HMAC-SHA256 of
// v0:timestamp:body, fresh, compared in constant time. slack-go's own verifier has no clock to set, which the demo
// and the tests need.
func checkSignature(secret string, h http.Header, body []byte, now time.Time) error {
	stamp := h.Get("X-Slack-Request-Timestamp")
	sec, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || secret == "" {
		return errSignature
	}
	if !hmac.Equal([]byte(signature(secret, stamp, body)), []byte(h.Get("X-Slack-Signature"))) {
		return errSignature
	}
	if now.Sub(time.Unix(sec, 0)).Abs() > signatureAge {
		return errStale
	}
	return nil
}

func signature(secret, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "v0:%s:", stamp)
	mac.Write(body)
	return "v0=" + hex.EncodeToString(mac.Sum(nil))
}

// SignChallenge returns a request to /slack/events as Slack sends it to learn whether the address is the app's. The answer is the
// challenge.
func SignChallenge(secret, challenge string, now time.Time) (http.Header, []byte) {
	body, _ := json.Marshal(map[string]string{"type": slackevents.URLVerification, "challenge": challenge}) // of two texts
	stamp := strconv.FormatInt(now.Unix(), 10)
	return http.Header{"Content-Type": {"application/json"}, "X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {signature(secret, stamp, body)}}, body
}

func (w *Web) commands(rw http.ResponseWriter, r *http.Request, in arrived) {
	cmd, err := slack.SlashCommandParse(r)
	if err != nil {
		http.Error(rw, "not a slash command", http.StatusBadRequest)
		return
	}
	reply, then := w.app.Command(patient(r), cmd)
	w.answer(rw, r, reply)
	w.app.Watch.acked(kindCommand, in.began)
	after(rw, r, then)
}

// after does what can wait once Slack has the whole answer.
func after(rw http.ResponseWriter, r *http.Request, then func(context.Context)) {
	if f, ok := rw.(http.Flusher); ok {
		f.Flush()
	}
	then(patient(r))
}

func (w *Web) interactions(rw http.ResponseWriter, r *http.Request, in arrived) {
	cb, err := readInteraction([]byte(r.PostFormValue("payload")))
	if err != nil {
		// An element newer than this version: acknowledged, as over Socket Mode.
		w.app.Log.WarnContext(r.Context(), "an interaction that can't be read is acknowledged unhandled", "error", fmt.Sprintf("%T", err))
		rw.WriteHeader(http.StatusOK)
		return
	}
	w.answer(rw, r, w.app.Interaction(patient(r), cb))
	w.app.Watch.acked(kindOfInteraction(cb.Type), in.began)
}

func (w *Web) events(rw http.ResponseWriter, r *http.Request, in arrived) {
	e, err := parseEvent(in.body)
	if err != nil {
		rw.WriteHeader(http.StatusOK) // an event that this version does not know
		return
	}
	if e.Type == slackevents.URLVerification {
		var c slackevents.ChallengeResponse
		if err := json.Unmarshal(in.body, &c); err != nil {
			http.Error(rw, "no challenge", http.StatusBadRequest)
			return
		}
		rw.Header().Set("Content-Type", "text/plain")
		io.WriteString(rw, c.Challenge)
		return
	}
	then := w.app.Event(patient(r), e)
	w.answer(rw, r, nil)
	w.app.Watch.acked(kindEvent, in.began)
	after(rw, r, then)
}

// patient lets a handler that has begun finish although Slack has hung up: Slack delivers again, and finds it done.
func patient(r *http.Request) context.Context { return context.WithoutCancel(r.Context()) }

func (w *Web) answer(rw http.ResponseWriter, r *http.Request, reply any) {
	body, err := encode(reply)
	if err != nil {
		w.app.Log.ErrorContext(r.Context(), "answer not encoded", "error", err)
	}
	// With its length the answer is complete as soon as it is flushed, whatever is still to be done.
	rw.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if len(body) > 0 {
		rw.Header().Set("Content-Type", "application/json; charset=utf-8")
	}
	rw.Write(body)
}
