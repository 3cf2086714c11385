package cli

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// Home of a rep who manages too, and the reasons, by clicks in both languages.
func TestBrowserHome(t *testing.T) {
	for _, lang := range []string{"en", "es"} {
		t.Run(lang, func(t *testing.T) { clickHome(newStage(t, lang)) })
	}
}

func clickHome(s *stage) {
	t, db, ws := s.t, s.demo.service.store, s.demo.service.workspace
	me, other := slackfake.Luke, slackfake.Ana
	if s.name == "es" {
		me, other = other, me
	}
	mine := s.texts
	s.name = "home-" + s.name
	if _, err := db.ChangeSettings(t.Context(), ws.ID, "", s.demo.fake.Now(), func(in *handoff.Settings) error {
		in.Team.People = map[handoff.Role][]string{handoff.RoleSales: {me, other}, handoff.RoleManager: {me}, handoff.RoleAdmin: {me}}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	s.do("open the page", chromedp.EmulateViewport(1280, 1000), chromedp.Navigate(s.demo.fake.URL()), visible(`body[data-ready="true"]`))
	s.as(me)
	s.home()
	s.says(`main`, mine.T("home.none_open"), mine.T("home.sales"))
	s.shot("empty")

	var arrivals []handoff.Arrival
	for i := range 6 {
		name := fmt.Sprintf("%s %d", []string{"Ana Torres", "Héctor Ibáñez"}[i%2], i)
		if i == 2 {
			name = strings.Repeat("María del Carmen ", 12)
		}
		arrivals = append(arrivals, handoff.Arrival{
			Person: handoff.Person{Name: name, Company: "Transportes del Norte", Email: fmt.Sprintf("person%d@norte.example", i)},
			Owner:  []string{me, other, me, ""}[i%4], At: s.demo.fake.Now(),
		})
	}
	receipts, err := db.AddLeads(t.Context(), ws, arrivals)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.demo.settled(t.Context()); err != nil {
		t.Fatal(err)
	}
	s.home()
	s.says(`main`, mine.N("home.mine", 3), mine.N("home.others", 3))
	s.shot("full")

	// One of mine, from here.
	s.do("press reject", click(`main [data-action-id="card.reject"]`), visible(`dialog[data-callback-id="reject"]`),
		click(`dialog [data-action-id="reject.reason"]`), click(`.menu-item[data-value="wrong-size"]`),
		click(`dialog [data-modal="submit"]`), gone(`dialog[data-view]`))
	s.says(`main`, mine.N("home.mine", 2), mine.T("home.lately"))

	// Several at once.
	s.do("decide several", click(`main [data-action-id="bulk.open"]`), visible(`dialog[data-callback-id="bulk"]`),
		click(`dialog [data-block-id="leads"] .select-trigger`))
	s.shot("choose several")
	for _, i := range []int{1, 3} {
		l, err := db.LeadByNumber(t.Context(), ws.ID, receipts[i].Number)
		if err != nil {
			t.Fatal(err)
		}
		s.do("choose one", click(fmt.Sprintf(`.menu-item[data-value="%d:1"]`, l.ID)))
	}
	s.do("why", click(`dialog h2`), click(`dialog [data-action-id="reject.reason"]`),
		click(`.menu-item[data-value="bad-timing"]`), visible(`dialog [data-block-id="back:bad-timing"]`))
	s.shot("several with a day")
	s.do("send it", click(`dialog [data-modal="submit"]`), visible(`dialog[data-callback-id="notice"]`))
	s.says(`dialog`, mine.N("bulk.done.not_now", 2, "Reason", mine.T("reason.bad-timing")))
	s.shot("several decided")
	s.do("close it", click(`dialog [data-modal="close"]`), gone(`dialog[data-view]`))

	s.says(`main`, mine.N("home.others", 1)) // Home is shown anew: a press on what it was before would be lost

	// The reasons.
	s.press(`main [data-action-id="reasons.open"]`, `dialog[data-callback-id="reasons"]`)
	s.shot("reasons")
	s.do("choose one", click(`dialog [data-action-id="reasons.edit"]`), click(`.menu-item[data-value="existing-customer"]`),
		visible(`dialog[data-callback-id="reason"]`))
	s.shot("one reason")
	s.do("rename it", chromedp.SendKeys(css(`dialog input[type="text"]`), "In the CRM already"), click(`dialog [data-modal="submit"]`),
		visible(`dialog[data-callback-id="notice"]`))
	s.says(`dialog`, mine.T("reasons.saved"), "In the CRM already")
	s.shot("saved")
	s.do("go back", click(`dialog [data-action-id="reasons.open"]`), visible(`dialog [data-action-id="reasons.add"]`))
	s.says(`dialog`, "In the CRM already")
	s.do("add one", click(`dialog [data-action-id="reasons.add"]`), visible(`dialog[data-callback-id="reason"]`),
		click(`dialog [data-action-id="reasons.lane"]`), click(`.menu-item[data-value="timing"]`),
		visible(`dialog [data-block-id="days"]`))
	s.shot("add a reason")
	s.do("close it", click(`dialog [data-modal="close"]`), gone(`dialog[data-view]`))

	s.size(390, 844)
	s.shot("narrow")
	s.do("look further down", chromedp.Evaluate[chromedp.Void](`document.querySelectorAll('main, main *').forEach(e => e.scrollTop = e.scrollHeight)`))
	s.shot("narrow end")
	s.size(1280, 1800)
	s.shot("wide")
}

// home opens the app's Home, anew when it is open.
func (s *stage) home() {
	s.t.Helper()
	s.channel("#mql-leads")
	s.do("open Home", click(`a[data-app="home"]`))
}
