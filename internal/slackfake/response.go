package slackfake

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

const (
	responseUses = 5
	responseLife = 30 * time.Minute
)

// responseURL lets the app answer a click or a command later: five times in half an hour, by the workspace's clock.
type responseURL struct {
	channel, user string
	about         *Message // what was clicked, nil after a command
	until         time.Time
	uses          int
}

func (s *Slack) newResponseURL(channel, user string, about *Message) string {
	key := fmt.Sprintf("%s/%d/%s", s.opts.TeamID, s.now().UnixMilli(), s.id("R"))
	s.responses[key] = &responseURL{channel: channel, user: user, about: about, until: s.now().Add(responseLife)}
	return s.url + "/response/" + key
}

// serveResponse takes what the app posts to a response_url.
func (s *Slack) serveResponse(w http.ResponseWriter, r *http.Request) {
	fault := s.takeFault("response_url")
	s.count("response_url")
	if fault.before(w, r) {
		return
	}
	a, _, err := parseArgs(r)
	if err == nil {
		s.mu.Lock()
		err = s.useResponse(r.PathValue("key"), a)
		s.mu.Unlock()
	}
	if fault.after() {
		cut(w)
		return
	}
	var refused *apiError
	switch {
	case err == nil:
		w.Write([]byte("ok"))
	case errors.As(err, &refused) && refused.extra["status"] != nil:
		writeJSON(w, refused.extra["status"].(int), Object{"ok": false, "error": refused.code})
	default:
		writeJSON(w, http.StatusOK, envelope(nil, err))
	}
}

func (s *Slack) useResponse(key string, a args) error {
	u := s.responses[key]
	switch {
	case u == nil || s.now().After(u.until):
		return &apiError{code: "expired_url", extra: Object{"status": http.StatusNotFound}}
	case u.uses >= responseUses:
		return &apiError{code: "used_url", extra: Object{"status": http.StatusNotFound}}
	}
	u.uses++
	if a.flag("delete_original") {
		if u.about != nil {
			s.remove(u.about)
		}
		s.record(Sent{Method: "response_url", Channel: u.channel, User: u.user, Text: "(delete_original)"}, nil)
		return nil
	}
	content, err := s.content(&call{args: a, method: "response_url"})
	sent := Sent{Method: "response_url", Channel: u.channel, User: u.user, Text: content.text, Payload: content.raw}
	if err != nil {
		s.record(sent, err)
		return err
	}
	if a.flag("replace_original") && u.about != nil {
		s.change(u.about, content, false)
		sent.TS = u.about.TS
		s.dump("message", content.raw)
	} else {
		thread := a.str("thread_ts")
		sent.TS = s.respond(u.channel, u.user, thread, a.str("response_type") == "in_channel", content).TS
	}
	s.record(sent, nil)
	return nil
}
