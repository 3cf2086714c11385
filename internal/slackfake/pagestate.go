package slackfake

import (
	"encoding/json"
	"fmt"
	"net/http"
)

// pageState answers with everything that one person sees.
func (s *Slack) pageState(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	out, err := json.Marshal(s.seenBy(r.URL.Query().Get("as")))
	s.mu.Unlock()
	if err != nil {
		complain(w, http.StatusInternalServerError, err.Error())
		return
	}
	writeJSON(w, http.StatusOK, json.RawMessage(out))
}

// seenBy is everything that one person sees; the first person's view for somebody unknown.
func (s *Slack) seenBy(user string) Object {
	me := s.user(user)
	if me == nil {
		me = s.users[0]
	}
	messages := map[string][]Message{}
	for _, c := range s.channels {
		if !c.has(me.ID) {
			continue
		}
		messages[c.ID] = []Message{}
		for _, m := range s.messages[c.ID] {
			messages[c.ID] = append(messages[c.ID], m.copy())
		}
		for _, m := range s.ephemerals {
			if m.For == me.ID && m.Channel == c.ID {
				messages[c.ID] = append(messages[c.ID], m.copy())
			}
		}
	}
	out := Object{
		"me": me, "now": s.now().UnixMilli(), "zone": teamZone, "team": Object{"id": s.opts.TeamID, "name": s.opts.TeamName}, "messages": messages,
		"groups": s.groupHandles(),
	}
	for _, part := range []string{"app", "users", "channels", "commands", "shortcuts", "home", "views", "buttons"} {
		out[part] = s.pagePart(part, me.ID)
	}
	return out
}

// pagePart is one part of what a person sees, as it is now.
func (s *Slack) pagePart(part, user string) any {
	switch part {
	case "app":
		connected := s.connections() > 0 || s.opts.EventsURL != "" || s.opts.InteractionsURL != "" || s.opts.CommandsURL != ""
		return Object{"id": appID, "name": s.opts.AppName, "bot_user": botUser, "connected": connected && !s.down}
	case "users":
		return s.users
	case "channels":
		mine := []*Channel{}
		for _, c := range s.channels {
			if c.has(user) {
				mine = append(mine, c)
			}
		}
		return mine
	case "commands":
		return append([]Command{}, s.commands...)
	case "shortcuts":
		return append([]Shortcut{}, s.shortcuts...)
	case "home":
		if v := s.homes[user]; v != nil {
			return v
		}
		return nil
	case "views":
		return append([]*View{}, s.modals[user]...)
	case "buttons":
		return append([]button{}, s.buttons...)
	}
	return nil
}

// pageEvents tells the page what changes, as server-sent events, until it leaves.
func (s *Slack) pageEvents(w http.ResponseWriter, r *http.Request) {
	user := r.URL.Query().Get("as")
	s.mu.Lock()
	at := s.feed.first + len(s.feed.events) // before the greeting: who has read that misses nothing
	s.mu.Unlock()
	out := http.NewResponseController(w)
	w.Header().Set("Content-Type", "text/event-stream")
	w.Header().Set("Cache-Control", "no-store")
	fmt.Fprint(w, ": hello\n\n")
	if out.Flush() != nil {
		return
	}
	for {
		s.mu.Lock()
		lines, ok := s.news(user, at)
		at = s.feed.first + len(s.feed.events)
		changed, closed := s.changed, s.closed
		s.mu.Unlock()
		if !ok || closed {
			return // the page comes back and reads everything
		}
		for _, line := range lines {
			fmt.Fprintf(w, "data: %s\n\n", line)
		}
		if len(lines) > 0 && out.Flush() != nil {
			return
		}
		select {
		case <-changed:
		case <-r.Context().Done():
			return
		}
	}
}

// news are the events since one, for one person; false when the feed no longer goes back that far.
func (s *Slack) news(user string, since int) ([][]byte, bool) {
	if since < s.feed.first {
		return nil, false
	}
	var lines [][]byte
	for _, e := range s.feed.events[since-s.feed.first:] {
		if e.user != "" && e.user != user {
			continue
		}
		if c := s.channel(e.channel); e.channel != "" && (c == nil || !c.has(user)) {
			continue
		}
		kind := e.body["type"].(string)
		body := Object{}
		for k, v := range e.body {
			body[k] = v
		}
		if part := s.pagePart(kind, user); part != nil || kind == "home" {
			body[kind] = part
		}
		line, err := json.Marshal(body)
		if err != nil {
			s.opts.Logger.Error("page event", "error", err)
			continue
		}
		lines = append(lines, line)
	}
	return lines, true
}
