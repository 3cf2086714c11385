package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"

	"relevo/handoff"
	"relevo/store"
)

type statusCmd struct {
	JSON bool `name:"json" help:"As JSON, for programs."`
	Settings
}

// status is what stands in the store, for whoever runs Relevo. It names no person.
type status struct {
	Version    string            `json:"version"`
	Engine     string            `json:"engine"`
	Schema     int64             `json:"schema"`
	Bytes      int64             `json:"bytes"`
	LogBytes   int64             `json:"log_bytes"`
	Workspaces []workspaceStatus `json:"workspaces"`
}

type workspaceStatus struct {
	Name            string                `json:"name"` // empty until Slack was reached
	Team            string                `json:"team"`
	LeadsChannel    string                `json:"leads_channel"`
	FeedbackChannel string                `json:"feedback_channel"`
	Leads           map[handoff.State]int `json:"leads"`
	Overdue         int                   `json:"overdue"`
	Waiting         int                   `json:"waiting"` // messages that are not as they should be in Slack
	Failing         int                   `json:"failing"` // of them
	Oldest          *waitingMessage       `json:"oldest,omitempty"`
	Fetching        int                   `json:"fetching"`
	FetchingSince   *time.Time            `json:"fetching_since,omitempty"`
	Outbound        []outboundStatus      `json:"outbound,omitempty"`
	Digest          string                `json:"digest"` // the newest week whose digest is posted
	DigestLate      int64                 `json:"digest_late_seconds"`
}

// outboundStatus is how it is with what one endpoint is to be told outside of Slack. Its address is told by "relevo webhooks list".
type outboundStatus struct {
	Tool     store.EndpointKind `json:"tool"`
	Endpoint int64              `json:"endpoint"`
	Waiting  int                `json:"waiting"`
	Since    *time.Time         `json:"waiting_since,omitempty"`
	GivenUp  int                `json:"given_up"` // and not written, as the CRM says something else
	Problem  string             `json:"problem"`  // of the last failure, or why it is told nothing
}

type waitingMessage struct {
	Kind     store.Kind `json:"kind"`
	Since    time.Time  `json:"since"`
	Problem  string     `json:"problem"` // in Slack's word or ours; empty when it was not tried
	Failures int        `json:"failures"`
	NextTry  time.Time  `json:"next_try"`
}

// Run reads the database, and nothing else: it works beside a running bot, and without one.
func (cmd statusCmd) Run(c *console) error {
	config, err := cmd.check()
	if err != nil {
		return err
	}
	if noFileYet(config.DB) {
		return fail("cli.status.none", "Path", config.DB)
	}
	db, err := store.Peek(c.ctx, config.DB)
	if err != nil {
		return misuse("cli.cannot_open", "Why", strings.TrimPrefix(err.Error(), "open database: "))
	}
	defer db.Close()
	s, err := readStatus(c.ctx, db, c.Now())
	if err != nil {
		return err
	}
	if cmd.JSON {
		enc := json.NewEncoder(c.Stdout)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(s)
	}
	c.print(s)
	return nil
}

func readStatus(ctx context.Context, db *store.Store, now time.Time) (status, error) {
	s := status{Version: version().String(), Engine: db.Engine()}
	var err error
	if s.Schema, err = db.Version(ctx); err != nil {
		return s, err
	}
	if s.Bytes, s.LogBytes, err = db.Size(ctx); err != nil {
		return s, err
	}
	all, err := db.Workspaces(ctx)
	if err != nil {
		return s, err
	}
	for _, ws := range all {
		w, err := readWorkspace(ctx, db, ws, now)
		if err != nil {
			return s, err
		}
		s.Workspaces = append(s.Workspaces, w)
	}
	return s, nil
}

