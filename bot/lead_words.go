package bot

import (
	"fmt"
	"strings"

	"relevo/handoff"
	"relevo/internal/text"
)

// A lead in words, wherever it is shown.

// leadName is what to call a lead, also when nothing but its external id is known, or nothing any more.
func leadName(p *text.Printer, l handoff.Lead) string {
	if l.State == handoff.Erased {
		return p.T("card.withdrawn")
	}
	if t := l.Title(); t != "" {
		return t
	}
	return p.T("card.nameless")
}

// emailWords is a lead's address, marked when its domain says that it may not be the company's.
func emailWords(p *text.Printer, l handoff.Lead) string {
	if l.Mailbox == "" || l.Email == "" {
		return l.Email
	}
	return l.Email + " (" + p.T("card.mailbox."+string(l.Mailbox)) + ")"
}

// shownExtras are those that marketing wants on the card.
func shownExtras(l handoff.Lead) []handoff.Extra {
	var all []handoff.Extra
	for _, x := range l.Extras {
		if x.Shown && len(all) < maxCardExtras {
			all = append(all, x)
		}
	}
	return all
}

// extraLine is "Label: value", or "Question? value".
func extraLine(x handoff.Extra) string {
	if strings.HasSuffix(x.Label, "?") || strings.HasSuffix(x.Label, ":") {
		return x.Label + " " + x.Value
	}
	return x.Label + ": " + x.Value
}

// leadTitle is who the lead is, in one line.
func leadTitle(p *text.Printer, l handoff.Lead) []span {
	spans := []span{bold(cut(leadName(p, l), 200))}
	if rest := joined(" · ", l.Role, unless(l.Company, l.Title())); rest != "" {
		spans = append(spans, words(" · "+cut(rest, 400)))
	}
	return spans
}

// spokenLead is the whole lead in one sentence.
func spokenLead(p *text.Printer, l handoff.Lead) string {
	return fmt.Sprintf("#%d ", l.Number) + joined(", ", leadName(p, l), l.Role, unless(l.Company, l.Title()), l.Activity, l.Source, l.Campaign)
}

// decisionWords says what was decided, in few words: "accepted", or "rejected (wrong size)".
func decisionWords(p *text.Printer, reasons handoff.Reasons, d handoff.Decision) string {
	if d.Verdict == handoff.Accept {
		return p.T("decision.accept")
	}
	return p.T("decision."+string(d.Verdict), "Reason", reasonName(p, reasons, d.Reason, d.At))
}

// joined puts what is not empty together.
func joined(sep string, parts ...string) string {
	var all []string
	for _, s := range parts {
		if s != "" {
			all = append(all, s)
		}
	}
	return strings.Join(all, sep)
}

// unless returns s, or nothing when it says the same as other.
func unless(s, other string) string {
	if s == other {
		return ""
	}
	return s
}
