package bot

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// Marketing answers a reason from the digest: what was changed because of it, for which campaign, and since when. The
// digests tell what became of it.

const (
	actAnswerReason  = "reason.answer"
	viewAnswerReason = "reason_answer"
	blockCampaign    = "campaign"
	blockWhat        = "what"
	blockSince       = "since"
)

// campaignsLately is how far back a campaign was seen that an answer can be about; the rest of a select's options are for them.
const (
	campaignsLately = handoff.TrendWeeks * 7 * 24 * time.Hour
	maxCampaigns    = 99
)

// openReasonAnswer opens the form; the button's value is the key of the reason that it begins with, if any.
func (a *App) openReasonAnswer(ctx context.Context, c click) error {
	rules := c.Workspace.Rules()
	if err := rules.MayAnswerReasons(c.Actor); err != nil {
		return err
	}
	campaigns, err := a.Store.Campaigns(ctx, c.Workspace.ID, a.Now().Add(-campaignsLately), maxCampaigns)
	if err != nil {
		return err
	}
	return a.open(ctx, c.scene, reasonAnswerView(c.P, rules, c.Action.Value, campaigns, a.Now()))
}

func reasonAnswerView(p *text.Printer, rules handoff.Rules, chosen string, campaigns []string, now time.Time) slack.ModalViewRequest {
	v := modal(p, viewAnswerReason, p.T("reason_answer.title"), p.T("reason_answer.submit"), nil)
	reason := slack.NewOptionsGroupSelectBlockElement(slack.OptTypeStatic, plain(p.T("reject.reason.placeholder"), 150), actValue)
	for _, lane := range handoff.Lanes() {
		var options []*slack.OptionBlockObject
		for _, r := range rules.Answerable() {
			if r.Lane == lane {
				o := option(r.Key, reasonWords(p, rules.Reasons, r.Key, time.Time{}))
				options = append(options, o)
				if r.Key == chosen {
					reason.InitialOption = o
				}
			}
		}
		if options != nil {
			reason.OptionGroups = append(reason.OptionGroups, slack.NewOptionGroupBlockElement(plain(p.T("reject.lane."+string(lane)), maxOption), options...))
		}
	}
	all := option(campaignKey(""), p.T("reason_answer.all_campaigns"))
	options := []*slack.OptionBlockObject{all}
	for _, name := range campaigns {
		options = append(options, option(campaignKey(name), oneLine(name)))
	}
	campaign := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, actValue, options...)
	campaign.InitialOption = all
	day := slack.NewDatePickerBlockElement(actValue)
	day.InitialDate = now.In(rules.Hours.Zone).Format(time.DateOnly)
	v.Blocks.BlockSet = []slack.Block{
		input(blockReason, p.T("reason_answer.reason"), "", false, reason),
		input(blockCampaign, p.T("reason_answer.campaign"), "", false, campaign),
		input(blockWhat, p.T("reason_answer.what"), p.T("reason_answer.what.hint"), false, textField(true, handoff.MaxWhat, "", p.T("reason_answer.what.placeholder"))),
		input(blockSince, p.T("reason_answer.since"), p.T("reason_answer.since.hint"), false, day),
	}
	return v
}

func (a *App) submitReasonAnswer(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	rules, now := s.Workspace.Rules(), a.Now()
	in := handoff.Answer{Reason: field(s.View, blockReason), What: field(s.View, blockWhat)}
	if day, err := time.ParseInLocation(time.DateOnly, field(s.View, blockSince), rules.Hours.Zone); err == nil {
		in.Since = day
	}
	answer, err := rules.Answer(s.Actor, in, now)
	if err != nil {
		return nil, err
	}
	if answer.Campaign, err = a.campaignOf(ctx, s, now); err != nil {
		return nil, err
	}
	if err := a.Store.AddAnswer(ctx, s.Workspace.ID, s.View.ID, answer); err != nil {
		return nil, err
	}
	view := noticeView(s.P, s.P.T("reason_answer.done"), nil)
	return slack.NewUpdateViewSubmissionResponse(&view), nil
}

// campaignOf returns the campaign that was chosen, empty for all. It fails with FieldErrors when it is none of those seen
// lately.
func (a *App) campaignOf(ctx context.Context, s submission, now time.Time) (string, error) {
	chosen := field(s.View, blockCampaign)
	if chosen == campaignKey("") {
		return "", nil
	}
	campaigns, err := a.Store.Campaigns(ctx, s.Workspace.ID, now.Add(-campaignsLately), maxCampaigns)
	if err != nil {
		return "", err
	}
	for _, name := range campaigns {
		if campaignKey(name) == chosen {
			return name, nil
		}
	}
	return "", handoff.FieldErrors{{Field: blockCampaign, Problem: handoff.Unknown}}
}

// campaignKey stands for a campaign in a select: its name may be longer than the value of an option.
func campaignKey(name string) string {
	if name == "" {
		return "all"
	}
	sum := sha256.Sum256([]byte(name))
	return hex.EncodeToString(sum[:16])
}
