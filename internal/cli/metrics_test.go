package cli

import (
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil/promlint"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"

	"relevo/internal/slackfake"
	"relevo/store"
)

// touched returns the metrics of a service with each of them used once, as Prometheus reads them, and the text of them.
func touched(t *testing.T) (map[string]*dto.MetricFamily, string) {
	t.Helper()
	fake := startSlack(t, slackfake.Options{})
	settings := env(t, fake)
	settings["SLACK_APP_TOKEN"] = ""
	s, err := wire(t.Context(), check(t, settings), time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.store.Close() })
	if err := s.app.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := s.store.SwitchCRM(t.Context(), s.workspace.ID, store.HubSpot, true, time.Now()); err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", "/hooks/json", strings.NewReader(`{"email":"ana@example.com","company":"Acme"}`))
	r.Header.Set("Authorization", "Bearer "+hookToken)
	r.Header.Set("Content-Type", "application/json")
	for _, r := range []*http.Request{r, httptest.NewRequest("GET", "/healthz", nil), httptest.NewRequest("POST", "/hooks/ana@example.com", nil),
		httptest.NewRequest("POST", "/slack/commands", nil), httptest.NewRequest("GET", "/Acme", nil)} {
		s.gate.ServeHTTP(httptest.NewRecorder(), r)
	}
	watch := s.metrics.watch()
	watch.Acked("click", time.Second)
	watch.Waited("pace", time.Second)
	s.metrics.tried(store.HubSpot, "failed")
	w := httptest.NewRecorder()
	mux := s.metrics.handler()
	mux.ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
	said := w.Body.String()
	parsed := expfmt.NewTextParser(model.UTF8Validation)
	families, err := parsed.TextToMetricFamilies(strings.NewReader(said))
	if err != nil || w.Code != http.StatusOK {
		t.Fatalf("%d, %v\n%s", w.Code, err, said)
	}
	return families, said
}

// The metrics say what happened, in words of ours alone: nobody's name, no token, nothing that a stranger typed.
func TestMetrics(t *testing.T) {
	_, said := touched(t)
	for _, line := range []string{
		`relevo_http_requests_total{code="202",path="/hooks/json"} 1`, `relevo_http_requests_total{code="404",path="other"} 1`,
		`relevo_http_requests_total{code="404",path="/hooks/{path...}"} 1`, `relevo_http_requests_total{code="401",path="POST /slack/commands"} 1`,
		`relevo_slack_calls_total{method="auth.test",result="ok"} 1`, `relevo_leads{state="open"} 1`, `relevo_leads{state="decided"} 0`,
		`relevo_ready{check="slack"} 1`, `relevo_queue_messages{queue="post"} 1`, `relevo_ack_seconds_count{kind="click"} 1`,
		`relevo_deliveries{state="waiting",tool="hubspot"} 1`, `relevo_endpoints{state="well",tool="hubspot"} 1`, `relevo_delivery_tries_total{result="failed",tool="hubspot"} 1`,
		`relevo_delivery_tries_total{result="given_up",tool="webhook"} 0`,
	} {
		if !strings.Contains(said, line+"\n") {
			t.Errorf("lacks %s", line)
		}
	}
	for _, private := range []string{"ana@", "Acme", "xoxb", hookToken, "Ana"} {
		if strings.Contains(said, private) {
			t.Errorf("tells %q", private)
		}
	}
	problems, err := promlint.New(strings.NewReader(said)).Lint()
	if err != nil || len(problems) > 0 {
		t.Errorf("%v, %v", problems, err)
	}
	if t.Failed() {
		t.Log(said)
	}
}

