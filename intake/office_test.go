package intake

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// everySecret switches every source on.
func everySecret() Secrets {
	const tool = "test_secret_do_not_use"
	return Secrets{
		IntakeToken: token, N8NToken: token, PublicURL: "https://relevo.example.com",
		HubSpotSecret: tool, HubSpotToken: tool, HubSpotAPIURL: "http://127.0.0.1:1", TypeformSecret: tool, WebflowSecret: tool, CalendlyKey: tool,
		MetaAppSecret: tool, MetaVerifyToken: tool, MetaToken: tool, MetaAPIURL: "http://127.0.0.1:1",
		LinkedInSecret: tool, LinkedInToken: tool, LinkedInAPIURL: "http://127.0.0.1:1",
		GoogleAdsKey: "bakerGoogleWebHookValue", SalesforceKey: "a-secret-in-the-path", SalesforceOrg: "00D000000000001EAA",
	}
}

// office is a store with the door before it on a real server, every source switched on.
type office struct {
	store   *store.Store
	ws      store.Workspace
	secrets Secrets
	url     string
	log     *bytes.Buffer // read it when nothing is under way

	clock *time.Time
}

func openOffice(t *testing.T) *office {
	t.Helper()
	s, err := store.Open(t.Context(), filepath.Join(t.TempDir(), "relevo.db"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	ws, err := s.DefaultWorkspace(t.Context(), tuesday)
	if err != nil {
		t.Fatal(err)
	}
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	now := tuesday
	o := &office{store: s, ws: ws, secrets: everySecret(), log: &bytes.Buffer{}, clock: &now}
	server := httptest.NewServer(New(Config{
		Store: s, Workspace: ws, Secrets: o.secrets, Normaliser: NewNormaliser("ES", "en", Mapping{}), Texts: texts,
		Now: func() time.Time { return *o.clock }, Logger: slog.New(slog.NewTextHandler(o.log, nil)),
	}))
	t.Cleanup(server.Close)
	o.url = server.URL
	return o
}

// sign returns the body as the source's tool would send it now.
func (o *office) sign(t *testing.T, source string, body []byte) Message {
	t.Helper()
	m, err := Sign(o.secrets, source, o.url, body, *o.clock)
	if err != nil {
		t.Fatalf("%s: %v", source, err)
	}
	return m
}

// deliver sends a message and returns the answer's status and body.
func (o *office) deliver(t *testing.T, m Message) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, m.URL, bytes.NewReader(m.Body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header = m.Header
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Body.Close()
	said, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatal(err)
	}
	return w.StatusCode, string(said)
}

// leads returns all that is stored, the oldest first.
func (o *office) leads(t *testing.T) []handoff.Lead {
	t.Helper()
	_, total, err := o.store.Leads(t.Context(), o.ws.ID, store.Filter{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	var all []handoff.Lead
	for n := int64(1); len(all) < total; n++ {
		l, err := o.store.LeadByNumber(t.Context(), o.ws.ID, n)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, l)
	}
	return all
}

// extras returns them in one line, those that the card shows with a star.
func extras(l handoff.Lead) string {
	var all []string
	for _, e := range l.Extras {
		if e.Shown {
			e.Label = "*" + e.Label
		}
		all = append(all, e.Label+": "+e.Value)
	}
	return strings.Join(all, " | ")
}

// webhooks reads one of the bodies that the tools really send; they are not part of the project.
func webhooks(t *testing.T, name string) []byte {
	t.Helper()
	body, err := os.ReadFile("../../shared/data/webhooks/" + name)
	if err != nil {
		t.Skip("skipped: the tools' own samples are not here:", err)
	}
	return body
}
