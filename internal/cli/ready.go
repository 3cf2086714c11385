package cli

import (
	"net/http"
)

type readyCmd struct {
	Settings
}

// Run asks the bot of this machine whether it is ready, and fails when it is not or there is none: for containers, which have
// nothing else to ask with.
func (cmd readyCmd) Run(c *console) error {
	config, err := cmd.check()
	if err != nil {
		return err
	}
	at := ownAddress(config)
	d := &doctor{console: c, config: config}
	status, body, err := d.ask(http.MethodGet, at+"/readyz", nil, nil)
	switch {
	case err != nil:
		return fail("cli.doctor.not_running", "Address", at)
	case status != http.StatusOK:
		return fail("cli.doctor.not_ready", "Address", at, "Why", string(body))
	}
	return nil
}
