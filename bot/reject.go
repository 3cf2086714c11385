package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// The reject modal: the reason by lane, a note, and for a reason that recycles the day to come back.

const (
	viewReject  = "reject"
	blockReason = "reason"
	blockNote   = "note"
	blockBack   = "back"
	actReason   = "reject.reason"
)

func (a *App) openReject(ctx context.Context, c click) error {
	lead, ref, err := a.clickedLead(ctx, c, c.Action.Value)
	if err != nil {
		return err
	}
	return a.open(ctx, c.scene, rejectView(c.P, c.Workspace.Rules(), lead, ref, a.Now()))
}

func rejectView(p *text.Printer, rules handoff.Rules, l handoff.Lead, ref modalRef, now time.Time) slack.ModalViewRequest {
	v := modal(p, viewReject, p.T("reject.title"), p.T("reject.submit"), ref)
	v.Blocks.BlockSet = append([]slack.Block{leadLine(p, l)}, reasonInputs(p, rules, handoff.Reason{}, now)...)
	return v
}

// reasonInputs are the inputs of a rejection with a reason chosen, or none yet when its key is empty. They keep their ids from
// one view to the next, so Slack keeps what was typed; the day has an id of its own for each reason, so that it is filled in
// anew. more is what else the reason asks for.
func reasonInputs(p *text.Printer, rules handoff.Rules, chosen handoff.Reason, now time.Time, more ...slack.Block) []slack.Block {
	reason := slack.NewOptionsGroupSelectBlockElement(slack.OptTypeStatic, plain(p.T("reject.reason.placeholder"), 150), actReason)
	for _, lane := range handoff.Lanes() {
		var options []*slack.OptionBlockObject
		for _, r := range rules.Reasons.Offered() {
			if r.Lane == lane {
				o := option(r.Key, reasonWords(p, rules.Reasons, r.Key, time.Time{}))
				options = append(options, o)
				if r.Key == chosen.Key {
					reason.InitialOption = o
				}
			}
		}
		if options != nil {
			reason.OptionGroups = append(reason.OptionGroups, slack.NewOptionGroupBlockElement(plain(p.T("reject.lane."+string(lane)), maxOption), options...))
		}
	}
	which := input(blockReason, p.T("reject.reason"), "", false, reason)
	which.DispatchAction = true
	blocks := []slack.Block{which}
	if chosen.FollowUp == handoff.Recycle {
		day := slack.NewDatePickerBlockElement(actValue)
		day.InitialDate = rules.BackDefault(chosen, now).In(rules.Hours.Zone).Format(time.DateOnly)
		blocks = append(blocks, input(blockBack+":"+chosen.Key, p.T("reject.back"), p.T("reject.back.hint"), false, day))
	}
	blocks = append(blocks, more...)
	return append(blocks, input(blockNote, p.T("reject.note"), p.T("reject.note.hint"), !chosen.NeedsNote, textField(true, handoff.MaxNote, "", "")))
}

// chooseReason shows what the chosen reason asks for, and leaves what stands above the reason as it is. When it is not shown,
// the domain asks for whatever is missing once the form is sent.
func (a *App) chooseReason(ctx context.Context, c click) error {
	if c.View == nil {
		return nil
	}
	rules := c.Workspace.Rules()
	reason, _ := rules.Reasons.Find(c.Action.SelectedOption.Value)
	var more []slack.Block
	switch c.View.CallbackID {
	case viewBulk:
		more = doors(c.P, viewBulk, rules.Routes, "", reason) // which leads are chosen may change
	case viewReject:
		ref, err := parseModalRef(c.View.PrivateMetadata)
		if err != nil {
			return err
		}
		lead, err := a.Store.LeadByID(ctx, c.Workspace.ID, ref.Lead)
		if err != nil {
			return err
		}
		more = doors(c.P, viewReject, rules.Routes, lead.Route, reason)
	}
	blocks := c.View.Blocks.BlockSet
	if i := slices.IndexFunc(blocks, func(b slack.Block) bool { return b.ID() == blockReason }); i >= 0 {
		blocks = blocks[:i:i]
	}
	a.replaceView(ctx, c, slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: c.View.CallbackID, Title: c.View.Title, Submit: c.View.Submit, Close: c.View.Close,
		PrivateMetadata: c.View.PrivateMetadata,
		Blocks:          slack.Blocks{BlockSet: append(blocks, reasonInputs(c.P, rules, reason, a.Now(), more...)...)},
	})
	return nil
}

func (a *App) submitReject(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	rules := s.Workspace.Rules()
	in, err := rejection(s.View, rules)
	if err != nil {
		return nil, err
	}
	in.To = door(s.View, in.Reason)
	return nil, a.decide(ctx, s, in.To, func(l handoff.Lead, round int) (handoff.Decision, error) {
		return rules.Reject(l, round, s.Actor, in, a.Now())
	})
}

// rejection reads what a form says with the inputs of a rejection.
func rejection(v slack.View, rules handoff.Rules) (handoff.Rejection, error) {
	in := handoff.Rejection{Reason: chosenIn(v, blockReason, actReason), Note: field(v, blockNote)}
	if day := backDay(v, in.Reason); day != "" {
		t, err := time.Parse(time.DateOnly, day)
		if err != nil {
			return in, fmt.Errorf("bot: reject: %w", err)
		}
		in.Back = rules.BackOn(t.Date())
	}
	return in, nil
}

// backDay is the day that was chosen to come back on. When the form could not follow the last choice of a reason,
// the day that it shows is another reason's, and still the one that was meant.
func backDay(v slack.View, reason string) string {
	if day := field(v, blockBack+":"+reason); day != "" || v.State == nil {
		return day
	}
	for block := range v.State.Values {
		if strings.HasPrefix(block, blockBack+":") {
			return field(v, block)
		}
	}
	return ""
}

// chooseFromMenu does what was chosen in a card's menu.
func (a *App) chooseFromMenu(ctx context.Context, c click) error {
	what, value, _ := strings.Cut(c.Action.SelectedOption.Value, ":")
	switch what {
	case menuHistory:
		return a.openHistory(ctx, c, value)
	case menuAsk:
		return a.openAsk(ctx, c, handoff.RoleMarketing, value)
	case menuTakeBack:
		return a.openTakeBack(ctx, c, value)
	case menuTake:
		return a.take(ctx, c, value)
	case menuAssign:
		return a.openAssign(ctx, c, value)
	default: // a link, which Slack opens by itself
		return nil
	}
}
