package bot

import (
	"context"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// Leads are decided from wherever they are shown: on the card, in the answer to /lead, on Home. Every way ends in the same
// modals and the same rules, and the card shows what came of it.

// elsewhere stands for the card's key in buttons that are not on a card, so that where they stand is not taken for its place.
const elsewhere = "-"

// decideButtons are the two that decide on the lead's round of now; no others when that round is over by the time they are
// pressed.
func decideButtons(p *text.Printer, l handoff.Lead) []slack.BlockElement {
	value := cardRef{l.ID, l.Round, elsewhere}.String()
	return []slack.BlockElement{
		button(actAccept, value, p.T("card.accept"), slack.StylePrimary),
		button(actReject, value, p.T("card.reject"), ""),
	}
}

// mayDecide tells whether somebody may decide on leads.
func mayDecide(s scene) bool { return s.Workspace.Rules().MayDecide(s.Actor) == nil }

// decide commits what a modal was sent for, and passes the lead on to a route when there is one. The submission's own id makes
// a second delivery of it the same decision.
func (a *App) decide(ctx context.Context, s submission, to string, rule func(handoff.Lead, int) (handoff.Decision, error)) error {
	ref, err := parseModalRef(s.View.PrivateMetadata)
	if err != nil {
		return err
	}
	rules, ofRound := s.Workspace.Rules(), func(l handoff.Lead) (handoff.Decision, error) { return rule(l, ref.Round) }
	if to == "" {
		_, _, err = a.Store.Decide(ctx, s.Workspace.ID, ref.Lead, s.View.ID, ofRound, rules)
	} else {
		_, _, err = a.Store.Reroute(ctx, s.Workspace.ID, ref.Lead, s.View.ID, to, ofRound, rules)
	}
	if err == nil && ref.Home {
		a.refreshHome(ctx, s.scene)
	}
	return err
}

// refreshHome shows somebody's Home anew, soon: what was done there is not to be waited for.
func (a *App) refreshHome(ctx context.Context, s scene) {
	err := a.jobs.later(func(ctx context.Context) {
		if err := a.publishHome(ctx, s); err != nil {
			a.Log.WarnContext(ctx, "Home not shown anew", "error", err)
		}
	})
	if err != nil {
		a.Log.WarnContext(ctx, "Home not shown anew", "error", err)
	}
}
