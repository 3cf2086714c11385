package bot

import (
	"context"
	"strconv"
	"time"

	"github.com/slack-go/slack"

	"relevo/handoff"
	"relevo/internal/text"
)

// The form of a rule's owners: how many leads each gets in a turn and at most a day, and until when they are away.

const (
	viewRouteOwners = "route_owners"
	blockShare      = "weight"
	blockPerDay     = "per_day"
	blockOff        = "off"
	maxPerDay       = 1000
)

func (a *App) openRouteOwners(ctx context.Context, c click, id string) error {
	r, err := routeFor(c.scene, id)
	if err != nil {
		return err
	}
	people, err := a.Store.Members(ctx, c.Workspace.ID, c.Workspace.Settings.RouteOwners())
	if err != nil {
		return err
	}
	return a.show(ctx, c, routeOwnersView(c.P, r, people, c.Workspace.Location(), a.Now()))
}

func routeOwnersView(p *text.Printer, r handoff.Route, people map[string]handoff.Member, zone *time.Location, now time.Time) slack.ModalViewRequest {
	v := modal(p, viewRouteOwners, p.T("routes.owners.title"), p.T("routes.save"), routeRef(r.ID))
	v.Blocks.BlockSet = []slack.Block{richText(paragraph(bold(r.Name)), paragraph(words(p.T("routes.owners.says"))))}
	for _, o := range r.Owners {
		off := slack.NewDatePickerBlockElement(actValue)
		if until := people[o.User].OffUntil; until.After(now) {
			off.InitialDate = until.In(zone).Format(time.DateOnly)
		}
		v.Blocks.BlockSet = append(v.Blocks.BlockSet,
			slack.NewDividerBlock(),
			richText(paragraph(person(p, o.User))),
			input(blockShare+":"+o.User, p.T("routes.owners.weight"), "", false, numberField(o.Share(), 1, handoff.MaxWeight)),
			input(blockPerDay+":"+o.User, p.T("routes.owners.per_day"), "", true, numberField(o.PerDay, 0, maxPerDay)),
			input(blockOff+":"+o.User, p.T("routes.owners.off"), p.T("routes.owners.off.hint"), true, off),
		)
	}
	return v
}

func (a *App) submitRouteOwners(ctx context.Context, s submission) (*slack.ViewSubmissionResponse, error) {
	r, err := routeFor(s.scene, s.View.PrivateMetadata)
	if err != nil {
		return nil, err
	}
	people, err := a.Store.Members(ctx, s.Workspace.ID, s.Workspace.Settings.RouteOwners())
	if err != nil {
		return nil, err
	}
	for _, o := range r.Owners {
		until := time.Time{}
		if day, err := time.ParseInLocation(time.DateOnly, field(s.View, blockOff+":"+o.User), s.Workspace.Location()); err == nil && day.After(a.Now()) {
			until = day
		}
		if until.Equal(people[o.User].OffUntil) || until.IsZero() && !people[o.User].OffUntil.After(a.Now()) {
			continue
		}
		if err := a.Store.SetOff(ctx, s.Workspace.ID, o.User, until); err != nil {
			return nil, err
		}
	}
	return a.saveRoutes(ctx, s, func(settings *handoff.Settings) error {
		i, err := routeAt(settings, r.ID)
		if err != nil {
			return err
		}
		for j, o := range settings.Routes[i].Owners {
			if field(s.View, blockShare+":"+o.User) == "" {
				continue // named since
			}
			settings.Routes[i].Owners[j].Weight = numberOf(s.View, blockShare+":"+o.User)
			settings.Routes[i].Owners[j].PerDay = numberOf(s.View, blockPerDay+":"+o.User)
		}
		settings.Routes[i], err = settings.Routes[i].Clean()
		return err
	})
}

// Away takes whoever asks out of the turns until a day, or back in when none is named.
func (a *App) Away(ctx context.Context, c Call, until time.Time) (Answer, error) {
	if err := a.Store.SetOff(ctx, c.Workspace.ID, c.Actor.User, until); err != nil {
		return Answer{}, err
	}
	if !until.IsZero() {
		return a.Say(c.P, "away.off", "Day", c.P.Date(until)), nil
	}
	m, err := a.Store.Member(ctx, c.Workspace.ID, c.Actor.User)
	if _, err := found(err); err != nil {
		return Answer{}, err
	}
	if m.AwayAt(a.Now()) {
		return a.Say(c.P, "away.status"), nil
	}
	return a.Say(c.P, "away.back"), nil
}

// ParseOff reads a day from which somebody is there again: after today, within two years. It fails with handoff.FieldErrors.
func (a *App) ParseOff(c Call, s string) (time.Time, error) {
	day, err := time.ParseInLocation(time.DateOnly, s, c.Workspace.Location())
	switch {
	case err != nil:
		return day, handoff.FieldErrors{{Field: blockOff, Problem: handoff.NoSuch, Typed: s}}
	case !day.After(a.Now()):
		return day, handoff.FieldErrors{{Field: blockOff, Problem: handoff.NotFuture}}
	case day.After(a.Now().Add(handoff.MaxBack)):
		return day, handoff.FieldErrors{{Field: blockOff, Problem: handoff.TooFar}}
	}
	return day, nil
}

// passedSpans says why a lead passes owners by.
func passedSpans(p *text.Printer, passed []handoff.Passed, people map[string]handoff.Member, zone *time.Location, now time.Time) [][]span {
	var all [][]span
	for _, one := range passed {
		line := []span{person(p, one.User), words(": ")}
		if one.Why == handoff.PassedFull {
			line = append(line, words(p.T("routes.passed.full", "Count", strconv.Itoa(one.Full))))
		} else {
			line = append(append(line, words(p.T("routes.passed.away"))), untilSpans(p, people[one.User], zone, now)...)
		}
		all = append(all, line)
	}
	return all
}
