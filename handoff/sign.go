package handoff

import (
	"reflect"
	"slices"
	"time"
)

// SideOf returns whose side somebody is on, or "" when the team names them on neither. Whoever is of marketing is on
// marketing's side, whatever else they do.
func (t Team) SideOf(user string, members map[string][]string) Side {
	rs := t.RolesOf(user, members)
	switch {
	case rs.Has(RoleMarketing):
		return SideMarketing
	case rs.Has(RoleSales, RoleManager):
		return SideSales
	default:
		return ""
	}
}

// OfSide lists everybody who is named on a side, each once.
func (t Team) OfSide(side Side, members map[string][]string) (all []string) {
	for _, r := range []Role{RoleSales, RoleMarketing, RoleManager} {
		for _, user := range t.Members(r, members) {
			if t.SideOf(user, members) == side && !slices.Contains(all, user) {
				all = append(all, user)
			}
		}
	}
	return all
}

// Signers lists who may sign for a side: its managers; while it has none, everybody who is named on it. None means that
// nobody is named on it yet, and anybody of the workspace may.
func (t Team) Signers(side Side, members map[string][]string) []string {
	all := t.OfSide(side, members)
	if managers := slices.DeleteFunc(slices.Clone(all), func(user string) bool { return !t.RolesOf(user, members).Has(RoleManager) }); len(managers) > 0 {
		return managers
	}
	return all
}

// SpeaksFor returns the sides that somebody may answer for: the one that they are named on; who is on neither, those on which nobody is named yet. It
// fails with ErrOutsider, with ErrGuest for guests without a side, and with ErrNoSide when there is none.
func (t Team) SpeaksFor(a Actor, members map[string][]string) (sides []Side, err error) {
	if a.External {
		return nil, ErrOutsider
	}
	if side := t.SideOf(a.User, members); side != "" {
		return []Side{side}, nil
	}
	if a.Guest {
		return nil, a.lacks(ErrGuest)
	}
	for _, side := range Sides() {
		if len(t.OfSide(side, members)) == 0 {
			sides = append(sides, side)
		}
	}
	if len(sides) == 0 {
		return nil, a.lacks(ErrNoSide)
	}
	return sides, nil
}

// SignsFor returns the sides that somebody may sign for, in the order sales, marketing: a side on which nobody is named is every
// member's, and no guest's. It fails with ErrOutsider, and with ErrNotSigner when they may sign for neither.
func (t Team) SignsFor(a Actor, members map[string][]string) ([]Side, error) {
	if a.External {
		return nil, ErrOutsider
	}
	var sides []Side
	for _, side := range Sides() {
		if signers := t.Signers(side, members); len(signers) == 0 && !a.Guest || slices.Contains(signers, a.User) {
			sides = append(sides, side)
		}
	}
	if len(sides) == 0 {
		return nil, ErrNotSigner
	}
	return sides, nil
}

// Open tells whether it is a proposal that can still be signed.
func (g Agreement) Open() bool { return g.InForce.IsZero() && g.WithdrawnAt.IsZero() }

// Signed returns who signed for the side; empty while nobody did.
func (g Agreement) Signed(side Side) string {
	if side == SideSales {
		return g.SalesBy
	}
	return g.MarketingBy
}

// Sign returns the proposal as signed by somebody for the first of these sides that is not signed yet; when both are, it
// is the next version, in force from now on. current is the version in force. It fails with ErrNotOpen when it is in force or
// withdrawn, with ErrOvertaken when another version came into force since it was proposed, and with ErrSigned when the side
// is signed, or the same person signed for the other: one person is not both sides.
func (g Agreement) Sign(a Actor, sides []Side, current int, now time.Time) (Agreement, error) {
	switch {
	case !g.Open():
		return g, ErrNotOpen
	case g.Base != current:
		return g, ErrOvertaken
	case g.SalesBy == a.User || g.MarketingBy == a.User:
		return g, ErrSigned
	}
	i := slices.IndexFunc(sides, func(s Side) bool { return g.Signed(s) == "" })
	if i < 0 {
		return g, ErrSigned
	}
	if sides[i] == SideSales {
		g.SalesBy, g.SalesAt = a.User, now
	} else {
		g.MarketingBy, g.MarketingAt = a.User, now
	}
	if g.SalesBy != "" && g.MarketingBy != "" {
		g.Version, g.InForce = current+1, now
	}
	return g, nil
}

// Withdraw returns the proposal as taken back. Whoever proposed it may, and whoever may sign it. It fails with ErrNotOpen,
// and with ErrNotSigner for anybody else.
func (g Agreement) Withdraw(a Actor, sides []Side, now time.Time) (Agreement, error) {
	switch {
	case !g.Open():
		return g, ErrNotOpen
	case g.By != a.User && len(sides) == 0:
		return g, ErrNotSigner
	}
	g.WithdrawnBy, g.WithdrawnAt = a.User, now
	return g, nil
}

// Propose returns the proposal with its texts cleaned, or FieldErrors: why, or a text, is missing or too long, or nothing
// is changed of what is in force.
func (g Agreement) Propose(inForce Agreement) (Agreement, error) {
	var wrong FieldErrors
	g.Why = checkNote("why", g.Why, true, &wrong)
	switch g.Kind {
	case AgreementDefinitions:
		g.Definitions.MQL = checkNote("mql", g.Definitions.MQL, true, &wrong)
		g.Definitions.SQL = checkNote("sql", g.Definitions.SQL, true, &wrong)
		if wrong == nil && g.Definitions == inForce.Definitions {
			wrong = append(wrong, FieldError{Field: "mql", Problem: Unchanged})
		}
	case AgreementProfile:
		var problems FieldErrors
		g.Profile, problems = g.Profile.check()
		wrong = append(wrong, problems...)
		if wrong == nil && reflect.DeepEqual(g.Profile, inForce.Profile) {
			wrong = append(wrong, FieldError{Field: "why", Problem: Unchanged})
		}
	}
	return g, wrong.Err()
}
