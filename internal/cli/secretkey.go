package cli

import (
	"errors"
	"fmt"
	"strings"

	"relevo/store"
)

type secretKeyCmd struct{}

// Run prints a key that nobody has yet.
func (secretKeyCmd) Run(c *console) error {
	_, err := fmt.Fprintln(c.Stdout, store.NewSecretKey())
	return err
}

type resealCmd struct {
	Settings
}

// Run seals what older keys have sealed with the newest one.
func (cmd resealCmd) Run(c *console) error {
	return cmd.onStore(c, func(db *store.Store, _ store.Workspace, _ Config) error {
		n, err := db.Reseal(c.ctx)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(c.Stdout, c.p.N("cli.resealed", n))
		return err
	})
}

// sealTrouble turns what is wrong with the stored secrets into what the admin is told.
func sealTrouble(err error) error {
	if why := whySealed(err); why != "" {
		return misuse("cli." + why)
	}
	return err
}

// whySealed names what is wrong with the stored secrets; empty when it is something else.
func whySealed(err error) string {
	switch {
	case errors.Is(err, store.ErrNoKey):
		return "no_key"
	case errors.Is(err, store.ErrWrongKey):
		return "wrong_key"
	case errors.Is(err, store.ErrBroken):
		return "broken_seal"
	}
	return ""
}

// seals looks whether all stored secrets can be opened.
func (d *doctor) seals(db *store.Store) {
	old, err := db.CheckSeals(d.ctx)
	switch why := whySealed(err); {
	case why != "":
		d.ill("cli." + why)
	case err != nil:
		d.ill("cli.cannot_open", "Why", strings.TrimPrefix(err.Error(), "check secrets: "))
	case old > 0:
		d.well("cli.doctor.old_seals", "Count", old)
	case !d.config.Keys.Empty():
		d.well("cli.doctor.sealed")
	}
}
