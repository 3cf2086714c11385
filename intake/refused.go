package intake

import (
	"strconv"
	"strings"

	"relevo/internal/text"
)

// Refused rows are given back as a file that can be mended and imported as it is: the rows as they stood there, with
// two columns before them for whoever mends.

// refusedColumns returns how many first columns are those that refused rows have more than the file that they
// come from: the line and the reason.
func refusedColumns(head []string) int {
	if len(head) < 3 {
		return 0
	}
	texts, err := text.Load()
	if err != nil {
		return 0
	}
	for _, lang := range text.Languages() {
		if RefusedHead(texts.In(lang), head[2:])[0] == head[0] && RefusedHead(texts.In(lang), nil)[1] == head[1] {
			return 2
		}
	}
	return 0
}

// RefusedHead is the first row of a file of refused rows.
func RefusedHead(p *text.Printer, head []string) []string {
	return append([]string{p.T("intake.file.line"), p.T("intake.file.why")}, head...)
}

// Refused is a refused row in the file of refused rows. A date of which the whole column told the order is written
// so that it tells by itself: among fewer rows nothing else might.
func (f *File) Refused(p *text.Printer, row Row) []string {
	cells := []string{strconv.Itoa(row.Line), row.Wrong.SayOfRow(p)}
	for i, cell := range row.Cells[min(f.skip, len(row.Cells)):] {
		cells = append(cells, quoteFormula(f.plainDate(i+f.skip, cell)))
	}
	return cells
}

// plainDate returns the cell, or the date that it is in a form that needs no guess.
func (f *File) plainDate(i int, cell string) string {
	for field, dates := range f.dates {
		for _, at := range f.cols[field] {
			d, ok := parseDate(unquoteFormula(strings.TrimSpace(cell)), f.o.Zone)
			if at != i || !ok || !d.unsure {
				continue
			}
			if t, ok := dates.read(d); ok {
				return strings.TrimSuffix(t.Format("2006-01-02 15:04:05"), " 00:00:00")
			}
		}
	}
	return cell
}

// formula is what a cell begins with that a spreadsheet would calculate.
const formula = "=+-@\t\r"

// quoteFormula puts an apostrophe before a cell that a spreadsheet would take for a formula; reading the file
// takes it off again.
func quoteFormula(cell string) string {
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
