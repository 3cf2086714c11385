package cli

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// A week in which much happens, and one in which nothing does, as their digests show them in both languages.
func TestBrowserWeek(t *testing.T) {
	for _, lang := range []string{"en", "es"} {
		t.Run(lang, func(t *testing.T) {
			s := newStage(t, lang)
			s.name = "week-" + lang
			s.speaks(lang, slackfake.Marta)
			s.lives()
			s.comes(7, 9)
			s.enters(slackfake.Marta, "#mql-feedback")
			s.says(`main`, s.texts.T("warning.need_hunting"), s.texts.T("warning.pile_up"), s.texts.T("warning.bad_data"))
			s.do("open the thread", chromedp.Evaluate[chromedp.Void](`[...document.querySelectorAll('[data-action="open-thread"]')].at(-1).click()`),
				visible(`textarea[data-composer="thread"]`))
			s.says(`aside`, s.texts.T("digest.sources"), s.texts.T("digest.campaigns"), s.texts.T("digest.reasons"), s.texts.T("changed.title"), s.texts.T("digest.needs"), s.texts.T("owes.title"))
			s.tall("digest")

			s.comes(7, 9) // nobody does anything for a week
			s.channel("#mql-feedback")
			s.says(`main`, s.texts.T("digest.found.quiet"))
			s.tall("quiet")
		})
	}
}

// A workspace in which Slack draws no charts sees a picture in its place.
func TestBrowserPicture(t *testing.T) {
	for _, lang := range []string{"en", "es"} {
		t.Run(lang, func(t *testing.T) {
			s := newStage(t, lang)
			s.name = "picture-" + lang
			s.lives()
			if err := s.demo.fake.Fault(slackfake.Fault{Kind: "no_charts"}); err != nil {
				t.Fatal(err)
			}
			s.enters(slackfake.Marta, "#mql-feedback")
			s.clock(7, 9)
			shown := fmt.Sprintf(`[...document.querySelectorAll('img[alt^=%q]')].some(e => e.complete && e.naturalWidth > 0)`, s.texts.T("digest.chart"))
			for seen := false; !seen; {
				s.demo.fake.Advance(200 * time.Millisecond) // the chart is tried first, and the picture is looked at for a while
				var err error
				if seen, err = chromedp.Run(s.ctx, chromedp.Evaluate[bool](shown)); err != nil {
					t.Fatal(err)
				}
			}
			s.tall("digest")
		})
	}
}

// tall leaves a picture of a page that is as wide and as narrow as screens are, and higher.
func (s *stage) tall(what string) {
	s.t.Helper()
	s.size(390, 3000)
	s.shot(what + " narrow")
	s.size(1280, 1900)
	s.shot(what)
}

// lives has a week of everything, by its Sunday: a campaign whose data has gone bad, a form that asks for a budget, leads with long names that
// nobody decides on, answers of marketing's, and a definition that both sides signed.
func (s *stage) lives() {
	s.t.Helper()
	t, st, ws := s.t, s.demo.service.store, s.demo.service.workspace
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	p := &play{demo: s.demo, c: &console{p: s.texts}}
	must(p.team(t.Context()))
	must(p.definitions(t.Context()))
	monday := handoff.WeekOf(s.demo.fake.Now(), s.demo.fake.Zone()).Start()
	bad, good := s.demo.company.Campaigns[2], s.demo.company.Campaigns[1]
	for _, a := range []handoff.Answer{
		{Reason: "not-a-buyer", Campaign: bad.Name, What: s.texts.T("reason_answer.what.placeholder"), Since: monday.AddDate(0, 0, -35), At: monday.AddDate(0, 0, -30)},
		{Reason: "wrong-role", What: strings.Repeat("LinkedIn: Head of Logistics, COO. ", 9), Since: monday.AddDate(0, 0, 3), At: monday.AddDate(0, 0, 3)},
	} {
		a.By = slackfake.Marta
		must(st.AddAnswer(t.Context(), ws.ID, a.Reason, a))
	}
	s.comes(2, 11)
	var open []handoff.Arrival
	for i := range 21 {
		a := handoff.Arrival{
			Person: handoff.Person{Name: []string{"Ana Torres", "María del Carmen Fernández-Villaverde y Ruiz de Alarcón"}[i%2], Company: []string{"Norte", "Transportes Frigoríficos Hermanos Ibáñez del Norte, S.A."}[i/2%2], Email: fmt.Sprintf("open%d@example.com", i)},
			Touch:  handoff.Touch{Source: good.Source, Campaign: good.Name}, At: s.demo.fake.Now(),
		}
		if i == 0 {
			a.Extras = []handoff.Extra{{Label: map[string]string{"en": "What is your budget?", "es": "¿Cuál es su presupuesto?"}[s.texts.Lang()], Value: "10000"}}
		}
		open = append(open, a)
	}
	_, err := st.AddLeads(t.Context(), ws, open)
	must(err)
	s.comes(6, 20)
	var past []handoff.Arrival
	for i := range 34 {
		at := monday.Add(time.Duration(24*(i%5)+9) * time.Hour)
		a := handoff.Arrival{
			Person: handoff.Person{Name: "Leila Ricci", Company: "Acme Iberia", Email: fmt.Sprintf("past%d@example.com", i)},
			Touch:  handoff.Touch{Source: bad.Source, Campaign: bad.Name}, At: at,
			Outcome: &handoff.Outcome{Verdict: handoff.Reject, Reason: "wrong-data", At: at.Add(time.Duration(i+1) * 11 * time.Minute), By: slackfake.Luke, Timed: true},
		}
		if i%4 == 1 {
			a.Outcome.Reason = "not-a-buyer"
		}
		if i%3 == 0 {
			a.Source, a.Campaign = good.Source, good.Name
			a.Outcome.Verdict, a.Outcome.Reason, a.Outcome.Note = handoff.Accept, "", s.demo.company.Needs[i/3%len(s.demo.company.Needs)]
		}
		if i == 30 {
			a.Source, a.Campaign = "", "Otoño 2026: transporte frigorífico de última milla para cadenas de supermercados del noroeste"
			a.Outcome.Note = strings.Repeat(a.Outcome.Note+"\n", 3)
		}
		past = append(past, a)
	}
	_, err = st.AddHistory(t.Context(), ws, past)
	must(err)
}
