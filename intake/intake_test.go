package intake

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

const token = "correct-horse-battery"

var tuesday = time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)

// house is a store in a temporary file with the door in front of it.
type house struct {
	store *store.Store
	ws    store.Workspace
	door  http.Handler
	log   *strings.Builder
}

func open(t *testing.T) house {
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
	log := &strings.Builder{}
	return house{s, ws, New(Config{
		Store: s, Workspace: ws, Secrets: Secrets{IntakeToken: token}, Normaliser: NewNormaliser("", "en", Mapping{}), Texts: texts,
		Now: func() time.Time { return tuesday }, Logger: slog.New(slog.NewTextHandler(log, nil)),
	}), log}
}

// post sends a body with the right token; headers are pairs of name and value, and an empty value takes one away.
func (h house) post(t *testing.T, body string, headers ...string) (*httptest.ResponseRecorder, answer) {
	t.Helper()
	return h.send(t, http.MethodPost, "/hooks/json", body, headers...)
}

func (h house) send(t *testing.T, method, path, body string, headers ...string) (*httptest.ResponseRecorder, answer) {
	t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+token)
	r.Header.Set("Content-Type", "application/json")
	for i := 0; i < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.door.ServeHTTP(w, r)
	var a answer
	if err := json.Unmarshal(w.Body.Bytes(), &a); err != nil {
		t.Fatalf("%s: %v", w.Body, err)
	}
	return w, a
}

