package intake

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// vector is a signature that others computed, or published.
type vector struct {
	Secret    string
	BodyFile  string `json:"body_file"`
	Typeform  string `json:"Typeform-Signature"`
	Calendly  string `json:"Calendly-Webhook-Signature"`
	Webflow   string `json:"x-webflow-signature"`
	WebflowAt string `json:"x-webflow-timestamp"`
}

func (v vector) header() http.Header {
	h := http.Header{"Content-Type": {"application/json"}}
	for name, value := range map[string]string{
		"Typeform-Signature": v.Typeform, "Calendly-Webhook-Signature": v.Calendly, "X-Webflow-Signature": v.Webflow, "X-Webflow-Timestamp": v.WebflowAt,
	} {
		if value != "" {
			h.Set(name, value)
		}
	}
	return h
}

func TestPublishedSignatures(t *testing.T) {
	var vectors map[string]json.RawMessage
	if err := json.Unmarshal(webhooks(t, "signature-vectors.json"), &vectors); err != nil {
		t.Fatal(err)
	}
	for source, at := range map[string]time.Time{"typeform": tuesday, "calendly": time.Unix(1782993600, 0), "webflow": time.UnixMilli(1705329000000)} {
		var v vector
		if err := json.Unmarshal(vectors[source], &v); err != nil {
			t.Fatal(err)
		}
		o := openOffice(t)
		if v.Secret != o.secrets.TypeformSecret {
			t.Fatalf("%s: the vector has another secret", source)
		}
		*o.clock = at
		m := Message{URL: o.url + "/hooks/" + source, Header: v.header(), Body: webhooks(t, v.BodyFile)}
		if status, said := o.deliver(t, m); status/100 != 2 {
			t.Errorf("%s: %d %s", source, status, said)
		}
		for name, want := range v.header() {
			if got := o.sign(t, source, m.Body).Header.Get(name); name != "Content-Type" && got != want[0] {
				t.Errorf("%s: we sign %s: %q, want %q", source, name, got, want[0])
			}
		}
	}
}

// The tools' own libraries sign what we take, and take what we sign.
func TestSignedByOthers(t *testing.T) {
	o := openOffice(t)
	t.Run("webflow", func(t *testing.T) {
		body, _ := Sample("webflow")
		m := o.sign(t, "webflow", body)
		headers := map[string]string{}
		for name := range m.Header {
			headers[strings.ToLower(name)] = m.Header.Get(name)
		}
		check := map[string]any{"secret": o.secrets.WebflowSecret, "body": string(body), "headers": headers}
		if got := byOthers(t, "webflow", check); got["valid"] != true {
			t.Errorf("Webflow's library refuses %v", headers)
		}
		check["body"] = string(body) + " "
		if got := byOthers(t, "webflow", check); got["valid"] != false {
			t.Error("Webflow's library takes anything")
		}
	})
	for _, tt := range []struct{ name, token, key string }{
		{"a token of one's own", token, "whsec_Y29ycmVjdC1ob3JzZS1iYXR0ZXJ5"},
		{"a token as the libraries make them", "whsec_c2VjcmV0IG9mIHRoZSBsaWJyYXJ5Cg==", "whsec_c2VjcmV0IG9mIHRoZSBsaWJyYXJ5Cg=="},
	} {
		t.Run("standard, "+tt.name, func(t *testing.T) {
			const body = `{"email":"ana@example.com"}`
			h := http.Header{}
			for name, value := range byOthers(t, "standard", map[string]any{"secret": tt.key, "body": body, "id": "msg_1", "timestamp": tuesday.UnixMilli()}) {
				h.Set(name, value.(string))
			}
			if !standard(h, tt.token, []byte(body), tuesday) {
				t.Errorf("refused: %v", h)
			}
			if standard(h, tt.token, []byte(body+" "), tuesday) || standard(h, tt.token+"x", []byte(body), tuesday) ||
				standard(h, tt.token, []byte(body), tuesday.Add(standardPatience+time.Second)) || standard(h, "", []byte(body), tuesday) {
				t.Errorf("taken though it is forged or stale: %v", h)
			}
		})
	}
}

// forgery is a message that was sent by the tool, and what somebody made of it.
type forgery struct {
	name   string
	change func(o *office, m *Message)
	status map[string]int // by source; without one 401
}

func forgeries() []forgery {
	all := func(status int) map[string]int {
		m := map[string]int{}
		for _, from := range sources(everySecret()) {
			m[from.name] = status
		}
		return m
	}
	except := func(m map[string]int, others map[string]int) map[string]int { maps.Copy(m, others); return m }
	return []forgery{
		// What stands in the body or in the address proves nothing of the rest of the body.
		{"another body", func(_ *office, m *Message) {
			m.Body = []byte(strings.Replace(string(m.Body), ".example", ".invalid", 1))
		},
			map[string]int{"json": 202, "n8n": 202, "google-ads": 200, "salesforce": 200}},
		{"a space more", func(_ *office, m *Message) { m.Body = append(slices.Clone(m.Body), ' ') },
			map[string]int{"json": 202, "n8n": 202, "google-ads": 200, "salesforce": 200}},
		{"nothing that proves it", func(o *office, m *Message) {
			m.Header = http.Header{"Content-Type": m.Header["Content-Type"]}
			m.URL = strings.TrimSuffix(m.URL, "/"+o.secrets.SalesforceKey)
			m.Body = []byte(strings.Replace(string(m.Body), o.secrets.GoogleAdsKey, "", 1))
		}, nil},
		{"cut off", func(_ *office, m *Message) { m.Body = m.Body[:len(m.Body)/2] }, map[string]int{"json": 400, "n8n": 400, "salesforce": 400}},
		{"empty", func(_ *office, m *Message) { m.Body = nil }, map[string]int{"json": 400, "n8n": 400, "salesforce": 400}},
		{"too large", func(_ *office, m *Message) { m.Body = append(slices.Clone(m.Body), make([]byte, MaxBody)...) }, all(413)},
		{"not of its kind", func(_ *office, m *Message) { m.Header.Set("Content-Type", "text/plain") }, all(415)},
		{"three minutes and a second old", func(o *office, _ *Message) { *o.clock = tuesday.Add(3*time.Minute + time.Second) },
			except(all(202), map[string]int{"webflow": 200, "google-ads": 200, "salesforce": 200, "calendly": 401})},
		{"five minutes and a second old", func(o *office, _ *Message) { *o.clock = tuesday.Add(5*time.Minute + time.Second) },
			map[string]int{"json": 202, "n8n": 202, "typeform": 202, "google-ads": 200, "salesforce": 200}},
		{"from the future", func(o *office, _ *Message) { *o.clock = tuesday.Add(-5*time.Minute - time.Second) },
			map[string]int{"json": 202, "n8n": 202, "typeform": 202, "google-ads": 200, "salesforce": 200}},
	}
}

