package bot

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// Who the perfect customer is: shown in words, and edited as a draft that becomes a proposal. The draft is kept with each
// step, so nothing is lost when the form is closed.

const (
	viewProfile    = "profile"
	actEditProfile = "profile.edit"
	actMark        = "profile.characteristic"
	actAddMark     = "profile.add"
	actStartOver   = "profile.start_over"
)

// profileText writes a profile, a characteristic a line.
func profileText(p *text.Printer, profile handoff.Profile) string {
	var lines []string
	for _, c := range profile.Characteristics {
		lines = append(lines, "• "+characteristicText(p, c))
	}
	return strings.Join(lines, "\n")
}

// characteristicName is what people call it.
func characteristicName(p *text.Printer, c handoff.Characteristic) string {
	switch {
	case c.Name != "":
		return c.Name
	case c.Attribute == handoff.AttributeExtra:
		return c.Label
	default:
		return p.T("profile.attribute." + string(c.Attribute))
	}
}

// characteristicText is a characteristic in words: "Industry: Logistics, Retail · decisive".
func characteristicText(p *text.Printer, c handoff.Characteristic) string {
	return joined(" · ", characteristicName(p, c)+": "+characteristicSays(p, c), p.T("profile.weight."+strconv.Itoa(c.Weight)))
}

// characteristicSays is what it asks of a lead; empty for an attribute without values.
func characteristicSays(p *text.Printer, c handoff.Characteristic) string {
	said := strings.Join(c.Values, ", ")
	switch c.Attribute {
	case handoff.AttributeSize:
		switch {
		case c.Max == 0 && c.Min == 0:
		case c.Max == 0:
			said = p.T("profile.size.from", "Min", p.Int(c.Min))
		case c.Min == 0:
			said = p.T("profile.size.to", "Max", p.Int(c.Max))
		default:
			said = p.T("profile.size.between", "Min", p.Int(c.Min), "Max", p.Int(c.Max))
		}
	case handoff.AttributeCountry:
		names := make([]string, len(c.Values))
		for i, code := range c.Values {
			names[i] = p.Country(code)
		}
		said = strings.Join(names, ", ")
	case handoff.AttributeWebsite, handoff.AttributeMailbox:
		said = p.T("profile.shows." + string(c.Attribute))
	}
	return said
}

// fitWords is how well a lead fits, for its card: "Fit 4 of 5: industry ✓  size ✓  role ✗". Nothing where there was no
// profile; without the single marks where another profile is in force than the lead was judged by.
func fitWords(p *text.Printer, l handoff.Lead, profile handoff.Profile, version int) string {
	if l.FitMarks == "" {
		return ""
	}
	said := p.T("card.fit", "Count", p.Int(strings.Count(l.FitMarks, string(handoff.Shows))), "Of", p.Int(len(l.FitMarks)))
	if l.ProfileVersion != version || len(profile.Characteristics) != len(l.FitMarks) {
		return said
	}
	var marks []string
	for i, c := range profile.Characteristics {
		sign := map[handoff.Mark]string{handoff.Shows: "✓", handoff.Lacks: "✗", handoff.NotSaid: "?"}[handoff.Mark(l.FitMarks[i])]
		marks = append(marks, strings.ToLower(cut(characteristicName(p, c), 30))+" "+sign)
	}
	return said + ": " + strings.Join(marks, "  ")
}

// ShowProfile shows the profile in force, since when it is, what is proposed, and how to propose.
func (a *App) ShowProfile(ctx context.Context, c Call) (Answer, error) {
	g, err := a.version(ctx, c.Workspace, handoff.AgreementProfile, c.Workspace.ProfileVersion)
	if err != nil {
		return Answer{}, err
	}
	var lines []slack.RichTextElement
	said := c.P.T("profile.none")
	if g.Version == 0 {
		lines = append(lines, paragraph(bold(c.P.T("profile.title"))), paragraph(words(said)))
	} else {
		var rows [][]span
		for _, mark := range g.Profile.Characteristics {
			rows = append(rows, []span{words(characteristicText(c.P, mark))})
		}
		lines = append(lines, paragraph(bold(c.P.T("profile.title"))), bullets(rows...), paragraph(a.inForceLine(c, g)...))
		said = profileText(c.P, g.Profile)
	}
	buttons := []slack.BlockElement{button(actEditProfile, "edit", c.P.T("profile.propose"), "")}
	running, start, err := a.exerciseLine(ctx, c)
	if err != nil {
		return Answer{}, err
	}
	if running != nil {
		lines = append(lines, paragraph(running...))
	}
	return a.agreementAnswer(ctx, c, handoff.AgreementProfile, lines, escape(said), append(buttons, start...)...)
}

// draft returns what somebody has in hand: their draft, else what is in force.
func (a *App) draft(ctx context.Context, s scene) (handoff.Profile, int, error) {
	draft, base, err := a.Store.Draft(ctx, s.Workspace.ID, s.Actor.User)
	if errors.Is(err, handoff.ErrNotFound) {
		return s.Workspace.Profile.Profile, s.Workspace.ProfileVersion, nil
	}
	return draft, base, err
}

