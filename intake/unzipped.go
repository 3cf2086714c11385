package intake

import (
	"archive/zip"
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
)

// A workbook is a ZIP file: a small one may hold any amount. What it holds is looked at before it is read.
const (
	maxBook      = 200 << 20 // as it is
	maxUnzipped  = 1 << 30   // all parts together
	maxParts     = 64 << 20  // of them those that are read as a whole: all but the sheets and their texts
	maxPartCount = 5000
	maxBookRow   = 4 << 20 // of one row's XML, or of one text's
)

// fitsInMemory fails with a Problem when reading the workbook would take too much memory or disk, or when the file is
// none.
func fitsInMemory(in io.ReadSeeker) error {
	size, err := in.Seek(0, io.SeekEnd)
	if err != nil {
		return fmt.Errorf("read file: %w", err)
	}
	if size > maxBook {
		return Problem{Code: fileLargeBook}
	}
	archive, err := zip.NewReader(readerAt{in}, size)
	if err != nil {
		return brokenBook(err)
	}
	all, whole := uint64(0), uint64(0)
	for _, part := range archive.File {
		if all += part.UncompressedSize64; !isStream(part.Name) {
			whole += part.UncompressedSize64
		}
		if all > maxUnzipped || whole > maxParts || part.UncompressedSize64 > maxUnzipped {
			return Problem{Code: fileLargeBook}
		}
	}
	if len(archive.File) > maxPartCount {
		return Problem{Code: fileLargeBook}
	}
	for _, part := range archive.File {
		if isStream(part.Name) {
			if err := smallRows(part); err != nil {
				return err
			}
		}
	}
	return rewind(in)
}

// isStream tells which parts are read row by row.
func isStream(name string) bool {
	name = strings.ToLower(strings.ReplaceAll(name, "\\", "/"))
	return strings.HasPrefix(name, "xl/worksheets/sheet") || name == "xl/sharedstrings.xml"
}

// smallRows fails with a Problem when a row of a sheet, or one of its texts, is too large.
func smallRows(part *zip.File) error {
	sheet := !strings.HasSuffix(strings.ToLower(part.Name), "sharedstrings.xml")
	in, err := part.Open()
	if err != nil {
		return brokenBook(err)
	}
	defer in.Close()
	r := bufio.NewReaderSize(in, 1<<16)
	size := 0   // since the last row or text began
	aside := "" // what ends the comment or the like that this is within: what looks like an element there is none
	tail := ""
	for {
		stop := byte('<')
		if aside != "" {
			stop = '>'
		}
		chunk, err := r.ReadSlice(stop)
		size += len(chunk)
		if aside != "" {
			tail += string(chunk[max(0, len(chunk)-len(aside)):])
			tail = tail[max(0, len(tail)-len(aside)):]
			if tail == aside {
				aside = ""
			}
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return brokenBook(err)
		case stop == '<':
			begin, _ := r.Peek(32)
			var skip int
			if aside, skip = asideEnd(begin); aside != "" {
				tail = ""
				if _, err := r.Discard(skip); err != nil {
					return brokenBook(err)
				}
				break
			}
			if len(begin) > 0 && begin[0] == '!' {
				return brokenBook(errors.New("a document type"))
			}
			switch name := elementName(begin); {
			case name == "row", name == "si":
				size = 0
			case name == "/sheetData" && sheet:
				return nil // nothing behind it is read
			}
		}
		if size > maxBookRow {
			return Problem{Code: fileLargeBook}
		}
	}
}

// asideEnd returns what ends the comment, the quoted text or the instruction that begins here, and how long its beginning
// is; empty when none does.
func asideEnd(begin []byte) (end string, skip int) {
	for _, aside := range []struct{ begin, end string }{{"!--", "-->"}, {"![CDATA[", "]]>"}, {"?", "?>"}} {
		if bytes.HasPrefix(begin, []byte(aside.begin)) {
			return aside.end, len(aside.begin)
		}
	}
	return "", 0
}

// elementName returns the name of the XML element that begins here, without the prefix of its name space. Nearly every
// byte of a sheet comes by here.
func elementName(tag []byte) string {
	begin, end := 0, 0
	for ; end < len(tag); end++ {
		switch c := tag[end]; {
		case c == ':':
			begin = end + 1
		case c <= ' ' || c == '>' || c == '/' && end > 0:
			tag = tag[:end]
		}
	}
	name := tag[begin:]
	switch {
	case string(name) == "row":
		return "row"
	case string(name) == "si":
		return "si"
	case string(name) == "/sheetData", begin > 0 && tag[0] == '/' && string(name) == "sheetData":
		return "/sheetData"
	}
	return ""
}

// readerAt reads anywhere in a file that one reader alone uses.
type readerAt struct{ io.ReadSeeker }

func (r readerAt) ReadAt(p []byte, at int64) (int, error) {
	if _, err := r.Seek(at, io.SeekStart); err != nil {
		return 0, err
	}
	n, err := io.ReadFull(r, p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	return n, err
}
