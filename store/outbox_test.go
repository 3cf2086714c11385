package store_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
	"relevo/store/storetest"
)

// keyed is each for stores that can seal.
func keyed(t *testing.T, test func(t *testing.T, s *store.Store, ws store.Workspace)) {
	t.Helper()
	eachDSN(t, func(t *testing.T, dsn string) {
		s := storetest.OpenAt(t, dsn, store.WithKeyring(ring(t, store.NewSecretKey())))
		test(t, s, workspace(t, s))
	})
}

// hook adds an endpoint for these topics; all of them when none is named.
func hook(t fataler, s *store.Store, ws store.Workspace, url string, topics ...handoff.Topic) store.Endpoint {
	t.Helper()
	if topics == nil {
		topics = handoff.Topics()
	}
	e, _, err := s.AddEndpoint(t.Context(), ws.ID, store.Endpoint{URL: url, Topics: topics}, monday)
	must(t, err)
	return e
}

// heard tells an endpoint all that it is to be told, and returns what that was.
func heard(t fataler, s *store.Store, e store.Endpoint) string {
	t.Helper()
	var all []string
	for {
		d, err := s.ClaimDelivery(t.Context(), e.ID, "p", monday, time.Minute)
		if errors.Is(err, handoff.ErrNotFound) {
			return strings.Join(all, ", ")
		}
		must(t, err)
		told, err := s.Told(t.Context(), d)
		must(t, err)
		all = append(all, strings.TrimSpace(fmt.Sprintf("%s %d %s %s%s", d.Topic, told.Lead.Number, strings.Join(told.ExternalIDs, "+"), told.Decision.Note, told.Digest.Week)))
		must(t, s.Delivered(t.Context(), d, monday))
	}
}

// Whatever is written into the history of leads is told, once, to whoever wants to hear it.
func TestOutbox(t *testing.T) {
	keyed(t, func(t *testing.T, s *store.Store, ws store.Workspace) {
		ctx := t.Context()
		ws = routed(t, s, ws)
		add(t, s, ws, person(9)) // before anybody listened
		all, some := hook(t, s, ws, "https://all.example"), hook(t, s, ws, "https://some.example", handoff.TopicAccepted)
		one := person(1)
		one.ExternalID = "crm:1"
		add(t, s, ws, one, person(2), person(3), person(1)) // the last is a merge
		_, err := s.AddHistory(ctx, ws, []handoff.Arrival{person(4)})
		must(t, err)
		id := func(n int64) int64 { return byNumber(t, s, ws, n).ID }
		_, d, err := s.Decide(ctx, ws.ID, id(2), "V1", accept(ws, "U1", monday.Add(time.Hour)), ws.Rules())
		must(t, err)
		_, err = s.TakeBack(ctx, ws.ID, id(2), d.ID, takeBack(ws, "U1", monday.Add(2*time.Hour)), ws.Rules())
		must(t, err)
		_, _, err = s.Reroute(ctx, ws.ID, id(3), "V2", "mexico", reject(ws, "U1", "other-team", monday.Add(time.Hour)), ws.Rules())
		must(t, err)
		_, err = s.DecideEach(ctx, ws.ID, []int64{id(4)}, "V3", "", reject(ws, "U1", "no-need-now", monday.Add(time.Hour)), ws.Rules())
		must(t, err)
		_, err = s.ReturnDue(ctx, monday.AddDate(1, 0, 0))
		must(t, err)
		_, err = s.PlanDigest(ctx, ws.ID, "2026-W47", 2, nil, monday)
		must(t, err)
		for range 2 { // the digest is deleted in Slack, and posted anew
			m := claim(t, s, store.Post, monday)
			for m.Kind != store.KindDigest || m.Part != 0 {
				must(t, s.Posted(ctx, m, "C1", fmt.Sprint(m.ID)))
				m = claim(t, s, store.Post, monday)
			}
			must(t, s.Posted(ctx, m, "C1", "1.1"))
			m.TS = "1.1"
			must(t, s.Gone(ctx, m))
		}
		want := "lead.received 2 crm:1, lead.received 3, lead.received 4, lead.accepted 2 crm:1 a faster line, lead.reopened 2 crm:1 a faster line, " +
			"lead.rejected 3, lead.recycled 3, lead.nurturing 4, lead.recycled 4, digest.posted 0  2026-W47"
		if got := heard(t, s, all); got != want {
			t.Errorf("told\n%s, want\n%s", got, want)
		}
		if got := heard(t, s, some); got != "lead.accepted 2 crm:1 a faster line" {
			t.Errorf("told %s", got)
		}
		must(t, s.Gone(ctx, store.Message{}))
		if got := heard(t, s, all) + heard(t, s, some); got != "" {
			t.Errorf("told %s again", got)
		}
	})
}

