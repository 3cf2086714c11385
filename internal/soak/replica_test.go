package soak

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"time"

	"relevo/internal/slackfake"
)

// A replica is one process of the bot, started again whenever it ends, as a service manager does.
type replica struct {
	city  *city
	index int
	temp  string // its folder for temporary files

	mu      sync.Mutex
	cmd     *exec.Cmd // nil when no process runs
	wanted  bool
	proxy   *httputil.ReverseProxy // to where it listens; nil while it does not
	listen  chan struct{}          // closed once it listens
	stopped chan struct{}          // closed when no process runs and none is wanted
	log     []string               // the last lines that it wrote
}

// start makes sure that a process runs.
func (r *replica) start() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.wanted {
		return
	}
	r.wanted, r.stopped, r.listen = true, make(chan struct{}), make(chan struct{})
	go r.keep(r.stopped)
}

// keep runs one process after the other until none is wanted.
func (r *replica) keep(stopped chan struct{}) {
	defer close(stopped)
	pause := time.NewTicker(50 * time.Millisecond)
	defer pause.Stop()
	for {
		r.mu.Lock()
		if !r.wanted {
			r.mu.Unlock()
			return
		}
		cmd, out := r.command()
		err := cmd.Start()
		r.cmd = cmd
		r.mu.Unlock()
		if err != nil {
			r.city.t.Error(err)
			return
		}
		r.read(out)
		err = cmd.Wait()
		r.mu.Lock()
		r.cmd, r.proxy = nil, nil
		r.mu.Unlock()
		if code := cmd.ProcessState.ExitCode(); code == exitLeft {
			r.city.t.Errorf("a replica left something behind: %v\n%s", err, r.said())
		}
		<-pause.C
	}
}

func (r *replica) command() (*exec.Cmd, io.Reader) {
	fake := r.city.fake
	cmd := exec.Command(os.Args[0], "serve")
	cmd.Dir = r.temp
	cmd.Env = []string{
		clockFile + "=" + r.city.clock, "TMPDIR=" + r.temp, "PATH=" + os.Getenv("PATH"), "HOME=" + r.temp,
		"SLACK_BOT_TOKEN=" + fake.BotToken(), "SLACK_API_URL=" + fake.APIURL(),
		"RELEVO_LEADS_CHANNEL=" + slackfake.ChannelLeads, "RELEVO_FEEDBACK_CHANNEL=" + slackfake.ChannelFeedback,
		"RELEVO_DB=" + r.city.dsn, "RELEVO_LISTEN=127.0.0.1:0", "RELEVO_TIMEZONE=" + fake.Zone().String(), "RELEVO_POSTS_PER_SECOND=0",
		"RELEVO_INTAKE_TOKEN=" + intakeToken, "RELEVO_TRUSTED_PROXY=127.0.0.1",
	}
	if r.city.setup.socket {
		cmd.Env = append(cmd.Env, "SLACK_APP_TOKEN="+fake.AppToken())
	} else {
		cmd.Env = append(cmd.Env, "SLACK_SIGNING_SECRET="+fake.SigningSecret())
	}
	out, err := cmd.StderrPipe()
	if err != nil {
		r.city.t.Error(err)
	}
	return cmd, out
}

// read follows the process's log until it ends.
func (r *replica) read(out io.Reader) {
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		line := lines.Text()
		var entry struct{ Msg, Address string }
		if json.Unmarshal([]byte(line), &entry) == nil && entry.Msg == "Relevo runs" {
			r.reached(entry.Address)
		}
		for _, private := range []string{personDomain, needWord, r.city.fake.BotToken(), r.city.fake.AppToken(), r.city.fake.SigningSecret(), intakeToken} {
			if strings.Contains(line, private) {
				r.city.t.Errorf("a log line tells %q: %s", private, line)
			}
		}
		if strings.HasPrefix(line, "panic:") || strings.Contains(line, "DATA RACE") || strings.Contains(line, `"msg":"panic`) {
			r.city.t.Errorf("a replica panics: %s", line)
		}
		r.mu.Lock()
		if r.log = append(r.log, line); len(r.log) > 60 {
			r.log = r.log[1:]
		}
		r.mu.Unlock()
	}
}

func (r *replica) reached(address string) {
	proxy := httputil.NewSingleHostReverseProxy(&url.URL{Scheme: "http", Host: address})
	proxy.ErrorHandler = func(w http.ResponseWriter, _ *http.Request, _ error) { w.WriteHeader(http.StatusBadGateway) }
	r.mu.Lock()
	defer r.mu.Unlock()
	r.proxy = proxy
	select {
	case <-r.listen:
	default:
		close(r.listen)
	}
}

// listens waits until the first process can be reached.
func (r *replica) listens(ctx context.Context) {
	r.city.t.Helper()
	late := time.NewTimer(patience)
	defer late.Stop()
	select {
	case <-r.listen:
	case <-late.C:
		r.city.t.Fatalf("the bot does not listen:\n%s", r.said())
	case <-ctx.Done():
	}
}

// door is the way to it; nil while it can't be reached.
func (r *replica) door() http.Handler {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.proxy == nil {
		return nil
	}
	return r.proxy
}

// kill ends the process as a power cut does; another one is started.
func (r *replica) kill() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.proxy = nil
	if r.cmd != nil {
		r.cmd.Process.Kill()
	}
}

// stop tells the process to end, as a service manager does, and waits until it has.
func (r *replica) stop() {
	r.mu.Lock()
	r.wanted, r.proxy = false, nil
	stopped, cmd := r.stopped, r.cmd
	if cmd != nil {
		cmd.Process.Signal(syscall.SIGTERM)
	}
	r.mu.Unlock()
	if stopped == nil {
		return
	}
	late := time.NewTimer(30 * time.Second)
	defer late.Stop()
	select {
	case <-stopped:
	case <-late.C:
		r.city.t.Errorf("a replica does not stop:\n%s", r.said())
		r.kill()
		<-stopped
	}
	if left, err := os.ReadDir(r.temp); err != nil || len(left) > 0 {
		r.city.t.Errorf("a replica left files behind: %v (%v)", left, err)
	}
}

// said returns the last lines of its log.
func (r *replica) said() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return fmt.Sprintf("replica %d:\n%s", r.index, strings.Join(r.log, "\n"))
}

func (c *city) logs() string {
	var all []string
	for _, r := range c.replicas {
		all = append(all, r.said())
	}
	return strings.Join(all, "\n")
}

func (c *city) stopAll() {
	for _, r := range c.replicas {
		r.stop()
	}
}
