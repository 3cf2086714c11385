package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"text/tabwriter"

	"relevo/store"
)

type backupCmd struct {
	File string `arg:"" help:"File to write; there must be none of that name."`
	Settings
}

// Run backs a SQLite database up, while a bot goes on working.
func (cmd backupCmd) Run(c *console) error {
	config, err := cmd.check()
	if err != nil {
		return err
	}
	if !isThere(config.DB) && scheme(config.DB) == "" {
		return misuse("cli.no_database", "Path", config.DB)
	}
	db, err := store.Peek(c.ctx, config.DB)
	if err != nil {
		return err
	}
	defer db.Close()
	b, err := db.Backup(c.ctx, cmd.File)
	switch {
	case errors.Is(err, fs.ErrExist):
		return misuse("cli.backup.exists", "File", cmd.File)
	case err != nil:
		return err
	}
	c.say("cli.backup.done", "File", cmd.File, "Tables", c.p.Int(b.Tables), "Rows", c.p.Int(int(b.Rows)), "MB", c.p.Int(int(b.Bytes>>20)))
	return nil
}

type restoreCmd struct {
	File string `arg:"" help:"A backup made by relevo backup."`
	Settings
}

// Run puts a backup in the database's place.
func (cmd restoreCmd) Run(c *console) error {
	config, err := cmd.check()
	if err != nil {
		return err
	}
	r, err := store.Restore(c.ctx, cmd.File, config.DB, c.Now())
	if errors.Is(err, store.ErrInUse) {
		return fail("cli.in_use")
	}
	if err != nil {
		return err
	}
	c.say("cli.restore.done", "Rows", c.p.Int(int(r.Rows)))
	if r.Erased > 0 {
		fmt.Fprintln(c.Stdout, c.p.N("cli.restore.erased", r.Erased))
	}
	if r.Aside != "" {
		c.say("cli.restore.aside", "File", r.Aside)
	}
	return nil
}

type copyCmd struct {
	From string `required:"" placeholder:"PATH|URL" help:"Database to read; no bot may be working on it."`
	To   string `required:"" placeholder:"PATH|URL" help:"Empty database to write."`
}

// Run moves a whole database to another engine.
func (cmd copyCmd) Run(c *console) error {
	for name, dsn := range map[string]string{"--from": cmd.From, "--to": cmd.To} {
		if why := checkDB(dsn); why != "" {
			return misuse("cli.copy.wrong", "Flag", name)
		}
	}
	if scheme(cmd.From) == "" && !isThere(cmd.From) {
		return misuse("cli.no_database", "Path", cmd.From)
	}
	if err := store.Idle(c.ctx, cmd.From); errors.Is(err, store.ErrInUse) {
		return fail("cli.in_use")
	} else if err != nil {
		return err
	}
	from, err := store.Peek(c.ctx, cmd.From)
	if err != nil {
		return err
	}
	defer from.Close()
	to, err := store.Open(c.ctx, cmd.To)
	if err != nil {
		return err
	}
	defer to.Close()
	table := tabwriter.NewWriter(c.Stdout, 0, 0, 2, ' ', 0)
	rows := int64(0)
	err = store.Copy(c.ctx, from, to, func(d store.Copied) {
		same := "="
		if !d.SameOnBoth {
			same = "≠"
		}
		rows += d.Rows
		fmt.Fprintln(table, strings.Join([]string{d.Table, fmt.Sprint(d.Rows), d.From[:16], same, d.To[:16]}, "\t"))
	})
	table.Flush()
	if errors.Is(err, store.ErrNotEmpty) {
		return misuse("cli.copy.not_empty")
	}
	if err != nil {
		return err
	}
	c.say("cli.copy.done", "Rows", c.p.Int(int(rows)))
	return nil
}
