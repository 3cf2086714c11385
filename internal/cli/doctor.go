package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/slack-go/slack"

	"relevo/bot"
	"relevo/handoff"
	"relevo/store"
)

type doctorCmd struct {
	Settings
}

// doctor checks one thing after the other and says how to mend what is wrong.
type doctor struct {
	*console
	config Config
	routes []handoff.Route // of the workspace, once the database was read
	sick   bool

	// How far it is to the first card.
	opened, scoped, runs, cards bool
	channels, leads             int
}

// Run checks everything that can be checked and fails when anything is wrong.
func (cmd doctorCmd) Run(c *console) error {
	d := &doctor{console: c}
	config, err := cmd.check()
	d.config = config
	d.settings(err)
	if err == nil || !wrongly(err, "RELEVO_DB") {
		d.database()
	}
	if config.BotToken != "" && !wrongly(err, "SLACK_BOT_TOKEN", "SLACK_API_URL") {
		d.slack(wrongly(err, "SLACK_APP_TOKEN"))
	}
	if err == nil {
		d.crms()
		d.zone()
		d.running()
		d.reached()
		d.steps()
	}
	if d.sick {
		return fail("cli.doctor.sick")
	}
	return nil
}

// wrongly tells whether one of the settings cannot be used.
func wrongly(err error, names ...string) bool {
	var wrong wrongSettings
	errors.As(err, &wrong)
	return slices.ContainsFunc(wrong, func(w wrongSetting) bool { return slices.Contains(names, w.name) })
}

func (d *doctor) well(key string, pairs ...any) { fmt.Fprintln(d.Stdout, "✓", d.p.T(key, pairs...)) }

func (d *doctor) ill(key string, pairs ...any) {
	d.sick = true
	fmt.Fprintln(d.Stdout, "✗", oneLine(d.p.T(key, pairs...)))
}

func (d *doctor) settings(err error) {
	var wrong wrongSettings
	if errors.As(err, &wrong) {
		d.sick = true
		for _, line := range wrong.say(d.p) {
			fmt.Fprintln(d.Stdout, "✗", line)
		}
	}
	missing := d.config.missing(d.p)
	if len(missing) > 0 {
		d.ill("cli.missing", "Names", strings.Join(missing, ", "))
	}
	if err == nil && len(missing) == 0 {
		d.well("cli.doctor.settings")
	}
	d.sources()
}

// sources tells which doors are open. A closed one is no fault.
func (d *doctor) sources() {
	var on, off []string
	for _, s := range d.config.Secrets.States() {
		if len(s.Missing) == 0 {
			on = append(on, s.Name)
		} else {
			off = append(off, s.Name+" ("+strings.Join(s.Missing, ", ")+")")
		}
	}
	if len(on) > 0 {
		d.well("cli.doctor.sources", "Sources", strings.Join(on, ", "))
	} else {
		fmt.Fprintln(d.Stdout, "–", d.p.T("cli.doctor.no_intake"))
	}
	if len(off) > 0 {
		fmt.Fprintln(d.Stdout, "–", d.p.T("cli.doctor.sources_off", "Sources", strings.Join(off, ", ")))
	}
	d.apis()
}

// apis asks the tools whose leads are read whether they let us.
func (d *doctor) apis() {
	read := d.config.Secrets.Reads()
	for _, t := range d.config.Secrets.Troubles(d.ctx) {
		d.ill("cli.doctor.source_trouble", "Source", t.Source, "Why", t.Why)
		read = slices.DeleteFunc(read, func(name string) bool { return name == t.Source })
	}
	if len(read) > 0 {
		d.well("cli.doctor.source_read", "Sources", strings.Join(read, ", "))
	}
}

// maxFetching is how long leads wait to be fetched before something is wrong.
const maxFetching = 24 * time.Hour

// fetching tells whether leads wait to be read from their tools.
func (d *doctor) fetching(db *store.Store) {
	ws, err := db.DefaultWorkspace(d.ctx, d.Now())
	if err != nil {
		return // what is wrong with the database was said
	}
	n, oldest, err := db.Fetching(d.ctx, ws.ID)
	switch waits := d.Now().Sub(oldest); {
	case err != nil || n == 0:
	case waits > maxFetching:
		d.ill("cli.doctor.fetching_long", "Number", d.p.Int(n), "Span", d.p.Span(waits))
	default:
		fmt.Fprintln(d.Stdout, "–", d.p.N("cli.doctor.fetching", n))
	}
}

// noFileYet tells whether the database is a file that the first start will make: looking must not make it.
func noFileYet(dsn string) bool {
	if scheme(dsn) != "" {
		return false
	}
	_, err := os.Stat(dsn)
	folder, folderErr := os.Stat(filepath.Dir(dsn))
	return errors.Is(err, fs.ErrNotExist) && folderErr == nil && folder.IsDir()
}

