package intake

import (
	"encoding/csv"
	"slices"
	"strings"
	"testing"

	"relevo/handoff"
	"relevo/internal/text"
)

// Refused rows come back as a file that, mended, is imported as it is; whatever is not mended is refused for the same
// reason again.
func TestRefusedRowsComeBack(t *testing.T) {
	const file = "Nombre;Correo;Teléfono;Fecha\n" +
		"Ana;ana@example.com;+34600111222;13/02/2026\n" +
		"=Bo;bo;+34600111333;01/02/2026 10:30\n" +
		"'Cy;;;02/02/2026\n" +
		"Di \"D\" Dart;di@example.com;;03/02/2026\n" +
		"Ed;ed;a;b;c;d\n"
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range text.Languages() {
		p := texts.In(lang)
		refuse := func(file string) (out string, why []string, good []string) {
			f, err := OpenFile(strings.NewReader(file), options(nil))
			if err != nil {
				t.Fatal(err)
			}
			var b strings.Builder
			w := csv.NewWriter(&b)
			w.Write(RefusedHead(p, f.Head()))
			for row, err := range f.Rows() {
				if err != nil {
					t.Fatal(err)
				}
				if len(row.Wrong) > 0 {
					w.Write(f.Refused(p, row))
					why = append(why, row.Wrong.Error())
					continue
				}
				a := row.Arrival
				good = append(good, a.Name+"|"+a.Email+"|"+a.Phone+"|"+a.At.Format("2006-01-02 15:04"))
			}
			w.Flush()
			return b.String(), why, good
		}
		out, why, _ := refuse(file)
		again, whyAgain, _ := refuse(out)
		if want := []string{"email: not_an_email", "email: needs_key", "row_bad_quote", "row_more_cells"}; !slices.Equal(why, want) {
			t.Fatalf("refused for %q, want %q", why, want)
		}
		// The quotes are mended by having been read; all else is still wrong, and nothing was added or lost.
		if want := []string{"email: not_an_email", "email: needs_key", "row_more_cells"}; !slices.Equal(whyAgain, want) {
			t.Errorf("%s: refused again for %q, want %q\n%s", lang, whyAgain, want, out)
		}
		if rows := strings.Count(again, "\n"); rows != 4 || strings.Count(strings.SplitN(again, "\n", 2)[0], ",") != 5 {
			t.Errorf("%s: columns or rows were added:\n%s", lang, again)
		}
		mended := strings.NewReplacer(",bo,", ",bo@example.com,", "'Cy,,", "'Cy,cy@example.com,", "Ed,ed,a,b,c,d", "Ed,ed@example.com,,,,").Replace(out)
		_, left, good := refuse(mended)
		want := []string{
			"=Bo|bo@example.com|+34600111333|2026-02-01 10:30", "'Cy|cy@example.com||2026-02-02 00:00",
			"Di \"D\" Dart|di@example.com||2026-02-03 00:00", "Ed|ed@example.com||2026-11-24 10:00",
		}
		if !slices.Equal(good, want) || len(left) > 0 {
			t.Errorf("%s: after mending\n%s\ngot  %q, refused %q\nwant %q", lang, mended, good, left, want)
		}
	}
}

// A file that happens to begin with other columns keeps them.
func TestOnlyRefusedColumnsAreSkipped(t *testing.T) {
	for head, want := range map[string]int{
		"line,why it was refused,email": 2, "línea,por qué se rechazó,correo": 2, "line,why,email": 0,
		"line,por qué se rechazó,email": 0, "line,why it was refused": 0, "email,line,why it was refused": 0,
	} {
		if got := refusedColumns(strings.Split(head, ",")); got != want {
			t.Errorf("%q: %d columns, want %d", head, got, want)
		}
	}
}

// Whoever mends a row reads the names of its fields in their own language; a column that is no field has its header.
func TestRowsNameTheirFields(t *testing.T) {
	texts, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	wrong := Problems{{Field: "email", Code: handoff.NotAnEmail}, {Field: fieldReceived, Code: notATime}, {Field: "Etapa", Code: noOutcome}}
	for lang, want := range map[string][]string{"en": {"E-mail: ", "; Received on: ", "; Etapa: "}, "es": {"Correo: ", "; Recibido el: ", "; Etapa: "}} {
		said := wrong.SayOfRow(texts.In(lang))
		for _, name := range want {
			if !strings.Contains(said, name) {
				t.Errorf("%s: %q does not name %q", lang, said, name)
			}
		}
		for _, field := range append(FileFields(), "note") {
			if said := (Problems{{Field: field, Code: handoff.TooLong}}).SayOfRow(texts.In(lang)); strings.HasPrefix(said, field+":") {
				t.Errorf("%s: %s has no name", lang, said)
			}
		}
	}
}
