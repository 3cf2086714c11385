package intake

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// askPatience is how long a tool's API may take to answer: less than the lease of a fetch.
const askPatience = 20 * time.Second

// maxWait is how long a tool may ask to be left alone.
const maxWait = 24 * time.Hour

// newAsker returns the client that tools' APIs are asked with. It follows no redirection: a token is for the one
// address that the settings name.
func newAsker() *http.Client {
	return &http.Client{Timeout: askPatience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// cause is what kind of reason there is that something could not be read, as far as it matters for what is done next.
type cause int

// The causes.
const (
	unclear   cause = iota // this one can't be read now, others perhaps can
	gone                   // there is no such person
	forbidden              // the token may not see this one, others perhaps
	refused                // the token: somebody has to mend that
	busy                   // we ask too often
	down                   // the tool has trouble of its own, or can't be reached
)

// unread says why a tool's API did not give what was asked for.
type unread struct {
	cause
	why  string        // fixed words and numbers, nothing of the person
	wait time.Duration // how long the tool asks to be left alone; 0 when it does not say
	body any           // the answer, when it was JSON

	kept time.Duration // how old a notice may be for it to be worth asking again; 0 for ever
}

func (u *unread) Error() string { return u.why }

// readAPI returns the JSON that stands at an address of a tool's API, or fails with *unread. What it fails with names
// neither the address nor the token.
func readAPI(ctx context.Context, client *http.Client, address string, header http.Header) (any, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, &unread{why: "the address of the API can't be used"}
	}
	r.Header = header
	r.Header.Set("Accept", "application/json")
	resp, err := client.Do(r)
	if err != nil {
		return nil, &unread{cause: down, why: notReached(err)}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, MaxBody+1))
	if err != nil {
		return nil, &unread{cause: down, why: "the answer broke off"}
	}
	value, isJSON := lenient(body)
	switch {
	case resp.StatusCode != http.StatusOK:
		return nil, judge(resp, value)
	case len(body) > MaxBody:
		return nil, &unread{why: "the answer is too large"}
	case !isJSON:
		return nil, &unread{why: "the answer is not JSON"}
	}
	return value, nil
}

// lenient decodes what an API answers. It is not ours to refuse as decode does: nobody would send it again.
func lenient(body []byte) (any, bool) {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var v any
	err := dec.Decode(&v)
	return v, err == nil
}

func notReached(err error) string {
	var outer *url.Error // its text has the address
	if errors.As(err, &outer) {
		if outer.Timeout() {
			return "no answer in time"
		}
		err = outer.Err
	}
	return "not reached: " + err.Error()
}

// judge tells from an answer's status why it has not what was asked for.
func judge(resp *http.Response, body any) *unread {
	u := &unread{why: fmt.Sprintf("answered with status %d", resp.StatusCode), wait: retryAfter(resp.Header), body: body}
	switch status := resp.StatusCode; {
	case status == http.StatusGone, status == http.StatusNotFound && body != nil:
		u.cause = gone
	case status == http.StatusNotFound:
		u.why += " that is not the API's own" // a wrong address in the settings: nobody is gone
	case status == http.StatusUnauthorized:
		u.cause, u.why = refused, fmt.Sprintf("the token was refused with status %d", status)
	case status == http.StatusForbidden:
		u.cause, u.why = forbidden, fmt.Sprintf("the token may not read this, status %d", status)
	case status == http.StatusUpgradeRequired:
		u.cause, u.why = refused, "this version of the API is not served any more"
	case status == http.StatusTooManyRequests:
		u.cause = busy
	case status >= 500, status == http.StatusRequestTimeout, status == http.StatusTooEarly:
		u.cause = down
	}
	return u
}

// retryAfter returns how long the tool asks to be left alone, or 0. A time of day is measured by the tool's own clock.
func retryAfter(h http.Header) time.Duration {
	said := h.Get("Retry-After")
	var wait time.Duration
	if n, err := strconv.ParseUint(said, 10, 32); err == nil {
		wait = time.Duration(n) * time.Second
	} else if until, err := http.ParseTime(said); err == nil {
		if theirs, err := http.ParseTime(h.Get("Date")); err == nil {
			wait = until.Sub(theirs)
		}
	}
	return min(max(wait, 0), maxWait)
}

// tokenHeader carries a token where it does not end up in logs of addresses.
func tokenHeader(token string) http.Header {
	return http.Header{"Authorization": {"Bearer " + token}}
}
