package bot

import (
	"context"
	"errors"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/store"
)

// A token that Slack rotates lives twelve hours, and its refresh token works once. It is renewed long before its end, by one copy
// of Relevo at a time: if that one is killed between asking Slack and storing the answer, the old token still works for a while,
// and the app has to be installed anew in that workspace.

const (
	renewAhead    = 2 * time.Hour
	renewEvery    = time.Minute // how often it is looked which tokens end soon
	renewLease    = time.Minute // longer than Slack may take
	renewPatience = 100 * time.Millisecond
	renewMost     = 50 // at a time
)

// OAuth is by what Relevo is known to Slack as an app that workspaces install.
type OAuth struct {
	ClientID, ClientSecret string
	PublicURL              string // without a slash at the end: Slack comes back to /slack/oauth_redirect there
}

// On tells whether workspaces can install Relevo.
func (o OAuth) On() bool { return o.ClientID != "" && o.ClientSecret != "" && o.PublicURL != "" }

// token returns the bot token of a workspace. It fails with handoff.ErrNotFound when Relevo is not installed there.
func (a *App) token(ctx context.Context, ws store.Workspace) (string, error) {
	i, err := a.Store.InstallationOf(ctx, ws.ID)
	if err != nil || i.Expires.IsZero() || a.Now().Before(i.Expires) {
		return i.BotToken, err
	}
	if i.RefreshToken == "" {
		return "", errNotInstalled
	}
	// It ended: nobody was there to renew it.
	if err := a.renew(ctx, i); err != nil {
		return "", err
	}
	for { // whoever renews it may be somebody else
		now, err := a.Store.InstallationOf(ctx, ws.ID)
		if err != nil || a.Now().Before(now.Expires) {
			return now.BotToken, err
		}
		if now.RefreshToken == "" || !wait(ctx, renewPatience) {
			return "", errNotInstalled
		}
	}
}

// planRenewals renews the tokens that end soon, beside the syncer.
func (a *App) planRenewals(ctx context.Context) error {
	since := a.Now().Sub(a.renewed)
	if !a.OAuth.On() || since >= 0 && since < renewEvery {
		return nil
	}
	ending, err := a.Store.Expiring(ctx, a.Now().Add(renewAhead), a.Now(), renewMost)
	if err != nil || len(ending) == 0 || !a.jobs.take("renew") {
		a.renewed = a.Now()
		return err
	}
	err = a.jobs.later(func(ctx context.Context) {
		defer a.jobs.release("renew")
		for _, i := range ending {
			if err := a.renew(ctx, i); err != nil && ctx.Err() == nil {
				a.Log.WarnContext(ctx, "token not renewed", "installation", i.ID, "problem", judge(err).code)
			}
		}
	})
	if err != nil {
		a.jobs.release("renew")
		return nil // tried again at once
	}
	a.renewed = a.Now()
	return nil
}

// renew asks Slack for the next token of an installation, unless somebody else does or has.
func (a *App) renew(ctx context.Context, i store.Installation) error {
	i, err := a.Store.ClaimRefresh(ctx, i, a.worker, a.Now(), renewLease)
	if ours, err := found(err); !ours {
		return err
	}
	// The answer must be stored once Slack has used the refresh token up, whoever hangs up meanwhile.
	ctx = context.WithoutCancel(ctx)
	got, err := slack.RefreshOAuthV2TokenContext(ctx, a.http, a.OAuth.ClientID, a.OAuth.ClientSecret, i.RefreshToken, a.oauthAPI()...)
	if refused, ok := errors.AsType[slack.SlackErrorResponse](err); ok && (refused.Err == "invalid_refresh_token" || refused.Err == "token_revoked") {
		a.Log.ErrorContext(ctx, "Slack takes a refresh token no more: Relevo has to be installed anew in that workspace", "installation", i.ID, "workspace", i.Workspace, "ends", i.Expires)
		return a.Store.Unrefreshable(ctx, i, a.worker)
	}
	if err != nil {
		return err
	}
	return a.Store.Refreshed(ctx, i, store.Installation{BotToken: got.AccessToken, RefreshToken: got.RefreshToken, Expires: a.expires(got)})
}

// expires returns when a token ends, the zero time when it does not.
func (a *App) expires(got *slack.OAuthV2Response) time.Time {
	if got.ExpiresIn <= 0 {
		return time.Time{}
	}
	return a.Now().Add(time.Duration(got.ExpiresIn) * time.Second)
}

func (a *App) oauthAPI() []slack.OAuthOption {
	if a.APIURL == "" {
		return nil
	}
	return []slack.OAuthOption{slack.OAuthOptionAPIURL(a.APIURL)}
}

// installed stores what Slack gave for an installation's code, and returns the team's workspace; none for an organisation. A new
// one begins in the language and zone of whoever installed it.
func (a *App) installed(ctx context.Context, got *slack.OAuthV2Response) (store.Workspace, error) {
	i := store.Installation{
		EnterpriseID: got.Enterprise.ID, BotToken: got.AccessToken, RefreshToken: got.RefreshToken, Expires: a.expires(got),
		BotUser: got.BotUserID, Scopes: got.Scope, By: got.AuthedUser.ID, At: a.Now(),
	}
	like := a.like()
	if !got.IsEnterpriseInstall {
		i.TeamID, like.Name = got.Team.ID, got.Team.Name
		client := a.client(got.AccessToken)
		if who, err := client.AuthTestContext(ctx); err == nil {
			like.URL = who.URL
		}
		if u, err := client.GetUserInfoContext(ctx, i.By); err == nil {
			like.Language = a.Texts.In(u.Locale).Lang()
			if _, err := time.LoadLocation(u.TZ); err == nil && u.TZ != "" {
				like.Zone = u.TZ
			}
		}
	}
	if i.TeamID == "" && i.EnterpriseID == "" {
		return store.Workspace{}, handoff.ErrNotFound
	}
	ws, err := a.Store.Install(ctx, i, like)
	if err == nil {
		a.Log.InfoContext(ctx, "installed", "workspace", ws.ID, "organisation", got.IsEnterpriseInstall)
	}
	return ws, err
}
