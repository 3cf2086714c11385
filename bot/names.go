package bot

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/slack-go/slack"
)

// names knows what people are called, for where somebody is to be named and not mentioned. They are nowhere stored.
type names struct {
	slack   *slack.Client
	now     func() time.Time
	patient time.Duration // how long an answer may take

	mu    sync.Mutex
	known map[string]name
}

type name struct {
	called string
	until  time.Time
}

func newNames(c Config) *names {
	return &names{slack: c.Slack, now: c.Now, patient: personPatient, known: map[string]name{}}
}

// of returns what somebody is called, empty when Slack does not say so in time.
func (ns *names) of(ctx context.Context, user string) string {
	ns.mu.Lock()
	n := ns.known[user]
	ns.mu.Unlock()
	if ns.now().Before(n.until) {
		return n.called
	}
	ctx, cancel := context.WithTimeout(ctx, ns.patient)
	defer cancel()
	u, err := ns.slack.GetUserInfoContext(ctx, user)
	if err != nil {
		return n.called
	}
	n = name{cmp.Or(u.Profile.RealName, u.RealName, u.Name), ns.now().Add(personFresh)}
	ns.mu.Lock()
	defer ns.mu.Unlock()
	ns.known[user] = n
	return n.called
}
