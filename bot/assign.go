package bot

import (
	"context"
	"errors"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// Whose a lead is, from its card's menu: taken by whoever presses, or assigned to somebody with a modal.

const (
	viewAssign = "assign"
	blockOwner = "owner"
)

var errYours = errors.New("the lead is theirs already")

// take makes whoever presses the lead's owner.
func (a *App) take(ctx context.Context, c click, value string) error {
	lead, ref, err := a.clickedLead(ctx, c, value)
	if err != nil {
		return err
	}
	if lead.Owner == c.Actor.User {
		return errYours
	}
	return a.assign(ctx, c.scene, ref, c.Actor)
}

func (a *App) openAssign(ctx context.Context, c click, value string) error {
	lead, ref, err := a.clickedLead(ctx, c, value)
	if err != nil {
		return err
	}
	return a.open(ctx, c.scene, assignView(c.P, lead, ref))
}

func assignView(p *text.Printer, l handoff.Lead, ref modalRef) slack.ModalViewRequest {
	v := modal(p, viewAssign, p.T("assign.title"), p.T("assign.submit"), ref)
	who := slack.NewOptionsSelectBlockElement(slack.OptTypeUser, plain(p.T("assign.placeholder"), 150), actValue)
	if userID.MatchString(l.Owner) {
		who.InitialUser = l.Owner
	}
	v.Blocks.BlockSet = []slack.Block{leadLine(p, l), input(blockOwner, p.T("assign.owner"), p.T("assign.hint"), false, who)}
	return v
}

func (a *App) submitAssign(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	ref, err := parseModalRef(s.View.PrivateMetadata)
	if err != nil {
		return nil, err
	}
	to, _, err := a.people.actor(ctx, s.Workspace, field(s.View, blockOwner), "")
	if err != nil && !errors.Is(err, errUnknownPerson) {
		return nil, err
	}
	return nil, a.assign(ctx, s.scene, ref, to)
}

// assign tells everybody by the card alone, which is shown anew: nobody is mentioned a second time.
func (a *App) assign(ctx context.Context, s scene, ref modalRef, to handoff.Actor) error {
	rules := s.Workspace.Rules()
	_, err := a.Store.Assign(ctx, s.Workspace.ID, ref.Lead, s.Actor.User, a.Now(), func(l handoff.Lead) (handoff.Lead, error) {
		return rules.Assign(l, ref.Round, s.Actor, to)
	})
	return err
}

// assignedSpans is the line of history of a lead that somebody was given, or that was passed on.
func assignedSpans(p *text.Printer, e handoff.Event, zone *time.Location) []span {
	line := []span{moment(p, e.At.In(zone)), words(" · ")}
	switch {
	case e.Kind == handoff.EventRerouted:
		return append(line, fill(p, "event.rerouted", "By", person(p, e.Actor), "Round", e.Round, "Route", e.Note)...)
	case e.Note == e.Actor:
		return append(line, fill(p, "event.taken", "By", person(p, e.Actor))...)
	default:
		return append(line, fill(p, "event.assigned", "By", person(p, e.Actor), "Owner", person(p, e.Note))...)
	}
}
