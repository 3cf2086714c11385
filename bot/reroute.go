package bot

import (
	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// Where a lead belongs that is behind the wrong door, or several leads: a part of the modals that reject.

const (
	blockRoute = "route"
	nowhere    = "-" // Slack takes no empty value
)

// doors asks where it belongs when the reason reroutes and there is a route other than the one it is at, in the words of a
// modal. The block has an id of its own for each reason, so that it is filled in anew.
func doors(p *text.Printer, modal string, routes []handoff.Route, at string, reason handoff.Reason) []slack.Block {
	if reason.FollowUp != handoff.Reroute {
		return nil
	}
	where := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, actValue)
	for _, r := range routes {
		if r.ID != at {
			where.Options = append(where.Options, option(r.ID, r.Name))
		}
	}
	if where.Options == nil {
		return nil
	}
	where.Options = append(where.Options, option(nowhere, p.T(modal+".nowhere")))
	where.InitialOption = where.Options[len(where.Options)-1]
	for _, o := range where.Options {
		if o.Value == reason.Route {
			where.InitialOption = o
		}
	}
	return []slack.Block{input(blockRoute+":"+reason.Key, p.T(modal+".route"), p.T(modal+".route.hint"), false, where)}
}

// door is where the lead was said to belong; empty for nowhere.
func door(v slack.View, reason string) string {
	if to := field(v, blockRoute+":"+reason); to != nowhere {
		return to
	}
	return ""
}
