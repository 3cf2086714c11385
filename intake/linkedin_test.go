package intake

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store/storetest"
)

const linkedinAna = `{"id":"1a2b3c-4","leadType":"SPONSORED","submittedAt":1795508400000,"testLead":false,
	"leadMetadata":{"sponsoredLeadMetadata":{"campaign":"urn:li:sponsoredCampaign:367378525"}},
	"leadMetadataInfo":{"sponsoredLeadMetadataInfo":{"campaign":{"name":"Autumn","id":"urn:li:sponsoredCampaign:367378525"}}},
	"formResponse":{"answers":[{"questionId":1,"answerDetails":{"textQuestionAnswer":{"answer":"Ana"}}},{"questionId":2,"answerDetails":{"textQuestionAnswer":{"answer":"Ruiz"}}},
		{"questionId":3,"answerDetails":{"textQuestionAnswer":{"answer":"ana@nordwind.example"}}},{"questionId":4,"answerDetails":{"multipleChoiceAnswer":{"options":[1,2]}}},
		{"questionId":9,"answerDetails":{"textQuestionAnswer":{"answer":"soon"}}}],"consentResponses":[{"consentId":1,"accepted":true}]},
	"form":{"name":"Ask for a demo","hiddenFields":[{"name":"utm_medium","value":"cpc"}],"content":{"questions":[
		{"questionId":1,"name":"Nombre","predefinedField":"FIRST_NAME","question":{"localized":{"es_ES":"Nombre"}}},{"questionId":2,"name":"lastName","label":"Last name"},
		{"questionId":3,"predefinedField":"WORK_EMAIL"},{"questionId":4,"name":"vans","question":{"localized":{"en_US":"How many vans?"}},
		"questionDetails":{"multipleChoiceQuestionDetails":{"options":[{"id":0,"text":{"localized":{"en_US":"1"}}},{"id":1,"text":{"localized":{"en_US":"2–9"}}},{"id":2,"label":"10+"}]}}}]}}}`

func TestLinkedInLead(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	i.linkedin.people["1a2b3c-4"] = linkedinAna
	i.send(t, "linkedin", linkedinNotice("1a2b3c-4", "CREATED", 1))
	i.fetch(t, i.fetcher)
	got := i.leads(t)
	if len(got) != 1 {
		t.Fatalf("%d leads, %d waiting\n%s", len(got), i.fetching(t), i.log)
	}
	l := got[0]
	want := handoff.Person{Name: "Ana Ruiz", Email: "ana@nordwind.example"}
	if touch := (handoff.Touch{Source: "LinkedIn Ads", Campaign: "Autumn", Activity: "Ask for a demo"}); l.Person != want || l.Touch != touch {
		t.Errorf("got %+v %+v\nwant %+v %+v", l.Person, l.Touch, want, touch)
	}
	extras := map[string]string{}
	for _, x := range l.Extras {
		extras[x.Label] = x.Value
	}
	if len(extras) != 3 || extras["How many vans?"] != "2–9, 10+" || extras["Question 9"] != "soon" {
		t.Errorf("got %+v", l.Extras)
	}
	if !l.Received.Equal(time.UnixMilli(1795508400000)) {
		t.Errorf("received %v", l.Received)
	}
	r := i.linkedin.asked[0]
	if r.URL.Path != "/rest/leadFormResponses/1a2b3c-4" || r.Header.Get("LinkedIn-Version") != "202606" || r.Header.Get("X-Restli-Protocol-Version") != "2.0.0" ||
		!strings.Contains(r.RequestURI, "form:(name,hiddenFields,content)") {
		t.Errorf("asked %s with %v", r.RequestURI, r.Header)
	}
	i.secrecy(t)
}

