package intake

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
	"relevo/store/storetest"
)

// fakeAPI is the API of a tool that leads are read from: people by the last part of their address, and faults that it
// answers with first, one after another.
type fakeAPI struct {
	*httptest.Server
	mu     sync.Mutex
	people map[string]string
	faults []http.HandlerFunc
	broken string // whom it can never answer for
	asked  []*http.Request
}

func newFakeAPI(t *testing.T) *fakeAPI {
	f := &fakeAPI{people: map[string]string{}}
	f.Server = httptest.NewServer(f)
	t.Cleanup(f.Close)
	return f
}

func (f *fakeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	f.asked = append(f.asked, r)
	var fault http.HandlerFunc
	if len(f.faults) > 0 {
		fault, f.faults = f.faults[0], f.faults[1:]
	}
	id := r.URL.Path[strings.LastIndexByte(r.URL.Path, '/')+1:]
	person, ok := f.people[id]
	f.mu.Unlock()
	switch {
	case fault != nil:
		fault(w, r)
	case id == f.broken:
		fails(http.StatusInternalServerError, ``)(w, r)
	case !ok:
		fails(http.StatusNotFound, `{"status":"error"}`)(w, r)
	default:
		fails(http.StatusOK, person)(w, r)
	}
}

// fails answers with a status, headers as pairs of name and value.
func fails(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

func (f *fakeAPI) times() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.asked)
}

// inn is a store with the door in front of it on a real server, a fetcher behind it, and the three tools.
type inn struct {
	config                  Config
	store                   *store.Store
	ws                      store.Workspace
	url                     string
	fetcher                 *Fetcher
	hubspot, meta, linkedin *fakeAPI
	now                     *clock
	log                     *logged
}

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// logged is a log that several write to.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}

const publicURL = "https://leads.example.com"

func openInn(t *testing.T, dsn string) *inn {
	t.Helper()
	i := &inn{store: storetest.OpenAt(t, dsn), hubspot: newFakeAPI(t), meta: newFakeAPI(t), linkedin: newFakeAPI(t), now: &clock{at: tuesday}, log: &logged{}}
	var err error
	if i.ws, err = i.store.DefaultWorkspace(t.Context(), tuesday); err != nil {
		t.Fatal(err)
	}
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	mapping, err := ReadMapping("[fields.hubspot]\nfleet_size = { card = \"Vans\" }\n")
	if err != nil {
		t.Fatal(err)
	}
	i.config = Config{
		Store: i.store, Workspace: i.ws, Texts: texts, Now: i.now.Now, Logger: slog.New(slog.NewTextHandler(i.log, nil)),
		Normaliser: NewNormaliser("ES", "en", mapping),
		Secrets: Secrets{
			PublicURL: publicURL, HubSpotSecret: "hubspot-secret", HubSpotToken: "hubspot-token", HubSpotAPIURL: i.hubspot.URL,
			MetaAppSecret: "meta-secret", MetaVerifyToken: "meta-verify-token", MetaToken: "meta-token", MetaAPIURL: i.meta.URL + "/v23.0",
			LinkedInSecret: "linkedin-secret", LinkedInToken: "linkedin-token", LinkedInAPIURL: i.linkedin.URL + "/rest", LinkedInVersion: "202606",
		},
	}
	server := httptest.NewServer(New(i.config))
	t.Cleanup(server.Close)
	i.url, i.fetcher = server.URL, NewFetcher(i.config)
	return i
}

// signed returns a request as the source's tool sends it now.
func (i *inn) signed(t *testing.T, name, body string) *http.Request {
	t.Helper()
	m, err := Sign(i.config.Secrets, name, i.url, []byte(body), i.now.Now())
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, m.URL, bytes.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = m.Header
	return r
}

func do(t *testing.T, r *http.Request) (int, string) {
	t.Helper()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// send sends a body as the source's tool does, which must be well received.
func (i *inn) send(t *testing.T, name, body string) {
	t.Helper()
	if status, said := do(t, i.signed(t, name, body)); status/100 != 2 {
		t.Fatalf("%s: %d %s", name, status, said)
	}
}

// fetch reads what is due of every source, as another process would with f.
func (i *inn) fetch(t *testing.T, f *Fetcher) {
	t.Helper()
	for _, from := range f.sources {
		for f.step(t.Context(), from) {
		}
	}
}

func (i *inn) fetching(t *testing.T) int {
	t.Helper()
	n, _, err := i.store.Fetching(t.Context(), i.ws.ID)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func (i *inn) leads(t *testing.T) []handoff.Lead {
	t.Helper()
	all, _, err := i.store.Leads(t.Context(), i.ws.ID, store.Filter{}, 100)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// secrecy fails when a token, a secret or something of a person stands in the log, or a token in an address.
func (i *inn) secrecy(t *testing.T) {
	t.Helper()
	for _, private := range []string{"hubspot-token", "meta-token", "linkedin-token", "-secret", "Ana", "ana@", "Ruiz", "Nordwind"} {
		if strings.Contains(i.log.String(), private) {
			t.Errorf("the log tells %q:\n%s", private, i.log)
		}
	}
	for _, f := range []*fakeAPI{i.hubspot, i.meta, i.linkedin} {
		for _, r := range f.asked {
			if strings.Contains(r.RequestURI, "token") || !strings.HasSuffix(r.Header.Get("Authorization"), "-token") {
				t.Errorf("asked %s with %v", r.RequestURI, r.Header)
			}
		}
	}
}

// shared returns a file of the real samples, and skips the test where they are not there.
func shared(t *testing.T, name string) string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join("../../shared/data/webhooks", name))
	if os.IsNotExist(err) {
		t.Skip("skipped: the tools' own samples are not there")
	}
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// published returns a published signature with what it was made of.
func published(t *testing.T, name string) map[string]string {
	t.Helper()
	var all map[string]json.RawMessage
	if err := json.Unmarshal([]byte(shared(t, "signature-vectors.json")), &all); err != nil {
		t.Fatal(err)
	}
	var said map[string]any
	if err := json.Unmarshal(all[name], &said); err != nil {
		t.Fatal(err)
	}
	v := map[string]string{}
	for key, value := range said {
		v[key] = fmt.Sprint(value)
	}
	if file := v["body_file"]; file != "" {
		v["body"] = shared(t, file)
	}
	return v
}

func hubspotMQLEvent(id int64, at time.Time) string {
	return fmt.Sprintf(`[{"eventId":1,"subscriptionId":12,"portalId":99,"occurredAt":%d,"subscriptionType":"contact.propertyChange","attemptNumber":0,
		"objectId":%d,"propertyName":"lifecyclestage","propertyValue":"marketingqualifiedlead"}]`, at.UnixMilli(), id)
}

func metaNotice(id int64) string {
	return fmt.Sprintf(`{"object":"page","entry":[{"id":1,"changes":[{"field":"leadgen","value":{"leadgen_id":%d}}]}]}`, id)
}

func linkedinNotice(id, action string, at int) string {
	return fmt.Sprintf(`{"type":"LEAD_ACTION","leadGenFormResponse":"urn:li:leadGenFormResponse:%s","leadAction":"%s","occurredAt":%d}`, id, action, at)
}

// shaken returns what a source answers to a GET.
func shaken(t *testing.T, from source, target string) string {
	t.Helper()
	w := httptest.NewRecorder()
	from.handshake(w, httptest.NewRequest(http.MethodGet, target, nil))
	return w.Body.String()
}
