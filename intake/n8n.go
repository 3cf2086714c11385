package intake

import (
	"net/http"
	"slices"
	"time"
)

// n8nSource is n8n's HTTP Request node: our own field names, alone or as one of n8n's items with what its Webhook
// node received. Whatever has another name is kept as a question, so that a workflow can pass a form on as it is.
func n8nSource(s Secrets) source {
	return source{
		name:      "n8n",
		needs:     []setting{{"RELEVO_N8N_TOKEN", s.N8NToken}},
		media:     "application/json",
		ownIDs:    true,
		ownTokens: true,
		challenge: `Bearer realm="relevo"`,
		verify: func(r *http.Request, body []byte, now time.Time) bool {
			return bearer(r, s.N8NToken) || standard(r.Header, s.N8NToken, body, now)
		},
		parse: func(h http.Header, body []byte) (batch, error) { return parseLeads(h, body, readItem) },
		sign: func(m *Message, _ time.Time) error {
			m.Header.Set("Authorization", "Bearer "+s.N8NToken)
			return nil
		},
	}
}

// readItem reads an object of fields and answers.
func readItem(v any) entry {
	if inner, ok := dig(v, "json").(map[string]any); ok { // an item as n8n's nodes hand it on
		v = inner
	}
	e := readEntry(v)
	if e.form == nil {
		return e
	}
	e.asked = nil
	known := fieldNames
	for _, name := range names(v) {
		if !slices.Contains(known, name) {
			e.asked = append(e.asked, question{key: name, label: title(name), value: textAt(v, name)})
		}
	}
	return e
}