func (a *App) openProfile(ctx context.Context, c click) error {
	if err := c.Workspace.Rules().MayHandOver(c.Actor); err != nil {
		return err
	}
	draft, base, err := a.draft(ctx, c.scene)
	if err != nil {
		return err
	}
	return a.open(ctx, c.scene, profileView(c.P, draft, base != c.Workspace.ProfileVersion))
}

// profileView is the draft, with what can be done with each characteristic.
func profileView(p *text.Printer, draft handoff.Profile, overtaken bool) slack.ModalViewRequest {
	v := modal(p, viewProfile, p.T("profile.edit.title"), p.T("proposal.submit"), nil)
	intro := []slack.RichTextElement{paragraph(words(p.T("proposal.intro")))}
	if overtaken {
		intro = append(intro, paragraph(bold(p.T("profile.overtaken"))))
	}
	v.Blocks.BlockSet = []slack.Block{richText(intro...)}
	for i, c := range draft.Characteristics {
		var can []*slack.OptionBlockObject
		for _, do := range []string{"edit", "up", "down", "remove"} {
			if do == "up" && i == 0 || do == "down" && i == len(draft.Characteristics)-1 {
				continue
			}
			can = append(can, option(do+":"+c.ID, p.T("profile."+do)))
		}
		section := slack.NewSectionBlock(plain(characteristicText(p, c), maxSection), nil, slack.NewAccessory(slack.NewOverflowBlockElement(actMark, can...)))
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, section)
	}
	buttons := []slack.BlockElement{}
	if len(draft.Characteristics) < handoff.MaxCharacteristics {
		buttons = append(buttons, button(actAddMark, "add", p.T("profile.add"), ""))
	}
	buttons = append(buttons, button(actStartOver, "start_over", p.T("profile.start_over"), ""))
	v.Blocks.BlockSet = append(v.Blocks.BlockSet, slack.NewActionBlock("", buttons...),
		input(blockWhy, p.T("proposal.why"), p.T("proposal.why.hint"), false, textField(true, handoff.MaxNote, "", "")))
	return v
}

// changeProfile does what was chosen for a characteristic of the draft.
func (a *App) changeProfile(ctx context.Context, c click) error {
	if c.View == nil {
		return nil
	}
	draft, base, err := a.draft(ctx, c.scene)
	if err != nil {
		return err
	}
	do, id, _ := strings.Cut(c.Action.SelectedOption.Value, ":")
	if c.Action.ActionID == actAddMark {
		return a.show(ctx, c, characteristicView(c.P, handoff.Characteristic{Attribute: handoff.AttributeIndustry, Weight: 2}))
	}
	if c.Action.ActionID == actStartOver {
		if err := a.Store.DropDraft(ctx, c.Workspace.ID, c.Actor.User); err != nil {
			return err
		}
		return a.showDraft(ctx, c.scene, c.View.ID, c.View.Hash)
	}
	i := draft.Index(id)
	if i < 0 {
		return a.showDraft(ctx, c.scene, c.View.ID, c.View.Hash) // removed in another window
	}
	if do == "edit" {
		return a.show(ctx, c, characteristicView(c.P, draft.Characteristics[i]))
	}
	if err := a.Store.SaveDraft(ctx, c.Workspace.ID, c.Actor.User, base, draft.Moved(i, do)); err != nil {
		return err
	}
	return a.showDraft(ctx, c.scene, c.View.ID, c.View.Hash)
}

// showDraft brings an open form up to date.
func (a *App) showDraft(ctx context.Context, s scene, viewID, hash string) error {
	draft, base, err := a.draft(ctx, s)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, a.patience)
	defer cancel()
	if _, err := a.slack(ctx, s.Workspace).UpdateViewContext(ctx, profileView(s.P, draft, base != s.Workspace.ProfileVersion), "", hash, viewID); err != nil {
		// It was closed, or changed meanwhile; the draft is kept, and shown when it is opened again.
		a.Log.InfoContext(ctx, "profile form not updated", "error", err)
	}
	return nil
}

func (a *App) submitProfile(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	if err := s.Workspace.Rules().MayHandOver(s.Actor); err != nil {
		return nil, err
	}
	draft, base, err := a.draft(ctx, s.scene)
	if err != nil {
		return nil, err
	}
	if base != s.Workspace.ProfileVersion {
		return nil, handoff.ErrOvertaken
	}
	g, err := handoff.Agreement{
		Kind: handoff.AgreementProfile, Base: base, By: s.Actor.User, At: a.Now(), Why: field(s.View, blockWhy), Profile: draft,
	}.Propose(handoff.Agreement{Profile: s.Workspace.Profile.Profile})
	if err != nil {
		return nil, err
	}
	if _, err := a.Store.Propose(ctx, s.Workspace.ID, g, s.View.ID); err != nil {
		return nil, err
	}
	if err := a.Store.DropDraft(ctx, s.Workspace.ID, s.Actor.User); err != nil {
		return nil, fmt.Errorf("bot: propose: %w", err)
	}
	return a.proposed(s)
}
