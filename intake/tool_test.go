package intake

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
)

// told is what a row says of its lead, with what the tools' exports have beside a name and an address.
func told(t *testing.T, file string) (columns string, rows []string) {
	t.Helper()
	f, err := OpenFile(strings.NewReader(file), options(nil))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for row, err := range f.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		a := row.Arrival
		line := fmt.Sprintf("%s %s|%s|%s|%s|%s|%s", a.ExternalID, a.Name, a.Email, a.Phone, a.Company, a.Source, a.At.Format(time.DateOnly))
		if len(row.Wrong) > 0 {
			line = row.Wrong.Error()
		}
		for _, x := range a.Extras {
			line += "; " + x.Label + "=" + x.Value
		}
		rows = append(rows, line)
	}
	return f.Tool(), rows
}

// The header rows of HEADERS.md are recognised as they are.
func TestTools(t *testing.T) {
	for _, tt := range []struct {
		name, file, tool string
		want             []string
	}{
		{"HubSpot contacts", "Record ID,First Name,Last Name,Email,Phone Number,Lead Status,Create Date,Associated Company,Country/Region,Contact owner\n" +
			"101,Ana,Ruiz,ANA@EXAMPLE.COM,+34600111222,New,2024-03-12 09:14,Acme,Spain,Luke\n" +
			"102,Bo,Berg,bo@example.com,,,3/15/2024 2:30 PM,\"Acme, SL\",,\n" +
			"103,,,,,,2024-03-12 09:14,,,\n" +
			"104,Ana,Ruiz,ana@example.com,,,01/02/2024,,,\n", "HubSpot", []string{
			"hubspot:101 Ana Ruiz|ana@example.com|+34600111222|Acme||2024-03-12", "hubspot:102 Bo Berg|bo@example.com||Acme, SL||2024-03-15",
			"row_nobody", "hubspot:104 Ana Ruiz|ana@example.com||||2024-01-02",
		}},
		{"HubSpot with more columns", "Record ID,Email,Create Date,Original Source,Associated Company IDs,Lifecycle Stage,Favourite colour\n" +
			"7,a@example.com,2024-03-12 09:14,PAID_SEARCH,9002;9999,lead,\"Red, or blue\"\n", "HubSpot",
			[]string{"hubspot:7 |a@example.com|||Paid search|2024-03-12"}},
		{"Salesforce", "Lead ID,FirstName,LastName,Email,Phone,Company,LeadSource,Status,OwnerId\n00Q1,Ana,Ruiz,a@example.com,+34600111222,Acme,Web,Open,005x\n",
			"Salesforce", []string{"salesforce:00Q1 Ana Ruiz|a@example.com|+34600111222|Acme|Website|2026-11-24"}},
		{"Pipedrive people", "Person - Name,Person - First name,Person - Last name,Person - Organization,Person - Title,Person - Email - Work,Person - Email - Home,Person - Email - Other,Person - Phone - Work,Person - Phone - Home,Person - Phone - Mobile,Person - Phone - Other,Person - Marketing status\n" +
			"Ana Ruiz,Ana,Ruiz,Acme,CTO,,home@example.com,other@example.com,,,+34600111222,,Bounced\n", "Pipedrive",
			[]string{" Ana Ruiz|home@example.com|+34600111222|Acme||2026-11-24"}},
		{"Pipedrive deals", "Deal - Title,Deal - CRM ID,Deal - Closing Date,Deal - Deal created,Deal - utm_source,Deal - utm_medium,Deal - utm_campaign,Deal - Lost reason,Person - Provincia,Deal - Stage,Deal - Status,Person - ID\n" +
			"Acme,77,2024-05-01,2024-03-12,google,cpc,spring,,Madrid,Demo,Open,5\n", "Pipedrive",
			[]string{"pipedrive-deal:77 ||||Google|2024-03-12; utm_medium=cpc"}},
		{"Meta", "created_time,ad_id,ad_name,adset_id,adset_name,campaign_id,campaign_name,form_id,form_name,is_organic,platform,\"¿cuántas_furgonetas, más_o_menos?\",full_name,phone_number,lead_status,id\n" +
			"2026-08-31T12:12:17-05:00,ag:1,Ad,as:2,Set,c:3,Spring,f:4,Form,false,fb,más_de_10,Ana Ruiz,p:+34600111222,CREATED,l:5\n" +
			"2026-08-31T12:12:17-05:00,ag:1,Ad,as:2,Set,c:3,Spring,f:4,Form,false,ig,<test lead: dummy data for x>,<test lead: dummy data for full_name>,p:<test lead: dummy data for phone_number>,CREATED,l:6\n", "Meta",
			[]string{"meta:5 Ana Ruiz||+34600111222||Facebook|2026-08-31; ¿cuántas furgonetas, más o menos?=más_de_10", "test_lead"}},
		{"Typeform", "#,\"👋 Hello, what's your\nemail?\",How big are you?,Other,\"Thanks {{field:01H}}, what do you want?\",Other,Your number,Response Type,Start Date (UTC),Stage Date (UTC),Submit Date (UTC),Network ID,Tags,Ending\n" +
			"tok1,ana@example.com,11-50,,\" / Demo / Price\",A call,'+34600111222,completed,2024-03-12 09:10:00,,2024-03-13 09:14:00,net,tag,end\n" +
			"tok2,bo@example.com,,A hundred,,,'+34600111333,completed,2024-03-12 09:10:00,,2024-03-14 09:14:00,net,,end\n", "Typeform",
			[]string{
				"typeform:tok1 |ana@example.com|+34600111222||Typeform|2024-03-13; How big are you?=11-50; Thanks …, what do you want?=Demo, Price, A call",
				"typeform:tok2 |bo@example.com|+34600111333||Typeform|2024-03-14; How big are you?=A hundred",
			}},
		{"nobody's", "id;correo;origen;fuente\n1;a@example.com;API;Google\n", "", []string{" |a@example.com|||Google|2026-11-24"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tool, got := told(t, tt.file)
			if tool != tt.tool || !slices.Equal(got, tt.want) {
				t.Errorf("%s\ngot  %q\nwant %q", tool, got, tt.want)
			}
		})
	}
}

