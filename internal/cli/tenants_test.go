package cli

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"relevo/internal/slackfake"
	"relevo/store"
	"relevo/store/storetest"
)

// town is several Slack workspaces at one address, and a service that any of them can install.
type town struct {
	t       *testing.T
	service *service
	address string // of the service
	teams   []*slackfake.Slack
	late    atomic.Int64 // how far the clock was put forward
	config  Config
	log     strings.Builder
}

var townTime = time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC) // a Monday morning

func (c *town) now() time.Time { return townTime.Add(time.Duration(c.late.Load())) }

func newTown(t *testing.T, n int, change ...func(*Settings)) *town {
	t.Helper()
	return newTownOf(t, n, func(*town, *slackfake.Options) {}, change...)
}

// newTownOf is a town whose workspaces are as set says.
func newTownOf(t *testing.T, n int, set func(*town, *slackfake.Options), change ...func(*Settings)) *town {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	c := &town{t: t, address: "http://" + l.Addr().String()}
	for i := range n {
		o := slackfake.Options{
			Now: c.now, TeamID: fmt.Sprintf("T%08d", i+1), TeamName: fmt.Sprintf("Company %d", i+1), TokenRotation: true, AckTimeout: time.Minute, SigningSecret: "town",
			EventsURL: c.address + "/slack/events", InteractionsURL: c.address + "/slack/interactions", CommandsURL: c.address + "/slack/commands",
		}
		set(c, &o)
		s := slackfake.New(o)
		t.Cleanup(func() { s.Close() })
		c.teams = append(c.teams, s)
	}
	slack := httptest.NewServer(slackfake.Teams(c.teams...))
	t.Cleanup(slack.Close)
	db := filepath.Join(t.TempDir(), "relevo.db")
	if os.Getenv(storetest.Variable) != "" {
		db = storetest.Postgres(t)
	}
	settings := Settings{
		SigningSecret: "town", ClientID: slackfake.ClientID, ClientSecret: slackfake.ClientSecret, SecretKey: store.NewSecretKey(),
		SourceSettings: SourceSettings{PublicURL: c.address}, DB: db, Listen: "127.0.0.1:0", Timezone: "UTC", Language: "en",
		PostsPerSecond: "0", APIURL: slack.URL + "/api/",
	}
	for _, do := range change {
		do(&settings)
	}
	config, err := settings.check()
	if err != nil {
		t.Fatal(err)
	}
	c.config = config
	if c.service, err = wire(t.Context(), config, c.now, slog.New(slog.NewTextHandler(&c.log, nil))); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.service.run(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
		c.service.store.Close()
		if log := c.log.String(); strings.Contains(log, "xoxb-") || strings.Contains(log, "xoxe-") || strings.Contains(log, "code-T") || strings.Contains(log, "relevo_") {
			t.Error("a secret stands in the log")
		}
	})
	return c
}

// visitor is a browser that follows no redirect, so that what it is sent to can be looked at.
func visitor() *http.Client {
	jar, _ := cookiejar.New(nil)
	return &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
}

// begin opens /slack/install and returns the state that Slack is given.
func (c *town) begin(b *http.Client) (state string) {
	c.t.Helper()
	resp, err := b.Get(c.address + "/slack/install")
	if err != nil {
		c.t.Fatal(err)
	}
	resp.Body.Close()
	to, err := url.Parse(resp.Header.Get("Location"))
	if err != nil || resp.StatusCode != http.StatusFound || to.Path != "/oauth/v2/authorize" {
		c.t.Fatalf("sent to %q, %d, %v", resp.Header.Get("Location"), resp.StatusCode, err)
	}
	return to.Query().Get("state")
}

