package bot_test

import (
	"strings"
	"testing"

	"relevo/internal/slackfake"
)

// What the bot does not know, and what no version of it ever sent, is acknowledged, does nothing and takes nothing
// down.
func TestUnknownAndMalformedPayloads(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		const ours = "T0RELEVO1"
		card := w.card(w.arrives(ana).Number, "[Accept as SQL]")
		click := func(action, value string) object {
			return clickOn(card, slackfake.Luke, ours, ours, action, value)
		}
		with := func(o object, key string, value any) object {
			o[key] = value
			return o
		}
		form := func(callback, metadata string, values any) object {
			f := formOf(callback, metadata, slackfake.Luke, ours, ours, ours, nil)
			f["view"].(object)["state"] = object{"values": values}
			return f
		}
		newer := object{"type": "hologram_picker", "action_id": "a", "block_id": "b", "selected_hologram": "x"}
		for name, payload := range map[string]any{
			"an unknown action":             click("card.teleport", "1:1:x"),
			"an empty value":                click("card.accept", ""),
			"a value that is no card's":     click("card.accept", "<!channel>"),
			"a value with a huge number":    click("card.accept", strings.Repeat("9", 1900)+":1:x"),
			"a lead that is not there":      click("card.reject", "999:1:x"),
			"a round that is not there":     click("card.accept", "1:99:x"),
			"a negative lead":               click("card.accept", "-1:-1:x"),
			"a menu without a choice":       click("card.menu", ""),
			"a choice of a menu of ours":    with(click("", ""), "actions", []any{object{"action_id": "card.menu", "block_id": "b", "type": "overflow", "selected_option": object{"value": "history:nonsense"}}}),
			"a choice without a modal":      click("reject.reason", "wrong-size"),
			"no actions":                    with(click("", ""), "actions", []any{}),
			"actions that are null":         with(click("", ""), "actions", nil),
			"an action of nothing":          with(click("", ""), "actions", []any{object{}}),
			"an element newer than we are":  with(click("", ""), "actions", []any{newer}),
			"a block newer than we are":     with(click("", ""), "message", object{"type": "message", "blocks": []any{object{"type": "hologram"}}}),
			"an element in a newer message": with(click("x", "y"), "message", object{"type": "message", "blocks": []any{object{"type": "actions", "elements": []any{newer}}}}),
			"an accessory newer than we":    with(click("x", "y"), "message", object{"type": "message", "blocks": []any{object{"type": "section", "accessory": newer}}}),
			"an unknown form":               form("survey", "{}", object{}),
			"a form of a newer kind":        with(form("accept", "{}", object{}), "type", "view_teleported"),
			"a closed form":                 with(form("accept", "{}", object{}), "type", "view_closed"),
			"metadata that is no JSON":      form("accept", "}{", object{"need": object{"value": object{"value": "x"}}}),
			"metadata of another kind":      form("reject", `{"Lead":"one"}`, object{}),
			"metadata without a lead":       form("take_back", `{}`, object{}),
			"no metadata":                   form("accept", "", object{"need": object{"value": object{"value": "x"}}}),
			"a form without values":         form("accept", `{"Lead":1,"Round":1}`, nil),
			"a reason that is not ours":     form("reject", `{"Lead":1,"Round":1}`, object{"reason": object{"reject.reason": object{"selected_option": object{"value": "<@U1>"}}}}),
			"a day that is none":            form("reject", `{"Lead":1,"Round":1}`, object{"reason": object{"reject.reason": object{"selected_option": object{"value": "bad-timing"}}}, "back:bad-timing": object{"value": object{"selected_date": "31-02-2026"}}}),
			"a round that is over":          form("accept", `{"Lead":1,"Round":7}`, object{"need": object{"value": object{"value": "x"}}}),
			"a shortcut":                    object{"type": "shortcut", "team": object{"id": ours}, "user": object{"id": slackfake.Luke}, "callback_id": "x", "trigger_id": "1.2.x"},
			"nothing":                       object{},
			"a list":                        `[1,2]`,
			"a number":                      `7`,
			"null":                          `null`,
			"a deep one":                    strings.Repeat(`{"message":`, 5000) + "1" + strings.Repeat("}", 5000),
		} {
			t.Run(name, func(t *testing.T) { w.delivers("interactive", payload) })
		}
		for _, event := range []object{
			{"type": "event_callback", "team_id": ours, "event": object{"type": "hologram_shared", "user": "U1"}},
			{"type": "event_callback", "team_id": ours, "event": object{"type": "app_home_opened"}},
			{"type": "event_callback", "team_id": ours, "event": object{"type": "app_home_opened", "tab": "home", "user": "U0NOBODY01"}},
			{"type": "event_callback", "team_id": ours, "event": object{"type": "channel_id_changed"}},
			{"type": "app_rate_limited", "team_id": ours, "minute_rate_limited": 1},
		} {
			w.delivers("events_api", event)
		}
		w.delivers("slash_commands", object{"team_id": ours, "user_id": slackfake.Luke, "command": "/teleport", "text": strings.Repeat("x", 9000), "channel_id": slackfake.ChannelGeneral})
		w.delivers("slash_commands", object{"team_id": ours, "user_id": "", "command": "", "text": ""})
		w.undecided(1)
		// What of a click is not used keeps nobody from clicking.
		w.delivers("interactive", with(with(click("card.menu", ""), "message", object{"type": "message", "blocks": []any{object{"type": "actions", "elements": []any{newer}}}}),
			"actions", []any{object{"action_id": "card.menu", "block_id": "b", "type": "overflow", "selected_option": object{"value": findValue(card.Blocks, "take:")}}}))
		w.until("Luke has taken the lead", func() bool {
			l, err := w.store.LeadByNumber(t.Context(), 1, 1)
			return err == nil && l.Owner == slackfake.Luke
		})
		// And the bot is well.
		w.click(slackfake.Luke, card, "card.accept", "")
		if got := w.submit(slackfake.Luke, map[string]string{"need": "A need"}); !got.Closed {
			t.Errorf("after all that an acceptance is refused: %+v", got)
		}
	})
}
