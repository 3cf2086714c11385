package intake

import (
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Nobody reads what is answered to a form tool: what is wrong with one field is left out, and the lead is kept.
func TestOneWrongFieldCostsNoLead(t *testing.T) {
	for _, tt := range []struct{ source, from, to string }{
		{"webflow", "petra.novak@kovarna-dub.example", "petra.novak@kovarna"},
		{"webflow", "petra.novak@kovarna-dub.example", `petra\u0000@kovarna-dub.example`},
		{"webflow", `"Company": "Kovárna Dub"`, `"Company": "Kovárna Dub", "Company": "Kovárna"`},
		{"webflow", "2026-03-02T10:30:00.000Z", "2126-03-02T10:30:00.000Z"},
		{"webflow", "2026-03-02T10:30:00.000Z", "on Monday"},
	} {
		t.Run(tt.source+" "+tt.to, func(t *testing.T) {
			o := openOffice(t)
			body, ok := Sample(tt.source)
			if !ok {
				t.Fatal("no sample")
			}
			changed := strings.Replace(string(body), tt.from, tt.to, 1)
			if changed == string(body) {
				t.Fatal("the sample has no such text: the test tests nothing")
			}
			m, err := Sign(o.secrets, tt.source, o.url, []byte(changed), tuesday)
			if err != nil {
				t.Fatal(err)
			}
			if status, said := o.deliver(t, m); status >= http.StatusMultipleChoices {
				t.Errorf("answered %d %s", status, said)
			}
			if leads := o.leads(t); len(leads) != 1 {
				t.Errorf("%d leads, want the one", len(leads))
			}
		})
	}
}

// A signed message is known again by the id that is signed, whatever other key a replay carries.
func TestReplayUnderAnotherKey(t *testing.T) {
	h := open(t)
	const body = `{"phone":"+34600111222"}`
	stamp := strconv.FormatInt(tuesday.Unix(), 10)
	signed := "v1," + base64.StdEncoding.EncodeToString(mac(token, "msg_1", ".", stamp, ".", body))
	for i, key := range []string{"", "x", "y", "z"} {
		authorization := ""
		if key == "z" {
			authorization = "Basic eDp5" // which is nobody's
		}
		_, got := h.post(t, body, "Authorization", authorization, "Webhook-Id", "msg_1", "Webhook-Timestamp", stamp, "Webhook-Signature", signed, "Idempotency-Key", key)
		if len(got.Leads) != 1 || got.Leads[0].Number != 1 || (i > 0 && got.Leads[0].Fate != "repeated") {
			t.Errorf("with the key %q: %+v", key, got)
		}
	}
}

// A property is asked for by the name that the mapping file has, also with underscores that matching does not see.
func TestPropertiesAreNamedAsWritten(t *testing.T) {
	m, err := ReadMapping("[fields.hubspot]\n\"lead_score__c\" = { card = \"Score\" }\n\"_x\" = \"size\"\n")
	if err != nil {
		t.Fatal(err)
	}
	if got := m.named("hubspot"); !slices.Equal(got, []string{"_x", "lead_score__c"}) {
		t.Errorf("named %q", got)
	}
}
