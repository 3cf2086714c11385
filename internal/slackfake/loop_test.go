package slackfake

import (
	"testing"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"github.com/slack-go/slack/socketmode"
)

func cardBlocks() []slack.Block {
	return []slack.Block{
		slack.NewSectionBlock(slack.NewTextBlockObject("mrkdwn", "*Ana García* for <@"+Ana+">", false, false), nil, nil),
		slack.NewActionBlock("decide", slack.NewButtonBlockElement("accept", "1", slack.NewTextBlockObject("plain_text", "Accept as SQL", true, false)),
			slack.NewOverflowBlockElement("more", slack.NewOptionBlockObject("history", slack.NewTextBlockObject("plain_text", "History", false, false), nil))),
	}
}

func rejectModal() slack.ModalViewRequest {
	note := slack.NewPlainTextInputBlockElement(nil, "note")
	input := slack.NewInputBlock("why", slack.NewTextBlockObject("plain_text", "Why", false, false), nil, note)
	return slack.ModalViewRequest{
		Type: slack.VTModal, CallbackID: "reject", PrivateMetadata: "lead-1", Title: slack.NewTextBlockObject("plain_text", "Reject", false, false),
		Submit: slack.NewTextBlockObject("plain_text", "Reject", false, false), Blocks: slack.Blocks{BlockSet: []slack.Block{input}},
	}
}

// TestLoopOverSocketMode is a bot's whole loop: command, card, click, modal with an error and then right, update, Home.
func TestLoopOverSocketMode(t *testing.T) {
	s, api := start(t, Options{})
	fail := func(err error) {
		t.Helper()
		if err != nil {
			t.Error(err)
		}
	}
	connect(t, s, func(e socketmode.Event) any {
		switch data := e.Data.(type) {
		case slack.SlashCommand:
			_, _, err := api.PostMessage(data.ChannelID, slack.MsgOptionText("A lead", false), slack.MsgOptionBlocks(cardBlocks()...))
			fail(err)
			return map[string]any{"response_type": "ephemeral", "text": "posted"}
		case slack.InteractionCallback:
			switch data.Type {
			case slack.InteractionTypeBlockActions:
				if got := data.ActionCallback.BlockActions[0].Value; got != "1" {
					t.Errorf("value = %q, want 1", got)
				}
				_, err := api.OpenView(data.TriggerID, rejectModal())
				fail(err)
			case slack.InteractionTypeViewSubmission:
				if data.View.State.Values["why"]["note"].Value == "no" {
					return slack.NewErrorsViewSubmissionResponse(map[string]string{"why": "say more"})
				}
				m := s.Messages("#mql-leads")[0]
				_, _, _, err := api.UpdateMessage(m.Channel, m.TS, slack.MsgOptionText("rejected", false))
				fail(err)
			}
		case slackevents.EventsAPIEvent:
			if home, ok := data.InnerEvent.Data.(*slackevents.AppHomeOpenedEvent); ok {
				_, err := api.PublishView(home.User, slack.HomeTabViewRequest{
					Type: slack.VTHomeTab, Blocks: slack.Blocks{BlockSet: []slack.Block{slack.NewDividerBlock()}},
				}, "")
				fail(err)
			}
		}
		return nil
	})
	ctx := t.Context()
	answer, err := s.Command(ctx, Ana, "#mql-leads", "/lead new")
	if err != nil || answer.Text != "posted" || answer.Public {
		t.Fatalf("command = %+v, %v", answer, err)
	}
	card := s.Messages("#mql-leads")[0]
	fail(s.Click(ctx, Luke, InMessage("#mql-leads", card.TS), "accept", ""))
	modal := s.Modal(Luke)
	if modal == nil || modal.Title != "Reject" || modal.PrivateMetadata != "lead-1" {
		t.Fatalf("modal = %+v", modal)
	}
	got, err := s.Submit(ctx, Luke, modal.ID, nil)
	if err != nil || got.Errors["why"] == "" {
		t.Errorf("empty: %+v, %v", got, err)
	}
	got, err = s.Submit(ctx, Luke, modal.ID, map[string]string{"note": "no"})
	if err != nil || got.Errors["why"] != "say more" || got.Closed {
		t.Errorf("wrong: %+v, %v", got, err)
	}
	got, err = s.Submit(ctx, Luke, modal.ID, map[string]string{"note": "not a buyer"})
	if err != nil || !got.Closed || s.Modal(Luke) != nil {
		t.Errorf("right: %+v, %v", got, err)
	}
	if m := s.Messages("#mql-leads")[0]; m.Text != "rejected" || len(m.Blocks) != 0 || m.Edited == nil {
		t.Errorf("message = %+v", m)
	}
	fail(s.OpenHome(ctx, Grace))
	if s.Home(Grace) == nil {
		t.Error("no home")
	}
	noProblems(t, s)
}
