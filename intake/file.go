package intake

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"relevo/handoff"
)

// FileOptions says how a file is to be read.
type FileOptions struct {
	Map       []string // "field=Header"
	Source    string   // of every lead that names none itself
	Campaign  string   // likewise
	Empty     []string // cells that mean nothing, as "Select"
	Delimiter rune     // of a text file; 0 to find it out
	Sheet     string   // of a workbook; empty for the first one
	Zone      *time.Location
	Now       time.Time

	Normaliser *Normaliser

	History  bool // the rows have an outcome
	Decision string
	Reason   string
	Note     string
	Reasons  handoff.Reasons
}

// File is a file of leads that has been looked through once: how it is written, its columns and the order of its
// dates are known.
type File struct {
	o        FileOptions
	n        *Normaliser
	table    table
	head     []string
	skip     int   // so many first columns are of an import's own refused rows
	tool     *tool // whose export it is; nil when that is not known
	cols     columns
	asks     []ask
	outcomes *outcomes
	seen     *values            // the column that has outcomes, if there is one
	dates    map[string]*column // by field
	empty    map[string]bool
	rows     int
}

// table is what a file is made of: rows of cells, the header first. A row that is not well formed comes as
// *csv.ParseError and the next ones follow; any other error is the last. The cells may be used again for the next
// row. There are text files and workbooks.
type table interface {
	records() iter.Seq2[Row, error]
	Close() error
}

// OpenFile looks the file through and finds out how to read it. It fails with a Problem when the file cannot be
// read or the options do not fit it. Whoever gets the file closes it; what it reads from is not closed with it.
func OpenFile(in io.ReadSeeker, o FileOptions) (*File, error) {
	f := &File{o: o, dates: map[string]*column{}, empty: map[string]bool{"": true}}
	for _, e := range o.Empty {
		f.empty[foldCell(e)] = true
	}
	if err := f.open(in); err != nil {
		return nil, err
	}
	if err := f.understand(); err != nil {
		f.table.Close()
		return nil, err
	}
	return f, nil
}

func (f *File) open(in io.ReadSeeker) error {
	begin, err := peek(in, 8)
	switch {
	case err != nil:
		return err
	case bytes.HasPrefix(begin, []byte{0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1}):
		return Problem{Code: fileOldBook}
	case bytes.HasPrefix(begin, []byte("PK\x03\x04")):
		f.table, err = newWorkbook(in, f.o.Sheet)
	case f.o.Sheet != "":
		return Problem{Code: fileNotABook, Value: f.o.Sheet}
	default:
		f.table, err = newDelimited(in, f.o.Delimiter)
	}
	return err
}

// understand reads the header and looks through the rows.
func (f *File) understand() error {
	for row, err := range f.table.records() {
		if err != nil {
			return headerProblem(err)
		}
		f.head = slices.Clone(row.Cells)
		break
	}
	if f.head == nil {
		return Problem{Code: fileEmpty}
	}
	f.skip = refusedColumns(f.head)
	f.tool, f.n = toolOf(f.head[f.skip:]), f.o.Normaliser
	if f.tool != nil {
		f.n = f.n.forFile(f.tool.from.name)
	}
	if err := f.match(); err != nil {
		return err
	}
	if err := f.survey(); err != nil {
		return err
	}
	if err := f.readOutcomes(); err != nil {
		return err
	}
	if f.cols["email"] == nil && f.cols["phone"] == nil && f.cols["external_id"] == nil {
		return Problem{Code: fileNoKeyColumn, Choices: listed(f.head)}
	}
	return nil
}

// readOutcomes prepares the reading of outcomes, if the rows have them.
func (f *File) readOutcomes() (err error) {
	byHand := func(m string) bool {
		field, _, _ := strings.Cut(m, "=")
		return strings.TrimSpace(field) == fieldDecided
	}
	o := f.o
	switch {
	case o.History:
		f.outcomes, err = newOutcomes(o, f.head, f.seen)
	case o.Decision != "" || o.Reason != "" || o.Note != "" || slices.ContainsFunc(o.Map, byHand):
		err = Problem{Code: fileNotHistory}
	default:
		delete(f.cols, fieldDecided)
		delete(f.dates, fieldDecided)
	}
	return err
}

// Close removes what reading the file left on the disk.
func (f *File) Close() error { return f.table.Close() }

// Columns tells which field is taken from which headers.
func (f *File) Columns() map[string][]string {
	all := map[string][]string{}
	for field, cols := range f.cols {
		for _, i := range cols {
			all[field] = append(all[field], strings.TrimSpace(f.head[i]))
		}
	}
	return all
}

// Kept lists the headers of the columns that are kept in the leads' details.
func (f *File) Kept() []string {
	var all []string
	for _, a := range f.asks {
		if a.kept != "" {
			all = append(all, a.kept)
		}
	}
	return all
}

// Tool names the tool whose export the file is; empty when that is not known.
func (f *File) Tool() string {
	if f.tool == nil {
		return ""
	}
	return f.tool.title
}

// Outcome names the column that is seen to have outcomes; empty when there is none.
func (f *File) Outcome() string {
	if f.seen == nil {
		return ""
	}
	return f.seen.header
}

// Head is the file's first row: the names of its columns, without those that an import's refused rows have more.
func (f *File) Head() []string { return slices.Clone(f.head[f.skip:]) }

// Len is how many rows the file has below its header.
func (f *File) Len() int { return f.rows }

// records reads the rows below the header.
func (f *File) records() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		head := true
		for row, err := range f.table.records() {
			if head && err == nil {
				head = false
				continue
			}
			if !yield(row, err) {
				return
			}
		}
	}
}

// headerProblem says what is wrong with a first row that cannot be read.
func headerProblem(err error) error {
	if malformed(err) {
		return Problem{Code: rowBadQuote}
	}
	return fmt.Errorf("read header: %w", err)
}
