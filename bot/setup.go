package bot

import (
	"cmp"
	"context"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// The form by which whoever installed Relevo says where it works: channels, language, zone. An admin changes them by the same form
// later. In the workspace of the environment's own token, the environment says all of that.

const (
	actSetUp      = "setup.open"
	viewSetUp     = "setup"
	blockWhere    = "leads_channel"
	blockFeedback = "feedback_channel"
	blockLanguage = "language"
	blockZone     = "zone"
)

// maySetUp tells whether somebody may say where Relevo works: admins, and, as long as nobody has, whoever installed it.
func (a *App) maySetUp(ctx context.Context, s scene) error {
	err := s.Workspace.Rules().MayAdminister(s.Actor)
	if err == nil || !s.Workspace.Unready || s.Workspace.Rules().May(s.Actor) != nil {
		return err
	}
	i, wrong := a.Store.InstallationOf(ctx, s.Workspace.ID)
	if wrong != nil {
		return wrong
	}
	if i.By == s.Actor.User {
		return nil
	}
	return err
}

// openSetUp opens the form from the message to the installer, from Home and from the settings.
func (a *App) openSetUp(ctx context.Context, c click) error {
	if err := a.maySetUp(ctx, c.scene); err != nil {
		return err
	}
	if a.own(c.Workspace) {
		return a.show(ctx, c, noticeView(c.P, c.P.T("setup.environment"), nil))
	}
	return a.show(ctx, c, setUpView(c.P, c.Workspace))
}

func setUpView(p *text.Printer, ws store.Workspace) slack.ModalViewRequest {
	v := modal(p, viewSetUp, p.T("setup.title"), p.T("settings.save"), nil)
	channels := func(initial string) *slack.SelectBlockElement {
		el := slack.NewOptionsSelectBlockElement(slack.OptTypeConversations, plain(p.T("setup.channel.placeholder"), 150), actValue)
		el.InitialConversation = initial
		el.Filter = &slack.SelectBlockElementFilter{Include: []string{"public", "private"}}
		return el
	}
	language := slack.NewOptionsSelectBlockElement(slack.OptTypeStatic, nil, actValue)
	for _, code := range text.Languages() {
		o := option(code, p.T("language."+code))
		language.Options = append(language.Options, o)
		if code == ws.Language {
			language.InitialOption = o
		}
	}
	feedback := ws.FeedbackChannel
	if feedback == ws.LeadsChannel {
		feedback = ""
	}
	v.Blocks.BlockSet = []slack.Block{
		richText(paragraph(words(p.T("setup.intro")))),
		input(blockWhere, p.T("setup.leads"), p.T("setup.leads.hint"), false, channels(ws.LeadsChannel)),
		input(blockFeedback, p.T("setup.feedback"), p.T("setup.feedback.hint"), true, channels(feedback)),
		input(blockLanguage, p.T("setup.language"), p.T("setup.language.hint"), false, language),
		input(blockZone, p.T("setup.zone"), p.T("setup.zone.hint"), false, textField(false, 60, ws.Location().String(), "Europe/Madrid")),
	}
	return v
}

// submitSetUp stores what the form says, once the bot can post in the channels, and says what comes next.
func (a *App) submitSetUp(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	if err := a.maySetUp(ctx, s.scene); err != nil {
		return nil, err
	}
	ws, first := s.Workspace, s.Workspace.Unready
	if a.own(ws) {
		view := noticeView(s.P, s.P.T("setup.environment"), nil)
		return slack.NewUpdateViewSubmissionResponse(&view), nil
	}
	ws.LeadsChannel = conversation(s.View, blockWhere)
	ws.FeedbackChannel = cmp.Or(conversation(s.View, blockFeedback), ws.LeadsChannel)
	ws.Language, ws.Zone = field(s.View, blockLanguage), strings.TrimSpace(field(s.View, blockZone))
	if err := a.checkSetUp(ctx, ws); err != nil {
		return nil, err
	}
	if err := a.Store.SetUp(ctx, ws, a.Now()); err != nil {
		return nil, err
	}
	ws.Unready, s.Workspace = false, ws
	if s.View.PreviousViewID != "" {
		ctx, cancel := context.WithTimeout(ctx, a.patience)
		defer cancel()
		if _, err := a.slack(ctx, ws).UpdateViewContext(ctx, a.settingsView(s.scene), "", "", s.View.PreviousViewID); err != nil {
			a.Log.InfoContext(ctx, "settings not shown anew", "error", err)
		}
		return nil, nil
	}
	if !first {
		return nil, nil
	}
	view := setUpDoneView(s.P, ws)
	return slack.NewUpdateViewSubmissionResponse(&view), nil
}

// setUpDoneView says what comes next.
func setUpDoneView(p *text.Printer, ws store.Workspace) slack.ModalViewRequest {
	v := modal(p, "setup_done", p.T("setup.title"), "", nil)
	command := func(s string) span { return styled(s, &slack.RichTextSectionTextStyle{Code: true}) }
	v.Blocks.BlockSet = []slack.Block{
		richText(paragraph(sayChannels(p, ws, "setup.done.one", "setup.done")...),
			bullets(fill(p, "setup.next.team", "Command", command("/mql team")),
				fill(p, "setup.next.settings", "Command", command("/mql settings")),
				fill(p, "setup.next.new", "Command", command("/mql new")))),
	}
	return v
}

// checkSetUp joins the channels, and fails with handoff.FieldErrors for what can't be used.
func (a *App) checkSetUp(ctx context.Context, ws store.Workspace) error {
	ctx, cancel := context.WithTimeout(ctx, a.patience)
	defer cancel()
	var wrong handoff.FieldErrors
	for _, c := range []struct{ block, id string }{{blockWhere, ws.LeadsChannel}, {blockFeedback, ws.FeedbackChannel}} {
		if c.block == blockFeedback && c.id == ws.LeadsChannel {
			continue
		}
		if _, err := a.findChannel(ctx, ws, c.id); err != nil || c.id == "" {
			a.Log.InfoContext(ctx, "a channel is refused", "workspace", ws.ID, "problem", judge(err).code)
			wrong = append(wrong, handoff.FieldError{Field: c.block, Problem: handoff.NotThere})
		}
	}
	if ws.Language == "" {
		wrong = append(wrong, handoff.FieldError{Field: blockLanguage, Problem: handoff.Missing})
	}
	if _, err := time.LoadLocation(ws.Zone); err != nil || ws.Zone == "" || ws.Zone == "Local" {
		wrong = append(wrong, handoff.FieldError{Field: blockZone, Problem: handoff.NoSuch, Typed: ws.Zone})
	}
	if len(wrong) > 0 {
		return wrong
	}
	return nil
}

func conversation(v slack.View, block string) string {
	if v.State == nil {
		return ""
	}
	return v.State.Values[block][actValue].SelectedConversation
}

// sayPlace says where Relevo works in a workspace.
func sayPlace(p *text.Printer, ws store.Workspace) [][]span {
	if ws.Unready {
		return [][]span{{words(p.T("setup.waits"))}}
	}
	return [][]span{
		sayChannels(p, ws, "settings.place.channel", "settings.place.channels"),
		fill(p, "settings.language.is", "Language", p.T("language."+ws.Language), "Zone", ws.Location().String()),
	}
}

// sayChannels names both channels, or the one that they are.
func sayChannels(p *text.Printer, ws store.Workspace, one, two string) []span {
	if ws.FeedbackChannel == ws.LeadsChannel {
		return fill(p, one, "Leads", channel(ws.LeadsChannel))
	}
	return fill(p, two, "Leads", channel(ws.LeadsChannel), "Feedback", channel(ws.FeedbackChannel))
}
