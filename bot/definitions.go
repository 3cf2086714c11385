package bot

import (
	"cmp"
	"context"
	"strconv"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// What an MQL and an SQL are: shown to anybody, proposed by anybody with a why, in force when both sides have signed.

const (
	viewDefinitions   = "definitions"
	actPropose        = "definitions.propose"
	blockMQL          = "mql"
	blockSQL          = "sql"
	maxShownProposals = 5
)

// definitionTexts returns the definitions with the catalogue's texts where the workspace has none of its own.
func definitionTexts(p *text.Printer, d handoff.Definitions) handoff.Definitions {
	return handoff.Definitions{MQL: cmp.Or(d.MQL, p.T("definitions.mql")), SQL: cmp.Or(d.SQL, p.T("definitions.sql"))}
}

// ShowDefinitions shows the definitions in force, since when they are, what is proposed, and how to propose.
func (a *App) ShowDefinitions(ctx context.Context, c Call) (Answer, error) {
	g, err := a.version(ctx, c.Workspace, handoff.AgreementDefinitions, c.Workspace.DefinitionsVersion)
	if err != nil {
		return Answer{}, err
	}
	d := definitionTexts(c.P, g.Definitions)
	lines := []slack.RichTextElement{
		paragraph(bold(c.P.T("definitions.mql.title"))), quote(d.MQL),
		paragraph(bold(c.P.T("definitions.sql.title"))), quote(d.SQL),
		paragraph(a.inForceLine(c, g)...),
	}
	return a.agreementAnswer(ctx, c, handoff.AgreementDefinitions, lines, escape("MQL: "+d.MQL+"\nSQL: "+d.SQL), button(actPropose, "new", c.P.T("definitions.propose"), ""))
}

// inForceLine says which version is in force since when, and who signed it.
func (a *App) inForceLine(c Call, g handoff.Agreement) []span {
	if g.Version == 0 {
		return []span{italic(c.P.T("agreement.begun." + string(g.Kind)))}
	}
	return fill(c.P, "agreement.in_force", "Version", g.Version, "Since", day(c.P, g.InForce.In(c.Workspace.Location())),
		"Sales", person(c.P, g.SalesBy), "Marketing", person(c.P, g.MarketingBy))
}

// agreementAnswer adds to what is in force what is proposed for it, each with its buttons: its message may be gone.
func (a *App) agreementAnswer(ctx context.Context, c Call, kind handoff.AgreementKind, lines []slack.RichTextElement, said string, buttons ...slack.BlockElement) (Answer, error) {
	proposals, err := a.Store.Proposals(ctx, c.Workspace.ID, kind)
	if err != nil {
		return Answer{}, err
	}
	blocks := []slack.Block{richText(lines...)}
	if len(proposals) > 0 {
		blocks = append(blocks, richText(paragraph(bold(c.P.N("agreement.proposals", len(proposals))))))
	}
	for _, g := range proposals[:min(len(proposals), maxShownProposals)] {
		m, err := a.Store.ProposalMessage(ctx, c.Workspace.ID, g.ID)
		if _, err := found(err); err != nil {
			return Answer{}, err
		}
		what := words(c.P.T("agreement.proposal.link"))
		if url := permalink(c.Workspace, m); url != "" {
			what = link(url, c.P.T("agreement.proposal.link"))
		}
		row := fill(c.P, "agreement.proposal", "What", what, "By", person(c.P, g.By), "Why", cut(g.Why, 200))
		blocks = append(blocks, richText(paragraph(row...)), proposalButtons(c.P, g))
	}
	return Answer{Text: fallback(said), Blocks: append(blocks, slack.NewActionBlock("", buttons...))}, nil
}

// definitionsRef is what the form remembers: the version that it was opened on.
type definitionsRef struct{ base int }

func (r definitionsRef) String() string { return strconv.Itoa(r.base) }

func (a *App) openDefinitions(ctx context.Context, c click) error {
	if err := c.Workspace.Rules().MayHandOver(c.Actor); err != nil {
		return err
	}
	g, err := a.version(ctx, c.Workspace, handoff.AgreementDefinitions, c.Workspace.DefinitionsVersion)
	if err != nil {
		return err
	}
	return a.open(ctx, c.scene, definitionsView(c.P, g))
}

func definitionsView(p *text.Printer, g handoff.Agreement) slack.ModalViewRequest {
	d := definitionTexts(p, g.Definitions)
	v := modal(p, viewDefinitions, p.T("definitions.title"), p.T("proposal.submit"), definitionsRef{g.Version})
	v.Blocks.BlockSet = []slack.Block{
		richText(paragraph(words(p.T("proposal.intro")))),
		input(blockMQL, p.T("definitions.mql.title"), p.T("definitions.mql.hint"), false, textField(true, handoff.MaxNote, d.MQL, "")),
		input(blockSQL, p.T("definitions.sql.title"), "", false, textField(true, handoff.MaxNote, d.SQL, "")),
		input(blockWhy, p.T("proposal.why"), p.T("proposal.why.hint"), false, textField(true, handoff.MaxNote, "", "")),
	}
	return v
}

func (a *App) submitDefinitions(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	if err := s.Workspace.Rules().MayHandOver(s.Actor); err != nil {
		return nil, err
	}
	base, err := strconv.Atoi(s.View.PrivateMetadata)
	if err != nil {
		return nil, err
	}
	if base != s.Workspace.DefinitionsVersion {
		return nil, handoff.ErrOvertaken
	}
	inForce, err := a.version(ctx, s.Workspace, handoff.AgreementDefinitions, base)
	if err != nil {
		return nil, err
	}
	g, err := handoff.Agreement{
		Kind: handoff.AgreementDefinitions, Base: base, By: s.Actor.User, At: a.Now(), Why: field(s.View, blockWhy),
		Definitions: handoff.Definitions{MQL: field(s.View, blockMQL), SQL: field(s.View, blockSQL)},
	}.Propose(handoff.Agreement{Definitions: definitionTexts(s.P, inForce.Definitions)})
	if err != nil {
		return nil, err
	}
	if _, err := a.Store.Propose(ctx, s.Workspace.ID, g, s.View.ID); err != nil {
		return nil, err
	}
	return a.proposed(s)
}

// proposed says where the proposal is to be signed.
func (a *App) proposed(s submission) (*slack.ViewSubmissionResponse, error) {
	v := modal(s.P, "notice", s.P.T("proposal.done.title"), "", nil)
	v.Blocks.BlockSet = []slack.Block{richText(paragraph(words(s.P.T("proposal.done"))))}
	return slack.NewUpdateViewSubmissionResponse(&v), nil
}
