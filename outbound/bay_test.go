package outbound

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
	"relevo/store/storetest"
)

// bay is where goods go out: a store, a worker, and a clock that goes on when it is told to.
type bay struct {
	store  *store.Store
	ws     store.Workspace
	worker *Worker
	config Config
	log    *bytes.Buffer
	path   string // of the store
	key    string // that seals its secrets

	mu sync.Mutex
	at time.Time
}

func openBay(t *testing.T, set func(*Config)) *bay {
	t.Helper()
	key := store.NewSecretKey()
	keys, err := store.NewKeyring(key)
	if err != nil {
		t.Fatal(err)
	}
	path := storetest.SQLite(t)
	b := &bay{store: storetest.OpenAt(t, path, store.WithKeyring(keys)), path: path, key: key, log: &bytes.Buffer{}, at: time.Now().Truncate(time.Second).UTC()}
	if b.ws, err = b.store.DefaultWorkspace(t.Context(), b.now()); err != nil {
		t.Fatal(err)
	}
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	b.config = Config{Store: b.store, Texts: texts, Now: b.now, Logger: slog.New(slog.NewTextHandler(b.log, nil))}
	if set != nil {
		set(&b.config)
	}
	b.worker = b.another()
	if err := b.worker.Switch(t.Context(), b.ws.ID); err != nil {
		t.Fatal(err)
	}
	return b
}

// another returns one more process, without jitter.
func (b *bay) another() *Worker {
	w := New(b.config)
	w.jitter = func(d time.Duration) time.Duration { return d }
	return w
}

func (b *bay) now() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.at
}

func (b *bay) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.at = b.at.Add(d)
}

// work tells all that is due.
func (b *bay) work(t *testing.T) {
	t.Helper()
	for {
		due, err := b.store.DueEndpoints(t.Context(), b.now(), b.worker.kinds...)
		if err != nil {
			t.Fatal(err)
		}
		worked := false
		for _, e := range due {
			for b.worker.step(t.Context(), e) {
				worked = true
			}
		}
		if !worked {
			return
		}
	}
}

// hook adds a webhook that listens at this address of the machine's own.
func (b *bay) hook(t *testing.T, url string) (store.Endpoint, string) {
	t.Helper()
	e, secret, err := b.store.AddEndpoint(t.Context(), b.ws.ID, store.Endpoint{URL: url, Topics: handoff.Topics(), Internal: true}, b.now())
	if err != nil {
		t.Fatal(err)
	}
	return e, secret
}

// lead hands Ana over, known to a tool by an external id, and returns her lead.
func (b *bay) lead(t *testing.T, external string) handoff.Lead {
	t.Helper()
	receipts, err := b.store.AddLeads(t.Context(), b.ws, []handoff.Arrival{{
		ExternalID: external, At: b.now(), Again: true, Received: b.now(),
		Person: handoff.Person{Name: "Ana Ruiz", Email: "ana@acme.example"}, Touch: handoff.Touch{Source: "Webinar"},
	}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := b.store.LeadByNumber(t.Context(), b.ws.ID, receipts[0].Number)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func (b *bay) decide(t *testing.T, id int64, rule store.Rule) handoff.Decision {
	t.Helper()
	b.pass(time.Second)
	_, d, err := b.store.Decide(t.Context(), b.ws.ID, id, "", rule, b.ws.Rules())
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func (b *bay) accept(t *testing.T, id int64) handoff.Decision {
	return b.decide(t, id, func(l handoff.Lead) (handoff.Decision, error) {
		return b.ws.Rules().Accept(l, l.Round, handoff.Actor{User: "U1"}, handoff.Acceptance{Need: "Kilns <fast>\nby May"}, b.now())
	})
}

func (b *bay) reject(t *testing.T, id int64, reason string) handoff.Decision {
	return b.decide(t, id, func(l handoff.Lead) (handoff.Decision, error) {
		return b.ws.Rules().Reject(l, l.Round, handoff.Actor{User: "U1"}, handoff.Rejection{Reason: reason, Note: "too small"}, b.now())
	})
}

func (b *bay) takeBack(t *testing.T, d handoff.Decision) {
	t.Helper()
	b.pass(time.Second)
	_, err := b.store.TakeBack(t.Context(), b.ws.ID, d.LeadID, d.ID, func(l handoff.Lead, d handoff.Decision) (handoff.Decision, error) {
		return b.ws.Rules().TakeBack(l, d, handoff.Actor{User: "U1"}, "wrong lead", b.now())
	}, b.ws.Rules())
	if err != nil {
		t.Fatal(err)
	}
}

// givenUp returns what is wrong with the deliveries that were given up, the newest first.
func (b *bay) givenUp(t *testing.T) (all []string) {
	t.Helper()
	failed, _, err := b.store.GivenUp(t.Context(), b.ws.ID, 99)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range failed {
		all = append(all, string(d.State)+" "+string(d.Topic)+": "+d.Problem)
	}
	return all
}

// waiting returns how many deliveries wait.
func (b *bay) waiting(t *testing.T) (n int) {
	t.Helper()
	states, err := b.store.EndpointStates(t.Context(), b.ws.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range states {
		n += s.Waiting
	}
	return n
}

// post is a request that a receiver got.
type post struct {
	header http.Header
	body   string
	at     time.Time
}

// receiver keeps what it gets, and answers as answer does.
type receiver struct {
	*httptest.Server
	mu     sync.Mutex
	posts  []post
	answer http.HandlerFunc
	before func() // happens when a request comes
}

func (b *bay) receiver(t *testing.T, answer http.HandlerFunc) *receiver {
	r := &receiver{answer: answer}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		body, _ := io.ReadAll(q.Body)
		r.mu.Lock()
		if r.before != nil {
			r.before()
		}
		r.posts = append(r.posts, post{q.Header, string(body), b.now()})
		r.mu.Unlock()
		if r.answer != nil {
			r.answer(w, q)
		}
	}))
	t.Cleanup(r.Close)
	return r
}

func (r *receiver) got() []post {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]post(nil), r.posts...)
}

func answers(status int, header ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
	}
}
