package main

import (
	"fmt"
	"net/url"
	"strings"
	"time"
)

// slashForm begins every slash command; what was typed follows it.
func slashForm(w *world, rep string) string {
	return url.Values{
		"token": {"t"}, "team_id": {w.fake.TeamID()}, "team_domain": {"norte"}, "channel_id": {w.channel}, "channel_name": {"mql-leads"},
		"user_id": {rep}, "user_name": {"rep"}, "api_app_id": {w.fake.AppID()}, "is_enterprise_install": {"false"},
		"response_url": {"https://hooks.slack.com/commands/T0/1/x"}, "trigger_id": {"1.2.3"},
	}.Encode() + "&command=%2F"
}

// ask returns what sends slash commands: each worker another person's.
func ask(w *world, command string, typed func(*worker) string) func(*worker) error {
	forms := make([]string, len(w.reps))
	for i, rep := range w.reps {
		forms[i] = slashForm(w, rep) + command + "&text="
	}
	return func(by *worker) error {
		by.body = append(append(by.body[:0], forms[by.number%len(forms)]...), url.QueryEscape(typed(by))...)
		return by.postSigned("/slack/commands")
	}
}

// byEmail and byWords ask for any of n leads.
func (b *bench) byEmail(w *world, n int) func(*worker) error {
	all := leads{b.Seed}
	return ask(w, "lead", func(by *worker) string { return all.lead(by.die.below(n)).email })
}

func (b *bench) byWords(w *world, n int) func(*worker) error {
	all := leads{b.Seed}
	return ask(w, "lead", func(by *worker) string { return all.lead(by.die.below(n)).words() })
}

// slash measures /lead at each size, beside net/http.
func (b *bench) slash() error {
	for _, n := range b.Leads {
		dsn, err := b.data.full(n)
		if err != nil {
			return err
		}
		w, err := b.open(dsn, how{pace: "0"})
		if err != nil {
			return err
		}
		err = b.slashAt(w, n)
		if _, most := w.memory(); n == b.most() {
			b.report.atMost("memory/loaded", most)
		}
		w.close()
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) slashAt(w *world, n int) error {
	secret := w.fake.SigningSecret()
	var answer []byte
	err := b.everybody(b.Connections, w.addresses, secret, func(all []*worker) error {
		b.doing("/lead by e-mail, %d leads", n)
		l, err := b.flood(fmt.Sprintf("slash-email-%d", n), all, w, b.byEmail(w, n))
		if err != nil {
			return err
		}
		b.report.load(fmt.Sprintf("slash/email/%d", n), n, fmt.Sprintf("/lead by e-mail, %s leads", count(n)), l)
		answer = append(answer, all[0].answer...)
		if !strings.Contains(string(answer), ".example") {
			return fmt.Errorf("/lead did not find a lead: %s", answer)
		}
		b.doing("/lead by words, %d leads", n)
		if l, err = b.flood(fmt.Sprintf("slash-words-%d", n), all, w, b.byWords(w, n)); err != nil {
			return err
		}
		b.report.load(fmt.Sprintf("slash/words/%d", n), n, fmt.Sprintf("/lead by words, %s leads", count(n)), l)
		return nil
	})
	if err != nil {
		return err
	}
	bare, err := b.bareHTTP(secret, answer)
	if err != nil {
		return err
	}
	defer bare.close()
	return b.everybody(b.Connections, bare.addresses, secret, func(all []*worker) error {
		l, err := b.flood("bare-http", all, bare, b.byEmail(w, n))
		if err != nil {
			return err
		}
		b.report.load(fmt.Sprintf("bare/http/%d", n), n, fmt.Sprintf("bare net/http, an answer of %d bytes", len(answer)), l)
		return nil
	})
}

// socket measures the same over Socket Mode, through the workspace, which makes, sends and checks all that Slack does.
func (b *bench) socket() error {
	n := b.most()
	dsn, err := b.data.full(n)
	if err != nil {
		return err
	}
	w, err := b.open(dsn, how{socket: true, pace: "0"})
	if err != nil {
		return err
	}
	defer w.close()
	b.doing("/lead by e-mail over Socket Mode")
	all, things := leads{b.Seed}, b.Decisions
	each := make([]time.Duration, things)
	var l load
	err = b.watched("socket-email", w, &l, func() error {
		begun := time.Now()
		err := share(b.ctx, b.Connections, things, func(worker, thing int) error {
			email := all.lead((thing * 7919) % n).email
			sent := time.Now()
			answer, err := w.fake.Command(b.ctx, w.reps[worker], w.channel, "/lead "+email)
			each[thing] = time.Since(sent)
			if err == nil && len(answer.Blocks) == 0 {
				err = fmt.Errorf("/lead did not find a lead: %s", answer.Text)
			}
			return err
		})
		l.count(each, time.Since(begun))
		return err
	})
	if err != nil {
		return err
	}
	b.report.load("socket/email", n, "Socket Mode: /lead by e-mail, through the made-up Slack", l)
	return b.decideIn(w, "socket/decide", "Socket Mode: ")
}
