package bot

import (
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// Action ids of the card.
const (
	actAccept = "card.accept"
	actReject = "card.reject"
	actMenu   = "card.menu"
)

// What the card's menu offers.
const (
	menuHistory  = "history"
	menuTakeBack = "take_back"
	menuOpen     = "open"
	menuTake     = "take"
	menuAssign   = "assign"
)

// How much a card shows: of a note when it has collapsed, how many extras, of each, and of the note of the round before.
const (
	maxCardNote   = 600
	maxCardExtras = 4
	maxCardExtra  = 160
	maxBefore     = 300
)

// Card is everything that one card shows: one round of a lead.
type Card struct {
	Lead      handoff.Lead
	Round     int                // the card's own round; older than the lead's when the lead came back
	Decisions []handoff.Decision // of all rounds, oldest first, also those taken back
	Passed    map[int]string     // by round: the name of the route that the lead was passed on to for it
	Key       string             // the message's opaque key
	Zone      *time.Location     // of the workspace, for readers without a zone of their own
	Profile   handoff.Profile    // in force, by which the lead's marks are told
	Version   int                // of the profile in force
	Anyone    bool               // may decide: nobody was named for sales yet
	Names     map[string]string  // by Slack user id: whoever is shown by name and not mentioned
	Unowned   string             // name of the route whose owners all passed the lead by
	Missed    string             // channel that the card belongs in and that did not take it
	Reasons   handoff.Reasons    // of the workspace, by which the decisions are told
}

// standing returns the decision of the card's round that stands.
func (c Card) standing() (handoff.Decision, bool) {
	for _, d := range c.Decisions {
		if d.Round == c.Round && d.Stands() {
			return d, true
		}
	}
	return handoff.Decision{}, false
}

// live tells whether the card is the one on which the lead is decided.
func (c Card) live() bool { return c.Round == c.Lead.Round }

// Render returns the card's blocks, and the text that says the same to screen readers and notifications. An
// undecided card shows who the lead is and has two buttons; a decided one collapses to who, what, why and when; that
// of somebody who withdrew is one line.
func (c Card) Render(p *text.Printer) ([]slack.Block, string) {
	if c.Lead.State == handoff.Erased {
		said := fmt.Sprintf("#%d  ·  %s", c.Lead.Number, p.T("card.erased"))
		return []slack.Block{note(said)}, said
	}
	if d, ok := c.standing(); ok {
		return c.decided(p, d)
	}
	if !c.live() {
		return c.over(p)
	}
	return c.open(p)
}

func (c Card) open(p *text.Printer) ([]slack.Block, string) {
	l := c.Lead
	lines := []slack.RichTextElement{paragraph(leadTitle(p, l)...)}
	if about := joined(" · ", l.Industry, l.Size, p.Country(l.Country), l.Website); about != "" {
		lines = append(lines, paragraph(words(about)))
	}
	if l.Activity != "" {
		lines = append(lines, quote(cut(l.Activity, 300)))
	}
	said := spoken(p, fill(p, "card.new", "Lead", spokenLead(p, l))...)
	for _, x := range shownExtras(l) {
		line := words(cut(extraLine(x), maxCardExtra))
		lines = append(lines, paragraph(line))
		said += "\n" + spoken(p, line)
	}
	for _, extra := range c.remarks(p) {
		lines = append(lines, paragraph(extra...))
		said += "\n" + spoken(p, extra...)
	}
	if fit := fitWords(p, l, c.Profile, c.Version); fit != "" {
		lines = append(lines, paragraph(words(cut(fit, maxCardExtra))))
		said += "\n" + escape(fit)
	}
	due := p.T("card.due", "At", fmt.Sprintf("<!date^%d^{date_short_pretty} {time}|%s>", l.Due.Unix(), escape(p.Moment(l.Due.In(c.Zone)))))
	said += "\n" + escape(joined(" · ", p.T("card.due", "At", p.Moment(l.Due.In(c.Zone))), emailWords(p, l), l.Phone))
	if l.Owner != "" {
		said += " · " + spoken(p, fill(p, "card.owner", "Owner", c.person(p, l.Owner))...)
	}
	first, owner := fmt.Sprintf("*#%d*  ·  %s", l.Number, due), ""
	if name, ok := c.Names[l.Owner]; ok {
		owner = p.T("card.owner", "Owner", name)
	} else if userID.MatchString(l.Owner) {
		first += "  ·  " + p.T("card.owner", "Owner", "<@"+l.Owner+">")
	} else if l.Owner != "" {
		owner = p.T("card.owner", "Owner", l.Owner)
	}
	context := []slack.MixedElement{slack.NewTextBlockObject(slack.MarkdownType, first, false, false)}
	for _, s := range []string{owner, joined(" · ", l.Source, l.Campaign), joined(" · ", emailWords(p, l), l.Phone)} {
		if s != "" {
			context = append(context, plain(s, maxContext))
		}
	}
	value := c.value()
	blocks := []slack.Block{
		richText(lines...),
		slack.NewContextBlock("", context...),
		slack.NewActionBlock("",
			button(actAccept, value, p.T("card.accept"), slack.StylePrimary),
			button(actReject, value, p.T("card.reject"), ""),
			c.menu(p, false),
		),
	}
	if c.Anyone {
		blocks = append(blocks, note(p.T("card.anyone")))
	}
	return blocks, fallback(said)
}

// remarks are the lines of an open card that tell what happened before.
func (c Card) remarks(p *text.Printer) [][]span {
	var all [][]span
	if c.Lead.Touches > 1 {
		all = append(all, fillCount(p, "card.merged", &c.Lead.Touches))
	}
	if c.Unowned != "" {
		all = append(all, fill(p, "card.unowned", "Route", c.Unowned))
	}
	if c.Missed != "" {
		all = append(all, fill(p, "card.missed", "Channel", channel(c.Missed)))
	}
	for _, d := range c.Decisions {
		switch {
		case d.Round == c.Round-1 && d.Stands():
			all = append(all, c.before(p, d))
		case d.Round == c.Round && !d.Stands():
			all = append(all, fill(p, "card.taken_back", "Decision", decisionWords(p, c.Reasons, d), "By", c.person(p, d.TakenBackBy), "Why", cut(d.TakenBackWhy, 200)))
		}
	}
	return all
}

// before tells what was decided in the round before, and whether that passed the lead on, or was a "not now" whose day has come.
func (c Card) before(p *text.Printer, d handoff.Decision) []span {
	key := "card.before"
	if _, passed := c.Passed[c.Round]; passed {
		key = "card.before.passed"
	} else if d.Verdict == handoff.NotNow && !d.Back.After(c.Lead.Offered) {
		key = "card.before.returned"
	}
	line := fill(p, key, "Round", c.Round, "Decision", decisionWords(p, c.Reasons, d), "Reason", reasonName(p, c.Reasons, d.Reason, d.At),
		"By", c.person(p, d.By), "At", day(p, d.At.In(c.Zone)))
	if d.Note != "" {
		line = append(line, words(" "), italic(cut(d.Note, maxBefore)))
	}
	return line
}

func (c Card) decided(p *text.Printer, d handoff.Decision) ([]slack.Block, string) {
	line := c.decisionLine(p, d)
	said := fmt.Sprintf("#%d %s\n%s", c.Lead.Number, escape(joined(" · ", leadName(p, c.Lead), c.Lead.Company)), spoken(p, line...))
	lines := []slack.RichTextElement{paragraph(line...)}
	if d.Note != "" {
		lines = append(lines, quote(cut(d.Note, maxCardNote)))
		said += "\n" + escape(d.Note)
	}
	if _, passed := c.Passed[d.Round+1]; !passed && !c.live() {
		lines = append(lines, paragraph(fill(p, "card.came_back", "Round", c.Round+1)...))
	}
	return []slack.Block{c.heading(p, c.live()), richText(lines...)}, fallback(said)
}

// over is the card of a round that ended without a decision of its own.
func (c Card) over(p *text.Printer) ([]slack.Block, string) {
	line := fill(p, "card.came_back", "Round", c.Round+1)
	return []slack.Block{c.heading(p, false), richText(paragraph(line...))},
		fmt.Sprintf("#%d %s\n%s", c.Lead.Number, escape(leadName(p, c.Lead)), spoken(p, line...))
}

func (c Card) heading(p *text.Printer, mayTakeBack bool) slack.Block {
	title := plain(fmt.Sprintf("#%d  %s", c.Lead.Number, joined(" · ", leadName(p, c.Lead), c.Lead.Company)), 300)
	return slack.NewSectionBlock(title, nil, slack.NewAccessory(c.menu(p, mayTakeBack)))
}

func (c Card) menu(p *text.Printer, mayTakeBack bool) *slack.OverflowBlockElement {
	options := []*slack.OptionBlockObject{option(menuHistory+":"+c.value(), p.T("card.menu.history"))}
	switch { // what is decided is open no more, though the lead may have been read before its decision
	case mayTakeBack:
		options = append(options, option(menuTakeBack+":"+c.value(), p.T("card.menu.take_back")))
	case c.live() && c.Lead.State == handoff.Open:
		options = append(options, option(menuTake+":"+c.value(), p.T("card.menu.take")), option(menuAssign+":"+c.value(), p.T("card.menu.assign")))
		options = append(options, option(menuAsk+":"+c.value(), p.T("ask.marketing.title")))
	}
	if c.Lead.Link != "" {
		open := option(menuOpen+":"+c.value(), p.T("card.menu.open"))
		open.URL = address(c.Lead.Link)
		options = append(options, open)
	}
	return slack.NewOverflowBlockElement(actMenu, options...)
}

// value is what the card's buttons carry: which round of which lead, on which message.
func (c Card) value() string { return cardRef{c.Lead.ID, c.Round, c.Key}.String() }

// cardRef names a card in the value of its buttons.
type cardRef struct {
	Lead  int64
	Round int
	Key   string
}

func (r cardRef) String() string { return fmt.Sprintf("%d:%d:%s", r.Lead, r.Round, r.Key) }

func parseCardRef(s string) (r cardRef, err error) {
	if _, err := fmt.Sscanf(s, "%d:%d:%s", &r.Lead, &r.Round, &r.Key); err != nil {
		return cardRef{}, fmt.Errorf("bot: the value of a button is not a card's: %w", err)
	}
	return r, nil
}

// decisionLine says who decided what and when.
func (c Card) decisionLine(p *text.Printer, d handoff.Decision) []span {
	pairs := []any{"By", c.person(p, d.By), "At", moment(p, d.At.In(c.Zone))}
	if route, passed := c.Passed[d.Round+1]; passed {
		return fill(p, "card.passed", append(pairs, "Route", route, "Reason", reasonWords(p, c.Reasons, d.Reason, d.At))...)
	}
	switch d.Verdict {
	case handoff.Accept:
		return fill(p, "card.accepted", pairs...)
	case handoff.NotNow:
		return fill(p, "card.not_now", append(pairs, "Reason", reasonWords(p, c.Reasons, d.Reason, d.At), "Back", day(p, d.Back.In(c.Zone)))...)
	default:
		return fill(p, "card.rejected", append(pairs, "Reason", reasonWords(p, c.Reasons, d.Reason, d.At))...)
	}
}
