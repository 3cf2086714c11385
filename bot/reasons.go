package bot

import (
	"context"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// The list of reasons: anybody reads it, managers and admins edit it. See reasons_edit.go for the form of one reason.

const (
	actReasons      = "reasons.open"
	actEditReason   = "reasons.edit"
	actAddReason    = "reasons.add"
	actReasonLane   = "reasons.lane"
	actRetireReason = "reasons.retire"
	actBringBack    = "reasons.bring_back"
	actReasonUp     = "reasons.up"
	actReasonDown   = "reasons.down"
)

// ShowReasons answers with the list of reasons, and for whoever may edit it with a button that does.
func (a *App) ShowReasons(c Call) Answer {
	blocks := reasonsBlocks(c.P, c.Workspace.Settings.Settings)
	if c.Workspace.Rules().MayEditReasons(c.Actor) == nil {
		blocks = append(blocks, slack.NewActionBlock("", button(actReasons, "", c.P.T("reasons.open"), "")))
	}
	return Answer{Text: c.P.T("reasons.heading"), Blocks: blocks}
}

// reasonsBlocks are the reasons by lane, in words, those that are retired at the end.
func reasonsBlocks(p *text.Printer, s handoff.Settings) []slack.Block {
	reasons := s.ReasonList()
	blocks := []slack.Block{richText(paragraph(bold(p.T("reasons.heading"))), paragraph(words(p.T("reasons.for"))))}
	list := func(heading []span, some func(handoff.Reason) bool, of func(handoff.Reason) string) {
		var rows [][]span
		for _, r := range reasons {
			if some(r) {
				row := []span{words(reasonWords(p, reasons, r.Key, time.Time{}))}
				if more := of(r); more != "" {
					row = append(row, italic("  "+more))
				}
				rows = append(rows, row)
			}
		}
		if len(rows) > 0 {
			blocks = append(blocks, richText(paragraph(heading...), bullets(rows...)))
		}
	}
	for _, lane := range handoff.Lanes() {
		list([]span{bold(p.T("lane." + string(lane))), words("  " + p.T("reject.lane."+string(lane)))},
			func(r handoff.Reason) bool { return r.Lane == lane && !r.Retired },
			func(r handoff.Reason) string { return reasonDoes(p, s.Routes, r) })
	}
	list([]span{bold(p.T("reasons.retired")), words("  " + p.T("reasons.retired.hint"))},
		func(r handoff.Reason) bool { return r.Retired },
		func(r handoff.Reason) string { return p.T("lane." + string(r.Lane)) })
	return blocks
}

// reasonDoes says what a reason does next, unless it just closes the lead, and what it asks for.
func reasonDoes(p *text.Printer, routes []handoff.Route, r handoff.Reason) string {
	does, note := "", ""
	switch route := routeName(routes, r.Route); {
	case r.FollowUp == handoff.Recycle:
		does = p.N("reasons.does.recycle", r.Days)
	case r.FollowUp == handoff.Reroute && route != "":
		does = p.T("reasons.does.reroute_to", "Route", route)
	case r.FollowUp == handoff.Reroute:
		does = p.T("reasons.does.reroute")
	}
	if r.NeedsNote {
		note = p.T("reasons.needs_note")
	}
	return joined(", ", does, note)
}

// routeName is what a route is called; empty when there is none of that id.
func routeName(routes []handoff.Route, id string) string {
	for _, r := range routes {
		if r.ID == id {
			return r.Name
		}
	}
	return ""
}

// openReasons shows the list to whoever may edit it.
func (a *App) openReasons(ctx context.Context, c click) error {
	if err := c.Workspace.Rules().MayEditReasons(c.Actor); err != nil {
		return err
	}
	v := reasonsView(c.P, c.Workspace.Settings.Settings)
	if c.View != nil && c.View.Type == slack.VTModal {
		a.replaceView(ctx, c, v)
		return nil
	}
	return a.open(ctx, c.scene, v)
}

// reasonsView is the list as its editors see it: with a menu of what to change, and a button to add one.
func reasonsView(p *text.Printer, s handoff.Settings) slack.ModalViewRequest {
	v := modal(p, "reasons", p.T("reasons.title"), "", nil)
	which := slack.NewOptionsGroupSelectBlockElement(slack.OptTypeStatic, plain(p.T("reasons.choose"), 150), actEditReason)
	reasons := s.ReasonList()
	group := func(label string, some func(handoff.Reason) bool) {
		var options []*slack.OptionBlockObject
		for _, r := range reasons {
			if some(r) {
				options = append(options, option(r.Key, reasonWords(p, reasons, r.Key, time.Time{})))
			}
		}
		if options != nil {
			which.OptionGroups = append(which.OptionGroups, slack.NewOptionGroupBlockElement(plain(label, maxOption), options...))
		}
	}
	for _, lane := range handoff.Lanes() {
		group(p.T("lane."+string(lane)), func(r handoff.Reason) bool { return r.Lane == lane && !r.Retired })
	}
	group(p.T("reasons.retired"), func(r handoff.Reason) bool { return r.Retired })
	actions := slack.NewActionBlock("", which, button(actAddReason, "", p.T("reasons.add"), ""))
	v.Blocks.BlockSet = append([]slack.Block{actions}, reasonsBlocks(p, s)...)
	return v
}
