package slackfake

import (
	"math"
	"time"
)

// Slack lets a channel have about one message a second, with short bursts, and a workspace some hundreds a minute.
const (
	postsPerSecond = 1
	postsBurst     = 4
	postsPerMinute = 300
)

// bucket is a token bucket by the workspace's clock.
type bucket struct {
	tokens float64
	filled time.Time
}

// take uses one token; without one it returns how long until the next.
func (b *bucket) take(now time.Time, perSecond float64, size int) time.Duration {
	if !b.filled.IsZero() {
		b.tokens = math.Min(float64(size), b.tokens+max(0, now.Sub(b.filled).Seconds())*perSecond)
	}
	b.filled = now
	if b.tokens < 1 {
		return time.Duration((1 - b.tokens) / perSecond * float64(time.Second))
	}
	b.tokens--
	return 0
}

// limited returns how long the app has to wait before this call, 0 when it may go on.
func (s *Slack) limited(name string, m method, a args) time.Duration {
	if !s.opts.RateLimits {
		return 0
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	take := func(key string, perSecond float64, size int) time.Duration {
		b := s.buckets[key]
		if b == nil {
			b = &bucket{tokens: float64(size)}
			s.buckets[key] = b
		}
		return b.take(s.now(), perSecond, size)
	}
	if name == "chat.postMessage" {
		if wait := take("channel "+a.str("channel"), postsPerSecond, postsBurst); wait > 0 {
			return wait
		}
		return take(name, postsPerMinute/60.0, postsPerMinute)
	}
	if m.tier == 0 {
		return 0
	}
	return take(name, float64(m.tier)/60, m.tier)
}
