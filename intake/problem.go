package intake

import (
	"errors"
	"strings"

	"relevo/handoff"
	"relevo/internal/text"
)

// What can be wrong with what is sent, beside the problems that the domain finds. The catalogue has a sentence for
// each of both kinds under "intake.problem.<code>".
const (
	notYesNo   handoff.Problem = "not_yes_no"
	notATime   handoff.Problem = "not_a_time"
	inFuture   handoff.Problem = "in_future"
	notAMember handoff.Problem = "not_a_member"
	notALead   handoff.Problem = "not_a_lead" // not a JSON object
)

// Problem says what is wrong with a field, a row, a file or a request.
type Problem struct {
	Field   string // empty when it is not one field
	Code    handoff.Problem
	Limit   int    // how many are allowed, or the line that it is about
	Value   string // what was given, where it is not personal data
	Choices string // what would be right
}

func (p Problem) Error() string { return strings.TrimPrefix(p.Field+": "+string(p.Code), ": ") }

// Say returns the problem as a sentence, without the name of its field.
func (p Problem) Say(t *text.Printer) string {
	return t.T("intake.problem."+string(p.Code), "Field", p.Field, "Limit", p.Limit, "Value", p.Value, "Choices", p.Choices)
}

// Problems is everything that is wrong with one lead.
type Problems []Problem

func (ps Problems) Error() string {
	all := make([]string, len(ps))
	for i, p := range ps {
		all[i] = p.Error()
	}
	return strings.Join(all, "; ")
}

// Say returns all of it in one line, each with the name that senders have for its field.
func (ps Problems) Say(t *text.Printer) string {
	return ps.say(t, func(field string) string { return field })
}

// SayOfRow is Say for whoever reads files: with the names that people have for the fields, or the header of a column
// that is no field.
func (ps Problems) SayOfRow(t *text.Printer) string {
	return ps.say(t, func(field string) string {
		if key := "field." + field; t.Has(key) {
			return t.T(key)
		}
		return field
	})
}

func (ps Problems) say(t *text.Printer, name func(field string) string) string {
	all := make([]string, len(ps))
	for i, p := range ps {
		all[i] = p.Say(t)
		if p.Field != "" {
			all[i] = name(p.Field) + ": " + all[i]
		}
	}
	return strings.Join(all, "; ")
}

// about tells whether something is wrong with the field already, so that one mistake is named once.
func (ps Problems) about(field string) bool {
	for _, p := range ps {
		if p.Field == field {
			return true
		}
	}
	return false
}

// add appends the domain's complaints about fields of which nothing was said yet.
func (ps Problems) add(err error) Problems {
	var found handoff.FieldErrors
	if !errors.As(err, &found) {
		return ps
	}
	for _, f := range found {
		if !ps.about(f.Field) {
			ps = append(ps, Problem{Field: f.Field, Code: f.Problem, Limit: f.Limit})
		}
	}
	return ps
}
