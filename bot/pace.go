package bot

import (
	"context"
	"sync"

	"golang.org/x/time/rate"
)

// postBurst is how many messages may follow each other at once in a channel. Slack documents one a second and
// allows short bursts over it.
const postBurst = 4

// place is a channel, or a user group, of a workspace: what two workspaces share has the same id in both.
type place struct {
	workspace int64
	id        string
}

// pace keeps posts at the rate that Slack allows in each channel.
type pace struct {
	perSecond float64

	mu       sync.Mutex
	channels map[place]*rate.Limiter
}

func newPace(perSecond float64) *pace {
	return &pace{perSecond: perSecond, channels: map[place]*rate.Limiter{}}
}

// wait returns when a message may be posted to the channel, or when the context ends.
func (p *pace) wait(ctx context.Context, ws int64, channel string) error {
	if p.perSecond <= 0 {
		return nil
	}
	p.mu.Lock()
	l, ok := p.channels[place{ws, channel}]
	if !ok {
		l = rate.NewLimiter(rate.Limit(p.perSecond), postBurst)
		p.channels[place{ws, channel}] = l
	}
	p.mu.Unlock()
	return l.Wait(ctx)
}
