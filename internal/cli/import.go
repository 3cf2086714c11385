package cli

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/schollz/progressbar/v3"

	"relevo/handoff"
	"relevo/intake"
	"relevo/internal/text"
	"relevo/store"
)

type importCmd struct {
	File      string   `arg:"" help:"CSV or Excel file (XLSX) with a header row."`
	Map       []string `sep:"none" placeholder:"FIELD=HEADER" help:"Take a field from this column; may be given several times, also for one field: the first filled column counts. Obvious headers are known without it. Fields: ${fields}."`
	Source    string   `help:"Source of every lead that names none."`
	Campaign  string   `help:"Campaign of every lead that names none."`
	Sheet     string   `placeholder:"NAME" help:"Sheet of an Excel file; the first one otherwise."`
	Delimiter string   `placeholder:"CHAR" help:"What stands between the cells of a text file, or tab; found out otherwise."`
	Empty     []string `sep:"none" placeholder:"TEXT" help:"A cell with this text is empty, for example Select; may be given several times."`
	DryRun    bool     `help:"Only say what would be done."`
	Refused   string   `placeholder:"FILE" help:"Write refused rows to this CSV file, with line and reason, instead of listing them here. Mended there, it can be imported as it is."`
	History   bool     `help:"The rows have an outcome already: nothing is posted."`
	Decision  string   `placeholder:"COLUMN:VALUE=OUTCOME,…" help:"With --history: the column with the outcome, and which of its values mean accepted and rejected; * is every other value. Obvious ones are known without it."`
	Reason    string   `placeholder:"COLUMN:VALUE=REASON,…" help:"With --history: the column with the reason of a rejection, and what its values mean. A value with a comma stands in double quotes."`
	Note      string   `placeholder:"COLUMN" help:"With --history: the column with the need or the note."`
	Settings
}

// Help explains what the flags cannot.
func (importCmd) Help() string {
	return "A row is known again by its external id or, without one, by everything that it says of the lead: importing the same rows again changes nothing. " +
		"Dates are ISO 8601 or as spreadsheets write them; whether day or month comes first is told by the whole column, and a row of which it cannot be told is refused."
}

// problem is an intake.Problem as a complaint: the command line does not fit the file.
type problem struct{ intake.Problem }

func (p problem) say(t *text.Printer) []string { return []string{p.Problem.Say(t)} }
func (p problem) exit() int                    { return exitUsage }

// Run imports the file and reports.
func (cmd importCmd) Run(c *console) error {
	config, err := cmd.check()
	if err != nil {
		return err
	}
	comma, err := delimiter(cmd.Delimiter)
	if err != nil {
		return err
	}
	in, err := os.Open(cmd.File)
	if err != nil {
		return misuse("cli.import.no_file", "Why", err.Error())
	}
	defer in.Close()
	var db *store.Store
	var ws store.Workspace
	if !cmd.DryRun || cmd.History && isThere(config.DB) { // a rehearsal makes no database
		if db, ws, err = openStore(c.ctx, config, c.Now); err != nil {
			return err
		}
		defer db.Close()
	}
	file, err := intake.OpenFile(in, intake.FileOptions{
		Map: cmd.Map, Source: cmd.Source, Campaign: cmd.Campaign, Empty: cmd.Empty,
		Sheet: cmd.Sheet, Delimiter: comma, Zone: config.Zone, Now: c.Now(), Normaliser: config.Normaliser,
		History: cmd.History, Decision: cmd.Decision, Reason: cmd.Reason, Note: cmd.Note, Reasons: ws.Settings.ReasonList(),
	})
	if wrong := (intake.Problem{}); errors.As(err, &wrong) {
		return problem{wrong}
	}
	if err != nil {
		return err
	}
	defer file.Close()
	var add func(context.Context, []handoff.Arrival) ([]handoff.Receipt, error)
	bulk := func(_ context.Context, do func() error) error { return do() }
	if !cmd.DryRun {
		add, bulk = leadsAdder(db, ws, cmd.History), db.Bulk
	}
	refused, closeRefused, err := cmd.refusals(c, file)
	if err != nil {
		return err
	}
	c.tellColumns(file)
	bar := newBar(c.Stderr, file.Len(), c.p.T("cli.import.progress"), c.p.T("cli.import.rate"))
	defer debug.SetGCPercent(debug.SetGCPercent(200)) // what a lead needs is needed for a moment only
	var report intake.Report
	err = bulk(c.ctx, func() error {
		report, err = file.Import(c.ctx, add, refused, func(r intake.Report) { bar(r.Rows) })
		return err
	})
	if closeErr := closeRefused(); err == nil {
		err = closeErr
	}
	cmd.tell(c, report)
	if wrong := (intake.Problem{}); errors.As(err, &wrong) {
		return problem{wrong}
	}
	return err
}

