package intake

import (
	"encoding/hex"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// calendlyPatience is how old a request of Calendly may be.
const calendlyPatience = 3 * time.Minute

// calendlySource is Calendly's booked meetings. Who books one asks to be contacted.
func calendlySource(s Secrets) source {
	sum := func(timestamp string, body []byte) []byte { return mac(s.CalendlyKey, timestamp, ".", string(body)) }
	return source{
		name:  "calendly",
		needs: []setting{{"RELEVO_CALENDLY_KEY", s.CalendlyKey}},
		media: "application/json",
		as:    "Calendly",
		deaf:  true,
		verify: func(r *http.Request, body []byte, now time.Time) bool {
			var timestamp, signature string
			for part := range strings.SplitSeq(r.Header.Get("Calendly-Webhook-Signature"), ",") {
				switch name, value, _ := strings.Cut(strings.TrimSpace(part), "="); name {
				case "t":
					timestamp = value
				case "v1":
					signature = value
				}
			}
			seconds, err := strconv.ParseInt(timestamp, 10, 64)
			return err == nil && isHex(signature, sum(timestamp, body)) && fresh(time.Unix(seconds, 0), now, calendlyPatience)
		},
		parse: parseCalendly,
		sign: func(m *Message, now time.Time) error {
			timestamp := strconv.FormatInt(now.Unix(), 10)
			m.Header.Set("Calendly-Webhook-Signature", "t="+timestamp+",v1="+hex.EncodeToString(sum(timestamp, m.Body)))
			return nil
		},
	}
}

// parseCalendly takes a meeting that was booked. One that was cancelled changes nothing here, whether the person is
// known or not: who asked for a meeting stays a lead that sales decides on, and Calendly itself tells the host. One
// that was moved comes as cancelled and booked anew; the new one joins the lead.
func parseCalendly(_ http.Header, body []byte) (batch, error) {
	said, err := decodeTold(body)
	if err != nil {
		return batch{}, err
	}
	payload, ok := dig(said, "payload").(map[string]any)
	if !ok {
		return batch{}, Problem{Code: notALead}
	}
	event := textAt(said, "event")
	switch {
	case event == "invitee.canceled", textAt(payload, "status") == "canceled":
		return batch{ignored: []string{"cancelled"}}, nil
	case event != "invitee.created" && event != "": // a routing form, somebody who did not come
		return batch{ignored: []string{"not a booking"}}, nil
	}
	uri := textAt(payload, "uri")
	e := entry{
		form: form{
			"external_id":  uri,
			"name":         textAt(payload, "name"),
			"first_name":   textAt(payload, "first_name"),
			"last_name":    textAt(payload, "last_name"),
			"email":        textAt(payload, "email"),
			"received_at":  textAt(payload, "created_at"),
			"activity":     calendlyMeeting(dig(payload, "scheduled_event")),
			"asks_contact": "true",
		},
		asked: []question{
			{key: "text_reminder_number", label: "Text reminder number", value: textAt(payload, "text_reminder_number"), field: "phone"},
			{key: "timezone", label: "Time zone", value: textAt(payload, "timezone"), aside: true},
		},
	}
	if uri != "" {
		e.once = "invitee.created " + uri
	}
	for _, qa := range list(payload, "questions_and_answers") {
		asked := textAt(qa, "question")
		e.asked = append(e.asked, question{key: asked, label: asked, value: textAt(qa, "answer")})
	}
	for _, name := range names(payload["tracking"]) {
		e.asked = append(e.asked, question{key: name, label: name, value: textAt(payload, "tracking", name), aside: !strings.HasPrefix(name, "utm_")})
	}
	return batch{entries: []entry{e}}, nil
}

// calendlyMeeting is which meeting was booked, and for when.
func calendlyMeeting(event any) string {
	name := textAt(event, "name")
	start, err := time.Parse(time.RFC3339, textAt(event, "start_time"))
	if err != nil {
		return name
	}
	return strings.TrimPrefix(name+", "+start.UTC().Format("2006-01-02 15:04 UTC"), ", ")
}
