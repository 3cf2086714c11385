package outbound

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"relevo/handoff"
	"relevo/store"
)

// crm is a CRM that decisions are written to. What its methods fail with is *apiError.
type crm interface {
	// name is what people call it.
	name() string
	// check fails when the CRM does not let us in, or lacks a field that is written.
	check(ctx context.Context) error
	// mapping is what is written there, and where.
	mapping() Mapping
	// find returns the id of a lead's record: by an external id or, when that is wanted, by the e-mail; empty when there is none.
	find(ctx context.Context, l handoff.Lead, external []string) (string, error)
	// read returns what a record says in the mapping's fields.
	read(ctx context.Context, id string) (record, error)
	// write changes fields of a record that was read, and returns what they say then, as far as the CRM tells. It fails with
	// cause moved when the record was changed meanwhile, if the CRM can tell.
	write(ctx context.Context, r record, fields map[string]string) (map[string]string, error)
	// noted tells whether a record has a note with this key.
	noted(ctx context.Context, id string, n note) (bool, error)
	// note adds a note to a record. The key stands in it.
	note(ctx context.Context, id string, n note) error
}

// record is what a CRM says of a person.
type record struct {
	id     string
	fields map[string]string
	as     string // when it was last changed, by the CRM's clock
	closed string // why it can't be changed any more; empty when it can
}

// Mapping is what is written to a CRM, and into which of its fields. A field without a name and a state without a value are
// left alone.
type Mapping struct {
	Stage, Status, Reason, Need string // names of fields
	Stages, Statuses            map[handoff.State]string
	ByEmail                     bool // leads that did not come from there are looked up by their e-mail
}

// fields lists the names of the fields that are written.
func (m Mapping) fields() []string {
	return slices.DeleteFunc([]string{m.Stage, m.Status, m.Reason, m.Need}, func(name string) bool { return name == "" })
}

// wants returns what the fields of a lead's record should say, as the lead stands.
func (m Mapping) wants(l handoff.Lead, standing handoff.Decision, reason string) map[string]string {
	want := map[string]string{m.Stage: m.Stages[l.State], m.Status: m.Statuses[l.State]}
	maps.DeleteFunc(want, func(_, value string) bool { return value == "" })
	want[m.Reason], want[m.Need] = reason, ""
	if l.State == handoff.Accepted {
		want[m.Reason], want[m.Need] = "", standing.Note
	}
	delete(want, "")
	return want
}

// words returns what is compared, and kept of a field: of what people wrote, a hash, that nobody is to find there.
func (m Mapping) words(name, value string) string {
	value = strings.Join(strings.Fields(value), " ")
	if value == "" || name == m.Stage || name == m.Status {
		return value
	}
	sum := sha256.Sum256([]byte(value))
	return hex.EncodeToString(sum[:8])
}

// remembered returns the fields as they are kept.
func (m Mapping) remembered(fields map[string]string) store.Fields {
	kept := store.Fields{}
	for name, value := range fields {
		kept[name] = m.words(name, value)
	}
	return kept
}

// tellCRM writes to the CRM how a lead stands, and a note of what happened. It fails only when the store does.
//
// What the CRM says is read first. A field is written only if it says what it said when it was last read or written: when the lead was handed over, or by us. Whatever else it says,
// somebody there has moved on, and nothing is overwritten: that is a conflict, for people to look at.
func (w *Worker) tellCRM(ctx context.Context, c crm, ws store.Workspace, e store.Endpoint, d store.Delivery, told store.Told) (outcome, error) {
	known, err := w.Store.CRMRecord(ctx, ws.ID, e.ID, told.Lead.ID)
	isNew := errors.Is(err, handoff.ErrNotFound)
	if err != nil && !isNew {
		return outcome{}, err
	}
	if isNew {
		known = store.CRMRecord{Endpoint: e.ID, LeadID: told.Lead.ID}
		if known.Record, err = c.find(ctx, told.Lead, told.ExternalIDs); err != nil {
			return failed(c, err), nil
		}
		if known.Record == "" {
			return outcome{why: "no record in " + c.name()}, nil
		}
	}
	r, err := c.read(ctx, known.Record)
	if err != nil {
		return failed(c, err), nil
	}
	known.Record = r.id
	handedOver := told.Event.Kind == handoff.EventReceived || told.Event.Kind == handoff.EventNewRound
	if isNew || handedOver || d.Overrules { // what it says now is what we go by: somebody handed it over so, or has seen the conflict
		known.Seen, known.Meant = c.mapping().remembered(r.fields), nil
		if err := w.Store.SaveCRMRecord(ctx, ws.ID, known); err != nil {
			return lost(err)
		}
	}
	if handedOver {
		return outcome{}, nil
	}
	out, err := w.move(ctx, c, ws, known, r, told)
	if err != nil || out.fate != done && out.fate != conflict {
		return out, err
	}
	if failure := w.noteIt(ctx, c, ws, r.id, d, told); failure.fate != done {
		return failure, nil
	}
	return out, nil
}

