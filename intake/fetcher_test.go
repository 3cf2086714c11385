package intake

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store/storetest"
)

// Whatever goes wrong with a tool, the lead waits, is asked for again no sooner than it should be, and is there in
// the end.
func TestFetchRetries(t *testing.T) {
	for _, tt := range []struct {
		name    string
		fault   http.HandlerFunc
		wait    time.Duration // before it is asked for again
		problem string
		trouble bool
	}{
		{"busy, for so long", fails(429, `{}`, "Retry-After", "90"), 90 * time.Second, "429", false},
		{"busy, until", fails(429, `{}`, "Retry-After", "Tue, 24 Nov 2026 12:02:00 GMT", "Date", "Tue, 24 Nov 2026 12:00:00 GMT"), 2 * time.Minute, "429", false},
		{"busy", fails(429, `{}`), firstWait, "429", false},
		{"busy, for ever", fails(429, `{}`, "Retry-After", "4000000000"), maxWait, "429", false},
		{"busy, for nonsense", fails(429, `{}`, "Retry-After", "-5"), firstWait, "429", false},
		{"down", fails(500, `<html>`), 2 * firstWait, "500", false},
		{"down, for so long", fails(503, ``, "Retry-After", "60"), time.Minute + firstWait, "503", false},
		{"cut off", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 2 * firstWait, "not reached: EOF", false},
		{"broken off", fails(200, `{"id":"123",`, "Content-Length", "1000"), 2 * firstWait, "broke off", false},
		{"no JSON", fails(200, `<html>Ana</html>`), firstWait, "not JSON", false},
		{"another JSON", fails(200, `["Ana"]`), firstWait, "no contact", false},
		{"too large", fails(200, `{"id":"`+strings.Repeat("1", MaxBody)+`"}`), firstWait, "too large", false},
		{"sent elsewhere", fails(302, ``, "Location", "https://example.com/"), firstWait, "302", false},
		{"odd", fails(418, `{}`), firstWait, "418", false},
		{"a wrong address", fails(404, `<html>no such page</html>`), firstWait, "404", false},
		{"refused", fails(401, `{"message":"about Ana"}`), refusedRest, "token was refused with status 401", true},
		{"not allowed", fails(403, `{}`), firstWait, "may not read this, status 403", false},
		{"old", fails(426, `{}`), refusedRest, "version", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			i := openInn(t, storetest.SQLite(t))
			i.hubspot.people["123"], i.hubspot.faults = hubspotAna, []http.HandlerFunc{tt.fault}
			i.send(t, "hubspot", hubspotMQLEvent(123, tuesday))
			i.fetch(t, i.fetcher)
			if got := i.fetcher.Troubles(); (len(got) == 1) != tt.trouble || tt.trouble && (got[0].Source != "hubspot" || !strings.Contains(got[0].Why, tt.problem)) {
				t.Errorf("the troubles are %+v", got)
			}
			i.now.pass(tt.wait - time.Second)
			i.fetch(t, i.fetcher)
			if n := i.hubspot.times(); n != 1 || len(i.leads(t)) != 0 || i.fetching(t) != 1 {
				t.Fatalf("asked %d times, %d leads, %d waiting", n, len(i.leads(t)), i.fetching(t))
			}
			other := NewFetcher(i.config) // another process knows when to ask, too
			i.now.pass(time.Second)
			i.fetch(t, other)
			i.fetch(t, i.fetcher)
			if n := i.hubspot.times(); n != 2 || len(i.leads(t)) != 1 || i.fetching(t) != 0 {
				t.Errorf("asked %d times, %d leads, %d waiting\n%s", n, len(i.leads(t)), i.fetching(t), i.log)
			}
			if !strings.Contains(i.log.String(), tt.problem) {
				t.Errorf("the log does not tell %q:\n%s", tt.problem, i.log)
			}
			i.secrecy(t)
		})
	}
}

// A tool that does not answer is given up in time.
func TestFetchSlow(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	i.hubspot.people["123"] = hubspotAna
	i.hubspot.faults = []http.HandlerFunc{func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }}
	i.fetcher.client.Timeout = 50 * time.Millisecond
	i.send(t, "hubspot", hubspotMQLEvent(123, tuesday))
	i.fetch(t, i.fetcher)
	if !strings.Contains(i.log.String(), "no answer in time") || i.fetching(t) != 1 {
		t.Errorf("%d waiting\n%s", i.fetching(t), i.log)
	}
	i.fetcher.client.Timeout = askPatience
	i.now.pass(2 * firstWait)
	i.fetch(t, i.fetcher)
	if len(i.leads(t)) != 1 {
		t.Error(i.log)
	}
	i.secrecy(t)
}

