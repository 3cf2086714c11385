package intake

import (
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// The same rows in every way of writing them.
func TestSpellingsOfAFile(t *testing.T) {
	table := [][]string{
		{"Nombre", "Correo", "Compañía", "Notas"},
		{"Ana Peña", "ana@example.com", "Año, SL", "dice \"sí\""},
		{"Bo", "bo@example.com", "Línea 1\nLínea 2", "a;b|c\td"},
	}
	want := []string{"Ana Peña|ana@example.com|Año, SL", "Bo|bo@example.com|Línea 1 Línea 2"}
	written := func(comma, end string) string {
		var b strings.Builder
		for _, row := range table {
			for i, cell := range row {
				if i > 0 {
					b.WriteString(comma)
				}
				if strings.ContainsAny(cell, comma+"\"\n") {
					cell = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
				}
				b.WriteString(cell)
			}
			b.WriteString(end)
		}
		return b.String()
	}
	in := func(e encoding.Encoding, s string) string {
		out, err := e.NewEncoder().String(s)
		if err != nil {
			t.Fatal(err)
		}
		return out
	}
	for name, file := range map[string]string{
		"commas": written(",", "\n"), "semicolons, CRLF": written(";", "\r\n"), "tabs": written("\t", "\n"), "bars": written("|", "\n"),
		"told to Excel": "sep=;\r\n" + written(";", "\r\n"), "UTF-8 with a mark": in(unicode.UTF8BOM, written(";", "\n")),
		"told to Excel, with a mark": in(unicode.UTF8BOM, "sep=|\n"+written("|", "\n")),
		"Latin-1":                    in(charmap.ISO8859_1, written(";", "\r\n")),
		"UTF-16LE with a mark":       in(unicode.UTF16(unicode.LittleEndian, unicode.UseBOM), written("\t", "\r\n")),
		"UTF-16BE with a mark":       in(unicode.UTF16(unicode.BigEndian, unicode.UseBOM), written("\t", "\r\n")),
		"UTF-16LE":                   in(unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM), written("\t", "\r\n")),
		"UTF-16BE":                   in(unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM), written(",", "\n")),
		"told on the command line":   written("^", "\n"),
	} {
		f, err := OpenFile(strings.NewReader(file), options(func(o *FileOptions) {
			if strings.Contains(name, "command line") {
				o.Delimiter = '^'
			}
		}))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		var got []string
		for row, err := range f.Rows() {
			if err != nil || len(row.Wrong) > 0 || row.Cells[3] != table[len(got)+1][3] {
				t.Errorf("%s: %q, %v, %v", name, row.Cells, row.Wrong, err)
			}
			got = append(got, row.Arrival.Name+"|"+row.Arrival.Email+"|"+row.Arrival.Company)
		}
		if !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
}

// endless is a file of so many rows that is never in memory as a whole.
type endless struct{ rows, at int }

const (
	endlessHead = "email,name,created\n"
	endlessRow  = "ana%09d@example.com,Ana,2026-01-02\n"
)

func (e *endless) size() int { return len(endlessHead) + e.rows*len(fmt.Sprintf(endlessRow, 0)) }

func (e *endless) Read(p []byte) (int, error) {
	if e.at >= e.size() {
		return 0, io.EOF
	}
	var piece string
	if e.at < len(endlessHead) {
		piece = endlessHead[e.at:]
	} else {
		width := len(fmt.Sprintf(endlessRow, 0))
		row := (e.at - len(endlessHead)) / width
		piece = fmt.Sprintf(endlessRow, row)[(e.at-len(endlessHead))%width:]
	}
	n := copy(p, piece)
	e.at += n
	return n, nil
}

func (e *endless) Seek(offset int64, whence int) (int64, error) {
	switch whence {
	case io.SeekCurrent:
		offset += int64(e.at)
	case io.SeekEnd:
		offset += int64(e.size())
	}
	e.at = int(offset)
	return offset, nil
}

// What reading a file takes of memory does not grow with the file.
func TestMemoryStaysFlat(t *testing.T) {
	inUse := func(rows int) uint64 {
		f, err := OpenFile(&endless{rows: rows}, options(nil))
		if err != nil {
			t.Fatal(err)
		}
		n, most := 0, uint64(0)
		for row, err := range f.Rows() {
			if err != nil || len(row.Wrong) > 0 {
				t.Fatal(row.Wrong, err)
			}
			if n++; n == rows-1 {
				var m runtime.MemStats
				runtime.GC()
				runtime.ReadMemStats(&m)
				most = m.HeapAlloc
			}
		}
		if n != rows {
			t.Fatalf("%d rows, want %d", n, rows)
		}
		return most
	}
	few, many := inUse(100), inUse(20_000)
	if many > few+few/4+1<<20 {
		t.Errorf("%d bytes are in use after 20,000 rows, %d after 100", many, few)
	}
}
