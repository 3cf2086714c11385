package bot

import (
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"relevo/internal/text"
)

// This file is the one place that knows how texts must look to Slack, and how long they may be. Words that came
// from outside go only into rich text and plain text, never into mrkdwn: there they are shown as typed, and can
// become neither a link nor a mention.

// Slack's limits, in characters.
const (
	maxHeader     = 150
	maxSection    = 3000
	maxContext    = 400
	maxButton     = 75
	maxOption     = 75
	maxTitle      = 24
	maxLabel      = 2000
	maxAlt        = 2000
	maxFallback   = 3900 // the message's own text: chat.update refuses more than 4000
	maxRichText   = 2900 // of one span, so that a few of them stay under a section's limit
	maxTableCells = 9000 // of all cells of a table together; Slack's limit is 10,000
)

// cut returns the first n characters of s, the last of them an ellipsis when something was cut.
func cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)
	return strings.TrimRight(string(r[:n-1]), " ") + "…"
}

// escape makes s harmless where Slack reads its markup: in a message's top-level text.
func escape(s string) string { return markup.Replace(s) }

var markup = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// levelled closes what a text has opened that turns the direction of writing, or it would turn what stands behind it
// too: U+202A, B, D and E are ended by U+202C, and U+2066 to 2068 by U+2069.
func levelled(s string) string {
	embedded, isolated := 0, 0
	for _, r := range s {
		switch r {
		case '\u202a', '\u202b', '\u202d', '\u202e':
			embedded++
		case '\u2066', '\u2067', '\u2068':
			isolated++
		}
	}
	return s + strings.Repeat("\u2069", isolated) + strings.Repeat("\u202c", embedded)
}

// plain is a text object that is shown as typed.
func plain(s string, limit int) *slack.TextBlockObject {
	off := false
	return &slack.TextBlockObject{Type: slack.PlainTextType, Text: levelled(nonEmpty(cut(s, limit))), Emoji: &off}
}

// nonEmpty stands in for a text that Slack would refuse because it is empty.
func nonEmpty(s string) string {
	if strings.TrimSpace(s) == "" {
		return "–"
	}
	return s
}

// fallback returns a message's own text as long as Slack takes it, not cut within a mention or an escaped character.
func fallback(s string) string {
	short := cut(s, maxFallback)
	if short == s {
		return s
	}
	short = strings.TrimSuffix(short, "…")
	if i := strings.LastIndexAny(short, "<&"); i >= 0 && !strings.ContainsAny(short[i:], ">;") {
		short = short[:i]
	}
	return short + "…"
}

// span is a piece of rich text.
type span = slack.RichTextSectionElement

func words(s string) span { return styled(s, nil) }

func bold(s string) span { return styled(s, &slack.RichTextSectionTextStyle{Bold: true}) }

func italic(s string) span { return styled(s, &slack.RichTextSectionTextStyle{Italic: true}) }

// strong shows all of it in bold.
func strong(spans []span) []span {
	for _, s := range spans {
		switch s := s.(type) {
		case *slack.RichTextSectionTextElement:
			s.Style = &slack.RichTextSectionTextStyle{Bold: true}
		case *slack.RichTextSectionDateElement:
			s.Style = &slack.RichTextSectionTextStyle{Bold: true}
		}
	}
	return spans
}

func styled(s string, style *slack.RichTextSectionTextStyle) span {
	return slack.NewRichTextSectionTextElement(levelled(cut(nonEmptySpan(s), maxRichText)), style)
}

func nonEmptySpan(s string) string {
	if s == "" {
		return " "
	}
	return s
}

func link(url, label string) span {
	return slack.NewRichTextSectionLinkElement(url, cut(label, maxSection), nil)
}

// person mentions somebody, or names the import when nobody in Slack acted. What can't be a member's id is shown
// as typed.
func person(p *text.Printer, user string) span {
	switch {
	case user == "":
		return words(p.T("card.nobody"))
	case !userID.MatchString(user):
		return words(user)
	}
	return slack.NewRichTextSectionUserElement(user, nil)
}

// channel names a channel, as a link to it.
func channel(id string) span {
	if !channelID.MatchString(id) {
		return words(id)
	}
	return slack.NewRichTextSectionChannelElement(id, nil)
}

var channelID = regexp.MustCompile(`^[CG][A-Z0-9]{2,}$`)

var userID = regexp.MustCompile(`^[UW][A-Z0-9]{2,}$`)

// address makes a web address fit for Slack, which refuses a whole message over a space in one.
func address(url string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.Join(strings.Fields(url), "%20"))
}

