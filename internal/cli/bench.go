package cli

import (
	"bufio"
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
	Profile string `placeholder:"FILE" help:"Write a CPU profile of the import."`
}

// benchTable is what sqlite3 imports the file into: the columns of the file, and the indexes that Relevo's table of
// leads has on them.
const benchTable = `PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;
CREATE TABLE leads (name TEXT, email TEXT, phone TEXT, company TEXT, role TEXT, country TEXT, size TEXT, source TEXT, campaign TEXT, activity TEXT, created TEXT);
CREATE UNIQUE INDEX leads_email ON leads (email) WHERE email <> '';
CREATE INDEX leads_open ON leads (created) WHERE source <> '';
CREATE INDEX leads_newest ON leads (created, email);
`

// Run makes the file, imports it both ways, and prints what each took.
func (cmd benchImportCmd) Run(c *console) error {
	folder, err := os.MkdirTemp("", "relevo-bench-")
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	defer os.RemoveAll(folder)
	file := filepath.Join(folder, "leads.csv")
	if err := writeBenchFile(file, cmd.Rows); err != nil {
		return err
	}
	fmt.Fprintln(c.Stdout, machine())
	// The tool goes first: what a process had of memory at most counts what started it had until then.
	theirs, memory, err := cmd.sqlite3(c, filepath.Join(folder, "theirs.db"), benchTable+".import --csv --skip 1 "+file+" leads\n")
	tool := !errors.Is(err, exec.ErrNotFound)
	if err != nil && tool {
		return err
	}
	ours, err := cmd.ours(c, folder, file)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Stdout, "relevo import:   %9.0f rows/s, %d MB at most\n", ours, peak())
	if !tool {
		fmt.Fprintln(c.Stdout, "sqlite3 is not installed: there is nothing to compare with")
		return nil
	}
	fmt.Fprintf(c.Stdout, "sqlite3 .import: %9.0f rows/s, %d MB at most, into one table with the file's columns and three indexes; ratio %.2f\n", theirs, memory, ours/theirs)
	same, err := cmd.sameRows(c, folder)
	if err != nil {
		return err
	}
	fmt.Fprintf(c.Stdout, "sqlite3, copying: %8.0f leads/s, every row that Relevo has written of them, into the same tables and indexes; ratio %.2f\n", same, ours/same)
	return nil
}

func (cmd benchImportCmd) ours(c *console, folder, path string) (rowsPerSecond float64, err error) {
	config, err := Settings{DB: filepath.Join(folder, "ours.db"), Listen: "127.0.0.1:0", Timezone: "UTC", Language: "en", PostsPerSecond: "0", APIURL: "https://slack.com/api/"}.check()
	if err != nil {
		return 0, err
	}
	db, ws, err := openStore(c.ctx, config, c.Now)
	if err != nil {
		return 0, err
	}
	defer db.Close()
	in, err := os.Open(path)
	if err != nil {
		return 0, fmt.Errorf("bench: %w", err)
	}
	defer in.Close()
	if cmd.Profile != "" {
		out, err := os.Create(cmd.Profile)
		if err != nil {
			return 0, fmt.Errorf("bench: %w", err)
		}
		defer out.Close()
		if err := pprof.StartCPUProfile(out); err != nil {
			return 0, fmt.Errorf("bench: %w", err)
		}
		defer pprof.StopCPUProfile()
	}
	start := time.Now()
	f, err := intake.OpenFile(in, intake.FileOptions{Zone: config.Zone, Now: c.Now(), Normaliser: config.Normaliser, Reasons: handoff.DefaultReasons()})
	if err != nil {
		return 0, err
	}
	defer f.Close()
	bar := newBar(c.Stderr, f.Len(), c.p.T("cli.import.progress"), c.p.T("cli.import.rate"))
	report, err := f.Import(c.ctx, leadsAdder(db, ws), func(r intake.Row) error { return r.Wrong }, func(r intake.Report) { bar(r.Rows) })
	if err != nil {
		return 0, err
	}
	if report.New != cmd.Rows {
		return 0, fmt.Errorf("bench: %d of %d rows became leads", report.New, cmd.Rows)
	}
	return float64(cmd.Rows) / time.Since(start).Seconds(), nil
}

// sqlite3 has the tool carry out a script.
func (cmd benchImportCmd) sqlite3(c *console, db, script string) (rowsPerSecond float64, megabytes int64, err error) {
	tool := exec.CommandContext(c.ctx, "sqlite3", "-bail", db)
	var said bytes.Buffer
	tool.Stdin, tool.Stderr = strings.NewReader(script), &said
	start := time.Now()
	if err := tool.Run(); err != nil {
		return 0, 0, fmt.Errorf("bench: sqlite3: %w: %s", err, &said)
	}
	took := time.Since(start)
	used, _ := tool.ProcessState.SysUsage().(*syscall.Rusage)
	if used != nil {
		megabytes = used.Maxrss >> 10
	}
	return float64(cmd.Rows) / took.Seconds(), megabytes, nil
}

// sameRows copies Relevo's tables, with their indexes, from its database into another.
func (cmd benchImportCmd) sameRows(c *console, folder string) (leadsPerSecond float64, err error) {
	ours, copied := filepath.Join(folder, "ours.db"), filepath.Join(folder, "copy.db")
	schema, err := exec.CommandContext(c.ctx, "sqlite3", ours, ".schema").Output()
	if err != nil {
		return 0, fmt.Errorf("bench: sqlite3: %w", err)
	}
	var sql strings.Builder
	fmt.Fprintf(&sql, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;\n%s\nATTACH '%s' AS ours;\nBEGIN;\n", strings.ReplaceAll(string(schema), "CREATE TABLE sqlite_sequence(name,seq);", ""), ours)
	for _, table := range []string{"workspaces", "leads", "lead_words", "rounds", "submissions", "events", "messages"} {
		fmt.Fprintf(&sql, "INSERT INTO main.%s SELECT * FROM ours.%s WHERE 1;\n", table, table) // WHERE: row by row, not page by page
	}
	sql.WriteString("COMMIT;\n")
	leadsPerSecond, _, err = cmd.sqlite3(c, copied, sql.String())
	return leadsPerSecond, err
}

// peak is how much memory this process had at most, in MB.
func peak() int64 {
	var used syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &used) != nil {
		return 0
	}
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

// writeBenchFile makes up leads.
func writeBenchFile(path string, rows int) error {
	out, err := os.Create(path)
	if err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	defer out.Close()
	w := bufio.NewWriterSize(out, 1<<20)
	first, last := []string{"Ana", "Bo", "Cy", "Rosa", "Luke", "Marta", "José", "Grace"}, []string{"Ruiz", "Berg", "Cole", "Luna", "Peña", "Vidal", "Hall"}
	sources, roles := []string{"Google", "Facebook", "Newsletter", "Fair", "Webinar"}, []string{"CTO", "Head of operations", "Buyer", "Founder"}
	w.WriteString("name,email,phone,company,role,country,size,source,campaign,activity,created\n")
	for i := range rows {
		f, l := first[i%len(first)], last[i%len(last)]
		fmt.Fprintf(w, "%s %s,lead%d@company%d.example,+34%09d,\"Company %d, SL\",%s,Spain,11-50,%s,Spring 2026,Asked for a demo of route planning,2026-%02d-%02d\n",
			f, l, i, i/3, 600_000_000+i, i/3, roles[i%len(roles)], sources[i%len(sources)], 1+i%9, 1+i%28)
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("bench: %w", err)
	}
	return nil
}
