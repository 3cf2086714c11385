package cli

import (
	"context"
	"errors"
	"fmt"
	"time"

	"relevo/bot"
	"relevo/handoff"
)

type digestCmd struct {
	Week string `placeholder:"2026-W47" help:"Which week; without it the last one whose digest is due."`
	Post bool   `help:"Post it in the feedback channel, if that has not been done."`
	Settings
}

// Run shows the digest as text, or posts it.
func (cmd digestCmd) Run(c *console) error {
	config, err := cmd.check()
	if err != nil {
		return err
	}
	week := handoff.LastDigest(c.Now(), config.Zone)
	if cmd.Week != "" {
		if week, err = handoff.ParseWeek(cmd.Week, config.Zone); err != nil {
			return misuse("cli.digest.week", "Week", cmd.Week)
		}
	}
	if cmd.Post {
		return c.postDigest(config, week)
	}
	db, ws, err := openStore(c.ctx, config, c.Now)
	if err != nil {
		return err
	}
	defer db.Close()
	figures, err := bot.Digest(c.ctx, db, ws, week, config.Normaliser.Asks(), c.Now())
	if errors.Is(err, handoff.ErrWeekAhead) {
		return misuse("cli.digest.ahead", "Week", week.String())
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprint(c.Stdout, bot.DigestText(c.p, figures))
	return err
}

// postPatience is how long it is waited until the digest stands in Slack. It is posted all the same when that
// takes longer and a bot runs.
const postPatience = time.Minute

// postDigest plans the digest, which happens once however many ask for it, and runs the syncer until it is posted.
// A week that is not over is refused: its only digest would be half of it.
func (c *console) postDigest(config Config, week handoff.Week) error {
	if c.Now().Before(week.End()) {
		return misuse("cli.digest.not_over", "Week", week.String())
	}
	if config.BotToken == "" || config.FeedbackChannel == "" {
		return misuse("cli.missing", "Names", "SLACK_BOT_TOKEN, RELEVO_FEEDBACK_CHANNEL")
	}
	s, err := wire(c.ctx, config, c.Now, newLogger(c.Stderr, config.Server.LogLevel))
	if err != nil {
		return err
	}
	defer s.store.Close()
	ctx, cancel := context.WithTimeout(c.ctx, postPatience)
	defer cancel()
	if err := s.app.Connect(ctx); err != nil {
		return err
	}
	planned, err := s.app.PlanDigest(ctx, week)
	if err != nil {
		return err
	}
	if !planned {
		c.say("cli.digest.already", "Week", week.String())
		return nil
	}
	synced := make(chan error, 1)
	syncing, stop := context.WithCancel(ctx)
	go func() { synced <- s.app.Sync(syncing) }()
	defer func() { stop(); <-synced }()
	look := time.NewTicker(100 * time.Millisecond)
	defer look.Stop()
	for {
		left, err := s.store.Pending(ctx, c.Now())
		if err == nil && left == 0 {
			c.say("cli.digest.posted", "Week", week.String())
			return nil
		}
		select {
		case <-ctx.Done():
			return fail("cli.digest.later", "Week", week.String(), "Why", s.app.Trouble())
		case <-look.C:
		}
	}
}
