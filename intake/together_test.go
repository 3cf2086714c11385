package intake

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"sync"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store/storetest"
)

// The same lead through three sources at once, each told twice, read by three processes: it ends as one, and its
// history has every source.
func TestThreeSourcesAtOnce(t *testing.T) {
	for name, dsn := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			i := openInn(t, dsn(t))
			i.hubspot.people["123"], i.meta.people["77"], i.linkedin.people["1a2b3c-4"] = hubspotAna, metaAna, linkedinAna
			var all sync.WaitGroup
			for _, n := range slices.Repeat(notices(), 2) {
				r := i.signed(t, n.source, n.body)
				all.Go(func() {
					resp, err := http.DefaultClient.Do(r)
					if err != nil {
						t.Error(err)
						return
					}
					resp.Body.Close()
					if resp.StatusCode/100 != 2 {
						t.Errorf("%s: %s", n.source, resp.Status)
					}
				})
			}
			all.Wait()
			for range 3 {
				f := NewFetcher(i.config)
				for _, from := range f.sources {
					all.Go(func() {
						for f.step(t.Context(), from) {
						}
					})
				}
			}
			all.Wait()
			got := i.leads(t)
			if len(got) != 1 || got[0].Touches != 3 || i.fetching(t) != 0 {
				t.Fatalf("got %+v, %d waiting\n%s", got, i.fetching(t), i.log)
			}
			history, err := i.store.History(t.Context(), i.ws.ID, got[0].ID)
			if err != nil {
				t.Fatal(err)
			}
			var from []string
			for _, e := range history {
				from = append(from, e.Source)
			}
			slices.Sort(from)
			if want := []string{"Instagram", "LinkedIn Ads", "Paid search"}; !slices.Equal(from, want) {
				t.Errorf("the history has %v, want %v", from, want)
			}
			if a, b, c := i.hubspot.times(), i.meta.times(), i.linkedin.times(); a != 1 || b != 1 || c != 1 {
				t.Errorf("asked %d, %d and %d times", a, b, c)
			}
			// Whoever withdraws at one of them has withdrawn.
			i.send(t, "linkedin", linkedinNotice("1a2b3c-4", "DELETED", 9))
			if l := i.leads(t); len(l) != 1 || l[0].State != handoff.Erased {
				t.Errorf("got %+v", l)
			}
		})
	}
}

// Run reads what comes in while it runs, a tool that hangs holds up only its own, and it ends when it is told to.
func TestRun(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	i.fetcher.poll = time.Millisecond
	hangs, asked := make(chan struct{}), make(chan struct{})
	i.hubspot.faults = []http.HandlerFunc{func(_ http.ResponseWriter, r *http.Request) {
		close(asked)
		select {
		case <-hangs:
		case <-r.Context().Done():
		}
	}}
	defer close(hangs)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- i.fetcher.Run(ctx) }()
	i.send(t, "hubspot", hubspotMQLEvent(123, tuesday))
	<-asked
	i.meta.people["77"] = metaAna
	i.send(t, "meta", metaNotice(77))
	for poll := time.NewTicker(time.Millisecond); len(i.leads(t)) == 0; <-poll.C {
	}
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
	if got := i.leads(t); len(got) != 1 || i.fetching(t) != 1 {
		t.Errorf("%d leads, %d waiting", len(got), i.fetching(t))
	}
	i.secrecy(t)
}

// What the settings are good for is told before the first lead comes.
func TestTroublesOfSettings(t *testing.T) {
	i := openInn(t, storetest.SQLite(t))
	i.meta.faults = []http.HandlerFunc{fails(400, `{"error":{"code":190}}`)}
	i.linkedin.Close()
	got := i.config.Secrets.Troubles(t.Context())
	if len(got) != 2 || got[0].Source != "meta" || got[1].Source != "linkedin" || got[0].Why != "answered with status 400, Meta's error 190" {
		t.Errorf("got %+v", got)
	}
	if names := i.config.Secrets.Reads(); !slices.Equal(names, []string{"hubspot", "meta", "linkedin"}) {
		t.Errorf("got %v", names)
	}
	if off := (Secrets{HubSpotSecret: "x", HubSpotToken: "x"}); len(off.Troubles(t.Context())) != 0 || len(off.Reads()) != 0 {
		t.Error("a source that is off is asked")
	}
	i.secrecy(t)
}