func readWorkspace(ctx context.Context, db *store.Store, ws store.Workspace, now time.Time) (w workspaceStatus, err error) {
	w = workspaceStatus{Name: ws.Name, Team: ws.TeamID, LeadsChannel: ws.LeadsChannel, FeedbackChannel: ws.FeedbackChannel}
	if w.Leads, err = db.States(ctx, ws.ID); err != nil {
		return w, err
	}
	backlog, err := db.Backlog(ctx, ws.ID, now)
	if err != nil {
		return w, err
	}
	w.Overdue = backlog.Overdue
	oldest, waiting, failing, err := db.Stuck(ctx, ws.ID)
	if err != nil && !errors.Is(err, handoff.ErrNotFound) {
		return w, err
	}
	if w.Waiting, w.Failing = waiting, failing; waiting > 0 {
		w.Oldest = &waitingMessage{oldest.Kind, oldest.Created, oldest.Problem, oldest.Failures, oldest.NextTry}
	}
	var since time.Time
	if w.Fetching, since, err = db.Fetching(ctx, ws.ID); err != nil {
		return w, err
	}
	if w.Fetching > 0 {
		w.FetchingSince = &since
	}
	states, err := db.EndpointStates(ctx, ws.ID)
	if err != nil {
		return w, err
	}
	for _, s := range states {
		o := outboundStatus{Tool: s.Kind, Endpoint: s.ID, Waiting: s.Waiting, GivenUp: s.Dead, Problem: s.Problem}
		if s.Waiting > 0 {
			o.Since = &s.Oldest
		}
		w.Outbound = append(w.Outbound, o)
	}
	if w.Digest, err = db.PostedDigest(ctx, ws.ID); err != nil {
		return w, err
	}
	late, err := lagOf(ctx, db, ws, now)
	w.DigestLate = int64(late.Seconds())
	return w, err
}

// print says it to a person.
func (c *console) print(s status) {
	mega := func(bytes int64) string { return fmt.Sprintf("%.1f MB", float64(bytes)/1e6) }
	c.say("cli.status.program", "Version", s.Version, "Engine", s.Engine, "Schema", s.Schema, "Size", mega(s.Bytes+s.LogBytes))
	for _, w := range s.Workspaces {
		if w.Team == "" {
			c.say("cli.status.unnamed")
		} else {
			c.say("cli.status.workspace", "Name", w.Name, "Team", w.Team, "Leads", orDash(w.LeadsChannel), "Feedback", orDash(w.FeedbackChannel))
		}
		var parts []string
		for _, state := range handoff.States() {
			parts = append(parts, c.p.T("sheet.state."+string(state))+" "+c.p.Int(w.Leads[state]))
		}
		c.say("cli.status.leads", "List", strings.Join(parts, ", "), "Overdue", c.p.Int(w.Overdue))
		if w.Waiting == 0 {
			c.say("cli.status.quiet")
		} else {
			c.say("cli.status.waiting", "Waiting", c.p.Int(w.Waiting), "Failing", c.p.Int(w.Failing), "Kind", w.Oldest.Kind, "Span", c.p.Span(c.Now().Sub(w.Oldest.Since)), "Problem", orDash(w.Oldest.Problem))
		}
		if w.Fetching > 0 {
			c.say("cli.status.fetching", "Count", c.p.Int(w.Fetching), "Span", c.p.Span(c.Now().Sub(*w.FetchingSince)))
		}
		if len(w.Outbound) > 0 {
			c.say("cli.status.outbound", "List", c.outbound(w.Outbound))
		}
		if w.DigestLate > 0 {
			c.say("cli.status.digest_late", "Week", orDash(w.Digest), "Span", c.p.Span(time.Duration(w.DigestLate)*time.Second))
		} else {
			c.say("cli.status.digest", "Week", orDash(w.Digest))
		}
	}
}

// outbound says how it is with what is told outside of Slack, by tool.
func (c *console) outbound(all []outboundStatus) string {
	var said []string
	for _, kind := range store.EndpointKinds() {
		var s store.EndpointState
		n := 0
		for _, o := range all {
			if o.Tool != kind {
				continue
			}
			n++
			s.Waiting, s.Dead, s.Problem = s.Waiting+o.Waiting, s.Dead+o.GivenUp, cmp.Or(s.Problem, o.Problem)
			if o.Since != nil && (s.Oldest.IsZero() || o.Since.Before(s.Oldest)) {
				s.Oldest = *o.Since
			}
		}
		if n > 0 {
			said = append(said, fmt.Sprintf("%s (%s): %s", kind, c.p.Int(n), c.standing(s)))
		}
	}
	return strings.Join(said, "; ")
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}
