package slackfake

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/gorilla/websocket"
)

const (
	maxSockets   = 10
	maxAnswer    = 20_000 // bytes of an acknowledgement; longer ones are dropped without a word
	pingEvery    = 10 * time.Second
	warningGrace = 10 * time.Second // from the warning to the end of the connection
	closingGrace = time.Second      // for the app to read why it goes
	writeWait    = 5 * time.Second
)

// socketHub is what the workspace knows of Socket Mode. The workspace's lock guards it.
type socketHub struct {
	tickets  map[string]bool
	conns    []*socketConn
	next     int // whose turn it is
	pending  map[string]*flight
	disabled int // so many connections are still told link_disabled
	opened   int // how many connections there have been
}

func (h *socketHub) init() {
	h.tickets, h.pending = map[string]bool{}, map[string]*flight{}
}

// socketConn is one connection of the app.
type socketConn struct {
	ws       *websocket.Conn
	writing  sync.Mutex
	draining bool   // gets no more envelopes
	deafTo   string // the envelope whose acknowledgement cuts the connection
}

func (c *socketConn) write(v any) error {
	c.writing.Lock()
	defer c.writing.Unlock()
	c.ws.SetWriteDeadline(time.Now().Add(writeWait))
	return c.ws.WriteJSON(v)
}

// Connections is how many Socket Mode connections are open and get envelopes.
func (s *Slack) Connections() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.connections()
}

func (s *Slack) connections() int {
	n := 0
	for _, c := range s.socket.conns {
		if !c.draining {
			n++
		}
	}
	return n
}

// Opened is how many Socket Mode connections there have been.
func (s *Slack) Opened() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.socket.opened
}

func (s *Slack) connectionsOpen(c *call) (Object, error) {
	ticket := rand.Text() // nobody else on this machine can guess it
	s.socket.tickets[ticket] = true
	return Object{"url": "ws" + c.base[len("http"):] + "/socket?ticket=" + ticket + "&app_id=" + appID}, nil
}

// serveSocket is one Socket Mode connection from its upgrade to its end.
func (s *Slack) serveSocket(w http.ResponseWriter, r *http.Request) {
	ticket := r.URL.Query().Get("ticket")
	s.mu.Lock()
	known, down := s.socket.tickets[ticket], s.down
	delete(s.socket.tickets, ticket)
	s.mu.Unlock()
	switch {
	case down:
		http.Error(w, "Service Unavailable", http.StatusServiceUnavailable)
		return
	case !known:
		http.Error(w, "Unauthorized", http.StatusUnauthorized)
		return
	}
	// The ticket is the proof; slack-go sends Slack's own origin.
	upgrader := websocket.Upgrader{CheckOrigin: func(*http.Request) bool { return true }}
	ws, err := upgrader.Upgrade(w, r, nil)
	if err != nil {
		return
	}
	c := &socketConn{ws: ws}
	defer ws.Close()
	if reason := s.greet(c); reason != "" {
		c.write(Object{"type": "disconnect", "reason": reason, "num_connections": 0, "debug_info": debugInfo()})
		return
	}
	stop := make(chan struct{})
	defer close(stop)
	go c.ping(stop)
	s.sendWaiting()
	for {
		_, data, err := ws.ReadMessage()
		if err != nil || !s.heard(c, data) {
			break
		}
	}
	s.lost(c)
}

// greet says hello and takes the connection in, or returns why it may not stay.
func (s *Slack) greet(c *socketConn) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.socket.opened++
	switch {
	case s.socket.disabled > 0:
		s.socket.disabled--
		return "link_disabled"
	case len(s.socket.conns) >= maxSockets:
		return "too_many_websockets"
	}
	hello := Object{
		"type": "hello", "num_connections": len(s.socket.conns) + 1, "connection_info": Object{"app_id": appID},
		"debug_info": Object{"host": "applink-1", "build_number": 10, "approximate_connection_time": 18060},
	}
	if err := c.write(hello); err != nil {
		return "warning"
	}
	s.socket.conns = append(s.socket.conns, c)
	s.appChanged()
	return ""
}

func debugInfo() Object { return Object{"host": "applink-1"} }

func (c *socketConn) ping(stop <-chan struct{}) {
	ticker := time.NewTicker(pingEvery)
	defer ticker.Stop()
	for {
		if err := c.ws.WriteControl(websocket.PingMessage, []byte("Ping from applink-1"), time.Now().Add(writeWait)); err != nil {
			return
		}
		select {
		case <-ticker.C:
		case <-stop:
			return
		}
	}
}

// heard takes an acknowledgement; false ends the connection.
func (s *Slack) heard(c *socketConn, data []byte) bool {
	var ack struct {
		EnvelopeID string          `json:"envelope_id"`
		Payload    json.RawMessage `json:"payload"`
	}
	if err := json.Unmarshal(data, &ack); err != nil || ack.EnvelopeID == "" {
		return true
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(data) >= maxAnswer {
		s.problem(Problem{Method: "socket answer", Code: "too_long", Messages: []string{fmt.Sprintf("%d bytes, Slack drops answers over 20 KB", len(data))}})
		return true
	}
	if c.deafTo == ack.EnvelopeID {
		return false
	}
	if f := s.socket.pending[ack.EnvelopeID]; f != nil {
		f.acked(ack.Payload)
		if f.awaited == 0 {
			delete(s.socket.pending, ack.EnvelopeID)
		}
		s.wake()
	}
	return true
}

// lost takes the connection out and sends what it left unacknowledged over another one, now or when there is one.
func (s *Slack) lost(c *socketConn) {
	s.mu.Lock()
	s.socket.conns = slices.DeleteFunc(s.socket.conns, func(other *socketConn) bool { return other == c })
	for id, f := range s.socket.pending {
		if f.conn != c {
			continue
		}
		f.conn = nil
		if f.attempt++; f.attempt > len(retryAfter) {
			delete(s.socket.pending, id)
		}
	}
	s.appChanged()
	s.mu.Unlock()
	s.sendWaiting()
}

func (s *Slack) appChanged() { s.tell(pageEvent{body: Object{"type": "app"}}) }

// disconnect tells so many connections to go.
func (s *Slack) disconnect(reason string, times int) error {
	s.mu.Lock()
	var leaving []*socketConn
	grace := closingGrace
	if reason == "warning" {
		grace = warningGrace
	}
	for _, c := range s.socket.conns {
		if !c.draining && len(leaving) < times {
			c.draining = true
			leaving = append(leaving, c)
		}
	}
	s.appChanged()
	s.mu.Unlock()
	for _, c := range leaving {
		if err := c.write(Object{"type": "disconnect", "reason": reason, "debug_info": debugInfo()}); err != nil {
			c.ws.Close()
			continue
		}
		time.AfterFunc(grace, func() { c.ws.Close() })
	}
	return nil
}

// disableLink ends every connection, and so many more as soon as they come.
func (s *Slack) disableLink(times int) error {
	s.mu.Lock()
	s.socket.disabled = times
	open := len(s.socket.conns)
	s.mu.Unlock()
	return s.disconnect("link_disabled", open)
}

// enableLink ends what disableLink began.
func (s *Slack) enableLink() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.socket.disabled = 0
	s.appChanged()
}

func (s *Slack) closeSockets() {
	s.mu.Lock()
	conns := slices.Clone(s.socket.conns)
	s.mu.Unlock()
	for _, c := range conns {
		c.ws.Close()
	}
}
