package bot_test

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"relevo/internal/slackfake"
	"relevo/store"
	"relevo/store/storetest"
)

// A victim is a bot in a process of its own, between this process's Slack and this process's database, that is
// killed at a chosen step: a call to Slack or, over signed HTTP, a request of Slack's; before it is passed on,
// while it is, or after it was done and before the answer is passed back.
type victim struct {
	t     *testing.T
	fake  *slackfake.Slack
	store *store.Store
	dsn   string
	api   *httptest.Server // what stands between the bot and Slack's Web API
	door  *httptest.Server // what stands between Slack and the bot's signed HTTP; nil over Socket Mode

	mu    sync.Mutex
	life  *life
	calls int
	fatal int    // at which step of this life it is killed; 0 for never
	when  string // before, during, after
}

// life is one process.
type life struct {
	ctx  context.Context // ends with the process
	end  context.CancelFunc
	cmd  *exec.Cmd
	door *httputil.ReverseProxy // to its signed HTTP
}

func newVictim(t *testing.T, transport string) *victim {
	v := &victim{t: t, dsn: storetest.SQLite(t)}
	if os.Getenv(storetest.Variable) != "" {
		v.dsn = storetest.Postgres(t)
	}
	v.store = storetest.OpenAt(t, v.dsn)
	ws, err := v.store.DefaultWorkspace(t.Context(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	ws.Zone = "Europe/Madrid"
	if err := v.store.SaveWorkspace(t.Context(), ws); err != nil {
		t.Fatal(err)
	}
	o := slackfake.Options{AckTimeout: patience}
	if transport == "http" {
		v.door = httptest.NewServer(http.HandlerFunc(v.inbound))
		t.Cleanup(v.door.Close)
		o.EventsURL, o.InteractionsURL, o.CommandsURL = v.door.URL+"/slack/events", v.door.URL+"/slack/interactions", v.door.URL+"/slack/commands"
	}
	v.fake = slackfake.New(o)
	v.fake.SetNow(at("2026-11-19 10:00:00"))
	v.api = httptest.NewServer(http.HandlerFunc(v.outbound))
	t.Cleanup(func() { v.fake.Close(); v.api.CloseClientConnections(); v.api.Close() })
	return v
}

// outbound passes on what the bot asks of Slack.
func (v *victim) outbound(rw http.ResponseWriter, r *http.Request) {
	if !strings.HasPrefix(r.URL.Path, "/api/") {
		v.fake.Handler().ServeHTTP(rw, r)
		return
	}
	v.step(rw, r, v.fake.Handler())
}

// inbound passes on what Slack asks of the bot.
func (v *victim) inbound(rw http.ResponseWriter, r *http.Request) {
	v.mu.Lock()
	l := v.life
	v.mu.Unlock()
	if l == nil || l.door == nil {
		http.Error(rw, "the bot is dead", http.StatusBadGateway)
		return
	}
	v.step(rw, r, l.door)
}

// step passes one request on, unless the bot dies of it.
func (v *victim) step(rw http.ResponseWriter, r *http.Request, to http.Handler) {
	v.mu.Lock()
	v.calls++
	l, dies, when := v.life, v.calls == v.fatal, v.when
	v.mu.Unlock()
	if !dies || l == nil {
		to.ServeHTTP(rw, r)
		return
	}
	rec := httptest.NewRecorder()
	switch when {
	case "before":
		l.kill()
	case "during":
		var done sync.WaitGroup
		done.Go(func() { to.ServeHTTP(rec, r) })
		l.kill()
		done.Wait()
	case "after":
		to.ServeHTTP(rec, r)
		l.kill()
	}
	http.Error(rw, "the bot is dead", http.StatusBadGateway)
}

// kill ends the process as kill -9 does.
func (l *life) kill() {
	l.cmd.Process.Kill()
	<-l.ctx.Done()
}

// born starts the bot and returns when it can be reached, or is dead already.
func (v *victim) born(fatal int, when string) *life {
	v.t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), childAPI+"="+v.api.URL+"/api/", childDB+"="+v.dsn, childHTTP+"="+strconv.FormatBool(v.door != nil),
		childClock+"="+strconv.FormatInt(int64(time.Until(v.fake.Now())), 10))
	cmd.Stderr = v.t.Output()
	if _, err := cmd.StdinPipe(); err != nil { // the bot ends when this process does
		v.t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		v.t.Fatal(err)
	}
	l := &life{cmd: cmd}
	l.ctx, l.end = context.WithCancel(v.t.Context())
	v.mu.Lock()
	v.life, v.calls, v.fatal, v.when = l, 0, fatal, when
	err = cmd.Start()
	v.mu.Unlock()
	if err != nil {
		v.t.Fatal(err)
	}
	addresses := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			addresses <- lines.Text()
		}
		cmd.Wait()
		l.end()
	}()
	v.t.Cleanup(l.kill)
	select {
	case address := <-addresses:
		if v.door != nil {
			u, err := url.Parse(address)
			if err != nil {
				v.t.Fatal(err)
			}
			door := httputil.NewSingleHostReverseProxy(u)
			door.ErrorHandler = func(rw http.ResponseWriter, _ *http.Request, _ error) { rw.WriteHeader(http.StatusBadGateway) }
			v.mu.Lock()
			l.door = door
			v.mu.Unlock()
		} else {
			v.fake.Wait(l.ctx, func() bool { return v.fake.Connections() > 0 })
		}
	case <-l.ctx.Done():
	}
	return l
}

