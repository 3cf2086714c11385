package cli

import (
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"relevo/bot"
	"relevo/commands"
	"relevo/internal/slackfake"
	"relevo/internal/text"
)

type manifestCmd struct {
	URL      string `placeholder:"https://…" help:"Public address of the bot, for signed HTTP requests; without it the app uses Socket Mode."`
	Many     bool   `help:"For an app that many workspaces install: with the page that Slack comes back to, tokens that are renewed, and a whole organisation's installation. Needs --url."`
	Language string `env:"RELEVO_LANGUAGE" default:"en" placeholder:"LANG" help:"Language of the descriptions: en or es."`
}

// Run prints the manifest.
func (cmd manifestCmd) Run(c *console) error {
	if !slices.Contains(text.Languages(), cmd.Language) {
		return wrongSettings{{name: "RELEVO_LANGUAGE", why: "language", value: cmd.Language}}
	}
	if cmd.URL != "" {
		if u, err := url.Parse(cmd.URL); err != nil || u.Scheme != "https" || u.Host == "" {
			return misuse("cli.manifest.url", "Value", cmd.URL)
		}
	}
	if cmd.Many && cmd.URL == "" {
		return misuse("cli.manifest.many")
	}
	enc := json.NewEncoder(c.Stdout)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(newManifest(c.texts.In(cmd.Language), strings.TrimRight(cmd.URL, "/"), cmd.Many))
}

// botScopes lists what this version asks the workspace for, and nothing more. See "Slack: the facts" for what each
// is needed for.
func botScopes() []string {
	return []string{
		"chat:write",                   // cards, digest, private answers
		"commands",                     // /lead, /mql
		"users:read",                   // language and home of whoever clicks
		"usergroups:read",              // who is in the user groups that have a role
		"channels:read", "groups:read", // to find the channels by name
		"channels:join",                      // to join them when they are public
		"channels:history", "groups:history", // to look whether a message stands whose post's outcome is not known
		"im:write",                 // reminders to one person
		"im:history", "files:read", // files of leads that are dropped into the direct message
		"files:write", // their refused rows, given back
	}
}

// botEvents lists the events that this version wants to hear of.
func botEvents() []string {
	return []string{"app_home_opened", "channel_id_changed", "user_change", "message.im", "subteam_members_changed", "subteam_updated"}
}

// manifest is an app manifest as Slack reads it.
type manifest struct {
	Display  displayInformation `json:"display_information"`
	Features features           `json:"features"`
	OAuth    oauthConfig        `json:"oauth_config"`
	Settings manifestSettings   `json:"settings"`
}

type displayInformation struct {
	Name            string `json:"name"`
	Description     string `json:"description"`
	BackgroundColor string `json:"background_color"`
}

type features struct {
	Home      appHome        `json:"app_home"`
	BotUser   botUser        `json:"bot_user"`
	Shortcuts []shortcut     `json:"shortcuts"`
	Commands  []slashCommand `json:"slash_commands"`
}

type appHome struct {
	HomeTab          bool `json:"home_tab_enabled"`
	MessagesTab      bool `json:"messages_tab_enabled"`
	MessagesReadOnly bool `json:"messages_tab_read_only_enabled"`
}

type botUser struct {
	DisplayName  string `json:"display_name"`
	AlwaysOnline bool   `json:"always_online"`
}

type slashCommand struct {
	Command     string `json:"command"`
	URL         string `json:"url,omitempty"`
	Description string `json:"description"`
	UsageHint   string `json:"usage_hint"`
	Escape      bool   `json:"should_escape"`
}

type shortcut struct {
	Name        string `json:"name"`
	Type        string `json:"type"`
	CallbackID  string `json:"callback_id"`
	Description string `json:"description"`
}

type oauthConfig struct {
	Redirects []string `json:"redirect_urls,omitempty"`
	Scopes    struct {
		Bot []string `json:"bot"`
	} `json:"scopes"`
}

type manifestSettings struct {
	Events struct {
		URL  string   `json:"request_url,omitempty"`
		List []string `json:"bot_events"`
	} `json:"event_subscriptions"`
	Interactivity struct {
		Enabled bool   `json:"is_enabled"`
		URL     string `json:"request_url,omitempty"`
	} `json:"interactivity"`
	OrgDeploy     bool `json:"org_deploy_enabled"`
	SocketMode    bool `json:"socket_mode_enabled"`
	TokenRotation bool `json:"token_rotation_enabled"`
}

// offered lists the shortcuts of messages as a Slack on this machine offers them.
func offered(p *text.Printer) []slackfake.Shortcut {
	return []slackfake.Shortcut{{CallbackID: bot.ShortcutHandOver, Name: p.T("shortcut.hand_over")}}
}

// newManifest describes the app, for Socket Mode when there is no public address; for many workspaces its tokens are renewed, which
// one in the environment could not be.
func newManifest(p *text.Printer, address string, many bool) manifest {
	at := func(path string) string {
		if address == "" {
			return ""
		}
		return address + path
	}
	m := manifest{
		Display:  displayInformation{Name: "Relevo", Description: p.T("cli.manifest.description"), BackgroundColor: "#1d3557"},
		Features: features{Home: appHome{HomeTab: true, MessagesTab: true}, BotUser: botUser{DisplayName: "Relevo", AlwaysOnline: true}},
	}
	for _, s := range commands.Slashes(p) {
		m.Features.Commands = append(m.Features.Commands, slashCommand{
			Command: s.Command, URL: at("/slack/commands"), Description: s.Description, UsageHint: s.UsageHint,
		})
	}
	m.Features.Shortcuts = []shortcut{{
		Name: p.T("shortcut.hand_over"), Type: "message", CallbackID: bot.ShortcutHandOver, Description: p.T("shortcut.hand_over.does"),
	}}
	m.OAuth.Scopes.Bot = botScopes()
	m.Settings.Events.URL, m.Settings.Events.List = at("/slack/events"), botEvents()
	m.Settings.Interactivity.Enabled, m.Settings.Interactivity.URL = true, at("/slack/interactions")
	m.Settings.SocketMode = address == ""
	if many {
		m.OAuth.Redirects = []string{at("/slack/oauth_redirect")}
		m.Settings.TokenRotation, m.Settings.OrgDeploy = true, true
		m.Settings.Events.List = append(m.Settings.Events.List, "app_uninstalled", "tokens_revoked", "team_access_granted", "team_access_revoked")
	}
	return m
}
