package store_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
	"relevo/store/storetest"
)

// people returns the arrivals of some made-up people at one time.
func people(from, n int, source string, at time.Time) (as []handoff.Arrival) {
	for i := range n {
		a := person(from + i)
		a.Source, a.At = source, at
		as = append(as, a)
	}
	return as
}

// cardOf returns how the card of a lead's current round stands.
func cardOf(t fataler, s *store.Store, ws store.Workspace, number int64) store.Message {
	t.Helper()
	l := byNumber(t, s, ws, number)
	m, err := s.CardOf(t.Context(), ws.ID, l.ID, l.Round)
	must(t, err)
	return m
}

// wave claims the announcement that is to be posted, and posts it.
func wave(t *testing.T, s *store.Store, ts string, now time.Time) store.Message {
	t.Helper()
	m := claim(t, s, store.Post, now)
	if m.Kind != store.KindWave || m.Channel != "C1" || m.ThreadTS != "" {
		t.Fatalf("claimed %+v, want the announcement", m)
	}
	must(t, s.Posted(t.Context(), m, "C1", ts))
	return m
}

func inC1(t *testing.T, s *store.Store) store.Workspace {
	t.Helper()
	ws := workspace(t, s)
	ws.LeadsChannel = "C1"
	must(t, s.SaveWorkspace(t.Context(), ws))
	return ws
}

// The twenty-first card within a minute makes a burst of them all: those that may be in Slack already stay in the channel,
// the others are to stand in the thread of one announcement.
func TestBurst(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), inC1(t, s)
		at := func(seconds int) time.Time { return monday.Add(time.Duration(seconds) * time.Second) }
		add(t, s, ws, people(1, 1, "HubSpot", at(-60))...) // not within the minute
		must(t, s.Posted(ctx, claim(t, s, store.Post, at(0)), "C1", "1.0"))
		for i := range 20 {
			add(t, s, ws, people(2+i, 1, "HubSpot", at(i))...)
		}
		must(t, s.Posted(ctx, claim(t, s, store.Post, at(20)), "C1", "2.0"))
		must(t, s.Failed(ctx, claim(t, s, store.Post, at(20)), "timeout", false, at(600)))
		if c := cardOf(t, s, ws, 4); c.Thread != "" {
			t.Fatalf("twenty within a minute, and a card is %+v", c)
		}
		add(t, s, ws, people(22, 1, "Webinar", at(59))...)
		subject := cardOf(t, s, ws, 22).Thread
		for number := int64(1); number <= 22; number++ {
			want := subject
			if number <= 3 {
				want = "" // posted, or perhaps
			}
			if c := cardOf(t, s, ws, number); c.Thread != want || subject == "" {
				t.Errorf("the card of #%d stands in %q, want %q", number, c.Thread, want)
			}
		}
		add(t, s, another(t, s, ws), people(1, 1, "Webinar", at(59))...) // another workspace's
		add(t, s, ws, append(people(23, 3, "Webinar", at(118)), people(22, 1, "Webinar", at(118))...)...)
		if c := cardOf(t, s, ws, 25); c.Thread != subject {
			t.Errorf("a card within a minute of the last one stands in %q", c.Thread)
		}
		got, err := s.Wave(ctx, ws.ID, subject)
		if must(t, err); got.Leads != 22 || got.Open != 22 || fmt.Sprint(got.Sources) != "[{HubSpot 18} {Webinar 4}]" || got.Owners != nil {
			t.Errorf("the announcement says %+v", got)
		}
		if got, err := s.Wave(ctx, ws.ID+1, subject); err != nil || got.Leads != 0 {
			t.Errorf("another workspace is told %+v, %v", got, err)
		}
		w := wave(t, s, "3.0", at(120))
		if w.Subject != subject {
			t.Errorf("the announcement is %+v", w)
		}
		if m := claim(t, s, store.Post, at(120)); m.Kind != store.KindCard || m.Channel != "C1" || m.ThreadTS != "3.0" {
			t.Errorf("then %+v is claimed, want a card for the thread", m)
		}
		nothing(t, s, store.Update, at(180))
		add(t, s, ws, people(26, 1, "Webinar", at(178))...)
		if c := cardOf(t, s, ws, 26); c.Thread != "" {
			t.Errorf("a minute after the last one a card stands in %q", c.Thread)
		}
	})
}

