package intake

import (
	"cmp"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"
	"time"

	"relevo/handoff"
)

// What can be wrong with a row as a whole.
const (
	rowBadQuote  handoff.Problem = "row_bad_quote"
	rowMoreCells handoff.Problem = "row_more_cells"
)

// Row is one row of a file: an arrival, or what is wrong with it.
type Row struct {
	Line    int      // of the file, where the row begins
	Cells   []string // as they stand there
	Arrival handoff.Arrival
	Undated bool // of history: a date was missing, and the import's own stands for it
	Wrong   Problems
}

// records reads the rows below the header. A row that is not well formed comes as *csv.ParseError and the next
// ones follow; any other error is the last. The cells are used again for the next row.
func (f *File) records() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		r, err := f.reader()
		if err == nil {
			_, err = r.Read()
		}
		if err != nil {
			yield(Row{}, fmt.Errorf("read file: %w", err))
			return
		}
		for line := 1; ; {
			cells, err := r.Read()
			malformed := (*csv.ParseError)(nil)
			switch {
			case errors.Is(err, io.EOF):
				return
			case errors.As(err, &malformed):
				line = malformed.StartLine
			case errors.Is(err, Problem{Code: rowTooLong}):
				yield(Row{}, Problem{Code: rowTooLong, Limit: line})
				return
			case err != nil:
				yield(Row{}, fmt.Errorf("read file after line %d: %w", line, err))
				return
			default:
				line, _ = r.FieldPos(0)
			}
			if !yield(Row{Line: line, Cells: cells}, err) {
				return
			}
			if malformed != nil {
				line = malformed.Line
			}
		}
	}
}

// survey counts the rows and gathers what the dates tell of their order.
func (f *File) survey() error {
	for _, field := range []string{fieldReceived, fieldDecided} {
		if f.cols[field] != nil {
			f.dates[field] = &column{}
		}
	}
	for row, err := range f.records() {
		if wrong := (*csv.ParseError)(nil); err != nil && !errors.As(err, &wrong) {
			return err
		}
		f.rows++
		for field, seen := range f.dates {
			if s, zone := f.dated(row, field); s != "" {
				if d, ok := parseDate(s, zone); ok {
					seen.see(d)
				}
			}
		}
	}
	return nil
}

