package bot_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// cardKey is what a card's buttons carry: the lead, the round, and the message's key.
var cardKey = regexp.MustCompile(`(\d+:\d+):[A-Z2-7]{26}`)

// calls counts how often Slack called each person for each thing: for a card, or whatever else a message says. Only
// posts call anybody: neither updates do, nor what one person alone sees.
func (w *world) calls() map[string]int {
	w.t.Helper()
	count := map[string]int{}
	for _, s := range w.fake.Sent() {
		if s.Method != "chat.postMessage" || s.Error != "" {
			continue
		}
		thing, _, _ := strings.Cut(s.Text, "\n")
		if ref := cardKey.FindSubmatch(s.Payload); ref != nil {
			thing = "card " + string(ref[1])
		}
		var blocks any
		if err := json.Unmarshal(s.Payload, &blocks); err != nil {
			w.t.Error(err)
		}
		users := map[string]bool{}
		for _, m := range mentions.FindAllString(s.Text, -1) {
			users[strings.Trim(m, "<@>")] = true
		}
		mentioned(blocks, users)
		for user := range users {
			count[user+" for "+thing]++
		}
	}
	return count
}

// mentioned adds whom blocks mention.
func mentioned(v any, users map[string]bool) {
	switch v := v.(type) {
	case []any:
		for _, item := range v {
			mentioned(item, users)
		}
	case map[string]any:
		if v["type"] == "user" {
			users[v["user_id"].(string)] = true
		}
		for _, item := range v {
			mentioned(item, users)
		}
	case string:
		for _, m := range mentions.FindAllString(v, -1) {
			users[strings.Trim(m, "<@>")] = true
		}
	}
}

// A busy day and what comes of it: nobody is called twice for the same thing, and for a card nobody but its owner.
func TestNobodyIsCalledTwice(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		owned := func(owner string) int64 {
			t.Helper()
			return w.arrives(handoff.Arrival{Owner: owner, Person: handoff.Person{Email: fmt.Sprintf("%d@example.com", w.fake.Calls("chat.postMessage"))}}).Number
		}
		shown := func(number int64, words ...string) slackfake.Message {
			t.Helper()
			m := w.card(number, words...)
			w.settled()
			return m
		}
		// Accepted by another one, taken back, deleted in Slack, posted anew, and rejected.
		first := owned(slackfake.Ana)
		card := shown(first, "owner @Ana Ruiz", "[Accept as SQL]")
		w.click(slackfake.Luke, card, "card.accept", "")
		w.submit(slackfake.Luke, map[string]string{"need": "Parcels"})
		card = shown(first, "by @Luke Carter")
		w.click(slackfake.Luke, card, "card.menu", w.menu(card, "take_back"))
		w.delete(card)
		w.submit(slackfake.Luke, map[string]string{"why": "Not mine"})
		card = shown(first, "Taken back", "Luke Carter", "owner Ana Ruiz", "[Accept as SQL]")
		w.click(slackfake.Grace, card, "card.reject", "")
		w.submit(slackfake.Grace, map[string]string{"reject.reason": "unreachable"})
		shown(first, "Not now", "@Grace Hall")

		// Decided while Slack was out of reach: its card is posted as decided.
		w.fault(slackfake.Fault{Method: "chat.postMessage", Kind: "rate_limited", RetryAfter: 30})
		late := owned(slackfake.Luke)
		w.putOff(late)
		w.decides(late, slackfake.Grace, "Pallets")
		w.fake.Advance(time.Minute)
		shown(late, "Accepted as SQL by Grace Hall")

		// Somebody's name can't be asked for: the card says it when that can be.
		w.fake.AddUser(slackfake.User{ID: "U0NEW00001", RealName: "Nia New"})
		w.fault(slackfake.Fault{Method: "users.info", Kind: "http_500"})
		w.fault(slackfake.Fault{Method: "chat.postMessage", Kind: "rate_limited", RetryAfter: 30})
		unnamed := owned(slackfake.Luke)
		w.putOff(unnamed)
		w.decides(unnamed, "U0NEW00001", "Crates")
		w.fake.Advance(time.Minute)
		shown(unnamed, "Accepted as SQL by @Nia New")

		// Many at once, for two owners.
		w.fake.Advance(time.Hour)
		var as []handoff.Arrival
		for i := range 30 {
			a, err := handoff.Arrival{Owner: []string{slackfake.Ana, slackfake.Luke}[i%2], Person: handoff.Person{Email: fmt.Sprintf("many%d@example.com", i)}, At: w.fake.Now()}.Clean()
			if err != nil {
				t.Fatal(err)
			}
			as = append(as, a)
		}
		if _, err := w.store.AddLeads(t.Context(), w.workspace(), as); err != nil {
			t.Fatal(err)
		}
		w.truth()

		// The first one's day comes, and it is owned by Ana still.
		w.fake.SetNow(w.lead(first).Back)
		shown(first, "its day has come", "Grace Hall", "owner @Ana Ruiz")
		w.nextMonday(handoff.WeekOf(w.fake.Now(), madrid()).String())
		w.truth()

		counts := w.calls()
		for what, n := range counts {
			if n != 1 {
				t.Errorf("%d times: %s", n, what)
			}
		}
		id := w.lead(first).ID
		ana, luke := slackfake.Ana+" for ", slackfake.Luke+" for "
		want := []string{ana + fmt.Sprintf("card %d:1", id), ana + fmt.Sprintf("card %d:2", id), ana + "30 leads came in together (no source)", luke + "30 leads came in together (no source)"}
		cards := slices.DeleteFunc(slices.Sorted(maps.Keys(counts)), func(what string) bool {
			return !strings.Contains(what, " for card ") && !strings.Contains(what, "came in together")
		})
		if slices.Sort(want); !slices.Equal(cards, want) {
			t.Errorf("called were\n%s\nwant\n%s", strings.Join(cards, "\n"), strings.Join(want, "\n"))
		}
	})
}
