package bot

import (
	"context"
	"net/url"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/slack-go/slack"

	"relevo/handoff"
)

// The shortcut in the menu of every message, which opens the form of a new lead filled from what was written there.

// ShortcutHandOver is the callback id of the shortcut in the app's manifest.
const ShortcutHandOver = "hand_over"

func (a *App) openFromMessage(ctx context.Context, s scene, m slack.Message) error {
	return a.openNewLead(ctx, s, guessLead(m.Msg))
}

var (
	reference = regexp.MustCompile(`<([^<>]*)>`)
	anEmail   = regexp.MustCompile(`[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}-]+(\.[\p{L}\p{N}-]+)+`)
	aPhone    = regexp.MustCompile(`(?:\+|\b00)?\(?\d[\d ().\-/]{5,20}\d\b`)
	labelled  = regexp.MustCompile(`(?im)^[\s*_•-]*(name|full name|nombre|nombre completo|contact|contacto|company|empresa|organi[sz]ation)[*_]*\s*[:=][*_\s]*(\S.*)$`)
)

// guessLead reads a lead out of a message: an e-mail address, a phone number, and the name that stands with them. All
// that was written is the activity.
func guessLead(m slack.Msg) handoff.Arrival {
	said := written(m)
	var a handoff.Arrival
	a.Activity = cut(said, handoff.MaxNote)
	a.Email = cutField(anEmail.FindString(said), 254)
	for _, found := range aPhone.FindAllString(anEmail.ReplaceAllString(said, " "), -1) {
		if looksLikePhone(found) {
			a.Phone = cutField(strings.TrimSpace(found), 64)
			break
		}
	}
	for _, line := range labelled.FindAllStringSubmatch(said, -1) {
		value := cutField(strings.Trim(line[2], " *_"), handoff.MaxText)
		switch label := strings.ToLower(line[1]); {
		case strings.HasPrefix(label, "company") || label == "empresa" || strings.HasPrefix(label, "organi"):
			a.Company = value
		case !strings.Contains(value, "@"):
			a.Name = value
		}
	}
	if a.Name == "" {
		a.Name = cutField(nameBeside(said, a.Email), handoff.MaxText)
	}
	return a
}

// written is what people read in a message, without Slack's markup. An app's message may have its words in
// attachments alone.
func written(m slack.Msg) string {
	said := m.Text
	for _, at := range m.Attachments {
		text := at.Text
		if text == "" {
			text = at.Fallback
		}
		for _, f := range at.Fields {
			text += "\n" + f.Title + ": " + f.Value
		}
		if !strings.Contains(said, text) {
			said += "\n" + text
		}
	}
	said = reference.ReplaceAllStringFunc(said, func(ref string) string {
		target, label, labelled := strings.Cut(strings.Trim(ref, "<>"), "|")
		switch {
		case strings.HasPrefix(target, "@") || strings.HasPrefix(target, "!"):
			return label // of a person nobody knows here, Slack gives an id alone
		case strings.HasPrefix(target, "mailto:") || strings.HasPrefix(target, "tel:"):
			if address, err := url.PathUnescape(target[strings.IndexByte(target, ':')+1:]); err == nil {
				return address
			}
			return label
		case strings.HasPrefix(target, "#"):
			return "#" + label
		case labelled && !strings.Contains(target, label):
			return label + " (" + target + ")"
		}
		return target
	})
	return strings.TrimSpace(strings.NewReplacer("&lt;", "<", "&gt;", ">", "&amp;", "&").Replace(said))
}

// looksLikePhone tells a phone number from a date, a price or an order number: by its digits, and by how it begins.
func looksLikePhone(s string) bool {
	digits := strings.Map(func(r rune) rune {
		if unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
	return len(digits) >= 9 && len(digits) <= 15 && !aDate.MatchString(s)
}

var aDate = regexp.MustCompile(`^\s*(\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.]\d{4})`)

// nameBeside returns the name that stands before an address in its line ("Ana Ruiz <ana@acme.es>"), or the one that
// the address itself has ("ana.ruiz@acme.es").
func nameBeside(said, email string) string {
	if email == "" {
		return ""
	}
	before := said[:strings.Index(said, email)]
	before = before[strings.LastIndexByte(before, '\n')+1:]
	words := strings.FieldsFunc(before, func(r rune) bool { return unicode.IsSpace(r) || strings.ContainsRune("<>()[],;:|·*_", r) })
	var name []string
	for i := len(words) - 1; i >= 0 && len(name) < 4 && isNameWord(words[i]); i-- {
		name = append([]string{words[i]}, name...)
	}
	if len(name) >= 2 {
		return strings.Join(name, " ")
	}
	local, _, _ := strings.Cut(email, "@")
	parts := strings.FieldsFunc(local, func(r rune) bool { return r == '.' || r == '_' })
	if len(parts) < 2 {
		return ""
	}
	for i, part := range parts {
		if strings.ContainsFunc(part, func(r rune) bool { return !unicode.IsLetter(r) }) {
			return ""
		}
		r, size := utf8.DecodeRuneInString(part)
		parts[i] = string(unicode.ToUpper(r)) + part[size:]
	}
	return strings.Join(parts, " ")
}

// isNameWord tells whether a word may be of a name: it begins with a capital letter, or joins two that do.
func isNameWord(w string) bool {
	switch w {
	case "de", "del", "la", "las", "los", "y", "van", "von", "der", "da", "dos", "di":
		return true
	}
	first, _ := utf8.DecodeRuneInString(w)
	return unicode.IsUpper(first) && !strings.ContainsFunc(w, func(r rune) bool { return !unicode.IsLetter(r) && !strings.ContainsRune("-'.’", r) })
}

// cutField leaves out what is too long for its input to be filled with: cut, it would be wrong.
func cutField(s string, limit int) string {
	if utf8.RuneCountInString(s) > limit {
		return ""
	}
	return s
}
