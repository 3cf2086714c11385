package bot

import (
	"fmt"
	"testing"

	"github.com/slack-go/slack"

	"relevo/handoff"
)

// teamInputs are the inputs that the modal of the team is read from.
func teamInputs() (people, groups []string) {
	for _, r := range handoff.AllRoles() {
		people, groups = append(people, blockPeople+string(r)+" value"), append(groups, blockGroups+string(r)+" value")
	}
	return people, groups
}

func namedTeam() handoff.Team {
	return handoff.Team{
		People: map[handoff.Role][]string{handoff.RoleSales: {"U0LUKE0001"}, handoff.RoleMarketing: {"U0MARTA001"}, handoff.RoleManager: {"U0GRACE001"}},
		Groups: map[handoff.Role][]string{handoff.RoleSales: {"S0SALES001"}},
	}
}

func groupOptions(n int) []*slack.OptionBlockObject {
	options := []*slack.OptionBlockObject{option("S0SALES001", "@sales · Sales")}
	for i := 1; i < n; i++ {
		options = append(options, option(fmt.Sprintf("S0GROUP%03d", i), fmt.Sprintf("@group-%03d", i)))
	}
	return options
}

// Slack takes a modal with more user groups than a menu has options.
func TestManyGroups(t *testing.T) {
	s := newStage(t)
	v := s.opened(teamView(texts(t).In("en"), namedTeam(), 7, groupPick{options: groupOptions(250)}))
	if v == nil || len(v.Blocks) != 9 {
		t.Errorf("Slack shows %+v", v)
	}
}
