package handoff

import (
	"fmt"
	"strings"
	"testing"
)

// Nothing of a masked lead tells who it is, wherever their name stands; and what can't tell it stays.
func TestMask(t *testing.T) {
	who := Person{
		Name: "Ana de la Peña", Email: "ana.pena@acme.example", Phone: "+34600111222", Company: "Acme Ibérica S.L.", Website: "https://www.acme-iberica.example/en",
		Link: "https://crm.example/1", Industry: "Logistics", Size: "11-50", Country: "ES", Role: "Directora de la Oficina",
	}
	profile := Profile{Characteristics: []Characteristic{
		{ID: "x", Attribute: AttributeExtra, Label: "Vehicles", Values: []string{"10 to 50", "Over 50"}}, {ID: "y", Attribute: AttributeExtra, Label: "Notes", Values: []string{"none"}},
	}}
	lead := func(change func(*Lead)) Lead {
		l := Lead{ID: 7, Number: 1042, Person: who, Touch: Touch{Source: "Webinar", Campaign: "Otoño 2026", Activity: "Ana asked us to call"}, Owner: "U1"}
		l.Extras = []Extra{{Label: "vehicles", Value: "over 50", Shown: true}, {Label: "Notes", Value: "ask for Ana", Shown: true}, {Label: "Other", Value: "secret", Shown: true}}
		change(&l)
		return l
	}
	got := profile.Mask(lead(func(*Lead) {}))
	if fmt.Sprint(got) != fmt.Sprint(Masked{
		Lead: 7, Industry: "Logistics", Size: "11-50", Country: "ES", Role: "Directora de la Oficina", Source: "Webinar", Campaign: "Otoño 2026",
		Extras: []Extra{{Label: "Vehicles", Value: "Over 50"}}, Website: true, HasEmail: true,
	}) || got.Facts() != 7 {
		t.Errorf("%+v, %d facts", got, got.Facts())
	}
	for _, telling := range []string{
		"Assistant of ANA", "Pena's office", "CEO at Acme", "acme ibérica s.l. partner", "Head of acme-iberica", "mail x@y.example", "see https://x.example", "www.x.example", "call 600 111 222",
		strings.Repeat("She told us a long story. ", 3),
	} {
		for name, set := range map[string]func(*Lead){
			"role": func(l *Lead) { l.Role = telling }, "industry": func(l *Lead) { l.Industry = telling }, "country": func(l *Lead) { l.Country = telling },
			"source": func(l *Lead) { l.Source = telling }, "campaign": func(l *Lead) { l.Campaign = telling }, "size": func(l *Lead) { l.Size = telling },
			"extra": func(l *Lead) { l.Extras[0].Value = telling },
		} {
			if m := profile.Mask(lead(set)); strings.Contains(fmt.Sprint(m), telling) || m.Facts() != 6 {
				t.Errorf("%s %q: %+v", name, telling, m)
			}
		}
	}
	if m := (Profile{}).Mask(lead(func(*Lead) {})); m.Extras != nil {
		t.Errorf("answers that nobody agreed on are shown: %v", m.Extras)
	}
	if n := profile.Mask(Lead{Person: Person{Name: "Ana", Email: "a@b.example", Phone: "1"}}).Facts(); n != 0 {
		t.Errorf("somebody of whom nothing is known has %d facts", n)
	}
	free := profile.Mask(lead(func(l *Lead) { l.Email, l.Mailbox, l.Role = "ana.pena@gmail.com", MailboxFree, "Gmail administrator" }))
	if free.Role == "" || free.Mailbox != MailboxFree {
		t.Errorf("a free provider names nobody: %+v", free)
	}
}
