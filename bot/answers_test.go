package bot_test

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"relevo/bot"
	"relevo/handoff"
	"relevo/internal/slackfake"
	"relevo/store"
)

// addresses are what differs from one run to the next.
var addresses = regexp.MustCompile(`http://127\.0\.0\.1:\d+/archives/(\w+)/p\d+(\?thread_ts=[\d.]+&cid=\w+)?`)

// sent returns the newest payload of a method, as a golden file has it.
func (w *world) sent(method string) []byte {
	w.t.Helper()
	all := w.fake.Sent()
	for i := len(all) - 1; i >= 0; i-- {
		if all[i].Method == method {
			var payload any
			if len(all[i].Payload) > 0 {
				if err := json.Unmarshal(all[i].Payload, &payload); err != nil {
					w.t.Fatal(err)
				}
			}
			out := bot.Indented(w.t, map[string]any{"text": all[i].Text, "payload": payload})
			return addresses.ReplaceAll(out, []byte("https://slack.example/archives/$1/p1"))
		}
	}
	w.t.Fatalf("no %s was sent", method)
	return nil
}

// The answers of the commands, and Home, empty and full, in the language of whoever asks.
func TestAnswerGoldens(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "http", "es")
	people := map[string]string{"en": slackfake.Luke, "es": slackfake.Ana}
	read := map[string]*strings.Builder{"en": {}, "es": {}}
	command := func(name, line string) {
		for lang, user := range people {
			got, err := w.fake.Command(t.Context(), user, slackfake.ChannelGeneral, line)
			if err != nil {
				t.Fatal(err)
			}
			bot.Golden(t, fmt.Sprintf("answer_%s_%s.json", name, lang), w.sent("command"))
			fmt.Fprintf(read[lang], "== %s\n%s\n\n", line, w.fake.Text(got.Blocks))
		}
	}
	home := func(name string) {
		for lang, user := range people {
			said := w.home(user)
			bot.Golden(t, fmt.Sprintf("home_%s_%s.json", name, lang), w.sent("views.publish"))
			fmt.Fprintf(read[lang], "== Home, %s\n%s\n\n", name, said)
		}
	}
	home("empty")
	command("none", "/lead nobody <!channel>")
	command("none_open", "/lead open")
	command("none_overdue", "/lead overdue")
	command("none_mine", "/lead mine")
	command("help", "/mql help")
	command("unknown", "/mql frobnicate <@U1>")
	command("no_week", "/mql digest soon")
	command("future_week", "/mql digest 2027-W01")
	w.arrives(ana)
	w.arrives(handoff.Arrival{Person: handoff.Person{Name: "Bob <Stone>", Company: "Stone & Sons", Phone: "555"}, Owner: slackfake.Luke})
	for i := range 18 {
		w.arrives(handoff.Arrival{Person: handoff.Person{Name: fmt.Sprintf("Lead %d", i), Email: fmt.Sprintf("lead%d@example.com", i)}})
	}
	w.truth()
	w.fake.SetNow(monday.Add(3 * time.Hour))
	w.decides(3, slackfake.Luke, "A need")
	w.decides(4, slackfake.Ana, "Another need")
	w.nurtures(5, monday.AddDate(0, 0, 30))
	w.settled()
	w.fake.SetNow(monday.AddDate(0, 0, 1).Add(time.Hour))
	home("full")
	command("lead", "/lead ana@acme.example")
	command("lead_accepted", "/lead #3")
	command("lead_not_now", "/lead #5")
	command("several", "/lead lead1")
	command("many", "/lead lead")
	command("open", "/lead open")
	command("overdue", "/lead overdue")
	command("mine", "/lead mine")
	w.withdraws("lead0@example.com") // whom Luke accepted
	w.withdraws("lead7@example.com")
	if _, err := w.store.AddFetches(t.Context(), w.workspace(), []store.Fetch{
		{Source: "meta", Key: "1", Ref: "1", Received: monday}, {Source: "meta", Key: "2", Ref: "2", Received: monday.Add(time.Hour)},
	}); err != nil {
		t.Fatal(err)
	}
	w.settled()
	home("after_an_erasure")
	command("lead_erased", "/lead #3")
	command("mine_erased", "/lead mine")
	command("none_erased", "/lead lead7@example.com")
	command("open_fetching", "/lead open")
	for lang, b := range read {
		bot.Golden(t, "answers_"+lang+".txt", []byte(b.String()))
	}
}
