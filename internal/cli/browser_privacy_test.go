package cli

import (
	"testing"

	"github.com/chromedp/chromedp"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// An admin says by clicks how long leads are kept, and forgets somebody, whose card then says no more than that.
func TestBrowserPrivacy(t *testing.T) {
	for _, lang := range []string{"en", "es"} {
		t.Run(lang, func(t *testing.T) { clickPrivacy(newStage(t, lang)) })
	}
}

func clickPrivacy(s *stage) {
	number := s.arrive()
	if err := s.demo.fake.SetLocale(s.t.Context(), slackfake.Grace, s.texts.Lang()); err != nil {
		s.t.Fatal(err)
	}
	l, err := s.demo.service.store.LeadByNumber(s.t.Context(), s.demo.service.workspace.ID, number)
	if err != nil {
		s.t.Fatal(err)
	}
	s.do("open the page", chromedp.EmulateViewport(1280, 900), chromedp.Navigate(s.demo.fake.URL()), visible(`body[data-ready="true"]`))
	s.as(slackfake.Grace)
	s.channel("#mql-leads")
	s.types("/mql settings")
	const form = `dialog[data-callback-id="settings_privacy"] `
	s.do("see how long leads are kept", visible(`dialog[data-callback-id="settings"]`),
		chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('dialog [data-action-id="settings.edit"]')][5].click()`), visible(form))
	s.pair("kept how long")
	s.do("say it", chromedp.SendKeys(css(form+`[data-block-id="rejected"] input`), "18"), chromedp.SendKeys(css(form+`[data-block-id="open"] input`), "6"),
		click(form+`[data-modal="submit"]`), visible(`dialog[data-callback-id="settings"]`))
	s.says("dialog", s.texts.N("settings.privacy.rejected.is", 18))
	s.do("see it", chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('dialog [data-action-id="settings.edit"]')].at(-1).scrollIntoView()`))
	s.pair("settings with times")
	s.do("close", click(`dialog[data-callback-id="settings"] [data-modal="close"]`), gone(`dialog[data-view]`))

	if a, err := s.demo.fake.Command(s.t.Context(), slackfake.Grace, slackfake.ChannelLeads, "/mql forget "+l.Email); err != nil || len(a.Blocks) > 0 || a.Text != "" {
		s.t.Fatalf("%+v, %v", a, err)
	}
	s.do("be asked", visible(`dialog[data-callback-id="forget"]`))
	s.pair("forget")
	s.do("confirm what is wrong", chromedp.SendKeys(css(`dialog[data-callback-id="forget"] [data-block-id="confirm"] input`), "#9"),
		click(`dialog[data-callback-id="forget"] [data-modal="submit"]`), visible(`dialog .field-error`))
	s.pair("forget refused")
	s.do("confirm", chromedp.SendKeys(css(`dialog[data-callback-id="forget"] [data-block-id="confirm"] input`), "\b\b"+l.Email),
		click(`dialog[data-callback-id="forget"] [data-modal="submit"]`))
	s.do("leave", chromedp.Poll[chromedp.Void](`!document.querySelector('dialog[data-callback-id="forget"]') || !document.querySelector('dialog .field-error')`))
	if err := s.demo.settled(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
	s.pair("forgotten")
	if got := s.state(number); got != handoff.Erased {
		s.t.Errorf("the lead is %s", got)
	}
}
