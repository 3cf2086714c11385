package intake

import (
	"cmp"
	"encoding/base64"
	"net/http"
	"strings"
	"time"
)

// typeformSource is Typeform's webhooks: one answered form a request, signed with the webhook's secret.
func typeformSource(s Secrets) source {
	signature := func(body []byte) string {
		return "sha256=" + base64.StdEncoding.EncodeToString(mac(s.TypeformSecret, string(body)))
	}
	return source{
		name:  "typeform",
		needs: []setting{{"RELEVO_TYPEFORM_SECRET", s.TypeformSecret}},
		media: "application/json",
		as:    "Typeform",
		deaf:  true,
		verify: func(r *http.Request, body []byte, _ time.Time) bool {
			return same(r.Header.Get("Typeform-Signature"), signature(body))
		},
		parse: parseTypeform,
		sign: func(m *Message, _ time.Time) error {
			m.Header.Set("Typeform-Signature", signature(m.Body))
			return nil
		},
	}
}

func parseTypeform(_ http.Header, body []byte) (batch, error) {
	said, err := decodeTold(body)
	if err != nil {
		return batch{}, err
	}
	if kind := textAt(said, "event_type"); kind != "form_response" && kind != "" { // a form that was left half-way
		return batch{ignored: []string{"not a whole response"}}, nil
	}
	response, ok := dig(said, "form_response").(map[string]any)
	if !ok {
		return batch{}, Problem{Code: notALead}
	}
	e := entry{
		once: textAt(response, "token"),
		form: form{
			"external_id": textAt(response, "token"),
			"received_at": textAt(response, "submitted_at"),
			"activity":    textAt(response, "definition", "title"),
		},
	}
	asked := map[string]any{}
	for _, field := range list(response, "definition", "fields") {
		asked[textAt(field, "id")] = field
	}
	for _, a := range list(response, "answers") {
		field := asked[textAt(a, "field", "id")]
		kind := textAt(a, "type")
		e.asked = append(e.asked, question{
			key:   cmp.Or(textAt(a, "field", "ref"), textAt(field, "ref"), textAt(a, "field", "id")),
			label: cmp.Or(textAt(field, "title"), title(textAt(a, "field", "type"))),
			value: typeformValue(a, kind),
			field: map[string]string{"email": "email", "phone_number": "phone"}[kind],
		})
	}
	for _, name := range names(response["hidden"]) {
		e.asked = append(e.asked, question{key: name, label: title(name), value: textAt(response, "hidden", name)})
	}
	for _, v := range list(response, "variables") {
		e.asked = append(e.asked, question{key: textAt(v, "key"), label: title(textAt(v, "key")), value: cmp.Or(textAt(v, "text"), textAt(v, "number")), aside: true})
	}
	return batch{entries: []entry{e}}, nil
}

// typeformValue reads an answer, which stands under the name of its kind.
func typeformValue(answer any, kind string) string {
	switch kind {
	case "choice", "choices":
		picked := []any{textAt(answer, kind, "label"), textAt(answer, kind, "labels"), textAt(answer, kind, "other")}
		return textAt(picked)
	case "payment":
		return strings.TrimSpace(textAt(answer, kind, "amount") + " " + textAt(answer, kind, "name"))
	}
	return textAt(answer, kind)
}
