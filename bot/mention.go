package bot

import (
	"cmp"
	"context"

	"relevo/handoff"
	"relevo/internal/text"
	"relevo/store"
)

// Slack calls whoever is mentioned in a message that is posted, and nobody when it is updated. A card calls its owner,
// once: in the channel by its first post, in a burst by the announcement. Whoever else has to do with it, and everybody when
// it is posted anew, is there by name until the card changes.

// called returns whom a card calls when it is posted; empty for nobody.
func (c Card) called(m store.Message) string {
	if _, decided := c.standing(); decided || m.Again || m.Thread != "" || !c.live() || c.Lead.State != handoff.Open {
		return ""
	}
	return c.Lead.Owner
}

// quietly returns the card as it is posted. It is not complete when Slack did not tell somebody's name.
func (a *App) quietly(ctx context.Context, ws store.Workspace, p *text.Printer, card Card, m store.Message) (_ Card, complete bool) {
	card.Names, complete = map[string]string{}, true
	users := []string{card.Lead.Owner}
	for _, d := range card.Decisions {
		users = append(users, d.By, d.TakenBackBy)
	}
	for _, user := range users {
		if !userID.MatchString(user) || user == card.called(m) || card.Names[user] != "" {
			continue
		}
		name := a.named(ctx, ws, user)
		complete = complete && name != ""
		card.Names[user] = cmp.Or(name, p.T("card.colleague"))
	}
	return card, complete
}

// person mentions somebody, or names them where that would call them for nothing.
func (c Card) person(p *text.Printer, user string) span {
	if name, ok := c.Names[user]; ok {
		return words(name)
	}
	return person(p, user)
}
