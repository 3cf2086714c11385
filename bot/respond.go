package bot

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// slackHooks is where Slack's response_urls are; beside it only the server of the Web API that was set is answered.
const slackHooks = "https://hooks.slack.com/"

var errNotSlacks = errors.New("slack: the response_url is not Slack's")

// respond sends an answer to a response_url. The address came in a payload, and what is sent is private: it goes
// to nobody but Slack.
func (a *App) respond(ctx context.Context, address string, body []byte) error {
	if !a.slacksOwn(address) {
		return errNotSlacks
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("slack: response_url: %w", redactURL(err))
	}
	req.Header.Set("Content-Type", "application/json; charset=utf-8")
	client := http.Client{Transport: a.Watch.Calls, Timeout: 10 * time.Second, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(req)
	if err != nil {
		return fmt.Errorf("slack: response_url: %w", redactURL(err))
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("slack: response_url: %s", resp.Status)
	}
	return nil
}

func (a *App) slacksOwn(address string) bool {
	u, err := url.Parse(address)
	if err != nil {
		return false
	}
	for _, ours := range []string{slackHooks, a.APIURL} {
		if own, err := url.Parse(ours); err == nil && own.Host != "" && u.Scheme == own.Scheme && u.Host == own.Host {
			return true
		}
	}
	return false
}
