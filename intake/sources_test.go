package intake

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"relevo/handoff"
)

// The made-up sample of every source is taken, and its repetition changes nothing.
func TestEverySourceTakesItsOwnSample(t *testing.T) {
	for _, from := range sources(everySecret()) {
		t.Run(from.name, func(t *testing.T) {
			o := openOffice(t)
			body, ok := Sample(from.name)
			if !ok {
				t.Fatal("there is no sample")
			}
			if page, err := os.ReadFile("../docs/sources/" + from.name + ".md"); err != nil || !bytes.Contains(page, []byte("relevo send --as "+from.name)) {
				t.Errorf("there is no page that says how to try it: %v", err)
			}
			m := o.sign(t, from.name, body)
			status, said := o.deliver(t, m)
			if status != http.StatusAccepted && status != http.StatusOK {
				t.Fatalf("%d %s", status, said)
			}
			first := o.leads(t)
			waiting, _, err := o.store.Fetching(t.Context(), o.ws.ID)
			if err != nil || len(first)+waiting == 0 || strings.Contains(o.log.String(), "refused=1") {
				t.Fatalf("%d leads, %d to fetch, %v: %s", len(first), waiting, err, o.log)
			}
			if again, said := o.deliver(t, m); again != status {
				t.Errorf("repeated: %d %s", again, said)
			}
			for i, l := range o.leads(t) {
				if i >= len(first) || l.Version != first[i].Version || l.Touches != 1 {
					t.Errorf("repeated: %+v", l)
				}
			}
			if n, _, err := o.store.Fetching(t.Context(), o.ws.ID); n != waiting || err != nil {
				t.Errorf("repeated: %d to fetch, %v; first %d", n, err, waiting)
			}
			for _, l := range first {
				for _, private := range []string{l.Name, l.Email, l.Phone, l.Company} {
					if private != "" && strings.Contains(o.log.String(), private) {
						t.Errorf("the log tells %q: %s", private, o.log)
					}
				}
			}
		})
	}
}

// What each tool says becomes what people read, from the made-up samples.
func TestWhatBecomesOfSamples(t *testing.T) {
	for _, tt := range []struct {
		source string
		person handoff.Person
		touch  handoff.Touch
		extras string
	}{
		{"typeform", handoff.Person{Name: "Amina Osei", Email: "amina.osei@tamale-freight.example", Phone: "+233302555013", Company: "Tamale Freight"},
			handoff.Touch{Source: "LinkedIn", Campaign: "spring-webinar", Activity: "Ask for a demo"},
			"How many vans?: 14 | What matters to you?: Routes, Fuel, Cold chain | Newsletter?: false | utm_medium: social"},
		{"webflow", handoff.Person{Name: "Petra Nováková", Email: "petra.novak@kovarna-dub.example", Phone: "420255501370", Company: "Kovárna Dub"},
			handoff.Touch{Source: "Newsletter", Activity: "Contact form"}, "Message: Do you ship to Brno?"},
		{"calendly", handoff.Person{Name: "João Reis", Email: "joao.reis@serralves-tools.example", Phone: "+351255501122", Company: "Serralves Tools"},
			handoff.Touch{Source: "Google", Campaign: "brand", Activity: "Product tour, 2026-03-04 15:00 UTC", AsksContact: true},
			"What would you like to talk about?: Replacing our spreadsheet | utm_medium: cpc"},
		{"google-ads", handoff.Person{Name: "Dag Haugen", Email: "dag.haugen@fjord-kraft.example", Company: "Fjord Kraft", Role: "Buyer", Country: "NO"},
			handoff.Touch{Source: "Google Ads", Campaign: "20000000001"},
			"User Email: dag@hotmail.example | Roof type: Slate | gclid: relevo-sample-click"},
		{"salesforce", handoff.Person{Name: "Inès Moreau", Email: "ines.moreau@brick-clay.example", Company: "Brick & Clay", Role: "Plant manager", Size: "120",
			Link: "https://sample.my.salesforce.com/00QSAMPLE000001AAA"},
			handoff.Touch{Source: "Trade fair"}, "Kilns in use: 6"},
		{"n8n", handoff.Person{Name: "Tomás Ferrer", Email: "tomas.ferrer@vinya-alta.example", Company: "Vinya Alta", Role: "Owner", Country: "ES"},
			handoff.Touch{Source: "Google", Campaign: "harvest", Activity: "Filled in the contact form"}, "Bottles a year: 40000"},
	} {
		t.Run(tt.source, func(t *testing.T) {
			o := openOffice(t)
			body, _ := Sample(tt.source)
			if status, said := o.deliver(t, o.sign(t, tt.source, body)); status/100 != 2 {
				t.Fatalf("%d %s", status, said)
			}
			l := o.leads(t)[0]
			if l.Person != tt.person {
				t.Errorf("got  %+v\nwant %+v", l.Person, tt.person)
			}
			if l.Touch != tt.touch {
				t.Errorf("got  %+v\nwant %+v", l.Touch, tt.touch)
			}
			if got := extras(l); got != tt.extras {
				t.Errorf("got  %s\nwant %s", got, tt.extras)
			}
			if tt.source != "n8n" && l.Received.Format(time.DateOnly) != "2026-03-02" {
				t.Errorf("received %v", l.Received)
			}
		})
	}
}