// lost is how it goes on when something could not be stored: nothing is left to tell of somebody who withdrew.
func lost(err error) (outcome, error) {
	if errors.Is(err, handoff.ErrErased) {
		return outcome{why: "the person withdrew"}, nil
	}
	return outcome{}, err
}

// move makes a record say how the lead stands.
func (w *Worker) move(ctx context.Context, c crm, ws store.Workspace, known store.CRMRecord, r record, told store.Told) (outcome, error) {
	m, reason := c.mapping(), ""
	if told.Standing.Reason != "" {
		reason = reasonName(w.Texts.In(ws.Language), ws.Rules().Reasons, told.Standing)
	}
	wants, change := m.wants(told.Lead, told.Standing, reason), map[string]string{}
	var moved []string
	for name, want := range wants {
		has := m.words(name, r.fields[name])
		seen, isKnown := known.Seen[name]
		meant, isMeant := known.Meant[name]
		switch {
		case has == m.words(name, want):
		case isKnown && has != seen && !(isMeant && has == meant), name == m.Stage && goesBack(has, want):
			moved = append(moved, m.told(name, has))
		default:
			change[name] = want
		}
	}
	if r.closed != "" && len(change)+len(moved) > 0 {
		moved = append(moved, r.closed)
	}
	if len(moved) > 0 {
		return conflicting(c, moved), nil
	}
	if len(change) > 0 {
		// Kept first: whoever is killed after the write must know their own hand in what they read.
		known.Meant = m.remembered(change)
		if err := w.Store.SaveCRMRecord(ctx, ws.ID, known); err != nil {
			return lost(err)
		}
		now, err := c.write(ctx, r, change)
		if err != nil {
			return failed(c, err), nil
		}
		for name, want := range change {
			if has, says := now[name]; says && m.words(name, has) != m.words(name, want) {
				moved = append(moved, m.told(name, has)) // HubSpot leaves out what would go back, and says nothing
				continue
			}
			r.fields[name] = want
		}
	}
	for name := range wants { // of the others, what was seen before still counts
		known.Seen[name] = m.words(name, r.fields[name])
	}
	known.Meant = nil
	if err := w.Store.SaveCRMRecord(ctx, ws.ID, known); err != nil {
		return lost(err)
	}
	if len(moved) > 0 {
		return conflicting(c, moved), nil
	}
	return outcome{}, nil
}

// told says what a field says; what people wrote is not repeated.
func (m Mapping) told(name, value string) string {
	switch {
	case name != m.Stage && name != m.Status:
		return name + " was changed"
	case value == "":
		return name + " is empty"
	}
	return name + " is " + value
}

func conflicting(c crm, moved []string) outcome {
	slices.Sort(moved)
	return outcome{fate: conflict, why: c.name() + ": " + strings.Join(moved, ", ")}
}

// stages are HubSpot's own lifecycle stages, in the order in which a contact goes through them.
var stages = []string{"", "subscriber", "lead", "marketingqualifiedlead", "salesqualifiedlead", "opportunity", "customer", "evangelist"}

// goesBack tells whether a contact would go back to an earlier stage. Of stages that somebody made HubSpot knows the order.
func goesBack(from, to string) bool {
	now, then := slices.Index(stages, from), slices.Index(stages, to)
	return now >= 0 && then >= 0 && then < now || from == "other"
}

// failed is how it goes on after a call that failed.
func failed(c crm, err error) outcome {
	failure, ok := errors.AsType[*apiError](err)
	if !ok {
		return outcome{fate: later, why: c.name() + ": the answer was not understood"}
	}
	out := outcome{fate: later, why: fmt.Sprintf("%s: %s", c.name(), cmp.Or(failure.why, "no answer")), wait: failure.wait}
	switch failure.cause {
	case absent:
		out.fate = done
	case wrong:
		out.fate = dead
	case moved:
		out.fate = soon
	case refused:
		out.ill, out.rest = true, refusedRest
	case down:
		out.ill = true
	}
	return out
}
