package bot

import (
	"context"
	"strconv"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// The form of how long leads are kept, by what became of them.

const viewPrivacy = "settings_privacy"

// keptStates are the states of leads whose time can be over, in the order in which they are shown. They are the fields of the form.
var keptStates = []handoff.State{handoff.Open, handoff.Nurturing, handoff.Rejected, handoff.Accepted}

func sayPrivacy(p *text.Printer, ws store.Workspace) (lines [][]span) {
	for _, state := range keptStates {
		if n := ws.Settings.Retention.Months(state); n > 0 {
			lines = append(lines, []span{words(p.N("settings.privacy."+string(state)+".is", n))})
		}
	}
	if lines == nil {
		lines = [][]span{{words(p.T("settings.privacy.off"))}}
	}
	return append(lines, fill(p, "settings.privacy.forget", "Command", styled("/mql forget", &slack.RichTextSectionTextStyle{Code: true})))
}

func (a *App) openPrivacy(ctx context.Context, c click) error {
	return a.show(ctx, c, privacyView(c.P, c.Workspace))
}

func privacyView(p *text.Printer, ws store.Workspace) slack.ModalViewRequest {
	v := modal(p, viewPrivacy, p.T("settings.privacy"), p.T("settings.save"), nil)
	v.Blocks.BlockSet = []slack.Block{richText(paragraph(words(p.T("settings.privacy.what"))))}
	for _, state := range keptStates {
		el := slack.NewNumberInputBlockElement(nil, actValue, false)
		el.MinValue, el.MaxValue = "1", strconv.Itoa(handoff.MaxRetention)
		if n := ws.Settings.Retention.Months(state); n > 0 {
			el.InitialValue = strconv.Itoa(n)
		}
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, input(string(state), p.T("settings.privacy."+string(state)), p.T("settings.privacy."+string(state)+".hint"), true, el))
	}
	return v
}

func (a *App) submitPrivacy(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	months := func(state handoff.State) int {
		typed := field(s.View, string(state))
		n, err := strconv.Atoi(typed)
		if err != nil && typed != "" || typed != "" && n < 1 {
			return -1 // is out of range
		}
		return n
	}
	r, err := handoff.Retention{
		Open: months(handoff.Open), Accepted: months(handoff.Accepted), Rejected: months(handoff.Rejected), Nurturing: months(handoff.Nurturing),
	}.Check()
	if err != nil {
		return nil, err
	}
	return a.changeSettings(ctx, s, func(set *handoff.Settings) error {
		set.Retention = r
		return nil
	})
}