// A refused token is told at once and asked about rarely, whoever waits; once it is mended all are read.
func TestFetchRefusedThenMended(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	no := fails(401, `{}`)
	i.hubspot.faults = []http.HandlerFunc{no, no, no}
	for id := range int64(20) {
		i.contact(t, id+1)
	}
	for range 60 {
		i.fetch(t, i.fetcher)
		i.now.pass(time.Minute / 2)
	}
	if n := i.hubspot.times(); n != 3 || len(i.fetcher.Troubles()) != 1 || strings.Count(i.log.String(), "they wait") != 1 {
		t.Fatalf("asked %d times, troubles %+v\n%s", n, i.fetcher.Troubles(), i.log)
	}
	i.fetch(t, i.fetcher)
	if got := i.leads(t); len(got) != 20 || len(i.fetcher.Troubles()) != 0 || !strings.Contains(i.log.String(), "can be fetched again") {
		t.Errorf("%d leads, troubles %+v\n%s", len(got), i.fetcher.Troubles(), i.log)
	}
}

// A lead that the token may not see is in nobody's way, however long it waits.
func TestFetchForbidden(t *testing.T) {
	for _, tt := range []struct {
		source    string
		a, b      string
		forbidden http.HandlerFunc
		tool      func(i *inn) *fakeAPI
	}{
		{"meta", metaNotice(76), metaNotice(77), fails(403, `{"error":{"code":200}}`), func(i *inn) *fakeAPI { return i.meta }},
		{"meta", metaNotice(76), metaNotice(77), fails(400, `{"error":{"code":10}}`), func(i *inn) *fakeAPI { return i.meta }},
		{"linkedin", linkedinNotice("forbidden", "CREATED", 1), linkedinNotice("1a2b3c-4", "CREATED", 1), fails(403, `{}`), func(i *inn) *fakeAPI { return i.linkedin }},
	} {
		i := openInn(t, storetest.SQLite(t))
		i.meta.people["77"], i.linkedin.people["1a2b3c-4"] = metaAna, linkedinAna
		tool := tt.tool(i)
		tool.faults = slices.Repeat([]http.HandlerFunc{tt.forbidden}, 20)
		i.send(t, tt.source, tt.a)
		for range 20 { // the waits grow to an hour
			i.fetch(t, i.fetcher)
			i.now.pass(longestWait)
		}
		if n := tool.times(); n != 20 {
			t.Fatalf("%s: asked %d times", tt.source, n)
		}
		tool.faults = slices.Repeat([]http.HandlerFunc{tt.forbidden}, 1)
		i.fetch(t, i.fetcher)
		i.send(t, tt.source, tt.b)
		i.fetch(t, i.fetcher) // no time has passed
		if got := i.leads(t); len(got) != 1 || i.fetching(t) != 1 {
			t.Errorf("%s: %d leads, %d waiting\n%s", tt.source, len(got), i.fetching(t), i.log)
		}
		i.secrecy(t)
	}
}

// contact makes a contact that becomes an MQL.
func (i *inn) contact(t *testing.T, id int64) {
	t.Helper()
	n := strconv.FormatInt(id, 10)
	i.hubspot.people[n] = `{"id":"` + n + `","properties":{"email":"p` + n + `@example.com"}}`
	i.send(t, "hubspot", hubspotMQLEvent(id, tuesday))
}

// One contact that HubSpot chokes on holds no other up.
func TestFetchPoison(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	for _, id := range []int64{1, 2, 3, 4} {
		i.contact(t, id)
		i.now.pass(time.Second)
	}
	i.hubspot.broken = "1"
	for range 12 {
		i.fetch(t, i.fetcher)
		i.now.pass(firstWait)
	}
	if got := i.leads(t); len(got) != 3 || i.fetching(t) != 1 {
		t.Errorf("%d leads, %d waiting\n%s", len(got), i.fetching(t), i.log)
	}
}

// Whoever is not there is waited for for some hours, for a tool may not know them yet, and then given up with a warning.
func TestFetchGone(t *testing.T) {
	for _, fault := range []http.HandlerFunc{fails(404, `{"category":"OBJECT_NOT_FOUND"}`), fails(410, ``)} {
		i := openInn(t, storetest.SQLite(t))
		i.hubspot.faults = slices.Repeat([]http.HandlerFunc{fault}, 10)
		i.send(t, "hubspot", hubspotMQLEvent(123, tuesday))
		i.fetch(t, i.fetcher)
		i.now.pass(goneAfter - time.Second)
		i.fetch(t, i.fetcher)
		if n := i.hubspot.times(); n != 2 || i.fetching(t) != 1 {
			t.Errorf("asked %d times, %d waiting\n%s", n, i.fetching(t), i.log)
		}
		i.now.pass(longestWait)
		for range 3 {
			i.fetch(t, i.fetcher)
			i.now.pass(longestWait)
		}
		if n := i.hubspot.times(); n != 3 || i.fetching(t) != 0 || len(i.leads(t)) != 0 || !strings.Contains(i.log.String(), "level=WARN msg=\"a lead is not there") {
			t.Errorf("asked %d times, %d waiting\n%s", n, i.fetching(t), i.log)
		}
	}
}

