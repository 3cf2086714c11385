package bot

import (
	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// Where a lead belongs that is behind the wrong door: a part of the reject modal.

const (
	blockRoute = "route"
	nowhere    = "-" // Slack takes no empty value
)

// doors asks where the lead belongs when the reason reroutes and there is another route. The block has an id of its own for
// each reason, so that it is filled in anew.
func doors(p *text.Printer, routes []handoff.Route, l handoff.Lead, reason handoff.Reason) []slack.Block {
	if reason.FollowUp != handoff.Reroute {
		return nil
	}
	where := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, actValue)
	for _, r := range routes {
		if r.ID != l.Route {
			where.Options = append(where.Options, option(r.ID, r.Name))
		}
	}
	if where.Options == nil {
		return nil
	}
	where.Options = append(where.Options, option(nowhere, p.T("reject.nowhere")))
	where.InitialOption = where.Options[len(where.Options)-1]
	for _, o := range where.Options {
		if o.Value == reason.Route {
			where.InitialOption = o
		}
	}
	return []slack.Block{input(blockRoute+":"+reason.Key, p.T("reject.route"), p.T("reject.route.hint"), false, where)}
}

// door is where the lead was said to belong; empty for nowhere.
func door(v slack.View, reason string) string {
	if to := field(v, blockRoute+":"+reason); to != nowhere {
		return to
	}
	return ""
}
