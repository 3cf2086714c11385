package bot

import (
	"context"
	"slices"
	"time"

	"relevo/store"
)

// What the routes need of Slack: their channels, and who of their owners is away.

// lookAgain is how often it is asked whether anybody's status must be looked at.
const lookAgain = time.Minute

// planLooks has Slack asked of the routes' owners of whom it has not been for an hour. What changes in between, events tell.
func (a *App) planLooks(ctx context.Context) {
	since := time.Duration(a.Now().UnixNano() - a.looked.Load())
	if since >= 0 && since < lookAgain || !a.jobs.take("looks") {
		return
	}
	a.looked.Store(a.Now().UnixNano())
	err := a.jobs.later(func(ctx context.Context) {
		defer a.jobs.release("looks")
		if err := a.lookAtOwners(ctx); err != nil && ctx.Err() == nil {
			a.Log.ErrorContext(ctx, "it is not known who is away", "error", err)
		}
	})
	if err != nil {
		a.jobs.release("looks")
	}
}

func (a *App) lookAtOwners(ctx context.Context) error {
	all, err := a.Store.Workspaces(ctx)
	if err != nil {
		return err
	}
	for _, ws := range all {
		if !a.reaches(ws) {
			continue
		}
		for _, user := range ws.Settings.RouteOwners() {
			if _, err := a.people.look(ctx, ws, user); err != nil || ctx.Err() != nil {
				return err
			}
		}
	}
	return nil
}

// joinRoutes joins the routes' public channels. A channel that the bot can't post to holds nobody up: its cards go to the
// leads channel and say so.
func (a *App) joinRoutes(ctx context.Context, ws store.Workspace) {
	var seen []string
	for _, r := range ws.Settings.Routes {
		if r.Channel == "" || slices.Contains(seen, r.Channel) {
			continue
		}
		seen = append(seen, r.Channel)
		if _, err := a.findChannel(ctx, ws, r.Channel); err != nil {
			a.Log.WarnContext(ctx, "the channel of a route can't be used", "channel", r.Channel, "problem", judge(err).code)
		}
	}
}
