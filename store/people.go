package store

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"relevo/handoff"
)

// What Slack said of people and user groups is kept, so that it is known also while Slack is silent, and by every process.

const memberColumns = `user_id, standing, locale, zone, away, away_until, off_until, seen_at`

type memberRow struct {
	handoff.Member
	AwayUntil millis `db:"away_until"`
	OffUntil  millis `db:"off_until"`
	Seen      millis `db:"seen_at"`
}

func (r memberRow) member() handoff.Member {
	m := r.Member
	m.AwayUntil, m.OffUntil, m.Seen = r.AwayUntil.time(), r.OffUntil.time(), r.Seen.time()
	return m
}

// Member returns what is known of somebody, or fails with handoff.ErrNotFound.
func (s *Store) Member(ctx context.Context, ws int64, user string) (_ handoff.Member, err error) {
	defer wrap(&err, "member")
	var row memberRow
	err = s.read.get(ctx, &row, `SELECT `+memberColumns+` FROM people WHERE workspace_id = ? AND user_id = ?`, ws, user)
	return row.member(), err
}

// Members returns what is known of people, by their ids; nobody of whom nothing is known.
func (s *Store) Members(ctx context.Context, ws int64, users []string) (_ map[string]handoff.Member, err error) {
	defer wrap(&err, "members")
	all := map[string]handoff.Member{}
	for some := range slices.Chunk(users, 500) {
		var rows []memberRow
		err := s.read.list(ctx, &rows, `SELECT `+memberColumns+` FROM people WHERE workspace_id = ? AND `+among("user_id", len(some)),
			slices.AppendSeq([]any{ws}, anys(slices.Values(some)))...)
		if err != nil {
			return nil, err
		}
		for _, row := range rows {
			all[row.User] = row.member()
		}
	}
	return all, nil
}

// SaveMember stores what Slack says of somebody. Until when they are off is not Slack's to say, and stays.
func (s *Store) SaveMember(ctx context.Context, ws int64, m handoff.Member) (err error) {
	defer wrap(&err, "save member")
	_, err = s.exec(ctx, `INSERT INTO people (workspace_id, `+memberColumns+`) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (workspace_id, user_id) DO UPDATE SET standing = excluded.standing, locale = excluded.locale, zone = excluded.zone,
			away = excluded.away, away_until = excluded.away_until, seen_at = excluded.seen_at`,
		ws, m.User, m.Standing, m.Locale, m.Zone, m.Away, toMillis(m.AwayUntil), toMillis(m.OffUntil), toMillis(m.Seen))
	return err
}

// UserGroup is a user group of Slack's as it was last seen.
type UserGroup struct {
	ID      string
	Handle  string
	Members []string
	Seen    time.Time // when Slack was asked
	Changed time.Time // when it changed last, as an event said
}

// Groups returns the user groups that are known of a workspace, by their ids.
func (s *Store) Groups(ctx context.Context, ws int64) (_ map[string]UserGroup, err error) {
	defer wrap(&err, "user groups")
	var rows []struct {
		ID      string `db:"group_id"`
		Handle  string `db:"handle"`
		Members string `db:"members"`
		Seen    millis `db:"seen_at"`
		Changed millis `db:"changed_at"`
	}
	err = s.read.list(ctx, &rows, `SELECT group_id, handle, members, seen_at, changed_at FROM user_groups WHERE workspace_id = ?`, ws)
	groups := map[string]UserGroup{}
	for _, row := range rows {
		groups[row.ID] = UserGroup{ID: row.ID, Handle: row.Handle, Members: strings.Fields(row.Members), Seen: row.Seen.time(), Changed: row.Changed.time()}
	}
	return groups, err
}

// SaveGroup stores a user group as Slack showed it. An empty handle leaves the one that is known. When an event has changed the
// group since Changed, what Slack showed is left aside: it may be from before.
func (s *Store) SaveGroup(ctx context.Context, ws int64, g UserGroup) (err error) {
	defer wrap(&err, "save user group %s", g.ID)
	_, err = s.exec(ctx, `INSERT INTO user_groups (workspace_id, group_id, handle, members, seen_at, changed_at) VALUES (?, ?, ?, ?, ?, ?)
		ON CONFLICT (workspace_id, group_id) DO UPDATE SET members = excluded.members, seen_at = excluded.seen_at,
			handle = CASE WHEN excluded.handle = '' THEN user_groups.handle ELSE excluded.handle END
		WHERE user_groups.changed_at = excluded.changed_at`,
		ws, g.ID, g.Handle, strings.Join(g.Members, " "), toMillis(g.Seen), toMillis(g.Changed))
	return err
}

// ChangeGroup lets change alter who is in a user group that is known, as an event of that time says. Nothing happens when the
// group is not known, or when a later event came first: events may come late and twice.
func (s *Store) ChangeGroup(ctx context.Context, ws int64, id string, at time.Time, change func(*UserGroup)) (err error) {
	defer wrap(&err, "change user group %s", id)
	return s.tx(ctx, func(tx db) error {
		var row struct {
			Handle  string `db:"handle"`
			Members string `db:"members"`
			Seen    millis `db:"seen_at"`
		}
		err := tx.get(ctx, &row, `UPDATE user_groups SET changed_at = ? WHERE workspace_id = ? AND group_id = ? AND changed_at <= ?
			RETURNING handle, members, seen_at`, toMillis(at), ws, id, toMillis(at))
		if errors.Is(err, handoff.ErrNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		g := UserGroup{ID: id, Handle: row.Handle, Members: strings.Fields(row.Members), Seen: row.Seen.time()}
		change(&g)
		_, err = tx.exec(ctx, `UPDATE user_groups SET handle = ?, members = ?, seen_at = ? WHERE workspace_id = ? AND group_id = ?`,
			g.Handle, strings.Join(g.Members, " "), toMillis(g.Seen), ws, id)
		return err
	})
}
