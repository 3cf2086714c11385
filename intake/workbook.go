package intake

import (
	"errors"
	"fmt"
	"io"
	"iter"
	"strings"

	"github.com/xuri/excelize/v2"

	"relevo/handoff"
)

// What can be wrong with a workbook.
const (
	fileOldBook    handoff.Problem = "file_old_book"    // or one with a password
	fileBrokenBook handoff.Problem = "file_broken_book" // or another kind of ZIP file
	fileLargeBook  handoff.Problem = "file_large_book"
	fileNoSheet    handoff.Problem = "file_no_sheet"
	fileNotABook   handoff.Problem = "file_not_a_book"
)

// inMemory is the largest part of a workbook that is kept in memory while it is read; the others wait on disk.
const inMemory = 16 << 20

// workbook is a sheet of an Excel file (XLSX).
type workbook struct {
	file  *excelize.File
	sheet string
}

// newWorkbook opens a sheet, the first one when no name is given.
func newWorkbook(in io.ReadSeeker, sheet string) (*workbook, error) {
	if err := fitsInMemory(in); err != nil {
		return nil, err
	}
	file, err := excelize.OpenReader(in, excelize.Options{UnzipSizeLimit: maxUnzipped, UnzipXMLSizeLimit: inMemory})
	if err != nil {
		if file != nil {
			err = errors.Join(err, file.Close())
		}
		return nil, brokenBook(err)
	}
	w := &workbook{file: file, sheet: sheet}
	names := file.GetSheetList()
	switch {
	case sheet == "" && len(names) > 0:
		w.sheet = names[0]
	case sheet != "":
		if i, err := file.GetSheetIndex(sheet); err != nil || i < 0 {
			return nil, errors.Join(Problem{Code: fileNoSheet, Value: sheet, Choices: strings.Join(names, ", ")}, w.Close())
		}
	}
	w.datesAsDates()
	return w, nil
}

// brokenBook is the problem of a file that is no workbook, or none that can be read. A failing disk is none.
func brokenBook(err error) error {
	if problem := (Problem{}); errors.As(err, &problem) {
		return err
	}
	return fmt.Errorf("%w: %w", Problem{Code: fileBrokenBook}, err)
}

// datesAsDates has every cell that shows a date or a time written as ISO 8601, whatever the sheet shows, and every
// other number as it is. What a sheet shows of 1 February may read as 2 January.
func (w *workbook) datesAsDates() {
	styles := w.file.Styles
	if styles == nil || styles.CellXfs == nil {
		return
	}
	codes := map[int]string{}
	if styles.NumFmts != nil {
		for _, f := range styles.NumFmts.NumFmt {
			codes[f.NumFmtID] = f.FormatCode
		}
	}
	// A style of our own brings our number format into the workbook, under an id that the library chooses.
	iso := "yyyy-mm-dd hh:mm:ss"
	style, err := w.file.NewStyle(&excelize.Style{CustomNumFmt: &iso})
	if err != nil || style >= len(styles.CellXfs.Xf) || styles.CellXfs.Xf[style].NumFmtID == nil {
		return
	}
	isoID, plain := *styles.CellXfs.Xf[style].NumFmtID, 0
	for i := range styles.CellXfs.Xf {
		xf := &styles.CellXfs.Xf[i]
		switch {
		case xf.NumFmtID == nil:
		case showsDate(*xf.NumFmtID, codes[*xf.NumFmtID]):
			xf.NumFmtID = &isoID
		default:
			xf.NumFmtID = &plain
		}
	}
}

// showsDate tells whether a number format shows a day: the built-in ones by their ids, others by a d or a y in their
// code that is not in quotes or brackets.
func showsDate(id int, code string) bool {
	if code == "" {
		return id >= 14 && id <= 17 || id == 22 || id >= 27 && id <= 31 || id == 36 || id >= 50 && id <= 54 || id == 57 || id == 58
	}
	quoted, inBrackets, skip := false, false, false
	for _, r := range strings.ToLower(code) {
		switch {
		case skip:
			skip = false
		case r == '\\' || r == '_' || r == '*':
			skip = true
		case r == '"':
			quoted = !quoted
		case quoted:
		case r == '[' || r == ']':
			inBrackets = r == '['
		case !inBrackets && (r == 'd' || r == 'y'):
			return true
		}
	}
	return false
}

// records reads the sheet's rows; those without any cell are left out.
func (w *workbook) records() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		rows, err := w.file.Rows(w.sheet)
		if err != nil {
			yield(Row{}, brokenBook(err))
			return
		}
		defer rows.Close()
		line := 0
		for rows.Next() {
			line++
			cells, err := rows.Columns()
			if err != nil {
				yield(Row{}, brokenBook(err))
				return
			}
			filled := false
			for i := range cells {
				cells[i] = bookCell(cells[i])
				filled = filled || cells[i] != ""
			}
			if filled && !yield(Row{Line: line, Cells: cells}, nil) {
				return
			}
		}
		if err := rows.Error(); err != nil {
			yield(Row{}, brokenBook(err))
		}
	}
}

// bookCell empties what a formula shows when it failed, and leaves a date without a time as a day.
func bookCell(s string) string {
	if strings.HasPrefix(s, "#") {
		switch s {
		case "#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NUM!", "#NULL!":
			return ""
		}
	}
	return strings.TrimSuffix(s, " 00:00:00")
}

func (w *workbook) Close() error {
	if err := w.file.Close(); err != nil {
		return fmt.Errorf("close workbook: %w", err)
	}
	return nil
}
