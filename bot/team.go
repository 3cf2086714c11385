package bot

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/slack-go/slack"
	"golang.org/x/sync/errgroup"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// The modal with which an admin says who has which role: people, and user groups where the plan has them.

const (
	viewTeam    = "team"
	blockPeople = "people_" // and the role
	blockGroups = "groups_" // and the role

	maxNamed = 100 // of people in one role: what Slack's picker takes
)

// ShowTeam opens the modal for an admin, and tells anybody else who is who.
func (a *App) ShowTeam(ctx context.Context, c Call) (Answer, error) {
	team := c.Workspace.Settings.Team
	err := c.Workspace.Rules().MayAdminister(c.Actor)
	switch {
	case errors.Is(err, handoff.ErrNotAdmin) || errors.Is(err, handoff.ErrUnsure):
		elements, said := teamSaid(c.P, team)
		elements = append(elements, paragraph(italic(c.P.T("team.admins"))))
		return Answer{Text: said, Blocks: []slack.Block{richText(elements...)}}, nil
	case err != nil:
		return Answer{}, err
	}
	known, err := a.Store.Groups(ctx, c.Workspace.ID)
	if err != nil {
		return Answer{}, err
	}
	return Answer{}, a.open(ctx, c.scene, teamView(c.P, team, c.Workspace.SettingsVersion, a.pickable(ctx, c.Workspace, team, known)))
}

// groupPick is what can be chosen as user groups: the options, or why there are none.
type groupPick struct {
	options []*slack.OptionBlockObject
	trouble string // key of a sentence of the catalogue
}

// pickable lists the workspace's user groups, and those of the team that Slack lists no more.
func (a *App) pickable(ctx context.Context, ws store.Workspace, team handoff.Team, known map[string]store.UserGroup) groupPick {
	ctx, cancel := context.WithTimeout(ctx, a.people.patient)
	defer cancel()
	groups, err := a.slack(ctx, ws).GetUserGroupsContext(ctx, slack.GetUserGroupsOptionTeamID(ws.TeamID))
	if err != nil {
		switch code := judge(err).code; code {
		case "plan_upgrade_required":
			return groupPick{trouble: "team.no_groups.plan"}
		case "missing_scope":
			return groupPick{trouble: "team.no_groups.scope"}
		default:
			a.Log.WarnContext(ctx, "user groups can't be listed", "problem", code)
			return groupPick{trouble: "team.no_groups.silent"}
		}
	}
	listed := map[string]bool{}
	var options []*slack.OptionBlockObject
	for _, g := range groups {
		listed[g.ID] = true
		options = append(options, option(g.ID, "@"+g.Handle+unlessSame(" · ", g.Name, g.Handle)))
	}
	for _, id := range team.AllGroups() {
		if !listed[id] {
			options = append(options, option(id, joined(" ", known[id].Handle, id)))
		}
	}
	return groupPick{options: options}
}

func unlessSame(sep, s, other string) string {
	if s == "" || s == other {
		return ""
	}
	return sep + s
}

// teamView remembers which version of the settings it shows: what others change meanwhile is not changed back by what is sent.
func teamView(p *text.Printer, team handoff.Team, version int64, pick groupPick) slack.ModalViewRequest {
	v := modal(p, viewTeam, p.T("team.title"), p.T("team.submit"), modalRef{Version: version})
	v.Blocks.BlockSet = []slack.Block{richText(paragraph(words(p.T("team.intro"))))}
	for _, role := range handoff.AllRoles() {
		people := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeUser, plain(p.T("team.people.placeholder"), 150), actValue)
		people.InitialUsers = team.People[role]
		people.MaxSelectedItems = new(maxNamed)
		v.Blocks.BlockSet = append(v.Blocks.BlockSet,
			input(blockPeople+string(role), p.T("team.role."+string(role)), capital(p.T("team.does."+string(role))), true, people))
		if len(pick.options) > 0 {
			v.Blocks.BlockSet = append(v.Blocks.BlockSet,
				input(blockGroups+string(role), p.T("team.groups", "Role", p.T("team.role."+string(role))), "", true, groupMenu(p, pick.options, team.Groups[role])))
		}
	}
	if pick.trouble != "" {
		v.Blocks.BlockSet = append(v.Blocks.BlockSet, note(p.T(pick.trouble)))
	}
	return v
}

// capital begins a text with a capital letter.
func capital(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToUpper(first)) + s[size:]
}

// groupMenu offers user groups. Slack takes a hundred options in a menu, and a hundred menus in one.
func groupMenu(p *text.Printer, options []*slack.OptionBlockObject, chosen []string) *slack.MultiSelectBlockElement {
	const most = 100
	menu := slack.NewOptionsMultiSelectBlockElement(slack.MultiOptTypeStatic, plain(p.T("team.groups.placeholder"), 150), actValue)
	if len(options) <= most {
		menu.Options = options
	} else {
		for some := range slices.Chunk(options[:min(len(options), most*most)], most) {
			label := some[0].Text.Text + " – " + some[len(some)-1].Text.Text
			menu.OptionGroups = append(menu.OptionGroups, slack.NewOptionGroupBlockElement(plain(label, maxOption), some...))
		}
	}
	for _, o := range options {
		if slices.Contains(chosen, o.Value) && len(menu.InitialOptions) < most {
			menu.InitialOptions = append(menu.InitialOptions, o)
		}
	}
	return menu
}

