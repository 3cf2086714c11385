// Package commands has the slash commands, one file each, and the table that lists them. Help is made from the table.
package commands

import (
	"context"
	"strings"

	"relevo/bot"
	"relevo/internal/text"
)

// Command is one thing that can be typed. Its words in the catalogue are command.<key>.usage and command.<key>.help.
type Command struct {
	Slash string // "/lead"
	Word  string // the first word behind it; empty for what is run when no other word fits
	Key   string
	Run   bot.CommandFunc // c.Text holds what follows the word
}

// Table lists the commands in the order in which help shows them.
func Table() []Command {
	return []Command{
		{"/lead", "", "lead", lead},
		{"/lead", "open", "lead_open", leadOpen},
		{"/lead", "mine", "lead_mine", leadMine},
		{"/lead", "overdue", "lead_overdue", leadOverdue},
		{"/lead", "help", "", help},
		{"/mql", "new", "mql_new", mqlNew},
		{"/mql", "digest", "mql_digest", mqlDigest},
		{"/mql", "stats", "mql_stats", mqlStats},
		{"/mql", "definitions", "mql_definitions", mqlDefinitions},
		{"/mql", "profile", "mql_profile", mqlProfile},
		{"/mql", "reasons", "mql_reasons", mqlReasons},
		{"/mql", "team", "mql_team", mqlTeam},
		{"/mql", "settings", "mql_settings", mqlSettings},
		{"/mql", "forget", "mql_forget", mqlForget},
		{"/mql", "routes", "mql_routes", mqlRoutes},
		{"/mql", "away", "mql_away", mqlAway},
		{"/mql", "back", "mql_back", mqlBack},
		{"/mql", "help", "mql_help", help},
		{"/mql", "", "", help},
	}
}

// Slashes lists the slash commands as an app's manifest has them, each with its description and usage hint in a
// language.
func Slashes(p *text.Printer) []Slash {
	return []Slash{
		{"/lead", p.T("command.slash.lead"), p.T("command.slash.lead.hint")},
		{"/mql", p.T("command.slash.mql"), p.T("command.slash.mql.hint")},
	}
}

// Slash is a slash command as Slack lists it.
type Slash struct{ Command, Description, UsageHint string }

// Run answers a slash command: by the row of the table whose word comes first in what was typed, else by the row
// without a word.
func Run(ctx context.Context, a *bot.App, c bot.Call) (bot.Answer, error) {
	first, rest, _ := strings.Cut(c.Text, " ")
	var otherwise bot.CommandFunc = help
	for _, cmd := range Table() {
		if cmd.Slash != c.Command {
			continue
		}
		if cmd.Word == "" {
			otherwise = cmd.Run
			continue
		}
		// A word that may also be part of a search ("open source") is a command only when nothing follows, or when
		// it takes more.
		if strings.EqualFold(cmd.Word, first) && (rest == "" || cmd.Slash != "/lead") {
			c.Text = strings.TrimSpace(rest)
			return cmd.Run(ctx, a, c)
		}
	}
	return otherwise(ctx, a, c)
}
