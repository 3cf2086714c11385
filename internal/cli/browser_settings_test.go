package cli

import (
	"testing"

	"github.com/chromedp/chromedp"

	"relevo/internal/slackfake"
)

// An admin changes the settings by clicks, and what nobody decided is listed on Monday.
func TestBrowserSettings(t *testing.T) {
	for _, lang := range []string{"en", "es"} {
		t.Run(lang, func(t *testing.T) { clickSettings(newStage(t, lang)) })
	}
}

func clickSettings(s *stage) {
	s.arrive()
	s.do("open the page", chromedp.EmulateViewport(1280, 900), chromedp.Navigate(s.demo.fake.URL()), visible(`body[data-ready="true"]`))
	s.as(slackfake.Grace)
	s.channel("#mql-leads")
	s.types("/mql settings")
	s.do("see it", visible(`dialog[data-callback-id="settings"]`))
	s.shot("settings")
	edit := func(section string) {
		s.do("edit "+section, chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('dialog [data-action-id="settings.edit"]')][`+section+`].click()`))
	}
	edit("1")
	s.do("see the holidays", visible(`dialog[data-callback-id="settings_holidays"]`),
		chromedp.SendKeys(css(`dialog[data-callback-id="settings_holidays"] textarea`), "12-25 Navidad\nReyes"),
		click(`dialog[data-callback-id="settings_holidays"] [data-modal="submit"]`), visible(`dialog .field-error`))
	s.shot("a holiday that is none")
	s.do("mend it", chromedp.SendKeys(css(`dialog[data-callback-id="settings_holidays"] textarea`), "\b\b\b\b\b01-06 Reyes"),
		click(`dialog[data-callback-id="settings_holidays"] [data-modal="submit"]`), visible(`dialog[data-callback-id="settings"]`))
	s.says(`dialog`, "Navidad", "Reyes")
	edit("0")
	s.do("see the hours", visible(`dialog[data-callback-id="settings_hours"]`))
	s.shot("hours")
	s.do("leave them", click(`dialog[data-callback-id="settings_hours"] [data-modal="close"]`), visible(`dialog[data-callback-id="settings"]`))
	edit("2")
	s.do("see the due times", visible(`dialog[data-callback-id="settings_due"]`))
	s.shot("due times")
	s.do("leave them", click(`dialog[data-callback-id="settings_due"] [data-modal="close"]`), visible(`dialog[data-callback-id="settings"]`))
	s.size(390, 844)
	s.shot("narrow settings")
	s.do("close", click(`dialog[data-callback-id="settings"] [data-modal="close"]`), gone(`dialog[data-view]`))
	s.size(1280, 900)
	s.do("skip to Monday", click(`[data-clock-to="monday"]`))
	s.says(`[data-messages="#mql-leads"]`, s.texts.N("nudge.overdue", 1))
	s.shot("past due")
}
