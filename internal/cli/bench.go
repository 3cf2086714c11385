package cli

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/pprof"
	"strings"
	"syscall"
	"time"

	"relevo/handoff"
	"relevo/intake"
)

// benchCmd measures what can be measured on this machine. It is for whoever changes Relevo.
type benchCmd struct {
	Import benchImportCmd `cmd:"" help:"Import made-up leads into a new database, and beside it the same file with sqlite3."`
}

type benchImportCmd struct {
	Rows    int    `default:"1000000" help:"How many rows."`
	History bool   `help:"Leads that were decided already; otherwise open ones, of which each gets a card."`
	Profile string `placeholder:"FILE" help:"Write a CPU profile of the import."`
}

// benchPragmas give sqlite3 what Relevo's import has: the same durability, and as much memory.
const benchPragmas = `PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=16000;
`

// benchTable is what sqlite3 imports the file into: its columns, and indexes by which leads are found as Relevo finds
// them, by e-mail, the newest, and those of a week by what became of them.
func (cmd benchImportCmd) benchTable() string {
	outcome, by := "", "source"
	if cmd.History {
		outcome, by = ", outcome TEXT, decided TEXT", "decided, outcome"
	}
	return `CREATE TABLE leads (name TEXT, email TEXT, phone TEXT, company TEXT, role TEXT, country TEXT, size TEXT, source TEXT, campaign TEXT, activity TEXT, created TEXT` + outcome + `);
CREATE UNIQUE INDEX leads_email ON leads (email) WHERE email <> '';
CREATE INDEX leads_newest ON leads (created, email);
CREATE INDEX leads_week ON leads (` + by + `, created);
`
}

// benchWords lets sqlite3 find leads by words, too.
const benchWords = `CREATE VIRTUAL TABLE words USING fts5 (name, email, company, content='leads');
CREATE TRIGGER leads_words AFTER INSERT ON leads BEGIN
	INSERT INTO words (rowid, name, email, company) VALUES (new.rowid, new.name, new.email, new.company);
END;
`

// Run makes the file, imports it in each way, and prints what each took.
func (cmd benchImportCmd) Run(c *console) error {
	folder, err := os.MkdirTemp("", "relevo-bench-")
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "leads.csv")
	if err := writeBenchFile(file, cmd.Rows, cmd.History, c.Now()); err != nil {
		return err
	}
	fmt.Fprintln(c.Stdout, machine())
	// The tool goes first: what a process had of memory at most counts what started it had until then.
	dotImport := ".import --csv --skip 1 " + file + " leads\n"
	plain, err := cmd.sqlite3(c, folder, "plain.db", cmd.benchTable()+dotImport)
	if errors.Is(err, exec.ErrNotFound) {
		fmt.Fprintln(c.Stdout, "sqlite3 is not installed: there is nothing to compare with")
	} else if err != nil {
		return err
	}
	found, noWords := cmd.sqlite3(c, folder, "words.db", cmd.benchTable()+benchWords+dotImport) // not every sqlite3 has FTS5
	ours, err := cmd.ours(c, folder, file)
	if err != nil {
		return err
	}
	ours.print(c, "relevo import", "")
	if plain.rate == 0 {
		return nil
	}
	plain.print(c, "sqlite3 .import", fmt.Sprintf("ratio %.2f: one table, the file's columns, three indexes", ours.rate/plain.rate))
	if noWords == nil {
		found.print(c, "… and words", fmt.Sprintf("ratio %.2f: the same, and found by words with FTS5", ours.rate/found.rate))
	}
	same, err := cmd.sameRows(c, folder)
	if err != nil {
		return err
	}
	same.print(c, "sqlite3, copying", fmt.Sprintf("ratio %.2f: every row that Relevo wrote, into its tables with its indexes", ours.rate/same.rate))
	return nil
}

// measured is what an import took.
type measured struct {
	rate   float64       // leads a second
	busy   time.Duration // of processors, for each lead: other work on the machine changes it less than the rate
	memory int64         // at most, in MB
	bytes  int64         // on the disk, of each lead
}

func (m measured) print(c *console, what, more string) {
	fmt.Fprintf(c.Stdout, "%-17s %7.0f leads/s %4d µs of a processor %4d MB at most %5d bytes on disk  %s\n", what, m.rate, m.busy.Microseconds(), m.memory, m.bytes, more)
}

// measure fills in what is known once a database is complete.
func (cmd benchImportCmd) measure(db string, took, busy time.Duration, memory int64) (measured, error) {
	info, err := os.Stat(db)
	if err != nil {
		return measured{}, fmt.Errorf("bench: %w", err)
	}
	return measured{float64(cmd.Rows) / took.Seconds(), busy / time.Duration(cmd.Rows), memory, info.Size() / int64(cmd.Rows)}, nil
}