// Rows reads the rows below the header, good ones and wrong ones. An error is the last thing that comes.
func (f *File) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for row, err := range f.records() {
			switch malformed := (*csv.ParseError)(nil); {
			case errors.As(err, &malformed):
				row.Wrong = Problems{{Code: rowBadQuote}}
			case err != nil:
				yield(row, err)
				return
			default:
				f.interpret(&row)
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}

// cell returns a cell, empty when it means nothing or the row is shorter.
func (f *File) cell(row Row, i int) string {
	if i >= len(row.Cells) {
		return ""
	}
	s := unquoteFormula(strings.TrimSpace(row.Cells[i]))
	if f.empty[foldCell(s)] {
		return ""
	}
	return s
}

// formula is what a cell begins with that a spreadsheet would calculate.
const formula = "=+-@\t\r"

// QuoteFormula puts an apostrophe before a cell that a spreadsheet would take for a formula; reading the file
// takes it off again.
func QuoteFormula(cell string) string {
	if cell != "" && strings.ContainsRune(formula, rune(cell[0])) {
		return "'" + cell
	}
	return cell
}

func unquoteFormula(cell string) string {
	if rest, ok := strings.CutPrefix(cell, "'"); ok && rest != "" && strings.ContainsRune(formula, rune(rest[0])) {
		return rest
	}
	return cell
}

// field returns the first filled cell of the columns of a field.
func (f *File) field(row Row, field string) string {
	for _, i := range f.cols[field] {
		if s := f.cell(row, i); s != "" {
			return s
		}
	}
	return ""
}

// dated is field for a date, with the zone that it is in: a header may say that it is UTC.
func (f *File) dated(row Row, field string) (string, *time.Location) {
	for _, i := range f.cols[field] {
		if s := f.cell(row, i); s != "" {
			if strings.HasSuffix(fold(f.head[i]), " utc") {
				return s, time.UTC
			}
			return s, f.o.Zone
		}
	}
	return "", f.o.Zone
}

// interpret makes the row's arrival or says what is wrong with it.
func (f *File) interpret(row *Row) {
	for _, extra := range row.Cells[min(len(f.head), len(row.Cells)):] {
		if strings.TrimSpace(extra) != "" {
			row.Wrong = Problems{{Code: rowMoreCells, Limit: len(f.head)}}
			return
		}
	}
	in := form{}
	for field := range f.cols {
		if f.dates[field] == nil {
			in[field] = f.field(*row, field)
		}
	}
	e := entry{form: in}
	for _, i := range f.asked {
		e.asked = append(e.asked, question{label: strings.TrimSpace(f.head[i]), value: f.cell(*row, i), aside: true})
	}
	in, extras := f.o.Normaliser.read(source{name: fileSource}, e)
	a, wrong := in.arrival(f.o.Now, f.o.Zone, nil)
	a.Source, a.Campaign = cmp.Or(a.Source, f.o.Source), cmp.Or(a.Campaign, f.o.Campaign)
	a.Extras = append(extras, in.trail(a.Touch, f.o.Normaliser)...)
	received, wrong := f.date(*row, fieldReceived, wrong)
	decided, wrong := f.date(*row, fieldDecided, wrong)
	if !received.IsZero() {
		a.At = received
	}
	if f.outcomes != nil {
		out, more := f.outcomes.read(func(i int) string { return f.cell(*row, i) })
		a.Outcome = &out
		wrong = append(wrong, more...)
		row.Undated, more = f.outcomes.date(&a, received, decided, f.o.Now)
		wrong = append(wrong, more...)
	}
	if a.ExternalID == "" {
		typed, _ := a.Clean() // what is wrong with it is said below
		a.OnceKey = onceKey(typed, received, decided)
	}
	row.Arrival, row.Wrong = f.o.Normaliser.clean(a, wrong)
}

// date reads one of the row's dates; zero when there is none.
func (f *File) date(row Row, field string, wrong Problems) (time.Time, Problems) {
	s, zone := f.dated(row, field)
	if s == "" {
		return time.Time{}, wrong
	}
	d, ok := parseDate(s, zone)
	if !ok {
		return time.Time{}, append(wrong, Problem{Field: field, Code: notATime})
	}
	t, ok := f.dates[field].read(d)
	switch {
	case !ok:
		return t, append(wrong, Problem{Field: field, Code: ambiguousDate})
	case t.After(f.o.Now.Add(clockSlack)):
		return t, append(wrong, Problem{Field: field, Code: inFuture})
	}
	if t, ok = plausible(t); !ok {
		wrong = append(wrong, Problem{Field: field, Code: notATime})
	}
	return t, wrong
}

// onceKey is the key by which a row without an id of its own is known when the file is imported again: a hash of
// all that the row says of the lead as it is typed there, its dates included, but not of columns that mean nothing to us, so that a
// fresh export of the same leads is the same.
func onceKey(a handoff.Arrival, received, decided time.Time) string {
	h := sha256.New()
	fmt.Fprintf(h, "%q", []string{
		a.Name, a.Email, a.Phone, a.Company, a.Website, a.Role, a.Country, a.Industry, a.Size, a.Link,
		a.Source, a.Campaign, a.Activity, a.Owner, fmt.Sprint(a.AsksContact),
	})
	fmt.Fprint(h, received.UnixMilli(), decided.UnixMilli())
	if o := a.Outcome; o != nil {
		fmt.Fprintf(h, "%q", []string{string(o.Verdict), o.Reason, o.Note})
	}
	return "file:" + hex.EncodeToString(h.Sum(nil)[:20])
}
