package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"relevo/internal/slackfake"
)

const hookToken = "a-token-for-measuring"

// world is a Slack workspace in this process and the bot in its own, one or more of it.
type world struct {
	fake      *slackfake.Slack
	bots      []*exec.Cmd
	addresses []string // of the bots
	channel   string   // where cards are posted
	reps      []string // people who decide
	stop      []func()
}

// how says in what way a world runs.
type how struct {
	socket bool   // Socket Mode instead of signed HTTP
	pace   string // cards a second and channel; 0 for as fast as they go
}

// open starts a workspace and the bot on a database, and waits until the bot is ready.
func (b *bench) open(dsn string, h how) (_ *world, err error) {
	w := &world{channel: slackfake.ChannelLeads}
	defer func() {
		if err != nil {
			w.close()
		}
	}()
	if w.addresses, err = addresses(b.Replicas); err != nil {
		return nil, err
	}
	var options slackfake.Options
	if !h.socket {
		front, err := w.front()
		if err != nil {
			return nil, err
		}
		options = signed(front)
	}
	if err := w.slack(b.ctx, options); err != nil {
		return nil, err
	}
	for i, address := range w.addresses {
		bot := b.bot(w.fake, dsn, address, h)
		log, err := os.Create(filepath.Join(b.folder, fmt.Sprintf("bot-%d.log", i)))
		if err != nil {
			return nil, err
		}
		defer log.Close()
		bot.Stderr = log
		if err := bot.Start(); err != nil {
			return nil, err
		}
		w.bots = append(w.bots, bot)
		if err := ready(b.ctx, address); err != nil {
			said, _ := os.ReadFile(log.Name())
			return nil, fmt.Errorf("%w: %s", err, lastOf(said, 2000))
		}
	}
	return w, nil
}

func lastOf(b []byte, n int) []byte { return b[max(0, len(b)-n):] }

// slack starts the workspace, with as many reps as there may be connections.
func (w *world) slack(ctx context.Context, o slackfake.Options) error {
	w.fake = slackfake.New(o)
	if err := w.fake.Listen("127.0.0.1:0"); err != nil {
		return err
	}
	go w.fake.Serve(ctx)
	w.stop = append(w.stop, func() { w.fake.Close() })
	for i := range 64 {
		id := fmt.Sprintf("U0REP%05d", i)
		w.fake.AddUser(slackfake.User{ID: id, RealName: fmt.Sprintf("Rep %d", i), Locale: "en-US", Role: "rep"})
		if err := w.fake.SetMember(w.channel, id, true); err != nil {
			return err
		}
		w.reps = append(w.reps, id)
	}
	return nil
}

// bot is the program as an admin starts it.
func (b *bench) bot(fake *slackfake.Slack, dsn, address string, h how) *exec.Cmd {
	bot := exec.Command(b.Program)
	bot.Dir = b.folder // where there is no .env
	bot.Env = append(os.Environ(), "SLACK_API_URL="+fake.APIURL(), "SLACK_BOT_TOKEN="+fake.BotToken(), "SLACK_SIGNING_SECRET="+fake.SigningSecret(),
		"RELEVO_LEADS_CHANNEL=mql-leads", "RELEVO_FEEDBACK_CHANNEL=mql-feedback", "RELEVO_INTAKE_TOKEN="+hookToken,
		"RELEVO_DB="+dsn, "RELEVO_LISTEN="+address, "RELEVO_POSTS_PER_SECOND="+h.pace)
	if h.socket {
		bot.Env = append(bot.Env, "SLACK_APP_TOKEN="+fake.AppToken())
	}
	return bot
}

// ready waits until a bot says that it can do its work.
func ready(ctx context.Context, address string) error {
	ctx, cancel := context.WithTimeoutCause(ctx, time.Minute, errors.New("the bot was not ready within a minute"))
	defer cancel()
	client := &http.Client{Transport: &http.Transport{}}
	defer client.CloseIdleConnections()
	for {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+address+"/readyz", nil)
		if err != nil {
			return err
		}
		resp, err := client.Do(r)
		if err == nil {
			io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		time.Sleep(500 * time.Microsecond)
	}
}

// signed has a workspace send signed requests to an address.
func signed(address string) slackfake.Options {
	at := "http://" + address + "/slack/"
	return slackfake.Options{EventsURL: at + "events", InteractionsURL: at + "interactions", CommandsURL: at + "commands"}
}

// addresses are some that nobody listens at.
func addresses(n int) (all []string, err error) {
	for range n {
		address, err := freeAddress()
		if err != nil {
			return nil, err
		}
		all = append(all, address)
	}
	return all, nil
}

func freeAddress() (string, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	defer l.Close()
	return l.Addr().String(), nil
}

// front is the one address that Slack knows. Behind it each connection goes to the next of the bots.
func (w *world) front() (string, error) {
	if len(w.addresses) == 1 {
		return w.addresses[0], nil
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	w.stop = append(w.stop, func() { l.Close() })
	go func() {
		for n := 0; ; n++ {
			in, err := l.Accept()
			if err != nil {
				return
			}
			out, err := net.Dial("tcp", w.addresses[n%len(w.addresses)])
			if err != nil {
				in.Close()
				continue
			}
			pipe := func(to, from net.Conn) {
				io.Copy(to, from)
				to.Close()
				from.Close()
			}
			go pipe(in, out)
			go pipe(out, in)
		}
	}()
	return l.Addr().String(), nil
}

// close stops the bots as an admin does, then the workspace.
func (w *world) close() {
	for _, bot := range w.bots {
		bot.Process.Signal(syscall.SIGTERM)
		bot.Wait()
	}
	w.bots = nil
	for _, stop := range w.stop {
		stop()
	}
}

func (w *world) busy() (all time.Duration) {
	for _, bot := range w.bots {
		all += busyOf(bot.Process.Pid)
	}
	return all
}

// memory is what the bot that has the most has of it now, and had at most, in MB.
func (w *world) memory() (now, most float64) {
	for _, bot := range w.bots {
		n, m := memoryOf(bot.Process.Pid)
		now, most = max(now, float64(n)/1024), max(most, float64(m)/1024)
	}
	return now, most
}

// perf has perf look at the first bot until the function that it returns is called.
func (b *bench) perf(name string, w *world) func() {
	if b.Perf == "" || len(w.bots) == 0 {
		return func() {}
	}
	out := filepath.Join(b.Perf, strings.NewReplacer(" ", "-", ",", "").Replace(name)+".perf")
	perf := exec.Command("perf", "record", "-q", "-F", "999", "-g", "-p", fmt.Sprint(w.bots[0].Process.Pid), "-o", out)
	if err := perf.Start(); err != nil {
		b.doing("no perf: %v", err)
		return func() {}
	}
	return func() {
		perf.Process.Signal(syscall.SIGINT)
		perf.Wait()
	}
}
