package intake

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store/storetest"
)

const metaAna = `{"id":"77","created_time":"2026-11-24T08:30:00+0000","platform":"ig","ad_name":"Free trial","campaign_name":"Autumn","field_data":[
	{"name":"full_name","values":["Ana Ruiz"]},{"name":"work_email","values":["ana@nordwind.example"]},{"name":"phone_number","values":["+34600111222"]},
	{"name":"company_name","values":["Nordwind"]},{"name":"how_many_vans?","values":["5","12"]},{"name":"date_of_birth","values":["1980-01-01"]}]}`

func TestMetaLead(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	i.meta.people["77"] = metaAna
	i.send(t, "meta", `{"object":"page","entry":[{"id":1,"time":2,"changes":[{"field":"leadgen","value":{"leadgen_id":77}},{"field":"feed","value":{}},
		{"field":"leadgen","value":{"leadgen_id":"77"}},{"field":"leadgen","value":{"leadgen_id":"me/accounts"}}]},{"id":2,"changes":[{"field":"leadgen","value":{"leadgen_id":78}}]}]}`)
	i.meta.people["78"] = `{"id":"78","field_data":[{"name":"full_name","values":["<test lead: dummy data for full_name>"]},{"name":"email","values":["test@fb.com"]}]}`
	if n := i.fetching(t); n != 2 {
		t.Errorf("%d are being fetched, want 2", n)
	}
	i.fetch(t, i.fetcher)
	got := i.leads(t)
	if len(got) != 1 || i.fetching(t) != 0 {
		t.Fatalf("%d leads, %d waiting\n%s", len(got), i.fetching(t), i.log)
	}
	l := got[0]
	want := handoff.Person{Name: "Ana Ruiz", Email: "ana@nordwind.example", Phone: "+34600111222", Company: "Nordwind"}
	if touch := (handoff.Touch{Source: "Instagram", Campaign: "Autumn", Activity: "Free trial"}); l.Person != want || l.Touch != touch {
		t.Errorf("got %+v %+v\nwant %+v %+v", l.Person, l.Touch, want, touch)
	}
	if len(l.Extras) != 1 || l.Extras[0] != (handoff.Extra{Label: "How many vans?", Value: "5, 12"}) {
		t.Errorf("got %+v", l.Extras)
	}
	if at := time.Date(2026, 11, 24, 8, 30, 0, 0, time.UTC); !l.Received.Equal(at) {
		t.Errorf("received %v, want %v", l.Received, at)
	}
	if r := i.meta.asked[0]; r.URL.Path != "/v23.0/77" || len(r.URL.Query().Get("appsecret_proof")) != 64 {
		t.Errorf("asked %s", r.URL)
	}
	i.secrecy(t)
}

func TestMetaHandshake(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	for _, tt := range []struct {
		mode, token, challenge string
		status                 int
	}{
		{"subscribe", "meta-verify-token", "1158201444", http.StatusOK},
		{"subscribe", "meta-verify-token", "<script>1</script>", http.StatusOK},
		{"subscribe", "meta-verify-tokem", "1158201444", http.StatusForbidden},
		{"subscribe", "", "1158201444", http.StatusForbidden},
		{"unsubscribe", "meta-verify-token", "1158201444", http.StatusForbidden},
		{"subscribe", "meta-verify-token", strings.Repeat("1", maxChallenge+1), http.StatusForbidden},
	} {
		q := url.Values{"hub.mode": {tt.mode}, "hub.verify_token": {tt.token}, "hub.challenge": {tt.challenge}}
		resp, err := http.Get(i.url + "/hooks/meta?" + q.Encode())
		if err != nil {
			t.Fatal(err)
		}
		body := make([]byte, 1000)
		n, _ := resp.Body.Read(body)
		resp.Body.Close()
		if said := string(body[:n]); resp.StatusCode != tt.status || tt.status == 200 && said != tt.challenge || tt.status != 200 && said != "" {
			t.Errorf("%+v: got %d %q", tt, resp.StatusCode, said)
		}
		if kind := resp.Header.Get("Content-Type"); tt.status == 200 && (!strings.HasPrefix(kind, "text/plain") || resp.Header.Get("X-Content-Type-Options") != "nosniff") {
			t.Errorf("a browser may take it for %s", kind)
		}
	}
}

// Meta says with a number what is wrong, and nearly always with status 400.
func TestMetaTroubles(t *testing.T) {
	for code, want := range map[string]cause{
		"190": refused, "102": refused, "10": forbidden, "200": forbidden, "299": forbidden, "4": busy, "17": busy, "613": busy, "80005": busy,
		"1": down, "2": down, "100": unclear, "300": unclear, `"190"`: refused, "null": unclear, "1e3": unclear,
	} {
		body, _ := lenient([]byte(`{"error":{"message":"about Ana","code":` + code + `,"error_subcode":33}}`))
		u := metaTrouble(&unread{why: "status", body: body})
		if u.cause != want || strings.Contains(u.why, "Ana") {
			t.Errorf("%s: %v %q, want %v", code, u.cause, u.why, want)
		}
	}
}

// What Meta does not show is asked for as long as Meta keeps it, and then given up with an error.
func TestMetaGivenUp(t *testing.T) {
	for _, tt := range []struct {
		subcode string
		pass    time.Duration
		waiting int
	}{{"33", metaKeeps - time.Second, 1}, {"33", metaKeeps, 0}, {"34", 2 * metaKeeps, 1}} {
		i := openInn(t, storetest.SQLite(t))
		i.meta.faults = slices.Repeat([]http.HandlerFunc{fails(400, `{"error":{"code":100,"error_subcode":`+tt.subcode+`}}`)}, 2)
		i.send(t, "meta", metaNotice(77))
		i.fetch(t, i.fetcher)
		i.now.pass(tt.pass)
		i.fetch(t, i.fetcher)
		said := strings.Contains(i.log.String(), "level=ERROR msg=\"a lead could never be read")
		if n := i.fetching(t); n != tt.waiting || said != (tt.waiting == 0) || i.meta.times() != 2 {
			t.Errorf("%+v: asked %d times, %d waiting\n%s", tt, i.meta.times(), n, i.log)
		}
	}
}

func TestMetaVector(t *testing.T) {
	v := published(t, "meta")
	from := metaSource(Secrets{MetaAppSecret: v["secret"]})
	r := func(signature string) *http.Request {
		return &http.Request{Header: http.Header{"X-Hub-Signature-256": {signature}}}
	}
	good := v["X-Hub-Signature-256"]
	if !from.verify(r(good), []byte(v["body"]), tuesday) {
		t.Error("the vector is refused")
	}
	for _, bad := range []string{"", "sha256=", strings.TrimPrefix(good, "sha256="), "sha1=" + strings.TrimPrefix(good, "sha256="), good[:len(good)-2], good + "00"} {
		if from.verify(r(bad), []byte(v["body"]), tuesday) {
			t.Errorf("%q is taken", bad)
		}
	}
	if from.verify(r(good), []byte(v["body"]+"\n"), tuesday) {
		t.Error("another body is taken")
	}
	b, err := from.parse(nil, []byte(v["body"]))
	if err != nil || len(b.fetches) != 2 || b.fetches[0].ref != "123123123123" || b.fetches[1].key != "123123123124" {
		t.Errorf("got %+v, %v", b, err)
	}
	if _, err := from.parse(nil, []byte(`{"object":"page"}`)); !errors.Is(err, Problem{Code: notALead}) {
		t.Errorf("got %v", err)
	}
}
