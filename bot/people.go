package bot

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/slack-go/slack"
	"github.com/slack-go/slack/slackevents"
	"golang.org/x/sync/errgroup"

	"relevo/handoff"
	"relevo/store"
)

// How long it is believed what Slack said of a person or of a user group, how long an answer may take when a click waits for
// it (more for whom nothing is known of yet), and how long a group is left alone that Slack did not tell of.
const (
	personFresh   = time.Hour
	personPatient = 800 * time.Millisecond
	firstPatience = patience / 2
	groupRest     = 30 * time.Second
)

// people knows who somebody is and which roles they have. What Slack says is kept in the store: every process knows it, and
// a restart while Slack is silent forgets nothing.
type people struct {
	slack   func(context.Context, store.Workspace) *slack.Client
	store   *store.Store
	now     func() time.Time
	log     *slog.Logger
	patient time.Duration // how long an answer may take
	first   time.Duration // the same about somebody of whom nothing is known

	mu    sync.Mutex
	rests map[place]time.Time // by user group: when Slack may be asked again
}

func newPeople(c Config, client func(context.Context, store.Workspace) *slack.Client) *people {
	return &people{slack: client, store: c.Store, now: c.Now, log: c.Log, patient: personPatient, first: firstPatience, rests: map[place]time.Time{}}
}

// look returns what is known of a person, asking Slack when that is not fresh. When Slack does not answer in time, what was
// known before is returned: a member without a standing when that is nothing.
func (ps *people) look(ctx context.Context, ws store.Workspace, user string) (handoff.Member, error) {
	m, err := ps.store.Member(ctx, ws.ID, user)
	if known, err := found(err); err != nil {
		return m, err
	} else if known && ps.fresh(m.Seen) {
		return m, nil
	}
	wait := ps.patient
	if m.Standing == "" {
		wait = ps.first
	}
	asking, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	asked := ps.now() // Slack may answer with what was true then
	u, err := ps.slack(ctx, ws).GetUserInfoContext(asking, user)
	if err != nil {
		m.User = user
		return m, nil // what was known an hour ago is better than nothing
	}
	off := m.OffUntil
	m = memberOf(u, ws.TeamID)
	m.Seen, m.OffUntil = asked, off
	if err := ps.store.SaveMember(ctx, ws.ID, m); err != nil {
		ps.log.WarnContext(ctx, "what Slack says of a person is not kept", "error", err)
	}
	return m, nil
}

func (ps *people) fresh(seen time.Time) bool {
	age := ps.now().Sub(seen)
	return age >= 0 && age < personFresh
}

// memberOf reads what Slack says of a person, as somebody of the team sees them.
func memberOf(u *slack.User, team string) handoff.Member {
	m := handoff.Member{User: u.ID, Standing: handoff.StandingMember, Locale: u.Locale, Zone: u.TZ}
	switch {
	case u.Deleted:
		m.Standing = handoff.StandingGone
	case u.IsBot || u.ID == "USLACKBOT":
		m.Standing = handoff.StandingBot
	case u.IsStranger || u.TeamID != team && !slices.Contains(u.Enterprise.Teams, team): // of an organisation, people are in several
		m.Standing = handoff.StandingOutside
	case u.IsRestricted || u.IsUltraRestricted:
		m.Standing = handoff.StandingGuest
	case u.IsAdmin || u.IsOwner:
		m.Standing = handoff.StandingAdmin
	}
	m.Away = handoff.SaysAway(u.Profile.StatusEmoji, u.Profile.StatusText)
	if u.Profile.StatusExpiration > 0 {
		m.AwayUntil = time.Unix(int64(u.Profile.StatusExpiration), 0)
	}
	return m
}

