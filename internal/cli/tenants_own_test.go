package cli

import (
	"fmt"
	"net/http"
	"testing"

	"relevo/internal/slackfake"
)

// The workspace of the environment's own token and installed ones live in one process: each has its own leads, and one whose Slack
// does not answer at all holds none of the others up.
func TestOwnTokenBesideInstalled(t *testing.T) {
	const intake = "the-environments-token"
	c := newTown(t, 3, func(s *Settings) {
		s.BotToken, s.IntakeToken = slackfake.New(slackfake.Options{}).BotToken(), intake
		s.LeadsChannel, s.FeedbackChannel = "#mql-leads", "#mql-feedback"
	})
	ctx, tokens := t.Context(), []string{intake, "", ""}
	c.until("Slack was reached", func() bool {
		_, err := c.service.store.WorkspaceByTeam(ctx, c.teams[0].TeamID())
		return err == nil
	})
	for i, team := range c.teams[1:] {
		token, err := c.service.store.NewIntakeToken(ctx, c.install(team).ID, "V", "U", c.now())
		if err != nil {
			t.Fatal(err)
		}
		tokens[i+1] = token
		c.setUp(team, slackfake.Grace)
	}
	hangs := c.teams[2]
	if err := hangs.Fault(slackfake.Fault{Kind: "slow", Method: "chat.postMessage", DelayMS: 3_600_000}); err != nil {
		t.Fatal(err)
	}
	for _, i := range []int{2, 0, 1} {
		if status := c.sends(tokens[i], fmt.Sprintf("Person %d", i)); status != http.StatusAccepted {
			t.Fatalf("workspace %d: got %d", i, status)
		}
	}
	c.until("the others have their cards", func() bool {
		return len(c.teams[0].Messages(slackfake.ChannelLeads)) > 0 && len(c.teams[1].Messages(slackfake.ChannelLeads)) > 0
	})
	if got := len(hangs.Messages(slackfake.ChannelLeads)); got > 0 {
		t.Errorf("%d cards came out of a Slack that hangs", got)
	}
}
