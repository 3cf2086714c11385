package slackfake

import (
	"fmt"
	"strings"
)

// reader turns blocks into plain text with the workspace's names and zone. A nil reader leaves ids as they are.
type reader struct{ s *Slack }

// Text is what blocks say as plain text: tables and charts as aligned columns, buttons in brackets, people by
// name, dates in the team's zone.
func (s *Slack) Text(blocks []Object) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return (&reader{s}).blocks(blocks)
}

// Transcript is a channel as plain text, an entry for each message with its author and time, thread replies indented.
func (s *Slack) Transcript(channel string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.channel(channel)
	if c == nil {
		return ""
	}
	var out strings.Builder
	for _, m := range s.messages[c.ID] {
		indent := ""
		if m.ThreadTS != "" && m.ThreadTS != m.TS {
			indent = "  | "
		}
		entry := s.entry(m)
		for line := range strings.Lines(entry) {
			out.WriteString(indent + line)
		}
		out.WriteString("\n")
	}
	return out.String()
}

func (s *Slack) entry(m *Message) string {
	r := &reader{s}
	at := microTime(parseTS(m.TS)).In(s.zone).Format("Mon 2 Jan 15:04")
	edited := ""
	if m.Edited != nil {
		edited = " (edited)"
	}
	body := r.blocks(m.Blocks)
	if len(m.Blocks) == 0 {
		body = r.mrkdwn(m.Text)
	}
	for _, f := range m.Files {
		body = strings.TrimSpace(body + "\n[file: " + f.Name + "]")
	}
	return fmt.Sprintf("%s  %s%s\n%s\n", at, r.user(m.User), edited, body)
}

func (r *reader) blocks(blocks []Object) string {
	var parts []string
	for _, b := range blocks {
		if part := strings.TrimRight(r.block(b), " \n"); part != "" {
			parts = append(parts, part)
		}
	}
	return strings.Join(parts, "\n")
}

func (r *reader) block(b Object) string {
	switch str(b["type"]) {
	case "section":
		return r.section(b)
	case "header":
		return "# " + text(b["text"])
	case "divider":
		return "---"
	case "context":
		var parts []string
		for _, e := range objects(b["elements"]) {
			if str(e["type"]) == "image" {
				parts = append(parts, "[image: "+str(e["alt_text"])+"]")
			} else {
				parts = append(parts, r.textObject(e))
			}
		}
		return strings.Join(parts, " · ")
	case "actions", "context_actions":
		return r.elements(objects(b["elements"]))
	case "input":
		label := text(b["label"])
		if b["optional"] == true {
			label += " (optional)"
		}
		return strings.Join(nonEmpty(label+": "+r.element(object(b["element"])), r.textObject(object(b["hint"]))), "\n")
	case "image":
		return "[image: " + str(b["alt_text"]) + "]"
	case "rich_text":
		return r.rich(objects(b["elements"]))
	case "markdown":
		return str(b["text"])
	case "table":
		return r.table(b)
	case "data_table":
		return str(b["caption"]) + "\n" + r.table(b)
	case "data_visualization":
		return r.chart(b)
	case "card":
		return r.card(b)
	case "carousel":
		var parts []string
		for _, card := range objects(b["elements"]) {
			parts = append(parts, r.card(card))
		}
		return strings.Join(parts, "\n")
	case "alert":
		return "! " + r.textObject(object(b["text"]))
	case "video":
		return "[video: " + text(b["title"]) + "]"
	case "file":
		return "[file: " + str(b["external_id"]) + "]"
	}
	return ""
}

func (r *reader) section(b Object) string {
	parts := nonEmpty(r.textObject(object(b["text"])))
	for _, f := range objects(b["fields"]) {
		parts = append(parts, r.textObject(f))
	}
	if accessory := object(b["accessory"]); accessory != nil {
		parts = append(parts, r.element(accessory))
	}
	return strings.Join(parts, "\n")
}

func (r *reader) card(b Object) string {
	return strings.Join(nonEmpty(
		r.textObject(object(b["title"])), r.textObject(object(b["subtitle"])), r.textObject(object(b["body"])), r.textObject(object(b["subtext"])),
		r.elements(objects(b["actions"])),
	), "\n")
}

func (r *reader) elements(all []Object) string {
	var parts []string
	for _, e := range all {
		parts = append(parts, r.element(e))
	}
	return strings.Join(parts, " ")
}

// element shows an element in brackets: a button by its label, a menu by its options.
func (r *reader) element(e Object) string {
	switch kind := str(e["type"]); kind {
	case "image":
		return "[image: " + str(e["alt_text"]) + "]"
	case "button", "workflow_button", "icon_button":
		return "[" + text(e["text"]) + "]"
	case "feedback_buttons":
		return "[" + text(object(e["positive_button"])["text"]) + "] [" + text(object(e["negative_button"])["text"]) + "]"
	case "plain_text_input", "email_text_input", "url_text_input", "number_input", "rich_text_input":
		return "[" + firstOf(str(e["initial_value"]), text(e["placeholder"]), "…") + "]"
	default:
		known := element{kind: kind, fields: e}
		var labels []string
		for _, o := range known.options() {
			labels = append(labels, text(o["text"]))
		}
		if len(labels) == 0 {
			labels = []string{firstOf(text(e["placeholder"]), str(e["initial_date"]), str(e["initial_time"]), kind)}
		}
		return "[" + strings.Join(labels, " | ") + "]"
	}
}

func (r *reader) textObject(o Object) string {
	if str(o["type"]) == "mrkdwn" {
		return r.mrkdwn(str(o["text"]))
	}
	return str(o["text"])
}

func firstOf(candidates ...string) string {
	for _, c := range candidates {
		if c != "" {
			return c
		}
	}
	return ""
}

func nonEmpty(parts ...string) []string {
	var out []string
	for _, p := range parts {
		if p != "" {
			out = append(out, p)
		}
	}
	return out
}
