package commands

import (
	"context"
	"time"

	"relevo/bot"
)

// mqlRoutes shows the routing rules, which admins edit there.
func mqlRoutes(ctx context.Context, a *bot.App, c bot.Call) (bot.Answer, error) {
	return bot.Answer{}, a.OpenRoutes(ctx, c)
}

// mqlAway takes whoever asks out of the turns until a day.
func mqlAway(ctx context.Context, a *bot.App, c bot.Call) (bot.Answer, error) {
	if c.Text == "" {
		return a.Say(c.P, "away.when", "Example", a.Now().In(c.Workspace.Location()).AddDate(0, 0, 14).Format(time.DateOnly)), nil
	}
	until, err := a.ParseOff(c, c.Text)
	if err != nil {
		return bot.Answer{}, err
	}
	return a.Away(ctx, c, until)
}

// mqlBack takes whoever asks back into the turns.
func mqlBack(ctx context.Context, a *bot.App, c bot.Call) (bot.Answer, error) {
	return a.Away(ctx, c, time.Time{})
}
