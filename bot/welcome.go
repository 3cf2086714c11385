package bot

import (
	"context"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"

	"relevo/internal/text"
	"relevo/store"
)

// What a workspace hears of its being installed, and what we hear of it.

// renderWelcome tells whoever installed Relevo what comes next, in their own language.
func (a *App) renderWelcome(ctx context.Context, ws store.Workspace, m store.Message) (rendered, error) {
	reader, err := a.people.look(ctx, ws, m.Target)
	if err != nil {
		return rendered{}, err
	}
	p := a.printer(ws)
	if reader.Locale != "" {
		p = a.Texts.In(reader.Locale)
	}
	blocks, said := welcome(p, ws)
	return rendered{blocks: blocks, text: said}, nil
}

func welcome(p *text.Printer, ws store.Workspace) ([]slack.Block, string) {
	line, label := p.T("welcome.unready"), p.T("welcome.set_up")
	if !ws.Unready {
		line, label = p.T("welcome.again"), p.T("welcome.look")
	}
	return []slack.Block{
		header(p.T("welcome.title", "Name", ws.Name)),
		richText(paragraph(words(line))),
		slack.NewActionBlock("", button(actSetUp, "", label, slack.StylePrimary)),
		note(p.T("welcome.hint")),
	}, fallback(line)
}

// unreadyBlocks say on Home that the workspace waits to be set up, with the button for who may do it.
func unreadyBlocks(s scene, may bool) []slack.Block {
	if !may {
		return []slack.Block{richText(paragraph(words(s.P.T("setup.waits.others"))))}
	}
	return []slack.Block{
		richText(paragraph(words(s.P.T("setup.waits")))),
		slack.NewActionBlock("", button(actSetUp, "", s.P.T("welcome.set_up"), slack.StylePrimary)),
	}
}

// installEvent takes note of an event about the installation itself, and tells whether it was one.
func (a *App) installEvent(ctx context.Context, e slackevents.EventsAPIEvent) (bool, error) {
	t, organisation, at := teamOfEvent(e), "", a.Now()
	if cb, ok := e.Data.(*slackevents.EventsAPICallbackEvent); ok {
		organisation = cb.EnterpriseID
		if cb.EventTime > 0 { // it may come again, after the app was installed anew
			at = time.Unix(int64(cb.EventTime), 0)
		}
	}
	switch in := e.InnerEvent.Data.(type) {
	case *slackevents.AppUninstalledEvent:
		return true, a.uninstalled(ctx, t, organisation, at)
	case *slackevents.TokensRevokedEvent:
		if len(in.Tokens.Bot) == 0 {
			return true, nil
		}
		return true, a.uninstalled(ctx, t, organisation, at)
	case *slackevents.TeamAccessRevokedEvent:
		for _, id := range in.TeamIDs {
			if err := a.uninstalled(ctx, team{id: id}, organisation, at); err != nil {
				return true, err
			}
		}
		return true, nil
	case *slackevents.TeamAccessGrantedEvent:
		for _, id := range in.TeamIDs {
			if err := a.Store.Reopen(ctx, id); err != nil {
				return true, err
			}
			if _, err := a.workspace(ctx, team{id, organisation}); err != nil {
				return true, err
			}
		}
		return true, nil
	}
	return false, nil
}

// uninstalled stops everything in a team, or in all of an organisation. The environment's own token is whoever set it to see to.
func (a *App) uninstalled(ctx context.Context, t team, organisation string, at time.Time) error {
	if t.id == "" || isOrganisation(t.id) {
		a.Log.InfoContext(ctx, "uninstalled from an organisation")
		return a.Store.Revoke(ctx, organisation, "", at)
	}
	ws, err := a.Store.WorkspaceByTeam(ctx, t.id)
	if ours, err := found(err); !ours || a.own(ws) {
		return err
	}
	a.Log.InfoContext(ctx, "uninstalled", "workspace", ws.ID)
	return a.Store.Revoke(ctx, organisation, t.id, at)
}
