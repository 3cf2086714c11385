package intake

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"
	"iter"
	"strconv"
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

// Rows reads the rows below the header, good ones and wrong ones. An error is the last thing that comes.
func (f *File) Rows() iter.Seq2[Row, error] {
	return func(yield func(Row, error) bool) {
		for row, err := range f.records() {
			switch {
			case malformed(err):
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
	if s == "" || len(f.empty) > 1 && f.empty[foldCell(s)] {
		return ""
	}
	if f.tool != nil && f.tool.cell != nil {
		s = f.tool.cell(foldName(f.head[i]), s)
	}
	return s
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
			row.Wrong = Problems{{Code: rowMoreCells, Limit: len(f.head) - f.skip}}
			return
		}
	}
	e := entry{form: make(form, len(f.cols))}
	for field := range f.cols {
		if f.dates[field] == nil {
			e.form[field] = f.field(*row, field)
		}
	}
	if wrong := f.nobody(*row, e.form); wrong != "" {
		row.Wrong = Problems{{Code: wrong}}
		return
	}
	e.asked = f.questions(*row)
	in, extras := f.n.read(source{name: fileSource}, e)
	a, wrong := in.arrival(f.o.Now, f.o.Zone, nil)
	a.Source, a.Campaign = cmp.Or(a.Source, f.o.Source), cmp.Or(a.Campaign, f.o.Campaign)
	a.Extras = append(extras, in.trail(a.Touch, f.n)...)
	if t := f.tool; t != nil {
		if t.form { // what it is known by when the tool itself has sent it
			a.OnceKey = t.from.id(a.ExternalID)
		}
		a.Source, a.ExternalID = cmp.Or(a.Source, t.from.as), t.from.id(a.ExternalID)
	}
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
		a.OnceKey = onceKey(e, a.Outcome, received, decided)
	}
	row.Arrival, row.Wrong = f.n.clean(a, wrong)
}

// nobody says why a row of a tool is no lead, if it is none.
func (f *File) nobody(row Row, said form) handoff.Problem {
	if f.tool == nil {
		return ""
	}
	if isTest(row.Cells) {
		return testLead
	}
	tells := false
	for _, field := range []string{"email", "phone", "name", "first_name", "last_name", "company"} {
		if said.first(field) != "" {
			return ""
		}
		tells = tells || f.cols[field] != nil
	}
	if tells {
		return rowNobody // such tools keep contacts of whom they know nothing
	}
	return ""
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
// all that the row says of the lead, its dates included, but not of columns that mean nothing to us, so that a
// fresh export of the same leads is the same. It is made of what stands there, not of what is made of it, so that
// rows stay known when the rules for that change. The time comes first: most files are in its order, and keys in order
// are stored where the last ones were.
func onceKey(e entry, outcome *handoff.Outcome, received, decided time.Time) string {
	said := make([]byte, 0, 512)
	add := func(s string) { said = append(append(said, s...), 0) }
	add(cmp.Or(e.form["name"], strings.TrimSpace(e.form["first_name"]+" "+e.form["last_name"])))
	for _, name := range fieldNames {
		switch v := e.form[name]; {
		case v == "", name == "name", name == "first_name", name == "last_name":
		case name == "email":
			add(name)
			add(strings.ToLower(v))
		default:
			add(name)
			add(v)
		}
	}
	for _, q := range e.asked {
		if !q.aside {
			add(q.key)
			add(q.value)
		}
	}
	add(strconv.FormatInt(received.UnixMilli(), 10))
	add(strconv.FormatInt(decided.UnixMilli(), 10))
	if outcome != nil {
		add(string(outcome.Verdict))
		add(outcome.Reason)
		add(outcome.Note)
	}
	sum := sha256.Sum256(said)
	return "file:" + strconv.FormatInt(max(0, received.Unix()), 36) + ":" + base64.RawURLEncoding.EncodeToString(sum[:16])
}
