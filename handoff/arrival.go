package handoff

import (
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// Arrival is one lead as it comes in at marketing's door.
type Arrival struct {
	ExternalID string // the sender's own id of the person or submission
	OnceKey    string // the sender's idempotency key of this request
	Again      bool   // the sender says that it hands this person over anew: decided before, they get their next round
	Person
	Touch
	Extras   []Extra   // what else they said, in the sender's order
	Owner    string    // Slack user id, or empty
	By       string    // Slack user who handed it over by hand, or empty
	At       time.Time // when it is handed over: the offer to sales begins
	Received time.Time // when marketing received it, if that was earlier

	// Outcome is what became of it already. Only imported history has it; such a lead is never posted as a card.
	Outcome *Outcome
}

// Outcome is the decision of a lead that is imported as history.
type Outcome struct {
	Verdict Verdict
	Reason  string // key, NoReason when it is not known; empty for Accept
	Note    string
	Back    time.Time // of NotNow: when it comes back; zero when that is not known, and it then never does by itself
	By      string    // Slack user id; empty when it is not known who decided
	At      time.Time
	Timed   bool // both the arrival's and the decision's time are known
}

// Fate is what became of an arrival.
type Fate string

// The fates.
const (
	FateNew      Fate = "new"       // a lead that was not known
	FateMerged   Fate = "merged"    // into an open lead with the same e-mail, or the same external id with something new
	FateNewRound Fate = "new_round" // the same e-mail after a decision
	FateRepeated Fate = "repeated"  // seen before: nothing was changed
)

// Receipt answers an arrival.
type Receipt struct {
	Number int64
	State  State
	Fate   Fate
}

// Clean returns the arrival without surrounding space, its e-mail in lower case and its extras cut, or FieldErrors
// that say what is wrong.
func (a Arrival) Clean() (Arrival, error) {
	var wrong FieldErrors
	a.Email = strings.ToLower(a.Email)
	if a.Outcome != nil {
		outcome := *a.Outcome // the sender's own stays as it is
		a.Outcome = &outcome
	}
	a.Extras = cleanExtras(a.Extras)
	for _, f := range a.fields() {
		*f.value = clean(*f.value)
		if f.limit != MaxNote {
			*f.value = oneLine(*f.value)
		}
		if utf8.RuneCountInString(*f.value) > f.limit {
			wrong = append(wrong, FieldError{Field: f.name, Problem: TooLong, Limit: f.limit})
		}
	}
	if a.Email != "" && !looksLikeEmail(a.Email) {
		wrong = append(wrong, FieldError{Field: "email", Problem: NotAnEmail})
	}
	if a.Link != "" {
		var ok bool
		if a.Link, ok = webAddress(a.Link); !ok {
			wrong = append(wrong, FieldError{Field: "link", Problem: NotAURL})
		}
	}
	if a.Email == "" && a.Phone == "" && a.ExternalID == "" {
		wrong = append(wrong, FieldError{Field: "email", Problem: NeedsKey})
	}
	return a, wrong.Err()
}

type field struct {
	name  string
	value *string
	limit int
}

// fields lists the arrival's texts under the names that senders use for them.
func (a *Arrival) fields() []field {
	fields := []field{
		{"external_id", &a.ExternalID, 255}, {"idempotency_key", &a.OnceKey, 255},
		{"name", &a.Name, MaxText}, {"email", &a.Email, 254}, {"phone", &a.Phone, 64},
		{"company", &a.Company, MaxText}, {"website", &a.Website, MaxText}, {"role", &a.Role, MaxText},
		{"country", &a.Country, 100}, {"industry", &a.Industry, MaxText}, {"size", &a.Size, 64},
		{"link", &a.Link, 2000}, {"language", &a.Language, 16}, {"source", &a.Source, 200}, {"campaign", &a.Campaign, 200},
		{"activity", &a.Activity, MaxNote}, {"owner", &a.Owner, 64},
	}
	if a.Outcome != nil {
		fields = append(fields, field{"note", &a.Outcome.Note, MaxNote})
	}
	return fields
}

// clean returns the text without surrounding space and without what a store cannot hold: null characters and
// broken UTF-8.
func clean(s string) string {
	return strings.TrimSpace(strings.ToValidUTF8(strings.ReplaceAll(s, "\x00", ""), "\uFFFD"))
}

// oneLine makes one line of a text of several, so that a name cannot look like more than itself.
func oneLine(s string) string {
	if !strings.ContainsFunc(s, endsLine) {
		return s
	}
	return strings.Join(strings.FieldsFunc(s, endsLine), " ")
}

func endsLine(r rune) bool {
	switch r {
	case '\n', '\r', '\v', '\f', '\u0085', '\u2028', '\u2029':
		return true
	}
	return false
}

// Fill returns the person with what was empty taken from other; what is known is never overwritten. An e-mail is
// not taken: it may belong to another lead, which only the store knows.
func (p Person) Fill(other Person) Person {
	for _, f := range []struct{ mine, theirs *string }{
		{&p.Name, &other.Name}, {&p.Phone, &other.Phone}, {&p.Company, &other.Company},
		{&p.Website, &other.Website}, {&p.Role, &other.Role}, {&p.Country, &other.Country},
		{&p.Industry, &other.Industry}, {&p.Size, &other.Size}, {&p.Link, &other.Link}, {&p.Language, &other.Language},
	} {
		if *f.mine == "" {
			*f.mine = *f.theirs
		}
	}
	if p.Mailbox == "" && p.Email == other.Email {
		p.Mailbox = other.Mailbox
	}
	return p
}

// looksLikeEmail accepts what has one @ with something on both sides, a dot in the domain, and no space or control
// character. Whether it can be delivered to only a message would tell.
func looksLikeEmail(s string) bool {
	local, domain, ok := strings.Cut(s, "@")
	if !ok || local == "" || strings.Contains(domain, "@") || strings.ContainsFunc(s, neverInEmail) {
		return false
	}
	dot := strings.LastIndexByte(domain, '.')
	return dot > 0 && dot < len(domain)-1 && !strings.Contains(domain, "..") && domain[0] != '.'
}

func neverInEmail(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`<>(),;:"[]\`, r)
}

// maxAddress is how long a web address may be once what must be escaped in it is; Slack's limit is 3000.
const maxAddress = 2900

// webAddress returns the address with everything escaped that must be; false when it is none, or carries a password.
func webAddress(s string) (string, bool) {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || !isHost(u.Hostname()) {
		return s, false
	}
	escaped := u.String()
	return escaped, len(escaped) <= maxAddress
}

func isHost(s string) bool {
	return s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-._:", r)
	})
}