// What the parsers let through can be fetched: an id that can stand in an address, and a key.
func fuzzNotices(f *testing.F, from source) {
	for _, n := range notices() {
		f.Add([]byte(n.body))
	}
	sample, _ := Sample(from.name)
	f.Add(sample)
	f.Add([]byte(`[{"subscriptionType":"contact.deletion","objectId":1e3},null,{"objectId":[1]}]`))
	f.Add([]byte(hubspotMergeEvent(1, 3, 2)))
	f.Add([]byte(`[{"subscriptionType":"object.merge","objectTypeId":"0-1","objectId":1,"mergedObjectIds":[2,"3",null,[4],-5]}]`))
	f.Add([]byte(`{"entry":[{"changes":[{"field":"leadgen","value":{"leadgen_id":-1}}]},7]}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		b, err := from.parse(http.Header{linkedinSignature: {"x"}}, body)
		if err != nil {
			if _, told := err.(Problem); !told {
				t.Fatalf("%v is no Problem", err)
			}
			return
		}
		for _, fetch := range b.fetches {
			if fetch.key == "" || !linkedinID.MatchString(fetch.ref) {
				t.Errorf("%q is fetched by %q", body, fetch.ref)
			}
		}
		for _, m := range b.merges {
			for _, id := range append(m.from, m.into) {
				if len(m.from) == 0 || !isNumber(id) {
					t.Errorf("%q merges %q", body, id)
				}
			}
		}
		for _, e := range b.erasures {
			if !linkedinID.MatchString(e.externalID) {
				t.Errorf("%q erases %q", body, e.externalID)
			}
		}
		if len(b.fetches)+len(b.merges)+len(b.erasures)+len(b.ignored) == 0 && len(b.entries) > 0 || len(b.fetches) > maxLeads {
			t.Errorf("got %+v", b)
		}
	})
}

func FuzzParseHubSpot(f *testing.F)  { fuzzNotices(f, hubspotSource(Secrets{})) }
func FuzzParseMeta(f *testing.F)     { fuzzNotices(f, metaSource(Secrets{})) }
func FuzzParseLinkedIn(f *testing.F) { fuzzNotices(f, linkedinSource(Secrets{})) }

// Whatever an API answers, what is made of it is clean once it is mended, and is not without an id.
func FuzzAnswers(f *testing.F) {
	for _, seed := range []string{hubspotAna, metaAna, linkedinAna, `{}`, `{"id":"1","properties":{"email":["a",{"b":1}],"utm_source":7}}`,
		`{"field_data":[{"name":"email","values":"x"},7]}`, `{"formResponse":{"answers":[{"accepted":{"multipleChoiceAnswer":{"options":[1,[2]]}}}]}}`} {
		f.Add([]byte(seed))
	}
	n, s := NewNormaliser("ES", "es", Mapping{}), Secrets{}
	f.Fuzz(func(t *testing.T, body []byte) {
		said, ok := lenient(bytes.TrimSpace(body))
		if !ok {
			return
		}
		for from, entries := range map[*source][]entry{
			new(hubspotSource(s)): {hubspotContact(said)}, new(metaSource(s)): metaLead("1", said).entries, new(linkedinSource(s)): {linkedinLead("1", said)},
		} {
			for _, e := range entries {
				a, wrong := n.arrival(*from, e, tuesday, time.UTC)
				a, err := mend(a, wrong)
				if err != nil && a.ExternalID != "" {
					t.Fatalf("%s: %v", from.name, err)
				}
				if again, err := a.Clean(); err == nil && again.Name != a.Name {
					t.Fatalf("%+v is not clean", a)
				}
			}
		}
	})
}
