package bot

import (
	"context"
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// maxEvents is how many lines of a lead's history are shown; the newest ones count.
const maxEvents = 25

func (a *App) openHistory(ctx context.Context, c click, value string) error {
	lead, _, err := a.leadOfCard(ctx, c, value)
	if err != nil {
		return err
	}
	blocks, _, err := a.leadBlocks(ctx, c.scene, lead, false)
	if err != nil {
		return err
	}
	v := modal(c.P, "history", c.P.T("history.title", "Number", lead.Number), "", nil)
	v.Blocks.BlockSet = blocks
	return a.open(ctx, c.scene, v)
}

// ShowLead returns where a lead stands and its history, for whoever asks, with the buttons that decide on it for whoever may.
func (a *App) ShowLead(ctx context.Context, c Call, lead handoff.Lead) (Answer, error) {
	blocks, said, err := a.leadBlocks(ctx, c.scene, lead, mayDecide(c.scene))
	return Answer{Text: said, Blocks: blocks}, err
}

func (a *App) leadBlocks(ctx context.Context, s scene, lead handoff.Lead, decides bool) ([]slack.Block, string, error) {
	card, err := a.cardOf(ctx, s.Workspace, lead, lead.Round, "")
	if err != nil {
		return nil, "", err
	}
	events, err := a.Store.History(ctx, s.Workspace.ID, lead.ID)
	if err != nil {
		return nil, "", err
	}
	at, err := a.whereCard(ctx, s.Workspace, lead)
	if err != nil {
		return nil, "", err
	}
	blocks, said := renderLead(s.P, card, events, at, a.Now(), decides)
	return blocks, said, nil
}

// whereCard is the address of a lead's card; empty when it has none, or none yet.
func (a *App) whereCard(ctx context.Context, ws store.Workspace, lead handoff.Lead) (string, error) {
	urls, err := a.whereCards(ctx, ws, []handoff.Lead{lead})
	return urls[lead.ID], err
}

// whereCards are the addresses of the leads' cards, by the leads' ids.
func (a *App) whereCards(ctx context.Context, ws store.Workspace, leads []handoff.Lead) (map[int64]string, error) {
	cards, err := a.Store.CardsOf(ctx, ws.ID, leads)
	urls := map[int64]string{}
	for id, m := range cards {
		urls[id] = permalink(ws, m)
	}
	return urls, err
}

// renderLead shows a whole lead: who, where it stands, and what happened. decides offers to decide on it, when it is open.
func renderLead(p *text.Printer, card Card, events []handoff.Event, cardURL string, now time.Time, decides bool) ([]slack.Block, string) {
	l := card.Lead
	state := stateSpans(p, card, now)
	top := []slack.RichTextElement{
		paragraph(append([]span{words(fmt.Sprintf("#%d  ", l.Number))}, leadTitle(p, l)...)...),
		paragraph(state...),
	}
	var facts [][]span
	for _, f := range []struct{ key, value string }{
		{"email", emailWords(p, l)}, {"phone", l.Phone}, {"website", l.Website}, {"industry", l.Industry}, {"size", l.Size},
		{"country", p.Country(l.Country)}, {"source", joined(" · ", l.Source, l.Campaign)},
	} {
		if f.value != "" {
			facts = append(facts, []span{words(p.T("field."+f.key) + ": "), words(f.value)})
		}
	}
	for _, x := range l.Extras {
		facts = append(facts, []span{words(extraLine(x))})
	}
	if len(facts) > 0 {
		top = append(top, bullets(facts...))
	}
	blocks := []slack.Block{richText(top...)}
	said := fmt.Sprintf("#%d %s. %s", l.Number, escape(joined(", ", leadName(p, l), l.Role, unless(l.Company, l.Title()))), spoken(p, state...))
	var links []slack.BlockElement
	if decides && l.State == handoff.Open {
		links = decideButtons(p, l)
	}
	if cardURL != "" {
		b := button("lead.card", "", p.T("lead.card"), "")
		b.URL = cardURL
		links = append(links, b)
	}
	if l.Link != "" {
		b := button("lead.crm", "", p.T("card.menu.open"), "")
		b.URL = address(l.Link)
		links = append(links, b)
	}
	if links != nil {
		blocks = append(blocks, slack.NewActionBlock("", links...))
	}
	lines := []slack.RichTextElement{paragraph(bold(p.T("history.heading")))}
	if older := len(events) - maxEvents; older > 0 {
		lines = append(lines, paragraph(italic(p.N("history.older", older))))
		events = events[older:]
	}
	var happened [][]span
	for _, e := range events {
		happened = append(happened, eventSpans(p, card.Reasons, e, card.Zone))
	}
	lines = append(lines, bullets(happened...))
	return append(blocks, slack.NewDividerBlock(), richText(lines...)), fallback(said)
}

// stateSpans says where a lead stands.
func stateSpans(p *text.Printer, card Card, now time.Time) []span {
	l := card.Lead
	if l.State == handoff.Erased {
		return []span{words(p.T("state.erased"))}
	}
	if d, ok := card.standing(); ok {
		return card.decisionLine(p, d)
	}
	if l.Overdue(now) {
		return fill(p, "state.overdue", "Due", moment(p, l.Due.In(card.Zone)))
	}
	return fill(p, "state.open", "Due", moment(p, l.Due.In(card.Zone)))
}

// eventSpans is one line of the history.
func eventSpans(p *text.Printer, reasons handoff.Reasons, e handoff.Event, zone *time.Location) []span {
	from := ""
	if s := joined(" · ", e.Source, e.Campaign); s != "" {
		from = p.T("event.from", "From", s)
	}
	if e.Kind == handoff.EventAssigned || e.Kind == handoff.EventRerouted {
		return assignedSpans(p, e, zone)
	}
	pairs := []any{"By", person(p, e.Actor), "Reason", reasonWords(p, reasons, e.Reason, e.At), "Round", e.Round, "From", from}
	key := "event." + string(e.Kind)
	if e.Actor == "" && (e.Kind == handoff.EventReceived || e.Kind == handoff.EventMerged || e.Kind == handoff.EventNewRound) {
		key += ".door"
	}
	if e.Kind == handoff.EventErased && e.Actor != "" {
		key += ".by"
	}
	if e.Kind == handoff.EventAsked {
		key += "." + e.Reason
	}
	line := append([]span{moment(p, e.At.In(zone)), words(" · ")}, fill(p, key, pairs...)...)
	if e.Note != "" {
		line = append(line, words(" "), italic(cut(e.Note, 300)))
	}
	return line
}