func TestWhatToolsReallySend(t *testing.T) {
	for _, tt := range []struct {
		file, source string
		status       int
		says         string // in the answer
		logged       string
		title        string // of the lead, if there is one
		extras       string // some of them
	}{
		{"typeform-form_response-official.json", "typeform", 202, `"fate":"new"`, "new=1", "laura@example.com", "Which pictures do you like? You can choose as many as you like.: London, Sydney"},
		{"webflow-form_submission-v2.json", "webflow", 200, `"fate":"new"`, "new=1", "John Doe", "message: I'd like to learn more about your services"},
		{"webflow-form_submission-v1-legacy.json", "webflow", 200, `"fate":"new"`, "new=1", "", "field_one: mock valued"},
		{"calendly-invitee-created.json", "calendly", 202, `"fate":"new"`, "new=1", "Jane Doe", ""},
		{"calendly-invitee-created-fields.json", "calendly", 202, `"fate":"new"`, "new=1", "REDACTED", ""},
		{"google-ads-lead-form-unnamed-question-test.json", "google-ads", 200, `"ignored":["test"]`, "why=test", "", ""},
		{"google-ads-lead-form-b2b-test.json", "google-ads", 200, `"ignored":["test"]`, "why=test", "", ""},
		{"salesforce-outbound-message.xml", "salesforce", 200, "<Ack>true</Ack>", `why="not a person"`, "", ""},
		{"n8n-webhook-item.json", "n8n", 400, "needs_key", "refused=1", "", ""},
	} {
		t.Run(tt.file, func(t *testing.T) {
			o := openOffice(t)
			status, said := o.deliver(t, o.sign(t, tt.source, webhooks(t, tt.file)))
			if status != tt.status || !strings.Contains(said, tt.says) || !strings.Contains(o.log.String(), tt.logged) {
				t.Fatalf("%d %s\n%s", status, said, o.log)
			}
			leads := o.leads(t)
			if (len(leads) == 1) != strings.Contains(tt.logged, "new=1") {
				t.Fatalf("%+v", leads)
			}
			if len(leads) == 1 && (leads[0].Title() != tt.title || !strings.Contains(extras(leads[0]), tt.extras)) {
				t.Errorf("%+v, %s", leads[0], extras(leads[0]))
			}
		})
	}
}

// Google's samples as real leads: a question without a name is called by its id.
func TestGoogleAdsSamplesAsLeads(t *testing.T) {
	o := openOffice(t)
	for _, name := range []string{"google-ads-lead-form-unnamed-question-test.json", "google-ads-lead-form-b2b-test.json"} {
		body := bytes.Replace(webhooks(t, name), []byte(`"is_test": true`), []byte(`"is_test": false`), 1)
		body = bytes.Replace(body, []byte("TeSter"), []byte(name[20:26]), 1) // both have one lead_id
		if status, said := o.deliver(t, o.sign(t, "google-ads", body)); status != 200 || !strings.Contains(said, `"fate":"new"`) {
			t.Fatalf("%d %s", status, said)
		}
	}
	leads := o.leads(t)
	if len(leads) != 2 || leads[0].Phone != "+16505550123" || leads[1].Company != "CompanyName" || leads[1].Role != "JobTitle" {
		t.Fatalf("%+v", leads)
	}
	if got := extras(leads[0]); !strings.HasPrefix(got, "Postal Code: 94043 | Service: Roofing | gclid: ") {
		t.Errorf("%s", got)
	}
}

