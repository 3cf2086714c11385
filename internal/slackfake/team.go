package slackfake

import (
	"strings"
	"time"
)

func (s *Slack) apiTest(c *call) (Object, error) {
	if code := c.str("error"); code != "" {
		return nil, fail(code)
	}
	return Object{"args": c.args}, nil
}

func (s *Slack) authTest(*call) (Object, error) {
	return Object{
		"url": s.url + "/", "team": teamName, "user": s.user(botUser).Name,
		"team_id": teamID, "user_id": botUser, "bot_id": botID, "is_enterprise_install": false,
	}, nil
}

func (s *Slack) teamInfo(*call) (Object, error) {
	return Object{"team": Object{
		"id": teamID, "name": teamName, "domain": teamDomain, "email_domain": teamDomain + ".example", "icon": Object{"image_default": true},
	}}, nil
}

func (s *Slack) botsInfo(c *call) (Object, error) {
	if id := c.str("bot"); id != "" && id != botID {
		return nil, fail("bot_not_found")
	}
	return Object{"bot": Object{
		"id": botID, "deleted": false, "name": s.opts.AppName, "updated": s.channels[0].created, "app_id": appID, "user_id": botUser, "icons": Object{},
	}}, nil
}

// oauthCode is a code of the install page: ten minutes, once.
type oauthCode struct {
	redirect string
	until    time.Time
	used     bool
	token    string
}

// NewCode is what the install page sends to redirect after somebody installed the app. It lives ten minutes by the
// workspace's clock.
func (s *Slack) NewCode(redirect string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	code := "code-" + s.id("")
	s.codes[code] = &oauthCode{redirect: redirect, until: s.now().Add(10 * time.Minute)}
	return code
}

// issued says whether a token came from oauth.v2.access.
func (s *Slack) issued(token string) bool {
	for _, c := range s.codes {
		if c.token == token {
			return true
		}
	}
	return false
}

func (s *Slack) oauthAccess(c *call) (Object, error) {
	code := s.codes[c.str("code")]
	switch {
	case c.str("client_id") != ClientID:
		return nil, fail("invalid_client_id")
	case c.str("client_secret") != ClientSecret:
		return nil, fail("bad_client_secret")
	case code == nil || s.now().After(code.until):
		return nil, fail("invalid_code")
	case code.used:
		return nil, fail("code_already_used")
	case code.redirect != "" && c.str("redirect_uri") != "" && code.redirect != c.str("redirect_uri"):
		return nil, fail("bad_redirect_uri")
	}
	code.used = true
	code.token = "xoxb-slackfake-" + strings.ToLower(s.id(""))
	return Object{
		"app_id": appID, "authed_user": Object{"id": Grace}, "scope": strings.Join(s.opts.Scopes, ","), "token_type": "bot",
		"access_token": code.token, "bot_user_id": botUser, "team": Object{"id": teamID, "name": teamName},
		"enterprise": nil, "is_enterprise_install": false,
	}, nil
}
