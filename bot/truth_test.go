package bot_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"relevo/bot"
	"relevo/handoff"
	"relevo/internal/slackfake"
	"relevo/store"
)

// untruths says where Slack does not agree with the store: each round of each lead has one card, with the key of
// its row, and says what is rendered from the store. Nothing else stands in the channels that the bot posts to.
// Leads that came in as history have no cards.
func untruths(t testing.TB, fake *slackfake.Slack, s *store.Store) (problems []string) {
	t.Helper()
	complain := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	ws, err := s.DefaultWorkspace(t.Context(), fake.Now())
	if err != nil {
		t.Fatal(err)
	}
	byKey := map[string][]slackfake.Message{}
	for _, c := range fake.Channels() {
		if c.Kind != "channel" {
			continue
		}
		for _, m := range fake.Messages(c.ID) {
			payload, _ := m.Metadata["event_payload"].(map[string]any)
			key, _ := payload["key"].(string)
			byKey[key] = append(byKey[key], m)
		}
	}
	for key, ms := range byKey {
		if key == "" || len(ms) > 1 {
			complain("%d messages with the key %q: %q", len(ms), key, ms[0].Text)
		}
	}
	leads, _, err := s.Leads(t.Context(), ws.ID, store.Filter{}, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range leads {
		ds, err := s.Decisions(t.Context(), ws.ID, l.ID)
		if err != nil {
			t.Fatal(err)
		}
		passed, err := s.Passed(t.Context(), ws.ID, l.ID)
		if err != nil {
			t.Fatal(err)
		}
		standing := map[int]int{}
		for _, d := range ds {
			if d.Stands() {
				standing[d.Round]++
			}
		}
		for round, n := range standing {
			if n > 1 {
				complain("#%d has %d standing decisions in round %d", l.Number, n, round)
			}
		}
		if decided := standing[l.Round] == 1; decided != (l.State != handoff.Open) && l.State != handoff.Erased {
			complain("#%d is %s, with %d standing decisions", l.Number, l.State, standing[l.Round])
		}
		for round := 1; round <= l.Round; round++ {
			row, err := s.CardOf(t.Context(), ws.ID, l.ID, round)
			if errors.Is(err, handoff.ErrNotFound) && l.State == handoff.Erased {
				continue // it never was in Slack
			}
			if errors.Is(err, handoff.ErrNotFound) {
				complain("#%d has no card of round %d", l.Number, round)
				continue
			}
			if err != nil {
				t.Fatal(err)
			}
			shown := byKey[row.Key]
			if len(shown) != 1 || shown[0].TS != row.TS || shown[0].Channel != row.Channel {
				complain("#%d round %d stands %d times, and at %s in the store", l.Number, round, len(shown), row.TS)
				continue
			}
			card := bot.Card{Lead: l, Round: round, Decisions: ds, Passed: passed, Key: row.Key, Zone: ws.Location(), Anyone: ws.Rules().AnyoneDecides, Reasons: ws.Settings.ReasonList()}
			blocks, said := card.Render(catalogue(t).In(ws.Language))
			if byName(fake, shown[0].Text) != byName(fake, said) || len(shown[0].Blocks) != len(blocks) {
				complain("#%d round %d shows %q, the truth is %q", l.Number, round, shown[0].Text, said)
			}
		}
	}
	return problems
}

// byName is a text in which whoever is mentioned is named: a card that is posted mentions nobody but its owner.
func byName(fake *slackfake.Slack, said string) string {
	for _, u := range fake.Users() {
		said = strings.ReplaceAll(said, "<@"+u.ID+">", u.RealName)
	}
	return said
}

// nextMonday jumps to Monday 9:00 and waits until the digest of the week before is planned.
func (w *world) nextMonday(week string) {
	w.t.Helper()
	if err := w.fake.Jump("monday"); err != nil {
		w.t.Fatal(err)
	}
	w.until("the digest of "+week+" is planned", func() bool {
		got, err := w.store.LastDigest(w.t.Context(), 1)
		return err == nil && got == week
	})
}

// digests returns the first messages of the digests.
func (w *world) digests() (all []slackfake.Message) {
	for _, m := range w.fake.Messages(slackfake.ChannelFeedback) {
		if strings.HasPrefix(m.Text, catalogue(w.t).In(w.lang).T("digest.title", "Days", "")) {
			all = append(all, m)
		}
	}
	return all
}
