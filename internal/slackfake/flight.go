package slackfake

import (
	"cmp"
	"encoding/json"
	"slices"
)

// flight is an envelope on its way to the app over Socket Mode.
type flight struct {
	id      string
	kind    string
	payload json.RawMessage
	conn    *socketConn // who got it; nil when nobody did yet
	sent    bool        // somebody got it once
	attempt int
	reason  string
	awaited int // acknowledgements still to come
	answer  json.RawMessage
	once    bool
	landed  chan struct{} // closed when all acknowledgements are there
}

// acked takes one acknowledgement. The first answer counts.
func (f *flight) acked(answer json.RawMessage) {
	if f.awaited == 0 {
		return
	}
	if !f.once {
		f.answer, f.once = answer, true
	}
	f.awaited--
	if f.awaited == 0 {
		close(f.landed)
	}
}

func (f *flight) envelope() Object {
	out := Object{"envelope_id": f.id, "type": f.kind, "payload": f.payload, "accepts_response_payload": f.kind != kindEvent}
	if f.kind == kindEvent || f.attempt > 0 {
		out["retry_attempt"], out["retry_reason"] = f.attempt, f.reason
	}
	return out
}

// launch sends a new envelope to one connection, or keeps it until there is one.
func (s *Slack) launch(kind string, payload json.RawMessage) *flight {
	twice := s.takeDeliveryFault("deliver_twice")
	s.mu.Lock()
	f := &flight{id: "env-" + s.id(""), kind: kind, payload: payload, awaited: 1, landed: make(chan struct{})}
	if twice {
		f.awaited = 2
	}
	s.socket.pending[f.id] = f
	s.mu.Unlock()
	s.sendWaiting()
	if twice {
		s.again(f)
	}
	return f
}

// again sends an envelope once more, over the next connection.
func (s *Slack) again(f *flight) {
	s.mu.Lock()
	c := s.pick()
	if c != nil {
		f.conn, f.sent = c, true
	}
	envelope := f.envelope()
	s.mu.Unlock()
	if c != nil {
		s.writeTo(c, envelope)
	}
}

// sendWaiting sends every envelope that nobody has got, in their order.
func (s *Slack) sendWaiting() {
	type parcel struct {
		conn     *socketConn
		envelope Object
	}
	var out []parcel
	s.mu.Lock()
	var waiting []*flight
	for _, f := range s.socket.pending {
		if f.conn == nil {
			waiting = append(waiting, f)
		}
	}
	slices.SortFunc(waiting, func(a, b *flight) int { return cmp.Compare(a.id, b.id) })
	for _, f := range waiting {
		if c := s.pick(); c != nil {
			f.conn, f.sent = c, true
			if s.takeFaultOf(func(fault *Fault) bool { return fault.Kind == "disconnect" }) != nil {
				c.deafTo, c.draining = f.id, true
			}
			out = append(out, parcel{c, f.envelope()})
		}
	}
	s.mu.Unlock()
	for _, p := range out {
		s.writeTo(p.conn, p.envelope)
	}
}

// pick returns the connection whose turn it is, nil without one.
func (s *Slack) pick() *socketConn {
	n := len(s.socket.conns)
	for i := range n {
		c := s.socket.conns[(s.socket.next+i)%n]
		if !c.draining {
			s.socket.next = (s.socket.next + i + 1) % n
			return c
		}
	}
	return nil
}

func (s *Slack) writeTo(c *socketConn, envelope Object) {
	if err := c.write(envelope); err != nil {
		c.ws.Close() // its reader sees to what it had
	}
}

// forget drops an envelope that nobody got. One that was sent stays: the acknowledgement may still come, and if the
// connection ends without it, the envelope goes out again.
func (s *Slack) forget(f *flight) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !f.sent && f.kind != kindEvent {
		delete(s.socket.pending, f.id)
	}
}
