package store_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
	"relevo/store/storetest"
)

// What is counted from indexes is what is counted from the rows, and what waits is found with since when.
func TestWatch(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		ws := workspace(t, s)
		settle(t, s, ws)
		must(t, s.Writable(ctx))
		_, err := s.Erase(ctx, ws.ID, store.Erasure{Email: byNumber(t, s, ws, 2).Email}, monday)
		must(t, err)
		states, err := s.States(ctx, ws.ID)
		must(t, err)
		totals, err := s.Totals(ctx, monday.AddDate(1, 0, 0))
		must(t, err)
		want := store.Totals{Received: 2, Open: states[handoff.Open], Overdue: states[handoff.Open], Nurturing: states[handoff.Nurturing], Erased: 1}
		if totals != want || totals.Decided() != states[handoff.Accepted] {
			t.Errorf("got %+v of %v", totals, states)
		}

		queues, err := s.Queues(ctx)
		must(t, err)
		for _, q := range queues {
			if q.Kind != "update" && (q.Count == 0 || q.Head == 0 || !q.Since.Equal(monday)) {
				t.Errorf("%+v: it waits since %v", q, monday)
			}
		}
		m, waiting, failing, err := s.Stuck(ctx, ws.ID)
		must(t, err)
		if waiting != queues[0].Count+queues[1].Count || failing != 0 || m.ID == 0 {
			t.Errorf("%d wait and %d fail, want %v", waiting, failing, queues)
		}
		posted, err := s.PostedDigest(ctx, ws.ID)
		if err != nil || posted != "" {
			t.Errorf("the digest of %q is posted, %v", posted, err)
		}
		for {
			m, err := s.Claim(ctx, store.Post, "p", monday.AddDate(0, 0, 1), time.Minute)
			if errors.Is(err, handoff.ErrNotFound) {
				break
			}
			must(t, err)
			if m.Kind == store.KindDigest && m.Part == 1 {
				must(t, s.Failed(ctx, m, "channel_not_found", true, monday.AddDate(1, 0, 0)))
				continue
			}
			must(t, s.Posted(ctx, m, "C1", m.Key))
		}
		if m, waiting, failing, err = s.Stuck(ctx, ws.ID); err != nil || m.Problem != "channel_not_found" || waiting != 1 || failing != 1 {
			t.Errorf("%d wait and %d fail, %+v, %v", waiting, failing, m, err)
		}
		if posted, err = s.PostedDigest(ctx, ws.ID); err != nil || posted != "2026-W47" {
			t.Errorf("the digest of %q is posted, %v", posted, err)
		}
		if has, err := s.HasCard(ctx, ws.ID); err != nil || !has {
			t.Errorf("no card was posted, %v", err)
		}
		bytes, _, err := s.Size(ctx)
		if err != nil || bytes < 4096 || len(s.Pools()) == 0 {
			t.Errorf("%d bytes, %v, %v", bytes, err, s.Pools())
		}

	})
}

// Looking at a database changes nothing in it; one of another version is told of and left alone.
func TestPeek(t *testing.T) {
	path := storetest.NoFile(t)
	if _, err := store.Peek(t.Context(), path); !errors.Is(err, store.ErrOlderSchema) {
		t.Errorf("of an empty file: %v", err)
	}
	storetest.OpenAt(t, path)
	s, err := store.Peek(t.Context(), path)
	if err != nil {
		t.Fatal(err)
	}
	must(t, s.CheckSchema(t.Context()))
	must(t, s.Close())
}

// What is told outside of Slack is counted by tool, of all workspaces together, and told since when the oldest waits.
func TestOutboxes(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx := t.Context()
		ws := workspace(t, s)
		must(t, s.SwitchCRM(ctx, ws.ID, store.HubSpot, true, monday))
		must(t, s.SwitchCRM(ctx, ws.ID, store.Salesforce, true, monday))
		must(t, s.SwitchCRM(ctx, ws.ID, store.Salesforce, false, monday))
		settle(t, s, ws)
		endpoints, err := s.Endpoints(ctx, ws.ID)
		must(t, err)
		hubspot := endpoints[0]
		for _, state := range []store.DeliveryState{store.Dead, store.Conflict} {
			d, err := s.ClaimDelivery(ctx, hubspot.ID, "p", monday.AddDate(0, 0, 1), time.Minute)
			must(t, err)
			must(t, s.DeliveryEnded(ctx, d, state, "status 400", monday.AddDate(0, 0, 1)))
		}
		must(t, s.EndpointFailed(ctx, hubspot, "status 503", monday))
		states, err := s.EndpointStates(ctx, ws.ID)
		must(t, err)
		all, err := s.Outboxes(ctx)
		must(t, err)
		want := []store.Outbox{
			{Kind: store.HubSpot, Told: 1, Failing: 1, Waiting: states[0].Waiting, Oldest: monday.Add(time.Hour), Dead: 1, Conflicts: 1},
			{Kind: store.Salesforce, Disabled: 1},
		}
		for i := range all {
			all[i].Oldest = all[i].Oldest.UTC()
		}
		if !slices.Equal(all, want) || states[0].Waiting == 0 || states[0].Dead != 2 {
			t.Errorf("got %+v\nwant %+v", all, want)
		}
	})
}
