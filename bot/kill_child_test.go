package bot_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"relevo/bot"
	"relevo/commands"
	"relevo/internal/slackfake"
	"relevo/internal/text"
	"relevo/store"
)

// The bot in a process of its own, for those tests that kill it.
const (
	childAPI   = "RELEVO_TEST_CHILD_API"
	childDB    = "RELEVO_TEST_CHILD_DB"
	childHTTP  = "RELEVO_TEST_CHILD_HTTP"
	childClock = "RELEVO_TEST_CHILD_CLOCK"
)

func TestMain(m *testing.M) {
	if api := os.Getenv(childAPI); api != "" {
		if err := child(api); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// child runs the bot until the process that started it is gone or kills it. It prints where it listens.
func child(api string) error {
	ahead, err := strconv.ParseInt(os.Getenv(childClock), 10, 64)
	if err != nil {
		return err
	}
	ctx := context.Background()
	s, err := store.Open(ctx, os.Getenv(childDB))
	if err != nil {
		return err
	}
	texts, err := text.Load()
	if err != nil {
		return err
	}
	fake := slackfake.New(slackfake.Options{}) // for its tokens
	options := []slack.Option{slack.OptionAPIURL(api), slack.OptionHTTPClient(&http.Client{Timeout: 20 * time.Second})}
	app := bot.New(bot.Config{
		Store: s, Slack: slack.New(fake.BotToken(), options...), Texts: texts,
		Now:          func() time.Time { return time.Now().Add(time.Duration(ahead)) },
		Log:          slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
		LeadsChannel: slackfake.ChannelLeads, FeedbackChannel: slackfake.ChannelFeedback,
	})
	app.SetCommands(commands.Run)
	app.SetPatience(patience)
	go app.Sync(ctx)
	if os.Getenv(childHTTP) == "true" {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return err
		}
		go http.Serve(listener, bot.NewWeb(app, fake.SigningSecret()))
		fmt.Println("http://" + listener.Addr().String())
	} else {
		go bot.NewSocketMode(app, slack.New(fake.BotToken(), append(options, slack.OptionAppLevelToken(fake.AppToken()))...)).Run(ctx)
		fmt.Println("socket")
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}
