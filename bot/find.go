package bot

import (
	"context"
	"errors"

	"github.com/slack-go/slack"

	"relevo/handoff"
)

// clickedLead returns the lead of a card's button that decides, and what a modal about it remembers. It fails as a
// decision would when the lead can't be decided, so that nobody fills in a form for nothing.
func (a *App) clickedLead(ctx context.Context, c click, value string) (handoff.Lead, modalRef, error) {
	lead, ref, err := a.leadOfCard(ctx, c, value)
	if err == nil {
		err = a.undecided(ctx, c.Workspace, lead, ref.cardRef)
	}
	if err == nil {
		err = c.Workspace.Rules().MayDecide(c.Actor)
	}
	if errors.Is(err, handoff.ErrNotSales) {
		err = askInstead{ref.cardRef}
	}
	return lead, ref, err
}

// leadOfCard returns the lead of a card. The click also tells where the card stands in Slack, which may not be known yet
// when the answer to its post was lost.
func (a *App) leadOfCard(ctx context.Context, c click, value string) (handoff.Lead, modalRef, error) {
	ref, err := parseCardRef(value)
	if err != nil {
		return handoff.Lead{}, modalRef{}, err
	}
	if err := a.noteWhere(ctx, c, ref); err != nil {
		return handoff.Lead{}, modalRef{}, err
	}
	lead, err := a.Store.LeadByID(ctx, c.Workspace.ID, ref.Lead)
	return lead, modalRef{cardRef: ref, Home: onHome(c)}, err
}

// onHome tells whether somebody clicks on their Home.
func onHome(c click) bool { return c.View != nil && c.View.Type == slack.VTHomeTab }

func (a *App) noteWhere(ctx context.Context, c click, ref cardRef) error {
	m, err := a.Store.CardOf(ctx, c.Workspace.ID, ref.Lead, ref.Round)
	if ok, err := found(err); !ok || m.TS != "" || c.TS == "" || m.Key != ref.Key {
		return err
	}
	return a.Store.SeenAt(ctx, m, c.Channel, c.TS)
}

// found tells whether a look-up found something, and passes on every other error than that it did not.
func found(err error) (bool, error) {
	if errors.Is(err, handoff.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}
