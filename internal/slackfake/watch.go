package slackfake

import "context"

// Object is a JSON object as it came or goes.
type Object = map[string]any

// pageEvent is something the page is told. An empty user means everybody who may see the channel.
type pageEvent struct {
	user    string // only this person
	channel string // only members of this channel
	body    Object
}

// feed keeps at least the last feedLength events for the pages that listen; first is the number of the oldest one kept.
type feed struct {
	first  int
	events []pageEvent
}

const feedLength = 2000

// tell adds an event for the page and wakes everybody who waits. The lock is held.
func (s *Slack) tell(e pageEvent) {
	s.feed.events = append(s.feed.events, e)
	if over := len(s.feed.events) - feedLength; over > feedLength { // not at each event: that copies all that are kept
		s.feed.events = append([]pageEvent(nil), s.feed.events[over:]...)
		s.feed.first += over
	}
	s.wake()
}

// wake tells everybody who waits that something changed. The lock is held.
func (s *Slack) wake() {
	close(s.changed)
	s.changed = make(chan struct{})
}

// Wait returns nil as soon as cond holds. It looks again at every change of the workspace and returns the
// context's error when that ends first.
func (s *Slack) Wait(ctx context.Context, cond func() bool) error {
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if cond() {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
}
