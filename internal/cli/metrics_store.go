package cli

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"relevo/handoff"
	"relevo/store"
)

// storeMetrics are read from the store when they are asked for.
type storeMetrics struct {
	service *service
	now     func() time.Time

	mu   sync.Mutex
	head map[string]seen // by queue: its oldest message, and when that was first seen there
}

type seen struct {
	id    int64
	since time.Time
}

func desc(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc("relevo_"+name, help, labels, nil)
}

var (
	descReady     = desc("ready", "1 while this can be used, by what /readyz looks at.", "check")
	descQueue     = desc("queue_messages", "What is due and waits: to be posted, to be shown anew, to be fetched from its tool.", "queue")
	descQueueAge  = desc("queue_age_seconds", "How long the oldest of a queue has waited; of updates, since a scrape of this process saw it first.", "queue")
	descLeads     = desc("leads", "Leads by what became of them.", "state")
	descOverdue   = desc("leads_overdue", "Open leads that are past due.")
	descDigestLag = desc("digest_lag_seconds", "How long a week's digest has been due and is not in Slack; of several workspaces the longest.")
	descOutbox    = desc("deliveries", "What is to be told outside of Slack and waits, was given up, or was not written as the CRM says something else, by tool.", "tool", "state")
	descOutboxAge = desc("delivery_age_seconds", "How long the oldest of what is to be told by a tool has waited.", "tool")
	descEndpoints = desc("endpoints", "Who is told of what happens, by tool, and how it is with them.", "tool", "state")
	descTenants   = desc("workspaces", "Workspaces that are served.")
	descBytes     = desc("database_bytes", "What the database takes on disk, and SQLite's write-ahead log beside it.", "part")
	descConns     = desc("database_connections", "Open connections, by pool and whether they are in use.", "pool", "state")
	descWaits     = desc("database_waits_total", "How often a connection had to be waited for.", "pool")
	descWaited    = desc("database_wait_seconds_total", "How long connections were waited for.", "pool")
)

// Describe is for prometheus.Collector.
func (s *storeMetrics) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{descReady, descQueue, descQueueAge, descLeads, descOverdue, descDigestLag, descOutbox, descOutboxAge, descEndpoints, descTenants, descBytes, descConns, descWaits, descWaited} {
		out <- d
	}
}

// Collect is for prometheus.Collector. What can't be read is left out, and relevo_ready says that the database is in trouble.
func (s *storeMetrics) Collect(out chan<- prometheus.Metric) {
	ctx, cancel := context.WithTimeout(context.Background(), scrapePatience/2)
	defer cancel()
	gauge := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.GaugeValue, v, labels...)
	}
	counter := func(d *prometheus.Desc, v float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, prometheus.CounterValue, v, labels...)
	}
	for name, said := range s.service.checks(ctx) {
		ok := 0.0
		if said == fine {
			ok = 1
		}
		gauge(descReady, ok, name)
	}
	db, now := s.service.store, s.now()
	for pool, stats := range db.Pools() {
		gauge(descConns, float64(stats.InUse), pool, "in_use")
		gauge(descConns, float64(stats.Idle), pool, "idle")
		counter(descWaits, float64(stats.WaitCount), pool)
		counter(descWaited, stats.WaitDuration.Seconds(), pool)
	}
	if queues, err := db.Queues(ctx); err == nil {
		for _, q := range queues {
			gauge(descQueue, float64(q.Count), q.Kind)
			gauge(descQueueAge, s.age(q, now).Seconds(), q.Kind)
		}
	}
	if t, err := db.Totals(ctx, now); err == nil {
		gauge(descLeads, float64(t.Open), "open")
		gauge(descLeads, float64(t.Decided()), "decided")
		gauge(descLeads, float64(t.Nurturing), "nurturing")
		gauge(descLeads, float64(t.Erased), "erased")
		gauge(descOverdue, float64(t.Overdue))
	}
	if all, err := db.Outboxes(ctx); err == nil {
		for _, o := range all {
			tool, age := string(o.Kind), 0.0
			if o.Waiting > 0 {
				age = max(0, now.Sub(o.Oldest).Seconds())
			}
			gauge(descOutboxAge, age, tool)
			gauge(descOutbox, float64(o.Waiting), tool, "waiting")
			gauge(descOutbox, float64(o.Dead), tool, "given_up")
			gauge(descOutbox, float64(o.Conflicts), tool, "conflict")
			gauge(descEndpoints, float64(o.Told-o.Failing), tool, "well")
			gauge(descEndpoints, float64(o.Failing), tool, "failing")
			gauge(descEndpoints, float64(o.Disabled), tool, "disabled")
		}
	}
	if n, lag, err := digestLag(ctx, db, now); err == nil {
		gauge(descTenants, float64(n))
		gauge(descDigestLag, lag.Seconds())
	}
	if bytes, log, err := db.Size(ctx); err == nil {
		gauge(descBytes, float64(bytes), "data")
		gauge(descBytes, float64(log), "log")
	}
}

// age is how long the oldest of a queue has waited.
func (s *storeMetrics) age(q store.Queue, now time.Time) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if q.Head == 0 {
		delete(s.head, q.Kind)
		return 0
	}
	if !q.Since.IsZero() {
		return max(0, now.Sub(q.Since))
	}
	first := s.head[q.Kind]
	if first.id != q.Head {
		first = seen{q.Head, now}
		s.head[q.Kind] = first
	}
	return max(0, now.Sub(first.since))
}

// digestLag returns how many workspaces there are, and for how long a digest has been due at most that does not stand in Slack.
func digestLag(ctx context.Context, db *store.Store, now time.Time) (workspaces int, longest time.Duration, err error) {
	all, err := db.Workspaces(ctx)
	if err != nil {
		return 0, 0, err
	}
	for _, ws := range all {
		lag, err := lagOf(ctx, db, ws, now)
		if err != nil {
			return 0, 0, err
		}
		longest = max(longest, lag)
	}
	return len(all), longest, nil
}

// lagOf is how long the digest of a workspace that is due has not been in Slack, 0 when it is, and when there is none to post: the
// workspace has no channel, or its first lead came after the week.
func lagOf(ctx context.Context, db *store.Store, ws store.Workspace, now time.Time) (time.Duration, error) {
	due := handoff.LastDigest(now, ws.Location())
	posted, err := db.PostedDigest(ctx, ws.ID)
	if err != nil || posted >= due.String() || ws.FeedbackChannel == "" {
		return 0, err
	}
	first, err := db.First(ctx, ws.ID)
	if errors.Is(err, handoff.ErrNotFound) || err == nil && !first.Before(due.End()) {
		return 0, nil
	}
	return now.Sub(due.DigestAt()), err
}
