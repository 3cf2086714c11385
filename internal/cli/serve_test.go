package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"relevo/internal/slackfake"
)

const hookToken = "a-token-for-tests"

// startSlack runs a Slack workspace until the test ends.
func startSlack(t *testing.T, o slackfake.Options) *slackfake.Slack {
	t.Helper()
	s := slackfake.New(o)
	if err := s.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.Serve(context.Background()) }()
	t.Cleanup(func() {
		s.Close()
		if err := <-served; err != nil {
			t.Error(err)
		}
	})
	return s
}

// env is the settings of a bot for that workspace.
func env(t *testing.T, s *slackfake.Slack) map[string]string {
	return map[string]string{
		"SLACK_API_URL": s.APIURL(), "SLACK_BOT_TOKEN": s.BotToken(), "SLACK_APP_TOKEN": s.AppToken(), "SLACK_SIGNING_SECRET": s.SigningSecret(),
		"RELEVO_LEADS_CHANNEL": "mql-leads", "RELEVO_FEEDBACK_CHANNEL": "#mql-feedback", "RELEVO_INTAKE_TOKEN": hookToken,
		"RELEVO_DB": filepath.Join(t.TempDir(), "relevo.db"), "RELEVO_LISTEN": "127.0.0.1:0", "RELEVO_TIMEZONE": "Europe/Madrid", "RELEVO_POSTS_PER_SECOND": "0",
	}
}

// run carries out a command line with these settings.
func run(t *testing.T, settings map[string]string, now func() time.Time, args ...string) (code int, stdout, stderr string) {
	t.Helper()
	var out, errs bytes.Buffer
	code = Run(t.Context(), Env{Args: args, Stdout: &out, Stderr: &errs, Now: now, Getenv: func(name string) string { return settings[name] }})
	return code, out.String(), errs.String()
}