// A wrong address of the API answers 404 for everybody: nobody is gone.
func TestFetchNotGone(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	i.meta.faults = []http.HandlerFunc{fails(404, `<html>no such page</html>`)}
	i.meta.people["77"] = metaAna
	i.send(t, "meta", metaNotice(77))
	i.now.pass(2 * goneAfter)
	i.fetch(t, i.fetcher)
	i.now.pass(firstWait)
	i.fetch(t, i.fetcher)
	if n := i.meta.times(); n != 2 || len(i.leads(t)) != 1 {
		t.Errorf("asked %d times, %d leads\n%s", n, len(i.leads(t)), i.log)
	}
}

// A lead of which something is wrong is taken without that: nobody would send it again.
func TestFetchMends(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	i.hubspot.people["1"] = `{"id":"1","url":"javascript:alert(1)","properties":{"email":"ana at nordwind","firstname":"` + strings.Repeat("ñ", 900) + `"}}`
	i.hubspot.people["2"] = `{"id":"2","properties":{}}`
	i.send(t, "hubspot", hubspotMQLEvent(1, tuesday))
	i.send(t, "hubspot", hubspotMQLEvent(2, tuesday))
	i.fetch(t, i.fetcher)
	got := i.leads(t)
	if len(got) != 2 || i.fetching(t) != 0 {
		t.Fatalf("%d leads\n%s", len(got), i.log)
	}
	l := got[slices.IndexFunc(got, func(l handoff.Lead) bool { return l.Name != "" })]
	if l.Email != "" || l.Link != "" || len([]rune(l.Name)) < 100 || len(l.Extras) == 0 || l.Extras[0] != (handoff.Extra{Label: "Email", Value: "ana at nordwind", Shown: true}) {
		t.Errorf("got %+v", l)
	}
	i.secrecy(t)
}

// A process that dies between reading and storing leaves the lead to another; what it read late changes nothing.
func TestFetchKilled(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	i.meta.people["77"] = metaAna
	i.send(t, "meta", metaNotice(77))
	from := i.fetcher.sources[1]
	job, err := i.store.ClaimFetch(t.Context(), "killed", i.now.Now(), fetchLease, from.name)
	if err != nil {
		t.Fatal(err)
	}
	b, err := i.fetcher.ask(t.Context(), from, job.Ref)
	if err != nil {
		t.Fatal(err)
	}
	i.fetch(t, i.fetcher)
	if len(i.leads(t)) != 0 {
		t.Fatal("somebody else's claim is not respected")
	}
	i.now.pass(fetchLease)
	for range 2 {
		i.fetch(t, i.fetcher)
		if err := i.fetcher.keep(t.Context(), from, i.ws, job, b); err != nil {
			t.Fatal(err)
		}
	}
	if got := i.leads(t); len(got) != 1 || got[0].Touches != 1 || i.meta.times() != 2 {
		t.Errorf("got %+v, asked %d times", got, i.meta.times())
	}
}

// A parser that panics costs a try, and nothing else.
func TestFetchPanic(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	i.send(t, "meta", metaNotice(77))
	from := i.fetcher.sources[1]
	from.ask = func(context.Context, *http.Client, string, []string) (batch, error) { panic("about Ana") }
	if !i.fetcher.step(t.Context(), from) || i.fetching(t) != 1 {
		t.Errorf("%d waiting", i.fetching(t))
	}
	from.ask = func(context.Context, *http.Client, string, []string) (batch, error) {
		return batch{}, errors.New("Ana")
	}
	i.now.pass(firstWait)
	i.fetcher.step(t.Context(), from)
	i.secrecy(t)
}

// That leads wait for more than a day is said, once an hour.
func TestFetchReminds(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	i.send(t, "meta", metaNotice(77))
	for _, want := range []int{0, 0, 1, 1, 2} {
		i.fetcher.remind(t.Context())
		if got := strings.Count(i.log.String(), "more than a day"); got != want {
			t.Errorf("said %d times, want %d", got, want)
		}
		switch want {
		case 0:
			i.now.pass(12 * time.Hour)
		default:
			i.now.pass(lateReminder / 2)
		}
	}
}
