package outbound

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"relevo/handoff"
	"relevo/store"
)

// typeOf returns a message's type after the library has verified it, or what is wrong with it.
func typeOf(p post, secret string) string {
	verifier, err := standardwebhooks.NewWebhook(secret)
	if err == nil {
		err = verifier.VerifyIgnoringTimestamp([]byte(p.body), p.header)
	}
	var said struct{ Type string }
	if err == nil {
		err = json.Unmarshal([]byte(p.body), &said)
	}
	if err != nil {
		return err.Error()
	}
	return said.Type
}

// A failing endpoint is tried by the schedule, over three days, always with the same id; then the message is given up, and is
// the same when it is resent.
func TestRetries(t *testing.T) {
	b := openBay(t, nil)
	r := b.receiver(t, answers(500))
	e, secret := b.hook(t, r.URL+"/hook?token=hunter2")
	began := b.now()
	l := b.lead(t, "")
	b.accept(t, l.ID) // waits until the first was told or given up
	var want time.Duration
	for i := range len(schedule) + 1 {
		b.work(t)
		posts := r.got()
		if len(posts) != i+1 {
			t.Fatalf("%d tries after %s, want %d", len(posts), b.now().Sub(began), i+1)
		}
		if i < len(schedule) {
			b.pass(schedule[i] - time.Second)
			b.work(t)
			b.pass(time.Second)
			want += schedule[i]
		}
	}
	if took := b.now().Sub(began); took < 3*24*time.Hour || want < 3*24*time.Hour {
		t.Errorf("it was given up after %s", took)
	}
	ids := map[string]bool{}
	for _, p := range r.got() {
		ids[p.header.Get("webhook-id")] = true
		if typeOf(p, secret) != "lead.received" {
			t.Error(typeOf(p, secret))
		}
	}
	if got := b.givenUp(t); len(ids) != 1 || len(got) != 1 || got[0] != "dead lead.received: answered with status 500" {
		t.Fatalf("%d ids; given up: %v", len(ids), got)
	}
	r.answer = nil
	b.pass(longestRest)
	b.work(t)
	n, err := b.store.Resend(t.Context(), b.ws.ID)
	if err != nil || n != 1 {
		t.Fatal(n, err)
	}
	b.work(t)
	posts := r.got()
	last := posts[len(posts)-1]
	if before := posts[len(posts)-2]; typeOf(before, secret) != "lead.accepted" || typeOf(last, secret) != "lead.received" || !ids[last.header.Get("webhook-id")] {
		t.Errorf("resent: %s after %s", typeOf(last, secret), typeOf(before, secret))
	}
	if b.waiting(t)+len(b.givenUp(t)) != 0 {
		t.Error("something is left")
	}
	if s := b.log.String(); strings.Contains(s, "hunter2") || strings.Contains(s, "Ana") || strings.Contains(s, secret) {
		t.Error(s)
	}
	if e, err = b.store.Endpoint(t.Context(), b.ws.ID, e.ID); err != nil || e.Failures != 0 {
		t.Errorf("%+v, %v", e, err)
	}
}

func TestAnswers(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer http.HandlerFunc
		wait   time.Duration // until the next try; 0 when there is none
		why    string
	}{
		{"fine", answers(204), 0, ""},
		{"another time", answers(400), 5 * time.Second, "answered with status 400"},
		{"busy", answers(429, "Retry-After", "90"), 90 * time.Second, "answered with status 429"},
		{"down until", answers(503, "Retry-After", "Tue, 24 Nov 2026 12:10:00 GMT", "Date", "Tue, 24 Nov 2026 12:00:00 GMT"), 10 * time.Minute, "answered with status 503"},
		{"busy for ever", answers(429, "Retry-After", "4000000000"), maxWait, "answered with status 429"},
		{"elsewhere", answers(307, "Location", "http://127.0.0.1:1/"), 5 * time.Second, "answered with status 307"},
		{"cut off", func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 5 * time.Second, "not reached: EOF"},
		{"large", func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, 1<<20)) }, 0, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := openBay(t, nil)
			r := b.receiver(t, tt.answer)
			e, _ := b.hook(t, r.URL)
			b.lead(t, "")
			b.work(t)
			e, err := b.store.Endpoint(t.Context(), b.ws.ID, e.ID)
			if err != nil {
				t.Fatal(err)
			}
			if tt.wait == 0 {
				if b.waiting(t) != 0 || e.Problem != "" {
					t.Errorf("%d wait; %+v", b.waiting(t), e)
				}
				return
			}
			b.pass(tt.wait - time.Second)
			b.work(t)
			if n := len(r.got()); n != 1 || !strings.Contains(b.log.String(), tt.why) {
				t.Fatalf("asked %d times: %s", n, b.log)
			}
			b.pass(time.Second)
			b.worker = b.another() // another process knows when, too
			b.work(t)
			if n := len(r.got()); n != 2 {
				t.Errorf("asked %d times after %s", n, tt.wait)
			}
		})
	}
}

// Who answers 410 is told nothing any more, until somebody enables it.
func TestGone(t *testing.T) {
	b := openBay(t, nil)
	r := b.receiver(t, answers(410))
	e, _ := b.hook(t, r.URL)
	b.lead(t, "")
	b.work(t)
	b.pass(96 * time.Hour)
	b.work(t)
	e, err := b.store.Endpoint(t.Context(), b.ws.ID, e.ID)
	if err != nil || e.Disabled.IsZero() || e.Problem != "answered with status 410" || len(r.got()) != 1 || len(b.givenUp(t)) != 1 {
		t.Errorf("%+v, %v: %d, %v", e, err, len(r.got()), b.givenUp(t))
	}
}