func (cmd benchImportCmd) ours(c *console, folder, path string) (m measured, err error) {
	name := filepath.Join(folder, "ours.db")
	config, err := Settings{DB: name, Listen: "127.0.0.1:0", Timezone: "UTC", Language: "en", PostsPerSecond: "0", APIURL: "https://slack.com/api/"}.check()
	if err != nil {
		return m, err
	}
	db, ws, err := openStore(c.ctx, config, c.Now)
	if err != nil {
		return m, err
	}
	defer db.Close()
	in, err := os.Open(path)
	if err != nil {
		return m, fmt.Errorf("bench: %w", err)
	}
	defer in.Close()
	if cmd.Profile != "" {
		out, err := os.Create(cmd.Profile)
		if err != nil {
			return m, fmt.Errorf("bench: %w", err)
		}
		defer out.Close()
		if err := pprof.StartCPUProfile(out); err != nil {
			return m, fmt.Errorf("bench: %w", err)
		}
		defer pprof.StopCPUProfile()
	}
	start, before := time.Now(), used()
	f, err := intake.OpenFile(in, intake.FileOptions{Zone: config.Zone, Now: c.Now(), Normaliser: config.Normaliser, History: cmd.History, Reasons: handoff.DefaultReasons()})
	if err != nil {
		return m, err
	}
	defer f.Close()
	bar := newBar(c.Stderr, f.Len(), c.p.T("cli.import.progress"), c.p.T("cli.import.rate"))
	var report intake.Report
	err = db.Bulk(c.ctx, func() error {
		report, err = f.Import(c.ctx, leadsAdder(db, ws, cmd.History), func(r intake.Row) error { return r.Wrong }, func(r intake.Report) { bar(r.Rows) })
		return err
	})
	if err != nil {
		return m, err
	}
	if report.New != cmd.Rows {
		return m, fmt.Errorf("bench: %d of %d rows became leads", report.New, cmd.Rows)
	}
	took, after := time.Since(start), used()
	return cmd.measure(name, took, busy(after)-busy(before), megabytes(after))
}

// sqlite3 has the tool carry out a script on a new database.
func (cmd benchImportCmd) sqlite3(c *console, folder, db, script string) (measured, error) {
	name := filepath.Join(folder, db)
	tool := exec.CommandContext(c.ctx, "sqlite3", "-bail", name)
	var said bytes.Buffer
	tool.Stdin, tool.Stderr = strings.NewReader(benchPragmas+script), &said
	start := time.Now()
	if err := tool.Run(); err != nil {
		return measured{}, fmt.Errorf("bench: sqlite3: %w: %s", err, &said)
	}
	took, theirs := time.Since(start), &syscall.Rusage{}
	if used, ok := tool.ProcessState.SysUsage().(*syscall.Rusage); ok {
		theirs = used
	}
	return cmd.measure(name, took, busy(theirs), megabytes(theirs))
}

// sameRows copies Relevo's tables, with their indexes, from its database into another.
func (cmd benchImportCmd) sameRows(c *console, folder string) (measured, error) {
	ours := filepath.Join(folder, "ours.db")
	schema, err := exec.CommandContext(c.ctx, "sqlite3", ours, ".schema").Output()
	if err != nil {
		return measured{}, fmt.Errorf("bench: sqlite3: %w", err)
	}
	var sql strings.Builder
	fmt.Fprintf(&sql, "%s\nATTACH '%s' AS ours;\nBEGIN;\n", strings.ReplaceAll(string(schema), "CREATE TABLE sqlite_sequence(name,seq);", ""), ours)
	for _, table := range []string{"workspaces", "leads", "lead_words", "rounds", "decisions", "events", "messages"} {
		fmt.Fprintf(&sql, "INSERT INTO main.%s SELECT * FROM ours.%s WHERE 1;\n", table, table) // WHERE: row by row, not page by page
	}
	sql.WriteString("COMMIT;\n")
	return cmd.sqlite3(c, folder, "copy.db", sql.String())
}

// used is what this process used until now.
func used() *syscall.Rusage {
	used := &syscall.Rusage{}
	_ = syscall.Getrusage(syscall.RUSAGE_SELF, used) // without it, nothing was used
	return used
}

func busy(used *syscall.Rusage) time.Duration {
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

func megabytes(used *syscall.Rusage) int64 {
	if runtime.GOOS == "darwin" {
		return used.Maxrss >> 20
	}
	return used.Maxrss >> 10
}

func machine() string {
	model := ""
	if info, err := os.ReadFile("/proc/cpuinfo"); err == nil {
		for line := range strings.SplitSeq(string(info), "\n") {
			if name, value, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(name) == "model name" {
				model = ", " + strings.TrimSpace(value)
				break
			}
		}
	}
	return fmt.Sprintf("%s/%s, %d processors%s, %s", runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), model, runtime.Version())
}
