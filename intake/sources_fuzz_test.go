package intake

import (
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"
)

func FuzzN8n(f *testing.F)        { fuzzSource(f, n8nSource(everySecret())) }
func FuzzTypeform(f *testing.F)   { fuzzSource(f, typeformSource(everySecret())) }
func FuzzWebflow(f *testing.F)    { fuzzSource(f, webflowSource(everySecret())) }
func FuzzCalendly(f *testing.F)   { fuzzSource(f, calendlySource(everySecret())) }
func FuzzGoogleAds(f *testing.F)  { fuzzSource(f, googleAdsSource(everySecret())) }
func FuzzSalesforce(f *testing.F) { fuzzSource(f, salesforceSource(everySecret())) }

// fuzzSource gives a source any body. It refuses it with a Problem, or makes of it leads that are clean or wrong for
// a reason that is told, and never more than there are; what proves the body is looked at without harm.
func fuzzSource(f *testing.F, from source) {
	body, _ := Sample(from.name)
	f.Add(body)
	kind := strings.TrimPrefix(from.media, "application/")
	theirs, _ := filepath.Glob("../../shared/data/webhooks/" + from.name + "*." + strings.TrimPrefix(kind, "text/")) // where they are there
	for _, name := range theirs {
		if body, err := os.ReadFile(name); err == nil {
			f.Add(body)
		}
	}
	for _, odd := range []string{"", "{}", "[]", "null", `{"form_response":{"answers":[{"type":"choice","choice":[]},7]}}`, `{"payload":{"data":{"":[[1,null]]}}}`,
		`{"payload":{"questions_and_answers":[null],"tracking":[]}}`, `{"user_column_data":[{"column_id":"WORK_EMAIL"},{"column_id":7}]}`, `{"json":{"email":"a@b.co","x":[1,[2]]}}`,
		"<a><b/></a>", "<Envelope><Body><notifications><Notification><sObject/></Notification></notifications></Body></Envelope>"} {
		f.Add([]byte(odd))
	}
	n := NewNormaliser("ES", "en", Mapping{})
	f.Fuzz(func(t *testing.T, body []byte) {
		r := httptest.NewRequest(http.MethodPost, "/hooks/"+from.name, nil)
		r.SetPathValue("rest", everySecret().SalesforceKey)
		from.verify(r, body, tuesday)
		b, err := from.parse(http.Header{}, body)
		if err != nil {
			if _, told := err.(Problem); !told {
				t.Fatalf("%v is no Problem", err)
			}
			return
		}
		if len(b.entries)+len(b.ignored) == 0 || len(b.entries) > len(body) {
			t.Fatalf("%d entries, %d ignored", len(b.entries), len(b.ignored))
		}
		for _, e := range b.entries {
			a, wrong := n.arrival(from, e, tuesday, time.UTC)
			if len(wrong) > 0 {
				if slices.ContainsFunc(wrong, func(p Problem) bool { return p.Code == "" }) {
					t.Fatalf("%v has no reason", wrong)
				}
				continue
			}
			if again, err := a.Clean(); err != nil || !reflect.DeepEqual(again, a) {
				t.Fatalf("%+v is not clean: %v", a, err)
			}
			if a.ExternalID != "" && !from.ownIDs && !strings.HasPrefix(a.ExternalID, from.name+":") {
				t.Fatalf("%q could be another source's", a.ExternalID)
			}
		}
	})
}
