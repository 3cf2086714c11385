package handoff

import (
	"errors"
	"slices"
	"testing"
	"time"
)

func TestWhoSigns(t *testing.T) {
	groups := map[string][]string{"S1": {"Ana", "Luke"}}
	full := Team{
		People: map[Role][]string{RoleMarketing: {"Marta", "Mona"}, RoleManager: {"Grace", "Mona"}},
		Groups: map[Role][]string{RoleSales: {"S1"}},
	}
	noHeads := Team{People: map[Role][]string{RoleSales: {"Ana"}, RoleMarketing: {"Marta"}}}
	for _, tt := range []struct {
		name string
		team Team
		user string
		want []Side
		err  error
	}{
		{"sales' manager", full, "Grace", []Side{SideSales}, nil},
		{"marketing's manager", full, "Mona", []Side{SideMarketing}, nil},
		{"a rep", full, "Ana", nil, ErrNotSigner},
		{"a marketer", full, "Marta", nil, ErrNotSigner},
		{"a rep of a side without a manager", noHeads, "Ana", []Side{SideSales}, nil},
		{"a marketer of a side without a manager", noHeads, "Marta", []Side{SideMarketing}, nil},
		{"somebody who was not named", noHeads, "Otto", nil, ErrNotSigner},
		{"anybody while nobody is named", Team{}, "Otto", []Side{SideSales, SideMarketing}, nil},
	} {
		got, err := tt.team.SignsFor(Actor{User: tt.user}, groups)
		if !slices.Equal(got, tt.want) || !errors.Is(err, tt.err) {
			t.Errorf("%s: got %v, %v, want %v, %v", tt.name, got, err, tt.want, tt.err)
		}
	}
	if _, err := (Team{}).SignsFor(Actor{User: "Otto", External: true}, nil); !errors.Is(err, ErrOutsider) {
		t.Errorf("from outside: %v", err)
	}
	if got, err := (Team{People: map[Role][]string{RoleMarketing: {"Gus"}}}).SignsFor(Actor{User: "Gus", Guest: true}, nil); !slices.Equal(got, []Side{SideMarketing}) || err != nil {
		t.Errorf("a guest of marketing while nobody is named for sales: %v, %v", got, err)
	}
}

func TestSign(t *testing.T) {
	now := time.Date(2026, 11, 16, 9, 0, 0, 0, time.UTC)
	both := []Side{SideSales, SideMarketing}
	g := Agreement{Kind: AgreementProfile, Base: 2, By: "Marta"}
	one, err := g.Sign(Actor{User: "Grace"}, []Side{SideSales}, 2, now)
	if err != nil || one.SalesBy != "Grace" || !one.Open() || one.Version != 0 {
		t.Fatalf("one side signed: %+v, %v", one, err)
	}
	two, err := one.Sign(Actor{User: "Mona"}, []Side{SideMarketing}, 2, now)
	if err != nil || two.Version != 3 || !two.InForce.Equal(now) || two.Open() {
		t.Fatalf("both signed: %+v, %v", two, err)
	}
	for name, got := range map[string]error{
		"signed when in force":                  second(two.Sign(Actor{User: "Ana"}, both, 3, now)),
		"withdrawn when in force":               second(two.Withdraw(Actor{User: "Marta"}, nil, now)),
		"signed when withdrawn":                 second(must(g.Withdraw(Actor{User: "Marta"}, nil, now)).Sign(Actor{User: "Ana"}, both, 2, now)),
		"signed for another version":            second(g.Sign(Actor{User: "Ana"}, both, 3, now)),
		"the same person for both sides":        second(one.Sign(Actor{User: "Grace"}, both, 2, now)),
		"a side that has signed":                second(one.Sign(Actor{User: "Ana"}, []Side{SideSales}, 2, now)),
		"withdrawn by somebody who may neither": second(g.Withdraw(Actor{User: "Otto"}, nil, now)),
	} {
		want := map[string]error{
			"signed when in force": ErrNotOpen, "withdrawn when in force": ErrNotOpen, "signed when withdrawn": ErrNotOpen, "signed for another version": ErrOvertaken,
			"the same person for both sides": ErrSigned, "a side that has signed": ErrSigned, "withdrawn by somebody who may neither": ErrNotSigner,
		}[name]
		if !errors.Is(got, want) {
			t.Errorf("%s: got %v, want %v", name, got, want)
		}
	}
	if other, err := one.Sign(Actor{User: "Luke"}, both, 2, now); err != nil || other.MarketingBy != "Luke" {
		t.Errorf("somebody who may sign for both signs for the side that has not: %+v, %v", other, err)
	}
}

func second(_ Agreement, err error) error { return err }

func must(g Agreement, err error) Agreement {
	if err != nil {
		panic(err)
	}
	return g
}
