package handoff

import (
	"slices"
	"strings"
	"unicode"
)

// Masked is what both sides see of a past lead whom they are to judge: the facts that a profile can be made of, and nothing that
// tells who it is.
type Masked struct {
	Lead     int64
	Industry string
	Size     string
	Country  string
	Role     string
	Source   string
	Campaign string
	Extras   []Extra
	Website  bool    // the company has one
	Mailbox  Mailbox // of HasEmail
	HasEmail bool
}

// MinFacts is how many facts a lead must show to be judged without its name.
const MinFacts = 2

// maxFact is how long a fact may be, in characters: a longer text is a story, and may tell of whom.
const maxFact = 60

// Mask returns what is shown of the lead. Left out are its number, name, e-mail, phone, company, website, link and owner, what it
// did in its own words, and every fact that names it. Of other answers those are shown that the profile looks at, and only in
// the profile's own words: what both sides have written down can name nobody.
func (p Profile) Mask(l Lead) Masked {
	names := l.names()
	fact := func(s string) string {
		if namesSomebody(s, names) {
			return ""
		}
		return s
	}
	m := Masked{
		Lead: l.ID, Industry: fact(l.Industry), Country: fact(l.Country), Role: fact(l.Role), Source: fact(l.Source), Campaign: fact(l.Campaign),
		Website: l.Website != "", Mailbox: l.Mailbox, HasEmail: l.Email != "",
	}
	if _, _, known := sizeOf(l.Size); known {
		m.Size = l.Size
	}
	for _, c := range p.Characteristics {
		if c.Attribute != AttributeExtra {
			continue
		}
		i := slices.IndexFunc(l.Extras, func(x Extra) bool { return plain(x.Label) == plain(c.Label) })
		if i < 0 {
			continue
		}
		for _, v := range c.Values {
			if x := (Extra{Label: c.Label, Value: v}); plain(v) == plain(l.Extras[i].Value) && !slices.Contains(m.Extras, x) {
				m.Extras = append(m.Extras, x)
			}
		}
	}
	return m
}

// Facts returns how many facts are shown, without what every lead has: a website and an address or none.
func (m Masked) Facts() int {
	n := len(m.Extras)
	for _, s := range []string{m.Industry, m.Size, m.Country, m.Role, m.Source, m.Campaign} {
		if s != "" {
			n++
		}
	}
	return n
}

// names returns the words, folded, by which anybody would know the lead: those of the name and of the addresses, the company's name
// and its first word, which is the one that is its own.
func (p Person) names() []string {
	var all []string
	add := func(s string) {
		if s = plain(s); len([]rune(s)) > 2 && !slices.Contains(particles, s) {
			all = append(all, s)
		}
	}
	local, domain, _ := strings.Cut(p.Email, "@")
	for _, s := range []string{p.Name, local} {
		for _, word := range strings.Fields(plain(s)) {
			add(word)
		}
	}
	host := strings.TrimPrefix(p.Website, "http://")
	host = strings.TrimPrefix(strings.TrimPrefix(host, "https://"), "www.")
	if p.Mailbox != "" {
		domain = ""
	}
	for _, s := range []string{host, domain} {
		label, _, _ := strings.Cut(s, ".")
		add(label)
	}
	add(p.Company)
	first, _, _ := strings.Cut(plain(p.Company), " ")
	add(first)
	return all
}

// particles stand in many names and in many sentences.
var particles = []string{"del", "las", "los", "von", "van", "der", "den", "the", "and", "info", "sales", "mail", "contact", "contacto", "hello", "hola"}

// namesSomebody tells whether a fact may tell whose it is: by one of the names, as an address or a phone number, or because it is long.
func namesSomebody(s string, names []string) bool {
	digits := 0
	for _, r := range s {
		if unicode.IsDigit(r) {
			digits++
		}
	}
	if digits > 6 || len([]rune(s)) > maxFact || strings.Contains(s, "@") || strings.Contains(s, "://") || strings.Contains(strings.ToLower(s), "www.") {
		return true
	}
	return slices.ContainsFunc(names, func(name string) bool { return hasWords(s, name) })
}
