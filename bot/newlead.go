package bot

import (
	"context"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// The form with which a marketer hands a lead over by hand.

const (
	viewNewLead = "new_lead"
	blockAsks   = "asks_contact"
)

// newLeadFields are the form's text inputs, in order, and how long each may be.
var newLeadFields = []struct {
	name      string
	max       int
	multiline bool
}{
	{"name", handoff.MaxText, false}, {"email", 254, false}, {"phone", 64, false},
	{"company", handoff.MaxText, false}, {"role", handoff.MaxText, false}, {"country", 100, false},
	{"source", 200, false}, {"campaign", 200, false}, {"activity", handoff.MaxNote, true},
}

// OpenNewLead shows the form.
func (a *App) OpenNewLead(ctx context.Context, c Call) error {
	return a.openNewLead(ctx, c.scene, handoff.Arrival{})
}

func (a *App) openNewLead(ctx context.Context, s scene, known handoff.Arrival) error {
	if err := s.Workspace.Rules().MayHandOver(s.Actor); err != nil {
		return err
	}
	return a.open(ctx, s, newLeadView(s.P, known))
}

// newLeadView is the form, with what is known of the lead already.
func newLeadView(p *text.Printer, known handoff.Arrival) slack.ModalViewRequest {
	filled := map[string]string{
		"name": known.Name, "email": known.Email, "phone": known.Phone, "company": known.Company, "activity": known.Activity,
	}
	v := modal(p, viewNewLead, p.T("newlead.title"), p.T("newlead.submit"), nil)
	for _, f := range newLeadFields {
		hint := ""
		if f.name == "email" {
			hint = p.T("newlead.email.hint")
		}
		v.Blocks.BlockSet = append(v.Blocks.BlockSet,
			input(f.name, p.T("field."+f.name), hint, true, textField(f.multiline, f.max, filled[f.name], "")))
	}
	asks := slack.NewCheckboxGroupsBlockElement(actValue, option("yes", p.T("newlead.asks_contact")))
	v.Blocks.BlockSet = append(v.Blocks.BlockSet, input(blockAsks, p.T("newlead.asks"), "", true, asks))
	return v
}

func (a *App) submitNewLead(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	if err := s.Workspace.Rules().MayHandOver(s.Actor); err != nil {
		return nil, err
	}
	arrival := handoff.Arrival{
		OnceKey: "slack:" + s.View.ID, // a second delivery of the same form is the same lead
		By:      s.Actor.User, At: a.Now(),
		Person: handoff.Person{
			Name: field(s.View, "name"), Email: field(s.View, "email"), Phone: field(s.View, "phone"),
			Company: field(s.View, "company"), Role: field(s.View, "role"), Country: field(s.View, "country"),
		},
		Touch: handoff.Touch{
			Source: field(s.View, "source"), Campaign: field(s.View, "campaign"), Activity: field(s.View, "activity"),
		},
	}
	arrival.AsksContact = len(fields(s.View, blockAsks)) > 0
	arrival, err := a.Clean(arrival)
	if err != nil {
		return nil, err
	}
	receipts, err := a.Store.AddLeads(ctx, s.Workspace, []handoff.Arrival{arrival})
	if err != nil {
		return nil, err
	}
	v := modal(s.P, "notice", s.P.T("newlead.title"), "", nil)
	v.Blocks.BlockSet = []slack.Block{richText(paragraph(fill(s.P, "newlead.done."+string(receipts[0].Fate),
		"Number", receipts[0].Number, "Lead", joined(" · ", arrival.Name, arrival.Company, unless(arrival.Email, arrival.Name)))...))}
	return slack.NewUpdateViewSubmissionResponse(&v), nil
}