func check(t *testing.T, settings map[string]string) Config {
	t.Helper()
	c, err := Settings{
		BotToken: settings["SLACK_BOT_TOKEN"], AppToken: settings["SLACK_APP_TOKEN"], SigningSecret: settings["SLACK_SIGNING_SECRET"],
		LeadsChannel: settings["RELEVO_LEADS_CHANNEL"], FeedbackChannel: settings["RELEVO_FEEDBACK_CHANNEL"],
		SourceSettings: SourceSettings{IntakeToken: settings["RELEVO_INTAKE_TOKEN"]},
		DB:             settings["RELEVO_DB"], Listen: settings["RELEVO_LISTEN"], Timezone: settings["RELEVO_TIMEZONE"], Language: "en", PostsPerSecond: "0",
		APIURL: settings["SLACK_API_URL"],
	}.check()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// start runs what serve runs, and returns its address and what stops it.
func start(t *testing.T, c Config, now func() time.Time, log io.Writer) (address string, stop func() error) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	s, err := wire(ctx, c, now, slog.New(slog.NewJSONHandler(log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", c.Listen)
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- s.run(ctx, l) }()
	return "http://" + l.Addr().String(), func() error {
		cancel()
		err := <-ended
		s.store.Close()
		return err
	}
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	resp, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// A lead that comes in over HTTP has its card in Slack, over both transports, with no more rights than the
// manifest asks for.
func TestServe(t *testing.T) {
	for _, transport := range []string{"socket mode", "signed HTTP"} {
		t.Run(transport, func(t *testing.T) {
			fake := startSlack(t, slackfake.Options{Scopes: botScopes(), Events: botEvents()})
			settings := env(t, fake)
			if transport == "signed HTTP" {
				settings["SLACK_APP_TOKEN"] = ""
			}
			var log bytes.Buffer
			address, stop := start(t, check(t, settings), time.Now, &log)

			req, err := http.NewRequest(http.MethodPost, address+"/hooks/json", strings.NewReader(`{"email":"ana@example.com","company":"Acme"}`))
			if err != nil {
				t.Fatal(err)
			}
			req.Header.Set("Authorization", "Bearer "+hookToken)
			req.Header.Set("Content-Type", "application/json")
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			var answer struct{ Leads []struct{ Number int64 } }
			err = json.NewDecoder(resp.Body).Decode(&answer)
			resp.Body.Close()
			if err != nil || resp.StatusCode != http.StatusAccepted || len(answer.Leads) != 1 {
				t.Fatalf("%s, %+v, %v", resp.Status, answer, err)
			}

			ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
			defer cancel()
			if err := fake.Wait(ctx, func() bool { return strings.Contains(fake.Transcript("#mql-leads"), "Acme") }); err != nil {
				t.Fatalf("no card: %v\n%s", err, fake.Transcript("#mql-leads"))
			}
			if transport == "socket mode" {
				if err := fake.Wait(ctx, func() bool { return fake.Connections() > 0 }); err != nil {
					t.Fatal("no connection:", err)
				}
			}
			if code, body := get(t, address+"/healthz"); code != http.StatusOK {
				t.Errorf("/healthz: %d %s", code, body)
			}
			ready(t, ctx, address)
			signed, err := http.Post(address+"/slack/commands", "application/x-www-form-urlencoded", strings.NewReader("command=/lead"))
			if err != nil {
				t.Fatal(err)
			}
			signed.Body.Close()
			want := map[string]int{"socket mode": http.StatusNotFound, "signed HTTP": http.StatusUnauthorized}[transport]
			if signed.StatusCode != want {
				t.Errorf("an unsigned request to /slack/commands: %d, want %d", signed.StatusCode, want)
			}
			if err := stop(); err != nil {
				t.Error(err)
			}
			for _, p := range fake.Problems() {
				t.Errorf("Slack refused: %v", p)
			}
			for _, secret := range []string{fake.BotToken(), fake.AppToken(), fake.SigningSecret(), hookToken, "ana@example.com"} {
				if strings.Contains(log.String(), secret) {
					t.Errorf("the log tells %q:\n%s", secret, log.String())
				}
			}
		})
	}
}

// ready asks until the bot says that it is ready.
func ready(t *testing.T, ctx context.Context, address string) {
	t.Helper()
	for {
		code, body := get(t, address+"/readyz")
		if code == http.StatusOK && strings.Contains(body, `"ready":true`) {
			return
		}
		if ctx.Err() != nil {
			t.Fatalf("/readyz: %d %s", code, body)
		}
	}
}

// Without Slack the bot runs, takes leads in, and says what is missing.
func TestNotReady(t *testing.T) {
	gone, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := gone.Addr().String()
	gone.Close()
	fake := slackfake.New(slackfake.Options{})
	settings := env(t, fake)
	settings["SLACK_API_URL"] = fmt.Sprintf("http://%s/api/", address)
	bot, stop := start(t, check(t, settings), time.Now, io.Discard)
	code, body := get(t, bot+"/readyz")
	if code != http.StatusServiceUnavailable || !strings.Contains(body, `"slack":"not reached yet"`) || !strings.Contains(body, `"database":"ok"`) || !strings.Contains(body, `"events":"no connection yet"`) {
		t.Errorf("%d %s", code, body)
	}
	if code, _ := get(t, bot+"/healthz"); code != http.StatusOK {
		t.Errorf("/healthz: %d", code)
	}
	if err := stop(); err != nil {
		t.Error(err)
	}
}

// A request that has begun is answered after the program was told to stop.
func TestGracefulStop(t *testing.T) {
	fake := startSlack(t, slackfake.Options{})
	address, stop := start(t, check(t, env(t, fake)), time.Now, io.Discard)
	body, feed := io.Pipe()
	req, err := http.NewRequest(http.MethodPost, address+"/hooks/json", body)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+hookToken)
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Expect", "100-continue") // the body goes out when the server has begun to read it
	answered := make(chan int, 1)
	go func() {
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			answered <- 0
			return
		}
		resp.Body.Close()
		answered <- resp.StatusCode
	}()
	if _, err := io.WriteString(feed, `{"email":`); err != nil {
		t.Fatal(err)
	}
	stopped := make(chan error, 1)
	go func() { stopped <- stop() }()
	for { // until nothing new is let in
		c, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
		if err != nil {
			break
		}
		c.Close()
	}
	if _, err := io.WriteString(feed, `"ana@example.com"}`); err != nil {
		t.Fatal(err)
	}
	feed.Close()
	if code := <-answered; code != http.StatusAccepted {
		t.Errorf("answered with %d, want 202", code)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func TestListenIsTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	settings := env(t, slackfake.New(slackfake.Options{}))
	settings["RELEVO_LISTEN"], settings["SLACK_API_URL"] = l.Addr().String(), "http://127.0.0.1:1/"
	code, _, stderr := run(t, settings, time.Now, "serve")
	if code != exitUsage || !strings.Contains(stderr, "cannot listen on "+l.Addr().String()) || strings.Count(stderr, "\n") != 1 {
		t.Errorf("%d %q", code, stderr)
	}
}
