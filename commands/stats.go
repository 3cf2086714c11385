package commands

import (
	"context"
	"errors"
	"strings"

	"relevo/bot"
	"relevo/handoff"
)

// statsWords are what stats can be told apart by, in either language, whichever somebody has.
var statsWords = map[string]bot.StatsBy{
	"source": bot.StatsBySource, "sources": bot.StatsBySource, "fuente": bot.StatsBySource, "fuentes": bot.StatsBySource,
	"campaign": bot.StatsByCampaign, "campaigns": bot.StatsByCampaign, "campaña": bot.StatsByCampaign, "campañas": bot.StatsByCampaign, "campana": bot.StatsByCampaign, "campanas": bot.StatsByCampaign,
	"reason": bot.StatsByReason, "reasons": bot.StatsByReason, "motivo": bot.StatsByReason, "motivos": bot.StatsByReason,
	"rep": bot.StatsByRep, "reps": bot.StatsByRep, "comercial": bot.StatsByRep, "comerciales": bot.StatsByRep,
}

// mqlStats sums up a span of time, privately: by source when nothing else is named, over twelve weeks when no span is.
func mqlStats(ctx context.Context, a *bot.App, c bot.Call) (bot.Answer, error) {
	by, typed := bot.StatsBySource, ""
	for i, word := range strings.Fields(c.Text) {
		if named, ok := statsWords[strings.ToLower(word)]; ok && i == 0 {
			by = named
		} else if typed == "" && len(strings.Fields(c.Text)) <= 2 {
			typed = word
		} else {
			return a.Say(c.P, "stats.wrong", "Typed", c.Text), nil
		}
	}
	span, err := handoff.ParseSpan(typed, a.Now(), c.Workspace.Location())
	switch {
	case errors.Is(err, handoff.ErrSpanAhead):
		return a.Say(c.P, "stats.ahead", "Typed", typed), nil
	case err != nil:
		return a.Say(c.P, "stats.wrong", "Typed", typed), nil
	}
	return a.ShowStats(ctx, c, by, span)
}