// An import is one message in the channel, however many leads it has.
func TestBurstOfAnImport(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ws := inC1(t, s)
		as := people(1, 700, "Excel file", monday)
		for i := range as {
			as[i].At = monday.Add(-time.Duration(i) * time.Hour) // when they came in, says the file
		}
		add(t, s, ws, as...)
		threads := map[string]int{}
		for number := range int64(len(as)) {
			threads[cardOf(t, s, ws, number+1).Thread]++
		}
		if len(threads) != 1 || threads[""] > 0 {
			t.Errorf("the cards stand in %v", threads)
		}
		if n, err := s.Pending(t.Context(), monday); err != nil || n != 701 {
			t.Errorf("%d messages are to be posted (%v), want 701", n, err)
		}
		history := people(3001, 30, "CRM", monday.Add(time.Hour))
		_, err := s.AddHistory(t.Context(), ws, history)
		must(t, err)
		if n, err := s.Pending(t.Context(), monday.Add(time.Hour)); err != nil || n != 701 {
			t.Errorf("with history %d messages are to be posted (%v), want 701", n, err)
		}
	})
}

// What an announcement counts is shown anew a while after it changed, with all that changed meanwhile.
func TestWaveIsShownCalmly(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), inC1(t, s)
		at := func(seconds int) time.Time { return monday.Add(time.Duration(seconds) * time.Second) }
		as := people(1, 21, "HubSpot", monday)
		for i := range as {
			as[i].Owner = []string{"U1", "U2", "U1"}[i%3]
		}
		add(t, s, ws, as...)
		wave(t, s, "1.0", monday)
		for range 21 {
			m := claim(t, s, store.Post, monday)
			must(t, s.Posted(ctx, m, "C1", fmt.Sprint("2.", m.ID)))
		}
		update := func(now time.Time) store.Message {
			t.Helper()
			for {
				m := claim(t, s, store.Update, now)
				if m.Kind == store.KindWave {
					return m
				}
				must(t, s.Updated(ctx, m))
			}
		}
		decide := func(number int64, now time.Time) handoff.Decision {
			t.Helper()
			_, d, err := s.Decide(ctx, ws.ID, byNumber(t, s, ws, number).ID, "", accept(ws, "U1", now), ws.Rules())
			must(t, err)
			must(t, s.Updated(ctx, claim(t, s, store.Update, now))) // the card
			return d
		}
		d := decide(1, at(10))
		decide(2, at(14))
		nothing(t, s, store.Update, at(19))
		if next, err := s.NextDue(ctx); err != nil || !next.Equal(at(20)) {
			t.Errorf("there is something to do at %v (%v), want %v", next, err, at(20))
		}
		m := update(at(20))
		if got, err := s.Wave(ctx, ws.ID, m.Subject); err != nil || got.Leads != 21 || got.Open != 19 || fmt.Sprint(got.Owners) != "[{U1 13} {U2 6}]" {
			t.Errorf("the announcement says %+v (%v)", got, err)
		}
		decide(3, at(20)) // while it is shown
		must(t, s.Updated(ctx, m))
		nothing(t, s, store.Update, at(29))
		must(t, s.Updated(ctx, update(at(30))))
		nothing(t, s, store.Update, at(3000))

		_, err := s.TakeBack(ctx, ws.ID, d.LeadID, d.ID, takeBack(ws, "U1", at(40)), ws.Rules())
		must(t, err)
		must(t, s.Updated(ctx, claim(t, s, store.Update, at(40))))
		_, err = s.Erase(ctx, ws.ID, store.Erasure{Email: "person21@example.com"}, at(41))
		must(t, err)
		must(t, s.Updated(ctx, claim(t, s, store.Update, at(41))))
		nothing(t, s, store.Update, at(49))
		m = update(at(50))
		if got, err := s.Wave(ctx, ws.ID, m.Subject); err != nil || got.Leads != 21 || got.Open != 18 {
			t.Errorf("the announcement says %+v (%v)", got, err)
		}
		must(t, s.Updated(ctx, m))
		nothing(t, s, store.Update, at(3000))
	})
}