// The mapping file holds for a tool's exports as for its webhooks, and beside it what it says of files.
func TestMappingOfAToolsExport(t *testing.T) {
	m, err := ReadMapping(`
[fields.csv]
"How big are you?" = "size"
"Why now?" = "ignore"
[fields.typeform]
"Why now?" = { card = "Why now" }
"Other" = "ignore"
`)
	if err != nil {
		t.Fatal(err)
	}
	const file = "#,Your e-mail,How big are you?,Why now?,Other,Submit Date (UTC),Network ID\ntok,a@example.com,11-50,Because,x,2024-03-13 09:14:00,n\n"
	f, err := OpenFile(strings.NewReader(file), options(func(o *FileOptions) { o.Normaliser = NewNormaliser("", "en", m) }))
	if err != nil {
		t.Fatal(err)
	}
	for row, err := range f.Rows() {
		if err != nil || len(row.Wrong) > 0 {
			t.Fatal(row.Wrong, err)
		}
		a := row.Arrival
		want := []handoff.Extra{{Label: "Why now", Value: "Because", Shown: true}}
		if a.Size != "11–50" && a.Size != "11-50" || !slices.Equal(a.Extras, want) || a.OnceKey != "typeform:tok" {
			t.Errorf("got %q, %+v, %q", a.Size, a.Extras, a.OnceKey)
		}
	}
	if got := f.Kept(); !slices.Equal(got, []string{"Why now"}) {
		t.Errorf("kept are %q", got)
	}
}

// The same day is found in three spellings in one column: one of them tells how the others are to be read.
func TestMixedDates(t *testing.T) {
	for _, tt := range []struct {
		cells []string
		want  []string
	}{
		{[]string{"2018-02-01", "01-02-2018", "2/1/2018", "2/13/2018"}, []string{"2018-02-01", "2018-01-02", "2018-02-01", "2018-02-13"}},
		{[]string{"2018-02-01", "01-02-2018", "13-02-2018"}, []string{"2018-02-01", "2018-02-01", "2018-02-13"}},
		{[]string{"2018-02-01", "01-02-2018", "2/1/2018"}, []string{"2018-02-01", "received: ambiguous_date", "received: ambiguous_date"}},
		{[]string{"13-02-2018", "2/13/2018", "01-02-2018", "05/05/2018"}, []string{"2018-02-13", "2018-02-13", "received: ambiguous_date", "2018-05-05"}},
	} {
		file := "email,Create Date\n"
		for i, c := range tt.cells {
			file += fmt.Sprintf("a%d@example.com,%s\n", i, c)
		}
		_, rows := told(t, file)
		for i, want := range tt.want {
			if !strings.HasSuffix(rows[i], want) {
				t.Errorf("%q: %s is read as %q, want %q", tt.cells, tt.cells[i], rows[i], want)
			}
		}
	}
}

func TestOutcomesThatAreSeen(t *testing.T) {
	for _, tt := range []struct {
		file, column string
		want         []string
	}{
		{"email,Deal - Status,Deal - Lost reason\na@b.co,Won,\nb@b.co,Lost,Too dear\nc@b.co,Open,\n", "Deal - Status", []string{"accept  ", "reject no-reason-given Too dear", "Deal - Status: unknown_outcome"}},
		{"correo;compra\na@b.co;1\nb@b.co;0\n", "compra", []string{"accept  ", "reject no-reason-given "}},
		{"email,Status\na@b.co,won\nb@b.co,perhaps\n", "", nil},
		{"email,Status\na@b.co,Open\n", "", nil},
		{"email,Converted at\na@b.co,1\n", "", nil},
	} {
		o := options(func(o *FileOptions) { o.History = tt.column != "" })
		f, err := OpenFile(strings.NewReader(tt.file), o)
		if err != nil {
			t.Errorf("%q: %v", tt.file, err)
			continue
		}
		if f.Outcome() != tt.column {
			t.Errorf("%q: the outcome is in %q, want %q", tt.file, f.Outcome(), tt.column)
		}
		var got []string
		for row, err := range f.Rows() {
			if err != nil {
				t.Fatal(err)
			}
			switch o := row.Arrival.Outcome; {
			case len(row.Wrong) > 0:
				got = append(got, row.Wrong.Error())
			case o != nil:
				got = append(got, fmt.Sprintf("%s %s %s", o.Verdict, o.Reason, o.Note))
			}
		}
		if !slices.Equal(got, tt.want) {
			t.Errorf("%q: got %q, want %q", tt.file, got, tt.want)
		}
	}
}
