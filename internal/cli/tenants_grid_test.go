package cli

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// accepts has Luke accept the newest lead of a workspace.
func (c *town) accepts(team *slackfake.Slack, need string) {
	c.t.Helper()
	all := team.Messages(slackfake.ChannelLeads)
	card := all[len(all)-1]
	if err := team.Click(c.t.Context(), slackfake.Luke, slackfake.InMessage(card.Channel, card.TS), "card.accept", ""); err != nil {
		c.t.Fatal(err)
	}
	form := team.Modal(slackfake.Luke)
	if form == nil {
		c.t.Fatalf("there is no form\n%s", c.log.String())
	}
	if _, err := team.Submit(c.t.Context(), slackfake.Luke, form.ID, map[string]string{"need": need, "horizon": "quarter", "foreseen": "no"}); err != nil {
		c.t.Fatal(err)
	}
	c.until("the decision is shown", func() bool { return strings.Contains(team.Transcript(slackfake.ChannelLeads), need) })
}

// token makes a token for the leads of an installed workspace.
func (c *town) token(team *slackfake.Slack) string {
	c.t.Helper()
	ws, err := c.service.store.WorkspaceByTeam(c.t.Context(), team.TeamID())
	if err != nil {
		c.t.Fatal(err)
	}
	token, err := c.service.store.NewIntakeToken(c.t.Context(), ws.ID, rand.Text(), "U", c.now())
	if err != nil {
		c.t.Fatal(err)
	}
	return token
}

// Over Socket Mode what happens in all workspaces comes by the same connections: each event reaches its own workspace, and one whose
// token Slack takes no more stops none of the others.
func TestSocketModeServesMany(t *testing.T) {
	c := newTownOf(t, 2, func(c *town, o *slackfake.Options) {
		o.EventsURL, o.InteractionsURL, o.CommandsURL = "", "", ""
		if len(c.teams) > 0 {
			o.Via = c.teams[0]
		}
	}, func(s *Settings) { s.AppToken = slackfake.New(slackfake.Options{}).AppToken() })
	c.until("Socket Mode is connected", func() bool { return c.teams[0].Connections() > 0 })
	tokens := make([]string, 2)
	for i, team := range c.teams {
		c.install(team)
		c.setUp(team, slackfake.Grace)
		tokens[i] = c.token(team)
		if status := c.sends(tokens[i], fmt.Sprintf("Person %d", i)); status != http.StatusAccepted {
			t.Fatalf("got %d", status)
		}
		c.until("its card is there", func() bool { return len(team.Messages(slackfake.ChannelLeads)) == 1 })
		c.accepts(team, fmt.Sprintf("Need of company %d", i))
	}
	for i, team := range c.teams {
		if said := team.Transcript(slackfake.ChannelLeads); strings.Contains(said, fmt.Sprint("Person ", 1-i)) || strings.Contains(said, fmt.Sprint("company ", 1-i)) {
			t.Errorf("workspace %d shows what is the other's:\n%s", i, said)
		}
	}
	revoked, well := c.teams[0], c.teams[1]
	if err := revoked.Fault(slackfake.Fault{Kind: "error:token_revoked", Times: 1_000_000}); err != nil { // every call, without a word before
		t.Fatal(err)
	}
	for i := range c.teams {
		if status := c.sends(tokens[i], fmt.Sprintf("Later %d", i)); status != http.StatusAccepted {
			t.Fatalf("got %d", status)
		}
	}
	c.until("the other has its card", func() bool { return len(well.Messages(slackfake.ChannelLeads)) == 2 })
	c.accepts(well, "Still served")
	if !c.service.transport.Ready() || len(revoked.Messages(slackfake.ChannelLeads)) != 1 {
		t.Error("the connections are gone, or a revoked token was good for a card")
	}
}

