package store

import (
	"context"
	"time"
)

// A token that expires is asked for anew before it does, by one process at a time: Slack takes each refresh token once.

// Expiring returns the installations whose tokens end before a time and that nobody refreshes at now, those that end first
// first. It fails with ErrNoKey, ErrWrongKey or ErrBroken.
func (s *Store) Expiring(ctx context.Context, before, now time.Time, limit int) (all []Installation, err error) {
	defer wrap(&err, "look for tokens that expire")
	var rows []installationRow
	err = s.read.list(ctx, &rows, `SELECT `+installationColumns+` FROM installations WHERE expires_at > 0 AND expires_at < ? AND revoked_at = 0
		AND refresh_token <> '' AND refresh_until <= ? ORDER BY expires_at, id LIMIT ?`, toMillis(before), toMillis(now), limit)
	if err != nil {
		return nil, err
	}
	for _, row := range rows {
		i, err := s.opened(row)
		if err != nil {
			return nil, err
		}
		all = append(all, i)
	}
	return all, nil
}

// ClaimRefresh returns an installation for by, a process, to refresh its token, or fails with handoff.ErrNotFound when somebody
// else does, or has since the installation was read, by the end of its token.
func (s *Store) ClaimRefresh(ctx context.Context, i Installation, by string, now time.Time, lease time.Duration) (_ Installation, err error) {
	defer wrap(&err, "claim refresh")
	var row installationRow
	err = s.returning(ctx, &row, `UPDATE installations SET refresher = ?, refresh_until = ?
		WHERE id = ? AND expires_at = ? AND revoked_at = 0 AND refresh_token <> '' AND (refresh_until <= ? OR refresh_until > ?) RETURNING `+installationColumns,
		by, toMillis(now.Add(lease)), i.ID, toMillis(i.Expires), toMillis(now), toMillis(now.Add(lease+clockSkew)))
	if err != nil {
		return Installation{}, err
	}
	return s.opened(row)
}

// Refreshed stores the tokens that Slack gave for the refresh token of a claimed installation. They are good even when the claim
// is over; they are not stored when the app was installed anew meanwhile, or revoked.
func (s *Store) Refreshed(ctx context.Context, claimed, anew Installation) (err error) {
	defer wrap(&err, "store refreshed token")
	claimed.BotToken, claimed.RefreshToken = anew.BotToken, anew.RefreshToken
	bot, refresh, err := s.sealedTokens(claimed)
	if err != nil {
		return err
	}
	_, err = s.write.exec(ctx, `UPDATE installations SET bot_token = ?, refresh_token = ?, expires_at = ?, refresher = '', refresh_until = 0
		WHERE id = ? AND expires_at = ? AND installed_at = ? AND revoked_at = 0`,
		bot, refresh, toMillis(anew.Expires), claimed.ID, toMillis(claimed.Expires), toMillis(claimed.At))
	return err
}

// Unrefreshable stores that Slack does not take the refresh token of a claimed installation: it is not tried again, and the
// bot token works until it ends.
func (s *Store) Unrefreshable(ctx context.Context, claimed Installation, by string) (err error) {
	defer wrap(&err, "store refused refresh")
	_, err = s.write.exec(ctx, `UPDATE installations SET refresh_token = '', refresher = '', refresh_until = 0
		WHERE id = ? AND expires_at = ? AND installed_at = ? AND refresher = ?`, claimed.ID, toMillis(claimed.Expires), toMillis(claimed.At), by)
	return err
}
