package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"relevo/internal/slackfake"
)

// Decisions: a lead comes in and has its card; a rep presses Accept, the bot opens a modal through Slack, the rep fills it
// in and sends it, and the bot changes the card.

// handOver has marketing hand over leads, a hundred a request, and waits until each has its card.
func (b *bench) handOver(w *world, from, things int) ([]slackfake.Message, error) {
	posted := w.fake.Calls("chat.postMessage")
	err := b.everybody(1, w.addresses, "", func(all []*worker) error {
		for n := 0; n < things; n += 100 {
			var batch []map[string]any
			for i := n; i < min(n+100, things); i++ {
				batch = append(batch, (leads{b.Seed}).lead(from+i).json())
			}
			var err error
			if all[0].body, err = json.Marshal(batch); err != nil {
				return err
			}
			if err := all[0].postLead(); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	var all []slackfake.Message
	err = w.fake.Wait(b.ctx, func() bool {
		if w.fake.Calls("chat.postMessage") < posted+things { // to look through all messages each time would be dear
			return false
		}
		all = cards(w)
		return len(all) >= things
	})
	return all, err
}

func (c *client) postLead() error {
	return c.post("/hooks/json", "application/json", "Authorization: Bearer "+hookToken+"\r\n")
}

// json is the lead as a form sends it.
func (m made) json() map[string]any {
	return map[string]any{
		"name": m.first + " " + m.last, "email": m.email, "company": m.company, "role": m.role, "country": m.country, "size": m.size,
		"source": m.source, "campaign": m.campaign, "activity": "Asked for a demo of route planning",
	}
}

// cards are the messages that have the button Accept.
func cards(w *world) (all []slackfake.Message) {
	for _, m := range w.fake.Messages(w.channel) {
		if slices.ContainsFunc(m.Blocks, accepts) {
			all = append(all, m)
		}
	}
	return all
}

func accepts(block slackfake.Object) bool {
	elements, _ := block["elements"].([]any)
	return slices.ContainsFunc(elements, func(e any) bool {
		o, ok := e.(slackfake.Object)
		return ok && o["action_id"] == "card.accept"
	})
}

// decide measures decisions over signed HTTP, beside what a bare database commits.
func (b *bench) decide() error {
	if err := b.bareCommits(); err != nil {
		return err
	}
	dsn, err := b.data.full(b.most())
	if err != nil {
		return err
	}
	w, err := b.open(dsn, how{pace: "0"})
	if err != nil {
		return err
	}
	defer w.close()
	err = b.decideIn(w, "decide", "")
	_, most := w.memory()
	b.report.atMost("memory/loaded", most)
	return err
}

func (b *bench) decideIn(w *world, name, by string) error {
	b.doing("%s%d decisions", by, b.Decisions)
	from := 10 * b.most()
	handed := time.Now()
	all, err := b.handOver(w, from, b.Decisions)
	if err != nil {
		return err
	}
	b.report.value(name+"/cards", fmt.Sprintf("%scards posted through the made-up Slack, a second", by), float64(b.Decisions)/time.Since(handed).Seconds())
	each := make([]time.Duration, len(all))
	var l load
	var begun time.Time
	err = b.watched(name, w, &l, func() error {
		begun = time.Now()
		err := share(b.ctx, b.Connections, len(all), func(worker, thing int) error {
			pressed := time.Now()
			err := press(b, w, w.reps[worker], all[thing])
			if err == nil {
				err = submit(b, w, w.reps[worker])
			}
			each[thing] = time.Since(pressed)
			return err
		})
		l.count(each, time.Since(begun))
		return err
	})
	if err != nil {
		return err
	}
	undecided := all
	err = w.fake.Wait(b.ctx, func() bool {
		for len(undecided) > 0 && decided(w, undecided[0]) {
			undecided = undecided[1:]
		}
		return len(undecided) == 0
	})
	if err != nil {
		return err
	}
	b.report.load(name, b.most(), by+"decisions: click, modal, submission", l)
	b.report.value(name+"/agreed", by+"every card shows its decision, seconds after the last", max(0, time.Since(begun.Add(l.Took)).Seconds()))
	return nil
}

// press has a rep press Accept on a card. The acknowledgement comes once the bot has opened the modal.
func press(b *bench, w *world, rep string, card slackfake.Message) error {
	return w.fake.Click(b.ctx, rep, slackfake.InMessage(card.Channel, card.TS), "card.accept", "")
}

// submit has the rep fill in the modal and send it.
func submit(b *bench, w *world, rep string) error {
	view := w.fake.Modal(rep)
	if view == nil {
		return fmt.Errorf("no modal was opened for %s", rep)
	}
	result, err := w.fake.Submit(b.ctx, rep, view.ID, map[string]string{"need": "They plan their routes by hand and lose a day a week."})
	if err == nil && !result.Closed {
		err = fmt.Errorf("the decision was not taken: %v", result.Errors)
	}
	return err
}

// decided tells whether a card was changed after it was posted.
func decided(w *world, card slackfake.Message) bool {
	m, ok := w.fake.Message(card.Channel, card.TS)
	return ok && m.Edited != nil
}
