package slackfake

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
)

func TestSignature(t *testing.T) {
	body := "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
	const want = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
	if got := Sign("8f742231b10e8888abcd99yyyzzz85a5", time.Unix(1531420618, 0), []byte(body)); got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// webBot is a bot behind an HTTP address, made with slack-go's parsers. fail answers 500 while it says so.
type webBot struct {
	mu      sync.Mutex
	secret  string
	fail    int
	noRetry bool
	seen    []string
	retries []string
	asked   chan struct{} // gets one for every request
}

func (b *webBot) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	b.mu.Lock()
	defer b.mu.Unlock()
	defer func() { b.asked <- struct{}{} }()
	body, _ := io.ReadAll(r.Body)
	verifier, err := slack.NewSecretsVerifier(r.Header, b.secret)
	if err == nil {
		verifier.Write(body)
		err = verifier.Ensure()
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusUnauthorized)
		return
	}
	b.retries = append(b.retries, r.Header.Get("X-Slack-Retry-Num")+r.Header.Get("X-Slack-Retry-Reason"))
	if b.fail > 0 {
		b.fail--
		if b.noRetry {
			w.Header().Set("X-Slack-No-Retry", "1")
		}
		http.Error(w, "not now", http.StatusInternalServerError)
		return
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	switch r.URL.Path {
	case "/events":
		event, err := slackevents.ParseEvent(body, slackevents.OptionNoVerifyToken())
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		if event.Type == slackevents.URLVerification {
			w.Write([]byte(event.Data.(*slackevents.EventsAPIURLVerificationEvent).Challenge))
			return
		}
		b.seen = append(b.seen, event.InnerEvent.Type)
	case "/interactions":
		got, err := slack.InteractionCallbackParse(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		b.seen = append(b.seen, string(got.Type)+" "+got.ActionCallback.BlockActions[0].ActionID)
	case "/commands":
		got, err := slack.SlashCommandParse(r)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		b.seen = append(b.seen, got.Command+" "+got.Text)
		w.Write([]byte("just words"))
	}
}

func (b *webBot) heard() (seen, retries []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return append([]string(nil), b.seen...), append([]string(nil), b.retries...)
}

func startWeb(t *testing.T) (*Slack, *slack.Client, *webBot) {
	t.Helper()
	bot := &webBot{secret: defaultSigningSecret, asked: make(chan struct{}, 100)}
	server := httptest.NewServer(bot)
	t.Cleanup(server.Close)
	s, api := start(t, Options{EventsURL: server.URL + "/events", InteractionsURL: server.URL + "/interactions", CommandsURL: server.URL + "/commands", SigningClock: time.Now})
	return s, api, bot
}

func TestSignedHTTP(t *testing.T) {
	s, api, bot := startWeb(t)
	_, ts, err := api.PostMessage(ChannelLeads, slack.MsgOptionText("x", false), slack.MsgOptionBlocks(cardBlocks()...))
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	if err := s.VerifyURL(ctx); err != nil {
		t.Error(err)
	}
	answer, err := s.Command(ctx, Ana, "#general", "/lead a&b=c")
	if err != nil || answer.Text != "just words" {
		t.Errorf("command: %+v, %v", answer, err)
	}
	if err := s.Click(ctx, Ana, InMessage(ChannelLeads, ts), "accept", ""); err != nil {
		t.Error(err)
	}
	if err := s.OpenHome(ctx, Ana); err != nil {
		t.Error(err)
	}
	seen, _ := bot.heard()
	if got, want := strings.Join(seen, ", "), "/lead a&b=c, block_actions accept, app_home_opened"; got != want {
		t.Errorf("seen %s, want %s", got, want)
	}
}

func TestHTTPRetries(t *testing.T) {
	s, _, bot := startWeb(t)
	bot.fail = 3
	if err := s.OpenHome(t.Context(), Ana); err == nil {
		t.Error("an event that was refused twice came through")
	}
	<-bot.asked
	<-bot.asked // the first retry is at once
	for _, pause := range retryAfter[1:] {
		wait(t, s, func() bool { s.mu.Lock(); defer s.mu.Unlock(); return len(s.due) == 1 })
		s.Advance(pause)
		<-bot.asked
	}
	_, retries := bot.heard()
	if got, want := strings.Join(retries, ", "), ", 1http_error, 2http_error, 3http_error"; got != want {
		t.Errorf("retries = %q, want %q", got, want)
	}
	bot.mu.Lock()
	bot.fail, bot.noRetry, bot.retries = 1, true, nil
	bot.mu.Unlock()
	if err := s.OpenHome(t.Context(), Ana); err == nil {
		t.Error("refused, but no error")
	}
	if _, retries := bot.heard(); len(retries) != 1 {
		t.Errorf("retried %v although the app asked for none", retries)
	}
	if err := s.Fault(Fault{Kind: "deliver_twice"}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Command(t.Context(), Ana, "#general", "/lead"); err != nil {
		t.Error(err)
	}
	if _, retries := bot.heard(); len(retries) != 3 || retries[2] != "1http_timeout" {
		t.Errorf("twice: %v", retries)
	}
}
