package cli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"relevo/bot"
	"relevo/handoff"
	"relevo/store"
)

// What doctor asks the bot that runs, and what it looks at beside Slack.

// lookPatience is how long a running bot may take to answer.
const lookPatience = 5 * time.Second

// running asks the bot of this machine whether it is ready, and tells of each thing that is in its way. None that runs is no fault.
func (d *doctor) running() {
	at := ownAddress(d.config)
	status, body, err := d.ask(http.MethodGet, at+"/readyz", nil, nil)
	var said struct {
		Ready  bool
		Checks map[string]string
	}
	if err != nil || json.Unmarshal(body, &said) != nil || said.Checks == nil {
		d.note("cli.doctor.not_running", "Address", at)
		return
	}
	d.runs = said.Ready && status == http.StatusOK
	if d.runs {
		d.well("cli.doctor.running", "Address", at)
		return
	}
	var wrong []string
	for _, name := range []string{"database", "migrations", "slack", "events"} {
		if s := said.Checks[name]; s != fine && s != "" {
			wrong = append(wrong, name+": "+s)
		}
	}
	d.ill("cli.doctor.not_ready", "Address", at, "Why", strings.Join(wrong, "; "))
}

// reached sends what Slack sends to learn whether an address is the app's: signed, from outside if there is a public address. The
// answer shows that the way is open, that it leads to the bot, and that both have the same secret.
func (d *doctor) reached() {
	at := d.config.Secrets.PublicURL
	if d.config.AppToken != "" || d.config.SigningSecret == "" || !d.runs && at == "" {
		return // Socket Mode needs no way in
	}
	if at == "" {
		at = ownAddress(d.config)
		d.note("cli.doctor.no_public_url")
	}
	const challenge = "is-this-relevo"
	header, body := bot.SignChallenge(d.config.SigningSecret, challenge, d.Now())
	status, said, err := d.ask(http.MethodPost, at+"/slack/events", header, body)
	switch {
	case err != nil:
		d.ill("cli.doctor.unreachable", "Address", at, "Why", rootOf(err))
	case status == http.StatusUnauthorized:
		d.ill("cli.doctor.other_secret", "Address", at)
	case status != http.StatusOK || string(said) != challenge:
		d.ill("cli.doctor.unreachable", "Address", at, "Why", fmt.Sprint(status))
	default:
		d.well("cli.doctor.reached", "Address", at)
	}
}

// rootOf is what is wrong, without the address that was asked for.
func rootOf(err error) string {
	for cause := errors.Unwrap(err); cause != nil; cause = errors.Unwrap(err) {
		err = cause
	}
	return err.Error()
}

// ask sends a request and returns the beginning of its answer. It follows nobody elsewhere.
func (d *doctor) ask(method, address string, header http.Header, body []byte) (int, []byte, error) {
	ctx, cancel := context.WithTimeout(d.ctx, lookPatience)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	if header != nil {
		r.Header = header
	}
	client := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.Do(r)
	if err != nil {
		return 0, nil, err
	}
	defer resp.Body.Close()
	said, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	return resp.StatusCode, said, err
}

// Below these a disk is full soon: bytes that are free.
const littleSpace = 1 << 30

// room looks whether the database takes what is to be stored, and whether there is room for it.
func (d *doctor) room(db *store.Store) {
	if err := db.Writable(d.ctx); err != nil {
		d.ill("cli.doctor.not_writable", "Why", err.Error())
		return
	}
	free, known := uint64(0), false
	if scheme(d.config.DB) == "" {
		free, known = freeSpace(d.config.DB)
	}
	switch size := fmt.Sprintf("%.1f GB", float64(free)/1e9); {
	case known && free < littleSpace:
		d.ill("cli.doctor.little_space", "Free", size)
	case known:
		d.well("cli.doctor.space", "Free", size)
	default:
		d.well("cli.doctor.writable")
	}
}

// zone tells what time it is where people work, and when the next digest is due: a wrong zone is seen by that.
func (d *doctor) zone() {
	if d.config.Zone == nil {
		return
	}
	now := d.Now().In(d.config.Zone)
	next := handoff.LastDigest(now, d.config.Zone).Add(1).DigestAt()
	d.well("cli.doctor.zone", "Zone", d.config.Zone.String(), "Now", d.p.Moment(now), "Digest", d.p.Moment(next))
}

// milestone is one of those that lead to the first card.
type milestone struct {
	key  string
	done bool
}

// steps tells how far the way to the first card has been gone, and what comes next.
func (d *doctor) steps() {
	all := []milestone{
		{"token", d.opened}, {"way", d.config.AppToken != "" || d.config.SigningSecret != ""}, {"scopes", d.scoped}, {"channels", d.channels > 0},
		{"run", d.runs}, {"lead", d.leads > 0}, {"card", d.cards},
	}
	fmt.Fprintln(d.Stdout)
	var next string
	for i, s := range all {
		mark := "✓"
		if !s.done {
			mark = "·"
			if next == "" {
				mark, next = "→", s.key
			}
		}
		fmt.Fprintf(d.Stdout, "%s %d. %s\n", mark, i+1, d.p.T("cli.step."+s.key))
	}
	if next != "" {
		fmt.Fprintln(d.Stdout, d.p.T("cli.step.next", "How", d.p.T("cli.step."+next+".how", "Channel", orDash(d.config.LeadsChannel), "Address", ownAddress(d.config))))
	} else {
		fmt.Fprintln(d.Stdout, d.p.T("cli.step.all"))
	}
}

// arrived looks how far the first lead has come.
func (d *doctor) arrived(db *store.Store) {
	totals, err := db.Totals(d.ctx, d.Now())
	if err != nil {
		return // what is wrong with the database was said
	}
	d.leads = totals.Received
	ws, err := db.DefaultWorkspace(d.ctx, d.Now())
	if err != nil {
		return
	}
	d.cards, err = db.HasCard(d.ctx, ws.ID)
	d.cards = d.cards && err == nil
}

// note tells what is no fault.
func (d *doctor) note(key string, pairs ...any) {
	fmt.Fprintln(d.Stdout, "–", oneLine(d.p.T(key, pairs...)))
}

// whose tells when there are secrets for a default workspace that there is not.
func (d *doctor) whose(ws store.Workspace) {
	if d.config.nobodys(ws) {
		d.ill("cli.doctor.nobodys")
	}
}
