package store

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"iter"
	"math/bits"
	"reflect"
	"strings"
	"time"
	"unicode"

	"relevo/handoff"
)

// millis is a time as it is stored: unix milliseconds, 0 for the zero time.
type millis int64

func toMillis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func (m millis) time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(m)).UTC()
}

// stored returns the time as it will be read back.
func stored(t time.Time) time.Time { return millis(toMillis(t)).time() }

const leadColumns = `workspace_id, number, name, email, phone, company, website, role, country, industry, size, link,
	source, campaign, activity, asks_contact, state, round, touches, owner, received_at, offered_at, due_at, back_at, version, mailbox, extras,
	language, route, channel, fit, fit_of, fit_marks, profile_version,
	nudge_at, nudges, due_from, domain, decided_at, decided_by`

// leadRow shadows the times and the extras of a lead with what is stored.
type leadRow struct {
	handoff.Lead
	Extras   extras `db:"extras"`
	Received millis `db:"received_at"`
	Offered  millis `db:"offered_at"`
	DueFrom  millis `db:"due_from"`
	Due      millis `db:"due_at"`
	Back     millis `db:"back_at"`
	Nudge    millis `db:"nudge_at"`
	Domain   string `db:"domain"` // follows from the e-mail
	Decided  millis `db:"decided_at"`
}

func (r leadRow) lead() handoff.Lead {
	l := r.Lead
	l.Extras = r.Extras
	l.Received, l.Offered, l.DueFrom, l.Due = r.Received.time(), r.Offered.time(), r.DueFrom.time(), r.Due.time()
	l.Back, l.Nudge = r.Back.time(), r.Nudge.time()
	l.Decided = r.Decided.time()
	return l
}

// appendLead adds the lead's values in the order of leadColumns. They have the types of the drivers, which would
// convert any other one by one.
func appendLead(values []any, l handoff.Lead) []any {
	return append(values, l.Workspace, l.Number, l.Name, l.Email, l.Phone, l.Company, l.Website, l.Role, l.Country, l.Industry, l.Size, l.Link,
		l.Source, l.Campaign, l.Activity, l.AsksContact, string(l.State), int64(l.Round), int64(l.Touches), l.Owner,
		toMillis(l.Received), toMillis(l.Offered), toMillis(l.Due), toMillis(l.Back), l.Version, string(l.Mailbox), extras(l.Extras),
		l.Language, l.Route, l.Channel, int64(l.Fit), int64(l.FitOf), l.FitMarks, int64(l.ProfileVersion),
		toMillis(l.Nudge), int64(l.Nudges), toMillis(l.DueFrom), l.Domain(), toMillis(l.Decided), l.Decider)
}

// timed returns the lead with the times that its rules have set as they will be read back.
func timed(l handoff.Lead) handoff.Lead {
	l.DueFrom, l.Due, l.Nudge = stored(l.DueFrom), stored(l.Due), stored(l.Nudge)
	return l
}

// extras are stored as JSON, and none as an empty text.
type extras []handoff.Extra

// Value returns what is stored.
func (xs extras) Value() (driver.Value, error) {
	if len(xs) == 0 {
		return "", nil
	}
	text, err := json.Marshal(xs)
	return string(text), err
}

// Scan reads what is stored.
func (xs *extras) Scan(stored any) error { return scanJSON(stored, (*[]handoff.Extra)(xs)) }

// scanJSON reads a column of JSON, of which an empty text is the zero value.
func scanJSON[T any](stored any, into *T) error {
	*into = *new(T)
	var text []byte
	switch stored := stored.(type) {
	case string:
		text = []byte(stored)
	case []byte:
		text = stored
	default:
		return fmt.Errorf("JSON is a %T", stored)
	}
	if len(text) == 0 {
		return nil
	}
	return json.Unmarshal(text, into)
}

// assignments returns what sets all of the columns.
func assignments(columns string) string { return strings.ReplaceAll(columns, ",", " = ?,") + " = ?" }

// leadColumn has the names of leadColumns.
var leadColumn = strings.FieldsFunc(leadColumns, func(r rune) bool { return r == ',' || unicode.IsSpace(r) })

