package intake

import (
	"bufio"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"relevo/handoff"
)

// maxRow is how long a row of a file may be, in bytes. A longer one is a quote that was never closed.
const maxRow = 1 << 20

const rowTooLong handoff.Problem = "row_too_long"

// FileOptions says how a file is to be read.
type FileOptions struct {
	Map      []string // "field=Header"
	Source   string   // of every lead that names none itself
	Campaign string   // likewise
	Empty    []string // cells that mean nothing, as "Select"
	Zone     *time.Location
	Now      time.Time

	Normaliser *Normaliser

	History  bool // the rows have an outcome
	Decision string
	Reason   string
	Note     string
	Reasons  handoff.Reasons
}

// File is a file of leads that has been looked through once: its alphabet, delimiter, columns and the order of its
// dates are known.
type File struct {
	in       io.ReadSeeker
	o        FileOptions
	alphabet encoding.Encoding
	comma    rune
	head     []string
	cols     columns
	asked    []int // columns that the mapping file makes extras of, or that tell where a click came from
	outcomes *outcomes
	dates    map[string]*column // by field
	empty    map[string]bool
	rows     int
}

// OpenFile looks the file through and finds out how to read it. It fails with a Problem when the options do not
// fit the file.
func OpenFile(in io.ReadSeeker, o FileOptions) (*File, error) {
	f := &File{in: in, o: o, dates: map[string]*column{}, empty: map[string]bool{"": true}}
	for _, e := range o.Empty {
		f.empty[foldCell(e)] = true
	}
	if err := f.recognise(); err != nil {
		return nil, err
	}
	var err error
	if f.cols, f.asked, err = match(f.head, o.Map, o.Normaliser.mapping); err != nil {
		return nil, err
	}
	if f.cols["email"] == nil && f.cols["phone"] == nil && f.cols["external_id"] == nil {
		return nil, Problem{Code: fileNoKeyColumn, Choices: listed(f.head)}
	}
	byHand := func(m string) bool {
		field, _, _ := strings.Cut(m, "=")
		return strings.TrimSpace(field) == fieldDecided
	}
	switch {
	case o.History:
		f.outcomes, err = newOutcomes(o, f.head)
	case o.Decision != "" || o.Reason != "" || o.Note != "" || slices.ContainsFunc(o.Map, byHand):
		err = Problem{Code: fileNotHistory}
	default:
		delete(f.cols, fieldDecided)
	}
	if err != nil {
		return nil, err
	}
	return f, f.survey()
}

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

// Head is the file's first row: the names of its columns.
func (f *File) Head() []string { return slices.Clone(f.head) }

// Len is how many rows the file has below its header.
func (f *File) Len() int { return f.rows }

// recognise finds the alphabet, the delimiter and the header.
func (f *File) recognise() error {
	if err := f.rewind(); err != nil {
		return err
	}
	mark := make([]byte, 3)
	n, err := io.ReadFull(f.in, mark)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read file: %w", err)
	}
	switch mark = mark[:n]; {
	case n >= 2 && mark[0] == 0xff && mark[1] == 0xfe, n >= 2 && mark[0] == 0xfe && mark[1] == 0xff:
		f.alphabet = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	default:
		f.alphabet = unicode.UTF8BOM
		if err := f.rewind(); err != nil {
			return err
		}
		_, err := io.Copy(io.Discard, transform.NewReader(f.in, encoding.UTF8Validator))
		if errors.Is(err, encoding.ErrInvalidUTF8) {
			f.alphabet = charmap.Windows1252 // what spreadsheets write when nobody asks for UTF-8
		} else if err != nil {
			return fmt.Errorf("read file: %w", err)
		}
	}
	var best rune
	for _, f.comma = range []rune{',', ';', '\t'} {
		r, err := f.reader()
		if err != nil {
			return err
		}
		if head, err := r.Read(); err == nil && len(head) > len(f.head) {
			f.head, best = slices.Clone(head), f.comma
		}
	}
	if f.head == nil {
		return Problem{Code: fileEmpty}
	}
	f.comma = best
	return nil
}

func (f *File) rewind() error {
	if _, err := f.in.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read file: %w", err)
	}
	return nil
}

// limited is a reader that gives up when one row takes too much.
type limited struct {
	io.Reader
	left int
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, Problem{Code: rowTooLong}
	}
	n, err := l.Reader.Read(p)
	l.left -= n
	return n, err
}

type rowReader struct {
	*csv.Reader
	source *limited
}

// Read returns the next row. Its slice is used again.
func (r rowReader) Read() ([]string, error) {
	r.source.left = maxRow
	return r.Reader.Read()
}

// reader reads the file from its start.
func (f *File) reader() (rowReader, error) {
	if err := f.rewind(); err != nil {
		return rowReader{}, err
	}
	source := &limited{Reader: transform.NewReader(bufio.NewReader(f.in), f.alphabet.NewDecoder())}
	r := csv.NewReader(source)
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = f.comma, -1, true
	return rowReader{r, source}, nil
}
