package cli

import (
	"cmp"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"time"

	"relevo/bot"
	"relevo/handoff"
	"relevo/intake"
	"relevo/store"
)

// leadReader reads files that are dropped into Slack with the code of import.
func leadReader(db *store.Store, n *intake.Normaliser, now func() time.Time) bot.ReadLeads {
	return func(ctx context.Context, job bot.LeadFile) (bot.FileReport, error) {
		file, err := intake.OpenFile(job.Content, intake.FileOptions{
			Zone: job.Workspace.Location(), Now: now(), Normaliser: n, History: job.History, Reasons: job.Workspace.Settings.ReasonList(),
		})
		if err != nil {
			return bot.FileReport{}, fileProblem(job, err)
		}
		defer file.Close()
		out := bot.FileReport{Tool: file.Tool(), Kept: file.Kept(), Outcome: file.Outcome(), Columns: fileColumns(file)}
		refused := csv.NewWriter(job.Refused)
		if err := refused.Write(intake.RefusedHead(job.P, file.Head())); err != nil {
			return bot.FileReport{}, fmt.Errorf("write refused rows: %w", err)
		}
		why := map[string]int{}
		var report intake.Report
		read := func() error {
			report, err = file.Import(ctx, adder(db, job), func(r intake.Row) error {
				why[r.Wrong.SayOfRow(job.P)]++
				return refused.Write(file.Refused(job.P, r))
			}, func(r intake.Report) {
				if job.Progress != nil {
					job.Progress(r.Rows, file.Len())
				}
			})
			return err
		}
		if job.Take {
			err = db.Bulk(ctx, read)
		} else {
			err = read()
		}
		refused.Flush()
		if err = errors.Join(err, refused.Error()); err != nil {
			return bot.FileReport{}, fileProblem(job, err)
		}
		out.Rows, out.Good, out.Refused, out.Undated = report.Rows, report.Good, report.Refused, report.Undated
		out.New, out.Merged, out.NewRounds, out.Repeated = report.New, report.Merged, report.NewRounds, report.Repeated
		for said, n := range why {
			out.Why = append(out.Why, bot.RefusedFor{Why: said, Rows: n})
		}
		slices.SortFunc(out.Why, func(a, b bot.RefusedFor) int { return cmp.Or(cmp.Compare(b.Rows, a.Rows), cmp.Compare(a.Why, b.Why)) })
		return out, nil
	}
}

// adder stores leads as a file of this kind has them stored; nil when none shall be.
func adder(db *store.Store, job bot.LeadFile) func(context.Context, []handoff.Arrival) ([]handoff.Receipt, error) {
	if !job.Take {
		return nil
	}
	add := leadsAdder(db, job.Workspace, job.History)
	return func(ctx context.Context, as []handoff.Arrival) ([]handoff.Receipt, error) {
		for i := range as {
			as[i].By = job.By
		}
		return add(ctx, as)
	}
}

// fileProblem is an error as whoever dropped the file reads it, when it is about the file.
func fileProblem(job bot.LeadFile, err error) error {
	if wrong := (intake.Problem{}); errors.As(err, &wrong) {
		if wrong.Code == intake.NoKeyColumn {
			return bot.FileProblem(job.P.T("file.no_key", "Choices", wrong.Choices)) // there is no command line here
		}
		return bot.FileProblem(wrong.Say(job.P))
	}
	return err
}

func fileColumns(file *intake.File) []bot.FileColumn {
	var all []bot.FileColumn
	headers := file.Columns()
	for _, field := range intake.FileFields() {
		if h := headers[field]; h != nil {
			all = append(all, bot.FileColumn{Field: field, Headers: h})
		}
	}
	return all
}
