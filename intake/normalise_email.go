package intake

import (
	_ "embed"
	"strings"
	"unicode"

	"golang.org/x/net/idna"
	"golang.org/x/net/publicsuffix"

	"relevo/handoff"
)

// emailDomain is what is wrong with an address that would be one with another domain.
const emailDomain handoff.Problem = "email_domain"

// email returns the address without what is written around it, in lower case and with its domain as the name
// servers know it: "Ana <Ana@Müller.example>" is ana@xn--mller-kva.example. What is no address stays.
func email(s string) string {
	s = strings.TrimFunc(s, notSeen)
	if open := strings.LastIndexByte(s, '<'); open >= 0 && strings.HasSuffix(s, ">") {
		s = s[open+1 : len(s)-1]
	}
	if len(s) > 7 && strings.EqualFold(s[:7], "mailto:") {
		s = s[7:]
	}
	local, domain, ok := strings.Cut(s, "@")
	local, domain = strings.TrimFunc(local, notSeen), strings.TrimFunc(domain, notSeen)
	if !ok || local == "" || domain == "" {
		return strings.ToLower(s)
	}
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil {
		ascii = domain
	}
	return strings.ToLower(local + "@" + ascii)
}

func notSeen(r rune) bool {
	return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r)
}

// emailProblem says why an address that email returned is none; "" for one that looks right, or is empty, or of which
// the domain says more.
func emailProblem(s string) handoff.Problem {
	local, domain, ok := strings.Cut(s, "@")
	switch {
	case s == "":
		return ""
	case !ok || local == "":
		return handoff.NotAnEmail
	case !isDomain(domain):
		return emailDomain
	}
	return ""
}

// isDomain tells whether name servers could know it, by its form alone. What has no dot is of one house only, and no
// domain ends in a number or one letter.
func isDomain(s string) bool {
	ascii, err := idna.Lookup.ToASCII(s)
	dot := strings.LastIndexByte(ascii, '.')
	return err == nil && dot > 0 && ascii[0] != '.' && !strings.Contains(ascii, "..") && len(ascii) <= 253 &&
		len(ascii)-dot > 2 && ascii[dot+1] > '9'
}

// host returns the host of a web address, without "www.", as people read it: "https://www.acme.example/en?a=b" is
// acme.example. What is no address stays as it was typed.
func host(s string) string {
	typed := strings.TrimFunc(s, notSeen)
	rest := strings.ToLower(typed)
	for _, scheme := range []string{"https://", "http://", "//"} {
		if cut, ok := strings.CutPrefix(rest, scheme); ok {
			rest = cut
			break
		}
	}
	if at := strings.IndexAny(rest, "/?#"); at >= 0 {
		rest = rest[:at]
	}
	if at := strings.IndexByte(rest, ':'); at >= 0 && strings.Trim(rest[at+1:], "0123456789") == "" {
		rest = rest[:at]
	}
	rest = strings.TrimSuffix(strings.TrimPrefix(rest, "www."), ".")
	if !isDomain(rest) {
		return typed
	}
	if seen, err := idna.Lookup.ToUnicode(rest); err == nil {
		return seen
	}
	return rest
}

//go:embed freemail.txt
var freeMail string

//go:embed disposable.txt
var disposableMail string

// knownMailboxes returns what is known of e-mail domains; the mapping file has the last word.
func knownMailboxes(m Mapping) map[string]handoff.Mailbox {
	known := map[string]handoff.Mailbox{}
	for _, list := range []struct {
		domains string
		kind    handoff.Mailbox
	}{{disposableMail, handoff.MailboxDisposable}, {freeMail, handoff.MailboxFree}} {
		for line := range strings.Lines(list.domains) {
			if !strings.HasPrefix(line, "#") {
				known[strings.TrimSpace(line)] = list.kind
			}
		}
	}
	for domain, kind := range m.mailboxes {
		known[domain] = kind
	}
	return known
}

// mailbox returns what the domain of an address tells. A provider that gives subdomains away is known by its own.
func (n *Normaliser) mailbox(email string) handoff.Mailbox {
	_, domain, _ := strings.Cut(email, "@")
	if domain == "" {
		return ""
	}
	for d := domain; d != ""; {
		if kind, ok := n.mailboxes[d]; ok {
			return kind
		}
		_, d, _ = strings.Cut(d, ".")
	}
	// yahoo.es, hotmail.co.uk: the same provider in every country.
	suffix, _ := publicsuffix.PublicSuffix(domain)
	switch name := strings.TrimSuffix(domain, "."+suffix); name {
	case "yahoo", "hotmail", "outlook", "live", "gmx", "yandex":
		if country := suffix[strings.LastIndexByte(suffix, '.')+1:]; len(country) == 2 {
			return handoff.MailboxFree
		}
	}
	return ""
}
