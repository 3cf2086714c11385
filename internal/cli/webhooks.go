package cli

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"time"

	"relevo/handoff"
	"relevo/outbound"
	"relevo/store"
)

// webhooksCmd is who is told of what happens in a workspace.
type webhooksCmd struct {
	List   webhooksList   `cmd:"" help:"List who is told, what waits, and what is in the way."`
	Add    webhooksAdd    `cmd:"" help:"Tell a web address from now on. Prints the secret with which its receiver verifies messages, this once."`
	Rotate webhooksRotate `cmd:"" help:"Make a new secret, and print it. The old one signs too until the new one is in place."`
	Remove webhooksRemove `cmd:"" help:"Tell an endpoint nothing any more, and forget what it was still to be told."`
	Enable webhooksEnable `cmd:"" help:"Tell an endpoint again that was disabled, for instance because it answered 410 Gone."`
	Failed webhooksFailed `cmd:"" help:"List what was given up after three days, and what was not written to the CRM as somebody had changed it there."`
	Resend webhooksResend `cmd:"" help:"Try again what was given up. A conflict that is resent overwrites what somebody has changed in the CRM, but for a lifecycle stage that would go back."`
	Test   webhooksTest   `cmd:"" help:"Send an endpoint a test, and say what it answers."`
}

// hooks is what these commands have in common.
type hooks struct {
	Workspace string `placeholder:"TEAM" help:"Slack's ID of the workspace, as T0123ABCD, where there are several."`
	Settings
}

// with opens the workspace's store for a command.
func (h hooks) with(c *console, do func(db *store.Store, ws store.Workspace, config Config) error) error {
	return h.onStore(c, func(db *store.Store, ws store.Workspace, config Config) (err error) {
		if h.Workspace != "" {
			if ws, err = workspaceOf(c, db, h.Workspace); err != nil {
				return err
			}
		}
		return do(db, ws, config)
	})
}

// noEndpoint says so when an endpoint is not there.
func noEndpoint(err error, id int64) error {
	if errors.Is(err, handoff.ErrNotFound) {
		return misuse("cli.webhooks.no_endpoint", "ID", id)
	}
	return err
}

type webhooksAdd struct {
	URL      string          `arg:"" help:"Where messages are sent: https://…"`
	Events   []handoff.Topic `placeholder:"EVENT,…" help:"What it is told; all without it. See docs/webhooks.md."`
	Internal bool            `help:"It lies in our own network: private addresses and http:// are allowed."`
	hooks
}

// Run stores the endpoint and prints its secret.
func (cmd webhooksAdd) Run(c *console) error {
	if err := outbound.CheckURL(cmd.URL, cmd.Internal); err != nil {
		return misuse("cli.webhooks.url", "Why", c.p.T("cli.webhooks.url."+map[error]string{
			outbound.ErrNoAddress: "none", outbound.ErrNotHTTPS: "http", outbound.ErrCredential: "credential", outbound.ErrPrivate: "private",
		}[err]))
	}
	for _, topic := range cmd.Events {
		if !slices.Contains(handoff.Topics(), topic) {
			return misuse("cli.webhooks.event", "Event", string(topic), "Known", topicNames(handoff.Topics()))
		}
	}
	if len(cmd.Events) == 0 {
		cmd.Events = handoff.Topics()
	}
	return cmd.with(c, func(db *store.Store, ws store.Workspace, _ Config) error {
		e, secret, err := db.AddEndpoint(c.ctx, ws.ID, store.Endpoint{URL: cmd.URL, Topics: cmd.Events, Internal: cmd.Internal}, c.Now())
		switch {
		case errors.Is(err, store.ErrEndpointThere):
			return misuse("cli.webhooks.there")
		case errors.Is(err, store.ErrNoKey):
			return misuse("cli.webhooks.no_key")
		case err != nil:
			return err
		}
		c.say("cli.webhooks.added", "ID", e.ID)
		fmt.Fprintln(c.Stdout, secret)
		return nil
	})
}

type webhooksRotate struct {
	ID      int64         `arg:"" help:"The endpoint's number, which list shows."`
	Overlap time.Duration `default:"24h" help:"How long the old secret signs too."`
	hooks
}

