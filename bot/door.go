package bot

import (
	"context"
	"errors"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// The token by which a workspace's leads come in: made by an admin, shown once, and replaced by the next. In the workspace of the
// environment's own token, the environment says it.

const viewDoor = "settings_door"

var errTokenMade = errors.New("this token was made already")

func sayDoor(p *text.Printer, _ store.Workspace) [][]span {
	return [][]span{{words(p.T("settings.door.is"))}}
}

// openDoor asks whether there shall be a new token.
func (a *App) openDoor(ctx context.Context, c click) error {
	has, err := a.Store.HasIntakeToken(ctx, c.Workspace.ID)
	if err != nil {
		return err
	}
	return a.show(ctx, c, doorView(c.P, has))
}

func doorView(p *text.Printer, has bool) slack.ModalViewRequest {
	v := modal(p, viewDoor, p.T("settings.door"), p.T("settings.door.make"), nil)
	key := "settings.door.first"
	if has {
		key = "settings.door.again"
	}
	v.Blocks.BlockSet = []slack.Block{richText(paragraph(words(p.T(key))))}
	return v
}

// submitDoor makes the token and shows it. The form's id makes one token only: the same submission, delivered again, can't take
// back what was shown.
func (a *App) submitDoor(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	if err := s.Workspace.Rules().MayAdminister(s.Actor); err != nil {
		return nil, err
	}
	if a.own(s.Workspace) {
		return nil, handoff.ErrNotFound
	}
	token, err := a.Store.NewIntakeToken(ctx, s.Workspace.ID, s.View.ID, s.Actor.User, a.Now())
	if made, err := found(err); err != nil {
		return nil, err
	} else if !made {
		return nil, errTokenMade
	}
	view := tokenView(s.P, token, a.OAuth.PublicURL)
	return slack.NewUpdateViewSubmissionResponse(&view), nil
}

// tokenView shows a token, this once.
func tokenView(p *text.Printer, token, address string) slack.ModalViewRequest {
	v := modal(p, "settings_token", p.T("settings.door"), "", nil)
	pre := func(s string) slack.RichTextElement {
		return &slack.RichTextPreformatted{Type: slack.RTEPreformatted, Elements: []slack.RichTextSectionElement{words(s)}}
	}
	v.Blocks.BlockSet = []slack.Block{
		richText(paragraph(words(p.T("settings.door.token"))), pre(token)),
		richText(paragraph(words(p.T("settings.door.use"))), pre("POST "+address+"/hooks/json\nAuthorization: Bearer …")),
		note(p.T("settings.door.once")),
	}
	return v
}
