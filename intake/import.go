package intake

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"relevo/handoff"
)

// atOnce is how many leads of a file are stored in one transaction: the more, the quicker, and the longer whoever
// decides on a lead meanwhile has to wait. Five times as many would be a tenth quicker, and wait four times as long.
const atOnce = 2048

// Report counts what became of the rows of a file.
type Report struct {
	Rows      int
	Good      int // not refused
	New       int
	Merged    int
	NewRounds int
	Repeated  int
	Refused   int
	Undated   int // of the good ones in history, those of which a date was missing
}

// part is some rows of a file.
type part struct {
	rows    int
	undated int
	good    []handoff.Arrival
	refused []Row
	err     error // the file cannot be read any further
}

// Import hands the good rows to add, some at a time, and each wrong one to refused. Each is called in the order of
// the file, by one goroutine, and add may be nil for a rehearsal. It fails with the first error of either, or of the
// file; the report says how far it came, and importing again goes on from there because what is stored is known.
func (f *File) Import(ctx context.Context, add func(context.Context, []handoff.Arrival) ([]handoff.Receipt, error), refused func(Row) error, progress func(Report)) (Report, error) {
	// While some rows are stored the next ones are read.
	reading, stop := context.WithCancel(ctx)
	parts := make(chan part)
	go func() {
		defer close(parts)
		f.parts(reading, parts)
	}()
	defer func() {
		stop()
		for range parts { // until nobody uses the file any more
		}
	}()
	var report Report
	for p := range parts {
		err := report.take(ctx, p, add, refused)
		progress(report)
		if err = cmp.Or(err, p.err); err != nil {
			return report, err
		}
	}
	return report, ctx.Err()
}

// parts reads the file in parts until ctx ends. The last one may have an error.
func (f *File) parts(ctx context.Context, parts chan<- part) {
	send := func(p part) bool {
		select {
		case parts <- p:
			return true
		case <-ctx.Done():
			return false
		}
	}
	p := part{good: make([]handoff.Arrival, 0, min(f.rows, atOnce))}
	for row, err := range f.Rows() {
		if p.err = err; err != nil {
			break
		}
		p.rows++
		if len(row.Wrong) > 0 {
			row.Cells = slices.Clone(row.Cells) // they are used again for the next row
			p.refused = append(p.refused, row)
		} else {
			p.good = append(p.good, row.Arrival)
			if row.Undated {
				p.undated++
			}
		}
		if p.rows == atOnce {
			if !send(p) {
				return
			}
			p = part{good: make([]handoff.Arrival, 0, atOnce)}
		}
	}
	send(p)
}

// take hands on one part.
func (r *Report) take(ctx context.Context, p part, add func(context.Context, []handoff.Arrival) ([]handoff.Receipt, error), refused func(Row) error) error {
	for _, row := range p.refused {
		if err := refused(row); err != nil {
			return err
		}
	}
	if add != nil && len(p.good) > 0 {
		receipts, err := add(ctx, p.good)
		if err != nil {
			return fmt.Errorf("store leads: %w", err)
		}
		r.count(receipts)
	}
	r.Rows, r.Good, r.Refused, r.Undated = r.Rows+p.rows, r.Good+len(p.good), r.Refused+len(p.refused), r.Undated+p.undated
	return nil
}

func (r *Report) count(receipts []handoff.Receipt) {
	for _, receipt := range receipts {
		switch receipt.Fate {
		case handoff.FateMerged:
			r.Merged++
		case handoff.FateNewRound:
			r.NewRounds++
		case handoff.FateRepeated:
			r.Repeated++
		default:
			r.New++
		}
	}
}
