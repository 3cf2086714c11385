package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"relevo/intake"
)

type sendCmd struct {
	File string `arg:"" optional:"" help:"What to send, as the tool would: JSON, or XML for salesforce. Without a file it is a made-up lead."`
	As   string `required:"" placeholder:"SOURCE" help:"The tool to send as: ${sources}."`
	To   string `placeholder:"URL" help:"Where the running bot takes leads, without /hooks. Without one it is this machine, at the port of RELEVO_LISTEN."`
	Settings
}

// Help explains what the flags cannot.
func (sendCmd) Help() string {
	return "The request is signed with the source's secret of the settings, so a running bot with the same settings takes it as the tool's own. " +
		"Sent twice it is known again, as a tool's repetition is."
}

// sendPatience is how long the bot may take to answer, and maxAnswer how much of its answer is read.
const (
	sendPatience = 30 * time.Second
	maxAnswer    = 1 << 20
)

// Run sends the request and prints the answer. It fails when the bot refuses.
func (cmd sendCmd) Run(c *console) error {
	config, err := cmd.check()
	if err != nil {
		return err
	}
	to := cmd.To
	if to == "" {
		to = ownAddress(config)
	}
	if !isWebAddress(to) {
		return misuse("cli.send.url", "Value", to)
	}
	body, _ := intake.Sample(cmd.As)
	if cmd.File != "" {
		if body, err = os.ReadFile(cmd.File); err != nil {
			return misuse("cli.import.no_file", "Why", err.Error())
		}
	}
	m, err := intake.Sign(config.Secrets, cmd.As, to, body, c.Now())
	if err != nil {
		return cannotSign(err)
	}
	r, err := http.NewRequestWithContext(c.ctx, http.MethodPost, m.URL, bytes.NewReader(m.Body))
	if err != nil {
		return misuse("cli.send.url", "Value", to)
	}
	r.Header = m.Header
	r.Header.Set("Accept-Language", c.p.Lang())
	client := &http.Client{
		Timeout:       sendPatience,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }, // what proves it is for one address
	}
	w, err := client.Do(r)
	if err != nil {
		for cause := errors.Unwrap(err); cause != nil; cause = errors.Unwrap(err) {
			err = cause // what wraps it names the address, secret and all
		}
		return fail("cli.send.no_bot", "URL", to, "Why", err.Error())
	}
	defer w.Body.Close()
	said, err := io.ReadAll(io.LimitReader(w.Body, maxAnswer))
	if err != nil {
		return fail("cli.send.no_bot", "URL", to, "Why", err.Error())
	}
	fmt.Fprintln(c.Stdout, w.Status)
	if s := oneLine(string(said)); s != "" {
		fmt.Fprintln(c.Stdout, s)
	}
	if w.StatusCode/100 != 2 {
		return fail("cli.send.refused", "Source", cmd.As)
	}
	return nil
}

// ownAddress is how this machine reaches what listens there.
func ownAddress(c Config) string {
	host, port, err := net.SplitHostPort(c.Listen)
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	if err != nil {
		return c.Listen
	}
	if c.Server.TLSCert != "" {
		return "https://" + net.JoinHostPort(host, port)
	}
	return "http://" + net.JoinHostPort(host, port)
}

// cannotSign says why a body cannot be sent as a source.
func cannotSign(err error) error {
	if unknown, ok := errors.AsType[intake.UnknownSource](err); ok {
		return misuse("cli.send.unknown", "Source", unknown.Name, "Known", sourceNames())
	}
	if off, ok := errors.AsType[intake.SourceOff](err); ok {
		return misuse("cli.send.off", "Source", off.Name, "Settings", strings.Join(off.Missing, ", "))
	}
	if wrong, ok := errors.AsType[intake.Problem](err); ok {
		return problem{wrong}
	}
	return err
}

// sourceNames lists every source in one line.
func sourceNames() string {
	var names []string
	for _, s := range (intake.Secrets{}).States() {
		names = append(names, s.Name)
	}
	return strings.Join(names, ", ")
}
