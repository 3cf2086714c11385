package intake

import (
	"slices"
	"strings"
	"unicode"
)

// survey looks through the rows: it counts them, gathers what the dates tell of their order, and finds out which
// column has outcomes, and in which of a form's questions people wrote their addresses where no header told.
func (f *File) survey() error {
	for _, field := range []string{fieldReceived, fieldDecided} {
		if f.cols[field] != nil {
			f.dates[field] = &column{}
		}
	}
	guesses, outcomes := f.guesses(), f.outcomeColumns()
	for row, err := range f.records() {
		if err != nil && !malformed(err) {
			return err
		}
		f.rows++
		if err != nil {
			continue
		}
		for field, seen := range f.dates {
			if s, zone := f.dated(row, field); s != "" {
				if d, ok := parseDate(s, zone); ok {
					seen.see(d)
				}
			}
		}
		for i := range guesses {
			guesses[i].see(f.cell(row, guesses[i].column))
		}
		for _, c := range outcomes {
			c.see(f.cell(row, c.column))
		}
	}
	f.believe(guesses)
	for _, c := range outcomes {
		if !c.other && len(c.means) > 0 {
			f.seen = &c.values
			break
		}
	}
	return nil
}

// answers is what a question may have been about, by its answers.
type answers struct {
	column                 int
	filled, emails, phones int
}

// guesses lists the questions of a form whose export has no column for an e-mail address or a phone number.
func (f *File) guesses() []answers {
	var all []answers
	if f.cols["email"] == nil || f.cols["phone"] == nil {
		for _, a := range f.asks {
			if !a.aside {
				all = append(all, answers{column: a.column})
			}
		}
	}
	return all
}

func (g *answers) see(cell string) {
	if cell == "" {
		return
	}
	g.filled++
	if at := strings.IndexByte(cell, '@'); at > 0 && strings.Contains(cell[at:], ".") && !strings.ContainsFunc(cell, unicode.IsSpace) {
		g.emails++
	}
	if looksLikePhone(cell) {
		g.phones++
	}
}

// looksLikePhone tells whether the text is an international number or a long enough national one.
func looksLikePhone(s string) bool {
	s = strings.TrimPrefix(strings.TrimPrefix(s, "'"), "p:")
	digits := 0
	for _, r := range s {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case !strings.ContainsRune("+-(). /", r):
			return false
		}
	}
	return digits >= 9 && digits <= 15 || strings.HasPrefix(s, "+") && digits >= 7 && digits <= 15
}

// believe takes the first question in which nearly all answers are of a kind as that field.
func (f *File) believe(guesses []answers) {
	for _, g := range guesses {
		nearly := g.filled - g.filled/10
		switch {
		case g.filled == 0:
			continue
		case g.emails >= nearly && f.cols["email"] == nil:
			f.cols["email"] = []int{g.column}
		case g.phones >= nearly && f.cols["phone"] == nil:
			f.cols["phone"] = []int{g.column}
		default:
			continue
		}
		f.asks = slices.DeleteFunc(f.asks, func(a ask) bool { return a.column == g.column })
	}
}
