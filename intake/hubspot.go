package intake

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// hubspotFresh is how old a signed request of HubSpot may be.
const hubspotFresh = 5 * time.Minute

// hubspotSource is HubSpot's webhooks: batches of events that name contacts by their ids. A contact that becomes a
// marketing qualified lead is read with the API; one that is deleted is erased; those that are merged are one person.
func hubspotSource(s Secrets) source {
	return source{
		name:  "hubspot",
		needs: []setting{{"RELEVO_HUBSPOT_SECRET", s.HubSpotSecret}, {"RELEVO_HUBSPOT_TOKEN", s.HubSpotToken}, {"RELEVO_PUBLIC_URL", s.PublicURL}},
		media: "application/json",
		as:    "HubSpot",
		deaf:  true,
		verify: func(r *http.Request, body []byte, now time.Time) bool {
			return hubspotSigned(s, r, body, now)
		},
		parse: parseHubSpot,
		sign: func(m *Message, now time.Time) error {
			at := strconv.FormatInt(now.UnixMilli(), 10)
			m.Header.Set("X-HubSpot-Request-Timestamp", at)
			m.Header.Set("X-HubSpot-Signature-v3", hubspotV3(s.HubSpotSecret, http.MethodPost, hubspotURI(s.PublicURL+"/hooks/hubspot"), m.Body, at))
			return nil
		},
		ask: func(ctx context.Context, client *http.Client, ref string, also []string) (batch, error) {
			return askHubSpot(ctx, client, s, ref, also)
		},
	}
}

// hubspotSigned checks the newest of the three signatures that the request has. HubSpot signs the address that it
// called, which behind a proxy is not the one that we see.
func hubspotSigned(s Secrets, r *http.Request, body []byte, now time.Time) bool {
	path := r.RequestURI
	if !strings.HasPrefix(path, "/") { // a proxy may ask for the whole address
		path = r.URL.RequestURI()
	}
	uri := hubspotURI(s.PublicURL + path)
	if given := r.Header.Get("X-HubSpot-Signature-v3"); given != "" {
		said := r.Header.Get("X-HubSpot-Request-Timestamp")
		at, err := strconv.ParseInt(said, 10, 64)
		return err == nil && fresh(time.UnixMilli(at), now, hubspotFresh) && same(given, hubspotV3(s.HubSpotSecret, r.Method, uri, body, said))
	}
	signed := s.HubSpotSecret
	if r.Header.Get("X-HubSpot-Signature-Version") == "v2" {
		signed += r.Method + uri
	}
	sum := sha256.Sum256([]byte(signed + string(body)))
	return s.HubSpotSecret != "" && same(strings.ToLower(r.Header.Get("X-HubSpot-Signature")), hex.EncodeToString(sum[:]))
}

func hubspotV3(secret, method, uri string, body []byte, at string) string {
	return base64.StdEncoding.EncodeToString(mac(secret, method, uri, string(body), at))
}

// hubspotURI returns an address as HubSpot signs it: with these escapes, and no others, decoded.
func hubspotURI(address string) string {
	var pairs []string
	for _, c := range ":/?@!$'()*,;" {
		escape := "%" + strings.ToUpper(strconv.FormatInt(int64(c), 16))
		pairs = append(pairs, escape, string(c), strings.ToLower(escape), string(c))
	}
	return strings.NewReplacer(pairs...).Replace(address)
}

// hubspotDeleted is how long after a contact was deleted HubSpot is asked whether that was so: it also says so of
// contacts that were merged into another, which answers for them.
const hubspotDeleted = 10 * time.Minute

// hubspotMQL is HubSpot's own name of the stage in which marketing hands a contact over.
const hubspotMQL = "marketingqualifiedlead"

func parseHubSpot(_ http.Header, body []byte) (batch, error) {
	said, err := decodeTold(body)
	if err != nil {
		return batch{}, err
	}
	events, ok := said.([]any)
	switch {
	case !ok:
		return batch{}, Problem{Code: notALead}
	case len(events) > maxLeads:
		return batch{}, Problem{Code: bodyTooMany, Limit: maxLeads}
	}
	var b batch
	for _, e := range events {
		b.hubspotEvent(e)
	}
	return b, nil
}

