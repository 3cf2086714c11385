package bot

import (
	"relevo/internal/text"

	"github.com/slack-go/slack"
)

// Say answers with one sentence of the catalogue; values are shown as typed.
func (a *App) Say(p *text.Printer, key string, pairs ...any) Answer {
	spans := fill(p, key, pairs...)
	return Answer{Text: spoken(p, spans...), Blocks: []slack.Block{richText(paragraph(spans...))}}
}

// HelpLine is one command in the help.
type HelpLine struct{ Usage, Does string }

// ShowHelp lists commands. When something was typed that is none of them, it says so first.
func (a *App) ShowHelp(c Call, lines []HelpLine) Answer {
	var top []slack.RichTextElement
	said := c.P.T("help.heading")
	if c.Text != "" && c.Text != "help" {
		unknown := fill(c.P, "help.unknown", "Typed", c.Command+" "+cut(c.Text, 80))
		top = append(top, paragraph(unknown...))
		said = spoken(c.P, unknown...)
	}
	top = append(top, paragraph(bold(c.P.T("help.heading"))))
	var rows [][]span
	for _, l := range lines {
		rows = append(rows, []span{styled(l.Usage, &slack.RichTextSectionTextStyle{Code: true}), words("  " + l.Does)})
		said += "\n" + escape(l.Usage) + ": " + escape(l.Does)
	}
	top = append(top, bullets(rows...), paragraph(words(c.P.T("help.privacy"))))
	return Answer{Text: fallback(said), Blocks: []slack.Block{richText(top...)}}
}
