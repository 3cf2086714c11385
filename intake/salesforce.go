package intake

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"slices"
	"time"
)

// maxNotifications is how many an outbound message brings at most.
const maxNotifications = 100

// salesforceAck tells Salesforce that a message has arrived; without it the message comes again for a day.
const salesforceAck = `<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"><soapenv:Body><notificationsResponse xmlns="http://soap.sforce.com/2005/09/outbound"><Ack>true</Ack></notificationsResponse></soapenv:Body></soapenv:Envelope>`

// salesforceSource is Salesforce's outbound messages. Salesforce signs nothing: a secret stands at the end of the
// address, and the organisation in the body.
func salesforceSource(s Secrets) source {
	return source{
		name:  "salesforce",
		needs: []setting{{"RELEVO_SALESFORCE_SECRET", s.SalesforceKey}, {"RELEVO_SALESFORCE_ORG", s.SalesforceOrg}},
		media: "text/xml",
		path:  true,
		as:    "Salesforce",
		deaf:  true,
		verify: func(r *http.Request, body []byte, _ time.Time) bool {
			if !same(r.PathValue("rest"), s.SalesforceKey) {
				return false
			}
			said, err := decodeXML(body)
			return err != nil || same(shortID(said.textAt("Body", "notifications", "OrganizationId")), shortID(s.SalesforceOrg))
		},
		parse: parseSalesforce,
		respond: func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "text/xml; charset=utf-8")
			io.WriteString(w, salesforceAck)
		},
		sign: func(m *Message, _ time.Time) error {
			m.URL += "/" + s.SalesforceKey
			said, err := decodeXML(m.Body)
			if err != nil {
				return err
			}
			theirs := said.textAt("Body", "notifications", "OrganizationId")
			m.Body = bytes.Replace(m.Body, []byte(">"+theirs+"</OrganizationId>"), []byte(">"+s.SalesforceOrg+"</OrganizationId>"), 1)
			return nil
		},
	}
}

// shortID is the part of an id of 18 characters that one of 15 has too: the rest only tells upper from lower case.
func shortID(id string) string { return id[:min(15, len(id))] }

func parseSalesforce(_ http.Header, body []byte) (batch, error) {
	said, err := decodeXML(body)
	if err != nil {
		return batch{}, err
	}
	message := said.one("Body", "notifications")
	all := message.all("Notification")
	switch {
	case message == nil, len(all) == 0:
		return batch{}, Problem{Code: bodyNoNotification}
	case len(all) > maxNotifications:
		return batch{}, Problem{Code: bodyTooMany, Limit: maxNotifications}
	}
	var b batch
	for _, n := range all {
		object := n.one("sObject")
		if object == nil || slices.Contains(noPersons(), object.kind) {
			b.ignored = append(b.ignored, "not a person")
			continue
		}
		b.entries = append(b.entries, salesforceEntry(n.textAt("Id"), object, message.textAt("EnterpriseUrl")))
	}
	return b, nil
}

// noPersons lists the kinds of records that are about deals and things. All others are taken, as people make their
// own kinds.
func noPersons() []string {
	return []string{"Account", "Asset", "Campaign", "Case", "Contract", "Event", "Opportunity", "Order", "Product2", "Quote", "Task", "User"}
}

func salesforceEntry(notification string, object *element, address string) entry {
	id := object.textAt("Id")
	e := entry{once: notification, form: form{"external_id": id, "received_at": object.textAt("CreatedDate")}}
	if u, err := url.Parse(address); err == nil && u.Scheme == "https" && id != "" {
		e.form["link"] = "https://" + u.Host + "/" + url.PathEscape(id)
	}
	for _, f := range object.children {
		if f.name == "Id" || f.name == "CreatedDate" || len(f.children) > 0 {
			continue
		}
		e.asked = append(e.asked, question{key: f.name, label: title(f.name), value: f.value(), field: salesforceField(f.name)})
	}
	return e
}

// salesforceField is the field of ours that one of a lead, contact or campaign member means.
func salesforceField(name string) string {
	return map[string]string{
		"Name": "name", "FirstName": "first_name", "LastName": "last_name", "Email": "email", "Phone": "phone", "MobilePhone": "phone",
		"Company": "company", "CompanyOrAccount": "company", "Website": "website", "Title": "role", "Country": "country", "CountryCode": "country",
		"Industry": "industry", "NumberOfEmployees": "size", "LeadSource": "source",
	}[name]
}
