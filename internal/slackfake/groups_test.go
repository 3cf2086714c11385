package slackfake

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
)

// The app hears who joins and leaves a user group, and what it is then. The counts are as Slack documents them, which the
// library can't read.
func TestUserGroupEvents(t *testing.T) {
	var seen []string // one after the other: each is waited for
	app := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		seen = append(seen, string(body))
	}))
	t.Cleanup(app.Close)
	s, api := start(t, Options{EventsURL: app.URL})
	ctx := t.Context()
	if err := s.ChangeUserGroup(ctx, "S0SALES001", func(g *UserGroup) { g.Users = []string{Luke, Grace, Marta} }); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"added_users":["` + Marta + `"]`, `"removed_users":["` + Ana + `"]`, `"added_users_count":"1"`, `"handle":"sales"`, `"user_count":3`, `"date_delete":0`} {
		if all := strings.Join(seen, "\n"); !strings.Contains(all, want) {
			t.Errorf("the app did not hear %s:\n%s", want, all)
		}
	}
	seen = nil
	if err := s.ChangeUserGroup(ctx, "S0SALES001", func(g *UserGroup) { g.Handle, g.Disabled = "closers", true }); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 1 || !strings.Contains(seen[0], `"handle":"closers"`) || strings.Contains(seen[0], `"date_delete":0`) {
		t.Errorf("the app heard %q", seen)
	}
	if _, err := api.GetUserGroupMembers("S0SALES001"); code(err) != "no_such_subteam" {
		t.Errorf("the members of a disabled group: %v", err)
	}
	if groups, err := api.GetUserGroups(); err != nil || len(groups) != 0 {
		t.Errorf("the groups are %+v, %v", groups, err)
	}
	if groups, err := api.GetUserGroups(slack.GetUserGroupsOptionIncludeDisabled(true)); err != nil || len(groups) != 1 {
		t.Errorf("with those disabled they are %+v, %v", groups, err)
	}
	seen = nil
	if err := s.ChangeUserGroup(ctx, "S0SALES001", func(g *UserGroup) {
		for i := range 600 {
			g.Users = append(g.Users, fmt.Sprintf("U0MANY%04d", i))
		}
	}); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(seen[1], "U0MANY"); n != 497 || !strings.Contains(seen[1], `"user_count":603`) {
		t.Errorf("an event lists %d of 600 new members", n)
	}
	if err := s.ChangeUserGroup(ctx, "S0NOWHERE1", func(*UserGroup) {}); err == nil {
		t.Error("an unknown group was changed")
	}
}

// What somebody is in the workspace, and their status.
func TestStandings(t *testing.T) {
	s, api := start(t, Options{Events: []string{"app_home_opened"}})
	until := time.Date(2026, 12, 1, 9, 0, 0, 0, time.UTC)
	for _, change := range []func(*User){
		func(u *User) { u.IsAdmin = true }, func(u *User) { u.Guest = "multi" }, func(u *User) { u.Guest = "single" },
		func(u *User) {
			u.Guest, u.IsAdmin, u.StatusEmoji, u.StatusText, u.StatusUntil = "", false, ":palm_tree:", "Vacationing", until
		},
	} {
		if err := s.ChangeUser(t.Context(), Ana, change); err != nil {
			t.Fatal(err)
		}
		want := s.Users()[0]
		got, err := api.GetUserInfo(Ana)
		if err != nil || got.IsAdmin != want.IsAdmin || got.IsRestricted != (want.Guest != "") || got.IsUltraRestricted != (want.Guest == "single") ||
			got.Profile.StatusEmoji != want.StatusEmoji || got.Profile.StatusText != want.StatusText {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
	}
	if got, _ := api.GetUserInfo(Ana); int64(got.Profile.StatusExpiration) != until.Unix() {
		t.Errorf("the status ends at %d", got.Profile.StatusExpiration)
	}
	if grace, _ := api.GetUserInfo(Grace); !grace.IsAdmin || !grace.IsOwner {
		t.Error("the head of sales administers nothing")
	}
}
