package bot

import (
	"cmp"
	"context"
	"sync"
	"time"

	"relevo/store"
)

// names knows what people of a workspace are called, for where somebody is to be named and not mentioned. They are nowhere stored.
type names struct {
	now func() time.Time

	mu    sync.Mutex
	known map[string]name
}

type name struct {
	called string
	until  time.Time
}

func newNames(now func() time.Time) *names {
	return &names{now: now, known: map[string]name{}}
}

// named returns what somebody is called, empty when Slack does not say so in time.
func (a *App) named(ctx context.Context, ws store.Workspace, user string) string {
	ns := a.tenant(ws.ID).names
	ns.mu.Lock()
	n := ns.known[user]
	ns.mu.Unlock()
	if ns.now().Before(n.until) {
		return n.called
	}
	ctx, cancel := context.WithTimeout(ctx, a.people.patient)
	defer cancel()
	u, err := a.slack(ctx, ws).GetUserInfoContext(ctx, user)
	if err != nil {
		return n.called
	}
	n = name{cmp.Or(u.Profile.RealName, u.RealName, u.Name), ns.now().Add(personFresh)}
	ns.mu.Lock()
	defer ns.mu.Unlock()
	ns.known[user] = n
	return n.called
}
