package intake

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"relevo/handoff"
)

func options(change func(*FileOptions)) FileOptions {
	o := FileOptions{Normaliser: NewNormaliser("", "en", Mapping{}), Zone: time.UTC, Now: tuesday, Reasons: handoff.DefaultReasons()}
	if change != nil {
		change(&o)
	}
	return o
}

// rows reads a whole file into lines that say what became of each row.
func rows(t *testing.T, file string, o FileOptions) []string {
	t.Helper()
	f, err := OpenFile(strings.NewReader(file), o)
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for row, err := range f.Rows() {
		if err != nil {
			return append(all, err.Error())
		}
		a := row.Arrival
		line := fmt.Sprintf("%d %s|%s|%s|%s|%s", row.Line, a.Name, a.Email, a.Phone, a.Company, a.Source)
		if o := a.Outcome; o != nil {
			line += fmt.Sprintf("|%s %s %s|%s %s %v", o.Verdict, o.Reason, o.Note, a.At.Format(time.DateOnly), o.At.Format(time.DateOnly), row.Undated)
		}
		if len(row.Wrong) > 0 {
			line = fmt.Sprintf("%d %v", row.Line, row.Wrong)
		}
		all = append(all, line)
	}
	if f.Len() != len(all) {
		t.Errorf("Len is %d, %d rows came", f.Len(), len(all))
	}
	return all
}

