package store_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
)

// Whatever is looked for among leads that came in in whatever order, were completed and were erased: what is found is what is found
// by looking at every lead.
func TestSearchFindsWhatIsThere(t *testing.T) {
	names := strings.Fields("Ana Anabel Ana-María José Joseph O’Brien García García-López Smith Smithson Müller")
	firms := strings.Fields("Norte Nordwind Acero Acme Luz % & Foods Logistics")
	hosts := strings.Fields("nordwind.example acme-foods.example x.test acme.test")
	each(t, func(t *testing.T, s *store.Store) {
		r := rand.New(rand.NewPCG(1, 2))
		pick := func(of []string) string { return of[r.IntN(r.IntN(len(of))+1)] }
		ws := workspace(t, s)
		check := func() {
			t.Helper()
			all, _, err := s.Leads(t.Context(), ws.ID, store.Filter{}, 100_000)
			must(t, err)
			for range 50 {
				var typed []string
				for range 1 + r.IntN(3) {
					l := all[r.IntN(len(all))]
					words := strings.Fields(l.Name + " " + l.Company + " " + l.Email + " " + pick(names) + " " + pick(firms))
					word := []rune(words[r.IntN(len(words))])
					typed = append(typed, string(word[:1+r.IntN(len(word))]))
				}
				query, limit := strings.Join(typed, " "), []int{1, 15, 300}[r.IntN(3)]
				var want []int64
				for _, l := range all {
					if store.Has(l.Person, query) {
						want = append(want, l.Number)
					}
				}
				leads, more, err := s.Search(t.Context(), ws.ID, query, limit)
				if err != nil || more != (len(want) > limit) {
					t.Errorf("%q: more is %v of %d, %v", query, more, len(want), err)
				}
				var got []int64
				for _, l := range leads {
					got = append(got, l.Number)
				}
				if want = want[:min(len(want), limit)]; !slices.Equal(got, want) {
					t.Fatalf("%q finds %v, want %v", query, got, want)
				}
			}
		}
		n := 0
		for _, many := range []int{1, 700, 5, 1200, 30, 400} { // in one go each
			as := make([]handoff.Arrival, many)
			for i := range as {
				n++
				a := handoff.Arrival{
					ExternalID: fmt.Sprintf("x:%d", n), Person: handoff.Person{Name: pick(names) + " " + pick(names), Company: pick(firms) + " " + pick(firms)},
					At: monday.Add(time.Duration(r.IntN(4000)) * time.Second),
				}
				if r.IntN(4) > 0 {
					a.Email = strings.ToLower(fmt.Sprintf("ana.%d@%s", n, pick(hosts)))
				}
				as[i] = a
			}
			_, err := s.AddHistory(t.Context(), ws, as)
			must(t, err)
		}
		check()
		for i := range 120 {
			id := fmt.Sprintf("x:%d", 1+r.IntN(n))
			if i%3 == 0 {
				_, err := s.AddHistory(t.Context(), ws, []handoff.Arrival{{ExternalID: id, Person: handoff.Person{Name: "Ana", Email: fmt.Sprintf("late.%d@nordwind.example", i)}, At: monday}})
				must(t, err)
			} else if _, err := s.Erase(t.Context(), ws.ID, store.Erasure{ExternalID: id}, monday); err != nil {
				t.Fatal(err)
			}
		}
		check()
	})
}
