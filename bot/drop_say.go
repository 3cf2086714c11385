package bot

import (
	"strings"

	"github.com/slack-go/slack"

	"relevo/internal/text"
)

// fileSaid is the answer to a file in one of its states.
type fileSaid struct {
	state  string
	blocks []slack.Block
	text   string
}

// and adds a sentence.
func (f fileSaid) and(sentence string) fileSaid {
	f.blocks = append(f.blocks, richText(paragraph(words(sentence))))
	f.text = fallback(f.text + "\n" + escape(sentence))
	return f
}

// sayFile is an answer of one sentence.
func sayFile(p *text.Printer, state, key string, pairs ...any) fileSaid {
	spans := fill(p, key, pairs...)
	return fileSaid{state: state, blocks: []slack.Block{richText(paragraph(spans...))}, text: spoken(p, spans...)}
}

func sayReading(p *text.Printer, name string) fileSaid {
	return sayFile(p, fileReading, "file.reading", "File", name)
}

// maxFileLines is how many columns, and how many reasons, an answer lists.
const maxFileLines = 12

// sayOffer says what is in the file and asks what to do with it.
func sayOffer(p *text.Printer, id, name string, r FileReport) fileSaid {
	heading := append([]span{bold(cut(name, 200)), words(" · ")}, fillCount(p, "file.rows", &r.Rows, "Rows", p.Int(r.Rows))...)
	if r.Tool != "" {
		heading = append(append(heading, words(" · ")), fill(p, "file.tool", "Tool", r.Tool)...)
	}
	var columns [][]span
	for _, c := range r.Columns {
		columns = append(columns, []span{words(p.T("field." + c.Field)), words(" ← "), words(cut(strings.Join(c.Headers, " / "), 200))})
	}
	lines := []slack.RichTextElement{paragraph(heading...), bullets(listed(p, columns)...)}
	if len(r.Kept) > 0 {
		lines = append(lines, paragraph(fill(p, "file.kept", "Columns", cut(strings.Join(r.Kept, " · "), 600))...))
	}
	lines = append(lines, refusedLines(p, r)...)
	verdict := fillCount(p, "file.would", &r.Good, "Leads", p.Int(r.Good))
	if r.Good == 0 {
		verdict = fill(p, "file.none")
	}
	lines = append(lines, paragraph(verdict...))
	said := fileSaid{state: fileOffered, text: fallback(spoken(p, heading...) + "\n" + spoken(p, verdict...))}
	said.blocks = []slack.Block{richText(lines...)}
	value := cut(id+" "+name, 150)
	var buttons []slack.BlockElement
	if r.Good > 0 {
		buttons = append(buttons, button(actTakeFile, value, p.N("file.take", r.Good, "Leads", p.Int(r.Good)), slack.StylePrimary))
	}
	if r.Outcome != "" {
		said.blocks = append(said.blocks, note(p.T("file.outcome", "Column", r.Outcome)))
		buttons = append(buttons, button(actHistoryFile, value, p.T("file.as_history"), ""))
	}
	if len(buttons) == 0 {
		said.state = fileDone
		return said
	}
	buttons = append(buttons, button(actLeaveFile, value, p.T("file.leave"), ""))
	said.blocks = append(said.blocks, slack.NewActionBlock("", buttons...))
	return said
}

// sayTaken says what became of the file.
func sayTaken(p *text.Printer, name string, history bool, r FileReport) fileSaid {
	key := "file.taken"
	if history {
		key = "file.taken_history"
	}
	heading := fillCount(p, key, &r.Good, "File", name, "Leads", p.Int(r.Good))
	var counts [][]span
	for _, c := range []struct {
		key string
		n   int
	}{{"new", r.New}, {"merged", r.Merged}, {"new_rounds", r.NewRounds}, {"repeated", r.Repeated}, {"undated", r.Undated}} {
		if c.n > 0 && (c.key != "undated" || history) {
			counts = append(counts, []span{words(p.Int(c.n) + " " + p.N("cli.import."+c.key, c.n))})
		}
	}
	lines := []slack.RichTextElement{paragraph(heading...)}
	if len(counts) > 0 {
		lines = append(lines, bullets(counts...))
	}
	lines = append(lines, refusedLines(p, r)...)
	return fileSaid{state: fileDone, blocks: []slack.Block{richText(lines...)}, text: spoken(p, heading...)}
}

// refusedLines says how many rows are refused, and why.
func refusedLines(p *text.Printer, r FileReport) []slack.RichTextElement {
	if r.Refused == 0 {
		return nil
	}
	var why [][]span
	for _, w := range r.Why {
		why = append(why, []span{words(p.Int(w.Rows) + " × " + cut(w.Why, 300))})
	}
	return []slack.RichTextElement{
		paragraph(fillCount(p, "file.refused", &r.Refused, "Rows", p.Int(r.Refused))...), bullets(listed(p, why)...),
	}
}

// listed is as many lines as are listed, and how many more there are.
func listed(p *text.Printer, lines [][]span) [][]span {
	if more := len(lines) - maxFileLines; more > 0 {
		lines = append(lines[:maxFileLines:maxFileLines], fillCount(p, "file.more", &more, "More", p.Int(more)))
	}
	return lines
}
