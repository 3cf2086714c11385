package intake

import (
	"context"
	"fmt"

	"relevo/handoff"
)

// atOnce is how many leads of a file are stored in one transaction.
const atOnce = 500

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

// Import hands the good rows to add, some at a time, and each wrong one to refused. Each is called in the order of
// the file, and add may be nil for a rehearsal. It fails with the first error of either, or of the file; the
// report says how far it came, and importing again goes on from there because what is stored is known.
func (f *File) Import(ctx context.Context, add func(context.Context, []handoff.Arrival) ([]handoff.Receipt, error), refused func(Row) error, progress func(Report)) (Report, error) {
	var report Report
	waiting := make([]handoff.Arrival, 0, atOnce)
	store := func() error {
		if add != nil && len(waiting) > 0 {
			receipts, err := add(ctx, waiting)
			if err != nil {
				return fmt.Errorf("store leads: %w", err)
			}
			report.count(receipts)
		}
		report.Good += len(waiting)
		waiting = waiting[:0]
		progress(report)
		return nil
	}
	for row, err := range f.Rows() {
		if err != nil {
			return report, err
		}
		report.Rows++
		if len(row.Wrong) > 0 {
			report.Refused++
			if err := refused(row); err != nil {
				return report, err
			}
			continue
		}
		if row.Undated {
			report.Undated++
		}
		if waiting = append(waiting, row.Arrival); len(waiting) == atOnce {
			if err := store(); err != nil {
				return report, err
			}
		}
	}
	return report, store()
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