// Of somebody who withdrew nothing is told any more but that, and nothing of them is kept once it was.
func TestOutboxErased(t *testing.T) {
	keyed(t, func(t *testing.T, s *store.Store, ws store.Workspace) {
		e := hook(t, s, ws, "https://all.example")
		one := person(1)
		one.ExternalID = "crm:1"
		add(t, s, ws, one)
		must(t, s.SaveCRMRecord(t.Context(), ws.ID, store.CRMRecord{Endpoint: e.ID, LeadID: byNumber(t, s, ws, 1).ID, Record: "7"}))
		_, err := s.Erase(t.Context(), ws.ID, store.Erasure{Email: one.Email}, monday)
		must(t, err)
		for _, want := range []string{"[crm:1]", "[]"} {
			for range 2 {
				d, err := s.ClaimDelivery(t.Context(), e.ID, "p", monday, time.Minute)
				must(t, err)
				told, err := s.Told(t.Context(), d)
				must(t, err)
				if ids := fmt.Sprint(told.ExternalIDs); told.Lead.Name+told.Lead.Email+told.Event.Note != "" || d.Topic == handoff.TopicErased && ids != want {
					t.Errorf("%s: %+v, want %s", d.Topic, told, want)
				}
				must(t, s.DeliveryEnded(t.Context(), d, store.Dead, "no answer", monday))
			}
			n, err := s.Resend(t.Context(), ws.ID)
			must(t, same(n, 2, err))
		}
		if _, err := s.CRMRecord(t.Context(), ws.ID, e.ID, byNumber(t, s, ws, 1).ID); !errors.Is(err, handoff.ErrNotFound) {
			t.Errorf("the CRM's record is still known: %v", err)
		}
		err = s.SaveCRMRecord(t.Context(), ws.ID, store.CRMRecord{Endpoint: e.ID, LeadID: byNumber(t, s, ws, 1).ID})
		must(t, same(errors.Is(err, handoff.ErrErased), true, nil))
	})
}

