package handoff

import (
	"fmt"
	"testing"
)

// Two who edit the team at once lose nothing of each other's, and are told where they contradict each other.
func TestTeamEdited(t *testing.T) {
	team := func(sales, marketing []string, groups ...string) Team {
		return Team{
			People: map[Role][]string{RoleSales: sales, RoleMarketing: marketing},
			Groups: map[Role][]string{RoleSales: groups},
		}
	}
	saw := team([]string{"U1", "U2"}, nil, "S1")
	for _, tt := range []struct {
		name     string
		is, made Team
		want     string
	}{
		{"nobody else", saw, team([]string{"U1"}, []string{"U3"}, "S1"), "[U1] [U3] [S1] <nil>"},
		{"another field", team([]string{"U1", "U2"}, []string{"U3"}, "S1"), team([]string{"U1"}, nil, "S2"), "[U1] [U3] [S2] <nil>"},
		{"the same", team([]string{"U4"}, nil, "S1"), team([]string{"U4"}, nil, "S1"), "[U4] [] [S1] <nil>"},
		{"in another order", team([]string{"U4"}, nil, "S1"), team([]string{"U2", "U1"}, nil, "S1"), "[U4] [] [S1] <nil>"},
		{"all taken out", saw, team(nil, nil), "[] [] [] <nil>"},
		{"both", team([]string{"U1", "U2", "U4"}, nil, "S1"), team([]string{"U1"}, []string{"U3"}, "S1"), "[U1 U2 U4] [U3] [S1] people_sales: changed_since"},
		{"both groups", team([]string{"U1", "U2"}, nil), team([]string{"U1", "U2"}, nil, "S2"), "[U1 U2] [] [] groups_sales: changed_since"},
	} {
		got, err := tt.is.Edited(saw, tt.made)
		if said := fmt.Sprint(got.People[RoleSales], got.People[RoleMarketing], got.Groups[RoleSales], err); said != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, said, tt.want)
		}
	}
	if got, err := (Team{}).Edited(Team{}, team([]string{"U1"}, nil)); err != nil || !got.Named(RoleSales) || got.Named(RoleMarketing) {
		t.Errorf("the first edit gave %+v, %v", got, err)
	}
}
