package bot

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// Reminders of leads that wait are planned as messages of the projection, and posted like any other, but only in working
// hours: the workspace's for a channel, a person's own for what names one person.

// planNudges plans the reminders that are due.
func (a *App) planNudges(ctx context.Context) error {
	due, err := a.Store.NudgeDue(ctx, a.Now())
	if err != nil {
		return err
	}
	var wrong error
	for id, owners := range due {
		wrong = errors.Join(wrong, a.planNudgesOf(ctx, id, owners))
	}
	return wrong
}

func (a *App) planNudgesOf(ctx context.Context, id int64, owners []string) error {
	ws, err := a.Store.WorkspaceByID(ctx, id)
	if err != nil || !a.reaches(ws) {
		return err // who is to be reminded, and when they work, Slack knows
	}
	managers, err := a.managers(ctx, ws)
	if err != nil {
		return err
	}
	zones := map[string]*time.Location{}
	for _, users := range [][]string{owners, managers} {
		for _, user := range users {
			zones[user] = a.zoneOf(ctx, ws, user)
		}
	}
	_, err = a.Store.Nudge(ctx, id, a.Now(), managers, zones)
	return err
}

// managers lists the managers of sales.
func (a *App) managers(ctx context.Context, ws store.Workspace) ([]string, error) {
	members, _, err := a.people.groups(ctx, ws)
	return ws.Settings.Team.Members(handoff.RoleManager, members), err
}

// zoneOf returns somebody's own zone, and the workspace's when it is not known.
func (a *App) zoneOf(ctx context.Context, ws store.Workspace, user string) *time.Location {
	if userID.MatchString(user) {
		m, err := a.people.look(ctx, ws, user)
		if err != nil {
			a.Log.WarnContext(ctx, "somebody's zone is not known", "error", err)
		}
		if zone, err := time.LoadLocation(m.Zone); err == nil && m.Zone != "" {
			return zone
		}
	}
	return ws.Location()
}

// reader returns the language and the zone of somebody who is written to in person.
func (a *App) reader(ctx context.Context, ws store.Workspace, user string) (*text.Printer, *time.Location, error) {
	m, err := a.people.look(ctx, ws, user)
	return a.Texts.In(cmp.Or(m.Locale, ws.Language)), a.zoneOf(ctx, ws, user), err
}

// notYet is a reminder that waits until somebody works.
type notYet struct{ until time.Time }

func (e notYet) Error() string { return fmt.Sprintf("bot: it waits until %v", e.until) }

// inHours fails with notYet outside somebody's working hours; those of the workspace when nobody is named.
func (a *App) inHours(ctx context.Context, ws store.Workspace, user string) error {
	hours := ws.Rules().Hours
	if user != "" {
		hours = ws.Settings.Calendar.Hours(a.zoneOf(ctx, ws, user))
	}
	if now := a.Now(); !hours.At(now) {
		return notYet{hours.Next(now)}
	}
	return nil
}

// nudgeReady tells whether a reminder may be posted now: notYet when it must wait, errNothingToShow when nobody is to be
// reminded any more.
func (a *App) nudgeReady(ctx context.Context, ws store.Workspace, m store.Message) error {
	switch m.Kind {
	case store.KindExercise:
		return a.exerciseReady(ctx, ws, m)
	case store.KindOverdue, store.KindCalibration:
		return a.inHours(ctx, ws, "")
	case store.KindQuestion:
		if m.Part == store.QuestionTold {
			return a.inHours(ctx, ws, m.Target)
		}
	case store.KindLate, store.KindHalf:
		user := m.Target
		if user == "" {
			lead, err := a.Store.LeadByID(ctx, ws.ID, m.LeadID)
			if err != nil {
				return err
			}
			if user = lead.Owner; !halfWaits(lead, m, a.Now()) {
				return errNothingToShow
			}
		}
		return a.inHours(ctx, ws, user)
	}
	return nil
}

// halfWaits tells whether the owner of a lead is still to be told that half of its time is over.
func halfWaits(l handoff.Lead, m store.Message, now time.Time) bool {
	return l.State == handoff.Open && l.Round == m.Round && l.Owner != "" && now.Before(l.Due)
}

// renderNudge renders a reminder. It fails with errNothingToShow when the leads were decided before it was posted.
func (a *App) renderNudge(ctx context.Context, ws store.Workspace, m store.Message) (rendered, error) {
	if m.Kind == store.KindHalf && m.Target == "" {
		lead, err := a.Store.LeadByID(ctx, ws.ID, m.LeadID)
		if err != nil {
			return rendered{}, err
		}
		blocks, said := halfBlocks(a.printer(ws), lead, ws.Location())
		return rendered{blocks: blocks, text: said}, nil
	}
	l := NudgeList{Kind: m.Kind, Zone: ws.Location(), CardURLs: map[int64]string{}, Names: map[string]string{}}
	p := a.printer(ws)
	var err error
	if userID.MatchString(m.Target) {
		if p, l.Zone, err = a.reader(ctx, ws, m.Target); err != nil {
			return rendered{}, err
		}
	}
	if l.Leads, err = a.Store.Listed(ctx, ws.ID, m.Subject); err != nil {
		return rendered{}, err
	}
	waits := false
	for _, lead := range l.Leads {
		waits = waits || lead.Waits()
		if l.CardURLs[lead.ID], err = a.whereCard(ctx, ws, lead.Lead); err != nil {
			return rendered{}, err
		}
		if m.Kind == store.KindOverdue && !lead.Fresh && userID.MatchString(lead.Owner) {
			l.Names[lead.Owner] = a.named(ctx, ws, lead.Owner)
		}
	}
	if !waits && m.TS == "" {
		return rendered{}, errNothingToShow
	}
	blocks, said := l.Render(p)
	return rendered{blocks: blocks, text: said}, nil
}

// inPerson returns the direct message with somebody.
func (a *App) inPerson(ctx context.Context, ws store.Workspace, user string) (string, error) {
	c, _, _, err := a.slack(ctx, ws).OpenConversationContext(ctx, &slack.OpenConversationParameters{Users: []string{user}})
	if err != nil {
		return "", err
	}
	return c.ID, nil
}

// unreachable tells whether Slack says that nobody can write to a person any more.
func (o outcome) unreachable() bool {
	switch o.code {
	case "user_not_found", "user_disabled", "user_not_visible", "cannot_dm_bot", "account_inactive":
		return true
	}
	return false
}
