package commands

import (
	"context"

	"relevo/bot"
)

// help lists what can be typed, made from the table. What was typed and is no command is named.
func help(_ context.Context, a *bot.App, c bot.Call) (bot.Answer, error) {
	var lines []bot.HelpLine
	for _, cmd := range Table() {
		if cmd.Key != "" {
			lines = append(lines, bot.HelpLine{Usage: c.P.T("command." + cmd.Key + ".usage"), Does: c.P.T("command." + cmd.Key + ".help")})
		}
	}
	return a.ShowHelp(c, lines), nil
}
