package bot_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// mayDecide tells whether somebody may decide on the lead of a card, or what they are told instead.
func (w *world) mayDecide(user string, card slackfake.Message) (bool, string) {
	w.t.Helper()
	said := w.told(user, func() { w.click(user, card, "card.accept", "") })
	return strings.HasPrefix(said, "Accept as SQL"), said
}

// Whoever joins a group that has a role has it at once, and whoever leaves it no more; Slack is asked once.
func TestGroupChangesByEvent(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.staffed()
		card := w.card(w.arrives(ana).Number, "[Accept as SQL]")
		want := func(step string, who string, may bool) {
			t.Helper()
			if got, said := w.mayDecide(who, card); got != may {
				t.Errorf("%s: %s decides is %v: %q", step, who, got, said)
			}
		}
		change := func(change func(*slackfake.UserGroup)) {
			t.Helper()
			if err := w.fake.ChangeUserGroup(t.Context(), salesGroup, change); err != nil {
				t.Fatal(err)
			}
		}
		want("first", slackfake.Luke, true)
		want("first", member, false)
		asked := w.fake.Calls("usergroups.users.list")
		change(func(g *slackfake.UserGroup) { g.Users = []string{slackfake.Ana, member} })
		want("changed", slackfake.Luke, false)
		want("changed", member, true)
		change(func(g *slackfake.UserGroup) { g.Disabled = true })
		want("disabled", member, false)
		change(func(g *slackfake.UserGroup) { g.Disabled = false })
		want("enabled", member, true)
		if n := w.fake.Calls("usergroups.users.list"); n != asked {
			t.Errorf("Slack was asked %d times more", n-asked)
		}
		// A change that no event told of is known after an hour.
		w.fake.SetUserGroups(slackfake.UserGroup{ID: salesGroup, Handle: "sales", Users: []string{slackfake.Luke}})
		want("unheard", slackfake.Luke, false)
		w.fake.Advance(time.Hour)
		want("an hour later", slackfake.Luke, true)
		want("an hour later", member, false)
		// So is a group that was deleted.
		w.fake.SetUserGroups()
		w.fake.Advance(time.Hour)
		want("deleted", slackfake.Luke, false)
	})
}

// A guest who becomes a member, and an admin who is no admin any more, are known as such at once.
func TestStandingChangesByEvent(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.staffed()
		answer := func(user string) string {
			t.Helper()
			got, err := w.fake.Command(t.Context(), user, slackfake.ChannelLeads, "/lead open")
			if err != nil {
				t.Fatal(err)
			}
			return got.Text
		}
		if got := answer(guest); !strings.Contains(got, "Guests of the workspace") {
			t.Errorf("a guest is told %q", got)
		}
		if err := w.fake.ChangeUser(t.Context(), guest, func(u *slackfake.User) { u.Guest = "" }); err != nil {
			t.Fatal(err)
		}
		if got := answer(guest); !strings.Contains(got, "Nothing is waiting") {
			t.Errorf("a member is told %q", got)
		}
	})
}

// While Slack is silent, what it said before counts, also after a restart; whom it never told of is let in by name alone.
func TestRolesWhileSlackIsSilent(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.staffed()
		card := w.card(w.arrives(ana).Number, "[Accept as SQL]")
		if may, said := w.mayDecide(slackfake.Luke, card); !may {
			t.Fatalf("Luke may not decide: %q", said)
		}
		w.stop()
		w.start()
		w.fake.Advance(2 * time.Hour)
		silent := func() {
			w.fault(slackfake.Fault{Method: "users.info", Kind: "http_500", Times: 3})
			w.fault(slackfake.Fault{Method: "usergroups.users.list", Kind: "http_500"})
		}
		for _, tt := range []struct {
			who  string
			want string // what they are told, in part
		}{
			{slackfake.Luke, "Accept as SQL"},   // known, and known to be in the group
			{slackfake.Grace, "Accept as SQL"},  // named, and their team stands in the click
			{member, "did not tell me in time"}, // may be a guest
			{slackfake.Otto, "Only members"},    // the click says that he is from outside
			{guestSales, "Accept as SQL"},       // named
			{admin, "did not tell me in time"},  // may be a guest
		} {
			silent()
			if said := w.told(tt.who, func() { w.click(tt.who, card, "card.accept", "") }); !strings.Contains(said, tt.want) {
				t.Errorf("%s is told %q, want %q", tt.who, said, tt.want)
			}
		}
	})
}

// As long as Slack has never said who is in a group, nobody has its role, and nobody is told that they lack it.
func TestGroupThatIsNotKnown(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.staffed()
		card := w.card(w.arrives(ana).Number, "[Accept as SQL]")
		for _, problem := range []string{"error:plan_upgrade_required", "error:missing_scope", "internal_error", "drop"} {
			w.fault(slackfake.Fault{Method: "usergroups.users.list", Kind: problem})
			for _, user := range []string{slackfake.Luke, member} {
				if may, said := w.mayDecide(user, card); may || !strings.Contains(said, "Slack has not told me yet who is in the team's user groups") {
					t.Errorf("%s: %s is told %q", problem, user, said)
				}
			}
			if may, said := w.mayDecide(slackfake.Grace, card); !may {
				t.Errorf("%s: Grace is told %q", problem, said)
			}
			w.fake.Advance(time.Minute) // until when Slack is left alone
		}
		if may, said := w.mayDecide(slackfake.Luke, card); !may {
			t.Errorf("when Slack has said so, Luke is told %q", said)
		}
		if !slices.Contains(w.workspace().Settings.Team.Groups[handoff.RoleSales], salesGroup) {
			t.Error("the group lost its role")
		}
	})
}
