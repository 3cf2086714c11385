package cli

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"path"
	"regexp"
	"strings"
	"time"
)

// slackCalls counts the calls to Slack that go by it. Of an address only the method's name is looked at, and of an answer only
// whether it is one.
type slackCalls struct {
	next http.RoundTripper
	m    *metrics
}

// CloseIdleConnections closes what is kept open for the next call.
func (c slackCalls) CloseIdleConnections() {
	if t, ok := c.next.(interface{ CloseIdleConnections() }); ok {
		t.CloseIdleConnections()
	}
}

// RoundTrip calls Slack.
func (c slackCalls) RoundTrip(r *http.Request) (*http.Response, error) {
	began, method := time.Now(), methodOf(r)
	resp, err := c.next.RoundTrip(r)
	result := "network"
	if err == nil {
		result, err = c.resultOf(resp)
	}
	c.m.calls.WithLabelValues(method, result).Inc()
	c.m.callTook.WithLabelValues(method).Observe(time.Since(began).Seconds())
	if err != nil && resp != nil {
		resp.Body.Close()
		return nil, err
	}
	return resp, err
}

// slackMethod is a method of Slack's as we call it: chat.postMessage, apps.connections.open.
var slackMethod = regexp.MustCompile(`^[a-z]+(\.[a-z]+)?\.[a-zA-Z]+$`)

// methodOf names what is called: a method, or one word for an answer to a payload and for everything else.
func methodOf(r *http.Request) string {
	name := path.Base(r.URL.Path)
	switch {
	case strings.Contains(r.URL.Path, "/api/") && slackMethod.MatchString(name):
		return name
	case r.URL.Host == "hooks.slack.com":
		return "response_url"
	}
	return "other"
}

// resultOf tells what came of a call: ok, refused, rate_limited, unavailable, or network for an answer that broke off. It reads
// the answer of a method, which says so in its body, and puts it back.
func (c slackCalls) resultOf(resp *http.Response) (string, error) {
	switch {
	case resp.StatusCode == http.StatusTooManyRequests:
		return "rate_limited", nil
	case resp.StatusCode >= http.StatusInternalServerError:
		return "unavailable", nil
	case resp.StatusCode >= http.StatusBadRequest:
		return "refused", nil
	case !strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json"):
		return "ok", nil
	}
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return "network", err
	}
	resp.Body.Close()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	var said struct {
		OK    *bool  `json:"ok"`
		Error string `json:"error"`
	}
	if json.Unmarshal(body, &said) != nil || said.OK == nil || *said.OK {
		return "ok", nil
	}
	switch said.Error {
	case "ratelimited", "rate_limited":
		return "rate_limited", nil
	case "internal_error", "fatal_error", "service_unavailable", "request_timeout":
		return "unavailable", nil
	}
	return "refused", nil
}
