package commands

import (
	"context"

	"relevo/bot"
)

// mqlForget asks an admin whether a person shall be erased.
func mqlForget(ctx context.Context, a *bot.App, c bot.Call) (bot.Answer, error) {
	if email := bareEmail(c.Text); email != "" {
		c.Text = email
	}
	return a.OpenForget(ctx, c)
}
