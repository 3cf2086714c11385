package bot

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
	"github.com/slack-go/slack"
)

// maxCell is how many characters of a name stand in a table.
const maxCell = 60

// sheet is one message of a digest before it is known where it is shown.
type sheet struct {
	part  int
	title string
	items []digestItem
}

// digestItem is one thing in a digest, written in three ways.
type digestItem interface {
	block(DigestOptions) slack.Block
	said() []string  // for screen readers
	typed() []string // for a terminal
}

// prose is one paragraph.
type prose string

func (s prose) block(DigestOptions) slack.Block { return richText(paragraph(words(string(s)))) }
func (s prose) said() []string                  { return []string{string(s)} }
func (s prose) typed() []string                 { return wrapped(string(s), "", "") }

// remark is what one may want to know too, in small.
type remark string

func (s remark) block(DigestOptions) slack.Block { return note(string(s)) }
func (s remark) said() []string                  { return []string{string(s)} }
func (s remark) typed() []string                 { return wrapped(string(s), "", "") }

// figure is a number under its name.
type figure struct{ name, value string }

// figureList is the key figures.
type figureList []figure

func (fs figureList) block(DigestOptions) slack.Block {
	lines := make([][]span, len(fs))
	for i, f := range fs {
		lines[i] = []span{bold(f.name + ":"), words(" " + f.value)}
	}
	return richText(bullets(lines...))
}

func (fs figureList) said() []string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.name + ": " + f.value + "."
	}
	return lines
}

func (fs figureList) typed() []string {
	width := 0
	for _, f := range fs {
		width = max(width, uniseg.StringWidth(f.name))
	}
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = padded(f.name, width, false) + "  " + f.value
	}
	return lines
}

// voice is what customers said of one campaign's leads.
type voice struct {
	campaign string
	quotes   []quoted
}

type quoted struct{ text, from string }

func (v voice) block(DigestOptions) slack.Block {
	els := []slack.RichTextElement{paragraph(bold(v.campaign))}
	for _, q := range v.quotes {
		els = append(els, &slack.RichTextQuote{Type: slack.RTEQuote, Elements: []span{words(q.text), words("\n"), italic("— " + q.from)}})
	}
	return richText(els...)
}

func (v voice) said() []string {
	lines := []string{v.campaign + ":"}
	for _, q := range v.quotes {
		lines = append(lines, fmt.Sprintf("“%s” (%s)", oneLine(q.text), q.from))
	}
	return lines
}

func (v voice) typed() []string {
	lines := []string{oneLine(v.campaign)}
	for _, q := range v.quotes {
		lines = append(lines, wrapped(oneLine(q.text), "  > ", "  > ")...)
		lines = append(lines, "    — "+oneLine(q.from))
	}
	return lines
}

// entries is a list of lines, each with the plain text that says the same.
type entries []entry

type entry struct {
	spans []span
	plain string
}

func (es entries) block(DigestOptions) slack.Block {
	lines := make([][]span, len(es))
	for i, e := range es {
		lines[i] = e.spans
	}
	return richText(bullets(lines...))
}

func (es entries) said() []string {
	lines := make([]string, len(es))
	for i, e := range es {
		lines[i] = oneLine(e.plain)
	}
	return lines
}

func (es entries) typed() []string {
	var lines []string
	for _, e := range es {
		lines = append(lines, wrapped(oneLine(e.plain), "• ", "  ")...)
	}
	return lines
}

// oneLine makes a text fit for a line of a table, a list or a terminal: what would break the line, or act on the
// terminal, becomes a space.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) && r != '\u00a0' || unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r)
	}), " ")
}

// padded fills s with spaces to a width in columns of a terminal.
func padded(s string, width int, right bool) string {
	space := strings.Repeat(" ", max(0, width-uniseg.StringWidth(s)))
	if right {
		return space + s
	}
	return s + space
}

// wrapped breaks a text into lines of a terminal's usual width.
func wrapped(s, first, next string) []string {
	const width = 80
	var lines []string
	line := first
	empty := true
	for _, word := range strings.Fields(s) {
		if !empty && uniseg.StringWidth(line)+1+uniseg.StringWidth(word) > width {
			lines = append(lines, line)
			line, empty = next, true
		}
		if !empty {
			line += " "
		}
		line, empty = line+word, false
	}
	return append(lines, line)
}
