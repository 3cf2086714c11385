package intake

import (
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// standardPatience is how old a request may be that is signed by Standard Webhooks.
const standardPatience = 5 * time.Minute

// standard tells whether a request is signed by Standard Webhooks (standardwebhooks.com) with the token, for forms
// of one's own that would rather not send it. Its libraries are given the token as "whsec_" and its base64.
func standard(h http.Header, token string, body []byte, now time.Time) bool {
	id, timestamp := h.Get("Webhook-Id"), h.Get("Webhook-Timestamp")
	seconds, err := strconv.ParseInt(timestamp, 10, 64)
	if err != nil || id == "" || token == "" || !fresh(time.Unix(seconds, 0), now, standardPatience) {
		return false
	}
	key := token
	if own, ok := strings.CutPrefix(token, "whsec_"); ok {
		if raw, err := base64.StdEncoding.DecodeString(own); err == nil {
			key = string(raw)
		}
	}
	want := "v1," + base64.StdEncoding.EncodeToString(mac(key, id, ".", timestamp, ".", string(body)))
	for given := range strings.FieldsSeq(h.Get("Webhook-Signature")) { // several while a key is changed
		if same(given, want) {
			return true
		}
	}
	return false
}
