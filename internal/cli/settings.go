package cli

import (
	"cmp"
	"errors"
	"math"
	"net"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"relevo/bot"
	"relevo/intake"
	"relevo/internal/text"
	"relevo/outbound"
	"relevo/store"
)

// Settings are given as environment variables, in .env or, but for the secrets, as flags. The README's table and
// .env.example are made from this struct. All are texts here: what they mean is checked in one place, so that a
// wrong one is explained.
type Settings struct {
	BotToken        string `name:"bot-token" hidden:"" env:"SLACK_BOT_TOKEN" help:"Bot token of the Slack app; begins with xoxb-. Slack shows it under OAuth & Permissions."`
	AppToken        string `name:"app-token" hidden:"" env:"SLACK_APP_TOKEN" help:"App-level token with connections:write; begins with xapp-. When it is set, Relevo uses Socket Mode and needs no public address."`
	SigningSecret   string `name:"signing-secret" hidden:"" env:"SLACK_SIGNING_SECRET" help:"Signing secret of the Slack app, when there is no app-level token: Slack then sends signed requests to /slack/events, /slack/interactions and /slack/commands."`
	ClientID        string `name:"client-id" env:"SLACK_CLIENT_ID" placeholder:"ID" help:"Client ID of the Slack app, for many workspaces: with SLACK_CLIENT_SECRET, RELEVO_PUBLIC_URL and RELEVO_SECRET_KEY each installs Relevo at /slack/install."`
	ClientSecret    string `name:"client-secret" hidden:"" env:"SLACK_CLIENT_SECRET" help:"Client secret of the Slack app, for many workspaces."`
	SecretKey       string `name:"secret-key" hidden:"" env:"RELEVO_SECRET_KEY" help:"Key that seals stored secrets: 32 bytes in base64, which relevo secret-key prints. Several are separated by commas: the first seals, all of them open."`
	LeadsChannel    string `env:"RELEVO_LEADS_CHANNEL" placeholder:"CHANNEL" help:"Channel in which cards are posted: its name or its ID."`
	FeedbackChannel string `env:"RELEVO_FEEDBACK_CHANNEL" placeholder:"CHANNEL" help:"Channel in which the weekly digest is posted. Without one it is the channel of the cards."`
	DB              string `name:"db" env:"RELEVO_DB" default:"relevo.db" placeholder:"PATH|URL" help:"Database: path of a SQLite file, or a postgres:// URL."`
	Listen          string `env:"RELEVO_LISTEN" default:"127.0.0.1:8080" placeholder:"HOST:PORT" help:"Address at which leads, health checks and Slack's signed requests come in; :8080 is every address of the machine."`
	ServerSettings  `embed:""`
	Timezone        string `env:"RELEVO_TIMEZONE" default:"UTC" placeholder:"ZONE" help:"Time zone of working hours, weeks and the digest, for example Europe/Madrid."`
	Language        string `env:"RELEVO_LANGUAGE" default:"en" placeholder:"LANG" help:"Language of cards and digest: en or es. Each person's own windows and answers follow their Slack."`
	PostsPerSecond  string `env:"RELEVO_POSTS_PER_SECOND" default:"1" placeholder:"N" help:"Messages a second and channel, short bursts allowed; 0 leaves the pace to Slack."`
	Country         string `env:"RELEVO_COUNTRY" placeholder:"CODE" help:"Country of phone numbers that are written without a country code, as its ISO code: ES, MX, US. A lead's own country goes first."`
	Mapping         string `env:"RELEVO_MAPPING" placeholder:"FILE" help:"TOML file that says what the tools' questions mean and how sources and campaigns are spelled: see docs/mapping.md."`
	SourceSettings  `embed:""`
	CRMSettings     `embed:""`
	APIURL          string `name:"api-url" env:"SLACK_API_URL" default:"https://slack.com/api/" placeholder:"URL" help:"Address of Slack's Web API; another one is for tests, for example with relevo slackfake."`
}

// Config is the settings, checked.
type Config struct {
	BotToken, AppToken, SigningSecret string
	Keys                              store.Keyring
	OAuth                             bot.OAuth
	LeadsChannel, FeedbackChannel     string
	Secrets                           intake.Secrets
	HubSpot                           outbound.HubSpot
	Salesforce                        outbound.Salesforce
	Normaliser                        *intake.Normaliser
	DB, Listen                        string
	Server                            Server
	Zone                              *time.Location
	Language                          string
	PostsPerSecond                    float64
	APIURL                            string
}

// minPace is the slowest pace of posts: whatever waits for its turn is claimed, and a claim does not last for ever.
const minPace = 0.1

// wrongSetting says that a setting cannot be used, why, and what would be right: the catalogue has it under
// "cli.setting.<why>".
type wrongSetting struct {
	name, why, value string          // value is empty when it is secret
	within           *intake.Problem // of a file that the setting names
}

