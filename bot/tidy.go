package bot

import (
	"context"
	"fmt"
	"time"

	"relevo/handoff"
	"relevo/store"
)

// What shows leads in Slack beside the projection's messages is cleared when one of them is erased: Homes are shown anew, files
// are deleted. And leads are erased whose time is over.

// tidy clears what is to be cleared, each time it is woken.
func (a *App) tidy(ctx context.Context, wake <-chan struct{}) error {
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-wake:
		}
		for a.Connected() && ctx.Err() == nil {
			var did bool
			_, err := a.safely(ctx, func() (_ Answer, err error) {
				did, err = a.clear(ctx)
				return Answer{}, err
			})
			if err != nil && ctx.Err() == nil {
				a.Log.ErrorContext(ctx, "tidying", "error", err)
			}
			if !did || err != nil {
				break
			}
		}
		if err := a.Store.Scrub(ctx); err != nil && ctx.Err() == nil {
			a.Log.WarnContext(ctx, "what was erased is still in the database's log", "error", err)
		}
	}
}

// clear clears one thing. It tells whether there was one.
func (a *App) clear(ctx context.Context) (bool, error) {
	l, err := a.Store.ClaimLeftover(ctx, a.Now(), lease)
	if ok, err := found(err); !ok {
		return false, err
	}
	ws, err := a.Store.WorkspaceByID(ctx, l.Workspace)
	if err != nil {
		return true, err
	}
	if l.Kind == store.LeftoverHome {
		var s scene
		if s, err = a.scene(ctx, team{id: ws.TeamID}, l.Ref, "", "", ""); err == nil {
			err = a.showHome(ctx, s)
		}
	} else if err = a.slack(ctx, ws).DeleteFileContext(ctx, l.Ref); err != nil {
		err = fmt.Errorf("slack: files.delete: %w", err)
	}
	if err == nil {
		return true, a.Store.Cleared(ctx, l)
	}
	o := judge(err)
	switch o.code {
	case "file_not_found", "file_deleted":
		return true, a.Store.Cleared(ctx, l)
	}
	wait := o.backoff(l.Tries)
	a.Log.WarnContext(ctx, "what shows leads was not cleared", "kind", l.Kind, "try", l.Tries, "problem", o.code, "again_in", wait.String())
	return true, a.Store.NotCleared(ctx, l, a.Now().Add(wait))
}

// How leads whose time is over are erased: a few at each look, so that nobody waits for it, and all of a workspace's leads are
// looked through once a day.
const (
	agedAtOnce = 20
	sweepEvery = 24 * time.Hour
)

// sweep is how far a workspace's leads were looked through.
type sweep struct {
	at      store.Aged
	next    time.Time         // when the next one begins; zero while this one lasts
	setting handoff.Retention // by which it looks
}

// planRetention erases a few of the leads whose time is over.
func (a *App) planRetention(ctx context.Context) error {
	all, err := a.Store.Workspaces(ctx)
	if err != nil {
		return err
	}
	for _, ws := range all {
		r, s := ws.Settings.Retention, a.sweeps[ws.ID]
		if r != s.setting || s.next.Before(a.Now()) && !s.next.IsZero() {
			s = sweep{setting: r}
		}
		if !r.On() || !s.next.IsZero() {
			continue
		}
		n, at, err := a.Store.EraseAged(ctx, ws.ID, r, s.at, agedAtOnce, a.Now())
		if err != nil {
			return err
		}
		if s.at = at; n < agedAtOnce {
			s.next = a.Now().Add(sweepEvery)
		}
		if n > 0 {
			a.Log.InfoContext(ctx, "old leads erased", "leads", n)
		}
		a.sweeps[ws.ID] = s
	}
	return nil
}
