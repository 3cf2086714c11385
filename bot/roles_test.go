package bot_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"relevo/bot"
	"relevo/handoff"
	"relevo/internal/slackfake"
)

// The people of these tests, beside those of the workspace.
const (
	guest      = "U0GUEST001" // without a role
	guestSales = "U0GUEST002" // named for sales
	admin      = "U0ADMIN001" // of the workspace in Slack
	member     = "U0MEMBER01" // without a role
)

const salesGroup = "S0SALES001"

// names gives roles as an admin would with /mql team.
func (w *world) names(change func(*handoff.Team)) {
	w.t.Helper()
	_, err := w.store.ChangeSettings(w.t.Context(), w.workspace().ID, admin, w.fake.Now(), func(s *handoff.Settings) error {
		change(&s.Team)
		return nil
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

// staffed has a team: Luke and Ana are of sales by a user group, Grace is their manager, Marta is of marketing.
func (w *world) staffed() {
	w.t.Helper()
	for _, u := range []slackfake.User{
		{ID: guest, RealName: "Gil Gast", Guest: "multi"}, {ID: guestSales, RealName: "Gina Gast", Guest: "single"},
		{ID: admin, RealName: "Adam Admin", IsAdmin: true}, {ID: member, RealName: "Mo Member"},
	} {
		w.fake.AddUser(u)
		if err := w.fake.SetMember(slackfake.ChannelLeads, u.ID, true); err != nil {
			w.t.Fatal(err)
		}
	}
	for _, u := range []string{slackfake.Ana, slackfake.Marta} {
		if err := w.fake.SetLocale(w.t.Context(), u, "en-US"); err != nil {
			w.t.Fatal(err)
		}
	}
	w.fake.SetUserGroups(slackfake.UserGroup{ID: salesGroup, Name: "Sales", Handle: "sales", Users: []string{slackfake.Ana, slackfake.Luke}})
	w.names(func(t *handoff.Team) {
		*t = handoff.Team{
			People: map[handoff.Role][]string{
				handoff.RoleSales: {guestSales}, handoff.RoleMarketing: {slackfake.Marta}, handoff.RoleManager: {slackfake.Grace},
			},
			Groups: map[handoff.Role][]string{handoff.RoleSales: {salesGroup}},
		}
	})
}

// told returns what somebody reads after they did something: in a modal, or privately in a channel.
func (w *world) told(user string, do func()) string {
	w.t.Helper()
	if v := w.fake.Modal(user); v != nil {
		if err := w.fake.CloseView(w.t.Context(), user, v.ID); err != nil {
			w.t.Fatal(err)
		}
	}
	before := len(w.fake.Ephemerals(user))
	do()
	said := ""
	for _, m := range w.fake.Ephemerals(user)[before:] {
		said += m.Text
	}
	if v := w.fake.Modal(user); v != nil {
		said += v.Title + "\n" + w.fake.Text(v.Blocks)
	}
	return said
}

// What each is told at each entrance: the beginning of it.
func TestRolesAtEveryEntrance(t *testing.T) {
	const (
		outsider = "Only members of this workspace"
		noGuest  = "Guests of the workspace"
		notSales = "Whether a lead is an SQL is for sales to say"
		notYours = "A decision is taken back by whoever took it"
	)
	overBoth(t, func(t *testing.T, w *world) {
		w.staffed()
		w.fake.SetShortcuts([]slackfake.Shortcut{{CallbackID: bot.ShortcutHandOver, Name: "Hand over"}})
		open := w.card(w.arrives(ana).Number, "[Accept as SQL]")
		theirs := ana
		theirs.Email = "decided@acme.example"
		decided := w.card(w.arrives(theirs).Number, "[Accept as SQL]")
		w.click(slackfake.Luke, decided, "card.accept", "")
		w.submit(slackfake.Luke, map[string]string{"need": "Parcels"})
		decided = w.card(2, "Accepted as SQL")
		metadata := func(m slackfake.Message, lead, decision string) string {
			value := strings.TrimPrefix(findValue(m.Blocks, "history:"), "history:")
			return `{"Lead":` + lead + `,"Round":1,"Key":"` + value[strings.LastIndexByte(value, ':')+1:] + `","Decision":` + decision + `}`
		}
		entrances := []struct {
			name string
			do   func(user string)
		}{
			{"accept", func(u string) { w.click(u, open, "card.accept", "") }},
			{"reject", func(u string) { w.click(u, open, "card.reject", "") }},
			{"take back", func(u string) { w.click(u, decided, "card.menu", w.menu(decided, "take_back")) }},
			{"history", func(u string) { w.click(u, open, "card.menu", w.menu(open, "history")) }}, // for everybody who may do anything
			{"shortcut", func(u string) {
				if err := w.fake.Shortcut(t.Context(), u, open.Channel, open.TS, bot.ShortcutHandOver); err != nil {
					t.Error(err)
				}
			}},
		}
		for _, tt := range []struct {
			who  string
			want [5]string // empty: a modal is opened
		}{
			{slackfake.Luke, [5]string{}},
			{slackfake.Ana, [5]string{2: notYours}},
			{slackfake.Grace, [5]string{}},
			{slackfake.Marta, [5]string{notSales, notSales, notYours, "", ""}},
			{member, [5]string{notSales, notSales, notYours, "", ""}},
			{admin, [5]string{notSales, notSales, notYours, "", ""}},
			{guest, [5]string{noGuest, noGuest, noGuest, noGuest, noGuest}},
			{guestSales, [5]string{2: notYours, 4: noGuest}},
			{slackfake.Otto, [5]string{outsider, outsider, outsider, outsider, outsider}},
		} {
			for i, e := range entrances {
				got := w.told(tt.who, func() { e.do(tt.who) })
				if tt.want[i] == "" && w.fake.Modal(tt.who) == nil || !strings.Contains(got, tt.want[i]) {
					t.Errorf("%s, %s: is told %q, want %q", tt.who, e.name, got, tt.want[i])
				}
			}
			// A form that is sent all the same, as when the role was taken away meanwhile.
			if tt.want[0] != "" {
				need := object{"need": object{"value": object{"type": "plain_text_input", "value": "Mine"}}}
				why := object{"reason": object{"reject.reason": object{"type": "static_select", "selected_option": object{"value": "wrong-size"}}}}
				w.delivers("interactive", formOf("accept", metadata(open, "1", "0"), tt.who, "", "T0RELEVO1", "T0RELEVO1", need))
				w.delivers("interactive", formOf("reject", metadata(open, "1", "0"), tt.who, "", "T0RELEVO1", "T0RELEVO1", why))
			}
			if tt.want[2] != "" {
				w.delivers("interactive", formOf("take_back", metadata(decided, "2", "1"), tt.who, "", "T0RELEVO1", "T0RELEVO1",
					object{"why": object{"value": object{"type": "plain_text_input", "value": "A slip"}}}))
			}
			if tt.want[4] != "" {
				w.delivers("interactive", formOf("new_lead", "", tt.who, "", "T0RELEVO1", "T0RELEVO1",
					object{"email": object{"value": object{"type": "plain_text_input", "value": "x@y.example"}}}))
			}
		}
		if l := w.lead(1); l.State != handoff.Open {
			t.Errorf("lead 1 is %s", l.State)
		}
		if l := w.lead(2); l.State != handoff.Accepted {
			t.Errorf("lead 2 is %s", l.State)
		}
		if _, err := w.store.LeadByNumber(t.Context(), w.workspace().ID, 3); err == nil {
			t.Error("a lead was handed over")
		}
	})
}

// Commands, Home and dropped files ask who it is too.
func TestRolesOfCommandsHomeAndFiles(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.stop()
		w.readLeads = func(context.Context, bot.LeadFile) (bot.FileReport, error) {
			return bot.FileReport{Rows: 1, Good: 1}, nil
		}
		w.start()
		w.staffed()
		w.card(w.arrives(ana).Number)
		for _, tt := range []struct {
			who     string
			may     bool
			handing bool
		}{
			{slackfake.Luke, true, true}, {slackfake.Grace, true, true}, {member, true, true}, {admin, true, true},
			{guest, false, false}, {guestSales, true, false},
		} {
			got, err := w.fake.Command(t.Context(), tt.who, slackfake.ChannelLeads, "/lead 1")
			if may := strings.Contains(got.Text, "Acme Iberia"); err != nil || may != tt.may {
				t.Errorf("%s asks where the lead stands: %v %q", tt.who, err, got.Text)
			}
			said := w.told(tt.who, func() {
				got, err = w.fake.Command(t.Context(), tt.who, slackfake.ChannelLeads, "/mql new")
				if err != nil {
					t.Error(err)
				}
			})
			if may := strings.HasPrefix(said, "Hand over a lead"); may != tt.handing || strings.Contains(got.Text, "Guests of the workspace") == may {
				t.Errorf("%s hands over: %q %q", tt.who, said, got.Text)
			}
			if may := strings.Contains(w.home(tt.who), "Acme Iberia"); may != tt.may {
				t.Errorf("%s sees the leads in Home: %v", tt.who, may)
			}
			im := "D" + tt.who[1:]
			if _, err := w.fake.Drop(t.Context(), tt.who, im, "leads.csv", []byte("email\nx@y.example"), ""); err != nil {
				t.Fatal(err)
			}
			want := map[bool]string{true: "leads.csv", false: "Guests of the workspace"}[tt.handing]
			w.seen(tt.who+" is answered "+want, func() bool {
				return slices.ContainsFunc(w.fake.Messages(im), func(m slackfake.Message) bool {
					return m.User == w.fake.BotUser() && strings.Contains(m.Text+w.fake.Text(m.Blocks), want)
				})
			})
		}
	})
}
