package bot_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"relevo/bot"
	"relevo/handoff"
	"relevo/internal/slackfake"
)

// opensTeam has somebody type /mql team, and returns what they are told and whether they see the modal.
func (w *world) opensTeam(user string) (said string, modal bool) {
	w.t.Helper()
	said = w.told(user, func() {
		got, err := w.fake.Command(w.t.Context(), user, slackfake.ChannelLeads, "/mql team")
		if err != nil {
			w.t.Fatal(err)
		}
		said = w.fake.Text(got.Blocks) + got.Text
	}) + said
	v := w.fake.Modal(user)
	return said, v != nil && v.CallbackID == "team"
}

// An admin names the team with people pickers and user groups; everybody sees who is who; the cards no longer say that
// anybody decides.
func TestTeam(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		if err := w.fake.SetLocale(t.Context(), slackfake.Marta, "en-US"); err != nil {
			t.Fatal(err)
		}
		w.card(w.arrives(ana).Number, "Anybody here decides for now")
		if said, modal := w.opensTeam(slackfake.Marta); modal || !strings.Contains(said, "Nobody is named yet: everybody decides.") {
			t.Errorf("Marta, modal %v, is told %q", modal, said)
		}
		if said, modal := w.opensTeam(slackfake.Grace); !modal || !strings.Contains(said, "Sales: user groups") {
			t.Fatalf("Grace, modal %v, is told %q", modal, said)
		}
		for _, who := range []string{slackfake.Otto, w.fake.BotUser()} {
			r := w.submit(slackfake.Grace, map[string]string{"people_sales": slackfake.Ana + "," + who})
			if got := r.Errors["people_sales"]; !strings.HasPrefix(got, "Only people of this workspace") || len(r.Errors) != 1 {
				t.Errorf("naming %s gave %v", who, r.Errors)
			}
		}
		r := w.submit(slackfake.Grace, map[string]string{
			"people_sales": slackfake.Ana, "groups_sales": salesGroup, "people_marketing": slackfake.Marta, "people_manager": slackfake.Grace,
		})
		if r.View == nil || !strings.Contains(w.fake.Text(r.View.Blocks), "Saved.") {
			t.Errorf("Grace sees %+v", r)
		}
		want := handoff.Team{
			People: map[handoff.Role][]string{handoff.RoleSales: {slackfake.Ana}, handoff.RoleMarketing: {slackfake.Marta}, handoff.RoleManager: {slackfake.Grace}},
			Groups: map[handoff.Role][]string{handoff.RoleSales: {salesGroup}},
		}
		if got := w.workspace().Settings.Team; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("the team is %+v, want %+v", got, want)
		}
		w.settled()
		if said := w.fake.Text(w.card(1).Blocks); strings.Contains(said, "Anybody here decides") {
			t.Errorf("the card still says\n%s", said)
		}
		said, modal := w.opensTeam(slackfake.Marta)
		if modal || !strings.Contains(said, "@Ana Ruiz") || !strings.Contains(said, "@sales") || !strings.Contains(said, "@Marta Vidal") {
			t.Errorf("Marta, modal %v, is told %q", modal, said)
		}
		// Nobody is left: anybody decides again.
		w.opensTeam(slackfake.Grace)
		w.submit(slackfake.Grace, map[string]string{"people_sales": "", "groups_sales": ""})
		w.card(1, "Anybody here decides for now")
		if got := w.workspace(); got.SettingsVersion != 2 || got.Settings.Team.Named(handoff.RoleSales) || !got.Settings.Team.Named(handoff.RoleManager) {
			t.Errorf("version %d of the settings has the team %+v", got.SettingsVersion, got.Settings.Team)
		}
	})
}