// That a partner can't be told is said by /readyz, and is no reason to stop sending.
func TestReadyWhilePartnersAreNot(t *testing.T) {
	settings := env(t, startSlack(t, slackfake.Options{}))
	settings["SLACK_APP_TOKEN"] = ""
	s, err := wire(t.Context(), check(t, settings), time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.store.Close()
	if err := s.app.Connect(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, kind := range store.CRMs() {
		if err := s.store.SwitchCRM(t.Context(), s.workspace.ID, kind, true, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	ready := func(want string) {
		t.Helper()
		w := httptest.NewRecorder()
		s.gate.ServeHTTP(w, httptest.NewRequest("GET", "/readyz", nil))
		if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), `"outbound":"`+want+`"`) {
			t.Errorf("%d %s, want %q", w.Code, w.Body, want)
		}
	}
	ready("ok")
	endpoints, err := s.store.Endpoints(t.Context(), s.workspace.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.store.EndpointFailed(t.Context(), endpoints[1], "answered with status 503", time.Now()); err != nil {
		t.Fatal(err)
	}
	ready("not everybody can be told at the moment: salesforce")
}

// Every query of the dashboard and of the alerts asks for metrics and labels that there are.
func TestQueries(t *testing.T) {
	families, _ := touched(t)
	known := map[string][]string{} // labels by metric
	for name, f := range families {
		var names []string
		for _, m := range f.GetMetric() {
			for _, l := range m.GetLabel() {
				names = append(names, l.GetName())
			}
		}
		known[name] = names
		if f.GetType() == dto.MetricType_HISTOGRAM {
			known[name+"_sum"], known[name+"_count"], known[name+"_bucket"] = names, names, append(slices.Clone(names), "le")
		}
	}
	queries := map[string]string{}
	var dashboard struct {
		Panels []struct {
			Title   string
			Type    string
			Targets []struct{ Expr string }
		}
	}
	file, err := os.ReadFile("../../deploy/grafana.json")
	if err == nil {
		err = json.Unmarshal(file, &dashboard)
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range dashboard.Panels {
		if p.Type != "row" && len(p.Targets) == 0 {
			t.Errorf("%s shows nothing", p.Title)
		}
		for _, q := range p.Targets {
			queries[q.Expr] = p.Title
		}
	}
	alerts, err := os.ReadFile("../../deploy/alerts.yml")
	if err != nil {
		t.Fatal(err)
	}
	rules := regexp.MustCompile(`(?m)- alert: (\w+)\n +expr: (.+)$`).FindAllStringSubmatch(string(alerts), -1)
	if len(rules) != strings.Count(string(alerts), "alert:") {
		t.Errorf("%d rules were read", len(rules))
	}
	for _, rule := range rules {
		queries[rule[2]] = rule[1]
	}
	for query, of := range queries {
		if strings.Count(query, "(") != strings.Count(query, ")") || strings.Count(query, "{") != strings.Count(query, "}") {
			t.Errorf("%s: %s can't be read", of, query)
		}
		has := []string{"job", "instance"} // which Prometheus adds
		for _, name := range regexp.MustCompile(`\b(relevo|process|go)_\w+`).FindAllString(query, -1) {
			labels, ok := known[name]
			if !ok {
				t.Errorf("%s: there is no %s", of, name)
			}
			has = append(has, labels...)
		}
		var asked []string
		for _, m := range regexp.MustCompile(`(\w+)\s*(=|!=|=~|!~)\s*"`).FindAllStringSubmatch(query, -1) {
			asked = append(asked, m[1])
		}
		for _, m := range regexp.MustCompile(`\bby \(([^)]*)\)`).FindAllStringSubmatch(query, -1) {
			asked = append(asked, strings.Split(m[1], ", ")...)
		}
		for _, label := range asked {
			if !slices.Contains(has, label) {
				t.Errorf("%s: %s has no label %s", of, query, label)
			}
		}
	}
	if len(queries) < 20 {
		t.Errorf("only %d queries were read", len(queries))
	}
}

type answers func(*http.Request) (*http.Response, error)

func (f answers) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// A call to Slack is counted by its method and by what came of it, and the answer is handed on whole.
func TestSlackCalls(t *testing.T) {
	for _, tt := range []struct {
		url, media, body string
		status           int
		err              error
		want             string
	}{
		{"https://slack.com/api/chat.postMessage", "application/json; charset=utf-8", `{"ok":true,"error":""}`, 200, nil, `method="chat.postMessage",result="ok"`},
		{"https://slack.com/api/apps.connections.open", "application/json", `{"error":"invalid_auth","ok":false}`, 200, nil, `method="apps.connections.open",result="refused"`},
		{"https://slack.com/api/chat.update", "application/json", `{"ok":false,"error":"ratelimited"}`, 200, nil, `method="chat.update",result="rate_limited"`},
		{"https://slack.com/api/chat.update", "application/json", `{"ok":false,"error":"fatal_error"}`, 200, nil, `method="chat.update",result="unavailable"`},
		{"https://slack.com/api/chat.update", "text/plain", ``, 429, nil, `method="chat.update",result="rate_limited"`},
		{"https://slack.com/api/chat.update", "text/html", `<html>`, 503, nil, `method="chat.update",result="unavailable"`},
		{"https://slack.com/api/chat.update", "", ``, 0, errors.New("reset"), `method="chat.update",result="network"`},
		{"https://hooks.slack.com/commands/T1/secret", "text/plain", `ok`, 200, nil, `method="response_url",result="ok"`},
		{"https://files.slack.com/upload/v1/secret", "text/plain", `OK`, 200, nil, `method="other",result="ok"`},
		{"https://slack.com/api/xoxb-1-secret", "application/json", `{"ok":true}`, 200, nil, `method="other",result="ok"`},
	} {
		m := newMetrics()
		calls := slackCalls{answers(func(*http.Request) (*http.Response, error) {
			if tt.err != nil {
				return nil, tt.err
			}
			return &http.Response{StatusCode: tt.status, Header: http.Header{"Content-Type": {tt.media}}, Body: io.NopCloser(strings.NewReader(tt.body))}, nil
		}), m}
		resp, err := calls.RoundTrip(httptest.NewRequest("POST", tt.url, nil))
		if !errors.Is(err, tt.err) {
			t.Errorf("%s: %v", tt.url, err)
		}
		if err == nil {
			if body, err := io.ReadAll(resp.Body); err != nil || string(body) != tt.body {
				t.Errorf("%s: %q, %v, want %q", tt.url, body, err, tt.body)
			}
		}
		w := httptest.NewRecorder()
		m.handler().ServeHTTP(w, httptest.NewRequest("GET", "/metrics", nil))
		if said := w.Body.String(); !strings.Contains(said, "relevo_slack_calls_total{"+tt.want+"} 1\n") || strings.Contains(said, "secret") {
			t.Errorf("%s: lacks %s", tt.url, tt.want)
		}
	}
}