func (d *doctor) database() {
	if noFileYet(d.config.DB) {
		d.well("cli.doctor.new_database", "Path", d.config.DB)
		d.whose(store.Workspace{})
		return
	}
	db, err := store.Peek(d.ctx, d.config.DB, store.WithKeyring(d.config.Keys))
	if errors.Is(err, store.ErrOlderSchema) {
		d.note("cli.doctor.older_schema", "Why", err.Error())
		return
	}
	if err != nil {
		d.ill("cli.cannot_open", "Why", strings.TrimPrefix(err.Error(), "open database: "))
		return
	}
	defer db.Close()
	version, err := db.Version(d.ctx)
	if err != nil {
		d.ill("cli.cannot_open", "Why", err.Error())
		return
	}
	d.well("cli.doctor.database", "Engine", db.Engine(), "Version", version)
	d.room(db)
	d.seals(db)
	d.fetching(db)
	d.endpoints(db)
	d.arrived(db)
	if ws, err := db.DefaultWorkspace(d.ctx, d.Now()); err == nil {
		d.routes = ws.Settings.Routes
		d.whose(ws)
	}
}

// maxSkew is how far this machine's clock may be from Slack's before signed requests are at risk.
const maxSkew = time.Minute

func (d *doctor) slack(noAppToken bool) {
	ctx, cancel := context.WithTimeout(d.ctx, slackPatience)
	defer cancel()
	client := slackClient(d.config, nil)
	who, err := client.AuthTestContext(ctx)
	if err != nil {
		d.ill(slackTrouble(err), "Setting", "SLACK_BOT_TOKEN", "Why", err.Error())
		return
	}
	d.opened = true
	d.well("cli.doctor.bot_token", "Team", who.Team, "User", who.User)
	d.team(ctx, who.TeamID)
	d.clock(who.Header)
	d.scopes(who.Header)
	if d.config.AppToken != "" && !noAppToken {
		if _, _, err := client.StartSocketModeContext(ctx); err != nil {
			d.ill(slackTrouble(err), "Setting", "SLACK_APP_TOKEN", "Why", err.Error())
		} else {
			d.well("cli.doctor.app_token")
		}
	}
	d.channel(ctx, client, "RELEVO_LEADS_CHANNEL", d.config.LeadsChannel)
	if d.config.FeedbackChannel != d.config.LeadsChannel {
		d.channel(ctx, client, "RELEVO_FEEDBACK_CHANNEL", d.config.FeedbackChannel)
	}
	for _, r := range d.routes {
		d.channel(ctx, client, d.p.T("cli.doctor.route", "Route", r.Name), r.Channel)
	}
}

// slackTrouble tells a token that Slack refuses from a Slack that cannot be reached.
func slackTrouble(err error) string {
	refused := slack.SlackErrorResponse{}
	if errors.As(err, &refused) {
		return "cli.doctor.token_refused"
	}
	return "cli.doctor.no_slack"
}

// team looks whether the database belongs to the workspace that the token opens.
func (d *doctor) team(ctx context.Context, team string) {
	if noFileYet(d.config.DB) {
		return
	}
	db, err := store.Peek(ctx, d.config.DB)
	if err != nil {
		return // the database's own check has said so
	}
	defer db.Close()
	ws, err := db.DefaultWorkspace(ctx, d.Now())
	if err == nil && ws.TeamID != "" && ws.TeamID != team {
		d.ill("cli.doctor.other_team", "Team", ws.Name)
	}
}

func (d *doctor) clock(h http.Header) {
	theirs, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return // a proxy may take it away
	}
	if skew := d.Now().Sub(theirs); skew.Abs() > maxSkew {
		d.ill("cli.doctor.clock", "Skew", d.p.Span(skew.Abs()))
		return
	}
	d.well("cli.doctor.clock_right")
}

func (d *doctor) scopes(h http.Header) {
	var has []string
	for s := range strings.SplitSeq(h.Get("X-OAuth-Scopes"), ",") {
		has = append(has, strings.TrimSpace(s))
	}
	lacks := slices.DeleteFunc(botScopes(), func(s string) bool { return slices.Contains(has, s) })
	if len(lacks) > 0 {
		d.ill("cli.doctor.scopes", "Scopes", strings.Join(lacks, ", "))
		return
	}
	d.scoped = true
	d.well("cli.doctor.scopes_right")
	needed := botScopes()
	if more := slices.DeleteFunc(has, func(s string) bool { return s == "" || slices.Contains(needed, s) }); len(more) > 0 {
		d.note("cli.doctor.too_many_scopes", "Scopes", strings.Join(more, ", "))
	}
}

func (d *doctor) channel(ctx context.Context, client *slack.Client, setting, name string) {
	if name == "" {
		return
	}
	found, err := bot.FindChannel(ctx, client, "", name)
	switch {
	case err != nil:
		d.ill("cli.doctor.no_channel", "Setting", setting, "Channel", name, "Why", err.Error())
	case found.IsArchived:
		d.ill("cli.doctor.archived", "Setting", setting, "Channel", found.Name)
	case !found.IsMember && found.IsPrivate:
		d.ill("cli.doctor.not_member", "Setting", setting, "Channel", found.Name)
	case !found.IsMember:
		d.channels++
		d.well("cli.doctor.will_join", "Setting", setting, "Channel", found.Name)
	default:
		d.channels++
		d.well("cli.doctor.channel", "Setting", setting, "Channel", found.Name)
	}
}