// While a secret is changed both sign, and each verifies.
func TestRotation(t *testing.T) {
	b := openBay(t, nil)
	r := b.receiver(t, nil)
	e, old := b.hook(t, r.URL)
	secret, err := b.store.RotateEndpoint(t.Context(), b.ws.ID, e.ID, b.now().Add(24*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	l := b.lead(t, "")
	b.work(t)
	b.pass(24 * time.Hour)
	b.accept(t, l.ID)
	b.work(t)
	posts := r.got()
	both, one := posts[0].header.Get("webhook-signature"), posts[1].header.Get("webhook-signature")
	if strings.Count(both, " ") != 1 || typeOf(posts[0], old) != "lead.received" || typeOf(posts[0], secret) != "lead.received" {
		t.Errorf("signed %q", both)
	}
	if strings.Contains(one, " ") || typeOf(posts[1], secret) != "lead.accepted" || typeOf(posts[1], old) == "lead.accepted" {
		t.Errorf("a day later: %q", one)
	}
}

// Whoever was killed after sending leaves the message to be sent again, with the id by which it is known.
func TestKilledAfterSending(t *testing.T) {
	b := openBay(t, nil)
	r := b.receiver(t, nil)
	e, _ := b.hook(t, r.URL)
	b.lead(t, "")
	d, err := b.store.ClaimDelivery(t.Context(), e.ID, "killed", b.now(), lease)
	if err != nil {
		t.Fatal(err)
	}
	if out, err := b.worker.deliver(t.Context(), e, d); err != nil || out.fate != done {
		t.Fatal(out, err)
	}
	b.work(t)
	b.pass(lease)
	b.work(t)
	posts := r.got()
	if len(posts) != 2 || posts[0].header.Get("webhook-id") != posts[1].header.Get("webhook-id") || b.waiting(t) != 0 {
		t.Errorf("%d posts, %d wait", len(posts), b.waiting(t))
	}
}

// One that does not answer holds up nobody else; and several processes tell each thing once.
func TestSlowEndpoint(t *testing.T) {
	b := openBay(t, nil)
	release, told := make(chan struct{}), make(chan struct{}, 1)
	slow := b.receiver(t, func(http.ResponseWriter, *http.Request) { <-release })
	quick := b.receiver(t, nil)
	quick.answer = func(http.ResponseWriter, *http.Request) {
		if len(quick.got()) == 40 {
			select {
			case told <- struct{}{}:
			default: // another one saw it, too
			}
		}
	}
	b.hook(t, slow.URL)
	b.hook(t, quick.URL)
	var as []handoff.Arrival
	for n := range 40 {
		as = append(as, handoff.Arrival{Person: handoff.Person{Email: fmt.Sprintf("p%d@example.com", n)}, At: b.now()})
	}
	if _, err := b.store.AddLeads(t.Context(), b.ws, as); err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	var processes sync.WaitGroup
	for range 3 {
		processes.Go(func() { b.another().Run(ctx) })
	}
	<-told
	close(release)
	stop()
	processes.Wait()
	ids := map[string]bool{}
	for _, p := range quick.got() {
		ids[p.header.Get("webhook-id")] = true
	}
	if len(ids) != 40 || len(quick.got()) != 40 {
		t.Errorf("%d messages in %d posts", len(ids), len(quick.got()))
	}
}

// A test is sent as any other message, and says what is wrong.
func TestTest(t *testing.T) {
	b := openBay(t, nil)
	r := b.receiver(t, nil)
	e, secret := b.hook(t, r.URL)
	why, err := b.worker.Test(t.Context(), b.ws, e)
	if err != nil || why != "" || typeOf(r.got()[0], secret) != "webhook.test" {
		t.Errorf("%q, %v", why, err)
	}
	r.answer = answers(401)
	if why, err = b.worker.Test(t.Context(), b.ws, e); err != nil || why != "answered with status 401" {
		t.Errorf("%q, %v", why, err)
	}
	e.Internal = false
	if why, err = b.worker.Test(t.Context(), b.ws, e); err != nil || !strings.Contains(why, "127.0.0.1, which is not a public address") || len(r.got()) != 2 {
		t.Errorf("%q, %v", why, err)
	}
}

// Of whoever withdrew nothing is told but that.
func TestErased(t *testing.T) {
	b := openBay(t, nil)
	r := b.receiver(t, nil)
	_, secret := b.hook(t, r.URL)
	b.accept(t, b.lead(t, "crm:1").ID)
	if _, err := b.store.Erase(t.Context(), b.ws.ID, store.Erasure{ExternalID: "crm:1"}, b.now()); err != nil {
		t.Fatal(err)
	}
	b.work(t)
	posts := r.got()
	want := `"data":{"workspace":"","lead":{"number":1,"external_ids":["crm:1"],"state":"erased"}}}`
	if len(posts) != 1 || typeOf(posts[0], secret) != "lead.erased" || !strings.HasSuffix(posts[0].body, want) || b.waiting(t) != 0 {
		t.Errorf("%+v", posts)
	}
}