// wrongSettings is everything that is wrong with the settings.
type wrongSettings []wrongSetting

func (ws wrongSettings) Error() string {
	names := make([]string, len(ws))
	for i, w := range ws {
		names[i] = w.name + ": " + w.why
	}
	return strings.Join(names, "; ")
}

func (ws wrongSettings) say(p *text.Printer) []string {
	lines := make([]string, len(ws))
	for i, w := range ws {
		lines[i] = w.name + ": "
		if w.within != nil {
			lines[i] += w.value + ": " + w.within.Say(p)
			continue
		}
		lines[i] += p.T("cli.setting."+w.why, "Value", w.value)
	}
	return lines
}

func (ws wrongSettings) exit() int { return exitUsage }

func (ws wrongSettings) err() error {
	if len(ws) == 0 {
		return nil
	}
	return ws
}

// check returns what the settings mean, or wrongSettings.
func (s Settings) check() (Config, error) {
	c := Config{
		BotToken: s.BotToken, AppToken: s.AppToken, SigningSecret: s.SigningSecret,
		LeadsChannel: s.LeadsChannel, FeedbackChannel: cmp.Or(s.FeedbackChannel, s.LeadsChannel),
		DB: s.DB, Listen: s.Listen, Language: s.Language, APIURL: strings.TrimRight(s.APIURL, "/") + "/",
	}
	var wrong wrongSettings
	add := func(name, why, value string) {
		if why != "" {
			wrong = append(wrong, wrongSetting{name: name, why: why, value: value})
		}
	}
	add("SLACK_BOT_TOKEN", checkToken(s.BotToken, "xoxb-", "bot_token"), kindOfToken(s.BotToken))
	add("SLACK_APP_TOKEN", checkToken(s.AppToken, "xapp-", "app_token"), kindOfToken(s.AppToken))
	if strings.HasPrefix(s.SigningSecret, "xox") || strings.ContainsFunc(s.SigningSecret, isSpace) {
		add("SLACK_SIGNING_SECRET", "signing_secret", "")
	}
	keys, err := store.NewKeyring(s.SecretKey)
	if err != nil {
		add("RELEVO_SECRET_KEY", "secret_key", "")
	}
	c.Keys = keys
	add("RELEVO_LEADS_CHANNEL", checkChannel(s.LeadsChannel), s.LeadsChannel)
	add("RELEVO_FEEDBACK_CHANNEL", checkChannel(s.FeedbackChannel), s.FeedbackChannel)
	if strings.HasPrefix(s.ClientSecret, "xox") || strings.ContainsFunc(s.ClientSecret, isSpace) {
		add("SLACK_CLIENT_SECRET", "signing_secret", "")
	}
	c.Secrets = s.SourceSettings.check(add)
	c.OAuth = bot.OAuth{ClientID: strings.TrimSpace(s.ClientID), ClientSecret: s.ClientSecret, PublicURL: c.Secrets.PublicURL}
	c.HubSpot, c.Salesforce = s.CRMSettings.check(c.Secrets, add)
	country := strings.ToUpper(s.Country)
	if country != "" && !intake.IsCountry(country) {
		add("RELEVO_COUNTRY", "country", s.Country)
	}
	mapping, problems := s.mapping()
	wrong = append(wrong, problems...)
	c.Normaliser = intake.NewNormaliser(country, s.Language, mapping)
	add("RELEVO_DB", checkDB(s.DB), scheme(s.DB))
	add("RELEVO_LISTEN", checkListen(s.Listen), s.Listen)
	c.Server = s.ServerSettings.check(add)
	zone, err := time.LoadLocation(s.Timezone)
	if err != nil || s.Timezone == "" || s.Timezone == "Local" {
		add("RELEVO_TIMEZONE", "zone", s.Timezone)
	}
	c.Zone = zone
	if !slices.Contains(text.Languages(), s.Language) {
		add("RELEVO_LANGUAGE", "language", s.Language)
	}
	c.PostsPerSecond, err = strconv.ParseFloat(s.PostsPerSecond, 64)
	if err != nil || !(c.PostsPerSecond >= minPace || c.PostsPerSecond == 0) || math.IsInf(c.PostsPerSecond, 0) {
		add("RELEVO_POSTS_PER_SECOND", "posts", s.PostsPerSecond)
	}
	if u, err := url.Parse(s.APIURL); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" {
		add("SLACK_API_URL", "api_url", s.APIURL)
	}
	return c, wrong.err()
}

