package intake

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"relevo/handoff"
)

// maxLeads is how many leads one request may bring, and maxKey how long its Idempotency-Key may be.
const (
	maxLeads = 1000
	maxKey   = 200
)

// inList stands between a list's key and the place of one of its leads: no key may have a control character in it, so
// that the first of a list with the key "k" is not a lead with the key "k/0".
const inList = "\x1f"

// jsonSource is Zapier, Make and own forms: our own field names in JSON, an object or a list of them, with a bearer
// token or signed with it.
func jsonSource(s Secrets) source {
	return source{
		name:      "json",
		needs:     []setting{{"RELEVO_INTAKE_TOKEN", s.IntakeToken}},
		media:     "application/json",
		ownIDs:    true,
		ownTokens: true,
		challenge: `Bearer realm="relevo"`,
		verify: func(r *http.Request, body []byte, now time.Time) bool {
			return bearer(r, s.IntakeToken) || standard(r.Header, s.IntakeToken, body, now)
		},
		parse: parseJSON,
		sign: func(m *Message, _ time.Time) error {
			m.Header.Set("Authorization", "Bearer "+s.IntakeToken)
			return nil
		},
	}
}

// bearer compares the request's token with ours in a time that tells neither its text nor its length.
func bearer(r *http.Request, token string) bool { return same(bearerOf(r), token) }

// bearerOf returns the token that the request shows, empty for none.
func bearerOf(r *http.Request) string {
	scheme, given, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(given)
}

func parseJSON(h http.Header, body []byte) (batch, error) { return parseLeads(h, body, readEntry) }

// parseLeads reads one lead or a list of them. With an Idempotency-Key, or the id of a signed message, each lead of a
// list has its own: the key and its place.
func parseLeads(h http.Header, body []byte, read func(any) entry) (batch, error) {
	key := strings.TrimSpace(h.Get("Idempotency-Key"))
	if id := strings.TrimSpace(h.Get("Webhook-Id")); id != "" && h.Get("Webhook-Signature") != "" {
		key = id // what is signed counts: a replay may carry any other key, and any other header
	}
	switch {
	case utf8.RuneCountInString(key) > maxKey:
		return batch{}, Problem{Field: "Idempotency-Key", Code: handoff.TooLong, Limit: maxKey}
	case !utf8.ValidString(key), strings.ContainsFunc(key, unicode.IsControl):
		return batch{}, Problem{Field: "Idempotency-Key", Code: handoff.NotText}
	}
	value, err := decode(body)
	if err != nil {
		return batch{}, err
	}
	list, many := value.([]any)
	if !many {
		list = []any{value}
	}
	list = unwrap(list)
	switch {
	case len(list) == 0:
		return batch{}, Problem{Code: bodyNoLead}
	case len(list) > maxLeads:
		return batch{}, Problem{Code: bodyTooMany, Limit: maxLeads}
	}
	entries := make([]entry, len(list))
	for i, v := range list {
		entries[i] = read(v)
		if key != "" {
			entries[i].once = key
			if many {
				entries[i].once += inList + strconv.Itoa(i)
			}
		}
	}
	return batch{entries: entries}, nil
}

// unwrap takes the leads out of n8n's wrapping: {"headers": …, "body": one or a list}.
func unwrap(list []any) []any {
	var leads []any
	for _, v := range list {
		object, _ := v.(map[string]any)
		_, headers := object["headers"].(map[string]any)
		switch body := object["body"].(type) {
		case map[string]any:
			if headers {
				v = body
			}
		case []any:
			if headers {
				leads = append(leads, body...)
				continue
			}
		}
		leads = append(leads, v)
	}
	return leads
}

// readEntry takes the fields that we know from a JSON object, and of the others those that a mapping file may name.
// Numbers and booleans are taken as text where that makes sense.
func readEntry(v any) entry {
	object, ok := v.(map[string]any)
	if !ok {
		return entry{wrong: Problems{{Code: notALead}}}
	}
	e := entry{form: form{}}
	known := fieldNames
	for _, name := range known {
		v, ok := scalar(object[name])
		if _, number := object[name].(json.Number); number && strings.ContainsAny(v, "eE") {
			ok = false // 3.4600111222e10 was a phone number before a spreadsheet had it
		}
		if _, truth := object[name].(bool); truth && name != "asks_contact" {
			ok = false
		}
		switch {
		case object[name] == nil:
		case ok:
			e.form[name] = v
		default:
			e.wrong = append(e.wrong, Problem{Field: name, Code: handoff.NotText})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(object)) {
		if v, ok := scalar(object[name]); ok && !slices.Contains(known, name) {
			e.asked = append(e.asked, question{key: name, label: name, value: v, aside: true})
		}
	}
	return e
}

// scalar returns a text, a number or a boolean as text.
func scalar(v any) (string, bool) {
	switch v := v.(type) {
	case string:
		return v, true
	case json.Number:
		return v.String(), true
	case bool:
		return strconv.FormatBool(v), true
	}
	return "", false
}
