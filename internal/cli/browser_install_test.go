package cli

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"relevo/internal/slackfake"
	"relevo/internal/text"
)

// A workspace comes to Relevo by clicks: what the browser says of installing, what the installer reads, the form that says where
// Relevo works, and the token by which leads come in.
func TestBrowserInstall(t *testing.T) {
	for _, lang := range []string{"en", "es"} {
		t.Run(lang, func(t *testing.T) {
			page := browser(t, lang)
			c := newTown(t, 1)
			team := c.teams[0]
			if err := team.Listen("127.0.0.1:0"); err != nil { // its page; the app comes by the town's address
				t.Fatal(err)
			}
			go team.Serve(t.Context())
			for _, user := range []string{slackfake.Grace, slackfake.Luke} {
				if err := team.SetLocale(t.Context(), user, lang); err != nil {
					t.Fatal(err)
				}
			}
			texts, err := text.Load()
			if err != nil {
				t.Fatal(err)
			}
			s := &stage{t: t, ctx: page, texts: texts.In(lang), name: "install-" + lang}
			installs(s, c)
			setsUp(s, team)
			makesToken(s, c)
			if problems := team.Problems(); len(problems) > 0 {
				t.Errorf("Slack refused %v", problems)
			}
		})
	}
}

// An organisation's administrator reads what comes next for its workspaces.
func TestBrowserInstallOrganisation(t *testing.T) {
	for _, lang := range []string{"en", "es"} {
		t.Run(lang, func(t *testing.T) {
			page := browser(t, lang)
			c := newTownOf(t, 1, func(_ *town, o *slackfake.Options) { o.Enterprise = "E0NORTE" })
			texts, err := text.Load()
			if err != nil {
				t.Fatal(err)
			}
			s := &stage{t: t, ctx: page, texts: texts.In(lang), name: "organisation-" + lang}
			comesBack(s, c, "install.organisation.title", url.Values{"code": {c.teams[0].NewCode(c.address + "/slack/oauth_redirect")}})
			s.says("body", "Norte Group")
		})
	}
}

// pair leaves a picture of a page as wide and as narrow as screens are.
func (s *stage) pair(what string) {
	s.t.Helper()
	s.do("be narrow", chromedp.EmulateViewport(390, 844))
	s.shot(what + " narrow")
	s.do("be wide", chromedp.EmulateViewport(1280, 900))
	s.shot(what)
}

func installs(s *stage, c *town) {
	back := func(title string, query url.Values) { s.t.Helper(); comesBack(s, c, title, query) }
	back("install.denied.title", url.Values{"error": {"access_denied"}})
	back("install.stale.title", url.Values{"state": {"old"}})
	fails := func(title string, f slackfake.Fault) {
		f.Method = "oauth.v2.access"
		if err := c.teams[0].Fault(f); err != nil {
			s.t.Fatal(err)
		}
		back(title, url.Values{"code": {c.teams[0].NewCode(c.address + "/slack/oauth_redirect")}})
	}
	fails("install.refused.title", slackfake.Fault{Kind: "error:bad_redirect_uri"})
	fails("install.trouble.title", slackfake.Fault{Kind: "http_500"})
	back("install.done.title", url.Values{"code": {c.teams[0].NewCode(c.address + "/slack/oauth_redirect")}})
}

// comesBack begins to install, comes back from Slack, and reads the page.
func comesBack(s *stage, c *town, title string, query url.Values) {
	s.t.Helper()
	s.do("begin", chromedp.Navigate(c.address+"/slack/install"))
	at, err := chromedp.Run(s.ctx, chromedp.Location())
	if err != nil {
		s.t.Fatal(err)
	}
	to, err := url.Parse(at)
	if err != nil || !strings.HasSuffix(to.Path, "/authorize") {
		s.t.Fatalf("sent to %q, %v", at, err)
	}
	if query.Get("state") == "" {
		query.Set("state", to.Query().Get("state"))
	}
	s.do("come back", chromedp.Navigate(c.address+"/slack/oauth_redirect?"+query.Encode()))
	s.says("h1", s.texts.T(title))
	s.pair(strings.Split(title, ".")[1])
}

