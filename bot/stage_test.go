package bot

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/slack-go/slack"

	"relevo/internal/slackfake"
)

// A stage is a Slack that shows what a golden file holds, and checks that it can.
type stage struct {
	t        *testing.T
	fake     *slackfake.Slack
	client   *slack.Client
	triggers chan string
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{t: t, triggers: make(chan string, 1)}
	commands := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { s.triggers <- r.FormValue("trigger_id") }))
	t.Cleanup(commands.Close)
	s.fake = slackfake.New(slackfake.Options{Now: func() time.Time { return cardNow }, CommandsURL: commands.URL})
	if err := s.fake.Listen("127.0.0.1:0"); err != nil {
		t.Fatal(err)
	}
	served := make(chan error, 1)
	go func() { served <- s.fake.Serve(context.Background()) }()
	t.Cleanup(func() {
		s.fake.Close()
		<-served
		for _, problem := range s.fake.Problems() {
			t.Errorf("Slack refused a payload: %s", problem)
		}
	})
	s.client = slack.New(s.fake.BotToken(), slack.OptionAPIURL(s.fake.APIURL()), slack.OptionHTTPClient(&http.Client{Timeout: 10 * time.Second}))
	return s
}

// posted posts a message and returns what people read.
func (s *stage) posted(blocks []slack.Block, said string) string {
	s.t.Helper()
	_, ts, err := s.client.PostMessageContext(s.t.Context(), slackfake.ChannelLeads, slack.MsgOptionBlocks(blocks...), slack.MsgOptionText(said, false))
	if err != nil {
		s.t.Error(err)
		return ""
	}
	if _, _, _, err := s.client.UpdateMessageContext(s.t.Context(), slackfake.ChannelLeads, ts, slack.MsgOptionBlocks(blocks...), slack.MsgOptionText(said, false)); err != nil {
		s.t.Error(err)
	}
	m, _ := s.fake.Message(slackfake.ChannelLeads, ts)
	return s.fake.Text(m.Blocks)
}

// opened opens a modal and returns it as Luke sees it.
func (s *stage) opened(v slack.ModalViewRequest) *slackfake.View {
	s.t.Helper()
	if _, err := s.fake.Command(s.t.Context(), slackfake.Luke, slackfake.ChannelGeneral, "/open"); err != nil {
		s.t.Fatal(err)
	}
	if _, err := s.client.OpenViewContext(s.t.Context(), <-s.triggers, v); err != nil {
		s.t.Error(err)
	}
	return s.fake.Modal(slackfake.Luke)
}
