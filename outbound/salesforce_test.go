package outbound

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

const ana = "00Q000000000001AAA"

func salesforceBay(t *testing.T) (*bay, *fakeSalesforce) {
	f := newFakeSalesforce(t)
	b := openBay(t, func(c *Config) { c.Salesforce = f.settings() })
	f.now = b.now
	f.set(ana)
	b.pass(time.Minute)
	return b, f
}

func TestSalesforce(t *testing.T) {
	b, f := salesforceBay(t)
	l := b.lead(t, "salesforce:"+ana)
	b.work(t)
	d := b.accept(t, l.ID)
	f.tokens++ // Salesforce forgets the one that we have
	b.work(t)
	if got, want := f.says(ana), "Working - Contacted//Kilns <fast>\nby May"; got != want {
		t.Errorf("accepted: %s, want %s", got, want)
	}
	b.takeBack(t, d)
	b.work(t)
	b.reject(t, l.ID, "wrong-size")
	b.work(t)
	if got := f.says(ana); !strings.HasPrefix(got, "Closed - Not Converted/Wrong") || b.waiting(t)+len(b.givenUp(t)) != 0 {
		t.Errorf("rejected: %s; %v", got, b.givenUp(t))
	}
	if n := f.done()[0]; len(f.done()) != 3 || n["WhoId"] != ana || n["Subject"] != "Relevo #1: accepted as SQL" || !strings.HasPrefix(n["Description"], "Sales accepted this lead as an SQL.\nNeed: Kilns <fast>\nby May\nRelevo #1, ") {
		t.Errorf("%d tasks: %+v", len(f.done()), n)
	}
}

func TestSalesforceConflict(t *testing.T) {
	for _, tt := range []struct {
		name string
		set  func(*fakeSalesforce)
		why  string
	}{
		{"status", func(f *fakeSalesforce) { f.set(ana, "Status", "Nurturing") }, "Status is Nurturing"},
		{"converted", func(f *fakeSalesforce) { f.set(ana, "IsConverted", true) }, "the lead was converted"},
		{"need", func(f *fakeSalesforce) { f.set(ana, "Relevo_Need__c", "Ovens for Ana") }, "Relevo_Need__c was changed"},
		{"meanwhile", func(f *fakeSalesforce) {
			f.between = func() { f.set(ana, "Status", "Nurturing") }
		}, "Status is Nurturing"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, f := salesforceBay(t)
			l := b.lead(t, "salesforce:"+ana)
			b.work(t)
			b.pass(time.Minute)
			tt.set(f)
			b.accept(t, l.ID)
			b.work(t)
			b.pass(firstRest) // when it was overtaken
			b.work(t)
			want := []string{"conflict lead.accepted: Salesforce: " + tt.why}
			if got := f.says(ana); strings.Contains(got, "Working") || !slices.Equal(b.givenUp(t), want) || len(f.done()) != 1 {
				t.Errorf("%s with %d tasks; %v, want %v", got, len(f.done()), b.givenUp(t), want)
			}
		})
	}
}

func TestSalesforceFinds(t *testing.T) {
	for _, tt := range []struct {
		external string
		byEmail  bool
		others   []any
		written  bool
	}{
		{"salesforce:" + ana, false, nil, true},
		{"salesforce:" + ana[:15], false, nil, false}, // the fake has the long one only
		{"salesforce:003000000000001AAA", false, nil, false},
		{"", false, nil, false},
		{"", true, nil, true},
		{"", true, []any{"Email", "ana@acme.example.org"}, true},
		{"", true, []any{"Email", "ana@acme.example", "IsConverted", true}, true},
		{"", true, []any{"Email", "ana@acme.example"}, false},
	} {
		b, f := salesforceBay(t)
		b.config.Salesforce.Mapping.ByEmail = tt.byEmail
		b.worker = b.another()
		if tt.others != nil {
			f.set("00Q000000000002AAA", tt.others...)
		}
		b.accept(t, b.lead(t, tt.external).ID)
		b.work(t)
		if got := strings.HasPrefix(f.says(ana), "Working"); got != tt.written || b.waiting(t)+len(b.givenUp(t)) != 0 {
			t.Errorf("%+v: written %v, %v", tt, got, b.givenUp(t))
		}
	}
}

func TestSalesforceFails(t *testing.T) {
	cut := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	code := func(status int, code string, fields ...string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { sfRefuse(w, status, code, fields...) }
	}
	for _, tt := range []struct {
		name  string
		fault http.HandlerFunc // of the read
		after string           // of which call the answer is lost
		wait  time.Duration    // 0: given up
		why   string
	}{
		{"limit", code(403, "REQUEST_LIMIT_EXCEEDED"), "", refusedRest, "status 403 REQUEST_LIMIT_EXCEEDED"},
		{"locked", code(400, "UNABLE_TO_LOCK_ROW"), "", firstRest, "UNABLE_TO_LOCK_ROW"},
		{"down", answers(503), "", firstRest, "status 503"},
		{"field", code(400, "INVALID_FIELD", "Relevo_Need__c"), "", 0, "status 400 INVALID_FIELD (Relevo_Need__c)"},
		{"lost after the write", nil, "PATCH /sobjects/Lead/" + ana, firstRest, "not reached: EOF"},
		{"lost after the task", nil, "POST /sobjects/Task", firstRest, "not reached: EOF"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b, f := salesforceBay(t)
			l := b.lead(t, "salesforce:"+ana)
			b.work(t)
			f.faults = []http.HandlerFunc{tt.fault}
			if tt.after != "" {
				f.after[tt.after] = cut
			}
			b.accept(t, l.ID)
			b.work(t)
			if !strings.Contains(b.log.String(), tt.why) || strings.Contains(b.log.String(), "Ana") {
				t.Fatal(b.log)
			}
			if tt.wait == 0 {
				if n, err := b.store.Resend(t.Context(), b.ws.ID); n != 1 || err != nil {
					t.Fatal(n, err)
				}
			}
			b.pass(max(tt.wait, 0))
			b.work(t)
			if got, want := f.says(ana), "Working - Contacted//Kilns <fast>\nby May"; got != want || len(f.done()) != 1 || b.waiting(t)+len(b.givenUp(t)) != 0 {
				t.Errorf("%s with %d tasks, %d wait, %v", got, len(f.done()), b.waiting(t), b.givenUp(t))
			}
		})
	}
	b, f := salesforceBay(t)
	b.config.Salesforce.ClientSecret = "wrong"
	b.worker = b.another()
	b.lead(t, "salesforce:"+ana)
	b.work(t)
	if !strings.Contains(b.log.String(), "the client id or secret was refused") || b.waiting(t) != 1 || f.tokens != 0 {
		t.Error(b.log)
	}
}
