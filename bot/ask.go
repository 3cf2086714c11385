package bot

import (
	"context"
	"fmt"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// One side asks the other about a lead: who may not decide asks sales, who decides asks marketing. The question is posted in
// the thread of the lead's card: see question.go.

const (
	viewAsk       = "ask"
	blockQuestion = "question"
	actAskSales   = "ask.sales"
	menuAsk       = "ask_marketing"
)

// askInstead is that somebody may not decide on a lead. They may ask sales about it.
type askInstead struct{ cardRef }

func (e askInstead) Error() string { return handoff.ErrNotSales.Error() }

// Is makes errors.Is(err, handoff.ErrNotSales) true.
func (e askInstead) Is(target error) bool { return target == handoff.ErrNotSales }

// askButton offers to ask sales about the lead of a card.
func askButton(p *text.Printer, ref cardRef) slack.Block {
	return slack.NewActionBlock("", button(actAskSales, ref.String(), p.T("ask.sales.title"), ""))
}

func (a *App) pressAskSales(ctx context.Context, c click) error {
	return a.openAsk(ctx, c, handoff.RoleSales, c.Action.Value)
}

func (a *App) openAsk(ctx context.Context, c click, asks handoff.Role, value string) error {
	ref, err := parseCardRef(value)
	if err != nil {
		return err
	}
	if err := c.Workspace.Rules().MayAsk(c.Actor, asks); err != nil {
		return err
	}
	lead, err := a.Store.LeadByID(ctx, c.Workspace.ID, ref.Lead)
	if err == nil {
		err = a.undecided(ctx, c.Workspace, lead, ref)
	}
	if err != nil {
		return err
	}
	named, err := a.askedOf(ctx, c.scene, lead, asks)
	if err != nil {
		return err
	}
	return a.show(ctx, c, askView(c.P, lead, modalRef{cardRef: ref, Asks: asks}, named))
}

func askView(p *text.Printer, l handoff.Lead, ref modalRef, named []string) slack.ModalViewRequest {
	v := modal(p, viewAsk, p.T("ask."+string(ref.Asks)+".title"), p.T("ask.submit"), ref)
	where := []span{words(p.T("ask." + string(ref.Asks) + ".where"))}
	if len(named) > 0 {
		where = append([]span{words(p.T("ask.named") + " ")}, mentions(named)...)
	}
	v.Blocks.BlockSet = []slack.Block{
		leadLine(p, l),
		input(blockQuestion, p.T("ask.question"), "", false, textField(true, handoff.MaxQuestion, "", p.T("ask."+string(ref.Asks)+".placeholder"))),
		richText(paragraph(where...)),
	}
	return v
}

// mentions names people and user groups, one after the other.
func mentions(ids []string) []span {
	var all []span
	for i, id := range ids {
		if i > 0 {
			all = append(all, words(", "))
		}
		if userID.MatchString(id) {
			all = append(all, slack.NewRichTextSectionUserElement(id, nil))
		} else {
			all = append(all, slack.NewRichTextSectionUserGroupElement(id))
		}
	}
	return all
}

// askedOf returns who is asked by name: the lead's owner when sales is, whoever handed the lead over last when marketing is.
func (a *App) askedOf(ctx context.Context, s scene, lead handoff.Lead, asks handoff.Role) ([]string, error) {
	whose := lead.Owner
	if asks == handoff.RoleMarketing {
		events, err := a.Store.History(ctx, s.Workspace.ID, lead.ID)
		if err != nil {
			return nil, err
		}
		whose = ""
		for _, e := range events {
			switch e.Kind {
			case handoff.EventReceived, handoff.EventMerged, handoff.EventNewRound:
				if e.Actor != "" {
					whose = e.Actor
				}
			}
		}
	}
	if !userID.MatchString(whose) {
		whose = ""
	}
	return s.Workspace.Settings.Team.AskedOf(asks, whose, s.Actor.User), nil
}

func (a *App) submitAsk(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	ref, err := parseModalRef(s.View.PrivateMetadata)
	if err != nil {
		return nil, err
	}
	lead, err := a.Store.LeadByID(ctx, s.Workspace.ID, ref.Lead)
	if err != nil {
		return nil, err
	}
	named, err := a.askedOf(ctx, s.scene, lead, ref.Asks)
	if err != nil {
		return nil, err
	}
	_, err = a.Store.Ask(ctx, s.Workspace.ID, ref.Lead, s.View.ID, func(l handoff.Lead) (handoff.Question, error) {
		return s.Workspace.Rules().Ask(l, ref.Round, s.Actor, ref.Asks, field(s.View, blockQuestion), named, a.Now())
	})
	if err != nil {
		return nil, err
	}
	v := noticeView(s.P, s.P.T("ask.done", "Number", fmt.Sprint(lead.Number)), nil)
	return slack.NewUpdateViewSubmissionResponse(&v), nil
}

// undecided tells whether the round of a card can still be decided: handoff.ErrErased, ErrRoundOver or *AlreadyDecided when not.
func (a *App) undecided(ctx context.Context, ws store.Workspace, lead handoff.Lead, ref cardRef) error {
	if lead.State == handoff.Erased {
		return handoff.ErrErased
	}
	card, err := a.cardOf(ctx, ws, lead, ref.Round, ref.Key)
	if err != nil {
		return err
	}
	if !card.live() {
		return handoff.ErrRoundOver
	}
	if d, ok := card.standing(); ok {
		return &handoff.AlreadyDecided{First: d}
	}
	return nil
}