func (a *App) submitTeam(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	if err := s.Workspace.Rules().MayAdminister(s.Actor); err != nil {
		return nil, err
	}
	ref, err := parseModalRef(s.View.PrivateMetadata)
	if err != nil {
		return nil, err
	}
	saw, err := a.Store.SettingsAt(ctx, s.Workspace.ID, ref.Version)
	if err != nil {
		return nil, err
	}
	made, err := a.namedTeam(ctx, s, saw.Team)
	if err != nil {
		return nil, err
	}
	ws, err := a.Store.ChangeSettings(ctx, s.Workspace.ID, s.Actor.User, a.Now(), func(settings *handoff.Settings) (err error) {
		settings.Team, err = settings.Team.Edited(saw.Team, made)
		return err
	})
	if err != nil {
		return nil, a.nameTyped(ctx, s.scene, err)
	}
	if _, _, err := a.people.groups(ctx, ws); err != nil { // so that the first click need not wait
		return nil, err
	}
	elements, _ := teamSaid(s.P, ws.Settings.Team)
	v := modal(s.P, "notice", s.P.T("team.title"), "", nil)
	v.Blocks.BlockSet = []slack.Block{richText(append([]slack.RichTextElement{paragraph(words(s.P.T("team.saved")))}, elements...)...)}
	return slack.NewUpdateViewSubmissionResponse(&v), nil
}

// nameTyped gives FieldErrors the names of the people and groups whose ids stand in a field now.
func (a *App) nameTyped(ctx context.Context, s scene, err error) error {
	wrong, ok := errors.AsType[handoff.FieldErrors](err)
	if !ok {
		return err
	}
	groups, err := a.Store.Groups(ctx, s.Workspace.ID)
	if err != nil {
		return err
	}
	for i, e := range wrong {
		var called []string
		for _, id := range strings.Fields(e.Typed) {
			if userID.MatchString(id) {
				called = append(called, cmp.Or(a.named(ctx, s.Workspace, id), id))
			} else {
				called = append(called, "@"+cmp.Or(groups[id].Handle, id))
			}
		}
		wrong[i].Typed = cmp.Or(strings.Join(called, ", "), s.P.T("team.nobody"))
	}
	return wrong
}

// namedTeam reads who was named. A role's groups are as they were seen when the modal could not offer any. It
// fails with FieldErrors when somebody can't have a role: people from outside, and apps.
func (a *App) namedTeam(ctx context.Context, s submission, saw handoff.Team) (handoff.Team, error) {
	named := handoff.Team{People: map[handoff.Role][]string{}, Groups: map[handoff.Role][]string{}}
	maps.Copy(named.Groups, saw.Groups)
	if s.View.State == nil {
		return named, nil
	}
	var all []string
	for _, role := range handoff.AllRoles() {
		named.People[role] = s.View.State.Values[blockPeople+string(role)][actValue].SelectedUsers
		all = append(all, named.People[role]...)
		if actions, asked := s.View.State.Values[blockGroups+string(role)]; asked {
			named.Groups[role] = nil
			for _, o := range actions[actValue].SelectedOptions {
				named.Groups[role] = append(named.Groups[role], o.Value)
			}
		}
	}
	standing, err := a.standings(ctx, s.Workspace, all)
	if err != nil {
		return named, err
	}
	var wrong handoff.FieldErrors
	for _, role := range handoff.AllRoles() {
		named.People[role] = slices.DeleteFunc(named.People[role], func(u string) bool { return standing[u] == handoff.StandingGone })
		for _, u := range named.People[role] {
			if problem := unnameable(standing[u]); problem != "" {
				wrong = append(wrong, handoff.FieldError{Field: blockPeople + string(role), Problem: problem})
			}
		}
	}
	return named, wrong.Err()
}

func unnameable(s handoff.Standing) handoff.Problem {
	switch {
	case s == "":
		return handoff.NotKnown
	case !s.Nameable():
		return handoff.NotMember
	}
	return ""
}

// standings looks up what people are; an empty standing is one that Slack did not tell in time.
func (a *App) standings(ctx context.Context, ws store.Workspace, users []string) (map[string]handoff.Standing, error) {
	users = slices.Compact(slices.Sorted(slices.Values(users)))
	ctx, cancel := context.WithTimeout(ctx, a.patience)
	defer cancel()
	found := make([]handoff.Standing, len(users))
	var g errgroup.Group
	g.SetLimit(8)
	for i, u := range users {
		g.Go(func() error {
			m, err := a.people.look(ctx, ws, u)
			found[i] = m.Standing
			return err
		})
	}
	all := map[string]handoff.Standing{}
	err := g.Wait()
	for i, u := range users {
		all[u] = found[i]
	}
	return all, err
}

// teamSaid tells who is who, role by role.
func teamSaid(p *text.Printer, team handoff.Team) (elements []slack.RichTextElement, said string) {
	for _, role := range handoff.AllRoles() {
		line := []span{bold(p.T("team.role." + string(role))), words(" · " + p.T("team.does."+string(role)) + "\n")}
		var who []span
		for _, g := range team.Groups[role] {
			who = append(who, words(", "), slack.NewRichTextSectionUserGroupElement(g))
		}
		for _, u := range team.People[role] {
			who = append(who, words(", "), person(p, u))
		}
		if who == nil {
			who = []span{nil, italic(p.T("team.nobody." + string(role)))}
		}
		line = append(line, who[1:]...)
		elements = append(elements, paragraph(append(line, words("\n"))...))
		said += spoken(p, line...) + "\n"
	}
	return elements, fallback(said)
}