func TestLinkedInTestLead(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	i.linkedin.people["1a2b3c-4"] = strings.Replace(linkedinAna, `"testLead":false`, `"testLead":true`, 1)
	i.send(t, "linkedin", linkedinNotice("1a2b3c-4", "CREATED", 1))
	i.fetch(t, i.fetcher)
	if len(i.leads(t)) != 0 || i.fetching(t) != 0 || !strings.Contains(i.log.String(), "why=test") {
		t.Errorf("%d leads, %d waiting\n%s", len(i.leads(t)), i.fetching(t), i.log)
	}
}

// Who withdrew is gone: before they were read, after, and when it is said twice.
func TestLinkedInWithdraws(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	i.linkedin.people["1a2b3c-4"] = linkedinAna
	i.send(t, "linkedin", linkedinNotice("1a2b3c-4", "CREATED", 1))
	i.send(t, "linkedin", linkedinNotice("1a2b3c-4", "DELETED", 2))
	i.fetch(t, i.fetcher)
	if n := i.linkedin.times(); n != 0 || i.fetching(t) != 0 || len(i.leads(t)) != 0 {
		t.Errorf("asked %d times, %d waiting, %d leads", n, i.fetching(t), len(i.leads(t)))
	}
	i.send(t, "linkedin", linkedinNotice("1a2b3c-4", "CREATED", 3))
	i.fetch(t, i.fetcher)
	for range 2 {
		i.send(t, "linkedin", linkedinNotice("1a2b3c-4", "DELETED", 4))
		if l := i.leads(t); len(l) != 1 || l[0].State != handoff.Erased || l[0].Person != (handoff.Person{}) || len(l[0].Extras) != 0 {
			t.Errorf("got %+v", l)
		}
	}
	i.send(t, "linkedin", linkedinNotice("1a2b3c-4", "CREATED", 5)) // a late one brings nobody back
	i.fetch(t, i.fetcher)
	if l := i.leads(t); len(l) != 1 || l[0].State != handoff.Erased {
		t.Errorf("got %+v", l)
	}
}

// LinkedIn need not sign. That somebody withdrew is then believed once LinkedIn itself does not know them any more.
func TestLinkedInUnsigned(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	i.linkedin.people["1a2b3c-4"] = linkedinAna
	send := func(action string, at int) {
		t.Helper()
		r := i.signed(t, "linkedin", linkedinNotice("1a2b3c-4", action, at))
		r.Header.Del(linkedinSignature)
		if status, said := do(t, r); status != http.StatusOK {
			t.Fatalf("%d %s", status, said)
		}
		for range 2 {
			i.fetch(t, i.fetcher)
			i.now.pass(goneAfter)
		}
	}
	send("CREATED", 1)
	send("DELETED", 2)
	if l := i.leads(t); len(l) != 1 || l[0].State != handoff.Open {
		t.Fatalf("anybody can have a lead erased: %+v", l)
	}
	delete(i.linkedin.people, "1a2b3c-4")
	send("DELETED", 3)
	if l := i.leads(t); len(l) != 1 || l[0].State != handoff.Erased || i.fetching(t) != 0 {
		t.Errorf("got %+v, %d waiting", l, i.fetching(t))
	}
	i.secrecy(t)
}

// An unsigned notice of a new lead erases nobody, whatever LinkedIn answers; nor does a wrong address of the API.
func TestLinkedInUnsignedErasesNobody(t *testing.T) {
	const noAddress = `{"status":404,"code":"RESOURCE_NOT_FOUND","message":"No virtual resource found"}`
	for _, tt := range []struct {
		action, answer string
		again          int // whether it is asked again
	}{
		{"CREATED", `{"status":404,"code":"NOT_FOUND"}`, 0},
		{"CREATED", noAddress, 1},
		{"DELETED", noAddress, 1},
		{"DELETED", `{"status":404,"message":"No virtual resource found"}`, 1},
	} {
		i := openInn(t, storetest.SQLite(t))
		i.linkedin.people["1a2b3c-4"] = linkedinAna
		i.send(t, "linkedin", linkedinNotice("1a2b3c-4", "CREATED", 1))
		i.fetch(t, i.fetcher)
		r := i.signed(t, "linkedin", linkedinNotice("1a2b3c-4", tt.action, 2))
		r.Header.Del(linkedinSignature)
		if status, said := do(t, r); status != http.StatusOK {
			t.Fatalf("%d %s", status, said)
		}
		i.linkedin.faults = []http.HandlerFunc{fails(404, tt.answer), fails(404, tt.answer)}
		for range 2 {
			i.fetch(t, i.fetcher)
			i.now.pass(goneAfter)
		}
		asked := i.linkedin.times()
		i.fetch(t, i.fetcher)
		if l := i.leads(t); len(l) != 1 || l[0].State != handoff.Open || i.linkedin.times() != asked+tt.again {
			t.Errorf("%s, %s: got %+v, asked %d times", tt.action, tt.answer, l, i.linkedin.times())
		}
		i.secrecy(t)
	}
}

