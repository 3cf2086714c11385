package outbound

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
)

const mql = "marketingqualifiedlead"

func hubspotBay(t *testing.T) (*bay, *fakeHubSpot) {
	f := newFakeHubSpot(t)
	f.set("7", "lifecyclestage", mql, "hs_lead_status", "NEW", "email", "ana@acme.example")
	return openBay(t, func(c *Config) { c.HubSpot = f.settings() }), f
}

// What sales says of a lead stands in HubSpot, with a note for each decision.
func TestHubSpot(t *testing.T) {
	b, f := hubspotBay(t)
	l := b.lead(t, "hubspot:7")
	b.work(t)
	if len(f.asked()) != 1 {
		t.Errorf("a hand-over was answered with %v", f.asked())
	}
	d := b.accept(t, l.ID)
	b.work(t)
	if got, want := f.says("7"), `salesqualifiedlead/IN_PROGRESS//"Kilns <fast>\nby May"`; got != want {
		t.Errorf("accepted: %s, want %s", got, want)
	}
	b.takeBack(t, d)
	b.work(t)
	if got, want := f.says("7"), `salesqualifiedlead/OPEN//""`; got != want { // a stage never goes back
		t.Errorf("taken back: %s, want %s", got, want)
	}
	b.reject(t, l.ID, "no-need-now")
	b.work(t)
	if got, want := f.says("7"), `salesqualifiedlead/BAD_TIMING/No need now/""`; got != want {
		t.Errorf("not now: %s, want %s", got, want)
	}
	b.pass(91 * 24 * time.Hour)
	if n, err := b.store.ReturnDue(t.Context(), b.now()); n != 1 || err != nil {
		t.Fatal(n, err)
	}
	b.work(t)
	if got, want := f.says("7"), `salesqualifiedlead/OPEN//""`; got != want {
		t.Errorf("returned: %s, want %s", got, want)
	}
	b.reject(t, l.ID, "wrong-size")
	b.work(t)
	if got, want := f.says("7"), `salesqualifiedlead/UNQUALIFIED/Wrong company size/""`; !strings.HasPrefix(got, `salesqualifiedlead/UNQUALIFIED/Wrong`) {
		t.Errorf("rejected: %s, want %s", got, want)
	}
	if len(f.noted()) != 4 || b.waiting(t)+len(b.givenUp(t)) != 0 {
		t.Fatalf("%d notes, %d wait, %v", len(f.noted()), b.waiting(t), b.givenUp(t))
	}
	if n := f.noted()[0]; n.contact != "7" || n.at != d.At.Format(time.RFC3339) || !strings.HasPrefix(n.body, "Sales accepted this lead as an SQL.<br>Need: Kilns &lt;fast&gt;<br>by May<br>Relevo #1, ") {
		t.Errorf("the note is %+v", n)
	}
	if s := b.log.String(); strings.Contains(s, "Kilns") || strings.Contains(s, "Ana") || strings.Contains(s, hubspotToken) {
		t.Error(s)
	}
}

// What somebody has changed in HubSpot is left as it is, and told; until an admin says that it may be overwritten.
func TestHubSpotConflict(t *testing.T) {
	for _, tt := range []struct {
		name, stage, status, why, overruled string
	}{
		{"moved on", "customer", "NEW", "lifecyclestage is customer", "customer/NEW"},
		{"status", mql, "BAD_TIMING", "hs_lead_status is BAD_TIMING", "salesqualifiedlead/IN_PROGRESS"},
		{"moved back", "lead", "NEW", "lifecyclestage is lead", "salesqualifiedlead/IN_PROGRESS"},
		{"both", "opportunity", "OPEN", "hs_lead_status is OPEN, lifecyclestage is opportunity", "opportunity/OPEN"},
		{"a stage of theirs", "1234567", "NEW", "lifecyclestage is 1234567", "salesqualifiedlead/IN_PROGRESS"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, f := hubspotBay(t)
			l := b.lead(t, "hubspot:7")
			b.work(t)
			f.set("7", "lifecyclestage", tt.stage, "hs_lead_status", tt.status)
			before := f.says("7")
			b.accept(t, l.ID)
			b.work(t)
			want := []string{"conflict lead.accepted: HubSpot: " + tt.why}
			if got := f.says("7"); got != before || !slices.Equal(b.givenUp(t), want) || len(f.noted()) != 1 {
				t.Errorf("%s became %s with %d notes; %v, want %v", before, got, len(f.noted()), b.givenUp(t), want)
			}
			history, err := b.store.History(t.Context(), b.ws.ID, l.ID)
			if last := history[len(history)-1]; err != nil || last.Kind != handoff.EventConflict || last.Note != "HubSpot: "+tt.why {
				t.Errorf("%+v, %v", last, err)
			}
			failed, _, err := b.store.GivenUp(t.Context(), b.ws.ID, 1)
			if err != nil {
				t.Fatal(err)
			}
			if n, err := b.store.Resend(t.Context(), b.ws.ID); n != 0 || err != nil { // all, but no conflict
				t.Error(n, err)
			}
			if n, err := b.store.Resend(t.Context(), b.ws.ID, failed[0].ID); n != 1 || err != nil {
				t.Error(n, err)
			}
			b.work(t)
			if got := f.says("7"); !strings.HasPrefix(got, tt.overruled) || len(f.noted()) != 1 {
				t.Errorf("overruled: %s with %d notes", got, len(f.noted()))
			}
		})
	}
}