// One person who comes by every tool at once, each message doubled, is one lead that knows all of it.
func TestOnePersonByEveryToolAtOnce(t *testing.T) {
	o := openOffice(t)
	var all []Message
	for source, body := range map[string]string{
		"typeform":   `{"event_type":"form_response","form_response":{"token":"t1","answers":[{"type":"email","email":"Rosa@Luna.example","field":{"id":"f"}}]}}`,
		"webflow":    `{"triggerType":"form_submission","payload":{"id":"w1","data":{"E-mail":"rosa@luna.example","Company":"Luna"}}}`,
		"calendly":   `{"event":"invitee.created","payload":{"uri":"https://c/1","email":"rosa@luna.example","name":"Rosa Luna"}}`,
		"google-ads": `{"lead_id":"g1","user_column_data":[{"column_id":"EMAIL","string_value":"ROSA@luna.example"}]}`,
		"json":       `{"external_id":"j1","email":"rosa@luna.example"}`,
	} {
		m := o.sign(t, source, []byte(body))
		all = append(all, m, m, m)
	}
	var under sync.WaitGroup
	statuses := make([]int, len(all))
	for i, m := range all {
		under.Go(func() { statuses[i], _ = o.deliver(t, m) })
	}
	under.Wait()
	for i, s := range statuses {
		if s/100 != 2 {
			t.Errorf("%s: %d", all[i].URL, s)
		}
	}
	leads := o.leads(t)
	if len(leads) != 1 || leads[0].Touches != 5 || leads[0].Name != "Rosa Luna" || leads[0].Company != "Luna" || !leads[0].AsksContact {
		t.Errorf("%+v", leads)
	}
}

func TestWhatIsNoLead(t *testing.T) {
	for _, tt := range []struct{ source, body, why string }{
		{"typeform", `{"event_type":"form_response_partial","form_response":{"token":"t"}}`, "not a whole response"},
		{"webflow", `{"triggerType":"ecomm_new_order","payload":{"orderId":"1"}}`, "not a form"},
		{"calendly", `{"event":"invitee.canceled","payload":{"email":"a@b.co","rescheduled":false}}`, "cancelled"},
		{"calendly", `{"payload":{"email":"a@b.co","status":"canceled"}}`, "cancelled"},
		{"calendly", `{"event":"invitee_no_show.created","payload":{"email":"a@b.co"}}`, "not a booking"},
	} {
		o := openOffice(t)
		status, said := o.deliver(t, o.sign(t, tt.source, []byte(tt.body)))
		var a answer
		if err := json.Unmarshal([]byte(said), &a); err != nil {
			t.Fatal(err)
		}
		if status/100 != 2 || len(a.Ignored) != 1 || a.Ignored[0] != tt.why || len(o.leads(t)) != 0 || !strings.Contains(o.log.String(), tt.why) {
			t.Errorf("%s: %d %s\n%s", tt.body, status, said, o.log)
		}
	}
}

// A body that is signed but is something else is refused, so that the tool's own log shows it.
func TestSomethingElseIsRefused(t *testing.T) {
	for _, from := range sources(everySecret()) {
		if from.media != "application/json" || from.ask != nil {
			continue
		}
		o := openOffice(t)
		for _, body := range []string{`{}`, `[]`, `7`, `{"payload":7}`, `{"form_response":[]}`} {
			m := Message{URL: o.url + "/hooks/" + from.name, Header: http.Header{"Content-Type": {"application/json"}}, Body: []byte(body)}
			if err := from.sign(&m, *o.clock); err != nil {
				continue // Google's key has no place in it
			}
			if status, said := o.deliver(t, m); status != http.StatusBadRequest || !strings.Contains(said, "error") {
				t.Errorf("%s, %s: %d %s", from.name, body, status, said)
			}
		}
		if leads := o.leads(t); len(leads) != 0 {
			t.Errorf("%s: %+v", from.name, leads)
		}
	}
}
