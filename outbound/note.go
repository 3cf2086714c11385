package outbound

import (
	"context"
	"strings"
	"time"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// note is what is added to a record in a CRM.
type note struct {
	key     string // by which it is found again
	subject string
	lines   []string
	at      time.Time
}

// noteIt adds a note of what happened, once: after a try whose end is not known it is looked for first.
func (w *Worker) noteIt(ctx context.Context, c crm, ws store.Workspace, id string, d store.Delivery, told store.Told) outcome {
	n, ok := noteOf(w.Texts.In(ws.Language), ws, d, told)
	if !ok {
		return outcome{}
	}
	if d.Tries > 1 || d.Resent {
		there, err := c.noted(ctx, id, n)
		if err != nil {
			return failed(c, err)
		}
		if there {
			return outcome{}
		}
	}
	if err := c.note(ctx, id, n); err != nil {
		return failed(c, err)
	}
	return outcome{}
}

// noteOf writes the note of a decision; false when what happened was none.
func noteOf(p *text.Printer, ws store.Workspace, d store.Delivery, told store.Told) (note, bool) {
	of := told.Decision
	if of.ID == 0 {
		return note{}, false
	}
	reason := ""
	if of.Reason != "" {
		reason = reasonName(p, ws.Rules().Reasons, of)
	}
	n := note{key: d.Key, at: told.Event.At}
	kind := map[handoff.Topic]string{
		handoff.TopicAccepted: "accepted", handoff.TopicRejected: "rejected", handoff.TopicNurturing: "nurturing", handoff.TopicReopened: "reopened",
	}[d.Topic]
	n.subject = p.T("crm.subject."+kind, "Number", told.Lead.Number)
	add := func(s string) {
		if s != "" {
			n.lines = append(n.lines, strings.Split(s, "\n")...)
		}
	}
	add(p.T("crm.note."+kind, "Reason", reason))
	switch d.Topic {
	case handoff.TopicAccepted:
		add(p.T("crm.note.need", "Need", of.Note))
		if of.Horizon != "" && of.Horizon != handoff.HorizonUnknown {
			add(p.T("crm.note.horizon", "Horizon", p.T("horizon."+string(of.Horizon))))
		}
	case handoff.TopicReopened:
		add(of.TakenBackWhy)
	default:
		add(of.Note)
		if !of.Back.IsZero() {
			add(p.T("crm.note.back", "Day", p.Date(of.Back.In(ws.Location()))))
		}
	}
	add(p.T("crm.note.foot", "Number", told.Lead.Number, "Key", d.Key))
	return n, true
}
