package intake

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// outbound wraps notifications as Salesforce does.
func outbound(org, notifications string) string {
	return `<?xml version="1.0" encoding="UTF-8"?><soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><soapenv:Body><notifications xmlns="http://soap.sforce.com/2005/09/outbound">
<OrganizationId>` + org + `</OrganizationId><EnterpriseUrl>https://acme.my.salesforce.com/services/Soap/c/59.0</EnterpriseUrl>` + notifications +
		`</notifications></soapenv:Body></soapenv:Envelope>`
}

// notification is one of a record of that kind with these fields.
func notification(id int, kind, fields string) string {
	return fmt.Sprintf(`<Notification><Id>04l%012d</Id><sObject xsi:type="sf:%s" xmlns:sf="urn:sobject.enterprise.soap.sforce.com"><sf:Id>00Q%012d</sf:Id>%s</sObject></Notification>`,
		id, kind, id, fields)
}

func TestSalesforceMessages(t *testing.T) {
	const org = "00D000000000001"
	lead := notification(1, "Lead", "<sf:Email>ana@example.com</sf:Email>")
	many := func(n int) string {
		var b strings.Builder
		for i := range n {
			b.WriteString(notification(i, "Lead", fmt.Sprintf("<sf:Email>a%d@example.com</sf:Email>", i)))
		}
		return b.String()
	}
	for _, tt := range []struct {
		name, body string
		status     int
		says       string
		stored     int
	}{
		{"one", outbound(org, lead), 200, salesforceAck, 1},
		{"the longer id of the organisation", outbound(org+"EAA", lead), 200, salesforceAck, 1},
		{"a hundred", outbound(org, many(100)), 200, salesforceAck, 100},
		{"more than a hundred", outbound(org, many(101)), 400, "more than 100", 0},
		{"a record of one's own kind", outbound(org, notification(1, "MQL__c", "<sf:Name>Ana</sf:Name>")), 200, salesforceAck, 1},
		{"a deal beside a lead", outbound(org, lead+notification(2, "Opportunity", "<sf:Name>Big deal</sf:Name>")), 200, salesforceAck, 1},
		{"a bad address beside a lead", outbound(org, lead+notification(2, "Lead", "<sf:Email>nobody</sf:Email>")), 200, salesforceAck, 2},
		{"another organisation", outbound("00D000000000002", lead), 401, "Unauthorised", 0},
		{"no organisation", outbound("", lead), 401, "Unauthorised", 0},
		{"no notification", outbound(org, ""), 400, "outbound message", 0},
		{"a document type", `<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>` + strings.Replace(outbound(org, notification(1, "Lead", "<sf:Email>a@b.co</sf:Email><sf:Name>&a;</sf:Name>")), `<?xml version="1.0" encoding="UTF-8"?>`, "", 1), 400, "document type", 0},
		{"an entity that nobody knows", outbound(org, notification(1, "Lead", "<sf:Name>&boom;</sf:Name>")), 400, "not valid XML", 0},
		{"nested very deep", outbound(org, strings.Repeat("<a>", 1000)+strings.Repeat("</a>", 1000)), 400, "too deep", 0},
		{"very many elements", outbound(org, strings.Repeat("<a/>", maxXMLElements)), 400, "too many elements", 0},
		{"another alphabet", strings.Replace(outbound(org, lead), "UTF-8", "ISO-8859-1", 1), 400, "not valid XML", 0},
		{"not UTF-8", outbound(org, notification(1, "Lead", "<sf:Name>Pe\xf1a</sf:Name>")), 400, "UTF-8", 0},
		{"JSON", `{"email":"ana@example.com"}`, 400, "not valid XML", 0},
		{"two documents", outbound(org, lead) + "<more/>", 400, "not valid XML", 0},
		{"something after it", outbound(org, lead) + "more", 400, "not valid XML", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o := openOffice(t)
			m := Message{URL: o.url + "/hooks/salesforce/" + o.secrets.SalesforceKey, Header: http.Header{"Content-Type": {"text/xml; charset=UTF-8"}}, Body: []byte(tt.body)}
			status, said := o.deliver(t, m)
			if leads := o.leads(t); status != tt.status || !strings.Contains(said, tt.says) || len(leads) != tt.stored {
				t.Errorf("got %d %s, %d leads, want %d %s, %d", status, said, len(leads), tt.status, tt.says, tt.stored)
			}
		})
	}
}

// The secret is the whole rest of the address; nothing near it is taken, and a refusal does not repeat it.
func TestSalesforceAddress(t *testing.T) {
	o := openOffice(t)
	body := outbound(o.secrets.SalesforceOrg, notification(1, "Lead", "<sf:Email>ana@example.com</sf:Email>"))
	for _, end := range []string{"", "/", "/" + o.secrets.SalesforceKey + "/", "/" + o.secrets.SalesforceKey + "x", "/" + strings.ToUpper(o.secrets.SalesforceKey),
		"?" + o.secrets.SalesforceKey, "/x/" + o.secrets.SalesforceKey} {
		m := Message{URL: o.url + "/hooks/salesforce" + end, Header: http.Header{"Content-Type": {"text/xml"}}, Body: []byte(body)}
		if status, said := o.deliver(t, m); status != http.StatusUnauthorized || strings.Contains(said, o.secrets.SalesforceKey) {
			t.Errorf("%q: %d %s", end, status, said)
		}
	}
	if strings.Contains(o.log.String(), o.secrets.SalesforceKey) {
		t.Errorf("the log tells the secret: %s", o.log)
	}
}

// A record that changed comes again under another notification: it is the same lead, and what is new is added.
func TestSalesforceRecordComesAgain(t *testing.T) {
	o := openOffice(t)
	for i, fields := range []string{"<sf:LastName>Ruiz</sf:LastName>", "<sf:LastName>Ruiz</sf:LastName><sf:Company>Acme</sf:Company>"} {
		body := strings.Replace(outbound(o.secrets.SalesforceOrg, notification(7, "Lead", fields)), "<Id>04l", fmt.Sprintf("<Id>04l%d", i), 1)
		if status, said := o.deliver(t, o.sign(t, "salesforce", []byte(body))); status != 200 {
			t.Fatalf("%d %s", status, said)
		}
	}
	leads := o.leads(t)
	if len(leads) != 1 || leads[0].Company != "Acme" || leads[0].Link != "https://acme.my.salesforce.com/00Q000000000007" {
		t.Errorf("%+v", leads)
	}
}

// Salesforce sends again what was not acknowledged: nothing is, when it is not stored.
func TestSalesforceIsNotAcknowledgedUnstored(t *testing.T) {
	o := openOffice(t)
	body, _ := Sample("salesforce")
	m := o.sign(t, "salesforce", body)
	if err := o.store.Close(); err != nil {
		t.Fatal(err)
	}
	if status, said := o.deliver(t, m); status != http.StatusServiceUnavailable || strings.Contains(said, "Ack") {
		t.Errorf("%d %s", status, said)
	}
}
