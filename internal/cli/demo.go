package cli

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"relevo/commands"
	"relevo/handoff"
	"relevo/intake"
	"relevo/internal/cli/company"
	"relevo/internal/slackfake"
)

type demoCmd struct {
	Play     bool   `help:"Play one week by itself, print what was said in both channels, check it, and end."`
	Dump     string `placeholder:"DIR" help:"Write every message, modal and Home that is sent to Slack as a file, ready for Slack's Block Kit Builder."`
	Listen   string `default:"127.0.0.1:8065" placeholder:"HOST:PORT" help:"Address of the page."`
	Language string `env:"RELEVO_LANGUAGE" default:"en" placeholder:"LANG" help:"Language of cards and digest: en or es."`
}

// demoIntake is where the demo takes leads in.
const demoIntake = "127.0.0.1:8080"

// Run plays with a Slack of this machine's own: no account and no setting is needed.
func (cmd demoCmd) Run(c *console) error {
	if _, err := (Settings{Language: cmd.Language, Listen: cmd.Listen, Timezone: "UTC", PostsPerSecond: "1", APIURL: "https://slack.com/api/"}).check(); err != nil {
		return err
	}
	ctx, cancel := context.WithCancel(c.ctx)
	defer cancel()
	log := slog.New(slog.NewTextHandler(c.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	d, err := newDemo(ctx, cmd, c, log)
	if err != nil {
		return err
	}
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return d.run(ctx) })
	g.Go(func() error {
		defer cancel()
		if cmd.Play {
			return newPlay(d, c).run(ctx)
		}
		return d.show(ctx, c)
	})
	return errors.Join(g.Wait(), d.close())
}

// demo is a made-up company's Slack workspace with the bot in it, both running in this process and talking over
// the same wires as anywhere.
type demo struct {
	fake    *slackfake.Slack
	service *service
	intake  net.Listener
	token   string // what a sender must show there: another one each time, so that no web page can guess it
	company *company.Company
	folder  string // of the database, gone with the demo
	came    atomic.Int32
}

func newDemo(ctx context.Context, cmd demoCmd, c *console, log *slog.Logger) (_ *demo, err error) {
	d := &demo{token: strings.ToLower(rand.Text())}
	defer func() {
		if err != nil {
			err = errors.Join(err, d.close())
		}
	}()
	if cmd.Dump != "" {
		if err := os.MkdirAll(cmd.Dump, 0o755); err != nil {
			return nil, fmt.Errorf("demo: %w", err)
		}
	}
	if d.company, err = company.Load(cmd.Language, slackfake.Ana, slackfake.Luke); err != nil {
		return nil, err
	}
	if d.folder, err = os.MkdirTemp("", "relevo-demo-"); err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	slack := slackfake.Options{Now: c.Now, Dump: cmd.Dump, Logger: log}
	if cmd.Play {
		// A week that plays itself shows the same on a machine that is busy: its clock moves only when it is told to, and
		// this Slack is patient.
		begin := c.Now()
		slack.Now, slack.AckTimeout = func() time.Time { return begin }, playPatience
	}
	d.fake = slackfake.New(slack)
	var slashes []slackfake.Command
	for _, s := range commands.Slashes(c.texts.In(cmd.Language)) {
		slashes = append(slashes, slackfake.Command{Command: s.Command, Description: s.Description, UsageHint: s.UsageHint})
	}
	d.fake.SetCommands(slashes)
	d.fake.SetShortcuts(offered(c.texts.In(cmd.Language)))
	if err := listenOrNear(cmd.Listen, d.fake.Listen); err != nil {
		return nil, err
	}
	if err := listenOrNear(demoIntake, func(addr string) (err error) {
		d.intake, err = net.Listen("tcp", addr)
		return err
	}); err != nil {
		return nil, err
	}
	pace := 1.0
	if cmd.Play {
		pace = 0
		d.fake.SetNow(playStart(c.Now(), d.fake.Zone()))
	}
	d.service, err = wire(ctx, Config{
		BotToken: d.fake.BotToken(), AppToken: d.fake.AppToken(), APIURL: d.fake.APIURL(),
		LeadsChannel: "#mql-leads", FeedbackChannel: "#mql-feedback", Secrets: intake.Secrets{IntakeToken: d.token},
		Normaliser: intake.NewNormaliser("", cmd.Language, intake.Mapping{}),
		DB:         filepath.Join(d.folder, "relevo.db"), Zone: d.fake.Zone(), Language: cmd.Language, PostsPerSecond: pace,
	}, d.fake.Now, log)
	if err != nil {
		return nil, err
	}
	d.fake.OnClock(func(time.Time) { d.service.app.Poke() })
	ws := d.service.workspace
	_, err = d.service.store.AddHistory(ctx, ws, d.company.History(d.fake.Now(), ws.Rules()))
	return d, err
}

