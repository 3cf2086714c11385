package soak

import (
	"errors"
	"slices"
	"strings"

	"relevo/handoff"
	"relevo/internal/slackfake"
	"relevo/store"
)

// check holds all promises while nothing goes wrong.
func (c *city) check() {
	c.t.Helper()
	ctx := c.t.Context()
	ws, err := c.store.DefaultWorkspace(ctx, c.fake.Now())
	if err != nil {
		c.t.Fatal(err)
	}
	leads, total, err := c.store.Leads(ctx, ws.ID, store.Filter{}, 1_000_000)
	if err != nil || len(leads) != total {
		c.t.Fatalf("%d leads of %d: %v", len(leads), total, err)
	}
	shown := c.keyed()
	numbers, notes := map[int64]bool{}, map[string]int{}
	for _, l := range leads {
		if numbers[l.Number] {
			c.t.Errorf("#%d is there twice", l.Number)
		}
		numbers[l.Number] = true
		c.checkLead(ws, l, shown, notes)
	}
	for id, number := range c.ledger.leads {
		if !numbers[number] {
			c.t.Errorf("lead %s was received as #%d and is not there", id, number)
		}
	}
	for note := range c.ledger.notes {
		if notes[note] != 1 {
			c.t.Errorf("the decision %q was acknowledged and is there %d times", note, notes[note])
		}
	}
	for title, n := range c.digests() {
		if n != 1 {
			c.t.Errorf("%d times %q", n, title)
		}
	}
	if n := len(c.digests()); n != c.mondays {
		c.t.Errorf("%d digests after %d Mondays", n, c.mondays)
	}
	for _, p := range c.fake.Problems() {
		c.t.Errorf("Slack refused a payload: %s", p)
	}
}

// checkLead holds that each round of a lead has one card, and that the last one's shows how it stands. It counts the notes
// of the decisions.
func (c *city) checkLead(ws store.Workspace, l handoff.Lead, shown map[string][]slackfake.Message, notes map[string]int) {
	c.t.Helper()
	ds, err := c.store.Decisions(c.t.Context(), ws.ID, l.ID)
	if err != nil {
		c.t.Fatal(err)
	}
	standing := 0
	for _, d := range ds {
		notes[d.Note]++
		notes[d.TakenBackWhy]++
		if d.Stands() && d.Round == l.Round {
			standing++
		}
	}
	if open := l.State == handoff.Open; open != (standing == 0) || standing > 1 {
		c.t.Errorf("#%d is %s and has %d standing decisions", l.Number, l.State, standing)
	}
	for round := 1; round <= l.Round; round++ {
		row, err := c.store.CardOf(c.t.Context(), ws.ID, l.ID, round)
		if errors.Is(err, handoff.ErrNotFound) {
			c.t.Errorf("#%d has no card of round %d", l.Number, round)
			continue
		}
		if err != nil {
			c.t.Fatal(err)
		}
		cards := shown[row.Key]
		if len(cards) != 1 || cards[0].TS != row.TS || cards[0].Channel != row.Channel {
			c.t.Errorf("#%d: the card of round %d stands %d times", l.Number, round, len(cards))
			continue
		}
		if says := c.fake.Text(cards[0].Blocks); round == l.Round && !strings.Contains(says, shows[l.State]) {
			c.t.Errorf("#%d is %s and its card says:\n%s", l.Number, l.State, says)
		}
	}
}

// shows are the words on a card by which it is known how its lead stands.
var shows = map[handoff.State]string{
	handoff.Open: "[Accept as SQL]", handoff.Accepted: "Accepted as SQL", handoff.Rejected: "Not an SQL", handoff.Nurturing: "Not now",
}

// keyed are the messages of the channels by their key. Whatever has one stands there once; what has none is not the bot's.
func (c *city) keyed() map[string][]slackfake.Message {
	c.t.Helper()
	all := map[string][]slackfake.Message{}
	for _, channel := range c.fake.Channels() {
		if channel.Kind != "channel" {
			continue
		}
		for _, m := range c.fake.Messages(channel.ID) {
			payload, _ := m.Metadata["event_payload"].(map[string]any)
			if key, _ := payload["key"].(string); key != "" {
				all[key] = append(all[key], m)
			} else {
				c.t.Errorf("a message without a key: %q", m.Text)
			}
		}
	}
	for key, ms := range all {
		if len(ms) > 1 {
			c.t.Errorf("%q stands there %d times, first at %v in thread %q, last at %v in thread %q: %q", key, len(ms), ms[0].Time(), ms[0].ThreadTS, ms[len(ms)-1].Time(), ms[len(ms)-1].ThreadTS, ms[0].Text)
		}
	}
	return all
}

// digests counts the digests by their title.
func (c *city) digests() map[string]int {
	all := map[string]int{}
	for _, m := range slices.Backward(c.fake.Messages(slackfake.ChannelFeedback)) {
		if title, _, _ := strings.Cut(m.Text, "\n"); strings.HasPrefix(title, "Weekly digest") && (m.ThreadTS == "" || m.ThreadTS == m.TS) {
			all[title]++
		}
	}
	return all
}
