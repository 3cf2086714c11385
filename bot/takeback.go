package bot

import (
	"context"
	"errors"
	"strings"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// The modal that takes a decision back: why.

const (
	viewTakeBack = "take_back"
	blockWhy     = "why"
)

func (a *App) openTakeBack(ctx context.Context, c click, value string) error {
	lead, ref, err := a.leadOfCard(ctx, c, value)
	if err != nil {
		return err
	}
	card, err := a.cardOf(ctx, c.Workspace, lead, ref.Round, ref.Key)
	if err != nil {
		return err
	}
	d, ok := card.standing()
	switch {
	case lead.State == handoff.Erased:
		return handoff.ErrErased
	case !card.live():
		return handoff.ErrRoundOver
	case !ok:
		return handoff.ErrNotDecided
	}
	if err := c.Workspace.Rules().MayTakeBack(c.Actor, d); err != nil {
		return err
	}
	ref.Decision = d.ID
	return a.open(ctx, c.scene, takeBackView(c.P, card, d, ref))
}

func takeBackView(p *text.Printer, card Card, d handoff.Decision, ref modalRef) slack.ModalViewRequest {
	v := modal(p, viewTakeBack, p.T("takeback.title"), p.T("takeback.submit"), ref)
	v.Blocks.BlockSet = []slack.Block{
		leadLine(p, card.Lead),
		richText(paragraph(card.decisionLine(p, d)...)),
		input(blockWhy, p.T("takeback.why"), p.T("takeback.hint"), false, textField(true, handoff.MaxNote, "", "")),
	}
	return v
}

func (a *App) submitTakeBack(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	ref, err := parseModalRef(s.View.PrivateMetadata)
	if err != nil {
		return nil, err
	}
	rules, why := s.Workspace.Rules(), field(s.View, blockWhy)
	again := errors.New("taken back by this very form")
	_, err = a.Store.TakeBack(ctx, s.Workspace.ID, ref.Lead, ref.Decision, func(l handoff.Lead, d handoff.Decision) (handoff.Decision, error) {
		if !d.Stands() && d.TakenBackBy == s.Actor.User && d.TakenBackWhy == strings.TrimSpace(why) {
			return d, again
		}
		return rules.TakeBack(l, d, s.Actor, why, a.Now())
	}, rules)
	if errors.Is(err, again) {
		return nil, nil // Slack delivered it twice
	}
	return nil, err
}
