// Command bench measures Relevo on this machine: the built program as a process, driven over the wire as Slack and
// marketing's tools drive it, and beside each figure what the bare machine does in the same run. See docs/performance.md.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

// commands is the command line. The bare ones are the other processes of a run.
type commands struct {
	Run  runCmd         `cmd:"" default:"withargs" help:"Measure."`
	HTTP bareHTTPCmd    `cmd:"" name:"bare-http" hidden:"" help:"A server that checks Slack's signature and answers with what came in on its standard input."`
	Disk bareCommitsCmd `cmd:"" name:"bare-commits" hidden:"" help:"One writer that commits one small row after the other."`
}

// runCmd says what is measured, and how.
type runCmd struct {
	Only        []string      `placeholder:"NAME" help:"Only these: import, slash, decide, socket, mixed, intake, figures, start."`
	Leads       []int         `default:"10000,100000,1000000" help:"How many leads are in the database; whatever is measured at one size is at the last."`
	Quick       bool          `help:"Ten thousand leads and half a second a load: shows that all of it works, and measures little."`
	DB          string        `name:"db" placeholder:"URL" help:"A postgres:// URL, to measure there: databases named relevo_bench… are made on that server. Otherwise SQLite in a temporary folder."`
	Data        string        `placeholder:"DIR" help:"Keep prepared databases here for the next run; on PostgreSQL they are kept on the server once this is given."`
	Dir         string        `placeholder:"DIR" help:"Where the temporary folder is made: the disk that is measured."`
	Seed        uint64        `default:"1" help:"Of the made-up leads and of the order of requests."`
	For         time.Duration `default:"5s" help:"How long each load lasts."`
	Connections int           `default:"16" help:"At once, of slash commands and decisions; leads come in over four times as many."`
	Decisions   int           `default:"3000" help:"How many leads are decided."`
	Rate        int           `default:"300" help:"Requests a second of the mixed load."`
	Starts      int           `default:"25" help:"How often the cold start is measured."`
	Replicas    int           `default:"1" help:"Processes of the bot; more than one needs --db."`
	Program     string        `placeholder:"FILE" help:"The built program; otherwise it is built from the source that this is run in."`
	JSON        string        `name:"json" placeholder:"FILE" help:"Write everything measured to this file too."`
	Perf        string        `placeholder:"DIR" help:"Have perf write where the bot's time goes, a file a load."`
}

// scenarios in the order in which they are run. What leaves the most behind comes last.
var scenarios = []struct {
	name string
	run  func(*bench) error
}{
	{"import", (*bench).imports},
	{"figures", (*bench).figures},
	{"start", (*bench).starts},
	{"slash", (*bench).slash},
	{"decide", (*bench).decide},
	{"socket", (*bench).socket},
	{"mixed", (*bench).mixed},
	{"intake", (*bench).intake},
}

// bench is one run.
type bench struct {
	runCmd
	ctx    context.Context
	folder string // temporary, on the disk that is measured
	report report
	data   *databases
	quiet  io.Writer // what is being done
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	parsed := kong.Parse(&commands{}, kong.Name("bench"), kong.BindTo(ctx, (*context.Context)(nil)))
	parsed.FatalIfErrorf(parsed.Run())
}

// Run measures, prints the table, and fails when something could not be measured.
func (cmd runCmd) Run(ctx context.Context) error {
	if cmd.Quick {
		cmd.Leads, cmd.For, cmd.Decisions, cmd.Starts, cmd.Rate = []int{10_000}, 500*time.Millisecond, 100, 5, 100
	}
	r, err := measure(ctx, cmd, os.Stderr)
	if err != nil {
		return err
	}
	r.print(os.Stdout)
	if cmd.JSON == "" {
		return nil
	}
	return r.write(cmd.JSON)
}

// measure runs the scenarios.
func measure(ctx context.Context, cmd runCmd, progress io.Writer) (_ *report, err error) {
	if err := cmd.check(); err != nil {
		return nil, err
	}
	b := &bench{runCmd: cmd, ctx: ctx, quiet: progress}
	if b.folder, err = os.MkdirTemp(cmd.Dir, "relevo-bench-"); err != nil {
		return nil, err
	}
	defer os.RemoveAll(b.folder)
	if b.Program == "" {
		b.Program = filepath.Join(b.folder, "relevo")
		if out, err := exec.CommandContext(ctx, "go", "build", "-o", b.Program, "relevo").CombinedOutput(); err != nil {
			return nil, fmt.Errorf("build relevo: %w: %s", err, out)
		}
	}
	if b.data, err = openDatabases(ctx, b); err != nil {
		return nil, err
	}
	defer b.data.close()
	b.report.Machine, b.report.Options = thisMachine(), cmd
	b.report.Machine.Engine = b.data.engine
	for _, s := range scenarios {
		if len(b.Only) > 0 && !slices.Contains(b.Only, s.name) {
			continue
		}
		if err := s.run(b); err != nil {
			return nil, fmt.Errorf("%s: %w", s.name, err)
		}
	}
	b.report.judge()
	return &b.report, nil
}

func (cmd runCmd) check() error {
	for _, name := range cmd.Only {
		if !slices.ContainsFunc(scenarios, func(s struct {
			name string
			run  func(*bench) error
		}) bool {
			return s.name == name
		}) {
			return fmt.Errorf("there is no scenario %q", name)
		}
	}
	if cmd.DB != "" && !strings.HasPrefix(cmd.DB, "postgres") {
		return errors.New("--db takes a postgres:// URL; SQLite is what is measured without it")
	}
	if cmd.Replicas > 1 && cmd.DB == "" {
		return errors.New("--replicas needs --db: one SQLite file is one process's")
	}
	if len(cmd.Leads) == 0 || !slices.IsSorted(cmd.Leads) || cmd.Leads[0] < 1000 {
		return errors.New("--leads takes rising numbers of at least 1000")
	}
	return nil
}

// most is the size at which everything is measured that is measured once.
func (b *bench) most() int { return b.Leads[len(b.Leads)-1] }

// doing says on the progress what is being done.
func (b *bench) doing(format string, args ...any) {
	fmt.Fprintf(b.quiet, "bench: "+format+"\n", args...)
}
