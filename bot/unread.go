package bot

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"path"
	"strings"

	"github.com/slack-go/slack"
)

// What Slack sends of which nothing is used is not read: the message that was clicked on, and the view with which it answers
// whoever shows one. They are most of what a click takes of a processor, and one new block of Slack's in them would make the
// click one that can't be read, and a modal that was opened one that was not.

// readInteraction reads a click, without the message that it was on, or any other interaction.
func readInteraction(payload []byte) (cb slack.InteractionCallback, err error) {
	var is struct {
		Type slack.InteractionType `json:"type"`
	}
	if err := json.Unmarshal(payload, &is); err != nil {
		return cb, err
	}
	if is.Type != slack.InteractionTypeBlockActions {
		return cb, json.Unmarshal(payload, &cb)
	}
	type fields slack.InteractionCallback // without its method, which would read all of it
	click := struct {
		*fields
		Message json.RawMessage `json:"message"`
	}{fields: (*fields)(&cb)}
	return cb, json.Unmarshal(payload, &click)
}

// caller calls Slack.
type caller struct{ *http.Transport }

// SlackTransport returns how Slack is called, for the clients that the bot is given. It keeps as many connections as there are clicks at
// once on a busy day: Go keeps two to a host, and every other click would begin with a handshake, of the three seconds that it has.
// Of the answers to those who show a view that view is left out.
func SlackTransport() http.RoundTripper {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.MaxIdleConnsPerHost = 16
	return caller{t}
}

// RoundTrip calls Slack.
func (c caller) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := c.Transport.RoundTrip(r)
	if err != nil || !strings.HasPrefix(path.Base(r.URL.Path), "views.") {
		return resp, err
	}
	body, err := io.ReadAll(resp.Body)
	resp.Body.Close()
	if err != nil {
		return nil, err
	}
	var parts map[string]json.RawMessage
	if json.Unmarshal(body, &parts) == nil && parts["view"] != nil {
		delete(parts, "view")
		if body, err = json.Marshal(parts); err != nil {
			return nil, err
		}
	}
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return resp, nil
}