func TestLinkedInChallenge(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	ask := func(code string) (int, string) {
		r, err := http.NewRequest(http.MethodGet, i.url+"/hooks/linkedin?"+url.Values{"challengeCode": {code}}.Encode(), nil)
		if err != nil {
			t.Fatal(err)
		}
		return do(t, r)
	}
	const code = "890e4665-4dfe-4ab1-b689-ed553bceeed0"
	status, body := ask(code)
	var said map[string]string
	if err := json.Unmarshal([]byte(body), &said); status != http.StatusOK || err != nil || said["challengeCode"] != code || len(said["challengeResponse"]) != 64 {
		t.Errorf("%d %s", status, body)
	}
	// Whatever else is signed would be a signature of a body.
	for _, bad := range []string{"", "hmacsha256={}", `hmacsha256=` + linkedinNotice("1a2b3c-4", "DELETED", 1), code + "\n", strings.Repeat("a", 36)} {
		if status, body := ask(bad); status != http.StatusBadRequest || body != "" {
			t.Errorf("%q: %d %s", bad, status, body)
		}
	}
}

func TestLinkedInVectors(t *testing.T) {
	v := published(t, "linkedin_post")
	from := linkedinSource(Secrets{LinkedInSecret: v["secret"]})
	r := &http.Request{Header: http.Header{}}
	r.Header.Set(linkedinSignature, v[linkedinSignature])
	if !from.verify(r, []byte(v["body"]), tuesday) || from.verify(r, []byte(v["body"]+" "), tuesday) {
		t.Error("the vector is refused, or another body taken")
	}
	b, err := from.parse(r.Header, []byte(v["body"]))
	if err != nil || len(b.fetches) != 1 || b.fetches[0].ref != "1a2b3c-4" {
		t.Errorf("got %+v, %v", b, err)
	}
	b, err = from.parse(r.Header, []byte(shared(t, "linkedin-lead-deleted.json")))
	if err != nil || len(b.erasures) != 1 || b.erasures[0].externalID != "1a2b3c-4" {
		t.Errorf("got %+v, %v", b, err)
	}
	c := published(t, "linkedin_challenge")
	w := shaken(t, from, "/?challengeCode="+c["challengeCode"])
	if !strings.Contains(w, c["challengeResponse"]) {
		t.Errorf("got %s, want %s", w, c["challengeResponse"])
	}
}

// What LinkedIn's own sample has is understood without the form's questions.
func TestLinkedInSample(t *testing.T) {
	said, _ := lenient([]byte(shared(t, "linkedin-leadFormResponses.json")))
	e := linkedinLead("x-5", list(said, "elements")[0])
	a, wrong := NewNormaliser("", "en", Mapping{}).arrival(linkedinSource(Secrets{}), e, time.UnixMilli(1800000000000), time.UTC)
	want := handoff.Person{Name: "John Smith", Email: "john.smith@company.com"}
	if len(wrong) > 0 || a.Person != want || a.Campaign != "367378525" || a.ExternalID != "linkedin:x-5" || len(a.Extras) != 0 {
		t.Errorf("got %+v, %v", a, wrong)
	}
}