// Run prints the new secret.
func (cmd webhooksRotate) Run(c *console) error {
	return cmd.with(c, func(db *store.Store, ws store.Workspace, _ Config) error {
		secret, err := db.RotateEndpoint(c.ctx, ws.ID, cmd.ID, c.Now().Add(cmd.Overlap))
		if err != nil {
			return noEndpoint(err, cmd.ID)
		}
		c.say("cli.webhooks.rotated", "Span", c.p.Span(cmd.Overlap))
		fmt.Fprintln(c.Stdout, secret)
		return nil
	})
}

type webhooksRemove struct {
	ID int64 `arg:"" help:"The endpoint's number, which list shows."`
	hooks
}

// Run forgets the endpoint.
func (cmd webhooksRemove) Run(c *console) error {
	return cmd.with(c, func(db *store.Store, ws store.Workspace, _ Config) error {
		if err := db.RemoveEndpoint(c.ctx, ws.ID, cmd.ID); err != nil {
			return noEndpoint(err, cmd.ID)
		}
		c.say("cli.webhooks.removed", "ID", cmd.ID)
		return nil
	})
}

type webhooksEnable struct {
	ID int64 `arg:"" help:"The endpoint's number, which list shows."`
	hooks
}

// Run lets the endpoint be told again.
func (cmd webhooksEnable) Run(c *console) error {
	return cmd.with(c, func(db *store.Store, ws store.Workspace, _ Config) error {
		if err := db.EnableEndpoint(c.ctx, ws.ID, cmd.ID); err != nil {
			return noEndpoint(err, cmd.ID)
		}
		c.say("cli.webhooks.enabled", "ID", cmd.ID)
		return nil
	})
}

type webhooksFailed struct {
	Limit int `default:"50" help:"How many are listed, the newest first."`
	hooks
}

// Run prints a line for each delivery that was given up.
func (cmd webhooksFailed) Run(c *console) error {
	return cmd.with(c, func(db *store.Store, ws store.Workspace, _ Config) error {
		failed, n, err := db.GivenUp(c.ctx, ws.ID, cmd.Limit)
		if err != nil {
			return err
		}
		err = c.table(func(w io.Writer) {
			for _, d := range failed {
				about := ""
				if d.Number > 0 {
					about = fmt.Sprintf("#%d", d.Number)
				}
				fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\n", d.ID, d.Created.In(ws.Location()).Format("2006-01-02 15:04"), d.Topic, about,
					c.p.T("cli.webhooks.state."+string(d.State)), oneLine(d.Problem))
			}
		})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(c.Stdout, c.p.N("cli.webhooks.given_up", n))
		return err
	})
}

type webhooksResend struct {
	IDs []int64 `arg:"" optional:"" name:"id" help:"Numbers of deliveries, which failed shows."`
	All bool    `help:"Everything that was given up, conflicts aside."`
	hooks
}

// Run lets the running bot try again.
func (cmd webhooksResend) Run(c *console) error {
	if cmd.All == (len(cmd.IDs) > 0) {
		return misuse("cli.webhooks.which")
	}
	return cmd.with(c, func(db *store.Store, ws store.Workspace, _ Config) error {
		n, err := db.Resend(c.ctx, ws.ID, cmd.IDs...)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(c.Stdout, c.p.N("cli.webhooks.resent", n))
		return err
	})
}

type webhooksTest struct {
	ID int64 `arg:"" help:"The endpoint's number, which list shows."`
	hooks
}

// Run sends a test and fails when it does not arrive.
func (cmd webhooksTest) Run(c *console) error {
	return cmd.with(c, func(db *store.Store, ws store.Workspace, config Config) error {
		e, err := db.Endpoint(c.ctx, ws.ID, cmd.ID)
		if err == nil && e.Kind != store.Webhook {
			err = handoff.ErrNotFound
		}
		if err != nil {
			return noEndpoint(err, cmd.ID)
		}
		why, err := newOutbound(config, db, c.texts, c.Now, slog.New(slog.DiscardHandler), nil).Test(c.ctx, ws, e)
		if err != nil {
			return err
		}
		if why != "" {
			return fail("cli.webhooks.not_told", "Why", why)
		}
		c.say("cli.webhooks.told")
		return nil
	})
}