// isThere tells whether there can be a database: a file that nothing has made yet is none.
func isThere(db string) bool {
	_, err := os.Stat(db)
	return err == nil || strings.Contains(db, "://")
}

// leadsAdder stores leads: those of history without cards.
func leadsAdder(db *store.Store, ws store.Workspace, history bool) func(context.Context, []handoff.Arrival) ([]handoff.Receipt, error) {
	return func(ctx context.Context, as []handoff.Arrival) ([]handoff.Receipt, error) {
		if history {
			return db.AddHistory(ctx, ws, as)
		}
		return db.AddLeads(ctx, ws, as)
	}
}

// delimiter returns the character that stands between cells; 0 when none is given.
func delimiter(s string) (rune, error) {
	switch r := []rune(s); {
	case s == "":
		return 0, nil
	case s == "tab" || s == "\\t":
		return '\t', nil
	case len(r) != 1 || strings.ContainsRune("\"\r\n\uFFFD", r[0]):
		return 0, misuse("cli.import.delimiter", "Value", s)
	default:
		return r[0], nil
	}
}

// refusals returns what is done with a refused row, and what ends it.
func (cmd importCmd) refusals(c *console, file *intake.File) (each func(intake.Row) error, end func() error, err error) {
	if cmd.Refused == "" {
		return func(r intake.Row) error {
			_, err := fmt.Fprintln(c.Stdout, oneLine(c.p.T("cli.import.refused_row", "Line", r.Line, "Why", r.Wrong.SayOfRow(c.p))))
			return err
		}, func() error { return nil }, nil
	}
	if cmd.readsItself() {
		return nil, nil, misuse("cli.import.same_file", "File", cmd.Refused)
	}
	out, err := os.OpenFile(cmd.Refused, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err == nil {
		err = out.Chmod(0o600) // it holds personal data, also when the file was there before
	}
	if err != nil {
		return nil, nil, misuse("cli.import.no_refused", "Why", err.Error())
	}
	w := csv.NewWriter(out)
	each = func(r intake.Row) error {
		return w.Write(file.Refused(c.p, r))
	}
	end = func() error {
		w.Flush()
		if err := errors.Join(w.Error(), out.Close()); err != nil {
			return fmt.Errorf("write refused rows: %w", err)
		}
		return nil
	}
	return each, end, w.Write(intake.RefusedHead(c.p, file.Head()))
}

// readsItself tells whether the refused rows would go into the file that is being read.
func (cmd importCmd) readsItself() bool {
	in, err := os.Stat(cmd.File)
	if err != nil {
		return false
	}
	out, err := os.Stat(cmd.Refused)
	return err == nil && os.SameFile(in, out)
}

// tellColumns says which columns were recognised, so that a wrong guess is seen.
func (c *console) tellColumns(file *intake.File) {
	columns := file.Columns()
	var all []string
	for _, field := range slices.Sorted(maps.Keys(columns)) {
		all = append(all, field+" ← "+strings.Join(columns[field], " / "))
	}
	if tool := file.Tool(); tool != "" {
		c.say("cli.import.tool", "Tool", tool)
	}
	c.say("cli.import.columns", "Columns", strings.Join(all, ", "))
	if kept := file.Kept(); len(kept) > 0 {
		c.say("cli.import.kept", "Columns", strings.Join(kept, ", "))
	}
}

// tell writes the report.
func (cmd importCmd) tell(c *console, r intake.Report) {
	line := func(key string, n int) {
		fmt.Fprintf(c.Stdout, "%9s %s\n", c.p.Int(n), c.p.N(key, n))
	}
	line("cli.import.rows", r.Rows)
	if cmd.DryRun {
		line("cli.import.good", r.Good)
	} else {
		line("cli.import.new", r.New)
		line("cli.import.merged", r.Merged)
		line("cli.import.new_rounds", r.NewRounds)
		line("cli.import.repeated", r.Repeated)
	}
	line("cli.import.refused", r.Refused)
	if cmd.History {
		line("cli.import.undated", r.Undated)
	}
	if cmd.DryRun {
		c.say("cli.import.dry_run")
	}
	if r.Refused > 0 && cmd.Refused != "" {
		c.say("cli.import.refused_file", "File", cmd.Refused)
	}
}

// newBar returns what shows how many rows are done, and how fast: a bar on a terminal, nothing elsewhere.
func newBar(w io.Writer, rows int, what, rate string) func(done int) {
	if !isTerminal(w) {
		return func(int) {}
	}
	bar := progressbar.NewOptions(rows, progressbar.OptionSetWriter(w), progressbar.OptionSetDescription(what),
		progressbar.OptionShowCount(), progressbar.OptionShowIts(), progressbar.OptionSetItsString(rate), progressbar.OptionSetWidth(30), progressbar.OptionClearOnFinish())
	return func(done int) { _ = bar.Set(done) } // a bar that cannot be drawn is no reason to stop
}
