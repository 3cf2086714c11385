package intake

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"relevo/handoff"
)

// maxRow is how long a row of a file may be, in bytes. A longer one is a quote that was never closed.
const maxRow = 1 << 20

const rowTooLong handoff.Problem = "row_too_long"

// delimited is a file of text whose cells stand between commas or other delimiters.
type delimited struct {
	in       io.ReadSeeker
	alphabet encoding.Encoding
	comma    rune
	told     bool // a first line "sep=;" told the delimiter, and is no row
}

// newDelimited finds out how the file is written. The delimiter is the given one or, when that is 0, the one that
// cuts the first row into the most cells.
func newDelimited(in io.ReadSeeker, comma rune) (*delimited, error) {
	d := &delimited{in: in, comma: comma}
	if err := d.findAlphabet(); err != nil {
		return nil, err
	}
	if err := d.findTold(); err != nil || d.comma != 0 {
		return d, err
	}
	cells, best := 0, ','
	for _, d.comma = range []rune{',', ';', '\t', '|'} {
		r, err := d.reader()
		if err != nil {
			return nil, err
		}
		if head, err := r.Read(); err == nil && len(head) > cells {
			cells, best = len(head), d.comma
		}
	}
	d.comma = best
	return d, nil
}

func (d *delimited) findAlphabet() error {
	begin, err := d.peek(4)
	if err != nil {
		return err
	}
	switch {
	case bytes.HasPrefix(begin, []byte{0xff, 0xfe}), bytes.HasPrefix(begin, []byte{0xfe, 0xff}):
		d.alphabet = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
		return nil
	// Without a mark, the null in the first character tells: headers begin with a Latin letter.
	case len(begin) == 4 && begin[0] != 0 && begin[1] == 0 && begin[3] == 0:
		d.alphabet = unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
		return nil
	case len(begin) == 4 && begin[0] == 0 && begin[1] != 0 && begin[2] == 0:
		d.alphabet = unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
		return nil
	}
	d.alphabet = unicode.UTF8BOM
	_, err = io.Copy(io.Discard, transform.NewReader(d.in, encoding.UTF8Validator))
	if errors.Is(err, encoding.ErrInvalidUTF8) {
		d.alphabet = charmap.Windows1252 // what spreadsheets write when nobody asks for UTF-8
	} else if err != nil {
		return fmt.Errorf("read file: %w", err)
	}
	return nil
}

// findTold reads the line "sep=;" with which Excel is told the delimiter.
func (d *delimited) findTold() error {
	text, err := d.text()
	if err != nil {
		return err
	}
	line := make([]byte, 7)
	n, err := io.ReadFull(text, line)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read file: %w", err)
	}
	line = line[:n]
	d.told = n >= 6 && strings.EqualFold(string(line[:4]), "sep=") && (line[5] == '\r' || line[5] == '\n') && slices.Contains([]byte(",;\t|"), line[4])
	if d.told && d.comma == 0 {
		d.comma = rune(line[4])
	}
	return nil
}

// peek returns the first bytes of the file and goes back to its start.
func (d *delimited) peek(n int) ([]byte, error) { return peek(d.in, n) }

func peek(in io.ReadSeeker, n int) ([]byte, error) {
	if err := rewind(in); err != nil {
		return nil, err
	}
	begin := make([]byte, n)
	got, err := io.ReadFull(in, begin)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("read file: %w", err)
	}
	return begin[:got], rewind(in)
}

func rewind(in io.Seeker) error {
	if _, err := in.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("read file: %w", err)
	}
	return nil
}

// limited is a reader that gives up when one row takes too much, and that remembers the row.
type limited struct {
	io.Reader
	left int
	row  int64  // where it begins
	kept []byte // what was read since then, and a little more
	from int64  // where kept begins
}

func (l *limited) Read(p []byte) (int, error) {
	if l.left <= 0 {
		return 0, Problem{Code: rowTooLong}
	}
	n, err := l.Reader.Read(p)
	l.left -= n
	l.kept = append(l.kept[:copy(l.kept, l.kept[l.row-l.from:])], p[:n]...)
	l.from = l.row
	return n, err
}

type rowReader struct {
	*csv.Reader
	source *limited
}

// Read returns the next row. Its slice is used again. A row that is not well formed comes with its cells as a
// lenient reader sees them.
func (r rowReader) Read() ([]string, error) {
	r.source.left, r.source.row = maxRow, r.InputOffset()
	cells, err := r.Reader.Read()
	if malformed(err) {
		raw := r.source.kept[r.source.row-r.source.from : r.InputOffset()-r.source.from]
		lenient := csv.NewReader(bytes.NewReader(raw))
		lenient.Comma, lenient.FieldsPerRecord, lenient.LazyQuotes = r.Comma, -1, true
		if cells, _ = lenient.Read(); cells == nil {
			cells = []string{string(raw)}
		}
	}
	return cells, err
}

// malformed tells whether an error is about one row, and the next ones follow.
func malformed(err error) bool {
	_, ok := errors.AsType[*csv.ParseError](err)
	return ok
}

// text is the file from its start, in UTF-8.
func (d *delimited) text() (io.Reader, error) {
	if err := rewind(d.in); err != nil {
		return nil, err
	}
	return transform.NewReader(bufio.NewReaderSize(d.in, 1<<16), d.alphabet.NewDecoder()), nil
}

// reader reads the file from its start.
func (d *delimited) reader() (rowReader, error) {
	text, err := d.text()
	if err != nil {
		return rowReader{}, err
	}
	source := &limited{Reader: text}
	r := csv.NewReader(source)
	r.Comma, r.FieldsPerRecord, r.ReuseRecord = d.comma, -1, true
	rows := rowReader{r, source}
	if d.told {
		if _, err := rows.Read(); err != nil {
			return rowReader{}, fmt.Errorf("read file: %w", err)
		}
	}
	return rows, nil
}

// records reads the file's rows. One that is not well formed comes as *csv.ParseError and the next ones follow.
func (d *delimited) records() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		r, err := d.reader()
		if err != nil {
			yield(Row{}, err)
			return
		}
		for line := 1; ; {
			cells, err := r.Read()
			wrong, isWrong := errors.AsType[*csv.ParseError](err)
			switch {
			case errors.Is(err, io.EOF):
				return
			case isWrong:
				line = wrong.StartLine
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
			if isWrong {
				line = wrong.Line
			}
		}
	}
}

func (d *delimited) Close() error { return nil }
