package cli

import (
	"fmt"
	"log/slog"
	"time"

	"relevo/internal/slackfake"
)

type slackfakeCmd struct {
	Listen          string `default:"127.0.0.1:8065" placeholder:"HOST:PORT" help:"Address of the workspace; only this machine can reach it."`
	EventsURL       string `placeholder:"URL" help:"Where the bot takes events, for signed HTTP instead of Socket Mode."`
	InteractionsURL string `placeholder:"URL" help:"Where the bot takes clicks and modals, for signed HTTP."`
	CommandsURL     string `placeholder:"URL" help:"Where the bot takes slash commands, for signed HTTP."`
	Dump            string `placeholder:"DIR" help:"Write every message, modal and Home that the bot sends to this folder, ready for Slack's Block Kit Builder."`
	RateLimits      bool   `help:"Enforce Slack's rate limits."`
}

// Run runs the workspace until the program is told to stop. It prints what a bot's .env needs.
func (cmd slackfakeCmd) Run(c *console) error {
	signed := cmd.EventsURL != "" || cmd.InteractionsURL != "" || cmd.CommandsURL != ""
	log := slog.New(slog.NewTextHandler(c.Stderr, nil))
	s := slackfake.New(slackfake.Options{
		Now: c.Now, SigningClock: time.Now, // a bot with a clock of its own must find the signature fresh after the workspace's has jumped
		EventsURL: cmd.EventsURL, InteractionsURL: cmd.InteractionsURL, CommandsURL: cmd.CommandsURL,
		Dump: cmd.Dump, RateLimits: cmd.RateLimits, Logger: log,
	})
	if err := s.Listen(cmd.Listen); err != nil {
		return misuse("cli.cannot_listen", "Address", cmd.Listen, "Why", err.Error())
	}
	s.SetShortcuts(offered(c.p))
	c.say("cli.slackfake.page", "URL", s.URL()+"/")
	fmt.Fprintf(c.Stdout, "SLACK_API_URL=%s\nSLACK_BOT_TOKEN=%s\n", s.APIURL(), s.BotToken())
	if !signed {
		fmt.Fprintf(c.Stdout, "SLACK_APP_TOKEN=%s\n", s.AppToken())
	}
	fmt.Fprintf(c.Stdout, "SLACK_SIGNING_SECRET=%s\n", s.SigningSecret())
	return s.Serve(c.ctx)
}
