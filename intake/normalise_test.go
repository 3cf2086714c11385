package intake

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/nyaruka/phonenumbers"

	"relevo/handoff"
)

func TestEmails(t *testing.T) {
	n := NewNormaliser("", "en", Mapping{})
	for _, tt := range []struct{ in, want, mailbox, wrong string }{
		{"Ana@Example.COM", "ana@example.com", "", ""},
		{"  ana@example.com\u00a0\u200b", "ana@example.com", "", ""},
		{"Ana Ruiz <Ana@example.com>", "ana@example.com", "", ""},
		{"mailto:ana@example.com", "ana@example.com", "", ""},
		{"ana @ example.com", "ana@example.com", "", ""},
		{"jürgen@müller.example", "jürgen@xn--mller-kva.example", "", ""},
		{"ana@EXÁMPLE.es", "ana@xn--exmple-qta.es", "", ""},
		{"ana@gmail.com", "ana@gmail.com", "free", ""},
		{"ana@yahoo.es", "ana@yahoo.es", "free", ""},
		{"ana@hotmail.co.uk", "ana@hotmail.co.uk", "free", ""},
		{"ana@yahoo.acme.example", "ana@yahoo.acme.example", "", ""},
		{"ana@live.shop", "ana@live.shop", "", ""},
		{"ana@mailinator.com", "ana@mailinator.com", "disposable", ""},
		{"ana@abc.mailinator.com", "ana@abc.mailinator.com", "disposable", ""},
		{"ana", "ana", "", "not_an_email"},
		{"@example.com", "@example.com", "", "not_an_email"},
		{"ana@", "ana@", "", "email_domain"},
		{"ana@example", "ana@example", "", "email_domain"},
		{"ana@exa_mple.com", "ana@exa_mple.com", "", "email_domain"},
		{"ana@example..com", "ana@example..com", "", "email_domain"},
		{"ana@10.0.0.1", "ana@10.0.0.1", "", "email_domain"},
		{"ana@-example.com", "ana@-example.com", "", "email_domain"},
		{"ana@example.com, luis@example.com", "ana@example.com, luis@example.com", "", "email_domain"},
		{"", "", "", ""},
	} {
		got := email(tt.in)
		if wrong := string(emailProblem(got)); got != tt.want || string(n.mailbox(got)) != tt.mailbox || wrong != tt.wrong {
			t.Errorf("%q: got %q %q %q, want %q %q %q", tt.in, got, n.mailbox(got), wrong, tt.want, tt.mailbox, tt.wrong)
		}
	}
}

func TestPhones(t *testing.T) {
	for _, tt := range []struct{ country, region, in, want string }{
		{"", "", "+34 600 11 12 22", "+34600111222"},
		{"", "", "0034 600 111 222", "+34600111222"},
		{"ES", "", "600 111 222", "+34600111222"},
		{"", "ES", "600-111-222", "+34600111222"},
		{"", "ES", "34600111222", "+34600111222"},
		{"MX", "ES", "55 1234 5678", "+525512345678"}, // the person's country goes first
		{"", "ES", "+1 (212) 555-0123", "+12125550123"},
		{"US", "", "(212) 555-0123 ext. 5", "+12125550123 ext. 5"},
		{"", "", "'+51 987 654 321", "+51987654321"},
		{"", "", "p:+34600111222", "+34600111222"},
		{"", "", "tel:+34-600-111-222", "+34600111222"},
		{"Atlantis", "ES", "600111222", "+34600111222"},
		{"", "", "600 111 222", "600 111 222"},
		{"", "ES", "1", "1"},
		{"", "ES", "600111222 / 600333444", "600111222 / 600333444"},
		{"", "ES", "600111222 after five", "600111222 after five"},
		{"", "ES", "no tengo", "no tengo"},
		{"", "ES", "", ""},
	} {
		if got := NewNormaliser(tt.region, "en", Mapping{}).phone(tt.in, tt.country); got != tt.want {
			t.Errorf("%q %q %q: got %q, want %q", tt.country, tt.region, tt.in, got, tt.want)
		}
	}
}

