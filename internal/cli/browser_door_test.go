package cli

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"relevo/internal/slackfake"
	"relevo/store"
)

// What marketing does in Slack, by clicks: a message is handed over as a lead, and a file is dropped into the direct message.
func TestBrowserDoor(t *testing.T) {
	for _, lang := range []string{"en", "es"} {
		t.Run(lang, func(t *testing.T) {
			s := newStage(t, lang)
			s.name = "door-" + lang
			me := map[string]string{"en": slackfake.Grace, "es": slackfake.Marta}[lang]
			handOver(s, me)
			dropFile(s)
		})
	}
}

func handOver(s *stage, me string) {
	const words = "Rosa Luna, rosa@luna.example, +34 600 111 222, called: she wants a demo before Christmas"
	if err := s.demo.fake.Say(s.t.Context(), slackfake.Luke, slackfake.ChannelGeneral, words); err != nil {
		s.t.Fatal(err)
	}
	s.do("open the page", chromedp.EmulateViewport(1280, 860), chromedp.Navigate(s.demo.fake.URL()+"/?as="+me),
		visible(`body[data-ready="true"][data-user="`+me+`"]`))
	s.channel("#general")
	const message = `[data-messages="#general"] [data-ts]`
	s.do("open the message's menu", chromedp.ScrollIntoView(css(message)),
		chromedp.Evaluate[chromedp.Void](`document.querySelector('[data-messages="#general"] [data-action="shortcuts"]').click()`),
		visible(`.menu-item[data-shortcut]`))
	s.shot("menu of a message")
	s.do("hand it over", click(`.menu-item[data-shortcut]`), visible(`dialog[data-callback-id="new_lead"]`))
	s.shot("form filled from a message")
	s.do("send it", click(`dialog [data-modal="submit"]`), visible(`dialog[data-callback-id="notice"]`))
	s.shot("handed over")
	s.do("close it", click(`dialog [data-modal="close"]`), gone(`dialog[data-view]`))
	l, err := s.demo.service.store.LeadByEmail(s.t.Context(), s.demo.service.workspace.ID, "rosa@luna.example")
	if err != nil || l.Phone != "+34600111222" {
		s.t.Errorf("the message became %+v, %v", l, err)
	}
}

func dropFile(s *stage) {
	file := filepath.Join(s.t.TempDir(), "leads.csv")
	if err := os.WriteFile(file, []byte("Name,Email,Company\nAna Sol,ana@sol.example,Sol\nBo Mar,bo@mar.example,Mar\nNobody,nobody,Nowhere\n"), 0o600); err != nil {
		s.t.Fatal(err)
	}
	before := s.leads()
	s.press(`a[data-app="home"]`, `[data-tab="messages"]`)
	s.do("open the direct message", click(`[data-tab="messages"]`),
		visible(`textarea[data-composer="channel"]`),
		chromedp.SetUploadFiles(css(`input[data-files="channel"]`), []string{file}),
		visible(`[data-action-id="file.take"]`))
	s.shot("what is in the file")
	s.do("take it", click(`[data-action-id="file.take"]`), gone(`[data-action-id="file.take"]`))
	s.do("see the refused rows", chromedp.Poll[chromedp.Void](`document.querySelectorAll('main .files').length > 0 && document.querySelector('[data-action="open-thread"]') !== null`))
	s.shot("what became of the file")
	if now := s.leads(); now != before+2 {
		s.t.Errorf("%d leads came of two good rows", now-before)
	}
}

// leads counts all leads.
func (s *stage) leads() int {
	s.t.Helper()
	_, n, err := s.demo.service.store.Leads(s.t.Context(), s.demo.service.workspace.ID, store.Filter{}, 1)
	if err != nil {
		s.t.Fatal(err)
	}
	return n
}
