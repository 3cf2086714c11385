package intake

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store/storetest"
)

const hubspotAna = `{"id":"123","properties":{"firstname":"Ana","lastname":"Ruiz","email":"Ana@Nordwind.example","phone":null,"mobilephone":"600 111 222",
	"company":"Nordwind","jobtitle":"CTO","country":"Spain","numberofemployees":"50-100","recent_conversion_event_name":"Pricing: Ask for a demo",
	"hs_analytics_source":"PAID_SEARCH","hs_analytics_source_data_1":"Autumn","fleet_size":"12","hs_google_click_id":"","createdate":"2026-01-01T00:00:00Z"},
	"url":"https://app.hubspot.com/contacts/99/record/0-1/123"}`

// A contact that becomes an MQL is read, with what the mapping file asks for.
func TestHubSpotContact(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	i.hubspot.people["123"] = hubspotAna
	i.send(t, "hubspot", hubspotMQLEvent(123, tuesday))
	if n := i.fetching(t); n != 1 || i.hubspot.times() != 0 {
		t.Fatalf("%d are being fetched, %d were asked for before the answer", n, i.hubspot.times())
	}
	i.now.pass(time.Minute)
	i.fetch(t, i.fetcher)
	got := i.leads(t)
	if len(got) != 1 || i.fetching(t) != 0 {
		t.Fatalf("%d leads, %d waiting\n%s", len(got), i.fetching(t), i.log)
	}
	l := got[0]
	want := handoff.Person{Name: "Ana Ruiz", Email: "ana@nordwind.example", Phone: "+34600111222", Company: "Nordwind", Role: "CTO", Country: "ES",
		Size: l.Size, Link: "https://app.hubspot.com/contacts/99/record/0-1/123"}
	if l.Person != want || l.Size == "" {
		t.Errorf("got %+v\nwant %+v", l.Person, want)
	}
	touch := handoff.Touch{Source: "Paid search", Campaign: "Autumn", Activity: "Pricing: Ask for a demo"}
	if l.Touch != touch || len(l.Extras) != 1 || l.Extras[0] != (handoff.Extra{Label: "Vans", Value: "12", Shown: true}) {
		t.Errorf("got %+v %+v\nwant %+v", l.Touch, l.Extras, touch)
	}
	if !l.Received.Equal(tuesday) || !l.Offered.Equal(tuesday.Add(time.Minute)) {
		t.Errorf("received %v, offered %v", l.Received, l.Offered)
	}
	asked := i.hubspot.asked[0]
	properties := strings.Split(asked.URL.Query().Get("properties"), ",")
	if asked.URL.Path != "/crm/v3/objects/contacts/123" || len(properties) < 20 || !strings.Contains(asked.URL.RawQuery, "fleet_size") {
		t.Errorf("asked %s", asked.URL)
	}
	i.secrecy(t)
}

// Where a contact came from is what its own properties say, or else what HubSpot thinks.
func TestHubSpotOrigin(t *testing.T) {
	for _, tt := range []struct{ properties, source, campaign string }{
		{`{"hs_analytics_source":"PAID_SOCIAL","hs_analytics_source_data_1":"linkedin","hs_analytics_source_data_2":"Autumn"}`, "Paid social", "Autumn"},
		{`{"hs_analytics_source":"EMAIL_MARKETING","hs_analytics_source_data_1":"Autumn"}`, "Email", "Autumn"},
		{`{"hs_analytics_source":"REFERRALS","hs_analytics_source_data_1":"example.com"}`, "Referral", ""},
		{`{"hs_analytics_source":"OFFLINE","utm_source":"google","utm_campaign":"Spring"}`, "Google", "Spring"},
		{`{"hs_analytics_source":"PAID_SEARCH","hs_analytics_source_data_1":"Autumn","hs_google_click_id":"x"}`, "Paid search", "Autumn"},
		{`{"hs_analytics_source":"NEW_KIND"}`, "New kind", ""}, {`{}`, "HubSpot", ""},
	} {
		said, _ := lenient([]byte(`{"id":"1","properties":` + tt.properties + `}`))
		a, wrong := NewNormaliser("", "en", Mapping{}).arrival(hubspotSource(Secrets{}), hubspotContact(said), tuesday, time.UTC)
		if len(wrong) > 0 || a.Source != tt.source || a.Campaign != tt.campaign {
			t.Errorf("%s: %q %q, %v; want %q %q", tt.properties, a.Source, a.Campaign, wrong, tt.source, tt.campaign)
		}
	}
}