func (h house) lead(t *testing.T, number int64) handoff.Lead {
	t.Helper()
	l, err := h.store.LeadByNumber(t.Context(), h.ws.ID, number)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestOneLead(t *testing.T) {
	h := open(t)
	w, got := h.post(t, `{"first_name":" Ana ","last_name":"Ruiz","email":"Ana@Example.COM","phone":34600111222,"company":"Acme","website":"acme.example",
		"job_title":"CTO","country":"Spain","industry":"Steel","size":250,"utm_source":"Google","utm_campaign":"Autumn","activity":"asked for a demo",
		"asks_contact":true,"link":"https://crm.example/1","owner":"U012ABCDEF","received_at":"2026-11-23T09:30:00+01:00","favourite_colour":{"is":"blue"}}`)
	if w.Code != http.StatusAccepted || len(got.Leads) != 1 || got.Leads[0].State != handoff.Open || got.Leads[0].Fate != handoff.FateNew {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	l := h.lead(t, got.Leads[0].Number)
	person := handoff.Person{Name: "Ana Ruiz", Email: "ana@example.com", Phone: "+34600111222", Company: "Acme", Website: "acme.example",
		Role: "CTO", Country: "ES", Industry: "Steel", Size: "250", Link: "https://crm.example/1"}
	if l.Person != person {
		t.Errorf("got %+v\nwant %+v", l.Person, person)
	}
	touch := handoff.Touch{Source: "Google", Campaign: "Autumn", Activity: "asked for a demo", AsksContact: true}
	if l.Touch != touch || l.Owner != "U012ABCDEF" {
		t.Errorf("got %+v, owner %q\nwant %+v", l.Touch, l.Owner, touch)
	}
	if want := time.Date(2026, 11, 23, 8, 30, 0, 0, time.UTC); !l.Received.Equal(want) {
		t.Errorf("received %v, want %v", l.Received, want)
	}
	for _, private := range []string{"ana", "Ruiz", "34600111222", "Acme", token} {
		if strings.Contains(strings.ToLower(h.log.String()), strings.ToLower(private)) {
			t.Errorf("the log tells %q: %s", private, h.log)
		}
	}
}

func TestRefusals(t *testing.T) {
	h := open(t)
	const good = `{"email":"ana@example.com"}`
	for _, tt := range []struct {
		name, method, path, body string
		headers                  []string
		status                   int
		says                     string
	}{
		{"another method", "GET", "/hooks/json", "", nil, 405, "POST"},
		{"unknown source", "POST", "/hooks/fax", good, nil, 404, "no door"},
		{"no source", "POST", "/hooks/", good, nil, 404, "no door"},
		{"no token", "POST", "/hooks/json", good, []string{"Authorization", ""}, 401, "Unauthorised"},
		{"wrong token", "POST", "/hooks/json", good, []string{"Authorization", "Bearer " + token + "x"}, 401, "Unauthorised"},
		{"another scheme", "POST", "/hooks/json", good, []string{"Authorization", "Basic " + token}, 401, "Unauthorised"},
		{"a form", "POST", "/hooks/json", "email=ana@example.com", []string{"Content-Type", "application/x-www-form-urlencoded"}, 415, "application/json"},
		{"no type", "POST", "/hooks/json", good, []string{"Content-Type", ""}, 415, "application/json"},
		{"another alphabet", "POST", "/hooks/json", good, []string{"Content-Type", "application/json; charset=iso-8859-1"}, 415, "UTF-8"},
		{"compressed", "POST", "/hooks/json", good, []string{"Content-Encoding", "gzip"}, 415, "compressed"},
		{"too large", "POST", "/hooks/json", `{"email":"` + strings.Repeat("a", MaxBody) + `"}`, nil, 413, "1024 KiB"},
		{"empty", "POST", "/hooks/json", " \n", nil, 400, "empty"},
		{"byte order mark", "POST", "/hooks/json", "\xef\xbb\xbf" + good, nil, 400, "byte order mark"},
		{"not UTF-8", "POST", "/hooks/json", "{\"name\":\"Pe\xf1a\"}", nil, 400, "UTF-8"},
		{"NUL", "POST", "/hooks/json", `{"name":"a\u0000b"}`, nil, 400, "NUL"},
		{"raw NUL", "POST", "/hooks/json", "{\"name\":\"a\x00b\"}", nil, 400, "not valid JSON"},
		{"syntax", "POST", "/hooks/json", "{\n\"email\":}", nil, 400, "line 2"},
		{"breaks off", "POST", "/hooks/json", `[{"email":"a@b.co"}`, nil, 400, "not valid JSON"},
		{"trailing", "POST", "/hooks/json", good + good, nil, 400, "after the end"},
		{"trailing garbage", "POST", "/hooks/json", good + "]", nil, 400, "after the end"},
		{"nested", "POST", "/hooks/json", strings.Repeat("[", 40) + strings.Repeat("]", 40), nil, 400, "32 deep"},
		{"nested very deep", "POST", "/hooks/json", strings.Repeat(`{"a":`, 100000) + "1" + strings.Repeat("}", 100000), nil, 400, ""},
		{"twice", "POST", "/hooks/json", `{"email":"a@b.co","email":"b@b.co"}`, nil, 400, "“email” twice"},
		{"twice below", "POST", "/hooks/json", `{"email":"a@b.co","more":[{"x":1,"x":2}]}`, nil, 400, "“x” twice"},
		{"no lead", "POST", "/hooks/json", "[]", nil, 400, "empty"},
		{"too many", "POST", "/hooks/json", "[{}" + strings.Repeat(",{}", maxLeads) + "]", nil, 400, "more than 1000"},
		{"long key", "POST", "/hooks/json", good, []string{"Idempotency-Key", strings.Repeat("k", maxKey+1)}, 400, "200 characters"},
		{"a number", "POST", "/hooks/json", "42", nil, 400, "not stored"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w, got := h.send(t, tt.method, tt.path, tt.body, tt.headers...)
			if w.Code != tt.status || got.Error == "" || !strings.Contains(got.Error, tt.says) {
				t.Errorf("got %d %q, want %d and %q", w.Code, got.Error, tt.status, tt.says)
			}
			if (w.Header().Get("WWW-Authenticate") != "") != (tt.status == 401) {
				t.Errorf("WWW-Authenticate: %q", w.Header().Get("WWW-Authenticate"))
			}
			if (w.Header().Get("Allow") != "") != (tt.status == 405) {
				t.Errorf("Allow: %q", w.Header().Get("Allow"))
			}
		})
	}
	if _, total, err := h.store.Leads(t.Context(), h.ws.ID, store.Filter{}, 1); total != 0 || err != nil {
		t.Errorf("%d leads were stored, %v", total, err)
	}
}

func TestFieldsAreExplained(t *testing.T) {
	h := open(t)
	for _, tt := range []struct {
		body, language, want string
	}{
		{`{"email":"ana"}`, "", "email not_an_email This is not an e-mail address."},
		{`{"email":"ana"}`, "es-MX,es;q=0.9,en;q=0.5", "email not_an_email No es una dirección de correo electrónico."},
		{`{"email":"ana"}`, "fr", "email not_an_email This is not an e-mail address."},
		{`{"name":"Ana"}`, "", "email needs_key An e-mail address, a phone number or an external id is needed."},
		{`{"email":true}`, "", "email not_text This must be text."},
		{`{"phone":3.4e10}`, "", "phone not_text This must be text."},
		{`{"phone":"1","company":["Acme"]}`, "", "company not_text This must be text."},
		{`{"phone":"1","asks_contact":"perhaps"}`, "", "asks_contact not_yes_no This must be true or false."},
		{`{"phone":"1","owner":"@ana"}`, "", "owner not_a_member"},
		{`{"phone":"1","link":"javascript:alert(1)"}`, "", "link not_a_url"},
		{`{"phone":"1","received_at":"yesterday"}`, "", "received_at not_a_time"},
		{`{"phone":"1","received_at":"03/04/2026"}`, "", "received_at not_a_time"},
		{`{"phone":"1","received_at":"2027-01-01"}`, "", "received_at in_future"},
		{`{"phone":"1","received_at":0}`, "", "received_at not_a_time"},
		{`{"phone":"1","name":"` + strings.Repeat("ñ", 501) + `"}`, "es", "name too_long Es demasiado largo: 500 caracteres como máximo."},
	} {
		w, got := h.post(t, tt.body, "Accept-Language", tt.language)
		if w.Code != http.StatusBadRequest || got.Error == "" || len(got.Leads) != 1 || len(got.Leads[0].Fields) == 0 {
			t.Errorf("%s: %d %s", tt.body, w.Code, w.Body)
			continue
		}
		f := got.Leads[0].Fields[0]
		if said := fmt.Sprint(f.Field, " ", f.Problem, " ", f.Message); !strings.HasPrefix(said, tt.want) {
			t.Errorf("%s: got %q, want %q", tt.body, said, tt.want)
		}
	}
}

func TestListKeepsTheGoodOnes(t *testing.T) {
	h := open(t)
	w, got := h.post(t, `[{"email":"ana@example.com"},{"email":"nobody"},7,{"external_id":12,"name":"Luke"},{"email":"ANA@example.com","campaign":"Two"}]`)
	if w.Code != http.StatusBadRequest || len(got.Leads) != 5 || !strings.HasPrefix(got.Error, "2 of 5 leads were refused; the others (3)") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	if a, b := got.Leads[0], got.Leads[4]; a.Fate != handoff.FateNew || b.Fate != handoff.FateMerged || a.Number != b.Number {
		t.Errorf("got %+v and %+v", a, b)
	}
	if got.Leads[1].Fields[0].Field != "email" || got.Leads[2].Error == "" || got.Leads[3].Fate != handoff.FateNew {
		t.Errorf("got %+v", got.Leads)
	}
	if l := h.lead(t, got.Leads[3].Number); l.Name != "Luke" {
		t.Errorf("got %+v", l)
	}
}

func TestRepetitions(t *testing.T) {
	h := open(t)
	const two = `[{"email":"ana@example.com"},{"phone":"1"}]`
	_, first := h.post(t, two, "Idempotency-Key", "k1")
	w, again := h.post(t, two, "Idempotency-Key", "k1")
	if w.Code != http.StatusAccepted || again.Leads[0].Number != first.Leads[0].Number || again.Leads[1].Number != first.Leads[1].Number {
		t.Errorf("got %s, want the numbers of %+v", w.Body, first)
	}
	_, other := h.post(t, two, "Idempotency-Key", "k2")
	if other.Leads[0].Fate != handoff.FateMerged || other.Leads[1].Fate != handoff.FateNew {
		t.Errorf("another key is another request: %+v", other)
	}
	h.post(t, `{"external_id":"crm-1","email":"luke@example.com"}`)
	_, known := h.post(t, `{"external_id":"crm-1","email":"luke@example.com"}`)
	if known.Leads[0].Fate != handoff.FateRepeated {
		t.Errorf("got %+v", known)
	}
	if l := h.lead(t, first.Leads[0].Number); l.Touches != 2 {
		t.Errorf("%d touches, want 2", l.Touches)
	}
}

// The leads of a list and a lead of its own are told apart, whatever their keys look like.
func TestKeysAreUnambiguous(t *testing.T) {
	for _, keys := range [][2]string{{"k", "k/0"}, {"k", "k"}, {"k/0", "k"}} {
		h := open(t)
		_, list := h.post(t, `[{"phone":"1"},{"phone":"2"}]`, "Idempotency-Key", keys[0])
		w, one := h.post(t, `{"phone":"3"}`, "Idempotency-Key", keys[1])
		if len(list.Leads) != 2 || len(one.Leads) != 1 || one.Leads[0].Fate != handoff.FateNew {
			t.Errorf("%q: got %s", keys, w.Body)
		}
		if w, again := h.post(t, `[{"phone":"1"},{"phone":"2"}]`, "Idempotency-Key", keys[0]); again.Leads[1].Fate != handoff.FateRepeated || again.Leads[1].Number != 2 {
			t.Errorf("%q: got %s", keys, w.Body)
		}
	}
	h := open(t)
	if w, _ := h.post(t, `{"phone":"3"}`, "Idempotency-Key", "k\x1f0"); w.Code != http.StatusBadRequest {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}

func TestN8nIsUnwrapped(t *testing.T) {
	h := open(t)
	w, got := h.post(t, `[{"headers":{"host":"x"},"params":{},"query":{},"body":[{"email":"a@b.co"},{"email":"c@d.co"}]},{"headers":{},"body":{"email":"e@f.co"}}]`)
	if w.Code != http.StatusAccepted || len(got.Leads) != 3 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestNothingIsAcceptedWithoutBeingStored(t *testing.T) {
	h := open(t)
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	w, got := h.post(t, `{"email":"ana@example.com"}`, "Accept-Language", "es")
	if w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" || len(got.Leads) != 0 || !strings.Contains(got.Error, "vuelve a enviarlo") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if strings.Contains(h.log.String(), "ana@") {
		t.Errorf("the log tells the address: %s", h.log)
	}
}

func TestWithoutTokenThereIsNoSource(t *testing.T) {
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	door := New(Config{Texts: texts, Now: time.Now, Logger: slog.New(slog.DiscardHandler)})
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, "/hooks/json", strings.NewReader("{}"))
	r.Header.Set("Authorization", "Bearer ")
	w := httptest.NewRecorder()
	door.ServeHTTP(w, r)
	if w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "relevo doctor") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
