package intake

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
)

// book makes a workbook of one sheet; fill puts more into it.
func book(t testing.TB, rows [][]any, fill func(*excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			t.Fatal(err)
		}
	}
	if fill != nil {
		fill(f)
	}
	var out bytes.Buffer
	if err := f.Write(&out); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func bookRows(t *testing.T, file []byte, o FileOptions) []string {
	t.Helper()
	f, err := OpenFile(bytes.NewReader(file), o)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var all []string
	for row, err := range f.Rows() {
		if err != nil {
			t.Fatal(err)
		}
		a := row.Arrival
		line := fmt.Sprintf("%d %s|%s|%s|%s|%s", row.Line, a.Name, a.Email, a.Phone, a.Size, a.At.In(o.Zone).Format("2006-01-02 15:04"))
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

// What a cell shows depends on the sheet's formats; what it holds does not.
func TestWorkbook(t *testing.T) {
	day := time.Date(2026, 2, 1, 14, 30, 0, 0, time.UTC)
	rows := [][]any{
		{"Full name", "Email", "Phone", "Employees", "Created at"},
		{"Ana", "ana@example.com", 34600111222, 1500, day},
		{},
		{"Bo", "bo@example.com", "+34 600", 0.5, day.Truncate(24 * time.Hour)},
		{"Cy", "cy@example.com", true, nil, "2026-02-01 09:00"},
		{"Di", "nobody", nil, nil, nil},
	}
	styled := func(f *excelize.File) {
		for cell, style := range map[string]excelize.Style{
			"E2": {NumFmt: 22}, "E4": {CustomNumFmt: new("[$-409]dd/mm/yy;@")}, "D2": {NumFmt: 4}, "D4": {NumFmt: 10}, "C2": {CustomNumFmt: new(`0 "days"`)},
		} {
			id, err := f.NewStyle(&style)
			if err == nil {
				err = f.SetCellStyle("Sheet1", cell, cell, id)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := f.SetCellFormula("Sheet1", "C6", "NA()"); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		"2 Ana|ana@example.com|34600111222|1500|2026-02-01 14:30", "4 Bo|bo@example.com|+34 600|0.5|2026-02-01 00:00",
		"5 Cy|cy@example.com|TRUE||2026-02-01 09:00", "6 email: not_an_email",
	}
	if got := bookRows(t, book(t, rows, styled), options(nil)); !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	since1904 := func(f *excelize.File) {
		if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: new(true)}); err != nil {
			t.Fatal(err)
		}
		styled(f)
		if err := f.SetCellValue("Sheet1", "E2", 44592); err != nil { // days since 1 January 1904
			t.Fatal(err)
		}
	}
	if got := bookRows(t, book(t, rows, since1904), options(nil)); got[0] != "2 Ana|ana@example.com|34600111222|1500|2026-02-01 00:00" {
		t.Errorf("since 1904: %q", got[0])
	}
}

func TestSheets(t *testing.T) {
	file := book(t, [][]any{{"name", "company"}}, func(f *excelize.File) {
		if _, err := f.NewSheet("Fair & more"); err != nil {
			t.Fatal(err)
		}
		for cell, v := range map[string]any{"A1": "email", "A2": "a@b.co"} {
			if err := f.SetCellValue("Fair & more", cell, v); err != nil {
				t.Fatal(err)
			}
		}
	})
	got := bookRows(t, file, options(func(o *FileOptions) { o.Sheet = "Fair & more" }))
	if want := []string{"2 |a@b.co|||2026-11-24 10:00"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, tt := range []struct {
		name, sheet string
		file        []byte
		want        Problem
	}{
		{"the first sheet", "", file, Problem{Code: fileNoKeyColumn, Choices: "name, company"}},
		{"no such sheet", "Fairs", file, Problem{Code: fileNoSheet, Value: "Fairs", Choices: "Sheet1, Fair & more"}},
		{"a sheet of a text file", "Fair", []byte("email\n"), Problem{Code: fileNotABook, Value: "Fair"}},
		{"an old workbook", "", []byte("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and more"), Problem{Code: fileOldBook}},
		{"cut off", "", file[:len(file)/2], Problem{Code: fileBrokenBook}},
		{"another ZIP file", "", zipped(t, map[string]string{"a.txt": "x"}), Problem{Code: fileBrokenBook}},
		{"empty", "", book(t, nil, nil), Problem{Code: fileEmpty}},
	} {
		_, err := OpenFile(bytes.NewReader(tt.file), options(func(o *FileOptions) { o.Sheet = tt.sheet }))
		if !errors.Is(err, tt.want) {
			t.Errorf("%s: got %v, want %v", tt.name, err, tt.want)
		}
	}
}

func zipped(t testing.TB, parts map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	z := zip.NewWriter(&out)
	for name, content := range parts {
		w, err := z.Create(name)
		if err == nil {
			_, err = io.WriteString(w, content)
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

// without returns a writer of a workbook that has every part but one.
func without(t *testing.T, name string, out io.Writer) *zip.Writer {
	t.Helper()
	whole := book(t, [][]any{{"email"}, {"a@b.co"}}, nil)
	in, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatal(err)
	}
	z := zip.NewWriter(out)
	for _, part := range in.File {
		if part.Name != name {
			if err := z.Copy(part); err != nil {
				t.Fatal(err)
			}
		}
	}
	return z
}

// bomb is a workbook in which one part is replaced by something that unpacks to that many mebibytes.
func bomb(t *testing.T, name, begin, again string, mebibytes int) []byte {
	t.Helper()
	var out bytes.Buffer
	z := without(t, name, &out)
	w, err := z.Create(name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.WriteString(w, begin); err != nil {
		t.Fatal(err)
	}
	many := strings.Repeat(again, 1<<20/len(again))
	for range mebibytes {
		if _, err := io.WriteString(w, many); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// declared is a workbook in which one part says that it unpacks to that many mebibytes. Writing them would take longer than the test.
func declared(t *testing.T, name string, mebibytes uint64) []byte {
	t.Helper()
	var out bytes.Buffer
	z := without(t, name, &out)
	w, err := z.CreateRaw(&zip.FileHeader{Name: name, Method: zip.Deflate, CompressedSize64: 2, UncompressedSize64: mebibytes << 20})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte{3, 0}); err != nil { // an empty deflate stream
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A small workbook may unpack to any amount: it is refused before it takes the memory or the disk.
func TestZipBombs(t *testing.T) {
	const sheet = `<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>`
	for name, file := range map[string][]byte{
		"one endless cell":        bomb(t, "xl/worksheets/sheet1.xml", sheet+`<row r="1"><c t="inlineStr"><is><t>`, "x", 5),
		"one endless row":         bomb(t, "xl/worksheets/sheet1.xml", sheet+`<row r="1">`, "<c><v>1</v></c>", 5),
		"one endless text":        bomb(t, "xl/sharedStrings.xml", `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si>`, "<r><t>x</t></r>", 5),
		"a huge part":             declared(t, "xl/media/image1.bin", 65),
		"more than there is room": declared(t, "xl/worksheets/sheet2.xml", 1025),
		"an end in a comment":     bomb(t, "xl/worksheets/sheet1.xml", sheet+`<row r="1"><!-- </sheetData> -->`, "<c><v>1</v></c>", 5),
		"rows in a comment":       bomb(t, "xl/worksheets/sheet1.xml", sheet+`<row r="1"><!-->`, "<row/>", 8),
		"an end among the texts":  bomb(t, "xl/sharedStrings.xml", `<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"></sheetData><si>`, "<r><t>x</t></r>", 5),
	} {
		if len(file) > 4<<20 {
			t.Errorf("%s: %d bytes are no bomb", name, len(file))
		}
		_, err := OpenFile(bytes.NewReader(file), options(nil))
		if !errors.Is(err, Problem{Code: fileLargeBook}) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

func TestElementName(t *testing.T) {
	for tag, want := range map[string]string{
		`row r="1">`: "row", "row>": "row", "row/>": "row", `x:row r="1"`: "row", "rows>": "", "/row>": "", "c r=": "", "si>": "si", "x:si>": "si",
		"sid>": "", "/sheetData>": "/sheetData", "/x:sheetData>": "/sheetData", "sheetData>": "", "sheetData/>": "", "": "", ">": "", "/": "", ":": "",
	} {
		if got := elementName([]byte(tag)); got != want {
			t.Errorf("%q is %q, want %q", tag, got, want)
		}
	}
}
