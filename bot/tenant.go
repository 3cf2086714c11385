package bot

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/store"
)

// One App serves many workspaces: the one of the environment's own token, and those into which Relevo was installed. What it
// must know of a workspace stands in the store, where every copy of Relevo reads it.

// tenant is what this process remembers of a workspace. Nothing of it is missed after a restart.
type tenant struct {
	names *names
	chart atomic.Int32    // the best chartForm that it is not known to refuse
	rests [2]atomic.Int64 // by store.Work: until when, in Unix nanoseconds, nothing is sent
	inRow [2]int          // by store.Work: how often in a row Slack was in trouble; whoever sends a message of the kind has it

	digested, calibrated string // the weeks that were seen to; plan's alone
}

// tenant returns what is remembered of a workspace.
func (a *App) tenant(ws int64) *tenant {
	if t, ok := a.tenants.Load(ws); ok {
		return t.(*tenant)
	}
	t, _ := a.tenants.LoadOrStore(ws, &tenant{names: newNames(a.Now)})
	return t.(*tenant)
}

// longestRest is how long nothing is sent at most, whatever Slack asks for.
const longestRest = 10 * time.Minute

// rest has nothing of the kind sent for a while, and returns for how long.
func (t *tenant) rest(kind store.Work, now time.Time, d time.Duration) time.Duration {
	d = min(d, longestRest)
	t.rests[kind].Store(now.Add(d).UnixNano())
	return d
}

func (t *tenant) resting(kind store.Work, now time.Time) bool {
	left := time.Duration(t.rests[kind].Load() - now.UnixNano())
	return left > 0 && left <= longestRest // more is from before the clock was set back
}

// resting lists the workspaces that nothing of the kind is sent to for now.
func (a *App) resting(kind store.Work) (all []int64) {
	now := a.Now()
	a.tenants.Range(func(id, t any) bool {
		if t.(*tenant).resting(kind, now) {
			all = append(all, id.(int64))
		}
		return true
	})
	if a.Slack != nil && !a.reached.Load() {
		all = append(all, store.DefaultID)
	}
	return all
}

// reaches tells whether Slack can be asked about a workspace at all.
func (a *App) reaches(ws store.Workspace) bool {
	if a.own(ws) {
		return a.reached.Load()
	}
	return ws.TeamID != "" && !ws.Closed
}

// own tells whether the workspace is reached by the environment's own token.
func (a *App) own(ws store.Workspace) bool { return a.Slack != nil && ws.ID == store.DefaultID }

// errNotInstalled is what each call to a Slack fails with that does not let us in.
var errNotInstalled = errors.New("slack: Relevo is not installed in this workspace")

// noSlack is a Slack that can't be called.
type noSlack struct{ why error }

func (n noSlack) Do(*http.Request) (*http.Response, error) { return nil, n.why }

// slack returns the client of a workspace, whose calls fail when there is no token for it. The token is read at each use: another
// copy of Relevo may have asked for a new one, or the app may have been installed anew.
func (a *App) slack(ctx context.Context, ws store.Workspace) *slack.Client {
	if a.own(ws) || ws.ID == 0 && a.Slack != nil { // an outsider is told so by whom we are
		return a.Slack
	}
	token, err := a.token(ctx, ws)
	if errors.Is(err, handoff.ErrNotFound) {
		err = errNotInstalled
	}
	if err != nil {
		return slack.New("", slack.OptionHTTPClient(noSlack{unreached{err}}))
	}
	return a.client(token)
}

// unreached is why Slack was not even asked.
type unreached struct{ error }

func (u unreached) Unwrap() error { return u.error }

func (a *App) client(token string) *slack.Client {
	options := []slack.Option{slack.OptionHTTPClient(a.http)}
	if a.APIURL != "" {
		options = append(options, slack.OptionAPIURL(a.APIURL))
	}
	return slack.New(token, options...)
}

// permalink is the address of a message, empty as long as it is not in Slack or Slack has not been reached.
func permalink(ws store.Workspace, m store.Message) string {
	if ws.URL == "" || m.TS == "" {
		return ""
	}
	at := ws.URL + "archives/" + m.Channel + "/p" + strings.ReplaceAll(m.TS, ".", "")
	if m.ThreadTS != "" {
		at += "?thread_ts=" + m.ThreadTS + "&cid=" + m.Channel
	}
	return at
}
