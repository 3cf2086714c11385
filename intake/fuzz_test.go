package intake

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

// What the parser lets through is valid JSON, and every arrival that comes of it is clean: cleaning it again
// changes nothing.
func FuzzParseJSON(f *testing.F) {
	for _, seed := range []string{
		`{"email":"a@b.co","phone":34600111222,"asks_contact":"sí","received_at":"2026-11-24"}`,
		`[{"external_id":1},{"email":"A@B.CO","x":[{"y":null}]}]`, `[{"headers":{},"body":[{"email":"a@b.co"}]}]`,
		`{"a":{"a":1,"a":2}}`, `{"name":"\u0000\ud800"}`, "\xef\xbb\xbf{}", `[1,"",null,true,[]]`, `{"received_at":1e999}`, `{"received_at":-62135596800}`,
	} {
		f.Add([]byte(seed), "key")
	}
	samples, _ := filepath.Glob("../../shared/data/webhooks/*.json") // more to start from, where they are there
	for _, name := range samples {
		if body, err := os.ReadFile(name); err == nil {
			f.Add(body, "")
		}
	}
	n := NewNormaliser("", "en", Mapping{})
	f.Fuzz(func(t *testing.T, body []byte, key string) {
		b, err := parseJSON(http.Header{"Idempotency-Key": {key}}, body)
		if err != nil {
			if _, told := err.(Problem); !told {
				t.Fatalf("%v is no Problem", err)
			}
			return
		}
		entries := b.entries
		if !json.Valid(body) || len(entries) == 0 || len(entries) > maxLeads {
			t.Fatalf("%d entries of %q", len(entries), body)
		}
		for _, e := range entries {
			a, wrong := n.arrival(jsonSource(Secrets{}), e, tuesday, time.UTC)
			if len(wrong) > 0 {
				continue
			}
			again, err := a.Clean()
			if err != nil || !reflect.DeepEqual(again, a) {
				t.Fatalf("%+v is not clean: %v", a, err)
			}
			if a.At.IsZero() || a.At.After(tuesday) || !utf8.ValidString(a.Name+a.Email+a.OnceKey) || strings.Contains(a.Name+a.Activity, "\x00") {
				t.Fatalf("%+v", a)
			}
		}
	})
}
