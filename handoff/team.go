package handoff

import (
	"maps"
	"slices"
	"strings"
)

// Role is what somebody does in the hand-off. A person may have several.
type Role string

// The roles, in the order in which they are shown.
const (
	RoleSales     Role = "sales"     // decides on leads
	RoleMarketing Role = "marketing" // hands leads over
	RoleManager   Role = "manager"   // of sales: decides too, takes others' decisions back, hears what is late
	RoleAdmin     Role = "admin"     // edits team, reasons, routes and hours
)

// AllRoles lists the roles in the order in which they are shown.
func AllRoles() []Role { return []Role{RoleSales, RoleMarketing, RoleManager, RoleAdmin} }

// Roles are the roles of one person.
type Roles []Role

// Has tells whether the person has one of these roles.
func (rs Roles) Has(any ...Role) bool {
	return slices.ContainsFunc(any, func(r Role) bool { return slices.Contains(rs, r) })
}

// Team says who has which role: people by name, and whoever is in a Slack user group.
type Team struct {
	People map[Role][]string `json:"people,omitempty"` // Slack user ids
	Groups map[Role][]string `json:"groups,omitempty"` // ids of Slack user groups
}

// Edited returns the team as it is after an edit: whatever differs between what the editor saw and what they made of it is changed,
// the rest is left to others. It fails with FieldErrors for what others have changed since too, to something else; Typed has the
// ids that stand there now.
func (t Team) Edited(saw, made Team) (Team, error) {
	var wrong FieldErrors
	edit := func(field string, is, saw, made map[Role][]string) map[Role][]string {
		after := maps.Clone(is)
		for _, r := range AllRoles() {
			switch {
			case sameIDs(saw[r], made[r]), sameIDs(is[r], made[r]):
			case !sameIDs(is[r], saw[r]):
				wrong = append(wrong, FieldError{Field: field + string(r), Problem: ChangedSince, Typed: strings.Join(is[r], " ")})
			case len(made[r]) == 0:
				delete(after, r)
			default:
				if after == nil {
					after = map[Role][]string{}
				}
				after[r] = made[r]
			}
		}
		return after
	}
	after := Team{edit("people_", t.People, saw.People, made.People), edit("groups_", t.Groups, saw.Groups, made.Groups)}
	return after, wrong.Err()
}

// sameIDs tells whether the lists have the same ids, in whatever order.
func sameIDs(a, b []string) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// Named tells whether anybody was given the role.
func (t Team) Named(r Role) bool { return len(t.People[r]) > 0 || len(t.Groups[r]) > 0 }

// AllGroups lists the user groups that the team is made of, each once.
func (t Team) AllGroups() []string {
	var all []string
	for _, r := range AllRoles() {
		all = append(all, t.Groups[r]...)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// RolesOf returns a person's roles. members has who is in each user group; a group that is not in it has nobody.
func (t Team) RolesOf(user string, members map[string][]string) Roles {
	var rs Roles
	for _, r := range AllRoles() {
		if slices.Contains(t.Members(r, members), user) {
			rs = append(rs, r)
		}
	}
	return rs
}

// Members lists who has the role, each once: those named first, then those of its user groups.
func (t Team) Members(r Role, members map[string][]string) []string {
	var all []string
	add := func(users []string) {
		for _, u := range users {
			if !slices.Contains(all, u) {
				all = append(all, u)
			}
		}
	}
	add(t.People[r])
	for _, g := range t.Groups[r] {
		add(members[g])
	}
	return all
}
