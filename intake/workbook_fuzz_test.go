package intake

import (
	"archive/zip"
	"bytes"
	"io"
	"testing"
)

const (
	bookSpace = `xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"`
	bookSheet = `<worksheet ` + bookSpace + `><sheetData><row><c t="inlineStr"><is><t>email</t></is></c><c t="s"><v>0</v></c></row>` +
		`<row r="3"><c r="A3" t="str"><v>a@b.co</v></c><c r="B3" s="1"><v>46054.5</v></c></row></sheetData></worksheet>`
	bookTexts  = `<sst ` + bookSpace + `><si><t>Created at</t></si><si><r><t>x</t></r></si></sst>`
	bookStyles = `<styleSheet ` + bookSpace + `><numFmts><numFmt numFmtId="164" formatCode="d/m/yy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="164"/></cellXfs></styleSheet>`
)

// parts puts a workbook together of its sheet, its texts and its styles, without anything that it can do without.
func parts(t testing.TB, sheet, texts, styles string) []byte {
	t.Helper()
	const relations = `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`
	const office, kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships", "application/vnd.openxmlformats-officedocument.spreadsheetml."
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for _, part := range []struct{ name, content string }{
		{"[Content_Types].xml", `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Override PartName="/xl/workbook.xml" ContentType="` + kind + `sheet.main+xml"/></Types>`},
		{"_rels/.rels", relations + `<Relationship Id="r1" Type="` + office + `/officeDocument" Target="xl/workbook.xml"/></Relationships>`},
		{"xl/workbook.xml", `<workbook ` + bookSpace + ` xmlns:r="` + office + `"><sheets><sheet name="S" sheetId="1" r:id="r1"/></sheets></workbook>`},
		{"xl/_rels/workbook.xml.rels", relations + `<Relationship Id="r1" Type="` + office + `/worksheet" Target="worksheets/sheet1.xml"/></Relationships>`},
		{"xl/worksheets/sheet1.xml", sheet}, {"xl/sharedStrings.xml", texts}, {"xl/styles.xml", styles},
	} {
		w, err := z.CreateHeader(&zip.FileHeader{Name: part.name, Method: zip.Store})
		if err == nil {
			_, err = io.WriteString(w, part.content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestSmallestWorkbook(t *testing.T) {
	o := options(nil)
	file, err := OpenFile(bytes.NewReader(parts(t, bookSheet, bookTexts, bookStyles)), o)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	for row, err := range file.Rows() {
		if a := row.Arrival; err != nil || a.Email != "a@b.co" || a.At.Format("2006-01-02 15:04") != "2026-02-01 12:00" {
			t.Errorf("got %+v, %v", a, err)
		}
	}
	if file.Len() != 1 {
		t.Errorf("%d rows", file.Len())
	}
}

// readsTwice fails when a file that can be opened is not read as it was looked through, or a lead of it is not clean.
func readsTwice(t *testing.T, body []byte, o FileOptions) {
	file, err := OpenFile(bytes.NewReader(body), o)
	if err != nil {
		return
	}
	defer file.Close()
	n := 0
	for row, err := range file.Rows() {
		if err != nil {
			t.Fatalf("%v after it was looked through", err)
		}
		if again, err := row.Arrival.Clean(); len(row.Wrong) == 0 && (err != nil || again.Person != row.Arrival.Person) {
			t.Fatalf("%+v is not clean: %v", row.Arrival, err)
		}
		n++
	}
	if n != file.Len() {
		t.Fatalf("%d rows, %d at first", n, file.Len())
	}
}

// FuzzWorkbook changes the file as it is. Nearly all that comes of it is no ZIP file any more; see FuzzSheet.
func FuzzWorkbook(f *testing.F) {
	f.Add(parts(f, bookSheet, "", ""))
	f.Add(zipped(f, map[string]string{"xl/workbook.xml": "<workbook/>", "[Content_Types].xml": "<Types/>"}))
	f.Add([]byte("PK\x03\x04"))
	o := options(nil)
	f.Fuzz(func(t *testing.T, body []byte) { readsTwice(t, body, o) })
}

// FuzzSheet changes what is in the file.
func FuzzSheet(f *testing.F) {
	f.Add(bookSheet, bookTexts, bookStyles)
	f.Add(`<worksheet><sheetData><row r="1"><c t="b"><v>1</v></c><c r="XFD1" t="e"><v>#N/A</v></c><c t="s"><v>-1</v></c></row></sheetData>`, "<sst><si/>", "<styleSheet/>")
	f.Add(`<x:worksheet><x:sheetData><x:row r="2"/><!-- <row> --><row r="1048577"><c r="A0"/></row>`, "<sst><si><t>&#0;</t>", `<styleSheet><cellXfs><xf numFmtId="-1"/>`)
	o := options(nil)
	f.Fuzz(func(t *testing.T, sheet, texts, styles string) { readsTwice(t, parts(t, sheet, texts, styles), o) })
}
