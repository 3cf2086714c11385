package main

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// load is what came of sending requests.
type load struct {
	Count     int             `json:"count"`
	Took      time.Duration   `json:"took"`
	PerSecond float64         `json:"per_second"`
	P50       time.Duration   `json:"p50"`
	P99       time.Duration   `json:"p99"`
	P999      time.Duration   `json:"p99_9"`
	Bot       time.Duration   `json:"bot_cpu"`     // of all of the bot's processes, for each request
	Here      time.Duration   `json:"harness_cpu"` // of the load generator and the made-up Slack, for each request
	each      []time.Duration // sorted
}

func (l *load) count(each []time.Duration, took time.Duration) {
	slices.Sort(each)
	l.each, l.Count, l.Took, l.PerSecond = each, len(each), took, float64(len(each))/took.Seconds()
	l.P50, l.P99, l.P999 = l.percentile(0.5), l.percentile(0.99), l.percentile(0.999)
}

// percentile is the nearest rank.
func (l *load) percentile(p float64) time.Duration {
	if len(l.each) == 0 {
		return 0
	}
	return l.each[min(len(l.each)-1, int(p*float64(len(l.each))))]
}

// worker is one of those that send requests, each over its own connection.
type worker struct {
	*client
	number int
	die    *die
}

// everybody opens connections, in turn to each of the addresses, and closes them after.
func (b *bench) everybody(n int, addresses []string, secret string, do func([]*worker) error) error {
	all := make([]*worker, n)
	for i := range all {
		c, err := dial(addresses[i%len(addresses)], secret)
		if err != nil {
			return err
		}
		defer c.conn.Close()
		all[i] = &worker{client: c, number: i, die: leads{b.Seed}.dice(1<<50 + uint64(i))}
	}
	return do(all)
}

// flood has each worker send the next request as soon as the one before is answered: it finds the most that can be done.
func (b *bench) flood(name string, workers []*worker, w *world, send func(*worker) error) (load, error) {
	if _, err := flooded(b.ctx, workers, b.For/4, send); err != nil { // what has to be done once is done
		return load{}, err
	}
	var l load
	err := b.watched(name, w, &l, func() error {
		begun := time.Now()
		each, err := flooded(b.ctx, workers, b.For, send)
		l.count(each, time.Since(begun))
		return err
	})
	return l, err
}

func flooded(ctx context.Context, workers []*worker, during time.Duration, send func(*worker) error) ([]time.Duration, error) {
	g, ctx := errgroup.WithContext(ctx)
	each := make([][]time.Duration, len(workers))
	until := time.Now().Add(during)
	for i, w := range workers {
		g.Go(func() error {
			took := make([]time.Duration, 0, 1<<14)
			for now := time.Now(); now.Before(until) && ctx.Err() == nil; {
				if err := send(w); err != nil {
					return err
				}
				then := time.Now()
				took = append(took, then.Sub(now))
				now = then
			}
			each[i] = took
			return ctx.Err()
		})
	}
	err := g.Wait()
	return slices.Concat(each...), err
}

// share has workers do things that are counted, each once.
func share(ctx context.Context, workers, things int, do func(worker, thing int) error) error {
	g, ctx := errgroup.WithContext(ctx)
	var next atomic.Int64
	for i := range workers {
		g.Go(func() error {
			for {
				n := int(next.Add(1)) - 1
				if n >= things || ctx.Err() != nil {
					return ctx.Err()
				}
				if err := do(i, n); err != nil {
					return err
				}
			}
		})
	}
	return g.Wait()
}

// pace sends at a fixed rate whether answers come or not, and counts each answer from when its request was due: what waits
// behind a slow one is slow, too, as it is for people. It returns how late requests were begun, which is the generator's own fault.
func (b *bench) pace(rate int, workers []*worker, send func(w *worker, n int, due time.Time) error) (late []time.Duration, err error) {
	type request struct {
		n   int
		due time.Time
	}
	waiting := make(chan request, rate*int(b.For/time.Second+2))
	g, ctx := errgroup.WithContext(b.ctx)
	var mu sync.Mutex
	for _, w := range workers {
		g.Go(func() error {
			for r := range waiting {
				mu.Lock()
				late = append(late, time.Since(r.due))
				mu.Unlock()
				if err := send(w, r.n, r.due); err != nil {
					return err
				}
			}
			return nil
		})
	}
	begun, apart := time.Now(), time.Second/time.Duration(rate)
	for n := 0; time.Duration(n)*apart < b.For && ctx.Err() == nil; n++ {
		due := begun.Add(time.Duration(n) * apart)
		time.Sleep(time.Until(due))
		waiting <- request{n, due}
	}
	close(waiting)
	err = g.Wait()
	slices.Sort(late)
	return late, err
}

// watched counts what the bot and this process use of the processors meanwhile, a request.
func (b *bench) watched(name string, w *world, l *load, do func() error) error {
	stop := b.perf(name, w)
	bot, here := w.busy(), busyHere()
	err := do()
	stop()
	if l.Count > 0 {
		l.Bot, l.Here = (w.busy()-bot)/time.Duration(l.Count), (busyHere()-here)/time.Duration(l.Count)
	}
	return err
}
