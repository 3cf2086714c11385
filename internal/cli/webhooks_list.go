package cli

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"strings"
	"text/tabwriter"

	"relevo/handoff"
	"relevo/store"
)

type webhooksList struct{ hooks }

// Run prints a line for each endpoint.
func (cmd webhooksList) Run(c *console) error {
	return cmd.with(c, func(db *store.Store, ws store.Workspace, _ Config) error {
		states, err := db.EndpointStates(c.ctx, ws.ID)
		if err != nil {
			return err
		}
		if len(states) == 0 {
			c.say("cli.webhooks.none")
			return nil
		}
		return c.table(func(w io.Writer) {
			for _, s := range states {
				fmt.Fprintf(w, "%d\t%s\t%s\t%s\n", s.ID, address(s.Endpoint), topics(s.Topics), c.standing(s))
			}
		})
	})
}

// table prints rows whose cells are separated by tabs.
func (c *console) table(rows func(io.Writer)) error {
	w := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	rows(w)
	return w.Flush()
}

// address is where an endpoint is, without what may be a secret: with some tools whoever knows the path may send.
func address(e store.Endpoint) string {
	u, err := url.Parse(e.URL)
	if e.Kind != store.Webhook || err != nil {
		return string(e.Kind)
	}
	shown := u.Scheme + "://" + u.Host
	if u.Path != "" && u.Path != "/" || u.RawQuery != "" {
		shown += "/…"
	}
	return oneLine(shown)
}

func topics(of []handoff.Topic) string {
	if len(of) == len(handoff.Topics()) {
		return "*"
	}
	return topicNames(of)
}

func topicNames(of []handoff.Topic) string {
	words := make([]string, len(of))
	for i, t := range of {
		words[i] = string(t)
	}
	return strings.Join(words, ", ")
}

// standing says how it is with an endpoint.
func (c *console) standing(s store.EndpointState) string {
	var said []string
	switch {
	case !s.Disabled.IsZero():
		said = append(said, c.p.T("cli.webhooks.disabled", "Why", s.Problem))
	case s.Problem != "":
		said = append(said, c.p.T("cli.webhooks.trouble", "Why", s.Problem))
	}
	if s.Waiting > 0 {
		said = append(said, c.p.N("cli.webhooks.waiting", s.Waiting, "Span", c.p.Span(c.Now().Sub(s.Oldest))))
	}
	if s.Dead > 0 {
		said = append(said, c.p.N("cli.webhooks.given_up", s.Dead))
	}
	if len(said) == 0 {
		return c.p.T("cli.webhooks.well")
	}
	return oneLine(strings.Join(said, "; "))
}

// endpoints tells who is told of what happens, and who can't be.
func (d *doctor) endpoints(db *store.Store) {
	all, err := db.Workspaces(d.ctx)
	if err != nil {
		return // what is wrong with the database was said
	}
	failed, well := 0, 0
	for _, ws := range all {
		states, err := db.EndpointStates(d.ctx, ws.ID)
		if err != nil {
			return
		}
		for _, s := range states {
			failed += s.Dead
			switch off := !s.Disabled.IsZero(); {
			case off && s.Kind == store.Webhook, s.Failures > 0:
				d.ill("cli.doctor.endpoint", "Endpoint", address(s.Endpoint), "Standing", d.standing(s))
			case !off:
				well++
			}
		}
	}
	if well > 0 {
		fmt.Fprintln(d.Stdout, "✓", d.p.N("cli.doctor.endpoints", well))
	}
	if failed > 0 {
		fmt.Fprintln(d.Stdout, "–", d.p.N("cli.doctor.endpoints_failed", failed))
	}
}

// crms asks the CRMs that decisions are written to whether they let us.
func (d *doctor) crms() {
	ctx, cancel := context.WithTimeout(d.ctx, slackPatience)
	defer cancel()
	for _, c := range newOutbound(d.config, nil, d.texts, d.Now, slog.New(slog.DiscardHandler), nil).Check(ctx) {
		if c.Why != "" {
			d.ill("cli.doctor.crm_trouble", "Why", c.Why)
		} else {
			d.well("cli.doctor.crm", "CRM", c.Name)
		}
	}
}
