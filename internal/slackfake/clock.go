package slackfake

import (
	"fmt"
	"slices"
	"time"
)

// deferred is work for later by the workspace's clock.
type deferred struct {
	at    time.Time
	timer *time.Timer
	run   func()
}

// Now is the workspace's time: the base clock and what Advance and SetNow added to it.
func (s *Slack) Now() time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now()
}

func (s *Slack) now() time.Time { return s.opts.Now().Add(s.offset) }

// Advance moves the workspace's clock. Triggers in flight keep their three real seconds.
func (s *Slack) Advance(d time.Duration) {
	s.mu.Lock()
	s.offset += d
	s.clockMoved()
}

// SetNow moves the workspace's clock to t.
func (s *Slack) SetNow(t time.Time) {
	s.mu.Lock()
	s.offset = t.Sub(s.opts.Now())
	s.clockMoved()
}

// OnClock has hook called after every jump with the new time.
func (s *Slack) OnClock(hook func(time.Time)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.onClock = append(s.onClock, hook)
}

// clockMoved tells everybody about a jump. It is called with the lock held and gives it back.
func (s *Slack) clockMoved() {
	now, hooks := s.now(), slices.Clone(s.onClock)
	s.tell(pageEvent{body: Object{"type": "clock", "now": now.UnixMilli()}})
	s.mu.Unlock()
	s.runDue()
	for _, hook := range hooks {
		hook(now)
	}
}

// Jump names a moment for people: "monday" is the next Monday at 9:00 in the team's zone, "tomorrow" the same time
// on the next day.
func (s *Slack) Jump(to string) error {
	now := s.Now().In(s.zone)
	switch to {
	case "monday":
		days := (int(time.Monday) - int(now.Weekday()) + 7) % 7
		next := time.Date(now.Year(), now.Month(), now.Day()+days, 9, 0, 0, 0, s.zone)
		if !next.After(now) {
			next = time.Date(now.Year(), now.Month(), now.Day()+days+7, 9, 0, 0, 0, s.zone)
		}
		s.SetNow(next)
	case "tomorrow":
		s.SetNow(now.AddDate(0, 0, 1))
	default:
		return fmt.Errorf("the clock goes to monday or tomorrow, not to %q", to)
	}
	return nil
}

// later runs fn after d by the workspace's clock: a jump over that moment runs it at once.
func (s *Slack) later(d time.Duration, fn func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	// The timer looks again when the base clock should have got there; a jump comes by itself.
	s.due = append(s.due, &deferred{at: s.now().Add(d), run: fn, timer: time.AfterFunc(d, s.runDue)})
	s.wake()
}

func (s *Slack) runDue() {
	s.mu.Lock()
	var ready []*deferred
	now := s.now()
	s.due = slices.DeleteFunc(s.due, func(d *deferred) bool {
		if s.closed || d.at.After(now) {
			d.timer.Reset(max(d.at.Sub(now), time.Second)) // the clock may have been set back meanwhile
			return false
		}
		ready = append(ready, d)
		return true
	})
	s.mu.Unlock()
	for _, d := range ready {
		d.timer.Stop()
		go d.run()
	}
}

// newTS makes a message's timestamp: always later than the one before, though the clock may have been set back.
func (s *Slack) newTS() string {
	micros := max(s.now().UnixMicro(), s.lastTS+1)
	s.lastTS = micros
	return fmt.Sprintf("%d.%06d", micros/1e6, micros%1e6)
}

// id makes an id that looks like Slack's: a letter or two and eight more characters.
func (s *Slack) id(prefix string) string {
	s.seq++
	const digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	var tail [8]byte
	for i, n := len(tail)-1, s.seq; i >= 0; i, n = i-1, n/36 {
		tail[i] = digits[n%36]
	}
	return prefix + string(tail[:])
}
