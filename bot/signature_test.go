package bot_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
	"time"

	"relevo/bot"
	"relevo/internal/slackfake"
)

// The example of Slack's own documentation.
const (
	vectorSecret = "8f742231b10e8888abcd99yyyzzz85a5"
	vectorStamp  = "1531420618"
	vectorBody   = "token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
	vectorSign   = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503"
)

func TestSignature(t *testing.T) {
	signed := time.Unix(1531420618, 0)
	for name, tt := range map[string]struct {
		secret, stamp, body, sign string
		now                       time.Time
		ok                        bool
	}{
		"Slack's example":            {vectorSecret, vectorStamp, vectorBody, vectorSign, signed, true},
		"five minutes later":         {vectorSecret, vectorStamp, vectorBody, vectorSign, signed.Add(5 * time.Minute), true},
		"five minutes ahead":         {vectorSecret, vectorStamp, vectorBody, vectorSign, signed.Add(-5 * time.Minute), true},
		"stale":                      {vectorSecret, vectorStamp, vectorBody, vectorSign, signed.Add(5*time.Minute + time.Second), false},
		"from the future":            {vectorSecret, vectorStamp, vectorBody, vectorSign, signed.Add(-5*time.Minute - time.Second), false},
		"another secret":             {vectorSecret + "x", vectorStamp, vectorBody, vectorSign, signed, false},
		"no secret is set":           {"", vectorStamp, vectorBody, vectorSign, signed, false},
		"the body is changed":        {vectorSecret, vectorStamp, vectorBody + "x", vectorSign, signed, false},
		"the body is empty":          {vectorSecret, vectorStamp, "", vectorSign, signed, false},
		"the time is changed":        {vectorSecret, "1531420619", vectorBody, vectorSign, signed, false},
		"the time is written anew":   {vectorSecret, "+1531420618", vectorBody, vectorSign, signed, false},
		"no time":                    {vectorSecret, "", vectorBody, vectorSign, signed, false},
		"a time that is none":        {vectorSecret, "noon", vectorBody, vectorSign, signed, false},
		"a time beyond all":          {vectorSecret, strings.Repeat("9", 30), vectorBody, vectorSign, signed, false},
		"no signature":               {vectorSecret, vectorStamp, vectorBody, "", signed, false},
		"half a signature":           {vectorSecret, vectorStamp, vectorBody, vectorSign[:40], signed, false},
		"a signature of a newer way": {vectorSecret, vectorStamp, vectorBody, "v1" + vectorSign[2:], signed, false},
		"capital letters":            {vectorSecret, vectorStamp, vectorBody, "v0=" + strings.ToUpper(vectorSign[3:]), signed, false},
	} {
		h := http.Header{}
		h.Set("X-Slack-Request-Timestamp", tt.stamp)
		h.Set("X-Slack-Signature", tt.sign)
		if err := bot.CheckSignature(tt.secret, h, []byte(tt.body), tt.now); (err == nil) != tt.ok {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Only what Slack signed reaches the bot. Whoever recorded a request and sends it later is refused, and at once
// changes nothing.
func TestUnsignedRequests(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "http", "en")
	card := w.card(w.arrives(ana).Number, "[Accept as SQL]")
	w.click(slackfake.Luke, card, "card.accept", "")
	if got := w.submit(slackfake.Luke, map[string]string{"need": "A need"}); !got.Closed {
		t.Fatalf("refused: %+v", got)
	}
	w.truth()
	sent := w.exchanged(0)
	last := sent[len(sent)-1]
	tampered := last
	tampered.body = bytes.Replace(last.body, []byte("A+need"), []byte("A+deed"), 1)
	if bytes.Equal(tampered.body, last.body) {
		t.Fatalf("the request was not tampered with: %s", last.body)
	}
	unsigned := last
	unsigned.header = last.header.Clone()
	unsigned.header.Del("X-Slack-Signature")
	elsewhere := last
	elsewhere.path = "/slack/commands" // signed, and for another door
	large := last
	large.body = bytes.Repeat([]byte("x"), 2<<20)
	for _, tt := range []struct {
		name string
		e    exchange
		want int
	}{
		{"replayed", last, http.StatusOK},
		{"tampered", tampered, http.StatusUnauthorized},
		{"unsigned", unsigned, http.StatusUnauthorized},
		{"at another door", elsewhere, http.StatusOK},
		{"too large", large, http.StatusRequestEntityTooLarge},
	} {
		if got := w.replay(tt.e, false); got.status != tt.want {
			t.Errorf("%s: %d %s, want %d", tt.name, got.status, got.answer, tt.want)
		}
	}
	w.fake.Advance(6 * time.Minute)
	if got := w.replay(last, false); got.status != http.StatusUnauthorized {
		t.Errorf("replayed six minutes later: %d, want it refused", got.status)
	}
	for _, path := range []string{"/slack/events", "/slack/interactions", "/slack/commands"} {
		resp, err := http.Get(w.web.URL + path)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != http.StatusMethodNotAllowed {
			t.Errorf("GET %s: %s", path, resp.Status)
		}
	}
	if err := w.fake.VerifyURL(t.Context()); err != nil {
		t.Error(err)
	}
	w.truth()
	ds, err := w.store.Decisions(t.Context(), 1, 1)
	if err != nil || len(ds) != 1 || ds[0].Note != "A need" {
		t.Errorf("decisions %+v (%v)", ds, err)
	}
}
