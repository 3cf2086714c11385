package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// The import of a file, beside the same file with sqlite3.

// taken is what an import took.
type taken struct {
	Rows      int           `json:"rows"`
	PerSecond float64       `json:"per_second"`
	Busy      time.Duration `json:"cpu"` // for each lead: other work on the machine changes it less than the rate
	Most      float64       `json:"memory_mb"`
	Bytes     int64         `json:"bytes_a_lead"`
}

// imports measures the import of open leads, of which each gets a card.
func (b *bench) imports() error {
	file := filepath.Join(b.folder, "open.csv")
	defer os.Remove(file)
	n := b.most()
	b.doing("an import of %d leads", n)
	if err := (leads{b.Seed}).writeFile(file, n, false, b.now()); err != nil {
		return err
	}
	// The tool goes first: what a process had of memory at most counts what started it had until then.
	if err := b.sqlite3(file, n); err != nil {
		return err
	}
	dsn, err := b.data.empty("import")
	if err != nil {
		return err
	}
	t, err := b.importFile(dsn, file, n)
	if err != nil {
		return err
	}
	b.report.taken("import", fmt.Sprintf("relevo import, %s leads", count(n)), t)
	if b.data.server == nil && b.report.has("import/sqlite3") {
		if err := b.sameRows(dsn, n); err != nil {
			return err
		}
	}
	_, err = b.data.empty("import")
	return err
}

// history makes a database of leads that were decided long ago, and notes what that took.
func (b *bench) history(dsn string, n int) (t taken, err error) {
	b.doing("a database of %d leads", n)
	file := filepath.Join(b.folder, "history.csv")
	defer os.Remove(file)
	if err := (leads{b.Seed}).writeFile(file, n, true, b.now()); err != nil {
		return t, err
	}
	if t, err = b.importFile(dsn, file, n, "--history"); err != nil {
		return t, err
	}
	b.report.taken(fmt.Sprintf("history/%d", n), fmt.Sprintf("relevo import --history, %s leads", count(n)), t)
	return t, nil
}

func (b *bench) importFile(dsn, file string, n int, more ...string) (taken, error) {
	cmd := exec.CommandContext(b.ctx, b.Program, append([]string{"import", file, "--db", dsn}, more...)...)
	cmd.Dir = b.folder
	if b.Perf != "" {
		cmd.Args = append([]string{"perf", "record", "-q", "-F", "199", "-g", "-o", filepath.Join(b.Perf, "import"+strings.Join(more, "")+".perf"), b.Program}, cmd.Args[1:]...)
		cmd.Path = perfPath()
	}
	t, said, err := timed(cmd, n)
	if err != nil {
		return t, fmt.Errorf("relevo import: %w: %s", err, lastOf(said, 2000))
	}
	size, err := b.data.bytes(dsn)
	t.Bytes = size / int64(n)
	return t, err
}

func perfPath() string {
	at, _ := exec.LookPath("perf")
	return at
}

// timed runs a program and returns what it took and said.
func timed(cmd *exec.Cmd, rows int) (taken, []byte, error) {
	var said bytes.Buffer
	cmd.Stdout, cmd.Stderr = &said, &said
	begun := time.Now()
	if err := cmd.Run(); err != nil {
		return taken{}, said.Bytes(), err
	}
	took := time.Since(begun)
	busy, most := usedBy(cmd.ProcessState)
	return taken{Rows: rows, PerSecond: float64(rows) / took.Seconds(), Busy: busy / time.Duration(rows), Most: float64(most) / 1024}, said.Bytes(), nil
}

// toolPragmas give sqlite3 what Relevo's import has: the same durability, and as much memory.
const toolPragmas = `PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA temp_store=MEMORY; PRAGMA wal_autocheckpoint=16000;
`

// toolTable is what sqlite3 imports the file into: its columns, and indexes by which leads are found as Relevo finds
// them, by e-mail, the newest, and those of a source.
const toolTable = `CREATE TABLE leads (name TEXT, email TEXT, phone TEXT, company TEXT, role TEXT, country TEXT, size TEXT, source TEXT, campaign TEXT, activity TEXT, created TEXT);
CREATE UNIQUE INDEX leads_email ON leads (email) WHERE email <> '';
CREATE INDEX leads_newest ON leads (created, email);
CREATE INDEX leads_source ON leads (source, created);
`

// toolWords lets sqlite3 find leads by words, too.
const toolWords = `CREATE VIRTUAL TABLE words USING fts5 (name, email, company, content='leads');
CREATE TRIGGER leads_words AFTER INSERT ON leads BEGIN
	INSERT INTO words (rowid, name, email, company) VALUES (new.rowid, new.name, new.email, new.company);
END;
`

// sqlite3 has the tool import the file: into one table, and into one that is searched by words.
func (b *bench) sqlite3(file string, n int) error {
	dotImport := ".import --csv --skip 1 " + file + " leads\n"
	t, err := b.tool("plain.db", toolTable+dotImport, n)
	if errors.Is(err, exec.ErrNotFound) {
		b.report.skip("sqlite3 is not installed: imports are compared with nothing")
		return nil
	}
	if err != nil {
		return err
	}
	b.report.taken("import/sqlite3", "sqlite3 .import: one table, its columns, three indexes", t)
	t, err = b.tool("words.db", toolTable+toolWords+dotImport, n)
	if err != nil {
		b.report.skip("this sqlite3 has no FTS5")
		return nil
	}
	b.report.taken("import/sqlite3 words", "sqlite3 .import: the same, and found by words with FTS5", t)
	return nil
}

// sameRows has the tool copy every row that Relevo wrote into the same tables with the same indexes.
func (b *bench) sameRows(ours string, n int) error {
	schema, err := exec.CommandContext(b.ctx, "sqlite3", ours, ".schema").Output()
	if err != nil {
		return fmt.Errorf("sqlite3: %w", err)
	}
	tables, err := exec.CommandContext(b.ctx, "sqlite3", ours, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND sql NOT LIKE 'CREATE VIRTUAL%'").Output()
	if err != nil {
		return fmt.Errorf("sqlite3: %w", err)
	}
	var sql strings.Builder
	fmt.Fprintf(&sql, "%s\nATTACH '%s' AS ours;\nBEGIN;\n", strings.ReplaceAll(string(schema), "CREATE TABLE sqlite_sequence(name,seq);", ""), ours)
	for table := range strings.Lines(string(tables)) {
		table = strings.TrimSpace(table)
		fmt.Fprintf(&sql, "INSERT INTO main.%s SELECT * FROM ours.%s WHERE 1;\n", table, table) // WHERE: row by row, not page by page
	}
	sql.WriteString("COMMIT;\n")
	t, err := b.tool("copy.db", sql.String(), n)
	if err != nil {
		return err
	}
	b.report.taken("import/copy", "sqlite3 copying every row that Relevo wrote", t)
	return nil
}

// tool has sqlite3 carry out a script on a new database.
func (b *bench) tool(name, script string, n int) (taken, error) {
	at := filepath.Join(b.folder, name)
	defer remove(at)
	cmd := exec.CommandContext(b.ctx, "sqlite3", "-bail", at)
	cmd.Stdin = strings.NewReader(toolPragmas + script)
	t, said, err := timed(cmd, n)
	if err != nil {
		return t, fmt.Errorf("sqlite3: %w: %s", err, said)
	}
	info, err := os.Stat(at)
	if err != nil {
		return t, err
	}
	t.Bytes = info.Size() / int64(n)
	return t, nil
}