// mapping reads the mapping file. Everything that is wrong with it is a wrong setting.
func (s Settings) mapping() (intake.Mapping, wrongSettings) {
	if s.Mapping == "" {
		return intake.Mapping{}, nil
	}
	const setting = "RELEVO_MAPPING"
	file, err := os.ReadFile(s.Mapping)
	if err != nil {
		return intake.Mapping{}, wrongSettings{{name: setting, why: "no_mapping", value: err.Error()}}
	}
	m, err := intake.ReadMapping(string(file))
	var problems intake.Problems
	if !errors.As(err, &problems) {
		return m, nil
	}
	var wrong wrongSettings
	for _, p := range problems {
		wrong = append(wrong, wrongSetting{name: setting, why: string(p.Code), value: s.Mapping, within: &p})
	}
	return m, wrong
}

// missing returns the names of the settings without which the bot cannot run.
func (c Config) missing(p *text.Printer) []string {
	var names []string
	many := c.OAuth.ClientID != "" || c.OAuth.ClientSecret != "" // each workspace then has its own token
	if many {
		for _, s := range []struct {
			name string
			set  bool
		}{{"SLACK_CLIENT_ID", c.OAuth.ClientID != ""}, {"SLACK_CLIENT_SECRET", c.OAuth.ClientSecret != ""}, {"RELEVO_PUBLIC_URL", c.OAuth.PublicURL != ""}, {"RELEVO_SECRET_KEY", !c.Keys.Empty()}} {
			if !s.set {
				names = append(names, s.name)
			}
		}
	}
	if c.BotToken == "" && !many {
		names = append(names, "SLACK_BOT_TOKEN")
	}
	if c.AppToken == "" && c.SigningSecret == "" {
		names = append(names, p.T("cli.either", "One", "SLACK_APP_TOKEN", "Other", "SLACK_SIGNING_SECRET"))
	}
	if c.LeadsChannel == "" && (c.BotToken != "" || !many) {
		names = append(names, "RELEVO_LEADS_CHANNEL")
	}
	return names
}

// nobodys tells whether leads come in, or the CRM is written to, by secrets of the environment for a default workspace that no Slack
// shows: there is no token of it, and none of the workspaces that installed Relevo is it.
func (c Config) nobodys(ws store.Workspace) bool {
	on := slices.ContainsFunc(c.Secrets.States(), func(s intake.SourceState) bool { return len(s.Missing) == 0 })
	return c.OAuth.On() && c.BotToken == "" && ws.TeamID == "" && (on || c.HubSpot.On() || c.Salesforce.On())
}

// checkToken looks at the beginning of a token, which tells its kind. The rest is nobody's business here.
func checkToken(token, prefix, why string) string {
	if token != "" && (!strings.HasPrefix(token, prefix) || len(token) == len(prefix) || strings.ContainsFunc(token, isSpace)) {
		return why
	}
	return ""
}

// kindOfToken returns the part of a token that is not secret: "xoxp-". Of what is no token of Slack's nothing is shown.
func kindOfToken(token string) string {
	kind, _, ok := strings.Cut(token, "-")
	if !ok || !slices.Contains([]string{"xoxb", "xoxp", "xoxa", "xoxs", "xoxe", "xoxc", "xapp", "xoxe.xoxb", "xoxe.xoxp"}, kind) {
		return "…"
	}
	return kind + "-…"
}

// channelName is what Slack allows as the name of a channel, or its id.
var channelName = regexp.MustCompile(`^(#?[\p{Ll}\p{Lo}\p{M}\p{N}_-]+|[CG][A-Z0-9]{6,})$`)

// maxChannelName is how long the name of a channel is at most. It is not in the expression, which would count to it in every
// start of the program, for as long as all the rest of a start takes.
const maxChannelName = 80

func checkChannel(s string) string {
	if s != "" && (!channelName.MatchString(s) || utf8.RuneCountInString(strings.TrimPrefix(s, "#")) > maxChannelName) {
		return "channel"
	}
	return ""
}

func checkDB(s string) string {
	kind := scheme(s)
	switch {
	case kind == "":
		return ""
	case kind != "postgres" && kind != "postgresql":
		return "db_scheme"
	}
	if u, err := url.Parse(s); err != nil || u.Host == "" && u.Query().Get("host") == "" {
		return "db_url"
	}
	return ""
}

// scheme returns what stands before "://", which is not secret as the rest of a database's URL is.
func scheme(s string) string {
	before, _, ok := strings.Cut(s, "://")
	if !ok {
		return ""
	}
	if strings.ContainsFunc(before, func(r rune) bool { return r < 'a' || r > 'z' }) {
		return "…" // no scheme: it may be anything
	}
	return before
}

func checkListen(s string) string {
	host, port, err := net.SplitHostPort(s)
	n, portErr := strconv.ParseUint(port, 10, 16)
	if err != nil || portErr != nil || strings.ContainsFunc(host, isSpace) || port != strconv.FormatUint(n, 10) {
		return "listen"
	}
	return ""
}

func isSpace(r rune) bool { return r <= ' ' || r == 0x7f || r == '\u00a0' }
