package intake

import (
	"context"
	"mime"
	"net/http"
	"strings"
	"time"

	"relevo/store"
)

// Secrets is what the sources need to know each sender by, and to ask the tools' APIs. A source whose own are
// empty is off. The settings' names and what they are for stand with the settings.
type Secrets struct {
	IntakeToken     string
	N8NToken        string
	PublicURL       string
	HubSpotSecret   string
	HubSpotToken    string
	HubSpotAPIURL   string
	TypeformSecret  string
	WebflowSecret   string
	CalendlyKey     string
	MetaAppSecret   string
	MetaVerifyToken string
	MetaToken       string
	MetaAPIURL      string
	LinkedInSecret  string
	LinkedInToken   string
	LinkedInAPIURL  string
	LinkedInVersion string
	GoogleAdsKey    string
	SalesforceKey   string
	SalesforceOrg   string
}

// source is one kind of sender: how it proves itself and what its bodies mean. A new one is a file that makes it
// and a line in sources.
type source struct {
	name      string
	needs     []setting // without which it is off
	media     string    // of its bodies: "application/json" or "text/xml"
	path      bool      // its address goes on after its name, as /hooks/name/secret: r.PathValue("rest")
	ownIDs    bool      // it speaks our own field names, and its external ids are the sender's own: no "name:" before them
	ownTokens bool      // each workspace that Relevo was installed in has a token for it: see door.tenant
	as        string    // the source of leads that name none, as "Google Ads"; or empty
	deaf      bool      // nobody reads its answers, and it sends again what was refused: a refused lead is answered 202 too
	exact     bool      // it counts on exactly 200, and sends again what is answered 202
	challenge string    // WWW-Authenticate of a refusal; empty for senders that sign

	handshake func(w http.ResponseWriter, r *http.Request)           // answers its GET; nil when it sends none
	verify    func(r *http.Request, body []byte, now time.Time) bool // tells whether the request is the sender's, and fresh
	parse     func(h http.Header, body []byte) (batch, error)        // fails with a Problem when nothing in the body can be read
	respond   func(w http.ResponseWriter)                            // acknowledges in the tool's own way; nil for our JSON
	sign      signer                                                 // makes what verify takes, for relevo send
	// ask reads what a fetch stands for, with what the mapping file names for the source (folded) also; nil when bodies
	// are complete. It fails with *unread.
	ask func(ctx context.Context, client *http.Client, ref string, also []string) (batch, error)
}

// setting is one that a source needs: its name and its value.
type setting struct{ name, value string }

// batch is what one request brings. It is stored as a whole or not at all.
type batch struct {
	entries  []entry
	fetches  []fetch
	merges   []merge
	erasures []erasure
	unsigned bool     // anybody could have sent it
	ignored  []string // why, for each thing in the body that is no lead; a few fixed words, nothing of the person
}

// fetch is a lead of which the request only has an id: the tool's API is asked for the rest, after the answer.
type fetch struct {
	key string // by which a repetition is known; keys of two sources never meet
	ref string // what ask needs to find the person, and the external id of the lead

	// withdrawn says that the person is told to have withdrawn, which is not believed by itself: the API is asked so much
	// later whether they are still there, if there is a lead of theirs then.
	withdrawn time.Duration
}

// merge says that people whom the tool had under several ids are one person of one id there.
type merge struct {
	into string
	from []string
}

// erasure is a person who withdrew. The external id is the tool's own, without the source's name before it.
type erasure struct{ externalID, email string }

// entry is one lead of a request.
type entry struct {
	form  form       // the fields of ours that the sender named for certain
	asked []question // all else that it said
	once  string     // the sender's key of this lead, by which a repetition is known; or empty
	again bool       // it is handed over anew, also when it was handed over before
	wrong Problems   // what is wrong already; a nil form with something wrong is no lead at all
}

// question is something that a tool asked or knows of the person, under the tool's own name. The mapping file says
// first what it means, then field, then its label if that is an obvious name of a field. What means nothing is
// kept in the lead's details under the label.
type question struct {
	key   string // the tool's lasting name of it (id, ref, property), or empty
	label string // what people read
	value string
	field string // of ours that it means by the tool's own account, as "email" of an answer of that type; or empty
	aside bool   // not kept unless the mapping file names it
}

// sources is the table of every kind of sender, in the order in which people are told of them.
func sources(s Secrets) []source {
	return []source{
		jsonSource(s),
		n8nSource(s),
		typeformSource(s),
		webflowSource(s),
		calendlySource(s),
		googleAdsSource(s),
		salesforceSource(s),
		hubspotSource(s),
		metaSource(s),
		linkedinSource(s),
	}
}

// SourceState tells whether a source is on.
type SourceState struct {
	Name    string
	Missing []string // the settings that would switch it on; empty when it is on
}

// States lists every source with what it lacks.
func (s Secrets) States() []SourceState {
	var all []SourceState
	for _, from := range sources(s) {
		all = append(all, SourceState{from.name, from.missing()})
	}
	return all
}

func (s source) missing() []string {
	var names []string
	for _, n := range s.needs {
		if n.value == "" {
			names = append(names, n.name)
		}
	}
	return names
}

// id returns an external id as it is stored: ids of two tools never meet.
func (s source) id(external string) string {
	if external == "" || s.ownIDs {
		return external
	}
	return s.name + ":" + external
}

// merges returns the batch's merges with the ids as they are stored.
func (s source) merges(b batch) []store.Merge {
	var all []store.Merge
	for _, m := range b.merges {
		named := store.Merge{Into: s.id(m.into)}
		for _, id := range m.from {
			named.From = append(named.From, s.id(id))
		}
		all = append(all, named)
	}
	return all
}

func (s source) on() bool { return len(s.missing()) == 0 }

func (s source) methods() string {
	if s.handshake != nil {
		return "GET, POST"
	}
	return "POST"
}

// reads tells whether the body is of a kind that the source sends, neither compressed nor in another alphabet.
func (s source) reads(h http.Header) bool {
	kind, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	charset := strings.ToLower(params["charset"])
	coding := h.Get("Content-Encoding")
	_, sub, _ := strings.Cut(s.media, "/")
	_, got, _ := strings.Cut(kind, "/")
	return err == nil && (got == sub || strings.HasSuffix(got, "+"+sub)) &&
		(charset == "" || charset == "utf-8" || charset == "utf8" || charset == "us-ascii") &&
		(coding == "" || strings.EqualFold(coding, "identity"))
}
