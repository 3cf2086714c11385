package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"relevo/store"
)

// figures measures what the digest and /mql stats are made of, over the last whole week and the last year.
func (b *bench) figures() error {
	n := b.most()
	dsn, err := b.data.full(n)
	if err != nil {
		return err
	}
	if err := b.storeFigures(dsn, n); err != nil {
		return err
	}
	w, err := b.open(dsn, how{pace: "1"})
	if err != nil {
		return err
	}
	defer w.close()
	return b.everybody(1, w.addresses, w.fake.SigningSecret(), func(all []*worker) error {
		for _, q := range []struct{ name, typed, what string }{
			{"figures/digest", "digest", "/mql digest: last week beside eight before"},
			{"figures/stats", "stats source 52w", "/mql stats source 52w: a year"},
			{"figures/rep", "stats rep 52w", "/mql stats rep 52w: a year"},
		} {
			b.doing("%s", q.what)
			l, err := b.flood(q.name, all, w, ask(w, "mql", func(*worker) string { return q.typed }))
			if err != nil {
				return err
			}
			b.report.load(q.name, n, q.what, l)
		}
		return nil
	})
}

func (b *bench) storeFigures(dsn string, n int) error {
	db, err := store.Open(b.ctx, dsn)
	if err != nil {
		return err
	}
	defer db.Close()
	week := 7 * 24 * time.Hour
	to := time.Now().UTC().Truncate(week)
	for _, f := range []struct {
		name string
		span time.Duration
	}{{"week", week}, {"year", 52 * week}} {
		b.doing("the figures of a %s", f.name)
		for _, q := range []struct {
			name string
			do   func(ctx context.Context, ws int64, from, to time.Time) error
		}{
			{"tally", func(ctx context.Context, ws int64, from, to time.Time) error {
				_, err := db.Tally(ctx, ws, from, to)
				return err
			}},
			{"reps", func(ctx context.Context, ws int64, from, to time.Time) error {
				_, err := db.RepTally(ctx, ws, from, to)
				return err
			}},
			{"pace", func(ctx context.Context, ws int64, from, to time.Time) error {
				_, err := db.Pace(ctx, ws, from, to)
				return err
			}},
			{"backlog", func(ctx context.Context, ws int64, _, to time.Time) error {
				_, err := db.Backlog(ctx, ws, to)
				return err
			}},
		} {
			took, err := median(9, func() error { return q.do(b.ctx, 1, to.Add(-f.span), to) })
			if err != nil {
				return err
			}
			b.report.value("figures/"+f.name+"/"+q.name, fmt.Sprintf("the %s of a %s among %s leads, milliseconds", q.name, f.name, count(n)), milliseconds(took))
		}
	}
	return nil
}

func median(times int, do func() error) (time.Duration, error) {
	var each []time.Duration
	for range times {
		begun := time.Now()
		if err := do(); err != nil {
			return 0, err
		}
		each = append(each, time.Since(begun))
	}
	slices.Sort(each)
	return each[len(each)/2], nil
}
