package cli

import (
	"testing"

	"github.com/chromedp/chromedp"

	"relevo/internal/slackfake"
)

// What an MQL is and who the perfect customer is: proposed, signed by both sides, and shown on a card, by clicks in both
// languages.
func TestBrowserAgreed(t *testing.T) {
	for _, lang := range []string{"en", "es"} {
		t.Run(lang, func(t *testing.T) {
			s := newStage(t, lang)
			s.name = "agreed-" + lang
			for _, user := range []string{slackfake.Grace, slackfake.Marta} {
				if err := s.demo.fake.SetLocale(t.Context(), user, lang); err != nil {
					t.Fatal(err)
				}
			}
			lead := s.arrive()
			s.do("open the page", chromedp.EmulateViewport(1280, 1900), chromedp.Navigate(s.demo.fake.URL()+"/?as="+slackfake.Grace),
				visible(`body[data-ready="true"][data-user="`+slackfake.Grace+`"]`))
			s.channel("#mql-leads")

			s.types("/mql definitions")
			s.says(`[data-ephemeral="true"]`, s.texts.T("definitions.mql.title"), s.texts.T("agreement.begun.definitions"))
			s.shot("definitions")
			s.press(`[data-ephemeral="true"] [data-action-id="definitions.propose"]`, `dialog[data-callback-id="definitions"]`)
			s.shot("propose definitions")
			s.do("send it", chromedp.SendKeys(css(`dialog [data-block-id="mql"] textarea`), " +"), chromedp.SendKeys(css(`dialog [data-block-id="why"] textarea`), s.texts.T("play.definitions.why")),
				click(`dialog [data-modal="submit"]`), visible(`dialog[data-callback-id="notice"]`),
				click(`dialog [data-modal="close"]`), gone(`dialog[data-view]`))
			s.says(`main`, s.texts.T("proposal.unsigned.sales"))
			s.shot("definitions proposed")

			if _, err := s.demo.fake.Command(t.Context(), slackfake.Grace, slackfake.ChannelLeads, "/mql profile"); err != nil {
				t.Fatal(err)
			}
			s.says(`main`, s.texts.T("profile.none"))
			s.press(`[data-ephemeral="true"] [data-action-id="profile.edit"]`, `dialog[data-callback-id="profile"]`)
			s.press(`dialog [data-action-id="profile.add"]`, `dialog[data-callback-id="characteristic"]`)
			s.shot("characteristic")
			s.do("what it asks", chromedp.SendKeys(css(`dialog [data-block-id="values:industry"] textarea`), "Logistics, Retail, Logística, Comercio"), click(`dialog [data-modal="submit"]`),
				visible(`dialog[data-callback-id="profile"]`))
			s.says(`dialog`, "Logistics, Retail")
			s.shot("profile draft")
			s.size(390, 860)
			s.shot("profile draft narrow")
			s.size(1280, 1900)
			s.do("send it", chromedp.SendKeys(css(`dialog [data-block-id="why"] textarea`), s.texts.T("play.profile.why")),
				click(`dialog [data-modal="submit"]`), visible(`dialog[data-callback-id="notice"]`),
				click(`dialog [data-modal="close"]`), gone(`dialog[data-view]`))
			sign := func() {
				t.Helper()
				s.says(`main`, s.texts.T("play.profile.why"))
				s.do("sign", chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('main [data-action-id="proposal.sign"]')].at(-1).click()`))
			}
			sign()
			s.says(`main`, s.texts.T("proposal.signed.sales", "By", "@Grace Hall"))
			s.as(slackfake.Marta)
			s.channel("#mql-leads")
			sign()
			s.says(`main`, s.texts.T("proposal.in_force.profile", "Version", 1))
			s.says(s.card(lead), s.texts.T("card.fit", "Count", "0", "Of", "1"))
			s.shot("profile in force")
			s.size(390, 1400)
			s.shot("profile in force narrow")
		})
	}
}
