package bot

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// A proposal stands in the channel that both sides share, as one message with the buttons to sign and to withdraw it, and shows
// what became of it.

const (
	actSign     = "proposal.sign"
	actWithdraw = "proposal.withdraw"
)

// Proposal is everything that the message of a proposal shows.
type Proposal struct {
	handoff.Agreement
	Before handoff.Agreement // in force when it was proposed; its texts are the catalogue's when it is version 0
	Zone   *time.Location
}

func (a *App) renderProposal(ctx context.Context, ws store.Workspace, m store.Message) (rendered, error) {
	g, err := a.Store.Agreement(ctx, ws.ID, m.Ref)
	if err != nil {
		return rendered{}, err
	}
	before, err := a.version(ctx, ws, g.Kind, g.Base)
	if err != nil {
		return rendered{}, err
	}
	blocks, said := Proposal{g, before, ws.Location()}.Render(a.printer(ws))
	return rendered{blocks: blocks, text: said}, nil
}

// version returns what was or is in force; version 0 is what every workspace begins with.
func (a *App) version(ctx context.Context, ws store.Workspace, kind handoff.AgreementKind, n int) (handoff.Agreement, error) {
	if n == 0 {
		return handoff.Agreement{Kind: kind}, nil
	}
	return a.Store.AgreementVersion(ctx, ws.ID, kind, n)
}

// Render returns the proposal's blocks, and the text that says the same.
func (g Proposal) Render(p *text.Printer) ([]slack.Block, string) {
	title := p.T("proposal.title."+string(g.Kind), "Version", g.Base+1)
	why := fill(p, "proposal.by", "By", person(p, g.By), "Why", cut(g.Why, 600))
	lines := []slack.RichTextElement{paragraph(bold(title)), paragraph(why...)}
	switch {
	case !g.InForce.IsZero():
		lines[0] = paragraph(bold(p.T("proposal.in_force."+string(g.Kind), "Version", g.Version)))
	case g.WithdrawnBy != "":
		lines = append(lines, paragraph(fill(p, "proposal.withdrawn", "By", person(p, g.WithdrawnBy), "At", day(p, g.WithdrawnAt.In(g.Zone)))...))
	case !g.WithdrawnAt.IsZero():
		lines = append(lines, paragraph(words(p.T("proposal.overtaken"))))
	}
	said := escape(title) + "\n" + spoken(p, why...)
	var blocks []slack.Block
	if g.Open() || !g.InForce.IsZero() {
		for _, change := range g.changes(p) {
			lines = append(lines, paragraph(bold(change.name)), quote(cut(change.text, maxShownDefinition)))
			said += "\n" + escape(change.name+": "+change.text)
		}
		lines = append(lines, paragraph(g.signatures(p)...))
	}
	blocks = append(blocks, richText(lines...))
	if g.Open() {
		blocks = append(blocks, proposalButtons(p, g.Agreement))
	}
	return blocks, fallback(said)
}

func proposalButtons(p *text.Printer, g handoff.Agreement) slack.Block {
	value := strconv.FormatInt(g.ID, 10)
	return slack.NewActionBlock("",
		button(actSign, value, p.T("proposal.sign"), slack.StylePrimary),
		button(actWithdraw, value, p.T("proposal.withdraw"), ""),
	)
}

// maxShownDefinition is how much of a text a proposal's message shows.
const maxShownDefinition = 1200

type shownChange struct{ name, text string }

// changes are what the proposal would make different.
func (g Proposal) changes(p *text.Printer) []shownChange {
	var all []shownChange
	if g.Kind == handoff.AgreementProfile {
		return append(all, shownChange{p.T("profile.title"), profileText(p, g.Profile)})
	}
	now, before := definitionTexts(p, g.Definitions), definitionTexts(p, g.Before.Definitions)
	if now.MQL != before.MQL {
		all = append(all, shownChange{"MQL", now.MQL})
	}
	if now.SQL != before.SQL {
		all = append(all, shownChange{"SQL", now.SQL})
	}
	return all
}

// signatures says who signed, and whose signature is missing.
func (g Proposal) signatures(p *text.Printer) []span {
	var spans []span
	for _, side := range []handoff.Side{handoff.SideSales, handoff.SideMarketing} {
		if spans != nil {
			spans = append(spans, words("  ·  "))
		}
		if by := g.Signed(side); by != "" {
			spans = append(spans, fill(p, "proposal.signed."+string(side), "By", person(p, by))...)
		} else {
			spans = append(spans, italic(p.T("proposal.unsigned."+string(side))))
		}
	}
	return spans
}

// pressProposal signs or withdraws.
func (a *App) pressProposal(ctx context.Context, c click) error {
	id, err := strconv.ParseInt(c.Action.Value, 10, 64)
	if err != nil {
		return fmt.Errorf("bot: the value of a proposal's button: %w", err)
	}
	sides, err := a.signsFor(ctx, c.scene)
	mayBeTheirs := c.Action.ActionID == actWithdraw && (errors.Is(err, handoff.ErrNotSigner) || errors.Is(err, handoff.ErrUnsure))
	if err != nil && !mayBeTheirs {
		return err
	}
	_, err = a.Store.ChangeProposal(ctx, c.Workspace.ID, id, func(g handoff.Agreement, inForce int) (handoff.Agreement, error) {
		if c.Action.ActionID == actSign {
			return g.Sign(c.Actor, sides, inForce, a.Now())
		}
		return g.Withdraw(c.Actor, sides, a.Now())
	})
	return err
}

// signsFor returns the sides that whoever acts may sign for.
func (a *App) signsFor(ctx context.Context, s scene) ([]handoff.Side, error) {
	members, sure, err := a.people.groups(ctx, s.Workspace)
	if err != nil {
		return nil, err
	}
	if !sure { // a side may have signers that are not known
		return nil, handoff.ErrUnsure
	}
	return s.Workspace.Settings.Team.SignsFor(s.Actor, members)
}