// An organisation of Enterprise Grid installs Relevo once, for all its workspaces: each gets its own when it is first heard of, is set
// up by its own admin, and works by the organisation's token. When the organisation uninstalls it nothing is sent any more, and when
// it is installed again what waited is shown.
func TestEnterpriseGrid(t *testing.T) {
	c := newTownOf(t, 1, func(_ *town, o *slackfake.Options) { o.Enterprise = "E0NORTE" })
	team, ctx, db := c.teams[0], t.Context(), c.service.store
	installs := func() {
		t.Helper()
		b := visitor()
		state := c.begin(b)
		if status := c.back(b, map[string][]string{"state": {state}, "code": {team.NewCode(c.address + "/slack/oauth_redirect")}}); status != http.StatusOK {
			t.Fatalf("got %d\n%s", status, c.log.String())
		}
	}
	installs()
	if all, err := db.Workspaces(ctx); err != nil || len(all) != 1 { // the default one
		t.Fatalf("there are %d workspaces before any is heard of, %v", len(all), err)
	}
	c.setUp(team, slackfake.Grace)
	ws, err := db.WorkspaceByTeam(ctx, team.TeamID())
	if err != nil || ws.EnterpriseID != "E0NORTE" || ws.Name != "Company 1" || ws.Unready {
		t.Fatalf("%+v, %v", ws, err)
	}
	sends := func(person string) {
		t.Helper()
		if status := c.sends(c.token(team), person); status != http.StatusAccepted {
			t.Fatalf("got %d", status)
		}
	}
	sends("Person 1")
	c.until("its card is there", func() bool { return len(team.Messages(slackfake.ChannelLeads)) == 1 })
	c.accepts(team, "Pierden paquetes")
	answer, err := team.Command(ctx, slackfake.Luke, slackfake.ChannelLeads, "/lead mine")
	if err != nil || strings.Contains(fmt.Sprint(answer), "member") {
		t.Errorf("%+v, %v", answer, err)
	}
	if problems := team.Problems(); len(problems) > 0 {
		t.Errorf("Slack refused %v", problems)
	}
	// What is of the organisation itself is of none of its workspaces.
	if err := team.Deliver(ctx, "events_api", []byte(`{"type":"event_callback","team_id":"E0NORTE","enterprise_id":"E0NORTE","event_id":"Ev9","event_time":1795000000,
		"event":{"type":"user_change","user":{"id":"U9","team_id":"E0NORTE"}},
		"authorizations":[{"enterprise_id":"E0NORTE","team_id":"E0NORTE","user_id":"U0RELEVO1","is_bot":true,"is_enterprise_install":true}]}`)); err != nil {
		t.Error(err)
	}
	if all, err := db.Workspaces(ctx); err != nil || len(all) != 2 {
		t.Fatalf("there are %d workspaces, %v", len(all), err)
	}

	token := c.token(team)
	if err := team.Deliver(ctx, "events_api", []byte(fmt.Sprintf(`{"type":"event_callback","team_id":"E0NORTE","enterprise_id":"E0NORTE","event_id":"Ev10","event_time":%d,
		"event":{"type":"app_uninstalled"},
		"authorizations":[{"enterprise_id":"E0NORTE","team_id":null,"user_id":"U0RELEVO1","is_bot":true,"is_enterprise_install":true}]}`, c.now().Unix()))); err != nil {
		t.Error(err)
	}
	if ws, err = db.WorkspaceByTeam(ctx, team.TeamID()); err != nil || !ws.Closed {
		t.Errorf("%+v, %v", ws, err)
	}
	if status := c.sends(token, "Person 2"); status != http.StatusAccepted {
		t.Fatalf("got %d", status)
	}
	c.late.Add(1_000_000_000)
	installs()
	c.until("what waited is shown", func() bool { return len(team.Messages(slackfake.ChannelLeads)) == 2 })
	if l, err := db.LeadByNumber(ctx, ws.ID, 1); err != nil || l.State != handoff.Accepted {
		t.Errorf("%+v, %v", l, err)
	}
}
