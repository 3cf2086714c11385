package commands

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"relevo/bot"
	"relevo/handoff"
	"relevo/store"
)

// shown is how many leads a list has at most; the rest is counted.
const shown = 15

// lead finds leads by e-mail, number or words: one is shown with its history, several are listed.
func lead(ctx context.Context, a *bot.App, c bot.Call) (bot.Answer, error) {
	if c.Text == "" {
		return help(ctx, a, c)
	}
	if found, err := exact(ctx, a, c); err == nil {
		return a.ShowLead(ctx, c, found)
	} else if !errors.Is(err, handoff.ErrNotFound) {
		return bot.Answer{}, err
	}
	leads, more, err := a.Store.Search(ctx, c.Workspace.ID, c.Text, shown)
	switch {
	case err != nil:
		return bot.Answer{}, err
	case len(leads) == 0:
		return a.Say(c.P, "lead.none", "Query", c.Text), nil
	case len(leads) == 1:
		return a.ShowLead(ctx, c, leads[0])
	}
	heading := c.P.N("lead.several", len(leads))
	if more {
		heading = c.P.N("lead.many", len(leads))
	}
	return a.ShowLeads(ctx, c, heading, leads, len(leads))
}

// exact finds the lead that a number or a whole e-mail address names. A bare number may also be a word to search
// for, so it is no error when there is no such lead.
func exact(ctx context.Context, a *bot.App, c bot.Call) (handoff.Lead, error) {
	if n, err := strconv.ParseInt(strings.TrimPrefix(c.Text, "#"), 10, 64); err == nil {
		return a.Store.LeadByNumber(ctx, c.Workspace.ID, n)
	}
	if email := bareEmail(c.Text); email != "" {
		return a.Store.LeadByEmail(ctx, c.Workspace.ID, email)
	}
	return handoff.Lead{}, handoff.ErrNotFound
}

// bareEmail returns the e-mail address that was typed, also when Slack has made a link of it:
// <mailto:ana@acme.es|ana@acme.es>.
func bareEmail(s string) string {
	if inner, ok := strings.CutPrefix(s, "<mailto:"); ok {
		s, _, _ = strings.Cut(strings.TrimSuffix(inner, ">"), "|")
	}
	if !strings.Contains(s, "@") || strings.ContainsAny(s, " \t") {
		return ""
	}
	return strings.ToLower(s)
}

func leadOpen(ctx context.Context, a *bot.App, c bot.Call) (bot.Answer, error) {
	answer, err := list(ctx, a, c, "lead.open", store.Filter{States: []handoff.State{handoff.Open}})
	if err != nil {
		return bot.Answer{}, err
	}
	return a.ShowFetching(ctx, c, answer)
}

func leadOverdue(ctx context.Context, a *bot.App, c bot.Call) (bot.Answer, error) {
	return list(ctx, a, c, "lead.overdue", store.Filter{OverdueAt: a.Now()})
}

// leadMine lists what is whoever asks' own: open leads that they own, and what they decided.
func leadMine(ctx context.Context, a *bot.App, c bot.Call) (bot.Answer, error) {
	open := store.Filter{States: []handoff.State{handoff.Open}, Owner: c.Actor.User}
	leads, total, err := a.Store.Leads(ctx, c.Workspace.ID, open, shown)
	if err != nil {
		return bot.Answer{}, err
	}
	if total > 0 {
		return a.ShowLeads(ctx, c, c.P.N("lead.mine", total), leads, total)
	}
	return list(ctx, a, c, "lead.decided", store.Filter{DecidedBy: c.Actor.User})
}

// list shows the leads of a filter, under the catalogue's heading for as many, or says that there are none.
func list(ctx context.Context, a *bot.App, c bot.Call, key string, f store.Filter) (bot.Answer, error) {
	leads, total, err := a.Store.Leads(ctx, c.Workspace.ID, f, shown)
	if err != nil {
		return bot.Answer{}, err
	}
	if total == 0 {
		return a.Say(c.P, key+".none"), nil
	}
	return a.ShowLeads(ctx, c, c.P.N(key, total), leads, total)
}
