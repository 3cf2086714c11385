package commands

import (
	"context"

	"relevo/bot"
	"relevo/handoff"
)

// mqlNew opens the form with which a lead is handed over by hand.
func mqlNew(ctx context.Context, a *bot.App, c bot.Call) (bot.Answer, error) {
	return bot.Answer{}, a.OpenNewLead(ctx, c)
}

// mqlTeam shows who is who, and lets an admin say so.
func mqlTeam(ctx context.Context, a *bot.App, c bot.Call) (bot.Answer, error) {
	return a.ShowTeam(ctx, c)
}

// mqlDigest shows the digest of a week, privately: the last one, or the one named.
func mqlDigest(ctx context.Context, a *bot.App, c bot.Call) (bot.Answer, error) {
	zone := c.Workspace.Location()
	week := handoff.LastDigest(a.Now(), zone)
	if c.Text != "" {
		named, err := handoff.ParseWeek(c.Text, zone)
		if err != nil {
			return a.Say(c.P, "digest.no_such_week", "Typed", c.Text, "Example", week.String()), nil
		}
		week = named
		if week.Start().After(a.Now()) {
			return a.Say(c.P, "digest.future_week", "Week", week.String()), nil
		}
	}
	return a.ShowDigest(ctx, c, week)
}

// mqlSettings shows what the workspace has agreed on, for admins to edit.
func mqlSettings(ctx context.Context, a *bot.App, c bot.Call) (bot.Answer, error) {
	return bot.Answer{}, a.OpenSettings(ctx, c)
}

// mqlDefinitions shows what an MQL and an SQL are, and lets anybody propose a change.
func mqlDefinitions(ctx context.Context, a *bot.App, c bot.Call) (bot.Answer, error) {
	return a.ShowDefinitions(ctx, c)
}

// mqlProfile shows who the perfect customer is, and lets anybody propose a change.
func mqlProfile(ctx context.Context, a *bot.App, c bot.Call) (bot.Answer, error) {
	return a.ShowProfile(ctx, c)
}
