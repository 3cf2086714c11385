package store

import (
	"context"
	"time"

	"relevo/handoff"
)

// SetOff stores until when somebody takes no leads, as they or an admin said; the zero time for not. What Slack says of them
// stays as it is.
func (s *Store) SetOff(ctx context.Context, ws int64, user string, until time.Time) (err error) {
	defer wrap(&err, "set until when somebody is off")
	_, err = s.exec(ctx, `INSERT INTO people (workspace_id, `+memberColumns+`) VALUES (?, ?, ?, '', '', ?, 0, ?, 0)
		ON CONFLICT (workspace_id, user_id) DO UPDATE SET off_until = excluded.off_until`,
		ws, user, handoff.Standing(""), false, toMillis(until))
	return err
}

// Divert lets a claimed card, whose own channel certainly does not take it, be posted to the leads channel; of an announcement
// its cards go with it. problem is Slack's word for why.
func (s *Store) Divert(ctx context.Context, m Message, problem string) (err error) {
	defer wrap(&err, "divert message %d", m.ID)
	_, err = s.end(ctx, m, `target = '', thread = '', channel = '', doubts = 0, doubt_since = 0, next_try_at = 0, problem = ?`, problem)
	s.signal()
	return err
}