// promise is something that a person was told is done.
type promise struct {
	email string // of a lead that was handed over
	note  string // of a decision
}

// A bot that is killed anywhere, again and again, loses nothing that it has acknowledged and shows nothing twice.
func TestKilledAnywhere(t *testing.T) {
	for _, transport := range transports {
		t.Run(transport, func(t *testing.T) {
			t.Parallel()
			seed := uint64(time.Now().UnixNano())
			if s := os.Getenv("RELEVO_TEST_SEED"); s != "" {
				fmt.Sscan(s, &seed)
			}
			t.Logf("RELEVO_TEST_SEED=%d runs the same again", seed)
			random := rand.New(rand.NewPCG(seed, 0))
			v := newVictim(t, transport)
			p := people{victim: v, random: random}
			if transport == "http" { // the digest is then more calls: to be refused, to upload, to wait
				if err := v.fake.Fault(slackfake.Fault{Kind: "no_charts"}); err != nil {
					t.Fatal(err)
				}
			}
			lives, mondays := 24, 0
			if withRace {
				lives = 7
			}
			for n := range lives {
				l := v.born(1+random.IntN(1+random.IntN(60)), // more often early, when what the last life left behind is tidied up
					[]string{"before", "during", "after"}[random.IntN(3)])
				p.act(l)
				l.kill()
				// Whoever claimed something has it for less than a minute.
				v.fake.Advance(time.Minute)
				if n%6 == 5 {
					if err := v.fake.Jump("monday"); err != nil {
						t.Fatal(err)
					}
					mondays++
				}
			}
			p.rests()
			if problems := untruths(t, v.fake, v.store); len(problems) > 0 {
				t.Errorf("%s\n%s", strings.Join(problems, "\n"), v.fake.Transcript(slackfake.ChannelLeads))
			}
			for _, problem := range v.fake.Problems() {
				t.Errorf("Slack refused a payload: %s", problem)
			}
			p.kept()
			digests := map[string]int{}
			for _, m := range v.fake.Messages(slackfake.ChannelFeedback) {
				if m.ThreadTS == "" || m.ThreadTS == m.TS {
					digests[strings.SplitN(m.Text, "\n", 2)[0]]++
				}
			}
			for title, n := range digests {
				if n != 1 || !strings.HasPrefix(title, "Weekly digest") {
					t.Errorf("%d times %q", n, title)
				}
			}
			if len(digests) != mondays {
				t.Errorf("%d digests after %d Mondays:\n%s", len(digests), mondays, v.fake.Transcript(slackfake.ChannelFeedback))
			}
			t.Logf("%d lives, %d leads, %d promises", lives, p.leads, len(p.promises))
		})
	}
}
