package cli

import (
	"fmt"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// Many leads at once, in the browser: one message in the channel, the cards in its thread, decided there.
func TestBrowserWave(t *testing.T) {
	for _, lang := range []string{"en", "es"} {
		t.Run(lang, func(t *testing.T) { lookAtWave(newStage(t, lang)) })
	}
}

func lookAtWave(s *stage) {
	t := s.t
	rep := map[string]string{"en": slackfake.Luke, "es": slackfake.Ana}[s.name]
	var as []handoff.Arrival
	for i := range 57 {
		a, err := handoff.Arrival{
			Person: handoff.Person{Name: fmt.Sprintf("Lead %d", i+1), Email: fmt.Sprintf("wave%d@example.com", i), Company: "Frigoríficos del Norte"},
			Touch:  handoff.Touch{Source: []string{"HubSpot", "HubSpot", "Excel file", "Trade fair: Logistics & Cold Chain, Madrid"}[i%4]},
			Owner:  []string{slackfake.Luke, slackfake.Ana, ""}[i%3], At: s.demo.fake.Now(),
		}.Clean()
		if err != nil {
			t.Fatal(err)
		}
		as = append(as, a)
	}
	receipts, err := s.demo.service.store.AddLeads(t.Context(), s.demo.service.workspace, as)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.demo.settled(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.name = "wave-" + s.name
	s.do("open the page", chromedp.Navigate(s.demo.fake.URL()), visible(`body[data-ready="true"]`))
	s.as(rep)
	s.channel("#mql-leads")
	s.says(`[data-messages="#mql-leads"]`, s.texts.N("wave.title", 57))
	s.shot("channel")
	s.do("open the thread", chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('[data-action="open-thread"]')].at(-1).click()`),
		visible(`textarea[data-composer="thread"]`))
	card := s.card(receipts[0].Number)
	s.do("accept one", click(card+`[data-action-id="card.accept"]`), visible(`dialog textarea`),
		chromedp.SendKeys(css(`dialog textarea`), "They lose parcels"), click(`dialog [data-modal="submit"]`), gone(`dialog[data-view]`))
	s.says(card, "They lose parcels")
	s.demo.fake.Advance(time.Minute)
	s.says(`[data-messages="#mql-leads"]`, s.texts.N("wave.open", 56, "List", s.texts.T("command.lead_open.usage")))
	s.shot("thread")
	s.size(390, 844)
	s.shot("narrow thread")
	s.do("reload", chromedp.Navigate(s.demo.fake.URL()), visible(`body[data-ready="true"]`))
	s.shot("narrow")
}
