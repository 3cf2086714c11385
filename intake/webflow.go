package intake

import (
	"cmp"
	"encoding/hex"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// webflowPatience is how old a request of Webflow may be.
const webflowPatience = 5 * time.Minute

// webflowSource is Webflow's form submissions, in the envelope of its second API and in the bare body of its first.
func webflowSource(s Secrets) source {
	sum := func(timestamp string, body []byte) []byte { return mac(s.WebflowSecret, timestamp, ":", string(body)) }
	return source{
		name:  "webflow",
		needs: []setting{{"RELEVO_WEBFLOW_SECRET", s.WebflowSecret}},
		media: "application/json",
		as:    "Webflow",
		deaf:  true,
		exact: true,
		verify: func(r *http.Request, body []byte, now time.Time) bool {
			timestamp := r.Header.Get("X-Webflow-Timestamp")
			ms, err := strconv.ParseInt(timestamp, 10, 64)
			return err == nil && isHex(r.Header.Get("X-Webflow-Signature"), sum(timestamp, body)) &&
				fresh(time.UnixMilli(ms), now, webflowPatience)
		},
		parse: parseWebflow,
		sign: func(m *Message, now time.Time) error {
			timestamp := strconv.FormatInt(now.UnixMilli(), 10)
			m.Header.Set("X-Webflow-Timestamp", timestamp)
			m.Header.Set("X-Webflow-Signature", hex.EncodeToString(sum(timestamp, m.Body)))
			return nil
		},
	}
}

func parseWebflow(_ http.Header, body []byte) (batch, error) {
	said, err := decodeTold(body)
	if err != nil {
		return batch{}, err
	}
	if kind := textAt(said, "triggerType"); kind != "form_submission" && kind != "" {
		return batch{ignored: []string{"not a form"}}, nil
	}
	payload := dig(said, "payload")
	if payload == nil {
		payload = said // as the first API sends it
	}
	data, ok := dig(payload, "data").(map[string]any)
	if !ok {
		return batch{}, Problem{Code: notALead}
	}
	id := cmp.Or(textAt(payload, "id"), textAt(payload, "_id"))
	e := entry{
		once: id,
		form: form{
			"external_id": id,
			"received_at": cmp.Or(textAt(payload, "submittedAt"), textAt(payload, "d")),
			"activity":    textAt(payload, "name"),
		},
	}
	var order []string // of the form, when it tells
	for _, field := range list(payload, "schema") {
		order = append(order, textAt(field, "fieldName"))
	}
	fields := names(data)
	slices.SortStableFunc(fields, func(a, b string) int { return place(order, a) - place(order, b) })
	for _, name := range fields {
		e.asked = append(e.asked, question{key: name, label: name, value: textAt(data, name)})
	}
	return batch{entries: []entry{e}}, nil
}

// place is where the name stands in the list; at its end when it does not.
func place(list []string, name string) int {
	if i := slices.Index(list, name); i >= 0 {
		return i
	}
	return len(list)
}
