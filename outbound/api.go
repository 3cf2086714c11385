package outbound

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// maxBody is how much of an API's answer is read.
const maxBody = 1 << 20

// cause is why a call to a CRM failed, as far as it matters for what is done next.
type cause int

// The causes.
const (
	unclear cause = iota // it may work another time
	absent               // there is no such record
	moved                // the record was changed meanwhile
	wrong                // it will never work so: a field or a value that the CRM does not have
	refused              // the token, or what it may do: somebody has to mend that
	down                 // the CRM has trouble of its own, is asked too often, or can't be reached
)

// apiError says why a call failed.
type apiError struct {
	cause cause
	why   string // fixed words, codes and names of fields; nothing of the person
	wait  time.Duration
	code  string // the CRM's own
}

func (e *apiError) Error() string { return e.why }

// api calls the JSON API of a CRM.
type api struct {
	client *http.Client
	errors func(body []byte) (code string, fields []string) // reads what the CRM answers to a call that it refuses
	now    func() time.Time
}

// call sends a request, with a body unless it is nil, and decodes the answer into out unless that is nil. What it fails with
// is *apiError.
func (a api) call(ctx context.Context, method, address string, header http.Header, body, out any) error {
	var content io.Reader
	if body != nil {
		encoded, err := json.Marshal(body)
		if err != nil {
			return &apiError{cause: wrong, why: "the request can't be written"}
		}
		content = bytes.NewReader(encoded)
	}
	r, err := http.NewRequestWithContext(ctx, method, address, content)
	if err != nil {
		return &apiError{cause: refused, why: "the address of the API can't be used"}
	}
	r.Header = header.Clone()
	r.Header.Set("Accept", "application/json")
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return a.do(r, out)
}

// do sends a request and decodes the answer.
func (a api) do(r *http.Request, out any) error {
	w, err := a.client.Do(r)
	if err != nil {
		return &apiError{cause: down, why: notReached(err)}
	}
	defer w.Body.Close()
	said, err := io.ReadAll(io.LimitReader(w.Body, maxBody))
	switch {
	case err != nil:
		return &apiError{cause: down, why: "the answer broke off"}
	case w.StatusCode < 200 || w.StatusCode > 299:
		return a.judge(w, said)
	case out == nil || len(said) == 0:
		return nil
	}
	if json.Unmarshal(said, out) != nil {
		return &apiError{why: "the answer is not JSON"}
	}
	return nil
}

func (a api) judge(w *http.Response, body []byte) *apiError {
	code, fields := a.errors(body)
	e := &apiError{why: fmt.Sprintf("answered with status %d", w.StatusCode), wait: retryAfter(w.Header, a.now()), code: code}
	if code != "" {
		e.why += " " + code
	}
	if len(fields) > 0 {
		e.why += " (" + strings.Join(fields, ", ") + ")"
	}
	switch status := w.StatusCode; {
	case status == http.StatusNotFound && !json.Valid(body):
		e.cause, e.why = refused, e.why+" that is not the API's own" // a wrong address in the settings
	case status == http.StatusNotFound, status == http.StatusGone:
		e.cause = absent
	case status == http.StatusPreconditionFailed, status == http.StatusConflict, code == "UNABLE_TO_LOCK_ROW":
		e.cause = moved
	case status == http.StatusUnauthorized, status == http.StatusForbidden:
		e.cause = refused
	case status == http.StatusTooManyRequests, status >= 500, status == http.StatusRequestTimeout:
		e.cause = down
	case status == http.StatusBadRequest, status == http.StatusUnprocessableEntity:
		e.cause = wrong
	}
	return e
}
