package slackfake

import (
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/slack-go/slack"
)

// TestFaults has each fault: what the client sees of it, and whether the message was posted all the same.
func TestFaults(t *testing.T) {
	for _, test := range []struct {
		fault  Fault
		posted bool
		want   func(error) bool
	}{
		{Fault{Kind: "rate_limited", RetryAfter: 7}, false, func(err error) bool {
			var limited *slack.RateLimitedError
			return errors.As(err, &limited) && limited.RetryAfter == 7*time.Second
		}},
		{Fault{Kind: "http_500"}, false, func(err error) bool {
			var status slack.StatusCodeError
			return errors.As(err, &status) && status.Code == 500
		}},
		{Fault{Kind: "internal_error"}, false, func(err error) bool { return code(err) == "internal_error" }},
		{Fault{Kind: "error:fatal_error"}, false, func(err error) bool { return code(err) == "fatal_error" }},
		{Fault{Kind: "slow", DelayMS: 1}, true, func(err error) bool { return err == nil }},
		{Fault{Kind: "did_then_drop"}, true, func(err error) bool { return err != nil && code(err) == err.Error() }},
		{Fault{Kind: "drop"}, false, func(err error) bool { return err != nil && code(err) == err.Error() }},
	} {
		t.Run(test.fault.Kind, func(t *testing.T) {
			s, api := start(t, Options{})
			test.fault.Method = "chat.postMessage"
			if err := s.Fault(test.fault); err != nil {
				t.Fatal(err)
			}
			if _, err := api.AuthTest(); err != nil {
				t.Errorf("another method: %v", err)
			}
			_, _, err := api.PostMessage(ChannelLeads, slack.MsgOptionText("x", false))
			if !test.want(err) {
				t.Errorf("err = %v", err)
			}
			if got := len(s.Messages(ChannelLeads)) == 1; got != test.posted {
				t.Errorf("posted = %v, want %v", got, test.posted)
			}
			if _, _, err := api.PostMessage(ChannelLeads, slack.MsgOptionText("x", false)); err != nil || s.Faults() != 0 {
				t.Errorf("the next one: %v, %d faults left", err, s.Faults())
			}
		})
	}
}

// A workspace without charts refuses them, and nothing else, until it has them again.
func TestNoCharts(t *testing.T) {
	s, api := start(t, Options{})
	chart := slack.NewDataVisualizationBlock("x", slack.NewDataVisualizationPieChart(slack.NewDataVisualizationSegment("a", 1)))
	for _, kind := range []string{"charts", "no_charts"} {
		if err := s.Fault(Fault{Kind: kind}); err != nil {
			t.Fatal(err)
		}
		_, _, err := api.PostMessage(ChannelLeads, slack.MsgOptionText("x", false), slack.MsgOptionBlocks(chart))
		if want := map[string]string{"no_charts": "invalid_blocks"}[kind]; code(err) != want {
			t.Errorf("%s: %v", kind, err)
		}
		if _, _, err := api.PostMessage(ChannelLeads, slack.MsgOptionText("x", false), slack.MsgOptionBlocks(slack.NewDividerBlock())); err != nil {
			t.Errorf("%s: a line: %v", kind, err)
		}
	}
	if p := s.Problems(); len(p) > 0 {
		t.Errorf("problems = %+v", p)
	}
}

func TestFaultAfterOthers(t *testing.T) {
	s, api := start(t, Options{})
	if err := s.Fault(Fault{Kind: "internal_error", Method: "chat.postMessage", After: 2, Times: 2}); err != nil {
		t.Fatal(err)
	}
	var went []bool
	for range 5 {
		_, _, err := api.PostMessage(ChannelLeads, slack.MsgOptionText("x", false))
		went = append(went, err == nil)
	}
	if want := []bool{true, true, false, false, true}; !slices.Equal(went, want) {
		t.Errorf("the posts went %v, want %v", went, want)
	}
}

func TestDownAndUp(t *testing.T) {
	s, api := start(t, Options{})
	dial(t, s)
	if err := s.Fault(Fault{Kind: "down"}); err != nil {
		t.Fatal(err)
	}
	wait(t, s, func() bool { return s.Connections() == 0 })
	var status slack.StatusCodeError
	if _, err := api.AuthTest(); !errors.As(err, &status) || status.Code != http.StatusServiceUnavailable {
		t.Errorf("down: %v", err)
	}
	if err := s.OpenHome(t.Context(), Ana); !errors.Is(err, ErrDown) {
		t.Errorf("people while it is down: %v", err)
	}
	resp, err := http.Post(s.URL()+"/_faults", "application/json", strings.NewReader(`{"kind":"up"}`))
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if _, err := api.AuthTest(); err != nil {
		t.Errorf("up: %v", err)
	}
	if err := s.Fault(Fault{Kind: "earthquake"}); err == nil {
		t.Error("an unknown fault was taken")
	}
}