// Where user groups can't be read the modal says why, and leaves those of the team as they are; a form of somebody who is no
// admin, or no more, changes nothing.
func TestTeamWithoutUserGroups(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.staffed()
		for _, tt := range []struct{ problem, want string }{
			{"error:plan_upgrade_required", "need a paid plan"}, {"error:missing_scope", "the scope usergroups:read"}, {"http_500", "does not tell the user groups"},
		} {
			w.fault(slackfake.Fault{Method: "usergroups.list", Kind: tt.problem})
			if said, modal := w.opensTeam(slackfake.Grace); !modal || !strings.Contains(said, tt.want) || strings.Contains(said, "Sales: user groups") {
				t.Errorf("%s: Grace, modal %v, sees %q", tt.problem, modal, said)
			}
			w.submit(slackfake.Grace, map[string]string{"people_admin": member})
			if team := w.workspace().Settings.Team; !slices.Equal(team.Groups[handoff.RoleSales], []string{salesGroup}) || !slices.Equal(team.People[handoff.RoleAdmin], []string{member}) {
				t.Errorf("%s: the team is %+v", tt.problem, team)
			}
		}
		if _, modal := w.opensTeam(member); !modal {
			t.Error("a named admin does not see the modal")
		}
		w.names(func(team *handoff.Team) { delete(team.People, handoff.RoleAdmin) })
		r := w.submit(member, map[string]string{"people_sales": member})
		if r.View == nil || !strings.Contains(w.fake.Text(r.View.Blocks), "Only an admin can change this") {
			t.Errorf("somebody who is no admin any more sees %+v", r)
		}
		before := w.workspace().SettingsVersion
		named := object{"people_sales": object{"value": object{"type": "multi_users_select", "selected_users": []any{slackfake.Marta}}}}
		for _, who := range []string{slackfake.Luke, slackfake.Marta, guest, guestSales, slackfake.Otto} {
			w.delivers("interactive", formOf("team", "", who, "", "T0RELEVO1", "T0RELEVO1", named))
			if who == slackfake.Otto {
				continue // Slack offers him no commands
			}
			if said, modal := w.opensTeam(who); modal || said == "" {
				t.Errorf("%s, modal %v, is told %q", who, modal, said)
			}
		}
		if got := w.workspace().SettingsVersion; got != before {
			t.Errorf("the settings were changed %d times", got-before)
		}
		// Somebody of whom Slack does not tell who they are can't be named yet.
		w.fake.AddUser(slackfake.User{ID: "U0UNSEEN01", RealName: "Una Unseen"})
		w.opensTeam(slackfake.Grace)
		w.fault(slackfake.Fault{Method: "users.info", Kind: "http_500"})
		if r := w.submit(slackfake.Grace, map[string]string{"people_sales": "U0UNSEEN01"}); !strings.Contains(r.Errors["people_sales"], "did not tell in time") {
			t.Errorf("Grace sees %+v", r)
		}
		w.submit(slackfake.Grace, map[string]string{"people_sales": "U0UNSEEN01"})
		if team := w.workspace().Settings.Team; !slices.Equal(team.People[handoff.RoleSales], []string{"U0UNSEEN01"}) {
			t.Errorf("the team is %+v", team)
		}
	})
}

// Who is who, as it is said to those who do not change it, and to who has saved it.
func TestTeamAnswerGoldens(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "http", "es")
	w.fake.SetUserGroups(slackfake.UserGroup{ID: salesGroup, Name: "Sales", Handle: "sales", Users: []string{slackfake.Luke}})
	for _, name := range []string{"team_nobody", "team"} {
		for lang, user := range map[string]string{"en": slackfake.Luke, "es": slackfake.Marta} {
			if _, err := w.fake.Command(t.Context(), user, slackfake.ChannelGeneral, "/mql team"); err != nil {
				t.Fatal(err)
			}
			bot.Golden(t, fmt.Sprintf("answer_%s_%s.json", name, lang), w.sent("command"))
		}
		w.names(func(team *handoff.Team) {
			*team = handoff.Team{
				People: map[handoff.Role][]string{handoff.RoleSales: {slackfake.Ana}, handoff.RoleMarketing: {slackfake.Marta}},
				Groups: map[handoff.Role][]string{handoff.RoleSales: {salesGroup}},
			}
		})
	}
}

// Of two admins who have the form open at once nobody undoes what the other saved.
func TestTwoEditTheTeam(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.staffed()
		w.names(func(team *handoff.Team) { team.People[handoff.RoleAdmin] = []string{member} })
		was := w.workspace().Settings.Team.People
		w.opensTeam(slackfake.Grace)
		w.opensTeam(member)
		w.fault(slackfake.Fault{Kind: "deliver_twice", Times: 1})
		if r := w.submit(slackfake.Grace, map[string]string{"people_sales": slackfake.Ana + "," + slackfake.Luke}); r.View == nil {
			t.Fatalf("Grace sees %+v", r)
		}
		r := w.submit(member, map[string]string{"people_sales": slackfake.Ana})
		if got := r.Errors["people_sales"]; !strings.Contains(got, "Now it names: Ana Ruiz, Luke Carter.") || len(r.Errors) != 1 {
			t.Errorf("the other is told %v", r.Errors)
		}
		w.closeModal(member)
		w.opensTeam(member)
		if r := w.submit(member, map[string]string{"people_sales": slackfake.Ana, "people_marketing": slackfake.Marta + "," + member}); r.View == nil {
			t.Errorf("opened anew, it is refused: %+v", r)
		}
		got := w.workspace().Settings.Team.People
		if fmt.Sprint(got[handoff.RoleSales]) != fmt.Sprint([]string{slackfake.Ana}) || len(got[handoff.RoleMarketing]) != 2 || fmt.Sprint(got[handoff.RoleManager]) != fmt.Sprint(was[handoff.RoleManager]) {
			t.Errorf("the team is %+v", got)
		}
	})
}
