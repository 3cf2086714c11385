package cli

import (
	"fmt"
	"testing"

	"github.com/chromedp/chromedp"

	"relevo/handoff"
	"relevo/internal/slackfake"
)

// The exercise from its start to its result, by clicks in both languages.
func TestBrowserExercise(t *testing.T) {
	for _, lang := range []string{"en", "es"} {
		t.Run(lang, func(t *testing.T) {
			s := newStage(t, lang)
			s.name = "exercise-" + lang
			for _, user := range []string{slackfake.Grace, slackfake.Marta} {
				if err := s.demo.fake.SetLocale(t.Context(), user, lang); err != nil {
					t.Fatal(err)
				}
			}
			takePart(s)
		})
	}
}

func takePart(s *stage) {
	st, ctx := s.demo.service.store, s.t.Context()
	_, err := st.ChangeSettings(ctx, 1, "", s.demo.fake.Now(), func(set *handoff.Settings) error {
		set.Team.People = map[handoff.Role][]string{handoff.RoleManager: {slackfake.Grace}, handoff.RoleMarketing: {slackfake.Marta}}
		return nil
	})
	if err != nil {
		s.t.Fatal(err)
	}
	s.do("open the page", chromedp.EmulateViewport(1280, 860), chromedp.Navigate(s.demo.fake.URL()+"/?as="+slackfake.Grace),
		visible(`body[data-ready="true"][data-user="`+slackfake.Grace+`"]`))
	s.channel("#mql-leads")
	s.types("/mql profile")
	s.do("start", visible(`[data-action-id="exercise.start"]`), click(`[data-action-id="exercise.start"]`),
		visible(`dialog[data-callback-id="exercise_start"]`))
	s.shot("start")
	s.do("start it", click(`dialog [data-modal="submit"]`), visible(`dialog[data-callback-id="notice"]`),
		click(`dialog [data-modal="close"]`), gone(`dialog[data-view]`))
	for _, user := range []string{slackfake.Grace, slackfake.Marta} {
		s.as(user)
		s.channel("#mql-leads")
		s.do("take part", visible(`[data-action-id="exercise.take_part"]`))
		s.shot("invitation " + user)
		s.do("take part", click(`[data-action-id="exercise.take_part"]`), visible(`dialog[data-callback-id="exercise"]`))
		s.shot("form " + user)
		s.size(390, 860)
		s.shot("form narrow " + user)
		s.size(1280, 860)
		x, err := st.LastExercise(ctx, 1)
		if err != nil || len(x.Leads) < 4 {
			s.t.Fatalf("%+v, %v", x, err)
		}
		values := map[string]string{"best": fmt.Sprint(x.Leads[0]), "worst": fmt.Sprint(x.Leads[1])}
		for i, c := range x.Asked() {
			values[handoff.WeightField(c)] = fmt.Sprint(i % 4)
		}
		if _, err := s.demo.fake.Submit(ctx, user, s.demo.fake.Modal(user).ID, values); err != nil {
			s.t.Fatal(err)
		}
		s.do("close", visible(`dialog[data-callback-id="notice"]`), click(`dialog [data-modal="close"]`), gone(`dialog[data-view]`))
	}
	s.do("see the result", visible(`[data-action-id="exercise.propose"]`))
	s.tall("result")
}
