// Package proof shows that slackfake is faithful: Slack's own framework, @slack/bolt with @slack/socket-mode, runs
// a bot's whole loop against it.
package proof

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"relevo/internal/slackfake"
)

func TestBoltOverSocketMode(t *testing.T) {
	s := bot(t, slackfake.Options{}, func(s *slackfake.Slack) []string {
		return []string{"SLACK_APP_TOKEN=" + s.AppToken()}
	})
	loop(t, s)
	t.Run("reconnects", func(t *testing.T) {
		opened := s.Opened()
		if err := s.Fault(slackfake.Fault{Kind: "disconnect", Reason: "refresh_requested"}); err != nil {
			t.Fatal(err)
		}
		wait(t, s, func() bool { return s.Opened() > opened && s.Connections() == 1 })
		answer(t, s, "/lead after", "looking for after")
	})
}

func TestBoltOverHTTP(t *testing.T) {
	port := freePort(t)
	url := fmt.Sprintf("http://127.0.0.1:%d/slack/events", port)
	opts := slackfake.Options{EventsURL: url, InteractionsURL: url, CommandsURL: url}
	s := bot(t, opts, func(s *slackfake.Slack) []string {
		return []string{"SLACK_SIGNING_SECRET=" + s.SigningSecret(), fmt.Sprint("PORT=", port)}
	})
	if err := s.VerifyURL(t.Context()); err != nil {
		t.Fatal(err)
	}
	loop(t, s)
}

// loop is everything that a bot does, and what people see of it.
func loop(t *testing.T, s *slackfake.Slack) {
	ctx := t.Context()
	answer(t, s, "/lead ana", "looking for ana")
	messages := func() []slackfake.Message { return s.Messages("#mql-leads") }
	wait(t, s, func() bool { return len(messages()) == 1 })
	card := messages()[0]
	in := slackfake.InMessage("#mql-leads", card.TS)

	check(t, s.Click(ctx, slackfake.Luke, in, "accept", "1"))
	wait(t, s, func() bool { m := s.Modal(slackfake.Luke); return m != nil && m.Title == "Accept lead 1" })
	modal := s.Modal(slackfake.Luke)
	got, err := s.Submit(ctx, slackfake.Luke, modal.ID, map[string]string{"text": "no"})
	if err != nil || got.Errors["note"] != "That says nothing" {
		t.Fatalf("wrong note: %+v, %v", got, err)
	}
	got, err = s.Submit(ctx, slackfake.Luke, modal.ID, map[string]string{"text": "called her"})
	if err != nil || !got.Closed {
		t.Fatalf("right note: %+v, %v", got, err)
	}
	wait(t, s, func() bool { return messages()[0].Text == "Lead 1 is accepted" })
	if text := s.Text(messages()[0].Blocks); !strings.Contains(text, "accepted by @Luke Carter") {
		t.Errorf("card: %s", text)
	}
	wait(t, s, func() bool { return last(s.Ephemerals(slackfake.Luke)) == "Thank you" })

	check(t, s.Click(ctx, slackfake.Ana, in, "answer", ""))
	wait(t, s, func() bool { return last(s.Ephemerals(slackfake.Ana)) == "Answered" })
	check(t, s.Click(ctx, slackfake.Ana, in, "replace", ""))
	wait(t, s, func() bool { return messages()[0].Text == "Replaced" })

	check(t, s.OpenHome(ctx, slackfake.Marta))
	wait(t, s, func() bool {
		home := s.Home(slackfake.Marta)
		return home != nil && s.Text(home.Blocks) == "# Marta Vidal, es-ES"
	})

	answer(t, s, "/chart", "")
	wait(t, s, func() bool { return last(messages()) == "3, then 5" })
	answer(t, s, "/file", "")
	wait(t, s, func() bool { return last(messages()) == "All of them" })
	all := messages()
	if files := all[len(all)-1].Files; len(files) != 1 || files[0].Name != "leads.csv" || files[0].Title != "Leads" {
		t.Errorf("files: %+v", files)
	}
	for _, p := range s.Problems() {
		t.Errorf("problem: %v", p)
	}
}

// answer types a command as Ana and wants this private answer.
func answer(t *testing.T, s *slackfake.Slack, line, want string) {
	t.Helper()
	got, err := s.Command(t.Context(), slackfake.Ana, "#mql-leads", line)
	if err != nil || got.Text != want || got.Public {
		t.Fatalf("%s: %+v, %v, want %q", line, got, err, want)
	}
}

func last(messages []slackfake.Message) string {
	if len(messages) == 0 {
		return ""
	}
	return messages[len(messages)-1].Text
}

// bot serves a workspace and runs bot.mjs against it until the test ends.
func bot(t *testing.T, opts slackfake.Options, env func(*slackfake.Slack) []string) *slackfake.Slack {
	t.Helper()
	node, err := exec.LookPath("node")
	if err != nil {
		t.Skip("skipped: node is not installed, so Slack's own client cannot run")
	}
	if _, err := os.Stat("node_modules/@slack/bolt"); errors.Is(err, os.ErrNotExist) {
		t.Skip("skipped: Slack's own client is not installed; run `npm ci` in internal/slackfake/proof")
	}
	s := slackfake.New(opts)
	check(t, s.Listen("127.0.0.1:0"))
	go s.Serve(context.Background())
	t.Cleanup(func() { check(t, s.Close()) })

	cmd := exec.CommandContext(t.Context(), node, "bot.mjs")
	cmd.Env = append(os.Environ(), "SLACK_API_URL="+s.APIURL(), "SLACK_BOT_TOKEN="+s.BotToken())
	cmd.Env = append(cmd.Env, env(s)...)
	var complaints strings.Builder
	cmd.Stderr = &complaints
	out, err := cmd.StdoutPipe()
	check(t, err)
	_, err = cmd.StdinPipe() // stays open as long as this test lives
	check(t, err)
	check(t, cmd.Start())
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
		if complaints.Len() > 0 {
			t.Logf("the bot said: %s", complaints.String())
		}
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if lines.Text() == "ready" {
			go func() {
				for lines.Scan() {
				}
			}()
			return s
		}
	}
	t.Fatal("the bot ended before it was ready")
	return nil
}

func wait(t *testing.T, s *slackfake.Slack, cond func() bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := s.Wait(ctx, cond); err != nil {
		t.Fatalf("waiting: %v; problems: %v", err, s.Problems())
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func freePort(t *testing.T) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	check(t, err)
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port
}
