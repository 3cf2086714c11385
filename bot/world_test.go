package bot_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"relevo/bot"
	"relevo/handoff"
	"relevo/internal/slackfake"
	"relevo/store"
	"relevo/store/storetest"
)

// A world is a Slack workspace, a store, and the bot between them, over real wires.
type world struct {
	t         *testing.T
	fake      *slackfake.Slack
	dsn       string
	store     *store.Store
	app       *bot.App
	transport string
	web       *httptest.Server
	mu        sync.Mutex
	handler   http.Handler // of the bot's signed HTTP
	exchanges []exchange   // what came over it, and what was answered
	stop      func()
	copies    int // bots beside the first
	lang      string
	socket    *bot.SocketMode
	log       io.Writer     // gets the bot's log too; nil for none
	readLeads bot.ReadLeads // of dropped files; nil for a bot that does not answer them
}

// transports are the two ways in; everything that people do is tested over both.
var transports = []string{"socket", "http"}

var monday = time.Date(2026, 11, 16, 10, 0, 0, 0, madrid()) // a Monday morning

func madrid() *time.Location {
	zone, err := time.LoadLocation("Europe/Madrid")
	if err != nil {
		panic(err)
	}
	return zone
}

func newWorld(t *testing.T, transport, lang string) *world {
	t.Helper()
	w := emptyWorld(t, transport, lang)
	w.start()
	return w
}

// emptyWorld is a world whose bot is not started yet.
func emptyWorld(t *testing.T, transport, lang string) *world {
	t.Helper()
	w := &world{t: t, transport: transport, lang: lang, stop: func() {}}
	if os.Getenv(storetest.Variable) != "" {
		w.dsn = storetest.Postgres(t)
	} else {
		w.dsn = storetest.SQLite(t)
	}
	w.store = storetest.OpenAt(t, w.dsn)
	o := slackfake.Options{Now: func() time.Time { return monday }, AckTimeout: patience} // a slow machine is no fault of the bot
	if transport == "http" {
		w.web = httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
			w.mu.Lock()
			h := w.handler
			w.mu.Unlock()
			if h == nil {
				http.Error(rw, "down", http.StatusServiceUnavailable)
				return
			}
			w.serve(h, rw, r)
		}))
		t.Cleanup(w.web.Close)
		o.EventsURL, o.InteractionsURL, o.CommandsURL = w.web.URL+"/slack/events", w.web.URL+"/slack/interactions", w.web.URL+"/slack/commands"
	}
	w.fake = slackfake.New(o)
	if err := w.fake.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan struct{})
	go func() { defer close(served); w.fake.Serve(ctx) }()
	t.Cleanup(func() { w.fake.Close(); cancel(); <-served })
	t.Cleanup(func() { w.stop() })
	t.Cleanup(w.checkPayloads)
	return w
}

// until waits for a condition of the store or the bot. What changes there tells nobody, so it is looked at every
// few milliseconds; see seen for what shows in Slack.
func (w *world) until(what string, cond func() bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !cond() {
		select {
		case <-ctx.Done():
			w.giveUp(what)
		case <-tick.C:
		}
	}
}

// seen waits for a condition of what is in Slack.
func (w *world) seen(what string, cond func() bool) {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	if w.fake.Wait(ctx, cond) != nil {
		w.giveUp(what)
	}
}

// patience is how long a test waits before it fails: long, since a machine may be busy with other things.
const patience = time.Minute

func (w *world) giveUp(what string) {
	w.t.Helper()
	w.t.Fatalf("waited in vain until %s\n#mql-leads:\n%s\n#mql-feedback:\n%s", what,
		w.fake.Transcript(slackfake.ChannelLeads), w.fake.Transcript(slackfake.ChannelFeedback))
}

// settled waits until Slack agrees with the store.
func (w *world) settled() {
	w.t.Helper()
	w.until("all messages are shown", func() bool {
		n, err := w.store.Pending(w.t.Context(), w.fake.Now())
		return err == nil && n == 0
	})
}

func (w *world) workspace() store.Workspace {
	w.t.Helper()
	ws, err := w.store.DefaultWorkspace(w.t.Context(), w.fake.Now())
	if err != nil {
		w.t.Fatal(err)
	}
	return ws
}

// arrives takes a lead in, as intake does.
func (w *world) arrives(a handoff.Arrival) handoff.Receipt {
	w.t.Helper()
	return w.arrivesAt(w.store, a)
}

