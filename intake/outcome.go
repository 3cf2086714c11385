package intake

import (
	"encoding/csv"
	"strings"
	"time"
	"unicode/utf8"

	"relevo/handoff"
)

// What can be wrong with the outcome of a lead that is imported as history, and with the maps that tell how to read it.
const (
	fileNoDecision     handoff.Problem = "file_no_decision"
	fileNotHistory     handoff.Problem = "file_not_history"
	fileBadValues      handoff.Problem = "file_bad_values"
	fileUnknownOutcome handoff.Problem = "file_unknown_outcome"
	fileUnknownReason  handoff.Problem = "file_unknown_reason"

	noOutcome       handoff.Problem = "no_outcome"
	unknownOutcome  handoff.Problem = "unknown_outcome"
	unknownReason   handoff.Problem = "unknown_reason"
	decidedTooEarly handoff.Problem = "decided_too_early"
	ambiguousDate   handoff.Problem = "ambiguous_date"
)

// values tells what the cells of a column mean.
type values struct {
	column int
	header string
	means  map[string]string // by folded cell
	other  string            // what every other cell means, by "*=…"
}

// parseValues reads "Column:cell=meaning,other cell=meaning". A cell with a comma stands in quotes: `Tags:"busy,
// later=bad-timing"`; "*" is every other cell. The meanings themselves, written in the column, need no map:
// "Column" alone.
func parseValues(s string, head []string) (values, error) {
	name, list, err := cutColumn(s, head)
	if err != nil {
		return values{}, err
	}
	i, err := findColumn(head, name)
	if err != nil {
		return values{}, err
	}
	v := values{column: i, header: strings.TrimSpace(head[i]), means: map[string]string{}}
	if strings.TrimSpace(list) == "" {
		return v, nil
	}
	r := csv.NewReader(strings.NewReader(list))
	r.TrimLeadingSpace = true
	pairs, err := r.Read()
	if err != nil {
		return values{}, Problem{Code: fileBadValues, Value: s}
	}
	for _, pair := range pairs {
		at := strings.LastIndexByte(pair, '=')
		if at < 0 {
			return values{}, Problem{Code: fileBadValues, Value: pair}
		}
		cell, meaning := strings.TrimSpace(pair[:at]), strings.TrimSpace(pair[at+1:])
		if cell == "*" {
			v.other = meaning
		} else {
			v.means[foldCell(cell)] = meaning
		}
	}
	return v, nil
}

// cutColumn cuts at the first colon before which there is a column's name: a name may have a colon itself.
func cutColumn(s string, head []string) (name, list string, err error) {
	for at := range len(s) {
		if s[at] == ':' {
			if _, err := findColumn(head, s[:at]); err == nil {
				return s[:at], s[at+1:], nil
			}
		}
	}
	if _, err := findColumn(head, s); err == nil {
		return s, "", nil
	}
	name, _, _ = strings.Cut(s, ":")
	_, err = findColumn(head, name)
	return "", "", err
}

// foldCell compares cells without regard to case and the number of spaces.
func foldCell(s string) string { return strings.ToLower(strings.Join(strings.Fields(s), " ")) }

func (v values) all() []string {
	var all []string
	for _, m := range v.means {
		all = append(all, m)
	}
	if v.other != "" {
		all = append(all, v.other)
	}
	return all
}

// of returns what the cell means; the cell itself when nothing is said of it, and false when it is empty and
// nothing is said of that.
func (v values) of(cell string) (string, bool) {
	if m, ok := v.means[foldCell(cell)]; ok {
		return m, true
	}
	if v.other != "" {
		return v.other, true
	}
	return foldCell(cell), cell != ""
}

// outcomes reads what became of the leads of a file.
type outcomes struct {
	decision values
	reason   *values // nil when no column has it
	note     int     // column, or -1
	reasons  handoff.Reasons
}

// The words for an outcome in --decision.
const (
	wordAccepted = "accepted"
	wordRejected = "rejected"
)

