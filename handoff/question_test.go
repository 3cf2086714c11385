package handoff

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"
)

// Who may ask and answer, and what is wrong with a question.
func TestAskAndAnswer(t *testing.T) {
	r := Rules{Hours: DefaultHours(time.UTC)}
	rep, marketer, member := Actor{User: "U1", Roles: Roles{RoleSales}}, Actor{User: "U2", Roles: Roles{RoleMarketing}}, Actor{User: "U3"}
	guest, outsider := Actor{User: "U4", Guest: true}, Actor{User: "U5", External: true, Roles: Roles{RoleSales}}
	decided, erased := openLead(), openLead()
	decided.State, erased.State = Accepted, Erased
	ask := func(l Lead, round int, a Actor, asks Role, text string) error {
		_, err := r.Ask(l, round, a, asks, text, nil, now)
		return err
	}
	answer := func(r Rules, a Actor, asks Role, named ...string) error {
		_, err := r.Answered(Question{Asks: asks, Named: named}, a, "Because", now)
		return err
	}
	for name, tt := range map[string]struct{ got, want error }{
		"a marketer asks sales":                    {ask(openLead(), 2, marketer, RoleSales, "Why?"), nil},
		"a member asks sales":                      {ask(openLead(), 2, member, RoleSales, "Why?"), nil},
		"a guest asks sales":                       {ask(openLead(), 2, guest, RoleSales, "Why?"), ErrGuest},
		"an outsider asks sales":                   {ask(openLead(), 2, outsider, RoleSales, "Why?"), ErrOutsider},
		"a rep asks marketing":                     {ask(openLead(), 2, rep, RoleMarketing, "Why?"), nil},
		"a marketer asks marketing":                {ask(openLead(), 2, marketer, RoleMarketing, "Why?"), ErrNotSales},
		"of another round":                         {ask(openLead(), 1, rep, RoleMarketing, "Why?"), ErrRoundOver},
		"of a decided lead":                        {ask(decided, 2, rep, RoleMarketing, "Why?"), ErrAlreadyDecided},
		"of an erased lead":                        {ask(erased, 2, rep, RoleMarketing, "Why?"), ErrErased},
		"a rep answers":                            {answer(r, rep, RoleSales), nil},
		"a marketer answers for sales":             {answer(r, marketer, RoleSales), ErrNotSales},
		"whoever is named answers":                 {answer(r, member, RoleSales, "U9", "U3"), nil},
		"a guest who is named has no role":         {answer(r, guest, RoleSales, "U4"), ErrGuest},
		"a marketer answers":                       {answer(r, marketer, RoleMarketing), nil},
		"a rep answers for marketing":              {answer(r, rep, RoleMarketing), ErrNotMarketing},
		"a member, while nobody is of marketing":   {answer(Rules{AnyoneAnswers: true}, member, RoleMarketing), nil},
		"an outsider, while nobody is of anything": {answer(Rules{AnyoneAnswers: true, AnyoneDecides: true}, outsider, RoleSales), ErrOutsider},
	} {
		if !errors.Is(tt.got, tt.want) {
			t.Errorf("%s: got %v, want %v", name, tt.got, tt.want)
		}
	}
	for text, want := range map[string]string{" \n": "question: missing", strings.Repeat("ñ", MaxQuestion): "", strings.Repeat("ñ", MaxQuestion+1): "question: too_long"} {
		got := ""
		if err := ask(openLead(), 2, rep, RoleMarketing, text); err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%d characters: %q, want %q", len([]rune(text)), got, want)
		}
	}
	q, err := r.Ask(openLead(), 2, marketer, RoleSales, " Why? ", []string{"U1"}, now)
	if err != nil || q.Text != "Why?" || !q.Waiting() || q.Remind.Sub(now) < QuestionPatience {
		t.Errorf("asked is %+v, %v", q, err)
	}
	q, err = r.Answered(q, rep, " Because ", now)
	if err != nil || q.Answer != "Because" || q.Waiting() || !q.Remind.IsZero() {
		t.Errorf("answered is %+v, %v", q, err)
	}
	if _, err := r.Answered(q, rep, "Again", now); !errors.Is(err, ErrAnswered) {
		t.Errorf("answered twice: %v", err)
	}
	if _, err := r.Answered(Question{Asks: RoleSales}, rep, " ", now); err == nil {
		t.Error("an empty answer was taken")
	}
}

func TestAskedOf(t *testing.T) {
	people := Team{People: map[Role][]string{RoleSales: {"U1"}, RoleMarketing: {"U2", "U3", "U4", "U5"}}}
	groups := Team{People: people.People, Groups: map[Role][]string{RoleSales: {"S1"}, RoleMarketing: {"S2"}}}
	for _, tt := range []struct {
		team  Team
		asks  Role
		whose string
		asker string
		want  []string
	}{
		{groups, RoleSales, "U9", "U2", []string{"U9"}}, {groups, RoleSales, "", "U2", []string{"S1"}}, {groups, RoleSales, "U2", "U2", []string{"S1"}},
		{people, RoleSales, "", "U2", nil}, {Team{}, RoleMarketing, "", "U1", nil}, {groups, RoleMarketing, "", "U1", []string{"S2"}},
		{people, RoleMarketing, "", "U3", []string{"U2", "U4", "U5"}}, {people, RoleMarketing, "", "U1", []string{"U2", "U3", "U4"}},
		{people, RoleMarketing, "U2", "U1", []string{"U2"}},
	} {
		if got := tt.team.AskedOf(tt.asks, tt.whose, tt.asker); !slices.Equal(got, tt.want) {
			t.Errorf("%s is asked by %s about what is %q's: %q, want %q", tt.asks, tt.asker, tt.whose, got, tt.want)
		}
	}
	if !slices.Equal(people.People[RoleMarketing], []string{"U2", "U3", "U4", "U5"}) {
		t.Error("asking changed the team")
	}
}
