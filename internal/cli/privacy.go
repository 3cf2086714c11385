package cli

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"relevo/handoff"
	"relevo/store"
)

// who says who is meant, and where.
type who struct {
	Email     string `arg:"" optional:"" help:"The person's e-mail address."`
	Phone     string `placeholder:"NUMBER" help:"The phone of a person who gave no e-mail."`
	Workspace string `placeholder:"TEAM" help:"Only in this Slack workspace, by its team ID; in all otherwise."`
}

// where returns who is meant and the workspaces to look in.
func (w who) where(c *console, config Config, db *store.Store) (store.Erasure, []store.Workspace, error) {
	if (w.Email == "") == (w.Phone == "") {
		return store.Erasure{}, nil, misuse("cli.forget.whom")
	}
	e := store.Erasure{Email: w.Email, By: store.ByCommandLine}
	if w.Phone != "" {
		clean, err := config.Normaliser.Clean(handoff.Arrival{Person: handoff.Person{Phone: w.Phone}})
		if err != nil {
			return store.Erasure{}, nil, misuse("cli.forget.phone")
		}
		e.Phone = clean.Phone
	}
	if w.Workspace != "" {
		ws, err := workspaceOf(c, db, w.Workspace)
		return e, []store.Workspace{ws}, err
	}
	all, err := db.Workspaces(c.ctx)
	return e, all, err
}

type forgetCmd struct {
	who
	Yes bool `help:"Don't ask."`
	Settings
}

// Run erases a person, once it was asked whether that is meant.
func (cmd forgetCmd) Run(c *console) error {
	return cmd.onStore(c, func(db *store.Store, _ store.Workspace, config Config) error {
		e, all, err := cmd.where(c, config, db)
		if err != nil {
			return err
		}
		found := 0
		for _, ws := range all {
			leads, err := db.Withdrawing(c.ctx, ws.ID, e)
			if err != nil {
				return err
			}
			found += len(leads)
		}
		if found == 0 {
			return fail("cli.forget.nobody")
		}
		if !cmd.Yes {
			fmt.Fprint(c.Stderr, c.p.N("cli.forget.sure", found)+" ")
			typed, _ := bufio.NewReader(os.Stdin).ReadString('\n')
			if strings.TrimSpace(typed) != "erase" {
				return fail("cli.forget.not")
			}
		}
		erased := 0
		for _, ws := range all {
			n, err := db.Erase(c.ctx, ws.ID, e, c.Now())
			if err != nil {
				return err
			}
			erased += n
		}
		fmt.Fprintln(c.Stdout, c.p.N("cli.forget.done", erased))
		return db.Scrub(c.ctx)
	})
}

type exportPersonCmd struct {
	who
	Settings
}

// exported is everything that is stored about a person: docs/privacy.md says what its parts are.
type exported struct {
	Format     string              `json:"format"`
	At         string              `json:"exported_at"`
	Workspaces []exportedWorkspace `json:"workspaces"`
}

type exportedWorkspace struct {
	ID     int64                     `json:"id"`
	Team   string                    `json:"team_id"`
	Name   string                    `json:"name"`
	Tables map[string][]store.Record `json:"tables"`
}

// Run prints everything that is stored about a person as JSON.
func (cmd exportPersonCmd) Run(c *console) error {
	return cmd.onStore(c, func(db *store.Store, _ store.Workspace, config Config) error {
		e, all, err := cmd.where(c, config, db)
		if err != nil {
			return err
		}
		out := exported{Format: "relevo.person/1", At: c.Now().UTC().Format("2006-01-02T15:04:05Z"), Workspaces: []exportedWorkspace{}}
		for _, ws := range all {
			tables, err := db.Person(c.ctx, ws.ID, e)
			if err != nil {
				return err
			}
			if tables != nil {
				out.Workspaces = append(out.Workspaces, exportedWorkspace{ws.ID, ws.TeamID, ws.Name, tables})
			}
		}
		if len(out.Workspaces) == 0 {
			return fail("cli.forget.nobody")
		}
		enc := json.NewEncoder(c.Stdout)
		enc.SetIndent("", "  ")
		enc.SetEscapeHTML(false)
		return enc.Encode(out)
	})
}
