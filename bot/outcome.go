package bot

import (
	"errors"
	"net"
	"net/http"
	"net/url"
	"time"

	"github.com/slack-go/slack"
)

// outcome is what is known after a call to Slack failed.
type outcome struct {
	definite bool          // it certainly did not happen
	after    time.Duration // how long Slack asks to wait; zero when it does not say
	code     string        // Slack's own word for what is wrong, or "network"
	lookUp   bool          // the call only looked for the message: whether it was posted before is as open as it was
	before   bool          // the call came before the one that sends the message
}

// judge tells what an error of a call to Slack means. A refused connection, a 429 and Slack's refusals are
// definite; a dropped connection, a timeout, a 5xx and Slack's internal errors are not: it may have happened all
// the same.
func judge(err error) outcome {
	if _, ok := errors.AsType[unreached](err); ok {
		return outcome{definite: true, code: "not_installed"}
	}
	if limited, ok := errors.AsType[*slack.RateLimitedError](err); ok {
		return outcome{definite: true, after: limited.RetryAfter, code: "rate_limited"}
	}
	if refused, ok := errors.AsType[slack.SlackErrorResponse](err); ok {
		switch {
		case refused.Err == "rate_limited", refused.Err == "ratelimited":
			return outcome{definite: true, after: 30 * time.Second, code: "rate_limited"}
		case passes(refused.Err):
			return outcome{code: refused.Err}
		}
		return outcome{definite: true, code: refused.Err}
	}
	if status, ok := errors.AsType[slack.StatusCodeError](err); ok {
		return outcome{definite: status.Code < http.StatusInternalServerError, code: "http_status"}
	}
	if op, ok := errors.AsType[*net.OpError](err); ok && op.Op == "dial" {
		return outcome{definite: true, code: "network"}
	}
	return outcome{code: "network"}
}

// passes tells of a failure's code whether it is Slack's trouble or the network's, and no refusal of what was sent.
func passes(code string) bool {
	switch code {
	case "internal_error", "fatal_error", "service_unavailable", "request_timeout", "http_status", "network", "rate_limited":
		return true
	}
	return false
}

// ofLookUp is the outcome as that of a look-up.
func (o outcome) ofLookUp() outcome {
	o.lookUp = true
	return o
}

// ofPicture is the outcome as that of a call about the message's picture.
func (o outcome) ofPicture() outcome {
	o.before = true
	return o
}

// certain tells whether the message certainly is not in Slack.
func (o outcome) certain() bool { return o.before || o.definite && !o.lookUp }

// transient tells whether Slack as a whole is in trouble, or has had enough of us for now: other messages would
// fare no better.
func (o outcome) transient() bool {
	return o.code == "network" || o.code == "rate_limited" || o.code == "not_installed" || !o.definite
}

// threadless tells whether Slack refuses an answer because the message that its thread hangs on was deleted.
func (o outcome) threadless() bool {
	return o.code == "thread_not_found" || o.code == "invalid_thread_ts" || o.code == "cannot_reply_to_message"
}

// noChannel tells whether Slack refuses a message because the bot can't post where it belongs.
func (o outcome) noChannel() bool {
	return o.code == "channel_not_found" || o.code == "not_in_channel" || o.code == "is_archived"
}

// Longest waits between two tries: for what may pass by itself, and for what somebody has to mend.
const (
	maxBackoff   = time.Minute
	mendBackoff  = 5 * time.Minute
	firstBackoff = time.Second
)

// backoff is how long to wait after so many failures in a row.
func (o outcome) backoff(failures int) time.Duration {
	if o.after > 0 {
		return o.after
	}
	longest := maxBackoff
	if o.definite && o.code != "network" {
		longest = mendBackoff
	}
	return min(longest, firstBackoff<<min(failures, 10))
}

// redactURL takes the address out of an error: a response_url is a secret.
func redactURL(err error) error {
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err
	}
	return err
}