// Whoever was decided and becomes an MQL anew is offered anew; a notice that comes twice changes nothing.
func TestHubSpotAgain(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	i.hubspot.people["123"] = hubspotAna
	for range 2 {
		i.send(t, "hubspot", hubspotMQLEvent(123, tuesday))
	}
	if n := i.fetching(t); n != 1 {
		t.Fatalf("%d are being fetched", n)
	}
	i.fetch(t, i.fetcher)
	l := i.leads(t)[0]
	reject := func(l handoff.Lead) (handoff.Decision, error) {
		return i.ws.Rules().Reject(l, 1, handoff.Actor{User: "U1"}, handoff.Rejection{Reason: "wrong-size"}, i.now.Now())
	}
	if _, _, err := i.store.Decide(t.Context(), i.ws.ID, l.ID, "V1", reject, i.ws.Rules()); err != nil {
		t.Fatal(err)
	}
	i.now.pass(24 * time.Hour)
	i.send(t, "hubspot", hubspotMQLEvent(123, i.now.Now()))
	i.now.pass(time.Minute)
	i.fetch(t, i.fetcher)
	if got := i.leads(t); len(got) != 1 || got[0].Round != 2 || got[0].State != handoff.Open {
		t.Errorf("got %+v", got)
	}
}

func TestHubSpotEvents(t *testing.T) {
	b, err := parseHubSpot(nil, []byte(`[
		{"subscriptionType":"contact.creation","objectId":1},
		{"subscriptionType":"contact.propertyChange","objectId":2,"propertyName":"lifecyclestage","propertyValue":"lead"},
		{"subscriptionType":"contact.propertyChange","objectId":3,"propertyName":"email","propertyValue":"marketingqualifiedlead"},
		{"subscriptionType":"company.propertyChange","objectId":4,"propertyName":"lifecyclestage","propertyValue":"marketingqualifiedlead"},
		{"subscriptionType":"object.propertyChange","objectTypeId":"0-2","objectId":5,"propertyName":"lifecyclestage","propertyValue":"marketingqualifiedlead"},
		{"subscriptionType":"object.propertyChange","objectTypeId":"0-1","objectId":6,"propertyName":"lifecyclestage","propertyValue":"marketingqualifiedlead"},
		{"subscriptionType":"contact.deletion","objectId":7}, {"subscriptionType":"contact.privacyDeletion","objectId":"8"},
		{"subscriptionType":"contact.deletion","objectId":"../9"}, {"subscriptionType":"contact.propertyChange"}, 7]`))
	if err != nil {
		t.Fatal(err)
	}
	if len(b.fetches) != 2 || b.fetches[0].ref != "6" || b.fetches[1].ref != "7" || b.fetches[1].withdrawn == 0 || len(b.erasures) != 1 || b.erasures[0].externalID != "8" {
		t.Errorf("got %+v", b)
	}
	if got, want := strings.Join(b.ignored, ","), "not an MQL,not an MQL,not an MQL,not a contact,not a contact,no id,no id,not a contact"; got != want {
		t.Errorf("ignored %s\nwant    %s", got, want)
	}
}

// Of a repetition only the number of the attempt and of the event may differ.
func TestHubSpotKey(t *testing.T) {
	const first = `{"eventId":1,"subscriptionId":2,"portalId":3,"occurredAt":4,"subscriptionType":"contact.propertyChange","attemptNumber":0,"objectId":5,` +
		`"propertyName":"lifecyclestage","propertyValue":"marketingqualifiedlead"}`
	key := func(event string) string {
		b, err := parseHubSpot(nil, []byte("["+event+"]"))
		if err != nil || len(b.fetches) != 1 {
			t.Fatalf("%s: %+v, %v", event, b, err)
		}
		return b.fetches[0].key
	}
	for change, same := range map[string]bool{
		`"attemptNumber":0>"attemptNumber":3`: true, `"eventId":1>"eventId":9`: true, `"occurredAt":4>"occurredAt":9`: false, `"objectId":5>"objectId":9`: false,
		`"subscriptionId":2>"subscriptionId":9`: false, `"portalId":3>"portalId":9`: false,
	} {
		old, new, _ := strings.Cut(change, ">")
		if got := key(first) == key(strings.Replace(first, old, new, 1)); got != same {
			t.Errorf("%s: the same is %v, want %v", change, got, same)
		}
	}
}