// Numbers of every country and kind, with digits changed: what is taken as it is, the parser writes just so.
func TestPhonesTakenAsTheyAre(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	n := NewNormaliser("ES", "en", Mapping{})
	taken := 0
	for region := range phonenumbers.GetSupportedRegions() {
		for kind := phonenumbers.FIXED_LINE; kind <= phonenumbers.VOICEMAIL; kind++ {
			example := phonenumbers.GetExampleNumberForType(region, kind)
			if example == nil {
				continue
			}
			digits := []byte(phonenumbers.Format(example, phonenumbers.E164))
			for range 20 {
				number := string(digits[:len(digits)-random.IntN(2)])
				if isE164(number) {
					taken++
					if got := n.parsePhone(number, "ES"); got != number {
						t.Errorf("%s is taken as it is, and read as %s", number, got)
					}
				}
				digits[1+random.IntN(len(digits)-1)] = byte('0' + random.IntN(10))
			}
		}
	}
	if taken < 3000 {
		t.Errorf("only %d numbers were taken", taken)
	}
}

func TestCountries(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"ES", "ES"}, {"es", "ES"}, {"ESP", "ES"}, {"Spain", "ES"}, {"ESPAÑA", "ES"}, {"espana", "ES"}, {" Spain (España) ", "ES"},
		{"United States", "US"}, {"U.S.A.", "US"}, {"Estados Unidos", "US"}, {"EE. UU.", "US"}, {"EEUU", "US"},
		{"UK", "GB"}, {"Great Britain", "GB"}, {"Reino Unido", "GB"}, {"England", "GB"}, {"Inglaterra", "GB"},
		{"México", "MX"}, {"Mejico", "MX"}, {"Mexico", "MX"}, {"Perú", "PE"}, {"Brasil", "BR"}, {"Brazil", "BR"},
		{"Germany", "DE"}, {"Alemania", "DE"}, {"Deutschland", "DE"}, {"The Netherlands", "NL"}, {"Países Bajos", "NL"}, {"Holanda", "NL"},
		{"Côte d’Ivoire", "CI"}, {"Costa de Marfil", "CI"}, {"República Dominicana", "DO"}, {"Türkiye", "TR"}, {"Turquía", "TR"},
		{"Czech Republic", "CZ"}, {"Chequia", "CZ"}, {"South Korea", "KR"}, {"Corea del Sur", "KR"}, {"UAE", "AE"}, {"Emiratos Árabes Unidos", "AE"},
		{"Republic of Ireland", "IE"}, {"Irlanda", "IE"}, {"Japón", "JP"}, {"Hong Kong", "HK"},
		{"Catalonia", "Catalonia"}, {"EU", "EU"}, {"ZZ", "ZZ"}, {"001", "001"}, {"Spain or Portugal", "Spain or Portugal"}, {"", ""}, {"—", "—"},
	} {
		if got := countryCode(tt.in); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestSizes(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"250", "250"}, {"1.000", "1000"}, {"1,000", "1000"}, {"1 000", "1000"}, {"10k", "10000"}, {"1.5k", "1500"}, {"10 mil", "10000"},
		{"11-50", "11-50"}, {"11 – 50 employees", "11-50"}, {"501 to 1000 employees", "501-1000"}, {"1,001-5,000", "1001-5000"},
		{"de 11 a 50", "11-50"}, {"entre 11 y 50 empleados", "11-50"}, {"De 1.001 a 5.000 personas", "1001-5000"}, {"SIZE_11_TO_50", "11-50"}, {"1k-5k", "1000-5000"},
		{"10k+", "10000+"}, {"10,000+ employees", "10000+"}, {"más de 200", "200+"}, {"Más de 10.000 empleados", "10000+"}, {"more than 200", "200+"},
		{"200 o más", "200+"}, {"200 or more", "200+"}, {">200", "200+"}, {"+200", "200+"}, {"≥ 200", "200+"},
		{"menos de 10", "1-9"}, {"less than 10", "1-9"}, {"<10", "1-9"}, {"hasta 10", "1-10"}, {"up to 10", "1-10"}, {"10 o menos", "1-10"},
		{"just me", "1"}, {"Autónomo", "1"}, {"1 employee", "1"}, {"plantilla de 50", "50"}, {"unas 50 personas", "50"}, {"~50", "50"},
		{"nov-50", "nov-50"}, {"50-11", "50-11"}, {"2.5", "2.5"}, {"big", "big"}, {"3 offices, 50 people", "3 offices, 50 people"},
		{"1-10-50", "1-10-50"}, {"Enterprise (1000+)", "Enterprise (1000+)"}, {"-5", "-5"}, {"99999999999999999999", "99999999999999999999"}, {"", ""},
	} {
		if got := size(tt.in); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.in, got, tt.want)
		}
		if again := size(size(tt.in)); again != size(tt.in) {
			t.Errorf("%q: %q becomes %q", tt.in, size(tt.in), again)
		}
	}
}

