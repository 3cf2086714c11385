package slackfake

import (
	"context"
	"fmt"
	"slices"
	"strconv"
)

// UserGroup is a group of people that can be mentioned.
type UserGroup struct {
	ID, Name, Handle string
	Users            []string
	Disabled         bool
	updated          int64
}

// SetUserGroups replaces the workspace's user groups, without a word to the app.
func (s *Slack) SetUserGroups(groups ...UserGroup) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.groups = groups
}

// groupsListed is how many members of a group an event lists at most.
const groupsListed = 500

// ChangeUserGroup lets change alter a user group. The app hears subteam_updated, and subteam_members_changed when somebody
// joined or left.
func (s *Slack) ChangeUserGroup(ctx context.Context, id string, change func(*UserGroup)) error {
	s.mu.Lock()
	i := slices.IndexFunc(s.groups, func(g UserGroup) bool { return g.ID == id })
	if i < 0 {
		s.mu.Unlock()
		return fmt.Errorf("there is no user group %q", id)
	}
	before := s.groups[i]
	after := before
	after.Users = slices.Clone(before.Users)
	change(&after)
	after.ID, after.updated = id, s.now().Unix()
	s.groups[i] = after
	without := func(some, others []string) []string {
		return slices.DeleteFunc(slices.Clone(some), func(u string) bool { return slices.Contains(others, u) })
	}
	joined, left := without(after.Users, before.Users), without(before.Users, after.Users)
	group := s.groupWire(after)
	group["users"] = after.Users[:min(len(after.Users), groupsListed)]
	updated := Object{"type": "subteam_updated", "subteam": group, "event_ts": s.newTS()}
	// The counts are strings in Slack's documentation, and numbers in what it sends.
	members := Object{
		"type": "subteam_members_changed", "subteam_id": id, "team_id": s.opts.TeamID, "date_previous_update": before.updated, "date_update": after.updated,
		"added_users": joined, "added_users_count": strconv.Itoa(len(joined)), "removed_users": left, "removed_users_count": strconv.Itoa(len(left)),
		"event_ts": s.newTS(),
	}
	s.mu.Unlock()
	if len(joined)+len(left) > 0 {
		if err := s.event(ctx, "subteam_members_changed", members); err != nil {
			return fmt.Errorf("change user group: %w", err)
		}
	}
	if err := s.event(ctx, "subteam_updated", updated); err != nil {
		return fmt.Errorf("change user group: %w", err)
	}
	return nil
}

// groupHandles is what the page calls the user groups, by id.
func (s *Slack) groupHandles() map[string]string {
	handles := map[string]string{}
	for _, g := range s.groups {
		handles[g.ID] = g.Handle
	}
	return handles
}

func (s *Slack) groupWire(g UserGroup) Object {
	out := Object{
		"id": g.ID, "team_id": s.opts.TeamID, "is_usergroup": true, "is_subteam": true, "name": g.Name, "handle": g.Handle, "description": "", "is_external": false,
		"date_create": s.channels[0].created, "date_update": max(g.updated, s.channels[0].created), "date_delete": 0, "user_count": len(g.Users),
	}
	if g.Disabled {
		out["date_delete"] = out["date_update"]
	}
	return out
}

func (s *Slack) usergroupsList(c *call) (Object, error) {
	if s.opts.FreePlan {
		return nil, fail("plan_upgrade_required")
	}
	groups := []Object{}
	for _, g := range s.groups {
		if g.Disabled && !c.flag("include_disabled") {
			continue
		}
		out := s.groupWire(g)
		if c.flag("include_users") {
			out["users"] = g.Users
		}
		groups = append(groups, out)
	}
	return Object{"usergroups": groups}, nil
}

func (s *Slack) usergroupsUsersList(c *call) (Object, error) {
	if s.opts.FreePlan {
		return nil, fail("plan_upgrade_required")
	}
	for _, g := range s.groups {
		if g.ID == c.str("usergroup") && (!g.Disabled || c.flag("include_disabled")) {
			return Object{"users": g.Users}, nil
		}
	}
	return nil, fail("no_such_subteam")
}
