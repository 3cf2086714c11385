package store_test

import (
	"errors"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
)

func TestMembers(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		if _, err := s.Member(ctx, ws.ID, "U1"); !errors.Is(err, handoff.ErrNotFound) {
			t.Errorf("somebody unknown gave %v", err)
		}
		m := handoff.Member{User: "U1", Standing: handoff.StandingGuest, Locale: "es-ES", Zone: "Europe/Madrid", Away: true,
			AwayUntil: monday.UTC(), OffUntil: monday.UTC(), Seen: monday.UTC()}
		must(t, s.SaveMember(ctx, ws.ID, m))
		must(t, s.SaveMember(ctx, ws.ID, handoff.Member{User: "U2", Standing: handoff.StandingMember}))
		if got, err := s.Member(ctx, ws.ID, "U1"); err != nil || got != m {
			t.Errorf("got %+v, %v, want %+v", got, err, m)
		}
		changed := handoff.Member{User: "U1", Standing: handoff.StandingAdmin, Locale: "en-US"}
		must(t, s.SaveMember(ctx, ws.ID, changed))
		changed.OffUntil = m.OffUntil // which Slack can't know
		all, err := s.Members(ctx, ws.ID, []string{"U1", "U2", "U3"})
		if err != nil || len(all) != 2 || all["U1"] != changed {
			t.Errorf("got %+v, %v, want %+v", all, err, changed)
		}
		if none, err := s.Members(ctx, ws.ID, nil); err != nil || len(none) != 0 {
			t.Errorf("nobody is %+v, %v", none, err)
		}
	})
}

// Who is in a group is what Slack said last: events come late and twice, and between a question and its answer.
func TestGroups(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		group := func() store.UserGroup {
			t.Helper()
			all, err := s.Groups(ctx, ws.ID)
			must(t, err)
			return all["S1"]
		}
		members := func(want ...string) {
			t.Helper()
			if got := group().Members; !slices.Equal(got, want) {
				t.Errorf("members are %q, want %q", got, want)
			}
		}
		joins := func(user string, at time.Time) {
			t.Helper()
			must(t, s.ChangeGroup(ctx, ws.ID, "S1", at, func(g *store.UserGroup) { g.Members = append(g.Members, user) }))
		}
		joins("U9", monday)
		if all, err := s.Groups(ctx, ws.ID); err != nil || len(all) != 0 {
			t.Errorf("an event of a group that nobody named made %v, %v", slices.Collect(maps.Keys(all)), err)
		}
		asked := store.UserGroup{ID: "S1", Handle: "sales", Members: []string{"U1"}, Seen: monday.UTC()}
		must(t, s.SaveGroup(ctx, ws.ID, asked))
		if got := group(); !reflect.DeepEqual(got, asked) {
			t.Errorf("got %+v, want %+v", got, asked)
		}
		joins("U2", monday.Add(time.Minute))
		joins("U3", monday) // late
		members("U1", "U2")
		must(t, s.SaveGroup(ctx, ws.ID, asked)) // an answer to a question from before the event
		members("U1", "U2")
		again := group()
		again.Members, again.Handle = []string{"U4"}, ""
		must(t, s.SaveGroup(ctx, ws.ID, again))
		members("U4")
		if got := group().Handle; got != "sales" {
			t.Errorf("the handle is %q", got)
		}
	})
}
