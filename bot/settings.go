package bot

import (
	"context"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// What the workspace has agreed on, in one modal: a section for each subject, with what is in force in words, and a
// button that lays the form over it in which an admin changes it. Each form has a file of its own.

const actEditSettings = "settings.edit"

// section is one subject of the settings. Its title stands in the catalogue under "settings.<key>".
type section struct {
	key  string
	says func(*text.Printer, store.Workspace) [][]span // what is in force, line by line
	open func(*App, context.Context, click) error      // opens the form over the settings; nil for what is not changed in Slack
}

// sections lists the subjects in the order in which they are shown. What the environment says of its own workspace is not changed
// in Slack.
func (a *App) sections(ws store.Workspace) []section {
	all := []section{
		{"hours", sayHours, (*App).openHours},
		{"holidays", sayHolidays, (*App).openHolidays},
		{"due", sayDue, (*App).openDue},
		{"routes", sayRoutes, (*App).showRouting},
		{"learning", sayLearning, (*App).openLearning},
		{"privacy", sayPrivacy, (*App).openPrivacy},
	}
	if a.own(ws) || a.Slack == nil && !a.OAuth.On() {
		return append(all, section{"language", sayLanguage, nil})
	}
	return append(all, section{"place", sayPlace, (*App).openSetUp}, section{"door", sayDoor, (*App).openDoor})
}

// OpenSettings shows the settings. Anybody of the workspace sees them.
func (a *App) OpenSettings(ctx context.Context, c Call) error {
	return a.open(ctx, c.scene, a.settingsView(c.scene))
}

func (a *App) settingsView(s scene) slack.ModalViewRequest {
	v := modal(s.P, "settings", s.P.T("settings.title"), "", nil)
	edits := s.Workspace.Rules().MayAdminister(s.Actor) == nil
	for i, sec := range a.sections(s.Workspace) {
		if i > 0 {
			v.Blocks.BlockSet = append(v.Blocks.BlockSet, slack.NewDividerBlock())
		}
		lines := []slack.RichTextElement{paragraph(bold(s.P.T("settings." + sec.key)))}
		for _, spans := range sec.says(s.P, s.Workspace) {
			lines = append(lines, paragraph(spans...))
		}
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, richText(lines...))
		if edits && sec.open != nil {
			v.Blocks.BlockSet = append(v.Blocks.BlockSet, slack.NewActionBlock("", button(actEditSettings, sec.key, s.P.T("settings.edit"), "")))
		}
	}
	if !edits {
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, slack.NewDividerBlock(), note(s.P.T("settings.read_only")))
	}
	return v
}

// editSettings opens the form of a section.
func (a *App) editSettings(ctx context.Context, c click) error {
	if err := c.Workspace.Rules().MayAdminister(c.Actor); err != nil {
		return err
	}
	for _, sec := range a.sections(c.Workspace) {
		if sec.key == c.Action.Value && sec.open != nil {
			return sec.open(a, ctx, c)
		}
	}
	return nil // of another version
}

// changeSettings changes what a form is about, and shows what is in force then in the settings that lie under it.
func (a *App) changeSettings(ctx context.Context, s submission, change func(*handoff.Settings) error) (*slack.ViewSubmissionResponse, error) {
	if err := s.Workspace.Rules().MayAdminister(s.Actor); err != nil {
		return nil, err
	}
	ws, err := a.Store.ChangeSettings(ctx, s.Workspace.ID, s.Actor.User, a.Now(), change)
	if err != nil {
		return nil, err
	}
	s.Workspace = ws
	if s.View.PreviousViewID != "" {
		ctx, cancel := context.WithTimeout(ctx, a.patience)
		defer cancel()
		if _, err := a.slack(ctx, s.Workspace).UpdateViewContext(ctx, a.settingsView(s.scene), "", "", s.View.PreviousViewID); err != nil {
			a.Log.InfoContext(ctx, "settings not shown anew", "error", err) // they were closed, or are when they are opened next
		}
	}
	return nil, nil
}

// sayLanguage says what is set where Relevo is started.
func sayLanguage(p *text.Printer, ws store.Workspace) [][]span {
	code := func(s string) span { return styled(s, &slack.RichTextSectionTextStyle{Code: true}) }
	return [][]span{
		fill(p, "settings.language.is", "Language", p.T("language."+ws.Language), "Zone", ws.Location().String()),
		fill(p, "settings.language.where", "Language", code("RELEVO_LANGUAGE"), "Zone", code("RELEVO_TIMEZONE")),
	}
}