// changed takes note of what an event says of somebody who is known. Slack is asked all the same when they act next: the
// event does not say everything.
func (ps *people) changed(ctx context.Context, ws store.Workspace, u slackevents.User) error {
	before, err := ps.store.Member(ctx, ws.ID, u.ID)
	if known, err := found(err); !known {
		return err
	}
	m := memberOf(&slack.User{
		ID: u.ID, TeamID: u.TeamID, Deleted: u.Deleted, TZ: u.TZ, Locale: u.Locale, IsBot: u.IsBot, IsAdmin: u.IsAdmin, IsOwner: u.IsOwner,
		IsRestricted: u.IsRestricted, IsUltraRestricted: u.IsUltraRestricted,
		Profile: slack.UserProfile{StatusText: u.Profile.StatusText, StatusEmoji: u.Profile.StatusEmoji, StatusExpiration: u.Profile.StatusExpiration},
	}, ws.TeamID)
	if before.Standing == handoff.StandingOutside {
		m.Standing = handoff.StandingOutside // only Slack's own answer lets anybody in
	}
	if m.Locale == "" {
		m.Locale = before.Locale
	}
	return ps.store.SaveMember(ctx, ws.ID, m)
}

// groups returns who is in the user groups that the team is made of, by the groups' ids. It is not sure when it is not known
// of all of them: Slack has never said so.
func (ps *people) groups(ctx context.Context, ws store.Workspace) (members map[string][]string, sure bool, err error) {
	wanted := ws.Settings.Team.AllGroups()
	if len(wanted) == 0 {
		return nil, true, nil
	}
	known, err := ps.store.Groups(ctx, ws.ID)
	if err != nil {
		return nil, false, err
	}
	var mu sync.Mutex
	asking, cancel := context.WithTimeout(ctx, ps.patient)
	defer cancel()
	var g errgroup.Group
	g.SetLimit(4)
	for _, id := range wanted {
		before := known[id]
		if ps.fresh(before.Seen) || ps.resting(place{ws.ID, id}) {
			continue
		}
		g.Go(func() error {
			now, ok := ps.ask(asking, ws, id, before)
			if !ok {
				return nil
			}
			mu.Lock()
			known[id] = now
			mu.Unlock()
			return ps.store.SaveGroup(ctx, ws.ID, now)
		})
	}
	if err := g.Wait(); err != nil {
		ps.log.WarnContext(ctx, "what Slack says of a user group is not kept", "error", err)
	}
	members, sure = map[string][]string{}, true
	for _, id := range wanted {
		g, ok := known[id]
		members[id], sure = g.Members, sure && ok
	}
	return members, sure, nil
}

// ask asks Slack who is in a user group. One that is no more has nobody.
func (ps *people) ask(ctx context.Context, ws store.Workspace, id string, before store.UserGroup) (store.UserGroup, bool) {
	asked := ps.now()
	users, err := ps.slack(ctx, ws).GetUserGroupMembersContext(ctx, id, slack.GetUserGroupMembersOptionTeamID(ws.TeamID))
	if err != nil && judge(err).code != "no_such_subteam" {
		ps.mu.Lock()
		ps.rests[place{ws.ID, id}] = ps.now().Add(groupRest)
		ps.mu.Unlock()
		ps.log.WarnContext(ctx, "a user group can't be read", "problem", judge(err).code)
		return before, false
	}
	return store.UserGroup{ID: id, Handle: before.Handle, Members: users, Seen: asked, Changed: before.Changed}, true
}

func (ps *people) resting(id place) bool {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	left := ps.rests[id].Sub(ps.now())
	return left > 0 && left <= groupRest
}

// actor tells who acts in a workspace, and their language. userTeam is the team that the payload gives the person,
// if any. It fails with errUnknownPerson when it is not known whether they belong to the workspace, or whether as more than a
// guest: nobody is let in for want of an answer.
func (ps *people) actor(ctx context.Context, ws store.Workspace, user, userTeam string) (handoff.Actor, string, error) {
	nobody := handoff.Actor{User: user, External: true}
	m, err := ps.look(ctx, ws, user)
	if err != nil || userTeam != "" && userTeam != ws.TeamID {
		return nobody, m.Locale, err
	}
	if m.Standing == "" && userTeam == "" {
		return nobody, "", errUnknownPerson
	}
	members, sure, err := ps.groups(ctx, ws)
	if err != nil {
		return nobody, m.Locale, err
	}
	roles := ws.Settings.Team.RolesOf(user, members)
	if m.Standing == "" {
		if roles == nil {
			return nobody, "", errUnknownPerson
		}
		m.Standing = handoff.StandingGuest
	}
	a := m.Actor(roles)
	a.Unsure = !sure
	return a, m.Locale, nil
}
