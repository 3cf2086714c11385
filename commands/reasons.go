package commands

import (
	"context"

	"relevo/bot"
)

// mqlReasons lists the reasons for which leads are rejected.
func mqlReasons(_ context.Context, a *bot.App, c bot.Call) (bot.Answer, error) {
	return a.ShowReasons(c), nil
}
