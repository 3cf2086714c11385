package intake

import (
	"cmp"
	"context"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// maxChallenge is how long what a tool wants to have echoed may be.
const maxChallenge = 200

// metaSource is the lead ads of Facebook and Instagram: notices that name leads by their ids, which are read with the
// Graph API.
func metaSource(s Secrets) source {
	return source{
		name: "meta",
		needs: []setting{
			{"RELEVO_META_APP_SECRET", s.MetaAppSecret}, {"RELEVO_META_VERIFY_TOKEN", s.MetaVerifyToken}, {"RELEVO_META_TOKEN", s.MetaToken},
		},
		media: "application/json",
		as:    "Meta Ads",
		deaf:  true,
		exact: true,
		handshake: func(w http.ResponseWriter, r *http.Request) {
			q := r.URL.Query()
			echo := q.Get("hub.challenge")
			if q.Get("hub.mode") != "subscribe" || !same(q.Get("hub.verify_token"), s.MetaVerifyToken) || len(echo) > maxChallenge {
				w.WriteHeader(http.StatusForbidden)
				return
			}
			w.Header().Set("Content-Type", "text/plain; charset=utf-8") // which no browser takes for anything else
			w.Header().Set("X-Content-Type-Options", "nosniff")
			_, _ = io.WriteString(w, echo) // whoever asked may be gone
		},
		verify: func(r *http.Request, body []byte, _ time.Time) bool {
			sum, ok := strings.CutPrefix(r.Header.Get("X-Hub-Signature-256"), "sha256=")
			return ok && isHex(sum, mac(s.MetaAppSecret, string(body)))
		},
		parse: parseMeta,
		sign: func(m *Message, _ time.Time) error {
			m.Header.Set("X-Hub-Signature-256", "sha256="+hex.EncodeToString(mac(s.MetaAppSecret, string(m.Body))))
			return nil
		},
		ask: func(ctx context.Context, client *http.Client, ref string, _ []string) (batch, error) {
			return askMeta(ctx, client, s, ref)
		},
	}
}

func parseMeta(_ http.Header, body []byte) (batch, error) {
	said, err := decodeTold(body)
	if err != nil {
		return batch{}, err
	}
	if _, ok := dig(said, "entry").([]any); !ok {
		return batch{}, Problem{Code: notALead}
	}
	var b batch
	for _, of := range list(said, "entry") {
		for _, change := range list(of, "changes") {
			id := textAt(change, "value", "leadgen_id")
			switch {
			case textAt(change, "field") != "leadgen":
				b.ignored = append(b.ignored, "not a lead")
			case !isNumber(id):
				b.ignored = append(b.ignored, "no id")
			default:
				b.fetches = append(b.fetches, fetch{key: id, ref: id})
			}
		}
	}
	if len(b.fetches) > maxLeads {
		return batch{}, Problem{Code: bodyTooMany, Limit: maxLeads}
	}
	return b, nil
}

// askMeta reads a lead. The proof shows Meta that whoever has the token is the app, and is worth nothing without it.
func askMeta(ctx context.Context, client *http.Client, s Secrets, ref string) (batch, error) {
	address := s.MetaAPIURL + "/" + url.PathEscape(ref) + "?" + url.Values{
		"fields":          {"id,created_time,platform,ad_name,campaign_name,field_data"},
		"appsecret_proof": {hex.EncodeToString(mac(s.MetaAppSecret, s.MetaToken))},
	}.Encode()
	said, err := readAPI(ctx, client, address, tokenHeader(s.MetaToken))
	if u := (*unread)(nil); errors.As(err, &u) {
		return batch{}, metaTrouble(u)
	}
	if err != nil {
		return batch{}, err
	}
	if _, ok := dig(said, "field_data").([]any); !ok {
		return batch{}, &unread{why: "the answer is no lead"}
	}
	return metaLead(ref, said), nil
}

// metaKeeps is how long Meta keeps a lead: after that nobody can be let see it.
const metaKeeps = 90 * 24 * time.Hour

// metaTrouble reads what the Graph API says beside the status, which is 400 for nearly everything.
func metaTrouble(u *unread) *unread {
	code, err := strconv.Atoi(textAt(u.body, "error", "code"))
	if err != nil {
		return u
	}
	u.why += ", Meta's error " + strconv.Itoa(code)
	switch {
	case code == 190, code == 102:
		u.cause = refused
	case code == 10, code >= 200 && code < 300:
		u.cause = forbidden
	case code == 4, code == 17, code == 32, code == 341, code == 613, code >= 80000 && code <= 80014:
		u.cause = busy
	case code == 1, code == 2:
		u.cause = down
	case code == 100 && textAt(u.body, "error", "error_subcode") == "33":
		u.kept = metaKeeps
		fallthrough
	default:
		// 100 with the subcode 33 is a lead that is not there, or one that the token may not see: it could be let see
		// it tomorrow.
		u.cause = unclear
	}
	return u
}

// metaTest is how the answers begin that Meta's testing tool makes up.
const metaTest = "<test lead:"

func metaLead(id string, said any) batch {
	e := entry{form: form{
		"external_id": id,
		"received_at": metaTime(textAt(said, "created_time")),
		"activity":    textAt(said, "ad_name"),
	}}
	for _, answer := range list(said, "field_data") {
		name, value := textAt(answer, "name"), textAt(answer, "values")
		if strings.HasPrefix(value, metaTest) {
			return batch{ignored: []string{"test"}}
		}
		e.asked = append(e.asked, question{key: name, label: title(name), value: value, field: metaField(name), aside: slices.Contains(metaPrivate(), name)})
	}
	if !e.said("utm_source") {
		platform := textAt(said, "platform")
		e.form["source"] = cmp.Or(map[string]string{"fb": "Facebook", "ig": "Instagram", "msg": "Messenger", "an": "Audience Network"}[platform], platform)
	}
	if !e.said("utm_campaign") {
		e.form["campaign"] = textAt(said, "campaign_name")
	}
	return batch{entries: []entry{e}}
}

// said tells whether the tool gave an answer to a question of this name.
func (e entry) said(key string) bool {
	return slices.ContainsFunc(e.asked, func(q question) bool { return q.key == key && strings.TrimSpace(q.value) != "" })
}

// metaField returns what a question that Meta itself offers means.
func metaField(name string) string {
	return map[string]string{
		"full_name": "name", "first_name": "first_name", "last_name": "last_name", "email": "email", "work_email": "email",
		"phone_number": "phone", "work_phone_number": "phone", "company_name": "company", "job_title": "job_title", "country": "country",
		"website": "website",
	}[name]
}

// metaPrivate lists what Meta offers to ask that is no business of sales.
func metaPrivate() []string {
	return []string{"date_of_birth", "gender", "marital_status", "relationship_status", "military_status", "inbox_url"}
}

// metaTime brings Meta's "2026-11-24T10:00:00+0000" into the form that others write.
func metaTime(s string) string {
	at, err := time.Parse("2006-01-02T15:04:05-0700", s)
	if err != nil {
		return s
	}
	return at.Format(time.RFC3339)
}
