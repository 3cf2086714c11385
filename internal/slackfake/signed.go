package slackfake

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Sign is Slack's signature of a request body: v0= and the HMAC of version, timestamp and body.
func Sign(secret string, at time.Time, body []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "v0:%d:", at.Unix())
	mac.Write(body)
	return "v0=" + hex.EncodeToString(mac.Sum(nil))
}

// request is a signed HTTP request to the app.
type request struct {
	url, contentType string
	body             []byte
}

func httpRequest(kind, target string, payload json.RawMessage) (request, error) {
	const form = "application/x-www-form-urlencoded"
	switch kind {
	case kindAction:
		return request{target, form, []byte(url.Values{"payload": {string(payload)}}.Encode())}, nil
	case kindCommand:
		fields, err := formOf(payload)
		return request{target, form, []byte(fields.Encode())}, err
	}
	return request{target, "application/json", payload}, nil
}

func (s *Slack) deliverHTTP(ctx context.Context, kind, target string, payload json.RawMessage) ([]byte, error) {
	req, err := httpRequest(kind, target, payload)
	if err != nil {
		return nil, fmt.Errorf("deliver %s: %w", kind, err)
	}
	twice := s.takeDeliveryFault("deliver_twice")
	answer, reason, err := s.post(ctx, req, 0, "")
	if twice {
		_, _, again := s.post(ctx, req, 1, "http_timeout")
		err = errors.Join(err, again)
	}
	if err == nil || kind != kindEvent || reason == noRetry {
		return answer, err
	}
	if answer, reason, err = s.post(ctx, req, 1, reason); err != nil && reason != noRetry {
		s.retryHTTP(req, 1, reason)
	}
	return answer, err
}

// retryHTTP posts an event again later, until the app takes it.
func (s *Slack) retryHTTP(req request, n int, reason string) {
	if n == len(retryAfter) {
		return
	}
	s.later(retryAfter[n], func() {
		if _, reason, err := s.post(context.Background(), req, n+1, reason); err != nil && reason != noRetry {
			s.retryHTTP(req, n+1, reason)
		}
	})
}

const noRetry = "no retry" // the app asked for none

// post sends a signed request and returns the answer, or why the retry happens.
func (s *Slack) post(ctx context.Context, req request, attempt int, why string) (answer []byte, reason string, _ error) {
	ctx, cancel := context.WithTimeoutCause(ctx, s.opts.AckTimeout, ErrNoAnswer)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, req.url, strings.NewReader(string(req.body)))
	if err != nil {
		return nil, noRetry, fmt.Errorf("deliver: %w", err)
	}
	at := s.signingTime()
	r.Header.Set("Content-Type", req.contentType)
	r.Header.Set("User-Agent", "Slackbot 1.0 (+https://api.slack.com/robots)")
	r.Header.Set("X-Slack-Request-Timestamp", strconv.FormatInt(at.Unix(), 10))
	r.Header.Set("X-Slack-Signature", Sign(s.opts.SigningSecret, at, req.body))
	if attempt > 0 {
		r.Header.Set("X-Slack-Retry-Num", strconv.Itoa(attempt))
		r.Header.Set("X-Slack-Retry-Reason", why)
	}
	resp, err := s.client.Do(r)
	if err != nil {
		if ctx.Err() != nil {
			return nil, "http_timeout", context.Cause(ctx)
		}
		return nil, "connection_failed", fmt.Errorf("deliver: %w", err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxBody))
	if err != nil {
		return nil, "http_timeout", fmt.Errorf("deliver: %w", err)
	}
	if resp.StatusCode/100 == 2 {
		return body, "", nil
	}
	reason = "http_error"
	if resp.Header.Get("X-Slack-No-Retry") == "1" {
		reason = noRetry
	}
	return nil, reason, fmt.Errorf("deliver: the app answered %s", resp.Status)
}

func (s *Slack) signingTime() time.Time {
	if s.opts.SigningClock != nil {
		return s.opts.SigningClock()
	}
	return s.Now()
}

// VerifyURL sends url_verification to the app's events address, as Slack does when the address is entered. It
// fails when the challenge does not come back.
func (s *Slack) VerifyURL(ctx context.Context) error {
	const challenge = "3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"
	body, err := json.Marshal(Object{"token": verifier, "challenge": challenge, "type": "url_verification"})
	if err != nil {
		return fmt.Errorf("verify url: %w", err)
	}
	answer, _, err := s.post(ctx, request{s.opts.EventsURL, "application/json", body}, 0, "")
	if err != nil {
		return fmt.Errorf("verify url: %w", err)
	}
	if !strings.Contains(string(answer), challenge) {
		return errors.New("verify url: the challenge did not come back")
	}
	return nil
}
