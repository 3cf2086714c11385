package bot

import (
	"context"
	"sync"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
)

// How long it is believed what Slack said of a person, and how long an answer may take when a click waits for it.
const (
	personFresh   = time.Hour
	personPatient = 800 * time.Millisecond
	maxPeople     = 10_000
)

// people remembers what Slack says of persons: their language, and whether they are from outside.
type people struct {
	slack *slack.Client
	now   func() time.Time

	mu    sync.Mutex
	known map[string]known
}

type known struct {
	locale  string
	team    string
	strange bool
	until   time.Time
}

func newPeople(client *slack.Client, now func() time.Time) *people {
	return &people{slack: client, now: now, known: map[string]known{}}
}

// look returns what is known of a person, asking Slack when it is not known yet. When Slack does not answer in
// time, nothing is known: the zero value.
func (ps *people) look(ctx context.Context, user string) known {
	ps.mu.Lock()
	k, ok := ps.known[user]
	ps.mu.Unlock()
	if ok && ps.now().Before(k.until) {
		return k
	}
	ctx, cancel := context.WithTimeout(ctx, personPatient)
	defer cancel()
	u, err := ps.slack.GetUserInfoContext(ctx, user)
	if err != nil {
		return k // what was known an hour ago is better than nothing
	}
	k = known{locale: u.Locale, team: u.TeamID, strange: u.IsStranger, until: ps.now().Add(personFresh)}
	ps.mu.Lock()
	defer ps.mu.Unlock()
	if len(ps.known) >= maxPeople {
		clear(ps.known)
	}
	ps.known[user] = k
	return k
}

// forget makes the next look ask Slack again.
func (ps *people) forget(user string) {
	ps.mu.Lock()
	defer ps.mu.Unlock()
	delete(ps.known, user)
}

// actor tells who acts in a workspace, and their language. userTeam is the team that the payload gives the person,
// if any. It fails with errUnknownPerson when neither the payload nor Slack tells where the person belongs: nobody
// is let in for want of an answer.
func (ps *people) actor(ctx context.Context, team, user, userTeam string) (handoff.Actor, string, error) {
	k := ps.look(ctx, user)
	if k.team == "" && userTeam == "" {
		return handoff.Actor{User: user, External: true}, "", errUnknownPerson
	}
	external := k.strange || (k.team != "" && k.team != team) || (userTeam != "" && userTeam != team)
	return handoff.Actor{User: user, External: external}, k.locale, nil
}