func setsUp(s *stage, team *slackfake.Slack) {
	open := func(user string) {
		s.do("open the page", chromedp.EmulateViewport(1280, 900), chromedp.Navigate(team.URL()+"/?as="+user),
			visible(`body[data-ready="true"][data-user="`+user+`"]`), click(`a[data-app="home"]`))
	}
	open(slackfake.Luke)
	s.says("main", s.texts.T("setup.waits.others"))
	s.shot("home of others")
	open(slackfake.Grace)
	s.says("main", s.texts.T("setup.waits"))
	s.pair("home")
	s.do("read the message", click(`[data-tab="messages"]`), visible(`main [data-action-id="setup.open"]`))
	s.pair("message")

	// The bot can't join the channel, and there is no such zone.
	if err := team.SetMember(slackfake.ChannelLeads, team.BotUser(), false); err != nil {
		s.t.Fatal(err)
	}
	if err := team.Fault(slackfake.Fault{Kind: "error:method_not_supported_for_channel_type", Method: "conversations.join"}); err != nil {
		s.t.Fatal(err)
	}
	s.do("open the form", click(`main [data-action-id="setup.open"]`), visible(`dialog[data-callback-id="setup"]`))
	s.pair("form")
	s.do("fill it in", click(`dialog [data-block-id="leads_channel"] .select-trigger`),
		click(`.menu-item[data-value="`+slackfake.ChannelLeads+`"]`),
		chromedp.SendKeys(css(`dialog [data-block-id="zone"] input`), "x"),
		click(`dialog [data-modal="submit"]`), visible(`dialog .field-error`))
	s.pair("form refused")
	s.do("mend it", chromedp.SendKeys(css(`dialog [data-block-id="zone"] input`), "\b"),
		click(`dialog [data-modal="submit"]`), visible(`dialog[data-callback-id="setup_done"]`))
	s.pair("what comes next")
	s.do("close it", click(`dialog [data-modal="close"]`), gone(`dialog[data-view]`))
}

// makesToken makes the token by which leads come in, and sends one.
func makesToken(s *stage, c *town) {
	s.channel("#mql-leads")
	s.types("/mql settings")
	s.do("see the settings", visible(`dialog[data-callback-id="settings"]`),
		chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('dialog [data-action-id="settings.edit"]')].at(-1).click()`),
		visible(`dialog[data-callback-id="settings_door"]`))
	s.pair("token wanted")
	s.do("make it", click(`dialog[data-callback-id="settings_door"] [data-modal="submit"]`),
		visible(`dialog[data-callback-id="settings_token"]`))
	s.pair("token")
	token, err := chromedp.Run(s.ctx, chromedp.Evaluate[string](`document.querySelector('dialog[data-callback-id="settings_token"] pre').innerText.trim()`))
	if err != nil {
		s.t.Fatal(err)
	}
	if status := c.sends(token, "Rosa Luna"); status != http.StatusAccepted {
		s.t.Fatalf("a lead by the token that was shown: %d", status)
	}
	s.do("close it", click(`dialog[data-callback-id="settings_token"] [data-modal="close"]`),
		visible(`dialog[data-callback-id="settings"]`))
	s.says(`dialog`, s.texts.T("settings.place"))
	s.do("see where it works", chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('dialog [data-action-id="settings.edit"]')].at(-1).scrollIntoView()`))
	s.pair("settings")
	s.do("close", click(`dialog[data-callback-id="settings"] [data-modal="close"]`), gone(`dialog[data-view]`))
	s.says(`[data-messages="#mql-leads"]`, "Rosa Luna")
	s.shot("first card")
}