// An announcement that is deleted is posted anew once, as long as cards wait for its thread. Whatever is in doubt is
// looked for where it was tried; after the second time, cards stand by themselves.
func TestWaveIsDeleted(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), inC1(t, s)
		add(t, s, ws, people(1, 22, "HubSpot", monday)...)
		wave(t, s, "1.0", monday)
		first := claim(t, s, store.Post, monday)
		must(t, s.Posted(ctx, first, "C1", "1.1"))
		doubtful := claim(t, s, store.Post, monday)
		must(t, s.Failed(ctx, doubtful, "timeout", false, monday.Add(time.Hour)))
		lost := claim(t, s, store.Post, monday)
		must(t, s.Follow(ctx, lost, monday)) // Slack has no such thread
		again := wave(t, s, "2.0", monday)
		if !again.Again {
			t.Errorf("the announcement is %+v", again)
		}
		m := claim(t, s, store.Post, monday)
		if m.ID != lost.ID || m.Doubts != 1 || m.ThreadTS != "2.0" {
			t.Errorf("claimed %+v, want the card for the new thread", m)
		}
		must(t, s.Follow(ctx, m, monday)) // nor this one
		m = claim(t, s, store.Post, monday)
		if m.ID != lost.ID || m.Thread != "" || m.ThreadTS != "" || m.Channel != "C1" {
			t.Errorf("claimed %+v, want it to stand by itself", m)
		}
		must(t, s.Posted(ctx, m, "C1", "3.0"))
		if m = claim(t, s, store.Post, monday.Add(time.Hour)); m.ID != doubtful.ID || m.Doubts != 2 || m.ThreadTS != "1.0" {
			t.Errorf("claimed %+v, want the one in doubt looked for in the old thread", m)
		}
		must(t, s.Found(ctx, m, "C1", "1.2"))
		if c := cardOf(t, s, ws, 1); c.TS != "1.1" || c.ThreadTS != "1.0" {
			t.Errorf("the first card is %+v", c)
		}
		// Nobody waits for it any more.
		for range 19 {
			m = claim(t, s, store.Post, monday)
			must(t, s.Posted(ctx, m, "C1", fmt.Sprint("4.", m.ID)))
		}
		_, _, err := s.Decide(ctx, ws.ID, first.LeadID, "", accept(ws, "U1", monday), ws.Rules())
		must(t, err)
		if m = claim(t, s, store.Update, monday.Add(3*time.Hour)); m.Kind != store.KindWave {
			t.Fatalf("claimed %+v, want the announcement", m)
		}
		must(t, s.Gone(ctx, m))
		for range 2 { // the card, and the one that was found
			must(t, s.Updated(ctx, claim(t, s, store.Update, monday.Add(3*time.Hour))))
		}
		nothing(t, s, store.Update, monday.Add(4*time.Hour))
		nothing(t, s, store.Post, monday.Add(4*time.Hour))
	})
}

// Two processes that take leads in at the same time announce them together.
func TestBurstOfTwoProcesses(t *testing.T) {
	eachDSN(t, func(t *testing.T, dsn string) {
		one, other := storetest.OpenAt(t, dsn), storetest.OpenAt(t, dsn)
		ws := inC1(t, one)
		var all sync.WaitGroup
		for i := range 60 {
			all.Go(func() { add(t, []*store.Store{one, other}[i%2], ws, people(i, 1, "HubSpot", monday)...) })
		}
		all.Wait()
		threads := map[string]int{}
		for number := range int64(60) {
			threads[cardOf(t, one, ws, number+1).Thread]++
		}
		if len(threads) != 1 || threads[""] > 0 {
			t.Errorf("the cards stand in %v", threads)
		}
	})
}