// hubspotEvent sorts one event in. That a contact was made is no hand-over, for HubSpot tells of its stage besides.
func (b *batch) hubspotEvent(e any) {
	id := textAt(e, "objectId")
	kind, what, _ := strings.Cut(textAt(e, "subscriptionType"), ".")
	contact := kind == "contact" || kind == "object" && textAt(e, "objectTypeId") == "0-1"
	switch {
	case !contact:
		b.ignored = append(b.ignored, "not a contact")
	case what == "merge":
		b.hubspotMerge(e)
	case !isNumber(id):
		b.ignored = append(b.ignored, "no id")
	case what == "privacyDeletion":
		b.erasures = append(b.erasures, erasure{externalID: id})
	case what == "deletion":
		b.fetches = append(b.fetches, fetch{key: hubspotKey(e), ref: id, withdrawn: hubspotDeleted})
	case what == "propertyChange" && textAt(e, "propertyName") == "lifecyclestage" && textAt(e, "propertyValue") == hubspotMQL:
		b.fetches = append(b.fetches, fetch{key: hubspotKey(e), ref: id})
	default:
		b.ignored = append(b.ignored, "not an MQL")
	}
}

// hubspotKey is what all repetitions of an event have in common. eventId is not unique, and attemptNumber rises with
// each.
func hubspotKey(e any) string {
	var key []string
	for _, name := range []string{"portalId", "subscriptionId", "objectId", "subscriptionType", "occurredAt", "propertyName", "propertyValue"} {
		key = append(key, textAt(e, name))
	}
	return strings.Join(key, "/")
}

// hubspotMerge notes contacts that were merged. The one that is left has an id of its own; it had the primary's before
// HubSpot gave new ones.
func (b *batch) hubspotMerge(e any) {
	m := merge{into: cmp.Or(textAt(e, "newObjectId"), textAt(e, "primaryObjectId"), textAt(e, "objectId"))}
	merged := list(e, "mergedObjectIds")
	if len(merged) > maxLeads {
		b.ignored = append(b.ignored, "too many merged")
		return
	}
	for _, id := range append(slices.Clone(merged), dig(e, "primaryObjectId"), dig(e, "objectId")) {
		if id, ok := scalar(id); ok && isNumber(id) && id != m.into && !slices.Contains(m.from, id) {
			m.from = append(m.from, id)
		}
	}
	if !isNumber(m.into) || len(m.from) == 0 {
		b.ignored = append(b.ignored, "no id")
		return
	}
	b.merges = append(b.merges, m)
}

// isNumber tells whether it is a number as tools give to their records, which can stand in an address.
func isNumber(s string) bool {
	return s != "" && len(s) <= 20 && strings.Trim(s, "0123456789") == ""
}

// hubspotProperty is a property of contacts that HubSpot has by itself.
type hubspotProperty struct{ name, label, field string }

func hubspotProperties() []hubspotProperty {
	return []hubspotProperty{
		{"firstname", "First name", "first_name"}, {"lastname", "Last name", "last_name"},
		{"email", "Email", "email"}, {"phone", "Phone", "phone"}, {"mobilephone", "Mobile phone", "phone"},
		{"company", "Company", "company"}, {"website", "Website", "website"}, {"jobtitle", "Job title", "job_title"},
		{"country", "Country", "country"}, {"industry", "Industry", "industry"}, {"numberofemployees", "Employees", "size"},
		{"recent_conversion_event_name", "Last form", "activity"}, {"message", "Message", ""},
		{"utm_source", "UTM source", "utm_source"}, {"utm_medium", "UTM medium", "utm_medium"}, {"utm_campaign", "UTM campaign", "utm_campaign"},
		{"utm_term", "UTM term", "utm_term"}, {"utm_content", "UTM content", "utm_content"},
		{"hs_google_click_id", "Google click", "gclid"}, {"hs_facebook_click_id", "Facebook click", "fbclid"},
	}
}

