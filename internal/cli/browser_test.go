package cli

import (
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

func TestBrowser(t *testing.T) {
	for _, lang := range []string{"en", "es"} {
		t.Run(lang, func(t *testing.T) { clickThrough(newStage(t, lang)) })
	}
}

func clickThrough(s *stage) {
	t := s.t
	first, second, third := s.arrive(), s.arrive(), s.arrive()
	me, rep := slackfake.Luke, slackfake.Ana
	if s.name == "es" {
		me, rep = rep, me // whose own language is Spanish
	}
	mine := s.texts
	s.do("open the page", chromedp.EmulateViewport(1280, 860), chromedp.Navigate(s.demo.fake.URL()), visible(`body[data-ready="true"]`))
	s.as(me)
	s.channel("#mql-leads")
	s.says(`[data-messages="#mql-leads"]`, mine.T("card.accept"))
	s.shot("three open cards")

	// Accept: an empty note is refused under its field, then taken.
	s.do("press accept", click(s.card(first)+`[data-action-id="card.accept"]`),
		visible(`dialog[data-callback-id="accept"]`))
	s.shot("accept modal")
	s.do("send it empty", click(`dialog [data-modal="submit"]`), visible(`dialog .field-error`))
	s.shot("accept without a need")
	need := s.demo.company.Needs[0]
	s.do("fill it in", chromedp.SendKeys(css(`dialog textarea`), need),
		click(`dialog [data-modal="submit"]`), gone(`dialog[data-view]`))
	s.says(s.card(first), need[3:20])
	if got := s.state(first); got != handoff.Accepted {
		t.Errorf("lead #%d is %s", first, got)
	}
	s.shot("accepted card")

	// Reject with a timing reason: its day is filled in.
	s.do("press reject", click(s.card(second)+`[data-action-id="card.reject"]`),
		visible(`dialog[data-callback-id="reject"]`),
		click(`dialog [data-action-id="reject.reason"]`))
	s.shot("reasons by lane")
	s.do("choose a timing reason", click(`.menu-item[data-value="bad-timing"]`),
		visible(`dialog [data-block-id="back:bad-timing"]`))
	s.shot("reject modal with a day")
	s.do("send it", chromedp.SendKeys(css(`dialog textarea`), s.demo.company.Notes["bad-timing"][0]),
		click(`dialog [data-modal="submit"]`), gone(`dialog[data-view]`))
	s.says(s.card(second), s.demo.company.Notes["bad-timing"][0])
	if got := s.state(second); got != handoff.Nurturing {
		t.Errorf("lead #%d is %s", second, got)
	}
	s.shot("decided cards")

	// Take the acceptance back from the card's menu.
	s.do("open the menu", click(s.card(first)+`[data-action-id="card.menu"]`))
	s.shot("menu of a card")
	s.do("take back", click(`.menu-item[data-value^="take_back"]`),
		visible(`dialog[data-callback-id="take_back"]`),
		chromedp.SendKeys(css(`dialog textarea`), s.demo.company.Why))
	s.shot("take back modal")
	s.do("send it", click(`dialog [data-modal="submit"]`), gone(`dialog[data-view]`))
	s.says(s.card(first), s.texts.T("card.accept"), s.demo.company.Why)
	s.shot("open again")

	// History.
	s.do("open the history", click(s.card(first)+`[data-action-id="card.menu"]`),
		click(`.menu-item[data-value^="history"]`),
		visible(`dialog[data-callback-id="history"]`))
	s.says(`dialog`, mine.T("history.heading"))
	s.shot("history")
	s.do("close it", click(`dialog [data-modal="close"]`), gone(`dialog[data-view]`))

	// A race: the other rep decides while my form is open.
	s.do("open the form", click(s.card(third)+`[data-action-id="card.accept"]`),
		visible(`dialog[data-callback-id="accept"]`))
	at := strings.TrimSuffix(strings.TrimPrefix(s.card(third), `[data-ts="`), `"] `)
	if err := s.demo.fake.Click(t.Context(), rep, slackfake.InMessage(slackfake.ChannelLeads, at), "card.reject", ""); err != nil {
		t.Fatal(err)
	}
	if _, err := s.demo.fake.Submit(t.Context(), rep, s.demo.fake.Modal(rep).ID, map[string]string{"reject.reason": "wrong-size"}); err != nil {
		t.Fatal(err)
	}
	s.do("send mine", chromedp.SendKeys(css(`dialog textarea`), need), click(`dialog [data-modal="submit"]`),
		visible(`dialog[data-callback-id="notice"]`))
	s.says(`dialog`, mine.T("already.theirs_stands"), need[3:20])
	s.shot("second in a race")
	s.do("close it", click(`dialog [data-modal="close"]`), gone(`dialog[data-view]`))

	// Commands, with completion.
	s.do("type a slash", chromedp.SendKeys(css(`textarea[data-composer="channel"]`), "/l"), visible(`[data-suggestion="/lead"]`))
	s.shot("completion")
	s.types("/mql help")
	s.says(`[data-ephemeral="true"]`, mine.T("help.heading"))
	s.types("/lead open")
	s.says(`[data-ephemeral="true"]`, mine.N("lead.open", 1))
	s.shot("private answers")

	// Home.
	s.do("open Home", click(`a[data-app="home"]`))
	s.says(`main`, mine.N("home.open", 1))
	s.shot("home")

	// Monday.
	s.do("skip to Monday", click(`[data-clock-to="monday"]`))
	if err := s.demo.settled(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.channel("#mql-feedback")
	s.says(`[data-messages="#mql-feedback"]`, s.texts.T("digest.received"))
	s.shot("digest")
	s.do("open its thread", chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('[data-action="open-thread"]')].at(-1).click()`), visible(`textarea[data-composer="thread"]`))
	s.shot("digest thread")
	s.size(390, 844)
	s.shot("narrow thread")
	s.do("reload", chromedp.Navigate(s.demo.fake.URL()), visible(`body[data-ready="true"]`))
	s.shot("narrow")
}
