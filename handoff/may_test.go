package handoff

import (
	"errors"
	"testing"
	"time"
)

// Who may do what, act by act.
func TestMay(t *testing.T) {
	mine := Decision{By: "U1"}
	acts := []struct {
		name string
		may  func(Rules, Actor) error
	}{
		{"anything", Rules.May},
		{"decide", Rules.MayDecide},
		{"take back another's", func(r Rules, a Actor) error { return r.MayTakeBack(a, Decision{By: "U2"}) }},
		{"take back their own", func(r Rules, a Actor) error { return r.MayTakeBack(a, mine) }},
		{"hand over", Rules.MayHandOver},
		{"edit reasons", Rules.MayEditReasons},
		{"administer", Rules.MayAdminister},
	}
	for _, tt := range []struct {
		who    string
		actor  Actor
		anyone bool
		want   [7]error // in the order of the acts
	}{
		{"somebody without a role", Actor{}, false, [7]error{nil, ErrNotSales, ErrNotYours, nil, nil, ErrNotEditor, ErrNotAdmin}},
		{"the same, nobody named for sales", Actor{}, true, [7]error{nil, nil, nil, nil, nil, ErrNotEditor, ErrNotAdmin}},
		{"a marketer", Actor{Roles: Roles{RoleMarketing}}, false, [7]error{nil, ErrNotSales, ErrNotYours, nil, nil, ErrNotEditor, ErrNotAdmin}},
		{"a rep", Actor{Roles: Roles{RoleSales}}, false, [7]error{nil, nil, ErrNotYours, nil, nil, ErrNotEditor, ErrNotAdmin}},
		{"a manager", Actor{Roles: Roles{RoleManager}}, false, [7]error{nil, nil, nil, nil, nil, nil, ErrNotAdmin}},
		{"an admin", Actor{Roles: Roles{RoleAdmin}}, false, [7]error{nil, ErrNotSales, ErrNotYours, nil, nil, nil, nil}},
		{"a guest", Actor{Guest: true}, false, [7]error{ErrGuest, ErrGuest, ErrGuest, ErrGuest, ErrGuest, ErrGuest, ErrGuest}},
		{"a guest, nobody named for sales", Actor{Guest: true}, true, [7]error{ErrGuest, ErrGuest, ErrGuest, ErrGuest, ErrGuest, ErrGuest, ErrGuest}},
		{"a guest of sales", Actor{Guest: true, Roles: Roles{RoleSales}}, false, [7]error{nil, nil, ErrNotYours, nil, ErrGuest, ErrNotEditor, ErrNotAdmin}},
		{"a guest of marketing", Actor{Guest: true, Roles: Roles{RoleMarketing}}, true, [7]error{nil, ErrNotSales, ErrNotYours, nil, nil, ErrNotEditor, ErrNotAdmin}},
		{"an outsider of sales", Actor{External: true, Roles: Roles{RoleSales, RoleAdmin, RoleManager}}, true,
			[7]error{ErrOutsider, ErrOutsider, ErrOutsider, ErrOutsider, ErrOutsider, ErrOutsider, ErrOutsider}},
		{"somebody of groups that are not known", Actor{Unsure: true}, false, [7]error{nil, ErrUnsure, ErrUnsure, nil, nil, ErrUnsure, ErrUnsure}},
		{"a rep of groups that are not known", Actor{Unsure: true, Roles: Roles{RoleSales}}, false, [7]error{nil, nil, ErrUnsure, nil, nil, ErrUnsure, ErrUnsure}},
		{"a guest of groups that are not known", Actor{Unsure: true, Guest: true}, true, [7]error{ErrUnsure, ErrUnsure, ErrUnsure, ErrUnsure, ErrUnsure, ErrUnsure, ErrUnsure}},
	} {
		tt.actor.User = "U1"
		for i, act := range acts {
			if got := act.may(Rules{AnyoneDecides: tt.anyone}, tt.actor); !errors.Is(got, tt.want[i]) {
				t.Errorf("%s, %s: got %v, want %v", tt.who, act.name, got, tt.want[i])
			}
		}
	}
}

// What somebody is in Slack says what they can be here.
func TestMemberActs(t *testing.T) {
	for standing, want := range map[Standing]struct{ external, guest, admin, nameable bool }{
		StandingMember: {nameable: true}, StandingAdmin: {admin: true, nameable: true}, StandingGuest: {guest: true, nameable: true},
		StandingOutside: {external: true}, StandingBot: {external: true}, StandingGone: {external: true}, "": {external: true},
	} {
		for _, roles := range []Roles{nil, {RoleSales}, {RoleAdmin}} {
			a := Member{User: "U1", Standing: standing}.Actor(roles)
			admin := want.admin || roles.Has(RoleAdmin)
			if a.External != want.external || a.Guest != want.guest || a.Roles.Has(RoleAdmin) != admin || a.Roles.Has(RoleSales) != roles.Has(RoleSales) {
				t.Errorf("a %s with %v acts as %+v", standing, roles, a)
			}
			if standing.Nameable() != want.nameable {
				t.Errorf("a %s can be named: %v", standing, standing.Nameable())
			}
		}
	}
}

func TestSaysAway(t *testing.T) {
	for _, tt := range []struct {
		emoji, text string
		want        bool
	}{
		{":palm_tree:", "", true}, {":face_with_thermometer:", "Out sick", true}, {"", "Vacationing", true}, {"", "De vacaciones hasta el 7", true},
		{":speech_balloon:", "OOO until Monday", true}, {"", "Fuera de la oficina", true}, {"", "On parental leave", true},
		{"", "", false}, {":spiral_calendar_pad:", "In a meeting", false}, {":house_with_garden:", "Working remotely", false},
		{":bus:", "Commuting", false}, {"", "At the office", false}, {":house_with_garden:", "Trabajo desde casa", false},
	} {
		if got := SaysAway(tt.emoji, tt.text); got != tt.want {
			t.Errorf("%s %q: away is %v", tt.emoji, tt.text, got)
		}
	}
	at := time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		m    Member
		want bool
	}{
		{Member{}, false},
		{Member{Away: true}, true},
		{Member{Away: true, AwayUntil: at.Add(time.Minute)}, true},
		{Member{Away: true, AwayUntil: at}, false},
		{Member{OffUntil: at.Add(time.Minute)}, true},
		{Member{Away: true, AwayUntil: at, OffUntil: at.Add(time.Minute)}, true},
	} {
		if got := tt.m.AwayAt(at); got != tt.want {
			t.Errorf("%+v is away: %v", tt.m, got)
		}
	}
}
