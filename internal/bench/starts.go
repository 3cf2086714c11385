package main

import (
	"fmt"
	"slices"
	"syscall"
	"time"

	"relevo/internal/slackfake"
)

// starts measures how long it takes from the start of the program until it is ready, and what it has of memory then.
func (b *bench) starts() error {
	n := b.most()
	dsn, err := b.data.full(n)
	if err != nil {
		return err
	}
	size, err := b.data.bytes(dsn)
	if err != nil {
		return err
	}
	b.report.value("bytes", fmt.Sprintf("bytes on the disk a lead, decided, of %s", count(n)), float64(size)/float64(n))
	w := &world{channel: slackfake.ChannelLeads}
	defer w.close()
	if w.addresses, err = addresses(1); err != nil {
		return err
	}
	if err := w.slack(b.ctx, signed(w.addresses[0])); err != nil {
		return err
	}
	b.doing("%d starts on %d leads", b.Starts, n)
	var each []time.Duration
	for range b.Starts + 1 {
		bot := b.bot(w.fake, dsn, w.addresses[0], how{pace: "1"})
		begun := time.Now()
		if err := bot.Start(); err != nil {
			return err
		}
		err := ready(b.ctx, w.addresses[0])
		each = append(each, time.Since(begun))
		bot.Process.Signal(syscall.SIGTERM)
		bot.Wait()
		if err != nil {
			return err
		}
	}
	each = each[1:] // the first one may bring the schema up to date
	slices.Sort(each)
	b.report.value("start", fmt.Sprintf("from start to ready on %s leads, milliseconds, median of %d", count(n), len(each)), milliseconds(each[len(each)/2]))
	b.report.value("start/slowest", "  the slowest of them", milliseconds(each[len(each)-1]))
	return b.idle(dsn)
}

// idle measures the memory of a bot that has nothing to do.
func (b *bench) idle(dsn string) error {
	w, err := b.open(dsn, how{pace: "1"})
	if err != nil {
		return err
	}
	defer w.close()
	time.Sleep(b.For) // for as long as a load lasts
	now, _ := w.memory()
	b.report.value("memory/idle", "MB resident, idle", now)
	return nil
}

func milliseconds(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