// Each delivery is made by one of many, those of a lead in their order; one that nobody answers for is free again when the
// lease is over, and what somebody late says of it then counts for nothing.
func TestClaimDelivery(t *testing.T) {
	keyed(t, func(t *testing.T, s *store.Store, ws store.Workspace) {
		ctx := t.Context()
		e, other := hook(t, s, ws, "https://one.example"), hook(t, s, ws, "https://other.example")
		add(t, s, ws, person(1), person(2), person(3), person(4))
		_, _, err := s.Decide(ctx, ws.ID, byNumber(t, s, ws, 1).ID, "V1", accept(ws, "U1", monday), ws.Rules())
		must(t, err)
		claimed := make(chan store.Delivery, 9)
		var group sync.WaitGroup
		for range 8 {
			group.Go(func() {
				if d, err := s.ClaimDelivery(ctx, e.ID, "p", monday, time.Minute); err == nil {
					claimed <- d
				} else if !errors.Is(err, handoff.ErrNotFound) {
					t.Error(err)
				}
			})
		}
		group.Wait()
		close(claimed)
		leads := map[int64]store.Delivery{}
		for d := range claimed {
			leads[d.LeadID] = d
		}
		if len(leads) != 4 { // SKIP LOCKED may leave a late one empty-handed only when all are taken
			t.Fatalf("claimed %d of 4", len(leads))
		}
		first := leads[byNumber(t, s, ws, 1).ID]
		if first.Topic != handoff.TopicReceived || first.Tries != 1 {
			t.Errorf("the first is %+v", first)
		}
		must(t, s.DeliveryFailed(ctx, first, "down", monday.Add(time.Hour)))
		if d, err := s.ClaimDelivery(ctx, e.ID, "p", monday.Add(30*time.Second), time.Minute); !errors.Is(err, handoff.ErrNotFound) {
			t.Errorf("the acceptance overtook: %+v, %v", d, err)
		}
		due, err := s.DueEndpoints(ctx, monday, store.Webhook)
		must(t, same(len(due), 2, err))
		again, err := s.ClaimDelivery(ctx, e.ID, "q", monday.Add(2*time.Minute), time.Minute)
		must(t, err)
		must(t, same(again.Tries, 2, nil))
		late := leads[again.LeadID]
		must(t, s.DeliveryEnded(ctx, late, store.Dead, "late", monday))
		_, n, err := s.GivenUp(ctx, ws.ID, 9)
		must(t, same(n, 0, err))
		must(t, s.Delivered(ctx, again, monday))

		// One that rests, or is disabled, is told nothing; whoever is removed is forgotten.
		must(t, s.EndpointFailed(ctx, other, "down", monday.Add(time.Minute)))
		must(t, none(s.ClaimDelivery(ctx, other.ID, "p", monday, time.Minute)))
		must(t, s.EndpointWell(ctx, other))
		d, err := s.ClaimDelivery(ctx, other.ID, "p", monday, time.Minute)
		must(t, err)
		must(t, s.DisableEndpoint(ctx, ws.ID, other.ID, "gone", monday))
		must(t, none(s.ClaimDelivery(ctx, other.ID, "p", monday, time.Minute)))
		must(t, s.DeliveryFailed(ctx, d, "late", monday))
		failed, n, err := s.GivenUp(ctx, ws.ID, 2)
		must(t, errors.Join(same(len(failed), 2, err), same(n, 5, nil), same(failed[0].Problem, "gone", nil)))
		add(t, s, ws, person(5))
		n, err = s.Resend(ctx, ws.ID)
		must(t, same(n, 0, err))
		must(t, s.EnableEndpoint(ctx, ws.ID, other.ID))
		n, err = s.Resend(ctx, ws.ID, failed[0].ID)
		must(t, same(n, 1, err))
		states, err := s.EndpointStates(ctx, ws.ID)
		must(t, errors.Join(same(states[1].Waiting, 1, err), same(states[1].Dead, 4, nil), same(states[1].Oldest, failed[0].Created, nil)))
		must(t, s.RemoveEndpoint(ctx, ws.ID, other.ID))
		_, n, err = s.GivenUp(ctx, ws.ID, 2)
		must(t, same(n, 0, err))
	})
}

// A new secret signs beside the old one for a while, and both are sealed.
func TestRotateEndpoint(t *testing.T) {
	eachDSN(t, func(t *testing.T, dsn string) {
		ctx, old := t.Context(), store.NewSecretKey()
		s := storetest.OpenAt(t, dsn, store.WithKeyring(ring(t, old)))
		ws := workspace(t, s)
		e, first, err := s.AddEndpoint(ctx, ws.ID, store.Endpoint{URL: "https://one.example"}, monday)
		must(t, err)
		_, _, err = s.AddEndpoint(ctx, ws.ID, store.Endpoint{URL: "https://one.example"}, monday)
		must(t, same(errors.Is(err, store.ErrEndpointThere), true, nil))
		second, err := s.RotateEndpoint(ctx, ws.ID, e.ID, monday.Add(24*time.Hour))
		must(t, err)
		newer := storetest.OpenAt(t, dsn, store.WithKeyring(ring(t, store.NewSecretKey(), old)))
		n, err := newer.Reseal(ctx)
		must(t, same(n, 2, err))
		e, err = newer.Endpoint(ctx, ws.ID, e.ID)
		must(t, err)
		for at, want := range map[time.Duration][]string{0: {second, first}, 24 * time.Hour: {second}} {
			got, err := newer.Secrets(e, monday.Add(at))
			must(t, err)
			if !slices.Equal(got, want) || first == second || !strings.HasPrefix(first, "whsec_") {
				t.Errorf("after %s: %d secrets", at, len(got))
			}
		}
		if _, err := s.Secrets(e, monday); !errors.Is(err, store.ErrWrongKey) {
			t.Errorf("the old key opens them: %v", err)
		}
	})
}