func TestFiles(t *testing.T) {
	latin, err := charmap.Windows1252.NewEncoder().String("Nombre;Correo;Compañía\nPeña;pena@example.com;Año")
	if err != nil {
		t.Fatal(err)
	}
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("full_name\tphone_number\temail\nAna Peña\tp:+34600\tana@example.com\n")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name, file string
		options    func(*FileOptions)
		want       []string
	}{
		{"HubSpot", "Record ID,First Name,Last Name,Email,Phone Number,Job Title,Company Name,Contact owner\r\n" +
			"1,Ana,Ruiz,ANA@EXAMPLE.COM,'+34600,CTO,\"Acme, \"\"SL\"\"\",Luke\r\n", nil,
			[]string{`2 Ana Ruiz|ana@example.com|+34600|Acme, "SL"|`}},
		{"Salesforce", "Lead ID,FirstName,LastName,Email,Phone,Company,LeadSource,Status,OwnerId\n00Q1,Ana,Ruiz,a@b.co,1,Acme,Web,Open,005x\n", nil,
			[]string{"2 Ana Ruiz|a@b.co|1|Acme|Website"}},
		{"Pipedrive: the first filled of several", "Deal - Title,Person - Name,Person - Organization,Person - Email - Work,Person - Email - Home\nBig,Ana,Acme,,home@b.co\nBig,Luke,Acme,work@b.co,home@b.co", nil,
			[]string{"2 Ana|home@b.co||Acme|", "3 Luke|work@b.co||Acme|"}},
		{"Spanish, semicolons, mark", "\ufeffNombre;Apellidos;Correo electrónico;Teléfono;Empresa\nAna;Ruiz;a@b.co;1;Acme, SL\n", nil, []string{"2 Ana Ruiz|a@b.co|1|Acme, SL|"}},
		{"Windows-1252", latin, nil, []string{"2 Peña|pena@example.com||Año|"}},
		{"UTF-16 with tabs", wide, nil, []string{"2 Ana Peña|ana@example.com|+34600||"}},
		{"lines of rows with line breaks", "name,email\n\"Ana\nRuiz\r\nPeña\",a@b.co\n\nLuke,nobody\n\"Bo\nB\",c@d.co\n", nil,
			[]string{"2 Ana Ruiz Peña|a@b.co|||", "6 email: not_an_email", "7 Bo B|c@d.co|||"}},
		{"quotes that are wrong", "name,email\nA \"b\" c,a@b.co\nOk,b@b.co\n\"x\"y,c@b.co\nOk,d@b.co\n\"open,e@b.co\nlast,f@b.co\n", nil,
			[]string{"2 row_bad_quote", "3 Ok|b@b.co|||", "4 row_bad_quote", "5 Ok|d@b.co|||", "6 row_bad_quote"}},
		{"short and long rows", "name,email,phone\nA,a@b.co\nB,b@b.co,1,\nC,c@b.co,1,2\n,,\n", nil,
			[]string{"2 A|a@b.co|||", "3 B|b@b.co|1||", "4 row_more_cells", "5 email: needs_key"}},
		{"constants and empty cells", "name,email,source\nA,a@b.co,Select\nB,b@b.co,Google\n", func(o *FileOptions) { o.Source, o.Empty = "Fair", []string{"select"} },
			[]string{"2 A|a@b.co|||Fair", "3 B|b@b.co|||Google"}},
		{"mapped by hand", "a,b,E-Mail\nAna,x@y.co,old@y.co\nLuke,,l@y.co", func(o *FileOptions) { o.Map = []string{"name=A", "email=b", "email=e mail"} },
			[]string{"2 Ana|x@y.co|||", "3 Luke|l@y.co|||"}},
		{"dates", "email,Create Date\na@b.co,2024-03-12 09:14\nb@b.co,3/15/2024 2:30 PM\nc@b.co,01/02/2024\nd@b.co,2030-01-01\ne@b.co,soon", nil,
			[]string{"2 |a@b.co|||", "3 |b@b.co|||", "4 |c@b.co|||", "5 received: in_future", "6 received: not_a_time"}},
		{"dates that could be either", "email,Create Date\na@b.co,2024-03-12\nb@b.co,01/02/2024", nil, []string{"2 |a@b.co|||", "3 received: ambiguous_date"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := rows(t, tt.file, options(tt.options)); !slices.Equal(got, tt.want) {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}

func TestHistory(t *testing.T) {
	const file = "email,Status,Tags,Said,In,Out\n" +
		"a@b.co,Won,,needs steel,2026-01-10,2026-01-12\n" +
		"b@b.co,lost,Already a  STUDENT,,2026-01-10,\n" +
		"c@b.co,lost,,,,\n" +
		"d@b.co,lost,\"busy, later\",,,2026-01-12\n" +
		"e@b.co,lost,Lost to EINS,,,\n" +
		"f@b.co,lost,new word,,,\n" +
		"g@b.co,perhaps,,,,\n" +
		"h@b.co,,,,,\n" +
		"i@b.co,lost,duplicate,,2026-01-12,2026-01-10\n" +
		"j@b.co,Won,new word,,,\n"
	o := options(func(o *FileOptions) {
		o.History, o.Decision, o.Note = true, "Status:won=accepted,lost=rejected", "Said"
		o.Reason = `Tags:Already a student=not-a-buyer,"busy, later=bad-timing",Lost to EINS=other`
		o.Map = []string{"received=In", "decided=Out"}
	})
	want := []string{
		"2 |a@b.co||||accept  needs steel|2026-01-10 2026-01-12 false",
		"3 |b@b.co||||reject not-a-buyer |2026-01-10 2026-11-24 true",
		"4 |c@b.co||||reject no-reason-given |2026-11-24 2026-11-24 true",
		"5 |d@b.co||||reject bad-timing |2026-01-12 2026-01-12 true",
		"6 |e@b.co||||reject other Lost to EINS|2026-11-24 2026-11-24 true",
		"7 Tags: unknown_reason", "8 Status: unknown_outcome", "9 Status: no_outcome", "10 decided: decided_too_early",
		"11 |j@b.co||||accept  |2026-11-24 2026-11-24 true",
	}
	if got := rows(t, file, o); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	o.Decision, o.Reason = "Status:won=accepted,*=rejected", "Tags:*=other"
	if got := rows(t, file, o); got[6] != "8 |g@b.co||||reject other |2026-11-24 2026-11-24 true" || got[7] != "9 |h@b.co||||reject other |2026-11-24 2026-11-24 true" {
		t.Errorf("got %q", got[6:8])
	}
}

// The workspace's reasons are known by their keys and by the names that it gave them.
func TestOwnReasons(t *testing.T) {
	const file = "email,Status,Why\n" +
		"a@b.co,lost,no FLEET\n" +
		"b@b.co,lost,fleet\n" +
		"c@b.co,lost,wrong-role\n" +
		"d@b.co,lost,Under ten\n"
	o := options(func(o *FileOptions) {
		o.History, o.Decision, o.Reason = true, "Status:won=accepted,lost=rejected", `Why:Under ten=Fewer than ten (vans)`
		o.Reasons = append(o.Reasons, handoff.Reason{Key: "fleet", Lane: handoff.LaneProfile, FollowUp: handoff.Close, Names: []handoff.Name{{Name: "No fleet"}}})
		for i, r := range o.Reasons {
			switch r.Key {
			case "wrong-role":
				o.Reasons[i].Retired = true
			case "wrong-size":
				o.Reasons[i].Names = []handoff.Name{{Name: "Fewer than ten (vans)", Since: tuesday}}
			}
		}
	})
	want := []string{
		"2 |a@b.co||||reject fleet |2026-11-24 2026-11-24 true",
		"3 |b@b.co||||reject fleet |2026-11-24 2026-11-24 true",
		"4 |c@b.co||||reject wrong-role |2026-11-24 2026-11-24 true",
		"5 |d@b.co||||reject wrong-size |2026-11-24 2026-11-24 true",
	}
	if got := rows(t, file, o); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	o.Reason = "Why:*=Nonsense"
	_, err := OpenFile(strings.NewReader(file), o)
	if wrong, ok := errors.AsType[Problem](err); !ok || wrong.Code != fileUnknownReason || !strings.Contains(wrong.Choices, "fleet (No fleet)") {
		t.Errorf("a reason that there is not is answered with %v", err)
	}
}

func TestOptionsThatDoNotFit(t *testing.T) {
	history := func(decision, reason string) func(*FileOptions) {
		return func(o *FileOptions) { o.History, o.Decision, o.Reason = true, decision, reason }
	}
	for _, tt := range []struct {
		file    string
		options func(*FileOptions)
		want    handoff.Problem
		choices string
	}{
		{"", nil, fileEmpty, ""},
		{"name,company\n", nil, fileNoKeyColumn, "name, company"},
		{"name,email\n", func(o *FileOptions) { o.Map = []string{"phone"} }, fileBadMap, ""},
		{"name,email\n", func(o *FileOptions) { o.Map = []string{"fax=name"} }, fileNoField, "email"},
		{"name,email\n", func(o *FileOptions) { o.Map = []string{"phone=Tel"} }, fileNoColumn, "name, email"},
		{"name,email\n", func(o *FileOptions) { o.Map = []string{"phone="} }, fileNoColumn, "name, email"},
		{"name,email\n", func(o *FileOptions) { o.Decision = "name" }, fileNotHistory, ""},
		{"name,email\n", func(o *FileOptions) { o.Map = []string{"decided=name"} }, fileNotHistory, ""},
		{"s,email\n", history("", ""), fileNoDecision, ""},
		{"s,email\n", history("Status:1=accepted", ""), fileNoColumn, "s, email"},
		{"s,email\n", history("s:1", ""), fileBadValues, ""},
		{"s,email\n", history("s:1=sold", ""), fileUnknownOutcome, "accepted, rejected"},
		{"s,email\n", history("s:1=accepted", "s:a=nonsense"), fileUnknownReason, "wrong-industry, wrong-size"},
		{"s,email\n", history("s:1=accepted", "s:*=nonsense"), fileUnknownReason, "no-reason-given"},
	} {
		_, err := OpenFile(strings.NewReader(tt.file), options(tt.options))
		var got Problem
		if !errors.As(err, &got) || got.Code != tt.want || !strings.Contains(got.Choices, tt.choices) {
			t.Errorf("%q: got %+v (%v), want %s with %q", tt.file, got, err, tt.want, tt.choices)
		}
	}
}

// A quote that is never closed in an endless file must not fill the memory.
func TestEndlessRow(t *testing.T) {
	file := "name,email\nA,a@b.co\n\"" + strings.Repeat("x\n", maxRow)
	_, err := OpenFile(strings.NewReader(file), options(nil))
	if want := (Problem{Code: rowTooLong, Limit: 2}); !errors.Is(err, want) {
		t.Errorf("got %v, want %v", err, want)
	}
}

func TestColonInAColumnsName(t *testing.T) {
	v, err := parseValues("Stage: now:won=accepted", []string{"email", "Stage: now"})
	if err != nil || v.column != 1 || v.means["won"] != "accepted" {
		t.Errorf("got %+v, %v", v, err)
	}
}

// What a row is known by changes with what it says of the lead and with nothing else.
func TestOnceKeys(t *testing.T) {
	key := func(file string) string {
		f, err := OpenFile(strings.NewReader(file), options(nil))
		if err != nil {
			t.Fatal(err)
		}
		for row := range f.Rows() {
			return row.Arrival.OnceKey
		}
		return ""
	}
	base := key("name,email,Last seen\nAna,a@b.co,1\n")
	for file, same := range map[string]bool{
		"Correo;Visto;Nombre\na@b.co;2;Ana\n":               true,
		"name,email\nAna,b@b.co\n":                          false,
		"name,email,created\nAna,a@b.co,2026-01-01\n":       false,
		"name,email,campaign\nAna,a@b.co,Autumn\n":          false,
		"name,email,record id\nAna,a@b.co,\n":               true,
		"name,email,company,phone\n ana ,A@B.CO,,\n":        false,
		"name,email,company,phone\n Ana ,\"A@B.CO \",  ,\n": true,
	} {
		if got := key(file) == base; got != same {
			t.Errorf("%q: same is %v, want %v", file, got, same)
		}
	}
	if got := key("name,email,record id\nAna,a@b.co,7\n"); got != "" {
		t.Errorf("a row with an id has the key %q", got)
	}
}

func TestColumnsAreTold(t *testing.T) {
	f, err := OpenFile(strings.NewReader("Correo,Nombre,Otra cosa\n"), options(nil))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{"email": {"Correo"}, "first_name": {"Nombre"}}
	if got := f.Columns(); !maps.EqualFunc(got, want, slices.Equal[[]string]) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func FuzzFile(f *testing.F) {
	f.Add([]byte("name,email\nAna,a@b.co\n"))
	f.Add([]byte("\xff\xfen\x00\n\x00"))
	f.Add([]byte("email;created\na@b.co;1/2/2024\n\"x"))
	o := options(nil) // which takes longer than the rest
	f.Fuzz(func(t *testing.T, body []byte) {
		file, err := OpenFile(bytes.NewReader(body), o)
		if err != nil {
			return
		}
		n, last := 0, 1
		for row, err := range file.Rows() {
			if err != nil {
				t.Fatalf("%q: %v after it was looked through", body, err)
			}
			if row.Line <= last {
				t.Fatalf("%q: line %d after %d", body, row.Line, last)
			}
			n, last = n+1, row.Line
			if again, err := row.Arrival.Clean(); len(row.Wrong) == 0 && (err != nil || again.Person != row.Arrival.Person) {
				t.Fatalf("%q: %+v is not clean: %v", body, row.Arrival, err)
			}
		}
		if n != file.Len() {
			t.Fatalf("%q: %d rows, %d at first", body, n, file.Len())
		}
	})
}
