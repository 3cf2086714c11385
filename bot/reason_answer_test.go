package bot_test

import (
	"strings"
	"testing"
	"time"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// rejects rejects a new lead of the campaign for a reason.
func (w *world) rejects(phone, campaign, reason string) {
	w.t.Helper()
	r := w.arrives(handoff.Arrival{Person: handoff.Person{Phone: phone}, Touch: handoff.Touch{Source: "Google", Campaign: campaign}})
	rules := w.workspace().Rules()
	_, _, err := w.store.Decide(w.t.Context(), 1, w.lead(r.Number).ID, "", func(l handoff.Lead) (handoff.Decision, error) {
		return rules.Reject(l, l.Round, handoff.Actor{User: slackfake.Luke, Roles: handoff.Roles{handoff.RoleSales}}, handoff.Rejection{Reason: reason}, w.fake.Now())
	}, rules)
	if err != nil {
		w.t.Fatal(err)
	}
}

// part waits for the part of a digest that begins with a title and shows these words.
func (w *world) part(title string, shows ...string) slackfake.Message {
	w.t.Helper()
	var part slackfake.Message
	w.seen("“"+title+"” shows "+strings.Join(shows, ", "), func() bool {
		for _, m := range w.fake.Messages(slackfake.ChannelFeedback) {
			said := w.fake.Text(m.Blocks)
			all := strings.HasPrefix(m.Text, title)
			for _, s := range shows {
				all = all && strings.Contains(said, s)
			}
			if all {
				part = m
			}
		}
		return part.TS != ""
	})
	return part
}

// Three leads are rejected for a reason; two weeks later the digest says that marketing owes an answer. Marketing gives it
// from there, and the next digests tell what became of it.
func TestAnswerAReason(t *testing.T) {
	overBoth(t, func(t *testing.T, w *world) {
		for _, phone := range []string{"1", "2", "3", "4", "5"} {
			w.rejects("+3460000000"+phone, "Brand", "not-a-buyer")
		}
		w.nextMonday("2026-W47")
		w.part("Why not, by lane", "Not a buyer", "[Answer a reason…]")
		w.nextMonday("2026-W48")
		w.nextMonday("2026-W49")
		owes := w.part("What each owes the other", "“Not a buyer”: 5 leads since 16 Nov 2026")

		_, err := w.store.ChangeSettings(t.Context(), 1, slackfake.Grace, w.fake.Now(), func(s *handoff.Settings) error {
			s.Team.People = map[handoff.Role][]string{handoff.RoleMarketing: {"U0NOBODY01"}}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		w.click(slackfake.Luke, owes, "reason.answer", "not-a-buyer")
		w.seen("Luke is told who answers", func() bool {
			for _, m := range w.fake.Ephemerals(slackfake.Luke) {
				if strings.Contains(m.Text, "Only marketing answers reasons") {
					return true
				}
			}
			return false
		})
		_, err = w.store.ChangeSettings(t.Context(), 1, slackfake.Grace, w.fake.Now(), func(s *handoff.Settings) error {
			s.Team.People = nil
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}

		w.click(slackfake.Marta, owes, "reason.answer", "not-a-buyer")
		brand := findOption(w.fake.Modal(slackfake.Marta).Blocks, "Brand")
		in := map[string]string{"reason": "not-a-buyer", "campaign": brand, "what": "Excluded students", "since": "2026-12-08"}
		if got := w.submit(slackfake.Marta, in); got.Errors["since"] == "" {
			t.Fatalf("tomorrow was taken: %+v", got)
		}
		in["since"] = "2026-12-07"
		if got := w.submit(slackfake.Marta, in); !strings.Contains(w.fake.Text(w.fake.Modal(slackfake.Marta).Blocks), "Gracias.") {
			t.Fatalf("the answer was refused: %+v", got)
		}
		w.part("Neither owes the other anything any more.")
		w.rejects("+34600000009", "Brand", "not-a-buyer")
		w.nextMonday("2026-W50")
		w.part("You said, we changed", "“Not a buyer”, Brand", "Excluded students", "Too early to tell: 1\u00a0of\u00a01 since then, before 5\u00a0of\u00a05 (100%)")
		w.fake.Advance(24 * time.Hour)
		for _, phone := range []string{"1", "2", "3", "4", "5", "6", "7"} {
			w.rejects("+3460000001"+phone, "Brand", "wrong-size")
		}
		w.nextMonday("2026-W51")
		w.part("You said, we changed", "Clearly less often since then: 1\u00a0of\u00a08 (13%), before 5\u00a0of\u00a05 (100%)")
		w.settled()
		w.truth()
	})
}

// findOption returns the value of the option with a label.
func findOption(in any, label string) string {
	switch in := in.(type) {
	case map[string]any:
		if text, ok := in["text"].(map[string]any); ok && text["text"] == label {
			v, _ := in["value"].(string)
			return v
		}
		for _, v := range in {
			if s := findOption(v, label); s != "" {
				return s
			}
		}
	case []any:
		for _, v := range in {
			if s := findOption(v, label); s != "" {
				return s
			}
		}
	case []slackfake.Object:
		for _, v := range in {
			if s := findOption(v, label); s != "" {
				return s
			}
		}
	}
	return ""
}
