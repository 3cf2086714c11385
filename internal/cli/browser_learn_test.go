package cli

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// A past lead without its name, from the settings in which an admin wants one a week to what both sides read two days later, by clicks in
// both languages.
func TestBrowserCalibration(t *testing.T) {
	for _, lang := range []string{"en", "es"} {
		t.Run(lang, func(t *testing.T) {
			s := newStage(t, lang)
			s.name = "calibration-" + lang
			s.speaks(lang, slackfake.Grace, slackfake.Marta, slackfake.Luke)
			s.sides()
			calibrate(s)
		})
	}
}

// speaks makes a language that of these people.
func (s *stage) speaks(lang string, users ...string) {
	s.t.Helper()
	for _, user := range users {
		if err := s.demo.fake.SetLocale(s.t.Context(), user, lang); err != nil {
			s.t.Fatal(err)
		}
	}
}

// sides names Luke and Grace, who manages too, for sales, and Marta for marketing.
func (s *stage) sides() {
	s.t.Helper()
	_, err := s.demo.service.store.ChangeSettings(s.t.Context(), s.demo.service.workspace.ID, "", s.demo.fake.Now(), func(set *handoff.Settings) error {
		set.Team.People = map[handoff.Role][]string{
			handoff.RoleSales: {slackfake.Luke}, handoff.RoleManager: {slackfake.Grace}, handoff.RoleMarketing: {slackfake.Marta},
		}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
}

// enters opens the page, as somebody, in a channel.
func (s *stage) enters(user, channel string) {
	s.t.Helper()
	s.do("open the page", chromedp.EmulateViewport(1280, 900), chromedp.Navigate(s.demo.fake.URL()+"/?as="+user), visible(`body[data-ready="true"][data-user="`+user+`"]`))
	s.channel(channel)
}

// clock is set to an hour of a day of this week, 0 for Monday.
func (s *stage) clock(day, hour int) {
	zone := s.demo.fake.Zone()
	y, m, d := handoff.WeekOf(s.demo.fake.Now(), zone).Start().Date()
	s.demo.fake.SetNow(time.Date(y, m, d+day, hour, 0, 0, 0, zone))
}

// comes sets the clock, and waits until all that is due by then is shown.
func (s *stage) comes(day, hour int) {
	s.t.Helper()
	s.clock(day, hour)
	if err := s.demo.settled(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

func calibrate(s *stage) {
	const question = `[data-action-id="calibration.yes"]`
	s.enters(slackfake.Grace, "#mql-leads")
	s.types("/mql settings")
	s.do("see the settings", visible(`dialog[data-callback-id="settings"]`))
	s.says(`dialog`, s.texts.T("settings.learning.calibration.off"))
	s.do("edit", chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('dialog [data-action-id="settings.edit"]')][4].click()`),
		visible(`dialog[data-callback-id="settings_learning"] .choice[data-option-value="calibration"]`))
	s.pair("settings")
	s.do("want it", click(`dialog [data-block-id="learning"] .choice[data-option-value="calibration"]`), click(`dialog[data-callback-id="settings_learning"] [data-modal="submit"]`),
		gone(`dialog[data-callback-id="settings_learning"]`))
	s.says(`dialog`, s.texts.T("settings.learning.calibration.on"))
	s.pair("switched on")
	s.do("close", click(`dialog[data-callback-id="settings"] [data-modal="close"]`), gone(`dialog[data-view]`))

	s.comes(1, 10)
	s.says(`main`, s.texts.T("calibration.title"))
	c, err := s.demo.service.store.Calibration(s.t.Context(), s.demo.service.workspace.ID, 1)
	if err != nil {
		s.t.Fatal(err)
	}
	lead, err := s.demo.service.store.LeadByID(s.t.Context(), c.Workspace, c.Lead)
	if err != nil {
		s.t.Fatal(err)
	}
	right, decided := "yes", "accepted"
	if lead.State != handoff.Accepted {
		right, decided = "no", "rejected"
	}
	for _, answer := range []struct{ user, says string }{
		{slackfake.Marta, map[string]string{"yes": "no", "no": "yes"}[right]}, {slackfake.Luke, right},
	} {
		s.as(answer.user)
		s.channel("#mql-leads")
		s.says(`main`, s.texts.T("calibration.title"))
		s.pair("asked " + answer.user)
		s.press(`[data-action-id="calibration.`+answer.says+`"]`, `[data-ephemeral="true"]`)
		s.says(`[data-ephemeral="true"]`, s.texts.T("calibration.noted."+answer.says))
		s.pair("answered " + answer.user)
	}
	s.says(`main`, s.texts.N("exercise.answered.sales", 1), s.texts.N("exercise.answered.marketing", 1))

	s.comes(3, 9) // an hour before
	s.do("see it still asked", visible(question))
	s.comes(3, 10)
	of := func(n string) string { return s.texts.T("digest.of", "Count", n, "Of", "1") }
	s.says(`main`, s.texts.T("calibration."+decided), s.texts.T("calibration.right.sales", "Of", of("1")), s.texts.T("calibration.right.marketing", "Of", of("0")))
	s.do("see no question any more", gone(question))
	s.pair("told")
}

// The leads of a week as a file: the digest's button, and the direct message in which it comes, by clicks in both languages.
func TestBrowserSheet(t *testing.T) {
	for _, lang := range []string{"en", "es"} {
		t.Run(lang, func(t *testing.T) {
			s := newStage(t, lang)
			s.name = "sheet-" + lang
			s.speaks(lang, slackfake.Marta)
			s.enters(slackfake.Marta, "#mql-feedback")
			s.do("see the button", visible(`[data-action-id="digest.sheet"]`))
			s.shot("digest")
			s.press(`[data-action-id="digest.sheet"]`, `[data-ephemeral="true"]`)
			s.pair("asked for")
			if err := s.demo.settled(t.Context()); err != nil {
				t.Fatal(err)
			}
			s.do("open the direct message", click(`a[data-app="home"]`), click(`.tab[data-tab="messages"]`), visible(`.files [href]`))
			week := handoff.LastDigest(s.demo.fake.Now(), s.demo.fake.Zone()).String()
			s.says(`.files`, "leads-"+week+".csv")
			s.pair("file")
		})
	}
}