// signing are the sources that these forgeries are about; the others' are with them.
func signing(name string) bool {
	return slices.Contains([]string{"json", "n8n", "typeform", "webflow", "calendly", "google-ads", "salesforce"}, name)
}

func TestForgeries(t *testing.T) {
	for _, from := range sources(everySecret()) {
		if !signing(from.name) {
			continue
		}
		for _, f := range forgeries() {
			t.Run(from.name+"/"+f.name, func(t *testing.T) {
				t.Parallel() // each with an office of its own
				o := openOffice(t)
				body, _ := Sample(from.name)
				m := o.sign(t, from.name, body)
				f.change(o, &m)
				want := f.status[from.name]
				if want == 0 {
					want = http.StatusUnauthorized
				}
				status, said := o.deliver(t, m)
				if status != want {
					t.Fatalf("got %d %s, want %d", status, said, want)
				}
				if leads := o.leads(t); (len(leads) > 0) != (want/100 == 2) {
					t.Errorf("%d, and %d leads are stored", status, len(leads))
				}
			})
		}
		t.Run(from.name+"/another secret", func(t *testing.T) {
			o := openOffice(t)
			body, _ := Sample(from.name)
			o.secrets = Secrets{IntakeToken: "x", N8NToken: "x", TypeformSecret: "x", WebflowSecret: "x", CalendlyKey: "x", GoogleAdsKey: "x",
				SalesforceKey: "x", SalesforceOrg: o.secrets.SalesforceOrg}
			if status, said := o.deliver(t, o.sign(t, from.name, body)); status != http.StatusUnauthorized {
				t.Errorf("%d %s", status, said)
			}
		})
	}
}

func TestWrongSignaturesInManyForms(t *testing.T) {
	o := openOffice(t)
	for source, headers := range map[string][]string{
		"typeform": {"sha256=", "sha1=abc", "sha256=====", "lHeNtrfBQCM8pDR5fiaGc7GQ0h5miOuVuOLDCQ1mDz4="},
		"calendly": {"", "t=,v1=", "t=1", "v1=00", "t=99999999999999999999,v1=00", "t=-1,v1=zz", "t=1782993600;v1=00", "t=" + strings.Repeat("9", 5000)},
	} {
		body, _ := Sample(source)
		m := o.sign(t, source, body)
		for _, value := range headers {
			m.Header.Set(map[string]string{"typeform": "Typeform-Signature", "calendly": "Calendly-Webhook-Signature"}[source], value)
			if status, said := o.deliver(t, m); status != http.StatusUnauthorized {
				t.Errorf("%s, %q: %d %s", source, value, status, said)
			}
		}
	}
	if leads := o.leads(t); len(leads) != 0 {
		t.Errorf("%+v", leads)
	}
}

// One message, delivered many times at once, is one lead that was touched once.
func TestDoubledAtOnce(t *testing.T) {
	for _, from := range sources(everySecret()) {
		if !signing(from.name) {
			continue
		}
		o := openOffice(t)
		body, _ := Sample(from.name)
		m := o.sign(t, from.name, body)
		var under sync.WaitGroup
		for range 8 {
			under.Go(func() {
				if status, said := o.deliver(t, m); status/100 != 2 {
					t.Errorf("%s: %d %s", from.name, status, said)
				}
			})
		}
		under.Wait()
		leads := o.leads(t)
		if want := 1 + strings.Count(from.name, "salesforce"); len(leads) != want || leads[0].Touches != 1 {
			t.Errorf("%s: %d leads, %+v", from.name, len(leads), leads)
		}
	}
}

func TestSourcesWithoutSecretsAreOff(t *testing.T) {
	for _, state := range (Secrets{}).States() {
		_, err := Sign(Secrets{}, state.Name, "http://127.0.0.1:8080", nil, tuesday)
		if off, ok := err.(SourceOff); !ok || !slices.Equal(off.Missing, state.Missing) || len(off.Missing) == 0 {
			t.Errorf("%s: %v", state.Name, err)
		}
	}
	if _, err := Sign(everySecret(), "fax", "", nil, tuesday); err != (UnknownSource{"fax"}) {
		t.Errorf("%v", err)
	}
	if _, ok := Sample("fax"); ok {
		t.Error("there is a sample of no source")
	}
	if entries, err := os.ReadDir("samples"); err != nil || len(entries) != len(sources(Secrets{})) {
		t.Errorf("%d samples of %d sources, %v", len(entries), len(sources(Secrets{})), err)
	}
}
