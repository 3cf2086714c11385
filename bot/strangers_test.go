package bot_test

import (
	"encoding/json"
	"strings"
	"testing"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

type object = map[string]any

const foreignTeam = "T0FOREIGN1"

// clickOn is a click as Slack sends it: by somebody of a team, in the workspace of a team.
func clickOn(m slackfake.Message, user, userTeam, team, action, value string) object {
	return object{
		"type": "block_actions", "team": object{"id": team, "domain": "d"}, "user": object{"id": user, "username": "u", "team_id": userTeam},
		"api_app_id": "A0RELEVO1", "container": object{"type": "message", "message_ts": m.TS, "channel_id": m.Channel},
		"channel": object{"id": m.Channel, "name": "mql-leads"}, "trigger_id": "1.2.x", "message": object{"type": "message", "ts": m.TS},
		"actions": []any{object{"action_id": action, "block_id": "b", "type": "button", "value": value, "action_ts": "1.2"}},
	}
}

// formOf is a modal as Slack sends it when somebody presses its button.
func formOf(callback, metadata, user, userTeam, team, installed string, values object) object {
	return object{
		"type": "view_submission", "team": object{"id": team}, "user": object{"id": user, "team_id": userTeam}, "trigger_id": "1.2.x",
		"view": object{
			"id": "V0FORGED01", "team_id": team, "type": "modal", "callback_id": callback, "private_metadata": metadata, "hash": "1.x",
			"app_installed_team_id": installed, "blocks": []any{}, "state": object{"values": values},
		},
	}
}

// delivers brings a payload to the bot, which must acknowledge it whatever it is.
func (w *world) delivers(kind string, payload any) {
	w.t.Helper()
	raw, ok := payload.(string)
	if !ok {
		b, err := json.Marshal(payload)
		if err != nil {
			w.t.Fatal(err)
		}
		raw = string(b)
	}
	if err := w.fake.Deliver(w.t.Context(), kind, []byte(raw)); err != nil {
		w.t.Errorf("%s %.200s is not acknowledged: %v", kind, raw, err)
	}
}

// Nobody from outside decides, however a payload names them and their team; members of other workspaces are told
// nothing of ours.
func TestStrangersDecideNothing(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		const ours = "T0RELEVO1"
		w.fake.AddUser(slackfake.User{ID: "U0STRANGE1", RealName: "Stan Ranger", IsStranger: true})
		if err := w.fake.SetMember(slackfake.ChannelLeads, "U0STRANGE1", true); err != nil {
			t.Fatal(err)
		}
		r := w.arrives(ana)
		card := w.card(r.Number, "[Accept as SQL]")
		value := findValue(card.Blocks, "1:1:")
		metadata := `{"Lead":1,"Round":1,"Key":"` + strings.TrimPrefix(value, "1:1:") + `"}`
		need := object{"need": object{"value": object{"type": "plain_text_input", "value": "Mine"}}}
		for _, who := range []struct{ user, userTeam, team string }{
			{slackfake.Otto, "T0PARTNER", ours},
			{slackfake.Otto, "", ours},
			{slackfake.Otto, ours, ours}, // forged: Slack says that he is a stranger
			{"U0STRANGE1", ours, ours},
			{slackfake.Luke, foreignTeam, ours}, // an id of ours from another organisation
			{slackfake.Luke, foreignTeam, foreignTeam},
			{slackfake.Luke, ours, foreignTeam},
			{"U0NOBODY01", foreignTeam, foreignTeam},
		} {
			for _, action := range []string{"card.accept", "card.reject"} {
				w.delivers("interactive", clickOn(card, who.user, who.userTeam, who.team, action, value))
			}
			w.delivers("interactive", formOf("accept", metadata, who.user, who.userTeam, who.team, who.team, need))
			w.delivers("interactive", formOf("accept", metadata, who.user, who.userTeam, ours, foreignTeam, need))
			w.delivers("interactive", formOf("new_lead", "", who.user, who.userTeam, who.team, who.team,
				object{"email": object{"value": object{"type": "plain_text_input", "value": "x@y.example"}}}))
			w.delivers("interactive", formOf("take_back", metadata, who.user, who.userTeam, who.team, who.team, need))
			if m := w.fake.Modal(who.user); m != nil {
				t.Errorf("%+v was shown a form: %s", who, w.fake.Text(m.Blocks))
			}
		}
		for _, user := range []string{slackfake.Otto, "U0STRANGE1"} {
			for _, m := range w.fake.Ephemerals(user) {
				if m.Text != "Only members of this workspace decide on leads. Thank you for looking!" {
					t.Errorf("%s was told %q", user, m.Text)
				}
			}
			if len(w.fake.Ephemerals(user)) == 0 {
				t.Errorf("%s was told nothing", user)
			}
		}
		w.undecided(1)
	})
}

// undecided holds that nothing has happened to the one lead.
func (w *world) undecided(leads int) {
	w.t.Helper()
	w.settled()
	w.wants(leads, leads)
	l := w.lead(1)
	ds, err := w.store.Decisions(w.t.Context(), w.workspace().ID, l.ID)
	if err != nil || l.State != handoff.Open || len(ds) != 0 {
		w.t.Errorf("the lead is %s with decisions %+v (%v)", l.State, ds, err)
	}
}

// Events and commands of a workspace that the bot does not serve change nothing, and are told nothing.
func TestForeignWorkspace(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		w.card(w.arrives(ana).Number)
		event := func(authorized string, inner object) object {
			return object{
				"type": "event_callback", "team_id": foreignTeam, "api_app_id": "A0RELEVO1", "event_id": "Ev1", "event": inner,
				"authorizations": []any{object{"team_id": authorized, "user_id": "U1", "is_bot": true}},
			}
		}
		moved := object{"type": "channel_id_changed", "old_channel_id": slackfake.ChannelLeads, "new_channel_id": "C0ELSEWHERE"}
		w.delivers("events_api", event(foreignTeam, moved))
		w.delivers("events_api", event(foreignTeam, object{"type": "app_home_opened", "user": slackfake.Luke, "tab": "home"}))
		if got := w.workspace().LeadsChannel; got != slackfake.ChannelLeads {
			t.Errorf("a foreign event moved the channel to %s", got)
		}
		if w.fake.Home(slackfake.Luke) != nil {
			t.Error("a foreign event published a Home")
		}
		// An event of ours that began in a shared channel of theirs is ours.
		w.delivers("events_api", event("T0RELEVO1", object{"type": "app_home_opened", "user": slackfake.Luke, "tab": "home"}))
		w.seen("an event that is authorised for our workspace is taken in", func() bool { return w.fake.Home(slackfake.Luke) != nil })
		w.delivers("slash_commands", object{
			"team_id": foreignTeam, "channel_id": "C1", "user_id": "U0NOBODY01", "command": "/lead", "text": "ana@acme.example", "trigger_id": "1.2.x",
		})
		for _, e := range w.exchanged(0) {
			if strings.Contains(string(e.answer), "Acme") {
				t.Errorf("a foreign workspace was answered %s", e.answer)
			}
		}
		w.undecided(1)
	})
}