// back comes back from Slack and returns the page's status.
func (c *town) back(b *http.Client, query url.Values) int {
	c.t.Helper()
	resp, err := b.Get(c.address + "/slack/oauth_redirect?" + query.Encode())
	if err != nil {
		c.t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

func (c *town) install(team *slackfake.Slack) store.Workspace {
	c.t.Helper()
	b := visitor()
	state := c.begin(b)
	if status := c.back(b, url.Values{"state": {state}, "code": {team.NewCode(c.address + "/slack/oauth_redirect")}}); status != http.StatusOK {
		c.t.Fatalf("%s is not installed: %d\n%s", team.TeamID(), status, c.log.String())
	}
	ws, err := c.service.store.WorkspaceByTeam(c.t.Context(), team.TeamID())
	if err != nil {
		c.t.Fatal(err)
	}
	return ws
}

// until waits for what no fake tells of.
func (c *town) until(what string, cond func() bool) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(c.t.Context(), time.Minute)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for !cond() {
		select {
		case <-ctx.Done():
			c.t.Fatalf("waited in vain until %s\n%s", what, c.log.String())
		case <-tick.C:
		}
	}
}

// setUp answers the installer's four questions, from Home.
func (c *town) setUp(team *slackfake.Slack, user string) {
	c.t.Helper()
	ctx := c.t.Context()
	must := func(err error) {
		if err != nil {
			c.t.Fatalf("%s is not set up: %v\n%s", team.TeamID(), err, c.log.String())
		}
	}
	must(team.OpenHome(ctx, user))
	c.until("Home is there", func() bool { return team.Home(user) != nil })
	if said := fmt.Sprint(team.Home(user).Blocks); len(team.Home(user).Blocks) != 3 {
		c.t.Errorf("Home says more than that it waits to be set up: %s", said)
	}
	must(team.Click(ctx, user, slackfake.InHome(), "setup.open", ""))
	form := team.Modal(user)
	if form == nil {
		c.t.Fatalf("%s sees no form\n%s", user, c.log.String())
	}
	_, err := team.Submit(ctx, user, form.ID, map[string]string{
		"leads_channel": slackfake.ChannelLeads, "feedback_channel": slackfake.ChannelFeedback, "language": "es", "zone": "Europe/Madrid",
	})
	must(err)
}

func (c *town) sends(token, person string) int {
	c.t.Helper()
	r, err := http.NewRequest(http.MethodPost, c.address+"/hooks/json", strings.NewReader(fmt.Sprintf(`{"name": %q, "email": "%s@example.com", "company": "Acme"}`, person, strings.ReplaceAll(person, " ", "."))))
	if err != nil {
		c.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		c.t.Fatal(err)
	}
	resp.Body.Close()
	return resp.StatusCode
}

// An attempt to install that is forged, old, another browser's, or used already is refused, and leaves nothing behind.
func TestInstallRefused(t *testing.T) {
	c := newTown(t, 1)
	team := c.teams[0]
	code := func() string { return team.NewCode("") }
	mine, other := visitor(), visitor()
	c.begin(other)
	for _, tt := range []struct {
		name   string
		query  func() url.Values
		status int
	}{
		{"no state", func() url.Values { return url.Values{"code": {code()}} }, http.StatusBadRequest},
		{"a forged state", func() url.Values { return url.Values{"code": {code()}, "state": {strings.Repeat("A", 75)}} }, http.StatusBadRequest},
		{"another browser's state", func() url.Values { c.begin(mine); return url.Values{"code": {code()}, "state": {c.begin(other)}} }, http.StatusBadRequest},
		{"an old state", func() url.Values {
			state := c.begin(mine)
			c.late.Add(int64(11 * time.Minute))
			return url.Values{"code": {code()}, "state": {state}}
		}, http.StatusBadRequest},
		{"no code", func() url.Values { return url.Values{"state": {c.begin(mine)}} }, http.StatusBadRequest},
		{"a made-up code", func() url.Values { return url.Values{"state": {c.begin(mine)}, "code": {"code-T00000001-x"}} }, http.StatusBadRequest},
		{"an old code", func() url.Values {
			old := code()
			c.late.Add(int64(11 * time.Minute))
			return url.Values{"state": {c.begin(mine)}, "code": {old}}
		}, http.StatusBadRequest},
		{"denied", func() url.Values { return url.Values{"state": {c.begin(mine)}, "error": {"access_denied"}} }, http.StatusOK},
	} {
		if status := c.back(mine, tt.query()); status != tt.status {
			t.Errorf("%s: got %d, want %d", tt.name, status, tt.status)
		}
		if all, err := c.service.store.Workspaces(t.Context()); err != nil || len(all) != 1 { // the default one
			t.Fatalf("%s: there are %d workspaces, %v", tt.name, len(all), err)
		}
	}
	// A state works once, even with a good code, by whoever has its cookie.
	again := visitor()
	state := c.begin(again)
	at, _ := url.Parse(c.address + "/slack/")
	cookies := again.Jar.Cookies(at)
	if status := c.back(again, url.Values{"state": {state}, "code": {code()}}); status != http.StatusOK {
		t.Fatalf("got %d", status)
	}
	again.Jar.SetCookies(at, cookies)
	calls := team.Calls("oauth.v2.access")
	if status := c.back(again, url.Values{"state": {state}, "code": {code()}}); status != http.StatusBadRequest || team.Calls("oauth.v2.access") != calls {
		t.Errorf("a used state: got %d", status)
	}
}

// Of two copies of Relevo on one database that find a token about to end at the same time, one asks Slack for the next.
func TestOneRefresh(t *testing.T) {
	c := newTown(t, 1)
	ws := c.install(c.teams[0])
	other, err := wire(t.Context(), c.config, c.now, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer other.store.Close()
	ctx, cancel := context.WithCancel(t.Context())
	synced := make(chan error, 1)
	go func() { synced <- other.app.Sync(ctx) }()
	for round := range 3 {
		c.late.Add(int64(11 * time.Hour))
		c.service.app.Poke()
		other.app.Poke()
		c.until("the token is renewed", func() bool {
			i, err := c.service.store.InstallationOf(ctx, ws.ID)
			return err == nil && i.Expires.After(c.now().Add(11*time.Hour))
		})
		if got := c.teams[0].Calls("oauth.v2.access"); got != 2+round {
			t.Errorf("asked %d times, want the installation and %d refreshes", got, 1+round)
		}
	}
	cancel()
	if err := <-synced; err != nil {
		t.Error(err)
	}
}

// Many workspaces in one process: each is installed, set up in Slack, and sent leads by its own token. Each lead has one card, in
// its own workspace and language, and none elsewhere, while one workspace is uninstalled and another is rate limited; after twelve
// hours, with new tokens, and after the uninstalled one was installed again, the rest is there too.
func TestManyWorkspaces(t *testing.T) {
	n := 30
	if many, err := strconv.Atoi(os.Getenv("RELEVO_TEST_WORKSPACES")); err == nil { // 200 take half a minute on two busy cores
		n = many
	}
	c := newTown(t, n)
	ctx, db := t.Context(), c.service.store
	tokens := make([]string, n)
	for i, team := range c.teams {
		ws := c.install(team)
		c.late.Add(int64(2 * time.Second)) // all from one address: the gate would take them for a flood
		token, err := db.NewIntakeToken(ctx, ws.ID, "V", "U", c.now())
		if err != nil {
			t.Fatal(err)
		}
		tokens[i] = token
	}
	if status := c.sends(tokens[0], "Early 0"); status != http.StatusAccepted {
		t.Fatalf("got %d", status)
	}
	for _, team := range c.teams {
		c.setUp(team, slackfake.Grace)
	}
	cards := func(i int) int { return len(c.teams[i].Messages(slackfake.ChannelLeads)) }
	gone, limited := 1, 2
	if err := c.teams[gone].Uninstall(ctx); err != nil {
		t.Fatal(err)
	}
	if err := c.teams[limited].Fault(slackfake.Fault{Kind: "rate_limited", Method: "chat.postMessage", Times: 1, RetryAfter: 3600}); err != nil {
		t.Fatal(err)
	}
	for i := range n {
		if status := c.sends(tokens[i], fmt.Sprintf("Person %d", i)); status != http.StatusAccepted {
			t.Fatalf("workspace %d: got %d", i, status)
		}
	}
	if status := c.sends(tokens[3]+"x", "Nobody"); status != http.StatusServiceUnavailable && status != http.StatusUnauthorized {
		t.Fatalf("a token of nobody's: got %d", status)
	}
	want := func(i int) int {
		switch i {
		case 0:
			return 2
		case gone, limited:
			return 0
		}
		return 1
	}
	c.until("each has its cards", func() bool {
		for i := range n {
			if cards(i) != want(i) {
				return false
			}
		}
		return true
	})
	// A decision is one workspace's.
	card := c.teams[3].Messages(slackfake.ChannelLeads)[0]
	if err := c.teams[3].Click(ctx, slackfake.Luke, slackfake.InMessage(card.Channel, card.TS), "card.accept", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := c.teams[3].Submit(ctx, slackfake.Luke, c.teams[3].Modal(slackfake.Luke).ID, map[string]string{"need": "Pierden paquetes", "horizon": "quarter", "foreseen": "no"}); err != nil {
		t.Fatal(err)
	}

	c.until("the decision is shown", func() bool {
		return strings.Contains(c.teams[3].Transcript(slackfake.ChannelLeads), "Pierden paquetes")
	})

	// A week later: the tokens have ended and are renewed, one was installed again, one is limited no more, and each has its digest.
	c.late.Add(int64(7*24*time.Hour + time.Hour))
	c.install(c.teams[gone])
	c.service.app.Poke()
	c.until("each has its digest", func() bool {
		for i := range n {
			if len(c.teams[i].Messages(slackfake.ChannelFeedback)) == 0 {
				return false
			}
		}
		return true
	})
	for i := range n {
		said := c.teams[i].Transcript(slackfake.ChannelLeads)
		if strings.Count(said, fmt.Sprintf("Person %d", i)) == 0 || strings.Count(said, "Person") != strings.Count(said, fmt.Sprintf("Person %d", i)) {
			t.Errorf("workspace %d shows\n%s", i, said)
		}
		accepted := strings.Contains(said, "Pierden paquetes")
		if accepted != (i == 3) {
			t.Errorf("workspace %d: accepted is %v", i, accepted)
		}
		if problems := c.teams[i].Problems(); len(problems) > 0 {
			t.Errorf("workspace %d: %v", i, problems)
		}
	}
}