// hubspotOrigin is where HubSpot itself thinks that a contact came from, and two properties with more on it.
const (
	hubspotOrigin = "hs_analytics_source"
	hubspotMore   = "hs_analytics_source_data_1"
	hubspotMore2  = "hs_analytics_source_data_2"
)

// askHubSpot reads a contact, with the properties that the mapping file names.
func askHubSpot(ctx context.Context, client *http.Client, s Secrets, ref string, also []string) (batch, error) {
	wanted := []string{hubspotOrigin, hubspotMore, hubspotMore2}
	for _, p := range hubspotProperties() {
		wanted = append(wanted, p.name)
	}
	for _, name := range also {
		// A file may be written by what people read; the names of properties have neither capitals nor spaces.
		if name = strings.ReplaceAll(strings.ToLower(name), " ", "_"); !slices.Contains(wanted, name) {
			wanted = append(wanted, name)
		}
	}
	address := s.HubSpotAPIURL + "/crm/v3/objects/contacts/" + url.PathEscape(ref) + "?" + url.Values{"properties": {strings.Join(wanted, ",")}}.Encode()
	said, err := readAPI(ctx, client, address, tokenHeader(s.HubSpotToken))
	if err != nil {
		return batch{}, err
	}
	id := textAt(said, "id")
	if _, ok := dig(said, "properties").(map[string]any); !ok || !isNumber(id) {
		return batch{}, &unread{why: "the answer is no contact"}
	}
	b := batch{entries: []entry{hubspotContact(said)}}
	if id != ref { // it was merged into another, which answers for it
		b.merges = []merge{{into: id, from: []string{ref}}}
	}
	return b, nil
}

func hubspotContact(said any) entry {
	properties := dig(said, "properties")
	e := entry{form: form{"external_id": textAt(said, "id"), "link": textAt(said, "url")}, again: true}
	known := []string{hubspotOrigin, hubspotMore, hubspotMore2}
	for _, p := range hubspotProperties() {
		known = append(known, p.name)
		e.asked = append(e.asked, question{key: p.name, label: p.label, value: textAt(properties, p.name), field: p.field})
	}
	for _, name := range names(properties) {
		// HubSpot adds some that nobody asked for: these and dates of its own.
		aside := slices.Contains([]string{"createdate", "lastmodifieddate", "hs_object_id", "lifecyclestage"}, name)
		if !slices.Contains(known, name) {
			e.asked = append(e.asked, question{key: name, label: title(name), value: textAt(properties, name), aside: aside})
		}
	}
	if textAt(properties, "utm_source") == "" {
		e.form["source"] = hubspotSourceName(textAt(properties, hubspotOrigin))
	}
	if textAt(properties, "utm_campaign") == "" {
		switch textAt(properties, hubspotOrigin) {
		case "PAID_SEARCH", "EMAIL_MARKETING", "OTHER_CAMPAIGNS":
			e.form["campaign"] = textAt(properties, hubspotMore)
		case "PAID_SOCIAL":
			e.form["campaign"] = textAt(properties, hubspotMore2)
		}
	}
	return e
}

// hubspotSourceName returns what people call a source of HubSpot's: those of social networks by the network, and
// "offline", which may be anything from an import to a person, by what HubSpot knows of it.
func hubspotSourceName(origin string) string {
	return cmp.Or(map[string]string{
		"ORGANIC_SEARCH": "Organic search", "PAID_SEARCH": "Paid search", "EMAIL_MARKETING": "Email marketing", "SOCIAL_MEDIA": "Organic social",
		"PAID_SOCIAL": "Paid social", "REFERRALS": "Referrals", "OTHER_CAMPAIGNS": "Other campaigns", "DIRECT_TRAFFIC": "Direct traffic",
		"OFFLINE": "Offline", "AI_REFERRALS": "AI referrals",
	}[origin], title(origin))
}