func (w *world) arrivesAt(s *store.Store, a handoff.Arrival) handoff.Receipt {
	w.t.Helper()
	a.At = w.fake.Now()
	a, err := a.Clean()
	if err != nil {
		w.t.Fatal(err)
	}
	receipts, err := s.AddLeads(w.t.Context(), w.workspace(), []handoff.Arrival{a})
	if err != nil {
		w.t.Fatal(err)
	}
	return receipts[0]
}

func (w *world) lead(number int64) handoff.Lead {
	w.t.Helper()
	l, err := w.store.LeadByNumber(w.t.Context(), w.workspace().ID, number)
	if err != nil {
		w.t.Fatal(err)
	}
	return l
}

// card waits for the card of a lead's round that shows all of these words, and returns it.
func (w *world) card(number int64, shows ...string) slackfake.Message {
	w.t.Helper()
	return w.showing("a card shows ", func() []slackfake.Message { return w.fake.Messages(slackfake.ChannelLeads) }, append([]string{"#" + text0(number)}, shows...))
}

// showing waits for the first of these messages that shows all of these words, and returns it.
func (w *world) showing(what string, among func() []slackfake.Message, shows []string) (found slackfake.Message) {
	w.t.Helper()
	w.seen(what+strings.Join(shows, ", "), func() bool {
		all := among()
		i := slices.IndexFunc(all, func(m slackfake.Message) bool {
			said := w.fake.Text(m.Blocks)
			return !slices.ContainsFunc(shows, func(s string) bool { return !strings.Contains(said, s) })
		})
		if i >= 0 {
			found = all[i]
		}
		return i >= 0
	})
	return found
}

func text0(n int64) string { return strconv.FormatInt(n, 10) }

// click presses a button of a card, or chooses from its menu.
func (w *world) click(user string, m slackfake.Message, action, value string) {
	w.t.Helper()
	if err := w.fake.Click(w.t.Context(), user, slackfake.InMessage(m.Channel, m.TS), action, value); err != nil {
		w.t.Fatalf("%s clicks %s: %v", user, action, err)
	}
}

// submit fills in the modal that a person sees and sends it.
func (w *world) submit(user string, values map[string]string) slackfake.Result {
	w.t.Helper()
	v := w.fake.Modal(user)
	if v == nil {
		w.t.Fatalf("%s sees no modal", user)
	}
	r, err := w.fake.Submit(w.t.Context(), user, v.ID, values)
	if err != nil {
		w.t.Fatalf("%s submits %s: %v", user, v.CallbackID, err)
	}
	return r
}

// menu returns the value of a card's menu option.
func (w *world) menu(m slackfake.Message, what string) string {
	w.t.Helper()
	if v := findValue(m.Blocks, what+":"); v != "" {
		return v
	}
	w.t.Fatalf("the card's menu does not offer %s: %v", what, m.Blocks)
	return ""
}

// findValue returns the first "value" in blocks that begins so.
func findValue(in any, prefix string) string {
	switch in := in.(type) {
	case map[string]any:
		if v, ok := in["value"].(string); ok && strings.HasPrefix(v, prefix) {
			return v
		}
		for _, v := range in {
			if s := findValue(v, prefix); s != "" {
				return s
			}
		}
	case []any:
		for _, v := range in {
			if s := findValue(v, prefix); s != "" {
				return s
			}
		}
	case []slackfake.Object:
		for _, v := range in {
			if s := findValue(v, prefix); s != "" {
				return s
			}
		}
	}
	return ""
}

var ana = handoff.Arrival{
	Person: handoff.Person{Name: "Ana Peña", Email: "ana@acme.example", Company: "Acme Iberia", Role: "Head of Operations", Link: "https://crm.example/ana"},
	Touch:  handoff.Touch{Source: "Google", Campaign: "Spring webinar", Activity: "Asked for a demo of route planning"},
}

// home opens somebody's Home and returns what it says once it is published.
func (w *world) home(user string) string {
	w.t.Helper()
	before := w.fake.Home(user)
	if err := w.fake.OpenHome(w.t.Context(), user); err != nil {
		w.t.Fatal(err)
	}
	w.seen("Home is published", func() bool {
		h := w.fake.Home(user)
		return h != nil && (before == nil || h.Hash != before.Hash)
	})
	return w.fake.Text(w.fake.Home(user).Blocks)
}

// choose picks from a select in the modal that a person sees.
func (w *world) choose(user, action, value string) {
	w.t.Helper()
	v := w.fake.Modal(user)
	if v == nil {
		w.t.Fatalf("%s sees no modal", user)
	}
	if err := w.fake.Click(w.t.Context(), user, slackfake.InView(v.ID), action, value); err != nil {
		w.t.Fatalf("%s chooses %s: %v", user, value, err)
	}
}