// newOutcomes prepares the reading, or fails with a Problem that lists what would be right. Without --decision the
// column counts that is seen to have outcomes, if there is one.
func newOutcomes(o FileOptions, head []string, seen *values) (*outcomes, error) {
	if o.Decision == "" {
		if seen == nil {
			return nil, Problem{Code: fileNoDecision}
		}
		return &outcomes{decision: *seen, note: lossColumn(head), reasons: o.Reasons}, nil
	}
	decision, err := parseValues(o.Decision, head)
	if err != nil {
		return nil, err
	}
	for _, m := range decision.all() {
		if m != wordAccepted && m != wordRejected {
			return nil, Problem{Code: fileUnknownOutcome, Value: m, Choices: wordAccepted + ", " + wordRejected}
		}
	}
	out := &outcomes{decision: decision, note: -1, reasons: o.Reasons}
	if o.Reason != "" {
		reason, err := parseValues(o.Reason, head)
		if err != nil {
			return nil, err
		}
		for _, m := range reason.all() {
			if _, ok := out.key(m); !ok {
				return nil, Problem{Code: fileUnknownReason, Value: m, Choices: out.choices()}
			}
		}
		out.reason = &reason
	}
	if o.Note != "" {
		if out.note, err = findColumn(head, o.Note); err != nil {
			return nil, err
		}
	}
	return out, nil
}

// key returns the key of a reason that is named by it, or as the workspace calls it.
func (o *outcomes) key(s string) (string, bool) {
	if s == handoff.NoReason {
		return s, true
	}
	r, ok := o.reasons.Named(s)
	return r.Key, ok
}

// choices lists what a reason may be named by: its key, and the workspace's own name for it.
func (o *outcomes) choices() string {
	var all []string
	for _, r := range o.reasons {
		if name := r.NameAt(time.Time{}); name != "" {
			all = append(all, r.Key+" ("+name+")")
		} else {
			all = append(all, r.Key)
		}
	}
	return strings.Join(append(all, handoff.NoReason), ", ")
}

// read returns what became of the lead of a row. A rejection whose reason is not known is kept as such; a reason
// that asks for a note has the cell's own words when there is none. The past stays closed: a reason of timing does
// not bring an imported lead back.
func (o *outcomes) read(cell func(int) string) (handoff.Outcome, Problems) {
	said := cell(o.decision.column)
	word, ok := o.decision.of(said)
	var out handoff.Outcome
	if o.note >= 0 {
		out.Note = cell(o.note)
	}
	switch {
	case !ok:
		return out, Problems{{Field: o.decision.header, Code: noOutcome}}
	case word == wordAccepted:
		out.Verdict = handoff.Accept
	case word == wordRejected:
		out.Verdict = handoff.Reject
	default:
		return out, Problems{{Field: o.decision.header, Code: unknownOutcome, Value: said}}
	}
	if out.Verdict == handoff.Reject {
		out.Reason = handoff.NoReason
		if o.reason != nil {
			said := cell(o.reason.column)
			if means, ok := o.reason.of(said); ok {
				if out.Reason, ok = o.key(means); !ok {
					return out, Problems{{Field: o.reason.header, Code: unknownReason, Value: said}}
				}
			}
			if r, _ := o.reasons.Find(out.Reason); r.NeedsNote && out.Note == "" {
				out.Note = said
			}
		}
	}
	if utf8.RuneCountInString(out.Note) > handoff.MaxNote {
		return out, Problems{{Field: "note", Code: handoff.TooLong, Limit: handoff.MaxNote}}
	}
	return out, nil
}

// date puts the times of an arrival and its outcome in order. What has no date counts as of the import, but a
// decision is never before its arrival. It tells whether a date was missing.
func (o *outcomes) date(a *handoff.Arrival, received, decided time.Time, now time.Time) (undated bool, wrong Problems) {
	a.Outcome.Timed = !received.IsZero() && !decided.IsZero()
	if decided.IsZero() {
		decided = now
	}
	if received.IsZero() {
		received = decided
	}
	if decided.Before(received) {
		return false, Problems{{Field: fieldDecided, Code: decidedTooEarly}}
	}
	a.At, a.Outcome.At = received, decided
	return !a.Outcome.Timed, nil
}
