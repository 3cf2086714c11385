package store_test

import (
	"errors"
	"reflect"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/store"
)

func TestWorkspace(t *testing.T) {
	each(t, func(t *testing.T, s *store.Store) {
		ctx, ws := t.Context(), workspace(t, s)
		if again := workspace(t, s); !reflect.DeepEqual(again, ws) || ws.TeamID != "" {
			t.Errorf("the default workspace is %+v, then %+v", ws, again)
		}
		ws.Name, ws.Language, ws.Zone, ws.LeadsChannel, ws.FeedbackChannel = "Nordwind", "es", "Europe/Madrid", "C1", "F1"
		must(t, s.SaveWorkspace(ctx, ws))
		ws.TeamID = "T1"
		must(t, s.SaveWorkspace(ctx, ws))
		if got, err := s.WorkspaceByTeam(ctx, "T1"); err != nil || !reflect.DeepEqual(got, ws) {
			t.Errorf("by team: %+v, %v, want %+v", got, err, ws)
		}
		if got, err := s.WorkspaceByID(ctx, ws.ID); err != nil || !reflect.DeepEqual(got, ws) {
			t.Errorf("by id: %+v, %v, want %+v", got, err, ws)
		}

		unnamed := ws
		unnamed.TeamID, unnamed.Language = "", "en" // saved by a process that has not reached Slack yet
		must(t, s.SaveWorkspace(ctx, unnamed))
		if got := workspace(t, s); got.TeamID != "T1" || got.Language != "en" {
			t.Errorf("workspace is %+v, want the team kept and the language changed", got)
		}
		moved := ws
		moved.TeamID = "T2"
		if err := s.SaveWorkspace(ctx, moved); !errors.Is(err, store.ErrOtherTeam) {
			t.Errorf("another team gave %v, want ErrOtherTeam", err)
		}
		second := another(t, s, ws)
		second.TeamID = "T1"
		if err := s.SaveWorkspace(ctx, second); !errors.Is(err, store.ErrOtherTeam) {
			t.Errorf("a team that has a workspace gave %v, want ErrOtherTeam", err)
		}
		ws.Zone = "Europe/Nowhere"
		if err := s.SaveWorkspace(ctx, ws); err == nil {
			t.Error("an unknown zone was stored")
		}
		if _, err := s.WorkspaceByTeam(ctx, "T2"); !errors.Is(err, handoff.ErrNotFound) {
			t.Errorf("an unknown team gave %v", err)
		}
		if all, err := s.Workspaces(ctx); err != nil || len(all) != 2 || all[0].ID != ws.ID || all[0].Zone != "Europe/Madrid" {
			t.Errorf("workspaces are %+v, %v", all, err)
		}
	})
}

func TestLocation(t *testing.T) {
	for zone, want := range map[string]string{"": "UTC", "Europe/Madrid": "Europe/Madrid", "Europe/Nowhere": "UTC"} {
		ws := store.Workspace{Zone: zone}
		if got := ws.Location().String(); !reflect.DeepEqual(got, want) {
			t.Errorf("%q is %s, want %s", zone, got, want)
		}
		if due := ws.Rules().DueAt(monday, true); due.Sub(monday) != 2*time.Hour {
			t.Errorf("%q: due at %v", zone, due)
		}
	}
}
