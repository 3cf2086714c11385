package slackfake

import (
	"context"
	"fmt"
	"strings"
	"time"
)

const (
	codeLife  = 10 * time.Minute
	tokenLife = 12 * time.Hour // with token rotation
)

// oauthCode is a code of the install page: ten minutes, once.
type oauthCode struct {
	redirect string
	until    time.Time
	used     bool
}

// issued is a bot token that oauth.v2.access gave out.
type issued struct {
	refresh string    // works once
	until   time.Time // zero without token rotation
}

// NewCode is what the install page sends to redirect after somebody installed the app. It lives ten minutes by the
// workspace's clock.
func (s *Slack) NewCode(redirect string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	code := "code-" + s.opts.TeamID + "-" + s.id("")
	s.codes[code] = &oauthCode{redirect: redirect, until: s.now().Add(codeLife)}
	return code
}

// botToken says what is wrong with a bot token: nothing, or Slack's error code. known is false for one that never was.
func (s *Slack) botToken(token string) (problem string, known bool) {
	t := s.tokens[token]
	switch {
	case t == nil && token != s.opts.BotToken:
		return "invalid_auth", false
	case s.revoked:
		return "token_revoked", true
	case t != nil && !t.until.IsZero() && s.now().After(t.until):
		return "token_expired", true
	}
	return "", true
}

func (s *Slack) oauthAccess(c *call) (Object, error) {
	switch {
	case c.str("client_id") != ClientID:
		return nil, fail("invalid_client_id")
	case c.str("client_secret") != ClientSecret:
		return nil, fail("bad_client_secret")
	case c.str("grant_type") == "refresh_token":
		return s.refresh(c.str("refresh_token"))
	}
	code := s.codes[c.str("code")]
	switch {
	case code == nil || s.now().After(code.until):
		return nil, fail("invalid_code")
	case code.used:
		return nil, fail("code_already_used")
	case code.redirect != "" && c.str("redirect_uri") != "" && code.redirect != c.str("redirect_uri"):
		return nil, fail("bad_redirect_uri")
	}
	code.used = true
	s.revoked = false
	return s.issue(), nil
}

// refresh gives a new token for a refresh token, which is used up by it.
func (s *Slack) refresh(token string) (Object, error) {
	for _, t := range s.tokens {
		if token != "" && t.refresh == token {
			t.refresh = ""
			return s.issue(), nil
		}
	}
	return nil, fail("invalid_refresh_token")
}

func (s *Slack) issue() Object {
	token, t := "xoxb-slackfake-"+strings.ToLower(s.opts.TeamID+"-"+s.id("")), &issued{}
	out := Object{
		"app_id": appID, "authed_user": Object{"id": Grace}, "scope": strings.Join(s.opts.Scopes, ","), "token_type": "bot",
		"access_token": token, "bot_user_id": botUser, "team": Object{"id": s.opts.TeamID, "name": s.opts.TeamName},
		"enterprise": s.enterpriseObject(), "is_enterprise_install": s.whole(),
	}
	if s.whole() {
		out["team"] = nil
	}
	if s.opts.TokenRotation {
		t.refresh, t.until = "xoxe-slackfake-"+strings.ToLower(s.opts.TeamID+"-"+s.id("")), s.now().Add(tokenLife)
		out["refresh_token"], out["expires_in"] = t.refresh, int(tokenLife.Seconds())
	}
	s.tokens[token] = t
	return out
}

// Uninstall takes the app out of the workspace: its bot tokens are revoked until it is installed again with a new code,
// and the app hears tokens_revoked and app_uninstalled.
func (s *Slack) Uninstall(ctx context.Context) error {
	s.mu.Lock()
	s.revoked = true
	s.mu.Unlock()
	for _, event := range []Object{{"type": "tokens_revoked", "tokens": Object{"bot": []string{botUser}}}, {"type": "app_uninstalled"}} {
		if err := s.event(ctx, str(event["type"]), event); err != nil {
			return fmt.Errorf("uninstall: %w", err)
		}
	}
	return nil
}
