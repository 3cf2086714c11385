package main

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"relevo/internal/slackfake"
)

// intake measures leads that come in one by one over many connections, each answered once it is on the disk. Cards go out at the
// pace of a real workspace meanwhile.
func (b *bench) intake() error {
	if err := b.bareCommits(); err != nil {
		return err
	}
	dsn, err := b.data.full(b.most())
	if err != nil {
		return err
	}
	w, err := b.open(dsn, how{pace: "1"})
	if err != nil {
		return err
	}
	defer w.close()
	b.doing("leads over %d connections", 4*b.Connections)
	return b.everybody(4*b.Connections, w.addresses, "", func(all []*worker) error {
		var last atomic.Int64
		last.Store(int64(20 * b.most()))
		l, err := b.flood("intake", all, w, b.lead(&last))
		if err != nil {
			return err
		}
		b.report.load("intake", b.most(), fmt.Sprintf("leads taken in, %d connections", len(all)), l)
		_, most := w.memory()
		b.report.atMost("memory/loaded", most)
		return nil
	})
}

// lead sends a lead that nobody has sent before.
func (b *bench) lead(last *atomic.Int64) func(*worker) error {
	return func(by *worker) (err error) {
		if by.body, err = json.Marshal((leads{b.Seed}).lead(int(last.Add(1))).json()); err != nil {
			return err
		}
		return by.postLead()
	}
}

// kinds of the mixed load, and how many of a hundred requests each are.
var kinds = []struct {
	name  string
	share int
}{{"/lead by e-mail", 45}, {"/lead by words", 15}, {"a lead comes in", 20}, {"click, modal opened", 20}}

const submission = "submission"

// mixed measures what a busy day is made of, at a fixed rate.
func (b *bench) mixed() error {
	n := b.most()
	dsn, err := b.data.full(n)
	if err != nil {
		return err
	}
	w, err := b.open(dsn, how{pace: "0"})
	if err != nil {
		return err
	}
	defer w.close()
	total := int(b.For.Seconds()*float64(b.Rate)) + b.Rate
	undecided, err := b.handOver(w, 30*n, total/4+10)
	if err != nil {
		return err
	}
	b.doing("a mixed load of %d requests a second", b.Rate)
	var last, next atomic.Int64
	last.Store(int64(40 * n))
	email, words, lead := b.byEmail(w, n), b.byWords(w, n), b.lead(&last)
	var mu sync.Mutex
	each, all := map[string][]time.Duration{}, []time.Duration{}
	note := func(kind string, since time.Time) {
		took := time.Since(since)
		mu.Lock()
		defer mu.Unlock()
		each[kind], all = append(each[kind], took), append(all, took)
	}
	var l load
	var late []time.Duration
	err = b.everybody(64, w.addresses, w.fake.SigningSecret(), func(workers []*worker) error {
		return b.watched("mixed", w, &l, func() error {
			begun := time.Now()
			late, err = b.pace(b.Rate, workers, func(by *worker, n int, due time.Time) error {
				kind := b.kind(n)
				var err error
				switch kind {
				case kinds[0].name:
					err = email(by)
				case kinds[1].name:
					err = words(by)
				case kinds[2].name:
					err = lead(by)
				default:
					err = b.decideOne(w, by, undecided[next.Add(1)-1], func() { note(kind, due) }, note)
					return err
				}
				note(kind, due)
				return err
			})
			l.count(all, time.Since(begun))
			return err
		})
	})
	if err != nil {
		return err
	}
	b.report.load("mixed", n, fmt.Sprintf("mixed load, %d requests a second", b.Rate), l)
	for _, kind := range append([]string{submission}, names()...) {
		var k load
		k.count(each[kind], l.Took)
		b.report.load("mixed/"+strings.Fields(kind)[0]+"/"+kind, n, "  "+kind, k)
	}
	var k load
	k.count(late, l.Took)
	b.report.load("mixed/late", 0, "  begun late, the generator's own fault", k)
	_, most := w.memory()
	b.report.atMost("memory/loaded", most)
	return nil
}

// decideOne presses and sends one after the other, each counted for itself.
func (b *bench) decideOne(w *world, by *worker, card slackfake.Message, pressed func(), note func(string, time.Time)) error {
	rep := w.reps[by.number]
	if err := press(b, w, rep, card); err != nil {
		return err
	}
	pressed()
	sent := time.Now()
	err := submit(b, w, rep)
	note(submission, sent)
	return err
}

// kind picks what the nth request is.
func (b *bench) kind(n int) string {
	pick := leads{b.Seed}.dice(1<<51 + uint64(n)).below(100)
	for _, k := range kinds {
		if pick -= k.share; pick < 0 {
			return k.name
		}
	}
	return ""
}

func names() (all []string) {
	for _, k := range kinds {
		all = append(all, k.name)
	}
	slices.Sort(all)
	return all
}
