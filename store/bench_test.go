package store_test

import (
	"fmt"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
	"relevo/store/storetest"
)

// many returns n arrivals of made-up people with names that share words, as real ones do.
func many(n int) []handoff.Arrival {
	given := []string{"Ana", "Bruno", "Chloé", "Dmitri", "Élodie", "Fátima", "Günter", "Håkon", "Inês", "José"}
	family := []string{"Peña", "Müller", "Søndergaard", "Łukasiewicz", "O'Brien", "García", "Smith", "Kowalska", "Nguyễn", "İnan", "Ωνάσης"}
	as := make([]handoff.Arrival, n)
	for i := range as {
		as[i] = handoff.Arrival{
			ExternalID: fmt.Sprintf("ext-%d", i),
			Person: handoff.Person{
				Name:  given[i%len(given)] + " " + family[i%len(family)],
				Email: fmt.Sprintf("user%d@firm%d.example.com", i, i%997), Company: fmt.Sprintf("Firm %d Ltd", i%997),
				Website: fmt.Sprintf("https://www.firm%d.example.com/about", i%997),
			},
			Touch: handoff.Touch{Source: []string{"Google", "Webinar", "Fair"}[i%3], Campaign: fmt.Sprintf("c%d", i%7)},
			At:    monday.Add(time.Duration(i) * time.Second),
		}
	}
	return as
}

func filled(b *testing.B, n int) (*store.Store, store.Workspace) {
	s := storetest.Open(b)
	ws := workspace(b, s)
	add(b, s, ws, many(n)...)
	return s, ws
}

func BenchmarkAdd(b *testing.B) {
	b.Run("one", func(b *testing.B) {
		s, ws := filled(b, 1000)
		n := 0
		for b.Loop() {
			n++
			a := person(n)
			add(b, s, ws, a)
		}
		b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "commits/s")
	})
	b.Run("batch", func(b *testing.B) {
		as := many(9240)
		for b.Loop() {
			b.StopTimer()
			s := storetest.Open(b)
			ws := workspace(b, s)
			b.StartTimer()
			add(b, s, ws, as...)
		}
		b.ReportMetric(float64(b.N*len(as))/b.Elapsed().Seconds(), "rows/s")
	})
}

func BenchmarkRead(b *testing.B) {
	s, ws := filled(b, 100_000)
	b.Run("email", func(b *testing.B) {
		for i := 0; b.Loop(); i++ {
			if _, err := s.LeadByEmail(b.Context(), ws.ID, fmt.Sprintf("user%d@firm%d.example.com", i%100_000, i%100_000%997)); err != nil {
				b.Fatal(err)
			}
		}
	})
	for _, query := range []string{"firm42", "user777", "pena", "ana garc", "f", "firm42 ana example"} {
		b.Run("search/"+query, func(b *testing.B) {
			for b.Loop() {
				if _, _, err := s.Search(b.Context(), ws.ID, query, 10); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
