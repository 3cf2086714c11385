package slackfake

import (
	"testing"
	"time"
)

func TestText(t *testing.T) {
	s := New(Options{})
	s.SetNow(time.Date(2026, 11, 23, 9, 0, 0, 0, s.Zone()))
	for _, test := range []struct{ name, blocks, want string }{
		{"mentions", `[{"type":"section","text":{"type":"mrkdwn","text":"<@U0ANA00001> in <#C0MQLLEADS> &lt;3 <https://x.example|here> <!subteam^S0SALES001> <!here>"}}]`,
			"@Ana Ruiz in #mql-leads <3 here @sales @here"},
		{"plain text stays", `[{"type":"header","text":{"type":"plain_text","text":"<@U0ANA00001>"}}]`, "# <@U0ANA00001>"},
		{"dates", `[{"type":"section","text":{"type":"mrkdwn","text":"<!date^1795334400^{date_short} {time}|x>, <!date^1795420800^{date_pretty}|x>, <!date^1795507200^{date}|x>"}}]`,
			"Nov 22, 2026 09:00, today, November 24th, 2026"},
		{"actions", `[{"type":"actions","elements":[{"type":"button","text":{"text":"Accept as SQL"}},{"type":"overflow","options":[{"text":{"text":"History"},"value":"h"},{"text":{"text":"Take back"},"value":"t"}]}]}]`,
			"[Accept as SQL] [History | Take back]"},
		{"table", `[{"type":"table","rows":[[{"type":"raw_text","text":"Source"},{"type":"raw_text","text":"MQL"}],[{"type":"raw_text","text":"Añil"},{"type":"raw_number","value":12}],[{"type":"raw_text","text":"B"},{"type":"raw_number","value":3}]]}]`,
			"Source  MQL\nAñil     12\nB         3"},
		{"chart", `[{"type":"data_visualization","title":"Accepted","chart":{"type":"line","series":[{"name":"yes","data":[{"label":"W1","value":3},{"label":"W2","value":10}]},{"name":"no","data":[{"label":"W1","value":1},{"label":"W2","value":2}]}],"axis_config":{"categories":["W1","W2"]}}}]`,
			"[line chart: Accepted]\n    yes  no\nW1    3   1\nW2   10   2"},
		{"pie", `[{"type":"data_visualization","title":"Why","chart":{"type":"pie","segments":[{"label":"price","value":3}]}}]`, "[pie chart: Why]\nprice  3"},
		{"rich text", `[{"type":"rich_text","elements":[{"type":"rich_text_section","elements":[{"type":"user","user_id":"U0LUKE0001"},{"type":"text","text":" said"}]},{"type":"rich_text_list","style":"ordered","elements":[{"type":"rich_text_section","elements":[{"type":"text","text":"one"}]}]},{"type":"rich_text_quote","elements":[{"type":"text","text":"a\nb"}]}]}]`,
			"@Luke Carter said\n1. one\n> a\n> b"},
		{"context and more", `[{"type":"context","elements":[{"type":"mrkdwn","text":"a"},{"type":"plain_text","text":"b"}]},{"type":"divider"},{"type":"image","alt_text":"a map"},{"type":"card","title":{"type":"plain_text","text":"T"},"actions":[{"type":"button","text":{"text":"Go"}}]}]`,
			"a · b\n---\n[image: a map]\nT\n[Go]"},
		{"input", `[{"type":"input","optional":true,"label":{"type":"plain_text","text":"Note"},"element":{"type":"plain_text_input"}}]`, "Note (optional): […]"},
	} {
		if got := s.Text(objects(parse(t, test.blocks))); got != test.want {
			t.Errorf("%s:\n%s\nwant\n%s", test.name, got, test.want)
		}
	}
}

func TestTranscript(t *testing.T) {
	s := New(Options{Events: []string{}})
	s.SetNow(time.Date(2026, 11, 23, 9, 0, 0, 0, s.Zone()))
	ctx := t.Context()
	if err := s.Say(ctx, Ana, "#general", "hi <@"+Luke+">"); err != nil {
		t.Fatal(err)
	}
	if err := s.Reply(ctx, Luke, "#general", s.Messages("#general")[0].TS, "hello"); err != nil {
		t.Fatal(err)
	}
	const want = "Mon 23 Nov 09:00  @Ana Ruiz\nhi @Luke Carter\n\n  | Mon 23 Nov 09:00  @Luke Carter\n  | hello\n\n"
	if got := s.Transcript("#general"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func TestClock(t *testing.T) {
	base := time.Date(2026, 10, 22, 8, 0, 0, 0, time.UTC) // a Thursday before the clocks change
	s := New(Options{Now: func() time.Time { return base }})
	var told []time.Time
	s.OnClock(func(now time.Time) { told = append(told, now) })
	local := func() string { return s.Now().In(s.Zone()).Format("Mon 2006-01-02 15:04") }
	for _, test := range []struct{ to, want string }{
		{"tomorrow", "Fri 2026-10-23 10:00"}, {"monday", "Mon 2026-10-26 09:00"}, {"monday", "Mon 2026-11-02 09:00"},
	} {
		if err := s.Jump(test.to); err != nil {
			t.Fatal(err)
		}
		if got := local(); got != test.want {
			t.Errorf("%s: %s, want %s", test.to, got, test.want)
		}
	}
	s.Advance(time.Hour)
	if got := local(); got != "Mon 2026-11-02 10:00" || len(told) != 4 || !told[3].Equal(s.Now()) {
		t.Errorf("%s, told %v", got, told)
	}
	before := s.stamp()
	s.SetNow(base)
	if after := s.stamp(); after <= before {
		t.Errorf("ts went back: %s after %s", after, before)
	}
}

func (s *Slack) stamp() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.newTS()
}