// listenOrNear listens at an address, or when somebody else does already at a free port beside it.
func listenOrNear(addr string, listen func(string) error) error {
	err := listen(addr)
	if err == nil {
		return nil
	}
	host, _, splitErr := net.SplitHostPort(addr)
	if splitErr != nil {
		return err
	}
	if near := listen(net.JoinHostPort(host, "0")); near != nil {
		return misuse("cli.cannot_listen", "Address", addr, "Why", err.Error())
	}
	return nil
}

func (d *demo) run(ctx context.Context) error {
	g, ctx := errgroup.WithContext(ctx)
	g.Go(func() error { return d.fake.Serve(ctx) })
	g.Go(func() error { return d.service.run(ctx, d.intake) })
	return g.Wait()
}

// close lets go of what newDemo took, as far as it came.
func (d *demo) close() error {
	var errs []error
	if d.service != nil {
		errs = append(errs, d.service.store.Close())
	}
	if d.fake != nil {
		errs = append(errs, d.fake.Close())
	}
	if d.intake != nil {
		d.intake.Close()
	}
	if d.folder != "" {
		errs = append(errs, os.RemoveAll(d.folder))
	}
	return errors.Join(errs...)
}

// show lets people play: two leads arrive, more on a button of the page.
func (d *demo) show(ctx context.Context, c *console) error {
	d.fake.AddButton("lead", c.p.T("demo.button"), func(ctx context.Context) error {
		_, err := d.arrive(ctx)
		return err
	})
	d.fake.AddButton("expo", c.p.T("demo.button.expo"), func(ctx context.Context) error {
		_, err := d.heap(ctx, c.p.T("demo.expo"))
		return err
	})
	for range 2 {
		if _, err := d.arrive(ctx); err != nil {
			return err
		}
	}
	c.say("demo.running", "Page", d.fake.URL(), "Intake", "http://"+d.intake.Addr().String()+"/hooks/json", "Token", d.token)
	<-ctx.Done()
	return nil
}

// arrive posts the next made-up lead to the intake, as a marketing tool would.
func (d *demo) arrive(ctx context.Context) (handoff.Receipt, error) {
	return d.post(ctx, d.company.Arrival(int(d.came.Add(1))))
}

// post hands a lead over through the intake's door.
func (d *demo) post(ctx context.Context, lead map[string]any) (handoff.Receipt, error) {
	receipts, err := d.postAll(ctx, lead)
	if err != nil {
		return handoff.Receipt{}, err
	}
	return receipts[0], nil
}

// postAll hands leads over through the intake's door, in one request.
func (d *demo) postAll(ctx context.Context, leads ...map[string]any) ([]handoff.Receipt, error) {
	body, err := json.Marshal(leads)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+d.intake.Addr().String()+"/hooks/json", bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "Bearer "+d.token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusAccepted {
		return nil, fmt.Errorf("demo: the intake answered %s: %s", resp.Status, said)
	}
	var answer struct {
		Leads []struct {
			Number int64
			State  handoff.State
			Fate   handoff.Fate
		}
	}
	if err := json.Unmarshal(said, &answer); err != nil || len(answer.Leads) != len(leads) {
		return nil, fmt.Errorf("demo: the intake's answer can't be read: %s", said)
	}
	var receipts []handoff.Receipt
	for _, l := range answer.Leads {
		receipts = append(receipts, handoff.Receipt{Number: l.Number, State: l.State, Fate: l.Fate})
	}
	return receipts, nil
}

// settled waits until the bot is connected, last week's digest is planned, and everything that is stored is shown.
func (d *demo) settled(ctx context.Context) error {
	tick := time.NewTicker(2 * time.Millisecond)
	defer tick.Stop()
	for {
		n, err := d.pending(ctx)
		if err != nil || n == 0 {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("demo: %d messages were not sent in time", n)
		case <-tick.C:
		}
	}
}

// pending counts what is not shown yet; the digest of last week is, when it is not planned.
func (d *demo) pending(ctx context.Context) (int, error) {
	last, err := d.service.store.LastDigest(ctx, d.service.workspace.ID)
	if err != nil && !errors.Is(err, handoff.ErrNotFound) {
		return 0, err
	}
	if last != handoff.LastDigest(d.fake.Now(), d.fake.Zone()).String() {
		return 1, nil
	}
	return d.service.store.Pending(ctx, d.fake.Now())
}
