package cli

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"time"

	"golang.org/x/term"

	"relevo/internal/gate"
	"relevo/internal/request"
)

// ServerSettings is the part of the settings that says how Relevo is reached and watched.
type ServerSettings struct {
	TLSCert      string `name:"tls-cert" env:"RELEVO_TLS_CERT" placeholder:"FILE" help:"Certificate with its chain, in PEM, to speak HTTPS without a proxy in front. It is read again when it changes."`
	TLSKey       string `name:"tls-key" env:"RELEVO_TLS_KEY" placeholder:"FILE" help:"Key of that certificate."`
	TrustedProxy string `env:"RELEVO_TRUSTED_PROXY" placeholder:"ADDRESSES" help:"Addresses or networks of the reverse proxies in front, separated by commas: whose X-Forwarded-For is believed. Without them everybody behind a proxy counts as one client."`
	Metrics      string `name:"metrics-listen" env:"RELEVO_METRICS_LISTEN" placeholder:"HOST:PORT" help:"Address at which /metrics answers Prometheus, as 127.0.0.1:9090; nobody else should reach it. Without one there is none."`
	LogLevel     string `env:"RELEVO_LOG_LEVEL" default:"info" placeholder:"LEVEL" help:"What is logged: debug, info, warn or error."`
}

// Server is these settings, checked.
type Server struct {
	TLSCert, TLSKey string
	Proxies         []netip.Prefix
	Metrics         string
	LogLevel        slog.Level
}

// check returns what the settings mean. What cannot be used is added with its setting's name.
func (s ServerSettings) check(add func(name, why, value string)) Server {
	c := Server{TLSCert: s.TLSCert, TLSKey: s.TLSKey, Metrics: s.Metrics}
	if s.Metrics != "" {
		add("RELEVO_METRICS_LISTEN", checkListen(s.Metrics), s.Metrics)
	}
	if (s.TLSCert == "") != (s.TLSKey == "") {
		add("RELEVO_TLS_CERT", "tls_pair", "")
	}
	var err error
	if c.Proxies, err = gate.ParseProxies(s.TrustedProxy); err != nil {
		add("RELEVO_TRUSTED_PROXY", "proxies", s.TrustedProxy)
	}
	if err := c.LogLevel.UnmarshalText([]byte(s.LogLevel)); err != nil && s.LogLevel != "" {
		add("RELEVO_LOG_LEVEL", "log_level", s.LogLevel)
	}
	return c
}

// What the HTTP server allows.
const (
	headerPatience = 5 * time.Second
	bodyPatience   = 30 * time.Second
	idlePatience   = 2 * time.Minute
	maxHeader      = 32 << 10
	drain          = 10 * time.Second // for what has begun, once the program is told to stop
)

// secure reads the certificate, if one is set.
func (s *service) secure(c Server) (err error) {
	if c.TLSCert == "" {
		return nil
	}
	if s.tls, err = gate.TLS(c.TLSCert, c.TLSKey, time.Now, s.log); err != nil {
		return misuse("cli.cannot_secure", "Why", err.Error())
	}
	return nil
}

func listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if err != nil {
		return nil, misuse("cli.cannot_listen", "Address", address, "Why", err.Error())
	}
	return l, nil
}

func (s *service) server() *http.Server {
	return &http.Server{
		Handler: s.gate, TLSConfig: s.tls, ReadHeaderTimeout: headerPatience, ReadTimeout: bodyPatience, WriteTimeout: bodyPatience,
		IdleTimeout: idlePatience, MaxHeaderBytes: maxHeader, ErrorLog: slog.NewLogLogger(s.log.Handler(), slog.LevelDebug),
	}
}

// serve takes requests in, over TLS when there is a certificate.
func serve(server *http.Server, l net.Listener) error {
	if server.TLSConfig != nil {
		return server.ServeTLS(l, "", "")
	}
	return server.Serve(l)
}

// healthz tells that the process is up.
func (s *service) healthz(w http.ResponseWriter, _ *http.Request) {
	writeJSON(w, http.StatusOK, map[string]any{"up": true})
}

// readyPatience is how long the database may take to answer a health check.
const readyPatience = 2 * time.Second

// fine is what a check says when nothing is in the way.
const fine = "ok"

// checks tells what the bot needs to do its work, and of each thing in a few fixed words what is in the way. Anybody may read them:
// the reasons stand in the log and with doctor.
func (s *service) checks(ctx context.Context) map[string]string {
	ctx, cancel := context.WithTimeout(ctx, readyPatience)
	defer cancel()
	all := map[string]string{"database": fine, "migrations": fine, "slack": fine, "events": fine}
	if err := s.store.Ping(ctx); err != nil {
		all["database"] = "does not answer"
	} else if err := s.store.CheckSchema(ctx); err != nil {
		all["migrations"] = "not those of this version"
	}
	switch {
	case !s.app.Connected():
		all["slack"] = "not reached yet"
	case s.app.Trouble() != "":
		all["slack"] = "not usable at the moment"
	}
	if !s.transport.Ready() {
		all["events"] = "no connection yet"
	}
	return all
}

// outboundState tells by which tools somebody can't be told at the moment of what happens.
func (s *service) outboundState(ctx context.Context) string {
	ctx, cancel := context.WithTimeout(ctx, readyPatience)
	defer cancel()
	all, err := s.store.Outboxes(ctx)
	var failing []string
	for _, o := range all {
		if o.Failing > 0 {
			failing = append(failing, string(o.Kind))
		}
	}
	if err != nil || len(failing) == 0 {
		return fine // of the database the check beside it tells
	}
	return "not everybody can be told at the moment: " + strings.Join(failing, ", ")
}

// readyz tells whether the bot can do its work, and what is in the way.
func (s *service) readyz(w http.ResponseWriter, r *http.Request) {
	status, checks := http.StatusOK, s.checks(r.Context())
	for _, said := range checks {
		if said != fine {
			status = http.StatusServiceUnavailable
		}
	}
	// Leads that can't be read wait, as does what others are to be told, and everything else works: that is told, but nobody is to
	// stop sending for it.
	checks["sources"] = fine
	if len(s.fetcher.Troubles()) > 0 {
		checks["sources"] = "some leads can't be fetched at the moment"
	}
	checks["outbound"] = s.outboundState(r.Context())
	writeJSON(w, status, map[string]any{"ready": status == http.StatusOK, "checks": checks})
}

func writeJSON(w http.ResponseWriter, status int, v any) {
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(v) // whoever asked may be gone
}

// newLogger writes for people on a terminal and for machines elsewhere. What belongs to a request carries its name.
func newLogger(w io.Writer, level slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: level}
	var h slog.Handler = slog.NewJSONHandler(w, options)
	if isTerminal(w) {
		h = slog.NewTextHandler(w, options)
	}
	return slog.New(request.Handler(h))
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
