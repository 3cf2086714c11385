package slackfake

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"strings"
	"time"
)

//go:embed all:page
var page embed.FS

func (s *Slack) routes() {
	s.mux = http.NewServeMux()
	s.mux.HandleFunc("/api/{method}", s.serveAPI)
	s.mux.HandleFunc("GET /socket", s.serveSocket)
	s.mux.HandleFunc("POST /upload/{id}", s.serveUpload)
	s.mux.HandleFunc("GET /files/{id}/{name...}", s.serveFile)
	s.mux.HandleFunc("POST /response/{key...}", s.serveResponse)
	s.mux.HandleFunc("POST /_faults", s.serveFaults)
	s.pageRoutes()
	assets, err := fs.Sub(page, "page")
	if err != nil {
		panic(err) // the folder is compiled in
	}
	files := http.FileServerFS(assets)
	s.mux.Handle("GET /assets/", http.StripPrefix("/assets", files))
	s.mux.Handle("GET /{$}", files)
	s.mux.HandleFunc("GET /archives/", func(w http.ResponseWriter, r *http.Request) { // a permalink opens the page
		http.ServeFileFS(w, r, assets, "index.html")
	})
}

// policy lets the page load only what it brings with it, and the pictures that a message shows.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' https: data:; connect-src 'self'; " +
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

// Handler serves the workspace: the Web API under /api/, Socket Mode, the page and the rest. It answers only
// requests that name this machine as their host and come from no other site, so that no foreign web page can reach
// it.
func (s *Slack) Handler() http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case !local(r.Host):
			complain(w, http.StatusForbidden, "this workspace is for this machine alone")
			return
		case foreign(r) && !opensPage(r) && r.URL.Path != "/socket": // Socket Mode has its ticket; slack-go names Slack as its origin
			complain(w, http.StatusForbidden, "this comes from another site")
			return
		}
		w.Header().Set("Content-Security-Policy", policy)
		w.Header().Set("Cache-Control", "no-store")
		s.learnURL(r)
		s.mux.ServeHTTP(w, r)
	})
}

// foreign says whether another site's page sent this. Bots send neither header.
func foreign(r *http.Request) bool {
	origin, site := r.Header.Get("Origin"), r.Header.Get("Sec-Fetch-Site")
	return (origin != "" && origin != baseURL(r)) || (site != "" && site != "same-origin" && site != "none")
}

// opensPage says whether a person follows a link to the page.
func opensPage(r *http.Request) bool {
	return r.Method == http.MethodGet && (r.URL.Path == "/" || strings.HasPrefix(r.URL.Path, "/archives/"))
}

// learnURL keeps the first address that somebody used, for a workspace that stands behind another server than its own.
func (s *Slack) learnURL(r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.url == "" {
		s.url = baseURL(r)
	}
}

// local says whether a host, with or without a port, is this machine.
func local(hostport string) bool {
	host, _, err := net.SplitHostPort(hostport)
	if err != nil {
		host = hostport
	}
	host = strings.Trim(host, "[]")
	if ip := net.ParseIP(host); ip != nil {
		return ip.IsLoopback()
	}
	return strings.EqualFold(host, "localhost")
}

func complain(w http.ResponseWriter, status int, sentence string) {
	writeJSON(w, status, Object{"error": sentence})
}

// Listen binds an address of this machine, such as 127.0.0.1:8065 or 127.0.0.1:0. It refuses every other.
func (s *Slack) Listen(addr string) error {
	host, _, err := net.SplitHostPort(addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if !local(host) {
		return fmt.Errorf("listen: %s is not this machine; use 127.0.0.1", addr)
	}
	l, err := net.Listen("tcp", addr)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listener, s.url = l, "http://"+l.Addr().String()
	s.server = &http.Server{Handler: s.Handler(), ReadHeaderTimeout: 10 * time.Second}
	return nil
}

// Serve answers requests until ctx ends or Close is called, and then returns nil. Listen comes first.
func (s *Slack) Serve(ctx context.Context) error {
	s.mu.Lock()
	server, l := s.server, s.listener
	s.mu.Unlock()
	if server == nil {
		return errors.New("serve: Listen was not called")
	}
	stop := context.AfterFunc(ctx, func() { s.Close() })
	defer stop()
	if err := server.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// Close ends everything: the server, the connections of the app and the pages, and what was still due.
func (s *Slack) Close() error {
	s.mu.Lock()
	s.closed = true
	server, l := s.server, s.listener
	for _, d := range s.due {
		d.timer.Stop()
	}
	s.due = nil
	s.wake()
	s.mu.Unlock()
	s.closeSockets()
	s.client.CloseIdleConnections()
	if server == nil {
		return nil
	}
	err := server.Close()
	l.Close() // when it was never served
	if err != nil && !errors.Is(err, net.ErrClosed) {
		return fmt.Errorf("close: %w", err)
	}
	return nil
}

// URL is the workspace's address, http://127.0.0.1:PORT.
func (s *Slack) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.url
}

// APIURL is where the Web API is, with the slash at the end that Slack's clients want.
func (s *Slack) APIURL() string { return s.URL() + "/api/" }