func TestHosts(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"https://www.Acme.example/en?utm_source=x#top", "acme.example"}, {"http://acme.example", "acme.example"}, {"acme.example/", "acme.example"},
		{"//acme.example", "acme.example"}, {"acme.example:8080/x", "acme.example"}, {"www.acme.co.uk", "acme.co.uk"}, {"shop.acme.example.", "shop.acme.example"},
		{"https://MÜLLER.example/", "müller.example"}, {"xn--mller-kva.example", "müller.example"},
		{"n/a", "n/a"}, {"n.a.", "n.a."}, {"none", "none"}, {"we have none", "we have none"}, {"ana@acme.example", "ana@acme.example"},
		{"https://", "https://"}, {"1.5", "1.5"}, {"", ""},
	} {
		if got := host(tt.in); got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestSpellings(t *testing.T) {
	for _, tt := range []struct{ language, in, want string }{
		{"en", "google", "Google"}, {"en", "GOOGLE ", "Google"}, {"en", "www.google.com", "Google"}, {"en", "adwords", "Google Ads"}, {"en", "google_ads", "Google Ads"},
		{"en", "fb", "Facebook"}, {"en", "m.facebook.com", "Facebook"}, {"en", "facebook-ads", "Meta Ads"}, {"en", "linkedin", "LinkedIn"}, {"en", "bing", "Bing"},
		{"en", "newsletter", "Newsletter"}, {"es", "Boletín", "Newsletter"}, {"en", "ORGANIC_SEARCH", "Organic search"}, {"es", "ORGANIC_SEARCH", "Búsqueda orgánica"},
		{"en", "búsqueda organica", "Organic search"}, {"es", "email", "Correo"}, {"en", "e-mail", "Email"}, {"en", "(direct)", "Direct traffic"},
		{"en", "Welingak Website", "Welingak Website"}, {"en", "?", "?"}, {"en", "", ""},
	} {
		if got := knownSources(tt.language).of(tt.in); got != tt.want {
			t.Errorf("%q in %s: got %q, want %q", tt.in, tt.language, got, tt.want)
		}
	}
}

// Slack's form is told of a wrong address in the domain's own words, and of everything else that is wrong.
func TestCleanForSlack(t *testing.T) {
	n := NewNormaliser("ES", "en", Mapping{})
	a, err := n.Clean(handoff.Arrival{At: time.Now(), Person: handoff.Person{Email: "Ana@Gmail.com ", Phone: "600 111 222", Country: "España"}, Touch: handoff.Touch{Source: "google"}})
	if err != nil || a.Email != "ana@gmail.com" || a.Mailbox != handoff.MailboxFree || a.Phone != "+34600111222" || a.Country != "ES" || a.Source != "Google" {
		t.Errorf("got %+v, %v", a, err)
	}
	_, err = n.Clean(handoff.Arrival{Person: handoff.Person{Email: "ana@exa_mple.com", Name: strings.Repeat("x", 501)}})
	var wrong handoff.FieldErrors
	if !errors.As(err, &wrong) || len(wrong) != 2 || wrong[0].Field != "name" || wrong[1] != (handoff.FieldError{Field: "email", Problem: handoff.NotAnEmail}) {
		t.Errorf("got %v", err)
	}
}

// What was brought into form stays as it is when it comes again, and nothing that a person typed makes it fail.
func FuzzNormalise(f *testing.F) {
	for _, seed := range []string{"Ana <ana@müller.example>", "+34 600 111 222", "España", "más de 1.000", "https://www.acme.example/x", "google", "ＡＣＭＥ．example", "x@ß.example", "İ@İ.example", "a@xn--a.b", "1-800-FLOWERS", "<10k+", "''@İ.A000000", "", "\x00\xff"} {
		f.Add(seed)
	}
	n := NewNormaliser("ES", "es", Mapping{})
	f.Fuzz(func(t *testing.T, s string) {
		a := handoff.Arrival{ExternalID: "1", At: tuesday, Person: handoff.Person{Email: s, Phone: s, Country: s, Website: s, Size: s}, Touch: handoff.Touch{Source: s, Campaign: s}}
		first, err := n.Clean(a)
		if err != nil {
			return
		}
		again, err := n.Clean(first)
		if err != nil || again.Person != first.Person || again.Touch != first.Touch {
			t.Fatalf("%q: %+v %+v becomes %+v %+v, %v", s, first.Person, first.Touch, again.Person, again.Touch, err)
		}
	})
}