// hubspotCall is a request that HubSpot signed for the address, as it reaches us behind a proxy.
func hubspotCall(method, address, body string, headers map[string]any) *http.Request {
	r := httptest.NewRequest(method, strings.TrimPrefix(address, "https://www.example.com"), strings.NewReader(body))
	for _, name := range []string{"X-HubSpot-Signature", "X-HubSpot-Signature-Version", "X-HubSpot-Signature-v3", "X-HubSpot-Request-Timestamp"} {
		if v, ok := headers[name].(string); ok {
			r.Header.Set(name, v)
		}
	}
	return r
}

func TestHubSpotVectors(t *testing.T) {
	at := time.UnixMilli(1700000000000)
	for _, name := range []string{"hubspot_v1", "hubspot_v2_get", "hubspot_v2_post", "hubspot_v3"} {
		v := published(t, name)
		headers := map[string]any{}
		for key, value := range v {
			headers[key] = value
		}
		s := Secrets{HubSpotSecret: v["secret"], PublicURL: "https://www.example.com"}
		address, method := v["uri"], v["method"]
		if name == "hubspot_v1" {
			address, method = "https://www.example.com/any", "POST"
		}
		for _, address := range []string{address, strings.Replace(address, "a:b", "a%3Ab", 1), strings.Replace(address, "a:b", "a%3ab", 1)} {
			if !hubspotSigned(s, hubspotCall(method, address, v["body"], headers), []byte(v["body"]), at) {
				t.Errorf("%s of %s is refused", name, address)
			}
		}
		if hubspotSigned(s, hubspotCall(method, address, v["body"], headers), []byte(v["body"]+" "), at) {
			t.Errorf("%s of another body is taken", name)
		}
	}
}

// HubSpot's own library signs, and what it signs is taken; with another version, address, method, secret, body or time
// it is not.
func TestHubSpotSignsItself(t *testing.T) {
	const body, uri = `[{"subscriptionType":"contact.creation","objectId":1,"x":"ñ€😀"}]`, "https://www.example.com/hooks/hubspot?a=(b);c"
	s := Secrets{HubSpotSecret: "a-client-secret", PublicURL: "https://www.example.com"}
	for _, version := range []string{"v1", "v2", "v3"} {
		headers := byOthers(t, "hubspot-"+version, map[string]any{
			"secret": s.HubSpotSecret, "body": body, "method": "POST", "uri": uri, "timestamp": tuesday.UnixMilli(),
		})
		try := func(s Secrets, method, uri, body string, after time.Duration) bool {
			return hubspotSigned(s, hubspotCall(method, uri, body, headers), []byte(body), tuesday.Add(after))
		}
		wrong := s
		wrong.HubSpotSecret = "another"
		for what, got := range map[string]bool{
			"taken": !try(s, "POST", uri, body, 0), "escaped": !try(s, "POST", strings.ReplaceAll(uri, "(", "%28"), body, 4*time.Minute),
			"secret": try(wrong, "POST", uri, body, 0), "body": try(s, "POST", uri, body+"\n", 0), "no secret": try(Secrets{PublicURL: s.PublicURL}, "POST", uri, body, 0),
			"address": version != "v1" && try(s, "POST", uri+"&d", body, 0), "method": version != "v1" && try(s, "PUT", uri, body, 0),
			"stale": version == "v3" && try(s, "POST", uri, body, 6*time.Minute), "early": version == "v3" && try(s, "POST", uri, body, -6*time.Minute),
		} {
			if got {
				t.Errorf("%s: wrong about %s", version, what)
			}
		}
		if stamp, ok := headers["X-HubSpot-Request-Timestamp"].(string); ok {
			headers["X-HubSpot-Request-Timestamp"] = strconv.FormatInt(tuesday.UnixMilli()+1, 10)
			if try(s, "POST", uri, body, 0) {
				t.Errorf("another time than %s is taken", stamp)
			}
		}
	}
}
