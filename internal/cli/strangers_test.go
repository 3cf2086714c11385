package cli

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"relevo/intake"
	"relevo/internal/gate"
	"relevo/internal/slackfake"
)

// dump returns every row of every table of a SQLite file.
func dump(t *testing.T, path string) string {
	t.Helper()
	db, err := sql.Open("sqlite3", "file:"+path+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var tables []string
	each := func(query string, into func(*sql.Rows) error) {
		t.Helper()
		rows, err := db.Query(query)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			if err := into(rows); err != nil {
				t.Fatal(err)
			}
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
	}
	each(`SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`, func(r *sql.Rows) error {
		tables = append(tables, "")
		return r.Scan(&tables[len(tables)-1])
	})
	var all strings.Builder
	for _, table := range tables {
		each(`SELECT * FROM "`+table+`"`, func(r *sql.Rows) error {
			columns, err := r.Columns()
			if err != nil {
				return err
			}
			values := make([]any, len(columns))
			for i := range values {
				values[i] = new(any)
			}
			err = r.Scan(values...)
			fmt.Fprint(&all, table)
			for _, v := range values {
				fmt.Fprintf(&all, "|%v", *v.(*any))
			}
			fmt.Fprintln(&all)
			return err
		})
	}
	return all.String()
}

// signed returns a request to a path under /slack/ as Slack signs it.
func signed(path, secret, body string, at time.Time) intake.Message {
	stamp := strconv.FormatInt(at.Unix(), 10)
	mac := hmac.New(sha256.New, []byte(secret))
	fmt.Fprintf(mac, "v0:%s:%s", stamp, body)
	return intake.Message{URL: path, Body: []byte(body), Header: http.Header{
		"Content-Type": {"application/x-www-form-urlencoded"}, "X-Slack-Request-Timestamp": {stamp}, "X-Slack-Signature": {"v0=" + hex.EncodeToString(mac.Sum(nil))},
	}}
}

// entrance is a path that strangers can reach. sign returns a request that is taken when the secrets are right, or none for a path that
// takes no bodies.
type entrance struct {
	name, address string
	sign          func(secrets intake.Secrets, slack string, at time.Time) intake.Message
	dated         bool // what is signed says when, so that it grows old
}

// entrances makes the table from what stands behind the gate, so that a new path can't be left out.
func entrances(t *testing.T, g *gate.Gate, c Config) []entrance {
	t.Helper()
	var all []entrance
	for _, pattern := range g.Patterns() {
		method, at, ok := strings.Cut(pattern, " ")
		switch {
		case pattern == "/hooks/":
			for _, s := range c.Secrets.States() {
				body, ok := intake.Sample(s.Name)
				if !ok {
					t.Fatalf("%s has no sample", s.Name)
				}
				sign := func(secrets intake.Secrets, _ string, at time.Time) intake.Message {
					m, err := intake.Sign(secrets, s.Name, c.Secrets.PublicURL, bytes.Clone(body), at)
					if err != nil {
						t.Fatal(err)
					}
					return m
				}
				a, b := sign(c.Secrets, "", time.Unix(0, 0)), sign(c.Secrets, "", time.Unix(9999, 0))
				dated := fmt.Sprint(a.Header, a.Body) != fmt.Sprint(b.Header, b.Body)
				all = append(all, entrance{"/hooks/" + s.Name, strings.TrimPrefix(a.URL, c.Secrets.PublicURL), sign, dated})
			}
		case ok && method == http.MethodPost && strings.HasPrefix(at, "/slack/"):
			all = append(all, entrance{at, at, func(_ intake.Secrets, slack string, when time.Time) intake.Message {
				return signed(at, slack, "command=%2Flead&team_id=T1", when)
			}, true})
		case ok && method == http.MethodGet:
			all = append(all, entrance{name: at, address: at})
		default:
			t.Errorf("%q is public: say here how a stranger is refused there", pattern)
		}
	}
	return all
}

// otherSecrets are those of somebody who knows ours not.
func otherSecrets(s intake.Secrets) intake.Secrets {
	for _, secret := range []*string{&s.IntakeToken, &s.N8NToken, &s.HubSpotSecret, &s.TypeformSecret, &s.WebflowSecret, &s.CalendlyKey, &s.MetaAppSecret, &s.LinkedInSecret, &s.GoogleAdsKey, &s.SalesforceKey} {
		*secret = "x" + *secret
	}
	return s
}

// Forged, unsigned, stale, oversized and slowly dripping requests on every public path are refused without a trace in the store;
// so is what somebody overheard and sends again.
func TestStrangersLeaveNoTrace(t *testing.T) {
	fake := startSlack(t, slackfake.Options{})
	settings := env(t, fake)
	maps.Copy(settings, sourceSettings())
	settings["SLACK_APP_TOKEN"] = ""
	config := checked(t, settings)
	s, err := wire(t.Context(), config, time.Now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.store.Close()
	s.gate.BodyPatience = 100 * time.Millisecond
	server := httptest.NewServer(s.gate)
	defer server.Close()
	send := func(m intake.Message) int {
		t.Helper()
		r, err := http.NewRequest(http.MethodPost, server.URL+strings.TrimPrefix(m.URL, config.Secrets.PublicURL), bytes.NewReader(m.Body))
		if err != nil {
			t.Fatal(err)
		}
		r.Header = m.Header
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			return http.StatusRequestEntityTooLarge // cut off while it was still sending
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	drip := func(address string) int {
		t.Helper()
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{", address)
		answer, _ := io.ReadAll(conn) // until it is cut off
		if len(answer) < len("HTTP/1.1 408") {
			return 0
		}
		status, _ := strconv.Atoi(string(answer[9:12]))
		return status
	}
	refused := func(p entrance, attack string, status int) {
		t.Helper()
		if status < 400 || status >= 500 && status != http.StatusServiceUnavailable {
			t.Errorf("%s, %s: answered with %d", p.name, attack, status)
		}
	}
	before := dump(t, settings["RELEVO_DB"])
	all := entrances(t, s.gate, config)
	for _, p := range all {
		if p.sign == nil {
			refused(p, "a body where there is none to take", send(intake.Message{URL: p.address, Body: []byte("{}"), Header: http.Header{}}))
			continue
		}
		right := func() intake.Message { return p.sign(config.Secrets, config.SigningSecret, time.Now()) }
		refused(p, "forged", send(p.sign(otherSecrets(config.Secrets), "x"+config.SigningSecret, time.Now())))
		if p.dated {
			refused(p, "stale", send(p.sign(config.Secrets, config.SigningSecret, time.Now().Add(-time.Hour))))
			refused(p, "from the future", send(p.sign(config.Secrets, config.SigningSecret, time.Now().Add(time.Hour))))
		}
		large := right()
		large.Body = append(large.Body, bytes.Repeat([]byte(" "), gate.MaxBody)...)
		refused(p, "oversized", send(large))
		if p.name != "/hooks/linkedin" { // which does not sign each notice: TestUnsignedFlood
			bare := right()
			bare.Header = http.Header{"Content-Type": bare.Header["Content-Type"]}
			bare.URL, bare.Body = p.name, []byte(`{"email":"eve@example.com"}`)
			refused(p, "unsigned", send(bare))
		}
		refused(p, "slowly dripping", drip(p.address))
	}
	if after := dump(t, settings["RELEVO_DB"]); after != before {
		t.Errorf("the store shows it: it was\n%s\nand is\n%s", before, after)
	}
	if len(all) < 15 {
		t.Errorf("only %d paths were tried", len(all))
	}
	// What is right is taken, or nothing was shown; taken again it changes nothing.
	overheard := map[string]intake.Message{}
	for _, p := range all {
		if p.sign != nil {
			overheard[p.name] = p.sign(config.Secrets, config.SigningSecret, time.Now())
			if status := send(overheard[p.name]); status >= 300 && status != http.StatusBadRequest {
				t.Errorf("%s: what is right is answered with %d", p.name, status)
			}
		}
	}
	once := dump(t, settings["RELEVO_DB"])
	if once == before {
		t.Error("what was right has left nothing either")
	}
	for _, m := range overheard {
		send(m)
	}
	if twice := dump(t, settings["RELEVO_DB"]); twice != once {
		t.Errorf("a replay is seen: it was\n%s\nand is\n%s", once, twice)
	}
}

// checked returns what the program makes of these settings.
func checked(t *testing.T, settings map[string]string) Config {
	t.Helper()
	var g grammar
	parser, err := newParser(&g, Env{Getenv: func(name string) string { return settings[name] }})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := parser.Parse([]string{"serve"}); err != nil {
		t.Fatal(err)
	}
	c, err := g.Serve.check()
	if err != nil {
		t.Fatal(err)
	}
	return c
}
