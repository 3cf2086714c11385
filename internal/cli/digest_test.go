package cli

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"relevo/internal/slackfake"
)

// The digest of a week that is over is posted once, however often it is asked for.
func TestDigestIsPostedOnce(t *testing.T) {
	fake := startSlack(t, slackfake.Options{})
	settings := env(t, fake)
	history := filepath.Join(t.TempDir(), "history.csv")
	rows := "email,s,in,out\nana@example.com,won,2026-11-17,2026-11-18\nluke@example.com,lost,2026-11-17,2026-11-19\n"
	if err := os.WriteFile(history, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	now := func() time.Time { return time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC) }
	if code, out, stderr := run(t, settings, now, "import", history, "--history", "--decision", "s:won=accepted,lost=rejected",
		"--map", "received=in", "--map", "decided=out"); code != exitOK {
		t.Fatalf("%d %s%s", code, out, stderr)
	}
	code, shown, stderr := run(t, settings, now, "digest")
	if code != exitOK || !strings.Contains(shown, "2") {
		t.Fatalf("%d %s%s", code, shown, stderr)
	}
	code, out, stderr := run(t, settings, now, "digest", "--post", "--week", "2026-W47")
	if code != exitOK || out != "The digest of 2026-W47 is posted.\n" {
		t.Fatalf("%d %s%s", code, out, stderr)
	}
	posted := len(fake.Messages("#mql-feedback"))
	if posted == 0 {
		t.Error("nothing stands in the channel")
	}
	if code, out, _ := run(t, settings, now, "digest", "--post", "--week", "2026-W47"); code != exitOK || !strings.Contains(out, "posted before") {
		t.Errorf("%d %s", code, out)
	}
	if n := len(fake.Messages("#mql-feedback")); n != posted {
		t.Errorf("%d messages, then %d", posted, n)
	}
	if code, _, stderr := run(t, settings, now, "digest", "--post", "--week", "2026-W48"); code != exitUsage || !strings.Contains(stderr, "not over") {
		t.Errorf("%d %s", code, stderr)
	}
	if n := len(fake.Messages("#mql-leads")); n != 0 {
		t.Errorf("history posted %d messages", n)
	}
}

// What slackfake prints is what a bot needs.
func TestSlackfakePrintsSettings(t *testing.T) {
	for _, signed := range []bool{false, true} {
		args := []string{"slackfake", "--listen", "127.0.0.1:0"}
		if signed {
			args = append(args, "--events-url", "http://127.0.0.1:1/e", "--commands-url", "http://127.0.0.1:1/c", "--interactions-url", "http://127.0.0.1:1/i")
		}
		ctx, cancel := context.WithCancel(t.Context())
		out, in := io.Pipe()
		code := make(chan int, 1)
		var errs bytes.Buffer
		go func() {
			code <- Run(ctx, Env{Args: args, Stdout: in, Stderr: &errs, Now: time.Now, Getenv: func(string) string { return "" }})
			in.Close()
		}()
		printed := make(chan string, 1)
		go func() {
			all := make([]byte, 0, 1024)
			buf := make([]byte, 512)
			for {
				n, err := out.Read(buf)
				all = append(all, buf[:n]...)
				if err != nil {
					printed <- string(all)
					return
				}
				if strings.Contains(string(all), "SLACK_SIGNING_SECRET=") {
					cancel()
				}
			}
		}()
		text := <-printed
		cancel()
		if got := <-code; got != exitOK {
			t.Errorf("exit code %d: %s", got, &errs)
		}
		for _, want := range []string{"# The workspace: http://127.0.0.1:", "SLACK_API_URL=http://127.0.0.1:", "/api/\n", "SLACK_BOT_TOKEN=xoxb-"} {
			if !strings.Contains(text, want) {
				t.Errorf("%q is missing in\n%s", want, text)
			}
		}
		if strings.Contains(text, "SLACK_APP_TOKEN=") == signed {
			t.Errorf("signed %v:\n%s", signed, text)
		}
	}
}
