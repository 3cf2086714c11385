package bot

import (
	"context"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// The accept modal: what the customer needs, when, and whether marketing could have known.

const (
	viewAccept    = "accept"
	blockNeed     = "need"
	blockHorizon  = "horizon"
	blockForeseen = "foreseen"
)

func (a *App) openAccept(ctx context.Context, c click) error {
	lead, ref, err := a.clickedLead(ctx, c, c.Action.Value)
	if err != nil {
		return err
	}
	return a.open(ctx, c.scene, acceptView(c.P, lead, ref))
}

func acceptView(p *text.Printer, l handoff.Lead, ref modalRef) slack.ModalViewRequest {
	v := modal(p, viewAccept, p.T("accept.title"), p.T("accept.submit"), ref)
	v.Blocks.BlockSet = []slack.Block{
		leadLine(p, l),
		input(blockNeed, p.T("accept.need"), p.T("accept.need.hint"), false,
			textField(true, handoff.MaxNote, "", p.T("accept.need.placeholder"))),
		input(blockHorizon, p.T("accept.horizon"), "", false, choices(p, "horizon.", handoff.Horizons(), handoff.HorizonUnknown)),
		input(blockForeseen, p.T("accept.foreseen"), p.T("accept.foreseen.hint"), false, choices(p, "foreseen.", handoff.ForeseenAnswers(), handoff.ForeseenUnsure)),
	}
	return v
}

// choices is a row of radio buttons, one of them chosen from the start.
func choices[T ~string](p *text.Printer, prefix string, values []T, chosen T) *slack.RadioButtonsBlockElement {
	el := slack.NewRadioButtonsBlockElement(actValue)
	for _, v := range values {
		o := option(string(v), p.T(prefix+string(v)))
		el.Options = append(el.Options, o)
		if v == chosen {
			el.InitialOption = o
		}
	}
	return el
}

func (a *App) submitAccept(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	in := handoff.Acceptance{
		Need:     field(s.View, blockNeed),
		Horizon:  handoff.Horizon(field(s.View, blockHorizon)),
		Foreseen: handoff.Foreseen(field(s.View, blockForeseen)),
	}
	rules := s.Workspace.Rules()
	return nil, a.decide(ctx, s, "", func(l handoff.Lead, round int) (handoff.Decision, error) {
		return rules.Accept(l, round, s.Actor, in, a.Now())
	})
}
