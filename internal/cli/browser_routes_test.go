package cli

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// The routing rules by clicks: one is added, its owners' form is opened, and a lead is tried; then a lead is assigned.
func TestBrowserRoutes(t *testing.T) {
	for lang, locale := range map[string]string{"en": "en-US", "es": "es-ES"} {
		t.Run(lang, func(t *testing.T) {
			s := newStage(t, lang)
			s.name = "routes-" + lang
			if err := s.demo.fake.SetLocale(t.Context(), slackfake.Grace, locale); err != nil {
				t.Fatal(err)
			}
			editRoutes(s, slackfake.Grace)
			assignByClicks(s, slackfake.Grace)
		})
	}
}

func editRoutes(s *stage, me string) {
	latam := s.demo.fake.AddChannel("mql-latam", slackfake.Ana, slackfake.Luke, me)
	s.do("open the page", chromedp.EmulateViewport(1280, 860), chromedp.Navigate(s.demo.fake.URL()+"/?as="+me),
		visible(`body[data-ready="true"][data-user="`+me+`"]`))
	s.channel("#mql-leads")
	s.types("/mql routes")
	s.do("see it", visible(`dialog[data-callback-id="routes"]`))
	s.shot("no rules")
	add := func(name, countries string) {
		s.do("add a rule", click(`dialog [data-action-id="routes.add"]`), visible(`dialog[data-callback-id="route"]`),
			chromedp.SendKeys(css(`dialog [data-block-id="name"] input`), name), chromedp.SendKeys(css(`dialog [data-block-id="countries"] input`), countries))
		s.shot("form of a rule")
		s.do("save it", click(`dialog [data-modal="submit"]`), gone(`dialog[data-callback-id="route"]`))
		s.says(`dialog[data-callback-id="routes"]`, name)
	}
	add("Latinoamérica y España, empresas grandes", "Spain, México")
	add("Everything that comes from France, Belgium and Switzerland", "France, Bélgica, Suiza")
	ws, err := s.demo.service.store.ChangeSettings(s.t.Context(), s.demo.service.workspace.ID, me, s.demo.fake.Now(), func(settings *handoff.Settings) error {
		r := &settings.Routes[0]
		r.Channel, r.When.SizeMin = latam, 201
		r.Owners = []handoff.RouteOwner{{User: slackfake.Ana, Weight: 2}, {User: slackfake.Luke, PerDay: 5}}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	if got := ws.Settings.Routes[0].When.Countries; len(got) != 2 || got[0] != "ES" || got[1] != "MX" {
		s.t.Errorf("the countries are %v", got)
	}
	if err := s.demo.service.store.SetOff(s.t.Context(), ws.ID, slackfake.Ana, s.demo.fake.Now().Add(9*24*time.Hour)); err != nil {
		s.t.Fatal(err)
	}
	s.do("close the rules", click(`dialog [data-modal="close"]`), gone(`dialog[data-view]`))
	s.do("open them anew", chromedp.Navigate(s.demo.fake.URL()+"/?as="+me), visible(`body[data-ready="true"][data-user="`+me+`"]`))
	s.channel("#mql-leads")
	s.types("/mql routes")
	s.do("see it", visible(`dialog[data-callback-id="routes"]`))
	s.says(`dialog`, "#mql-latam")
	s.shot("rules")
	s.do("open a rule's menu", click(`dialog [data-action-id="routes.menu"]`), visible(`.menu-item[data-value^="owners"]`))
	s.shot("menu of a rule")
	s.do("open its owners", click(`.menu-item[data-value^="owners"]`), visible(`dialog[data-callback-id="route_owners"]`))
	s.shot("owners")
	s.do("save them", click(`dialog [data-modal="submit"]`), visible(`dialog[data-callback-id="routes"]`),
		click(`dialog [data-action-id="routes.try"]`), visible(`dialog[data-callback-id="route_try"]`),
		chromedp.SendKeys(css(`dialog [data-block-id="number"] input`), "1"), click(`dialog [data-modal="submit"]`))
	s.says(`dialog`, "#1 ")
	s.shot("tried")
	s.size(390, 844)
	s.shot("tried narrow")
	s.do("back to the rules", click(`dialog [data-modal="close"]`), visible(`dialog[data-callback-id="routes"]`))
	s.shot("rules narrow")
	s.size(1280, 860)
	s.do("close them", click(`dialog [data-modal="close"]`), gone(`dialog[data-view]`))
}

func assignByClicks(s *stage, me string) {
	number := s.arrive()
	s.do("open the card's menu", click(s.card(number)+`[data-action-id="card.menu"]`), visible(`.menu-item[data-value^="assign"]`))
	s.shot("menu of a card")
	s.do("assign it", click(`.menu-item[data-value^="assign"]`), visible(`dialog[data-callback-id="assign"]`))
	s.shot("assign")
	s.do("close it", click(`dialog [data-modal="close"]`), gone(`dialog[data-view]`),
		click(s.card(number)+`[data-action-id="card.menu"]`), click(`.menu-item[data-value^="take"]`))
	s.says(s.card(number), "Grace")
	s.shot("taken")
}
