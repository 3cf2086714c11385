package bot

import (
	"context"

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

// passOn is decide for a decision that passes the lead on to a route; to nowhere it is decide.
func (a *App) passOn(ctx context.Context, s submission, to string, rule func(handoff.Lead, int) (handoff.Decision, error)) error {
	if to == "" {
		return a.decide(ctx, s, rule)
	}
	ref, err := parseModalRef(s.View.PrivateMetadata)
	if err != nil {
		return err
	}
	_, _, err = a.Store.Reroute(ctx, s.Workspace.ID, ref.Lead, s.View.ID, to, func(l handoff.Lead) (handoff.Decision, error) {
		return rule(l, ref.Round)
	}, s.Workspace.Rules())
	return err
}