// saveLead writes what has changed of a lead, and nothing else: the indexes of the other columns need not be looked at.
func saveLead(ctx context.Context, tx db, before, l handoff.Lead) error {
	var set []string
	var args []any
	was := appendLead(nil, before)
	for i, value := range appendLead(nil, l) {
		if !reflect.DeepEqual(value, was[i]) {
			set, args = append(set, leadColumn[i]+` = ?`), append(args, value)
		}
	}
	if set == nil {
		return nil
	}
	_, err := tx.exec(ctx, `UPDATE leads SET `+strings.Join(set, ", ")+` WHERE id = ?`, append(args, l.ID)...)
	return err
}

const decisionColumns = `workspace_id, lead_id, round, verdict, reason, note, horizon, foreseen, back_at, owner_before, decided_by, decided_at,
	took, worked, taken_back_by, taken_back_at, taken_back_why, definitions_version, profile_version`

type decisionRow struct {
	handoff.Decision
	Back        millis `db:"back_at"`
	At          millis `db:"decided_at"`
	TakenBackAt millis `db:"taken_back_at"`
}

func (r decisionRow) decision() handoff.Decision {
	d := r.Decision
	d.Back, d.At, d.TakenBackAt = r.Back.time(), r.At.time(), r.TakenBackAt.time()
	return d
}

// decisionValues returns the decision's values in the order of decisionColumns.
func decisionValues(d handoff.Decision) []any {
	return []any{d.Workspace, d.LeadID, int64(d.Round), string(d.Verdict), d.Reason, d.Note, string(d.Horizon), string(d.Foreseen), toMillis(d.Back), d.OwnerBefore, d.By, toMillis(d.At),
		nanos(d.Took), nanos(d.Worked), d.TakenBackBy, toMillis(d.TakenBackAt), d.TakenBackWhy, int64(d.DefinitionsVersion), int64(d.ProfileVersion)}
}

// nanos gives the drivers a plain number: pgx would take a duration for an interval.
func nanos(d *time.Duration) *int64 { return (*int64)(d) }

const eventColumns = `workspace_id, lead_id, round, kind, at, actor, source, campaign, reason, note`

type eventRow struct {
	handoff.Event
	At millis `db:"at"`
}

func (r eventRow) event() handoff.Event {
	e := r.Event
	e.At = r.At.time()
	return e
}

// eventValues returns the event's values in the order of eventColumns.
func eventValues(l handoff.Lead, e handoff.Event) []any {
	return []any{l.Workspace, l.ID, int64(e.Round), string(e.Kind), toMillis(e.At), e.Actor, e.Source, e.Campaign, e.Reason, e.Note}
}

// insert writes rows, whose values follow one another, many with each statement. suffix may say what to do on a conflict.
func insert(ctx context.Context, tx db, table, columns string, values []any, suffix string) error {
	width := width(columns)
	one := "(" + marks(width) + ")"
	var query string
	for had := 0; len(values) > 0; {
		n := min(len(values), maxArgs) / width
		if n > 16 {
			n = 1 << (bits.Len(uint(n)) - 1) // few different texts: the engines keep what they prepared
		}
		if n != had {
			had, query = n, tx.sql(`INSERT INTO `+table+` (`+columns+`) VALUES `+strings.Repeat(one+", ", n-1)+one+suffix)
		}
		if err := tx.put(ctx, query, values[:n*width]); err != nil {
			return err
		}
		values = values[n*width:]
	}
	return nil
}

func width(columns string) int { return strings.Count(columns, ",") + 1 }

// room returns an empty list for the values of so many rows.
func room(rows int, columns string) []any { return make([]any, 0, rows*width(columns)) }

// marks returns n comma-separated question marks.
func marks(n int) string { return strings.Repeat("?, ", n-1) + "?" }

// among returns a condition that a column has one of n values, in a form that PostgreSQL looks up in an index where it
// would compare every row with every value of a plain list.
func among(column string, n int) string {
	return column + ` IN (` + values(n) + `)`
}

// values returns a table with n rows of one value each.
func values(n int) string { return `VALUES (?)` + strings.Repeat(`, (?)`, n-1) }

// anys returns values as arguments of a statement.
func anys[T any](values iter.Seq[T]) iter.Seq[any] {
	return func(yield func(any) bool) {
		for v := range values {
			if !yield(v) {
				return
			}
		}
	}
}

// maxArgs is how many values one statement gets; the engines allow 32,766 and 65,535, and fewer are quicker.
const maxArgs = 4000
