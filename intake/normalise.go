package intake

import (
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"relevo/handoff"
	"relevo/internal/text"
)

// Normaliser brings what senders write into one form: addresses, numbers, countries, sizes, and the names of
// sources and campaigns. It is safe for use by several goroutines.
type Normaliser struct {
	region    string // ISO code: where a phone number without a country code is
	mapping   Mapping
	mailboxes map[string]handoff.Mailbox

	// What they say repeats itself in a file.
	country, size, source, campaign *remembered
}

// NewNormaliser returns a normaliser for phone numbers of the given country (ISO 3166-1 alpha-2, or empty: then only
// numbers with a country code, or of people whose country is known, are understood). What is not a proper name
// ("Newsletter") is written in the given language.
func NewNormaliser(country, language string, m Mapping) *Normaliser {
	sources := m.sources.over(knownSources(language))
	return &Normaliser{
		region: country, mapping: m, mailboxes: knownMailboxes(m),
		country: remember(countryCode), size: remember(size),
		source: remember(sources.of), campaign: remember(m.campaigns.of),
	}
}

// remembered is a function that knows what it made of the last texts. It is safe for use by several goroutines.
type remembered struct {
	make  func(string) string
	mu    sync.Mutex
	known map[string]string
}

func remember(make func(string) string) *remembered {
	return &remembered{make: make, known: map[string]string{}}
}

func (r *remembered) of(s string) string {
	if s == "" || len(s) > 100 {
		return r.make(s)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	made, ok := r.known[s]
	if !ok {
		if len(r.known) == 500 {
			clear(r.known)
		}
		made = r.make(s)
		r.known[strings.Clone(s)] = made
	}
	return made
}

// Asks returns what the mapping file expects forms to ask: questions, and the labels of their answers.
func (n *Normaliser) Asks() []string { return n.mapping.asks() }

// Clean is Arrival.Clean after everything was brought into one form.
func (n *Normaliser) Clean(a handoff.Arrival) (handoff.Arrival, error) {
	a, err := n.tidy(a).Clean()
	var wrong handoff.FieldErrors
	errors.As(err, &wrong)
	if emailProblem(a.Email) == emailDomain && !(Problems{}).add(wrong).about("email") {
		wrong = append(wrong, handoff.FieldError{Field: "email", Problem: handoff.NotAnEmail})
	}
	return a, wrong.Err()
}

// clean is Clean with the problems added to what is wrong already, and with more to say of addresses.
func (n *Normaliser) clean(a handoff.Arrival, wrong Problems) (handoff.Arrival, Problems) {
	a, err := n.tidy(a).Clean()
	if why := emailProblem(a.Email); why != "" && !wrong.about("email") {
		wrong = append(wrong, Problem{Field: "email", Code: why})
	}
	return a, wrong.add(err)
}

// tidy brings every field into its form. What is not understood stays as it was typed.
func (n *Normaliser) tidy(a handoff.Arrival) handoff.Arrival {
	for _, text := range []*string{&a.Email, &a.Country, &a.Phone, &a.Website, &a.Size, &a.Source, &a.Campaign} {
		*text = strings.ToValidUTF8(strings.ReplaceAll(*text, "\x00", ""), "\uFFFD")
	}
	a.Email = email(a.Email)
	a.Mailbox = n.mailbox(a.Email)
	a.Country = n.country.of(a.Country)
	a.Phone = n.phone(a.Phone, a.Country)
	a.Website = host(a.Website)
	a.Size = n.size.of(a.Size)
	a.Source = n.source.of(a.Source)
	a.Campaign = n.campaign.of(a.Campaign)
	return a
}

// arrival makes the arrival of an entry. Keys and ids of two sources never meet.
func (n *Normaliser) arrival(from source, e entry, now time.Time, zone *time.Location) (handoff.Arrival, Problems) {
	if e.form == nil {
		return handoff.Arrival{}, e.wrong
	}
	f, extras := n.read(from, e)
	assemble := func() (handoff.Arrival, Problems) {
		a, wrong := f.arrival(now, zone, slices.Clone(e.wrong))
		if a.Source == "" {
			a.Source = from.as
		}
		a.Extras = append(extras, f.trail(a.Touch, n)...)
		a.ExternalID = from.id(a.ExternalID)
		if e.once != "" {
			a.OnceKey = from.name + ":" + e.once
		}
		a.Again = e.again
		return n.clean(a, wrong)
	}
	a, wrong := assemble()
	if from.deaf && f.shorten(wrong) {
		a, wrong = assemble()
	}
	return a, wrong
}

// meaning is what becomes of an answer: a field of ours, or an extra under a label, or neither.
type meaning struct {
	field string
	label string
	shown bool   // on the card
	key   string // as the mapping file has it
}

// read sorts what a tool said into fields and extras.
func (n *Normaliser) read(from source, e entry) (form, []handoff.Extra) {
	f, said := make(form, len(e.form)), map[string]bool{} // said: by the mapping file's will
	var extras []handoff.Extra
	keep := func(m meaning, value string) {
		extras = append(extras, handoff.Extra{Label: m.label, Value: value, Shown: m.shown})
	}
	var later []question // what the mapping file does not name
	mapped := func(q question) bool {
		m, ok := n.mapping.of(from.name, q.key, q.label)
		switch {
		case !ok:
			return false
		case m.field == "" && m.label != "":
			keep(m, q.value)
		case m.field != "" && !said[m.field] && strings.TrimSpace(q.value) != "":
			f[m.field], said[m.field] = q.value, true
		}
		return true
	}
	for _, name := range fieldNames {
		if v, ok := e.form[name]; ok && !(from.ownIDs && mapped(question{key: name, value: v})) && !said[name] {
			f[name] = v
		}
	}
	for _, q := range e.asked {
		if !mapped(q) {
			later = append(later, q)
		}
	}
	for _, q := range later {
		f.followLinks(q.value)
		field := q.meansField()
		switch {
		case strings.TrimSpace(q.value) == "":
		case field != "" && f.first(field) == "":
			f[field] = q.value
		case !q.aside && field == "":
			keep(meaning{label: q.name()}, q.value)
		case !q.aside && strings.TrimSpace(q.value) != f.first(field): // a second e-mail address is not lost
			keep(meaning{label: q.name()}, q.value)
		}
	}
	return f, extras
}

// name returns what people are told that the question is.
func (q question) name() string {
	if strings.TrimSpace(q.label) != "" {
		return q.label
	}
	return q.key
}

// meansField returns the field that the question means without a mapping file, or "".
func (q question) meansField() string {
	if field := trailField(q.key); field != "" {
		return field
	}
	if field := trailField(q.label); field != "" {
		return field
	}
	if q.field != "" || q.aside {
		return q.field
	}
	switch field := guess(q.label); field {
	case "name", "first_name", "last_name", "email", "phone", "company", "website", "role", "country", "industry", "size", "source", "campaign":
		return field
	case "asks_contact":
		if _, ok := yesNo(strings.TrimSpace(q.value)); ok {
			return field
		}
	}
	return ""
}

// countryCode returns the ISO 3166-1 alpha-2 code of a country, or what was typed when it is none that we know.
func countryCode(s string) string {
	typed := strings.TrimFunc(s, notSeen)
	if code, ok := text.CountryCode(typed); ok {
		return code
	}
	return typed
}
