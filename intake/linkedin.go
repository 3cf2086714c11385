package intake

import (
	"cmp"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// linkedinSource is LinkedIn's lead sync: notices that name answered lead gen forms by their ids, which are read with
// the API. LinkedIn also tells when a person withdrew.
func linkedinSource(s Secrets) source {
	return source{
		name:      "linkedin",
		needs:     []setting{{"RELEVO_LINKEDIN_SECRET", s.LinkedInSecret}, {"RELEVO_LINKEDIN_TOKEN", s.LinkedInToken}},
		media:     "application/json",
		as:        "LinkedIn Ads",
		deaf:      true,
		exact:     true,
		handshake: func(w http.ResponseWriter, r *http.Request) { linkedinChallenge(w, r, s.LinkedInSecret) },
		verify: func(r *http.Request, body []byte, _ time.Time) bool {
			given := r.Header.Get(linkedinSignature)
			return given == "" || isHex(strings.TrimPrefix(given, "hmacsha256="), linkedinMAC(s, body))
		},
		parse: parseLinkedIn,
		sign: func(m *Message, _ time.Time) error {
			m.Header.Set(linkedinSignature, hex.EncodeToString(linkedinMAC(s, m.Body)))
			return nil
		},
		ask: func(ctx context.Context, client *http.Client, ref string, _ []string) (batch, error) {
			return askLinkedIn(ctx, client, s, ref)
		},
	}
}

const linkedinSignature = "X-LI-Signature"

func linkedinMAC(s Secrets, body []byte) []byte {
	return mac(s.LinkedInSecret, "hmacsha256=", string(body))
}

// challengeCode is what LinkedIn sends to be signed: a UUID. Whoever could have any other text signed could have us
// sign a body.
var challengeCode = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// linkedinChallenge proves that we know the app's secret.
func linkedinChallenge(w http.ResponseWriter, r *http.Request, secret string) {
	code := r.URL.Query().Get("challengeCode")
	if !challengeCode.MatchString(code) {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	_ = json.NewEncoder(w).Encode(map[string]string{"challengeCode": code, "challengeResponse": hex.EncodeToString(mac(secret, code))})
}

// linkedinID is the id of an answered form, as "1a2b3c-4".
var linkedinID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,100}$`)

func parseLinkedIn(h http.Header, body []byte) (batch, error) {
	said, err := decodeTold(body)
	if err != nil {
		return batch{}, err
	}
	if _, ok := said.(map[string]any); !ok {
		return batch{}, Problem{Code: notALead}
	}
	urn := textAt(said, "leadGenFormResponse")
	id, known := strings.CutPrefix(urn, "urn:li:leadGenFormResponse:")
	if textAt(said, "type") != "LEAD_ACTION" || !known || !linkedinID.MatchString(id) {
		return batch{ignored: []string{"not a lead"}}, nil
	}
	action := textAt(said, "leadAction")
	unsigned := h.Get(linkedinSignature) == ""
	switch {
	case action == "DELETED" && !unsigned:
		return batch{erasures: []erasure{{externalID: id}}}, nil
	case action == "CREATED":
		return batch{fetches: []fetch{{key: urn + "/" + action + "/" + textAt(said, "occurredAt"), ref: id}}, unsigned: unsigned}, nil
	case action == "DELETED":
		// That somebody withdrew is believed of LinkedIn alone: unsigned, it is asked whether the lead is still there.
		return batch{fetches: []fetch{{key: urn + "/" + action + "/" + textAt(said, "occurredAt"), ref: id, withdrawn: goneAfter}}, unsigned: unsigned}, nil
	}
	return batch{ignored: []string{"neither created nor deleted"}}, nil
}

// askLinkedIn reads an answered form together with its questions.
func askLinkedIn(ctx context.Context, client *http.Client, s Secrets, ref string) (batch, error) {
	header := tokenHeader(s.LinkedInToken)
	header.Set("LinkedIn-Version", s.LinkedInVersion)
	header.Set("X-Restli-Protocol-Version", "2.0.0")
	// LinkedIn wants the brackets of this as they are.
	address := s.LinkedInAPIURL + "/leadFormResponses/" + url.PathEscape(ref) +
		"?fields=id,leadType,submittedAt,testLead,leadMetadata,leadMetadataInfo,formResponse,form:(name,hiddenFields,content)"
	said, err := readAPI(ctx, client, address, header)
	if u := (*unread)(nil); errors.As(err, &u) && u.cause == gone && linkedinNoSuchAddress(u.body) {
		u.cause = unclear
		u.why += " that is about the address of the API"
	}
	if err != nil {
		return batch{}, err
	}
	if _, ok := dig(said, "formResponse", "answers").([]any); !ok {
		return batch{}, &unread{why: "the answer is no lead"}
	}
	if textAt(said, "testLead") == "true" {
		return batch{ignored: []string{"test"}}, nil
	}
	return batch{entries: []entry{linkedinLead(ref, said)}}, nil
}

// linkedinNoSuchAddress tells whether LinkedIn does not know the address, whoever is asked for: nobody is gone.
func linkedinNoSuchAddress(body any) bool {
	return textAt(body, "code") == "RESOURCE_NOT_FOUND" || strings.HasPrefix(textAt(body, "message"), "No virtual resource")
}

func linkedinLead(id string, said any) entry {
	urn := textAt(said, "leadMetadata", "sponsoredLeadMetadata", "campaign")
	e := entry{form: form{
		"external_id": id,
		"received_at": textAt(said, "submittedAt"),
		"activity":    textAt(said, "form", "name"),
		"campaign": cmp.Or(textAt(said, "leadMetadataInfo", "sponsoredLeadMetadataInfo", "campaign", "name"),
			urn[strings.LastIndexByte(urn, ':')+1:]),
	}}
	if textAt(said, "leadType") != "SPONSORED" { // a form on a page, a product or an event: nobody paid for it
		e.form["source"] = "LinkedIn"
	}
	questions := map[string]any{}
	for _, q := range list(said, "form", "content", "questions") {
		questions[textAt(q, "questionId")] = q
	}
	for _, answer := range list(said, "formResponse", "answers") {
		e.asked = append(e.asked, linkedinAnswer(answer, questions[textAt(answer, "questionId")]))
	}
	for _, hidden := range list(said, "form", "hiddenFields") {
		name := textAt(hidden, "name")
		e.asked = append(e.asked, question{key: name, label: title(name), value: textAt(hidden, "value")})
	}
	if e.said("utm_source") {
		delete(e.form, "source")
	}
	if e.said("utm_campaign") {
		delete(e.form, "campaign")
	}
	return e
}

// linkedinAnswer reads an answer to a question of the form, which is nil when LinkedIn did not tell.
func linkedinAnswer(answer, asked any) question {
	name := cmp.Or(textAt(asked, "name"), textAt(answer, "name"))
	q := question{
		key:   cmp.Or(name, textAt(answer, "questionId")),
		label: cmp.Or(localized(dig(asked, "question")), textAt(asked, "label"), title(name), "Question "+textAt(answer, "questionId")),
		field: cmp.Or(linkedinField(textAt(asked, "predefinedField")), linkedinField(name)),
	}
	details := dig(answer, "answerDetails")
	if details == nil {
		details = dig(answer, "accepted")
	}
	q.value = textAt(details, "textQuestionAnswer", "answer")
	texts := map[string]string{}
	for _, o := range list(asked, "questionDetails", "multipleChoiceQuestionDetails", "options") {
		texts[textAt(o, "id")] = cmp.Or(localized(dig(o, "text")), textAt(o, "label"))
	}
	var picked []any
	for _, o := range list(details, "multipleChoiceAnswer", "options") {
		picked = append(picked, cmp.Or(texts[textAt(o)], textAt(o)))
	}
	q.value = cmp.Or(q.value, textAt(picked))
	return q
}

// localized returns the text of which a form has one language.
func localized(v any) string {
	for _, language := range names(dig(v, "localized")) {
		return textAt(v, "localized", language)
	}
	return ""
}

// linkedinField returns what a question that LinkedIn itself offers means: FIRST_NAME, firstName.
func linkedinField(name string) string {
	return map[string]string{
		"first name": "first_name", "last name": "last_name", "email": "email", "email address": "email", "work email": "email",
		"phone number": "phone", "work phone number": "phone", "mobile phone number": "phone", "company name": "company",
		"company": "company", "job title": "job_title", "country": "country", "country name": "country", "industry": "industry",
		"company size": "size", "website": "website",
	}[strings.ToLower(title(name))]
}