// What somebody did by hand in HubSpot as it should be is no conflict, and a new hand-over is a new beginning.
func TestHubSpotAgrees(t *testing.T) {
	b, f := hubspotBay(t)
	l := b.lead(t, "hubspot:7")
	b.work(t)
	f.set("7", "lifecyclestage", "salesqualifiedlead", "hs_lead_status", "IN_PROGRESS")
	b.accept(t, l.ID)
	b.work(t)
	f.set("7", "lifecyclestage", mql, "hs_lead_status", "NEW") // marketing hands them over once more
	b.pass(time.Hour)
	b.lead(t, "hubspot:7")
	b.work(t)
	b.accept(t, l.ID)
	b.work(t)
	if got, want := f.says("7"), `salesqualifiedlead/IN_PROGRESS//"Kilns <fast>\nby May"`; got != want || len(f.noted()) != 2 || len(b.givenUp(t)) != 0 {
		t.Errorf("%s with %d notes, %v", got, len(f.noted()), b.givenUp(t))
	}
}

// Only leads that came from there are written, or those that are found by their e-mail when that is wanted.
func TestHubSpotFinds(t *testing.T) {
	for _, tt := range []struct {
		external string
		byEmail  bool
		written  bool
	}{
		{"hubspot:7", false, true}, {"hubspot:8", false, true}, {"salesforce:7", false, false}, {"", false, false}, {"", true, true}, {"hubspot:../7", false, false}, {"hubspot:9", false, false},
	} {
		b, f := hubspotBay(t)
		f.merged["8"] = "7"
		c := b.config
		c.HubSpot.Mapping.ByEmail = tt.byEmail
		b.config = c
		b.worker = b.another()
		b.accept(t, b.lead(t, tt.external).ID)
		b.work(t)
		if got := strings.HasPrefix(f.says("7"), "salesqualifiedlead"); got != tt.written || b.waiting(t)+len(b.givenUp(t)) != 0 {
			t.Errorf("%+v: written %v, %d wait, %v", tt, got, b.waiting(t), b.givenUp(t))
		}
	}
}

// Whatever goes wrong, there is one note in the end, and nobody takes our own hand for somebody else's.
func TestHubSpotFails(t *testing.T) {
	cut := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	const write, note = "PATCH /crm/v3/objects/contacts/7", "POST /crm/v3/objects/notes"
	for _, tt := range []struct {
		name  string
		fault http.HandlerFunc // of the read
		after string           // of which call the answer is lost
		wait  time.Duration
		why   string
	}{
		{"busy", answers(429, "Retry-After", "11"), "", 11 * time.Second, "status 429"},
		{"down", answers(502), "", 5 * time.Second, "status 502"},
		{"token", answers(401), "", refusedRest, "status 401"},
		{"scope", answers(403), "", refusedRest, "status 403"},
		{"another address", answers(404), "", refusedRest, "not the API's own"},
		{"at the same time", answers(409), "", 5 * time.Second, "status 409"},
		{"lost after the write", nil, write, 5 * time.Second, "not reached: EOF"},
		{"lost after the note", nil, note, 5 * time.Second, "not reached: EOF"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, f := hubspotBay(t)
			l := b.lead(t, "hubspot:7")
			b.work(t)
			f.faults = []http.HandlerFunc{tt.fault}
			if tt.after != "" {
				f.after[tt.after] = cut
			}
			d := b.accept(t, l.ID)
			b.work(t)
			if b.waiting(t) != 1 || !strings.Contains(b.log.String(), tt.why) {
				t.Fatalf("%d wait: %s", b.waiting(t), b.log)
			}
			if tt.after != "" {
				b.takeBack(t, d) // what HubSpot says now was written for a decision that does not stand any more
			}
			b.pass(tt.wait - 2*time.Second)
			b.work(t)
			n := len(f.asked())
			b.pass(2 * time.Second)
			b.work(t)
			b.pass(5 * time.Minute)
			b.work(t)
			if b.waiting(t)+len(b.givenUp(t)) != 0 || len(f.asked()) == n {
				t.Errorf("%d wait, %v", b.waiting(t), b.givenUp(t))
			}
			want, notes := `salesqualifiedlead/IN_PROGRESS//"Kilns <fast>\nby May"`, 1
			if tt.after != "" {
				want, notes = `salesqualifiedlead/OPEN//""`, 2
			}
			if got := f.says("7"); got != want || len(f.noted()) != notes {
				t.Errorf("%s with %d notes, want %s with %d", got, len(f.noted()), want, notes)
			}
		})
	}
}

// What HubSpot does not have is told with its name, and written once that is mended.
func TestHubSpotMisconfigured(t *testing.T) {
	for _, tt := range []struct {
		set func(*Mapping)
		why string
	}{
		{func(m *Mapping) { m.Need = "need" }, "answered with status 400 PROPERTY_DOESNT_EXIST (need)"},
		{func(m *Mapping) { m.Statuses[handoff.Accepted] = "YES" }, "answered with status 400 INVALID_OPTION (hs_lead_status)"},
	} {
		f := newFakeHubSpot(t)
		f.set("7", "lifecyclestage", mql)
		b := openBay(t, func(c *Config) {
			c.HubSpot = f.settings()
			tt.set(&c.HubSpot.Mapping)
		})
		b.accept(t, b.lead(t, "hubspot:7").ID)
		b.work(t)
		if want := []string{"dead lead.accepted: HubSpot: " + tt.why}; !slices.Equal(b.givenUp(t), want) {
			t.Errorf("%v, want %v", b.givenUp(t), want)
		}
		b.config.HubSpot = f.settings()
		b.worker = b.another()
		if _, err := b.store.Resend(t.Context(), b.ws.ID); err != nil {
			t.Fatal(err)
		}
		b.work(t)
		if len(b.givenUp(t)) != 0 || len(f.noted()) != 1 {
			t.Errorf("mended: %v, %d notes", b.givenUp(t), len(f.noted()))
		}
	}
}
