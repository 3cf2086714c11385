package cli

import (
	"testing"

	"github.com/chromedp/chromedp"

	"relevo/internal/slackfake"
)

// Who is who, and a question from one side to the other, by clicks in both languages.
func TestBrowserTeam(t *testing.T) {
	for _, lang := range []string{"en", "es"} {
		t.Run(lang, func(t *testing.T) {
			s := newStage(t, lang)
			s.name = "team-" + lang
			for _, user := range []string{slackfake.Grace, slackfake.Marta, slackfake.Luke} {
				if err := s.demo.fake.SetLocale(t.Context(), user, lang); err != nil {
					t.Fatal(err)
				}
			}
			nameTeam(s)
			askAndAnswer(s)
		})
	}
}

func nameTeam(s *stage) {
	lead := s.arrive()
	s.do("open the page", chromedp.EmulateViewport(1280, 860), chromedp.Navigate(s.demo.fake.URL()+"/?as="+slackfake.Grace),
		visible(`body[data-ready="true"][data-user="`+slackfake.Grace+`"]`))
	s.channel("#mql-leads")
	s.says(s.card(lead), s.texts.T("card.anyone"))
	s.shot("anybody decides")
	s.types("/mql team")
	s.do("see the modal", visible(`dialog[data-callback-id="team"]`))
	s.shot("team modal")
	pick := func(block string, values ...string) {
		s.t.Helper()
		s.do("open "+block, click(`dialog [data-block-id="`+block+`"] .select-trigger`))
		for _, v := range values {
			s.do("pick "+v, click(`.menu-item[data-value="`+v+`"]`))
		}
		s.do("close the list", chromedp.KeyEvent("\x1b"))
	}
	pick("people_sales", slackfake.Otto)
	s.do("name an outsider", click(`dialog [data-modal="submit"]`), visible(`dialog .field-error`))
	s.says(`dialog .field-error`, s.texts.T("problem.not_member"))
	s.shot("nobody from outside")
	s.do("take him out", click(`dialog [data-block-id="people_sales"] .chip-remove`))
	pick("groups_sales", "S0SALES001")
	pick("people_marketing", slackfake.Marta)
	pick("people_manager", slackfake.Grace)
	s.size(390, 860)
	s.shot("team modal narrow")
	s.size(1280, 860)
	s.do("save", click(`dialog [data-modal="submit"]`), visible(`dialog[data-callback-id="notice"]`))
	s.says(`dialog`, s.texts.T("team.saved"), "@sales", "Marta Vidal")
	s.shot("team saved")
	s.do("close it", click(`dialog [data-modal="close"]`), gone(`dialog[data-view]`))
	s.as(slackfake.Marta)
	s.channel("#mql-leads")
	s.types("/mql team")
	s.says(`[data-ephemeral="true"]`, s.texts.T("team.admins"))
	s.shot("who is who")
}

func askAndAnswer(s *stage) {
	lead := s.arrive()
	s.do("press accept", click(s.card(lead)+`[data-action-id="card.accept"]`), visible(`[data-ephemeral="true"] [data-action-id="ask.sales"]`))
	s.says(`[data-ephemeral="true"]`, s.texts.T("error.not_sales"))
	s.shot("kindly refused")
	const question = "When does their contract end?"
	s.do("ask instead", click(`[data-ephemeral="true"] [data-action-id="ask.sales"]`), visible(`dialog[data-callback-id="ask"]`),
		chromedp.SendKeys(css(`dialog textarea`), question))
	s.shot("ask sales")
	s.do("send it", click(`dialog [data-modal="submit"]`), visible(`dialog[data-callback-id="notice"]`))
	s.shot("asked")
	s.do("close it", click(`dialog [data-modal="close"]`), gone(`dialog[data-view]`))
	s.as(slackfake.Luke)
	s.channel("#mql-leads")
	s.do("open the thread", visible(s.card(lead)+`[data-action="open-thread"]`), click(s.card(lead)+`[data-action="open-thread"]`),
		visible(`[data-action-id="question.answer"]`))
	s.shot("question in the thread")
	s.do("answer", click(`[data-action-id="question.answer"]`), visible(`dialog[data-callback-id="answer"]`),
		chromedp.SendKeys(css(`dialog textarea`), "In March, they said."))
	s.shot("answer modal")
	s.do("send it", click(`dialog [data-modal="submit"]`), gone(`dialog[data-view]`))
	s.says(`main, aside`, "In March, they said.")
	s.shot("answered")
	s.size(390, 860)
	s.shot("answered narrow")
}