// moment shows a time in each reader's own zone; the fallback is written in the zone of t.
func moment(p *text.Printer, t time.Time) span {
	fallback := p.Moment(t)
	return slack.NewRichTextSectionDateElement(t.Unix(), "{date_short_pretty} {time}", nil, &fallback)
}

// day shows a day in each reader's own zone. Slack would write a near one as "tomorrow", which does not fit behind
// "on".
func day(p *text.Printer, t time.Time) span {
	fallback := p.Date(t)
	return slack.NewRichTextSectionDateElement(t.Unix(), "{date_short}", nil, &fallback)
}

// fill writes the catalogue's sentence with its places filled: pairs of a name and a string, which is shown as
// typed, or a span.
func fill(p *text.Printer, key string, pairs ...any) []span {
	return fillCount(p, key, nil, pairs...)
}

// fillCount is fill for a sentence that depends on a count.
func fillCount(p *text.Printer, key string, count *int, pairs ...any) []span {
	// Each value goes through the catalogue as one character of Unicode's private use area and is put in after it,
	// so that nothing of a value is ever read as part of the sentence.
	const first = '\uE000'
	var values []span
	marked := make([]any, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] == "" { // Slack refuses a span of nothing
			marked[i], marked[i+1] = pairs[i], ""
			continue
		}
		marked[i], marked[i+1] = pairs[i], string(first+rune(len(values)))
		if s, ok := pairs[i+1].(span); ok {
			values = append(values, s)
		} else {
			values = append(values, words(fmt.Sprint(pairs[i+1])))
		}
	}
	sentence := ""
	if count != nil {
		sentence = p.N(key, *count, marked...)
	} else {
		sentence = p.T(key, marked...)
	}
	var spans []span
	for sentence != "" {
		i := strings.IndexFunc(sentence, func(r rune) bool { return r >= first && r < first+rune(len(values)) })
		if i < 0 {
			return append(spans, words(sentence))
		}
		if i > 0 {
			spans = append(spans, words(sentence[:i]))
		}
		r, size := utf8.DecodeRuneInString(sentence[i:])
		spans = append(spans, values[r-first])
		sentence = sentence[i+size:]
	}
	return spans
}

// paragraph is one line of rich text.
func paragraph(spans ...span) slack.RichTextElement { return slack.NewRichTextSection(spans...) }

// quote shows somebody's words, set apart.
func quote(s string) slack.RichTextElement {
	return &slack.RichTextQuote{Type: slack.RTEQuote, Elements: []slack.RichTextSectionElement{words(s)}}
}

// bullets is a list of lines.
func bullets(lines ...[]span) slack.RichTextElement {
	items := make([]slack.RichTextElement, len(lines))
	for i, l := range lines {
		items[i] = slack.NewRichTextSection(l...)
	}
	return slack.NewRichTextList(slack.RTEListBullet, 0, items...)
}

func richText(elements ...slack.RichTextElement) slack.Block {
	return slack.NewRichTextBlock("", elements...)
}

func header(s string) slack.Block { return slack.NewHeaderBlock(plain(s, maxHeader)) }

// note is a small grey line. What stands in it is shown as typed.
func note(texts ...string) slack.Block {
	var els []slack.MixedElement
	for _, s := range texts {
		if s != "" && len(els) < 10 {
			els = append(els, plain(s, maxSection))
		}
	}
	return slack.NewContextBlock("", els...)
}

// button presses an action with a value.
func button(actionID, value, label string, style slack.Style) *slack.ButtonBlockElement {
	b := slack.NewButtonBlockElement(actionID, value, plain(label, maxButton))
	b.Style = style
	return b
}

func option(value, label string) *slack.OptionBlockObject {
	return slack.NewOptionBlockObject(value, plain(label, maxOption), nil)
}

// spoken writes rich text as plain text, for the message's own text that screen readers and notifications use.
func spoken(p *text.Printer, spans ...span) string {
	var b strings.Builder
	for _, s := range spans {
		switch s := s.(type) {
		case *slack.RichTextSectionTextElement:
			b.WriteString(escape(s.Text))
		case *slack.RichTextSectionUserElement:
			b.WriteString("<@" + s.UserID + ">")
		case *slack.RichTextSectionUserGroupElement:
			b.WriteString("<!subteam^" + s.UsergroupID + ">")
		case *slack.RichTextSectionChannelElement:
			b.WriteString("<#" + s.ChannelID + ">")
		case *slack.RichTextSectionDateElement:
			b.WriteString(escape(*s.Fallback))
		case *slack.RichTextSectionLinkElement:
			b.WriteString(escape(s.Text))
		}
	}
	return fallback(b.String())
}
