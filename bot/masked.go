package bot

import (
	"cmp"

	"relevo/handoff"
	"relevo/internal/text"
)

// A past lead as both sides judge it: what a profile can be made of, and nothing that tells who it is.

// letter calls the lead that stands at this place of a list.
func letter(i int) string { return string(rune('A' + i)) }

// maskedText is what is shown of a lead: "Logistics · 51-200 people · Spain · Head of Operations · Google, Spring webinar · has a website".
func maskedText(p *text.Printer, m handoff.Masked) string {
	size := ""
	if m.Size != "" {
		size = p.T("masked.size", "Size", m.Size)
	}
	facts := []string{m.Industry, size, p.Country(m.Country), m.Role, joined(", ", m.Source, m.Campaign)}
	for _, x := range m.Extras {
		facts = append(facts, x.Label+": "+x.Value)
	}
	website := "masked.website.no"
	if m.Website {
		website = "masked.website"
	}
	facts = append(facts, p.T(website))
	if m.HasEmail {
		facts = append(facts, p.T("masked.mailbox."+cmp.Or(string(m.Mailbox), "own")))
	}
	return joined(" · ", facts...)
}
