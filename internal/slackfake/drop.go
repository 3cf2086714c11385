package slackfake

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
)

// Drop has a person drop a file into a channel (an id or "#name"), with a few words or none, and returns the
// message's ts. The file goes the way of any message: a direct message reaches the app when it subscribed to them.
func (s *Slack) Drop(ctx context.Context, user, channel, name string, data []byte, words string) (ts string, err error) {
	s.mu.Lock()
	f := s.keepFile(user, name, data)
	s.mu.Unlock()
	return s.say(ctx, user, channel, "", words, f.id)
}

// keepFile keeps what a person uploaded.
func (s *Slack) keepFile(user, name string, data []byte) *file {
	name = path.Base(name)
	f := &file{
		id: s.id("F"), name: name, title: name, owner: user, data: data, size: len(data), uploaded: true, complete: true,
		asked: 2, created: s.now().Unix(), shares: map[string]string{},
	}
	s.files[f.id] = f
	return f
}

// attach hangs files of this person on a message.
func (s *Slack) attach(m *Message, ids []string) error {
	for _, id := range ids {
		f := s.files[id]
		if f == nil || f.owner != m.User {
			return fmt.Errorf("there is no file %q of theirs", id)
		}
		f.shares[m.Channel] = m.TS
		m.Files = append(m.Files, s.ref(f))
	}
	return nil
}

// mayRead says whether a request may have a file: the page's own, or one with a bot token that has the scope. What
// comes without one is sent to the sign-in page, as Slack does.
func (s *Slack) mayRead(r *http.Request) bool {
	token, bearer := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !bearer {
		site := r.Header.Get("Sec-Fetch-Site") // set by browsers alone; other sites were refused before
		return site != ""
	}
	problem, known := s.botToken(token)
	return known && problem == "" && slices.Contains(s.opts.Scopes, "files:read")
}
