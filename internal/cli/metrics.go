package cli

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"relevo/bot"
	"relevo/outbound"
	"relevo/store"
)

// metrics is what is counted while Relevo runs. Its labels are words of ours, each one of a few: no person, no workspace, nothing
// that a stranger could make up.
type metrics struct {
	slack slackCalls // by which Slack is called

	registry *prometheus.Registry
	requests *prometheus.CounterVec
	took     *prometheus.HistogramVec
	acks     *prometheus.HistogramVec
	calls    *prometheus.CounterVec
	callTook *prometheus.HistogramVec
	waits    *prometheus.HistogramVec
	tries    *prometheus.CounterVec
}

// ackBuckets are in seconds: Slack waits for three.
var ackBuckets = []float64{.001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2, 3}

func newMetrics() *metrics {
	histogram := func(name, help string, buckets []float64, label string) *prometheus.HistogramVec {
		return prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: name, Help: help, Buckets: buckets}, []string{label})
	}
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		return prometheus.NewCounterVec(prometheus.CounterOpts{Name: name, Help: help}, labels)
	}
	m := &metrics{
		registry: prometheus.NewRegistry(),
		requests: counter("relevo_http_requests_total", "Requests to the public address, by the pattern of their path and the status of the answer.", "path", "code"),
		took:     histogram("relevo_http_request_seconds", "How long requests to the public address took.", ackBuckets, "path"),
		acks:     histogram("relevo_ack_seconds", "How long it took until Slack had its answer, by what it had sent. Slack waits three seconds.", ackBuckets, "kind"),
		calls:    counter("relevo_slack_calls_total", "Calls to Slack, by method and by what came of them.", "method", "result"),
		callTook: histogram("relevo_slack_call_seconds", "How long calls to Slack took.", prometheus.DefBuckets, "method"),
		waits:    histogram("relevo_slack_wait_seconds", "How long nothing was sent: to keep our own pace, or because Slack asked for it or was in trouble.", []float64{.1, .5, 1, 5, 10, 30, 60, 300}, "why"),
	}
	m.tries = counter("relevo_delivery_tries_total", "Tries to tell somebody outside of Slack what happened, by tool and by what came of them.", "tool", "result")
	for _, kind := range store.EndpointKinds() {
		for _, result := range outbound.Results() {
			m.tries.WithLabelValues(string(kind), result) // from 0 on, so that the first one is an increase
		}
	}
	built := version()
	about := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "relevo_build_info", Help: "What this program was built from.",
		ConstLabels: prometheus.Labels{"version": built.version, "revision": built.revision},
	})
	about.Set(1)
	m.slack = slackCalls{bot.SlackTransport(), m}
	m.registry.MustRegister(m.requests, m.took, m.acks, m.calls, m.callTook, m.waits, m.tries, about,
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// done counts a request to the public address.
func (m *metrics) done(pattern string, status int, took time.Duration) {
	if pattern == "" {
		pattern = "other"
	}
	m.requests.WithLabelValues(pattern, fmt.Sprint(status)).Inc()
	m.took.WithLabelValues(pattern).Observe(took.Seconds())
}

// watch is what the bot tells of itself.
func (m *metrics) watch() bot.Watch {
	return bot.Watch{
		Acked:  func(kind string, took time.Duration) { m.acks.WithLabelValues(kind).Observe(took.Seconds()) },
		Waited: func(why string, d time.Duration) { m.waits.WithLabelValues(why).Observe(d.Seconds()) },
		Calls:  m.slack,
	}
}

// tried counts a try to tell somebody outside of Slack.
func (m *metrics) tried(kind store.EndpointKind, result string) {
	m.tries.WithLabelValues(string(kind), result).Inc()
}

// scrapePatience is how long a scrape may take.
const scrapePatience = 10 * time.Second

// handler answers /metrics.
func (m *metrics) handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{Timeout: scrapePatience, MaxRequestsInFlight: 4}))
	return mux
}

// serve answers at an address of its own until ctx ends.
func (m *metrics) serve(ctx context.Context, l net.Listener) error {
	server := &http.Server{Handler: m.handler(), ReadHeaderTimeout: headerPatience, ReadTimeout: headerPatience, WriteTimeout: 2 * scrapePatience, MaxHeaderBytes: maxHeader}
	defer context.AfterFunc(ctx, func() { server.Close() })()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("metrics: %w", err)
	}
	return nil
}
